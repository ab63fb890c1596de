from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import small_world
from small_world import DAY, E, answers
from tabiji.compute.executor import LocalExecutor
from tabiji.index.journal import journal
from tabiji.index.layout import Kinds
from tabiji.journeymap.model import Clause, JourneyMap, Kpi, Measure, Stage
from tabiji.journeymap.rules import compile_rules
from tabiji.metrics.kpi.question import KpiResult, kpis
from tabiji.metrics.scope import Scope, instant

NAMES = ("seen", "met", "bought", "left", "read")
ROLE_SETS = ((), ("champion",))
NPS, CSAT = 0, 1
STAGES = (
    Stage("aware", {}, enters_when=(Clause(event=("seen",)),)),
    Stage("consider", {}, enters_when=(Clause(event=("met",)),)),
    Stage("won", {}, kind="success", enters_when=(Clause(event=("bought",)),)),
    Stage("lost", {}, kind="failure", enters_when=(Clause(event=("left",)),)),
)


def ask(events: list[E], measures: list[Measure], n_units: int = 4, as_of: float = 100, **more: Any) -> KpiResult:
    made = tuple(Kpi(f"k{x}", "aware", {"en": f"K{x}"}, m, target=2) for x, m in enumerate(measures))
    journey_map = JourneyMap("m", {}, STAGES, kpis=made, inactive_days=None)
    empty: list[str | None] = [None] * 6
    inherited = np.arange(6) == 5  # kind 5 is "read", inherited
    kinds = Kinds([*NAMES, "read"], empty, empty, empty, empty, empty, inherited, {})
    index = replace(small_world.index(events, n_units, [*NAMES, "read"], ROLE_SETS, cuts=[1], overlay=[2]), kinds=kinds)
    rules = compile_rules(journey_map, index.kinds, index.role_sets)
    executor = LocalExecutor(1)
    given = more.pop("answers", None)
    scope = Scope(instant(int(as_of * DAY)), **{"min_n": 1, **more})
    return kpis(index, journey_map, rules, journal(index, rules, executor), scope, given, executor=executor)


def figures(found: KpiResult) -> list[tuple[float | None, float | None]]:
    return [(v.actual.value, v.previous.value if v.previous else None) for v in found.values]


READ = Clause(event=("read",))


def test_counts_of_the_last_days_and_of_those_before() -> None:
    events = [E(0, int(t * DAY), 4) for t in (80, 80.5, 90, 95, 100, 101)]
    events += [E(2, 95 * DAY, 4, role=1), E(3, 96 * DAY, 5), E(3, 96 * DAY, 0)]
    measures = [
        Measure(count=READ, days=10),  # later than day 90, until day 100
        Measure(count=READ),
        Measure(count=replace(READ, role=("champion",)), days=10),
        Measure(count=replace(READ, inherited=True), days=10),
        Measure(count=Clause(event=("nothing",)), days=10),
    ]
    assert figures(ask(events, measures)) == [(3, 2), (6, None), (1, 0), (4, 2), (0, 0)]
    some = np.arange(4) < 1
    assert figures(ask(events, measures[:1], selection=some)) == [(2, 2)]
    assert figures(ask([], measures[:1])) == [(0, 0)]


def test_journeys_that_reached_a_stage() -> None:
    events = [E(0, 95 * DAY, 0), E(1, 85 * DAY, 2), E(2, 99 * DAY, 1), E(3, 20 * DAY, 0)]
    found = ask(
        events, [Measure(reached="aware", days=10), Measure(reached="consider", days=10), Measure(reached="aware")]
    )
    assert figures(found) == [(2, 1), (1, 1), (4, None)]


def test_the_share_that_goes_on_now_and_before() -> None:
    events = [E(u, 0, 0) for u in range(4)] + [E(0, 10 * DAY, 1), E(1, 95 * DAY, 1)]
    found = ask(events, [Measure(share="aware", days=10), Measure(share="won")], horizon_days=90)
    assert figures(found)[0] == (0.25, 0.25)
    assert figures(ask(events, [Measure(share="aware", days=10)], horizon_days=100))[0] == (0.5, None)
    assert found.values[1].actual.reason == "no stage follows"
    assert found.values[0].actual.n == 4


def test_surveys() -> None:
    given = answers(
        (0, 99 * DAY, 0, NPS, 10), (1, 98 * DAY, 0, NPS, 3), (2, 97 * DAY, 0, NPS, 9), (3, 97 * DAY, 0, NPS, 8),
        (0, 85 * DAY, 0, NPS, 0), (1, 85 * DAY, 0, NPS, 0), (0, 99 * DAY, 0, CSAT, 5), (1, 99 * DAY, 0, CSAT, 2),
        (1, 99 * DAY, 0, CSAT, 77),
    )  # fmt: skip
    measures = [Measure(survey="nps", days=10), Measure(survey="csat"), Measure(survey="ces")]
    found = ask([], measures, answers=given)
    assert figures(found) == [(25.0, -100.0), (3.5, None), (None, None)]
    assert found.values[0].actual.low == pytest.approx(-100)
    assert found.values[2].actual.reason == "n<1"
    assert ask([], measures[:1]).values[0].actual.reason == "there are no survey answers"


def test_answers_on_several_scales_have_no_mean() -> None:
    given = answers((0, 99 * DAY, 0, CSAT, 5), (1, 99 * DAY, 0, CSAT, 4), (2, 80 * DAY, 0, CSAT, 9))
    given = replace(given, scale_max=np.array([5.0, np.nan, 10.0]))  # 5 is usual for csat
    both, lately = ask([], [Measure(survey="csat"), Measure(survey="csat", days=10)], answers=given).values
    assert (both.actual.value, both.actual.n, both.actual.reason) == (None, 3, "the answers are on several scales")
    assert lately.actual.value == 4.5 and lately.previous and lately.previous.value is None  # one answer of one unit


@pytest.mark.parametrize("window", [{"from_at": instant(2 * DAY)}, {"to_at": instant(2 * DAY)}])
def test_journeys_that_began_in_a_window_have_no_target_for_how_many_reached(window: dict[str, Any]) -> None:
    """One of two began inside: that is not short of a target of two for all. Events and shares are held against theirs."""
    events = [E(0, 99 * DAY, 4), E(0, 99 * DAY, 4), E(0, DAY, 0), E(1, 3 * DAY, 0)]
    found = ask(
        events, [Measure(count=READ), Measure(reached="aware"), Measure(share="aware")], horizon_days=90, **window
    )
    assert [(v.actual.value, v.target) for v in found.values] == [(2, 2), (1, None), (0, 2)]


def test_a_segment_has_no_target_for_what_adds_up() -> None:
    """Three reads of four companies, a target of two for all: two of one company are neither short of it nor beyond."""
    events = [E(0, 99 * DAY, 4), E(0, 99 * DAY, 4), E(1, 99 * DAY, 4), *(E(u, 0, 0) for u in range(4))]
    measures = [Measure(count=READ), Measure(reached="aware"), Measure(share="aware")]
    everybody, one = (ask(events, measures, horizon_days=90, selection=s) for s in (None, np.arange(4) < 1))
    assert [v.target for v in everybody.values] == [2, 2, 2]
    assert [v.target for v in one.values] == [None, None, 2]
    assert everybody.explain("en") == "1 of 3 KPIs is below its target: K2."


def test_it_explains_itself() -> None:
    found = ask([E(0, 99 * DAY, 4)], [Measure(count=READ, days=10), Measure(count=READ)])
    assert found.explain("en") == "2 of 2 KPIs are below their target: K0, K1."
    assert found.to_dict()["kpis"][0] == {
        "id": "k0", "stage": "aware", "measure": "count", "value": 1.0, "low": None, "high": None, "n": 1,
        "previous": 0.0, "target": 2,
    }  # fmt: skip
    assert ask([E(0, DAY, 4)] * 3, [Measure(count=READ)]).explain("en") == "The only KPI with a target has reached it."
    assert ask([], [Measure(survey="nps", days=10)]).explain("en") == "No KPI with a target has a value yet."
    assert ask([], []).explain("en") == "This map has no KPIs: write them in it under kpis."


def test_by_group_each_is_told_as_if_it_were_asked_about_alone_and_counts_add_up() -> None:
    """u0, u1 are a, u2 is b, u3 is c: something happened to it, but it has no journey; nothing ever happened to d."""
    events = [e for u in range(3) for e in (E(u, (80 + u) * DAY, 0), E(u, (90 + u) * DAY, 4), E(u, 95 * DAY, 4))]
    events += [E(0, 97 * DAY, 1), E(3, 96 * DAY, 4)]
    measures = [Measure(count=READ, days=10), Measure(reached="consider"), Measure(share="aware")]
    codes = (np.array([0, 0, 1, 2, 3]), ["a", "b", "c", "d"])
    found = ask(events, measures, 5, groups=codes)
    assert [(g.value, g.n) for g in found.groups] == [("a", 2), ("b", 1), ("c", 0)]
    assert found.values == ask(events, measures, 5).values
    for g, figures_of in enumerate(found.groups):
        alone = ask(events, measures, 5, selection=codes[0] == g).values
        assert [v.actual for v in figures_of.values] == [v.actual for v in alone]
        assert [v.previous for v in figures_of.values] == [v.previous for v in alone]
        assert [v.target for v in figures_of.values] == [None, None, 2]  # a count has one target, for all
    for x in range(2):
        assert sum(g.values[x].actual.value or 0 for g in found.groups) == found.values[x].actual.value
    told = found.to_dict()
    assert [(g["value"], len(g["kpis"])) for g in told["groups"]] == [("a", 3), ("b", 3), ("c", 3)]
    assert [r["group"] for r in found.rows()] == ["a"] * 3 + ["b"] * 3 + ["c"] * 3
    assert "groups" not in ask(events, measures, 5).to_dict()
    chosen = ask(events, measures, 5, groups=codes, selection=np.arange(5) != 0)
    assert [(g.value, g.n) for g in chosen.groups] == [("a", 1), ("b", 1), ("c", 0)]
