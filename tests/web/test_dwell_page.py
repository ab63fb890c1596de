"""The page about stays and velocity: medians with open ones counted, segments, receipts, table twin, empty states."""

import csv
import io
import re
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest
from starlette.testclient import TestClient

from tabiji import i18n
from tabiji.metrics.dwell.question import DwellResult
from tabiji.metrics.dwell.result import GroupPace, PaceTest
from tabiji.web.pages.dwell.receipt import dwell_receipt
from tabiji.web.words import industry, money
from tabiji.workspace import MeasuredMap, Workspace

PAGE = "/maps/new-business/dwell"


def plain(page: str) -> str:
    """The words of a page, without its elements."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_each_stage_shows_its_stay_beside_what_closed_ones_alone_say(reader: TestClient, filled: Workspace):
    page = reader.get(PAGE).text
    result = filled.map("new-business").dwell()
    rows = re.findall(r"<tr>\s*<th scope=\"row\">(.*?)</tr>", page, re.S)[: len(result.stages)]
    assert len(rows) == 3
    for row, stays in zip(rows, result.stages, strict=True):
        words = plain(row)
        assert f"{stays.n} entered" in words
        assert row.count("<svg") == 1
        if stays.median_days is not None:
            assert f"{round(stays.median_days)} day" in words
        if stays.closed_only_median_days is not None:
            assert f"{round(stays.closed_only_median_days)} day" in words
    assert "the last stage: there is none to go on to" in plain(rows[-1])


def test_every_figure_opens_its_receipt(reader: TestClient):
    links = [
        link.replace("&amp;", "&")
        for link in re.findall(r'data-receipt href="([^"]+)"', reader.get(f"{PAGE}?min_n=2").text)
    ]
    assert {link.split("/receipt/")[1].split("?")[0] for link in links} == {"dwell", "velocity"}
    for link in links:
        assert reader.get(link).status_code == 200, link


def test_a_receipt_names_the_interval_that_is_shown(filled: Workspace):
    """Brookmeyer and Crowley's, or that of resampled companies where some were in the stage several times."""
    result = filled.map("new-business").dwell()
    aware, *others = result.total.stages
    again = replace(result, total=replace(result.total, stages=(replace(aware, resampled=True), *others)))

    def method(answer: DwellResult, stage: str, measure: str = "stay") -> str:
        measured = cast(MeasuredMap, SimpleNamespace(dwell=lambda **_: answer))
        return dwell_receipt(measured, {}, {"stage": stage, "measure": measure}).method

    assert method(result, "aware") == "Kaplan–Meier; interval of Brookmeyer and Crowley on log(−log), 95%"
    assert method(again, "aware") == "Kaplan–Meier; interval from percentiles over resampled units, 95%"
    assert method(again, "quote") == method(result, "aware")
    assert method(again, "aware", "closed") == "median of those who have left"


def test_a_receipt_tells_the_method_and_who_left(reader: TestClient):
    words = plain(reader.get("/maps/new-business/receipt/dwell?stage=aware&measure=stay").text)
    assert "Kaplan–Meier" in words
    assert "went on" in words
    assert reader.get("/maps/new-business/receipt/dwell?stage=nowhere").status_code == 404
    assert reader.get("/maps/new-business/receipt/velocity?measure=luck").status_code == 404


def test_velocity_is_shown_with_its_factors(reader: TestClient, filled: Workspace):
    page = reader.get(f"{PAGE}?min_n=2").text
    figures = filled.map("new-business").velocity(min_n=2).total
    for amount in (figures.velocity_per_day, figures.mean_deal):
        assert amount is not None and money(amount, figures.currency) in plain(page)
        assert f'title="{amount:,.0f} {figures.currency}"' in page


def test_too_few_deals_for_a_velocity_are_told_in_words(reader: TestClient):
    assert "There is no velocity: 8 are won, and it takes at least 10." in plain(reader.get(PAGE).text)


def test_segments_say_whether_they_can_be_told_apart(reader: TestClient, filled: Workspace):
    words = plain(reader.get(f"{PAGE}?by=industry").text)
    tests = filled.map("new-business").dwell(by="industry").tests
    telling = [t for t in tests if t.p is not None and t.p < 0.05]
    if telling:
        assert all(t.meaning("en") in words for t in telling)
    else:
        assert "In no stage can these groups be told apart" in words
    assert re.search(r"Segment n Awareness Quote Won Velocity, per day (卸売業|製造業) 15", words)


def test_the_fastest_group_is_called_as_the_table_calls_it():
    paces = (GroupPace("information", 20, 16, 11.0), GroupPace("finance", 20, 9, 14.0))
    test = PaceTest("aware", 5.2, 1, 0.022, paces)
    assert "Fastest: information, 16 left" in test.meaning("en")
    with i18n.use("en"):
        assert "Fastest: Information and communications, 16 left" in test.meaning(called=industry)


def test_the_csv_has_the_figures_of_the_page(reader: TestClient, filled: Workspace):
    answer = reader.get(f"{PAGE}.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    expected = filled.map("new-business").dwell().stages
    assert [(r["id"], int(r["n"]), r["median_days"]) for r in rows] == [
        (s.id, s.n, "" if s.median_days is None else str(s.median_days)) for s in expected
    ]


def test_too_few_and_nobody_are_told_in_words(reader: TestClient):
    assert "too few to say (n = 30, at least 100)" in plain(reader.get(f"{PAGE}?min_n=100").text)
    receipts = re.findall(r'data-receipt href="([^"]+measure=advance[^"]*)"', reader.get(f"{PAGE}?min_n=100").text)
    assert "too few to say (n = 30, at least 100)" in plain(reader.get(receipts[0].replace("&amp;", "&")).text)
    assert "No journey fits these filters" in reader.get(f"{PAGE}?segment=employees < 0").text


@pytest.mark.parametrize(("language", "heading"), [("ja", "滞在"), ("en", "Stays")])
def test_the_page_speaks_the_language_of_the_reader(reader: TestClient, language: str, heading: str):
    page = reader.get(f"{PAGE}?lang={language}").text
    assert f"<h1>{heading}" in page
