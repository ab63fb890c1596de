"""The Funnel page: three shares side by side, segments, cohorts, table twin, empty states."""

import csv
import io
import re

import pytest
from starlette.testclient import TestClient

from tabiji.workspace import Workspace

PAGE = "/maps/new-business/funnel"


def plain(page: str) -> str:
    """The words of a page, without its elements."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_each_transition_shows_three_shares_and_what_became_of_its_journeys(reader: TestClient, filled: Workspace):
    page = reader.get(PAGE).text
    result = filled.map("new-business").funnel()
    assert [t.n_from for t in result.transitions] == [30, 23]  # 20 were quoted, 3 were won without a quote
    rows = re.findall(r"<tr(?: class=\"hot\")?>\s*<th scope=\"row\">(.*?)</tr>", page, re.S)[:2]
    first = plain(rows[0])
    assert first.startswith("Awareness → Quote")
    naive, aware = result.transitions[0].naive, result.transitions[0].censoring_aware
    assert f"{aware.share:.0%}" in first
    assert f"{naive.share:.0%}" in first
    assert f"n= {naive.n}".replace(" ", "") in first.replace(" ", "")
    assert rows[0].count("<svg") == 2  # intervals and what became of them


def test_the_answer_in_one_sentence_stands_above_the_figures(reader: TestClient, filled: Workspace):
    from tabiji import i18n

    with i18n.use("en"):
        said = filled.map("new-business").funnel().explain()
    assert said in plain(reader.get(PAGE).text)


def test_the_worst_transition_is_marked_once(reader: TestClient):
    assert reader.get(PAGE).text.count("Most are lost here") == 1


def test_figures_open_receipts_with_the_filters_of_the_address(reader: TestClient):
    page = reader.get(f"{PAGE}?horizon_days=30&industry=製造業").text
    links = [link.replace("&amp;", "&") for link in re.findall(r'data-receipt href="([^"]+)"', page)]
    assert links
    assert all(link.startswith("/maps/new-business/receipt/funnel?") for link in links)
    assert all("horizon_days=30" in link and "industry=%E8%A3%BD" in link for link in links)
    for link in links:
        assert reader.get(link).status_code == 200, link


def test_filters_change_the_figures_and_stay_in_the_bar(reader: TestClient, filled: Workspace):
    page = reader.get(f"{PAGE}?industry=製造業&from=2026-02-01&horizon_days=30").text
    expected = filled.map("new-business").funnel(segment="industry = '製造業'", from_="2026-02-01", horizon_days=30)
    assert f"<b>{expected.provenance.accounts} companies</b>" in page
    assert "<option selected>製造業</option>" in page
    assert 'name="from" value="2026-02-01"' in page
    assert 'name="horizon_days" min="1" max="3650" value="30"' in page


def test_segments_come_by_the_first_attribute_that_is_known(reader: TestClient):
    words = plain(reader.get(PAGE).text)
    assert "By segment Industry Region Size" in words
    assert re.search(r"Segment n Awareness → Quote Quote → Won (卸売業|製造業) 15", words)


def test_segments_by_size_stand_in_the_order_of_size(reader: TestClient):
    page = reader.get(f"{PAGE}?by=size").text
    order = [page.index(f'<th scope="row">{label}') for label in ("up to 99", "100–299", "300–999", "1,000 employees")]
    assert order == sorted(order)


def test_too_few_are_refused_in_a_few_words_with_the_reason_behind_them(reader: TestClient):
    page = reader.get(f"{PAGE}?min_n=100").text
    assert "too few to say (n = 30, at least 100)" in plain(page)
    told = re.findall(
        r'title="([^"]+)"><span aria-hidden="true">([^<]+)</span><span class="unseen">([^<]+)</span></a>', page
    )
    full = "too few to say (n = 30, at least 100)"
    assert (full, "too few (n = 30)", full) in told


def test_cohorts_by_quarter_and_by_month(reader: TestClient):
    quarters = re.findall(r'<th scope="row">(2026 Q\d)</th><td class="num">(\d+)', reader.get(PAGE).text)
    assert quarters == [("2026 Q2", "1"), ("2026 Q1", "29")]  # deals began every third day from January 5 to April 2
    months = re.findall(
        r'<th scope="row">(2026-\d\d)</th><td class="num">(\d+)', reader.get(f"{PAGE}?cohort=month").text
    )
    assert [m for m, _ in months] == ["2026-04", "2026-03", "2026-02", "2026-01"]
    assert sum(int(n) for _, n in months) == 30


def test_the_twin_table_and_the_csv_say_the_same(reader: TestClient, filled: Workspace):
    answer = reader.get(f"{PAGE}.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    result = filled.map("new-business").funnel()
    assert [(r["from"], int(r["n_from"]), float(r["naive_share"])) for r in rows] == [
        (t.from_, t.n_from, t.naive.share) for t in result.transitions
    ]
    assert "All figures as a table" in reader.get(PAGE).text


def test_a_text_that_a_spreadsheet_would_run_is_quoted_off():
    from tabiji.web.sheets import csv_text

    assert csv_text([{"group": "=cmd()", "n": -1}]).splitlines()[1] == "'=cmd(),-1"


def test_a_record_may_tell_what_the_first_one_does_not() -> None:
    from tabiji.web.sheets import csv_text

    rows = [{"class": "late", "n": 3}, {"class": "extra", "n": 1, "onward_reason": "n<10"}]
    assert csv_text(rows).splitlines() == ["\ufeffclass,n,onward_reason", "late,3,", "extra,1,n<10"]
    assert csv_text([], ("class", "n")).splitlines() == ["\ufeffclass,n"]


def test_no_journey_is_told_with_what_to_do(reader: TestClient):
    page = reader.get(f"{PAGE}?segment=employees < 0").text
    assert "No journey fits these filters" in page
    assert f'href="{PAGE}"' in page


def test_a_map_without_data_is_told_where_to_bring_it(client: TestClient, workspace: Workspace):
    from web_cast import MAP

    workspace.maps.add(MAP)
    page = client.get(f"{PAGE}?lang=en").text
    assert "No journey to show" in page
    assert 'href="/data"' in page


def test_a_segment_that_is_not_an_expression_is_explained(reader: TestClient):
    answer = reader.get(f"{PAGE}?segment=indstry = 'x'")
    assert answer.status_code in (400, 422)
    assert "industry" in plain(answer.text)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_text_is_in_the_page_language(reader: TestClient, lang: str):
    assert f'<html lang="{lang}">' in reader.get(f"{PAGE}?lang={lang}").text
