"""What pages are made of: served by ourselves, kept by the browser while it does not change."""

import hashlib
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import tabiji.web

STATIC = Path(tabiji.web.__file__).parent / "static"


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/static/css/tokens.css?v=1", "public, max-age=31536000, immutable"),
        ("/static/css/tokens.css", "no-cache"),
        ("/fonts/NotoSansJP-Regular.ttf", "public, max-age=31536000, immutable"),
    ],
)
def test_how_long_a_browser_keeps_a_file(client: TestClient, path: str, kept: str):
    answer = client.get(path)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, kept)


def test_pages_are_never_kept(client: TestClient):
    assert client.get("/start").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/app.py", "/fonts/../palette.py"])
def test_nothing_else_is_served(client: TestClient, path: str):
    assert client.get(path).status_code == 404


def test_the_vendored_script_is_the_one_that_is_described():
    script = STATIC / "vendor" / "htmx-4.0.1.min.js"
    digest = hashlib.sha256(script.read_bytes()).hexdigest()
    assert digest in (STATIC / "vendor" / "README.md").read_text("utf-8")


def test_every_file_that_a_page_names_is_there(client: TestClient):
    import re

    for name in re.findall(r'(?:src|href)="(/(?:static|fonts)/[^"]+)"', client.get("/start").text):
        assert client.get(name).status_code == 200, name
