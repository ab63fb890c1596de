"""Credit through its doors: the lake's spend, levels, flags, the verb and the API."""

import json
from pathlib import Path

import pytest

import tabiji
from credit_lake import fill
from tabiji.cli.main import main
from tabiji.errors import NotFoundError
from tabiji.workspace import Workspace
from tabiji.workspace.ask import FlagError
from web_cast import client_of


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with touches, deals and spend."""
    root = tmp_path_factory.mktemp("credit")
    with tabiji.init(root / "ws") as made:
        fill(made, root / "files")
    return root / "ws"


@pytest.fixture
def deals(folder: Path):
    """The workspace, opened."""
    with tabiji.open(folder) as opened:
        yield opened


def told(result, model="linear"):
    """key → credit."""
    return {r.key: r.credit for r in result.models[model]}


def test_levels_know_their_own_keys(deals: Workspace) -> None:
    asked = deals.map("deals")
    touchpoints, channels = asked.credit(), asked.credit(level="channel")
    assert touchpoints.conversions == 26 and touchpoints.value == 26_000_000
    assert set(told(touchpoints)) == {"search", "webinar", "expo"}
    assert set(told(channels)) == {"search_ad", "webinar"}  # a channel nobody met is not told
    assert told(channels)["webinar"] == pytest.approx(told(touchpoints)["webinar"], rel=1e-9)
    campaigns = told(asked.credit(level="campaign"), "first")
    assert campaigns == {"brand": 26, "again": 0, "law": 0}


def test_cost_is_spend_over_credit_from_touches_of_the_same_dates(deals: Workspace) -> None:
    costs = deals.map("deals").credit(model="last").costs
    assert (costs.model, costs.level, costs.currency, costs.spend) == ("last", "channel", "JPY", 414_000)
    assert (str(costs.first_on), str(costs.last_on)) == ("2026-01-01", "2026-03-05")
    assert costs.goals == {"entry": "won", "opportunity": "deal", "won": "won"}
    # the spend of the days after the last event, which is the day of the question, is not asked about
    search = {row.key: row for row in costs.rows}["search_ad"]
    assert search.per["won"].credit == 26 and search.per["won"].cost == pytest.approx(64_000 / 26)
    # toward the deal the last touch is the webinar of every second company
    assert search.per["opportunity"].credit == 20 and search.per["opportunity"].cost == pytest.approx(3_200)
    assert search.value_credit == 26_000_000 and search.roi == pytest.approx(405.25)
    assert search.roi_low is not None and search.roi_low < 405.25 < search.roi_high
    assert (costs.without_credit, costs.without_credit_keys) == (300_000, ("exhibition",))


def test_the_dates_of_the_spend_cut_the_touches(deals: Workspace) -> None:
    # spend up to January: wins count, whenever they were, with the clicks of January only
    january = deals.map("deals").credit(model="last", to="2026-01-31").costs
    assert str(january.last_on) == "2026-01-31"
    search = next(row for row in january.rows if row.key == "search_ad")
    touches = [
        10 + i for i in range(27) if i % 3 and i <= 26
    ]  # days after 5 January of the last click, companies begun by then
    assert search.per["won"].credit == sum(day <= 26 for day in touches)


def test_markov_credit_is_dated_like_the_linear_one(deals: Workspace) -> None:
    whole = deals.map("deals").credit(model="markov")
    assert whole.costs.reason is None
    credit = {row.key: row.per["entry"].credit for row in whole.costs.rows}
    assert credit == pytest.approx(
        {"search_ad": told(whole, "markov")["search"], "webinar": told(whole, "markov")["webinar"]}
    )


def test_a_segment_has_no_cost(deals: Workspace) -> None:
    assert deals.map("deals").credit(segment="industry = 'maker'").costs.reason == "spend is not recorded by segment"


def test_without_a_cost_table_the_answer_says_what_to_bring(tmp_path: Path) -> None:
    with tabiji.init(tmp_path / "ws") as made:
        fill(made, tmp_path / "files", with_spend=False)
        assert "import a cost table" in (made.map("deals").credit().costs.reason or "")


def test_what_was_received_later_is_not_known_then(deals: Workspace) -> None:
    assert deals.map("deals").credit(as_of="2026-01-31").conversions == 4
    assert deals.map("deals").credit(known_as_of="2020-01-01").conversions == 0


def test_groups_are_told_apart_and_add_up(deals: Workspace) -> None:
    asked = deals.map("deals")
    found = asked.credit(by="industry")
    assert [(group, of.conversions) for group, of in found.groups] == [("maker", 13), ("shop", 13)]
    makers = asked.credit(segment="industry = 'maker'")
    assert dict(found.groups)["maker"].models == makers.models
    assert found.models == asked.credit().models
    assert {row["group"] for row in found.rows()} == {"maker", "shop"}
    told = found.to_dict()["groups"]
    assert sum(g["value"] for g in told) == 26_000_000 and "models" in told[0]


def test_flags_that_cannot_be_used_are_refused(deals: Workspace) -> None:
    asked = deals.map("deals")
    for flags in ({"model": "best"}, {"order": 5}, {"level": "person"}, {"lookback_days": 0}, {"goals": "won"}):
        with pytest.raises(FlagError):
            asked.credit(**flags)
    with pytest.raises(NotFoundError, match="won"):
        asked.credit(goal="wonn")


def test_the_verb_and_the_api_tell_the_same(folder: Path, deals: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["-w", str(folder), "credit", "deals", "--goal", "won", "--level", "channel", "--order", "2", "--json"])
        == 0
    )
    verb = json.loads(capsys.readouterr().out)
    asked = {"goal": "won", "level": "channel", "order": 2}
    api = client_of(deals).get("/api/v1/maps/deals/credit", params=asked).json()
    assert verb["models"] == api["models"] and verb["conversions"] == api["conversions"] == 26
    assert sum(row["credit"] for row in verb["models"]["markov"]) == pytest.approx(26, rel=1e-9)
    assert verb["order"] == 2 and "order 2" in verb["variants"]["markov"]


def test_the_verb_prints_tables_and_words(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-w", str(folder), "credit", "deals"]) == 0
    out = capsys.readouterr().out
    assert "Search ads" in out and "The ranking" in out and "Spend without credit: 300,000 JPY (exhibition)" in out
