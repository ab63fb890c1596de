"""What a screen reader goes by: headings without a gap, columns with a name, fields with a label, on every page."""

from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

PAGES = [
    "/start", "/data", "/settings", "/segments", "/studies",
    *(f"/maps/new-business{page}" for page in ("", "/funnel?by=industry", "/dwell", "/cohorts", "/accounts", "/accounts/会社05", "/group", "/touchpoints", "/plan", "/paths", "/voice", "/retention", "/kpis")),
]  # fmt: skip


class Reading(HTMLParser):
    """Levels of headings, words of the heads of columns, and names of fields that have neither label nor aria-label."""

    def __init__(self) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.heads: list[str] = []
        self.nameless: list[str] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag in ("h1", "h2", "h3", "h4"):
            self.levels.append(int(tag[1]))
        if tag == "th":
            self.heads.append("")
            assert told.get("scope") in ("col", "row")
        field = tag in ("input", "select", "textarea") and told.get("type") != "hidden"
        if field and "label" not in self.inside and "aria-label" not in told and "id" not in told:
            self.nameless.append(str(told.get("name")))
        if tag in ("th", "label"):
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("th", "label"):
            self.inside.remove(tag)

    def handle_data(self, data: str) -> None:
        if "th" in self.inside:
            self.heads[-1] += data.strip()


@pytest.mark.parametrize("page", PAGES)
def test_headings_columns_and_fields_have_their_names(reader: TestClient, page: str) -> None:
    answer = reader.get(page)
    assert answer.status_code == 200
    read = Reading()
    read.feed(answer.text)
    assert read.levels[0] == 1
    assert [(a, b) for a, b in zip(read.levels, read.levels[1:], strict=False) if b > a + 1] == []
    assert all(read.heads)
    assert read.nameless == []
