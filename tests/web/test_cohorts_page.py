"""The Cohorts page: every figure of the result stands in the table, and opens its receipt."""

import re

import pytest
from starlette.testclient import TestClient

from tabiji.workspace import Workspace

PAGE = "/maps/new-business/cohorts"


def test_every_cohort_has_its_row_and_every_cell_its_receipt(reader: TestClient, filled: Workspace) -> None:
    found = filled.map("new-business").cohorts(min_n=1)
    page = reader.get(PAGE, params={"min_n": "1"})
    assert page.status_code == 200
    rows = re.findall(r'<tr><th scope="row">(\d{4}-\d\d)', page.text)
    assert rows == [c.period.label for c in reversed(found.cohorts)] == ["2026-04", "2026-03", "2026-02", "2026-01"]
    told = sum(c.share.share is not None for k in (*found.cohorts, found.total) for c in k.cells)
    links = re.findall(r'data-receipt href="([^"]+/receipt/cohorts[^"]+)"', page.text)
    assert len(links) == told > 4
    assert page.text.count('class="not-yet"') == sum(c.watched == 0 for k in found.cohorts for c in k.cells)
    for link in links:
        receipt = reader.get(link.replace("&amp;", "&"))
        assert receipt.status_code == 200 and "95% interval" in receipt.text


def test_the_receipt_says_how_many_were_watched(reader: TestClient) -> None:
    receipt = reader.get("/maps/new-business/receipt/cohorts?cohort=2026-01&age=30&min_n=1").text
    assert "2026-01 → Won · 30 days" in receipt and "9 of 9 journeys" in receipt
    assert reader.get("/maps/new-business/receipt/cohorts?cohort=2020-01&age=30").status_code == 404
    assert reader.get("/maps/new-business/receipt/cohorts?age=31").status_code == 404


@pytest.mark.parametrize(
    "query", ["every=quarter", "every=half&age_days=90", "every=year&stage=lost", "every=week&age_days=&stage="]
)
def test_period_step_and_stage_are_in_the_address(reader: TestClient, query: str) -> None:
    page = reader.get(f"{PAGE}?{query}")
    assert page.status_code == 200
    sheet = reader.get(f"{PAGE}.csv?{query}")
    assert sheet.status_code == 200 and sheet.text.startswith("\ufeffcohort,from,to,n,reached,age_days,share")


def test_what_cannot_be_asked_is_said(reader: TestClient) -> None:
    assert reader.get(f"{PAGE}?stage=nothing").status_code == 404
    assert reader.get(f"{PAGE}?age_days=x").status_code == 400
    nobody = reader.get(f"{PAGE}?from=2030-01-01")
    assert "No journey fits these filters." in nobody.text


def test_no_style_stands_in_the_page(reader: TestClient) -> None:
    assert "style=" not in reader.get(PAGE).text  # the policy of the pages would not let it through
