"""The page Plan vs actual: fitness, deviations, receipts, links, empty states."""

import csv
import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import tabiji
from tabiji import i18n
from tabiji.metrics.conformance.deviation_result import Deviation, Difference
from tabiji.result import Share
from tabiji.web.filters import Filters
from tabiji.web.pages.plan.routes import accounts_query, few, price, widest_amount
from tabiji.workspace import Workspace
from web_cast import MAP, client_of

PAGE = "/maps/new-business/plan"
PLANNED = MAP.replace(
    "enters_when: [{event: opportunity_opened}]",
    "enters_when: [{event: opportunity_opened}]\n    limit_days: 5\n    roles: [champion]\n    repeatable: true",
)


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.fixture
def copied(filled_folder: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A workspace with data that a test may change."""
    shutil.copytree(filled_folder, tmp_path / "copied")
    with tabiji.open(tmp_path / "copied") as opened:
        yield opened


@pytest.fixture
def planned(copied: Workspace) -> TestClient:
    """A client of a map that plans more than an order."""
    copied.maps.add(PLANNED)
    return english(copied)


def english(workspace: Workspace) -> TestClient:
    made = client_of(workspace)
    made.cookies.set("tabiji_lang", "en")
    return made


def test_the_page_tells_fitness_and_deviations(reader: TestClient, filled: Workspace):
    page = plain(reader.get(PAGE).text)
    fitness = filled.map("new-business").conformance().fitness
    assert (fitness.n, fitness.cost) == (30, 3)  # three were won without a quote
    assert "27 of 30 journeys have no missing and no extra step" in page
    assert f"{fitness.fitting.share:.0%}" in page
    assert "Quote is passed over" in page


def test_a_map_that_plans_the_order_only_is_told_what_it_could_say(reader: TestClient, planned: TestClient):
    page = reader.get(PAGE).text
    assert "What the plan could say" in page and "limit_days: 60" in page
    page = plain(planned.get(PAGE).text)
    assert "What the plan could say" not in page
    assert "Awareness takes longer than planned" in page
    assert "so nothing is said about it: champion" in page


def test_every_figure_opens_its_receipt(planned: TestClient):
    page = planned.get(f"{PAGE}?min_n=3&horizon_days=40&mode=ordered").text
    links = [link.replace("&amp;", "&") for link in re.findall(r'data-receipt href="([^"]+)"', page)]
    assert {"share", "onward", "value"} <= set(re.findall(r"measure=(\w+)", " ".join(links)))
    for link in links:
        answer = planned.get(link)
        assert answer.status_code == 200, link
        assert "horizon_days=40" in link
    late = next(link for link in links if "class=late" in link and "measure=share" in link)
    assert "The stay in Awareness is longer than its limit" in plain(planned.get(late).text)


def test_receipts_of_what_there_is_not(reader: TestClient):
    assert reader.get("/maps/new-business/receipt/conformance?measure=beauty").status_code == 404
    assert reader.get("/maps/new-business/receipt/conformance?class=late&stage=aware").status_code == 404
    wrong = "/maps/new-business/receipt/conformance?class=missing&stage=quote&measure=beauty"
    assert reader.get(wrong).status_code == 404


def test_deviations_lead_to_the_accounts_that_stand_there(planned: TestClient):
    page = planned.get(f"{PAGE}?industry=製造業").text
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="(/maps/new-business/accounts\?[^"]+)"', page)]
    assert any("stage=aware&stalled=1" in link for link in links)
    assert all("industry=" in link for link in links)
    for link in links:
        assert planned.get(link).status_code == 200, link


def test_the_deviations_as_csv(reader: TestClient, filled: Workspace):
    answer = reader.get(f"{PAGE}.csv?horizon_days=30")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    expected = filled.map("new-business").conformance(horizon_days=30).rows()
    assert set(rows[0]) == {key for d in expected for key in d}
    assert [(r["class"], r["stage"], r["n"]) for r in rows] == [(d["class"], d["stage"], str(d["n"])) for d in expected]


def test_nothing_fits_the_filters(reader: TestClient):
    assert "No journey fits these filters" in plain(reader.get(f"{PAGE}?from=2031-01-01").text)


def test_a_plan_that_everybody_follows(copied: Workspace):
    copied.maps.add(MAP.replace("- id: quote\n", "- id: quote\n    optional: true\n"))
    page = plain(english(copied).get(PAGE).text)
    assert "Every journey follows the plan" in page and "30 of 30 journeys" in page


def test_japanese(reader: TestClient):
    page = plain(reader.get(f"{PAGE}?lang=ja").text)
    assert "計画と実際" in page and "見積を通らない" in page


def test_a_missing_role_leads_to_the_accounts_that_lack_it():
    refused = Difference(None, None, None, None, None, 0, 0, "n<10")
    share = Share(0.5, 0.4, 0.6, 40)
    role = Deviation("wrong_role", "aware", "champion", None, 20, share, "aware", refused, refused)
    assert accounts_query(role, Filters(region="関東", mode="ordered")) == (
        "region=%E9%96%A2%E6%9D%B1&stage=aware&missing_role=champion"
    )


def test_segments_have_a_fitness_of_their_own(reader: TestClient, filled: Workspace):
    page = reader.get(f"{PAGE}?by=industry&min_n=3").text
    groups = {g.value: g for g in filled.map("new-business").conformance(by="industry", min_n=3).groups}
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", page[page.index('id="segments"') :], re.S)
    assert [plain(r).split()[:2] for r in rows[:2]] == [[name, str(g.n)] for name, g in groups.items()]
    links = [link.replace("&amp;", "&") for link in re.findall(r'data-receipt href="([^"]+)"', rows[0])]
    assert links and all("by=industry" in link and "value=" in link for link in links)
    assert f"{groups['卸売業'].fitness.fitting.share:.0%}" in page
    for link in links:
        assert reader.get(link).status_code == 200
    assert reader.get("/maps/new-business/receipt/conformance?by=industry&value=nothing").status_code == 404


def test_amounts_of_the_table_are_told_in_one_unit():
    share = Share(0.5, 0.4, 0.6, 40)

    def found(*value: float) -> Deviation:
        worth = Difference(value[0], value[1], value[2], None, None, 20, 20)
        return Deviation("late", "aware", None, None, 20, share, "aware", worth, worth, currency="JPY")

    rows = [found(3_297, -140_000, 150_000), found(-970_000, -1_750_000, -190_000)]
    widest = widest_amount(rows)
    with i18n.use("ja"):
        assert [price(d, d.value, widest) for d in rows] == [
            ("+0.3万円", "−14万円 – 15万円"), ("−97万円", "−175万円 – −19万円"),
        ]  # fmt: skip


def test_why_there_is_no_difference_is_told_in_a_few_words():
    with i18n.use("en"):
        assert few(Difference(None, None, None, None, None, 40, 3, "n<10")) == "too few (n = 3)"
        assert few(Difference(None, None, None, None, None, 40, 30)) == "—"
