"""HEAD is answered as GET would be, without the body."""

import pytest
from starlette.testclient import TestClient


@pytest.mark.parametrize(
    "path", ["/", "/start", "/healthz", "/maps/new-business/funnel", "/api/v1/maps", "/static/icon.svg", "/nowhere"]
)
def test_head_is_get_without_the_body(reader: TestClient, path: str) -> None:
    head, got = (reader.request(method, path, follow_redirects=False) for method in ("HEAD", "GET"))
    assert (head.status_code, head.content) == (got.status_code, b"")
    for name in ("content-type", "content-security-policy", "location"):
        assert head.headers.get(name) == got.headers.get(name)
