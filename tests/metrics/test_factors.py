"""What separates those that went on: weeks by hand and by brute force, no immortal time, planted and absent effects."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import small_world
from small_world import DAY, E
from tabiji.compute import LocalExecutor
from tabiji.index.journal import journal
from tabiji.journeymap.model import JourneyMap, Stage, Touchpoint
from tabiji.metrics.bottleneck.factor_result import ALL_WENT, FEW_WENT, Factor, Factors
from tabiji.metrics.bottleneck.factors import FIRST_CHANNEL, TIME_SPENT, Traits, _levels
from tabiji.metrics.bottleneck.presence import NEVER_THERE
from tabiji.metrics.bottleneck.question import bottleneck
from tabiji.metrics.bottleneck.stakes import Attribute
from tabiji.metrics.bottleneck.weeks import BANDS, Weeks, cells_of
from tabiji.metrics.means import ONE_UNIT
from tabiji.metrics.scope import Scope, instant

# kinds: 0 enters the stage, 1 goes on, 2 is lost, 3 a demo, 4 something that is no touchpoint
MAP = JourneyMap(
    "m", {}, (Stage("consider", {}), Stage("won", {}, kind="success"), Stage("lost", {}, kind="failure")),
    touchpoints=(Touchpoint("demo", {"en": "Demo"}), Touchpoint("fair", {"en": "Fair"})), horizon_days=180,
)  # fmt: skip
ROLE_SETS = ((), ("decision_maker",), ("champion", "decision_maker"))
RULES = small_world.rules(
    6, 3, {0: [0], 1: [1], 2: [2]}, failures=[2], success=1, stage_ids=("consider", "won", "lost"),
    touchpoints={"demo": [3], "fair": [5]}, n_role_sets=3, inactive=3650 * DAY,
)  # fmt: skip


def ask(events: Sequence[E], n_units: int, as_of: float = 400, *, min_n: int = 1, cuts: Sequence[int] = (), traits: Traits | None = None, by: Any = RULES, the_map: JourneyMap = MAP) -> Factors:  # fmt: skip
    index = small_world.index(events, n_units, ["k"] * 6, ROLE_SETS, cuts=cuts)
    scope = Scope(instant(int(as_of * DAY)), min_n=min_n)
    with LocalExecutor(2) as executor:
        journals = journal(index, by, executor)
        found = bottleneck(
            index, the_map, by, journals, scope, executor=executor, currency="JPY", stage="consider",
            traits=lambda: traits or Traits(None, None),
        )  # fmt: skip
    assert found.factors is not None
    return found.factors


def of(found: Factors, kind: str, key: str) -> Factor:
    return next(f for f in found.items if (f.kind, f.key) == (kind, key))


def e(unit: int, day: float, kind: int, role: int = 0) -> E:
    return E(unit, int(day * DAY), kind, role=role)


def test_weeks_with_and_without_by_hand() -> None:
    events = [
        # a demo on day 8: there from the beginning of week 2; goes on in week 4 (day 29)
        *(e(0, 100, 0), e(0, 108, 3), e(0, 129, 1)),
        # a demo in the very week of going on counts for no week
        *(e(1, 100, 0), e(1, 109, 3), e(1, 110, 1)),
        # a demo at the instant of entering is there from week 0; lost after 7 days sharp: one week
        *(e(2, 100, 0), e(2, 100, 3), e(2, 107, 2)),
        # open for 25 days: three whole weeks, the fourth is not finished
        *(e(3, 375, 0), e(3, 376, 4, role=1)),
        # before the stage, and after it, a demo does not count
        *(e(4, 90, 3), e(4, 100, 0), e(4, 115, 1), e(4, 120, 3)),
        # gone on at once: no week at all
        *(e(5, 100, 0), e(5, 100, 1)),
    ]
    found = ask(events, 6)
    assert (found.n, found.went) == (5, 3)
    demo = of(found, "touchpoint", "demo")
    assert (demo.n_with, demo.n_without) == (2, 3)
    assert (demo.weeks_with, demo.weeks_without) == (3 + 1, 2 + 2 + 3 + 3)
    assert (demo.went_with, demo.went_without) == (1, 2)
    assert (demo.odds_ratio, demo.reason) == (None, FEW_WENT)
    decider = of(found, "role", "decision_maker")
    assert (decider.n_with, decider.weeks_with, decider.went_with) == (1, 2, 0)
    assert {f.key for f in found.items} == {"demo", "decision_maker"}  # nobody met the fair, no champion came
    assert found.adjusted_for == (FIRST_CHANNEL, TIME_SPENT)
    assert "Too few journeys" in found.explain("en")


def test_where_journeys_go_back_each_stay_is_one_of_its_own() -> None:
    """Weeks elsewhere are no weeks in the stage, what happens there is not met in it, and going back is not going on."""
    stages = (Stage("look", {}), *MAP.stages)
    by = small_world.rules(
        6, 4, {0: [4], 1: [0], 2: [1], 3: [2]}, failures=[3], success=2, stage_ids=("look", "consider", "won", "lost"),
        touchpoints={"demo": [3]}, n_role_sets=3, inactive=3650 * DAY, regress=[0],
    )  # fmt: skip
    events = [
        # considers for 14 days, goes back for 70 (a demo there), considers for 21 (a demo in the first week), is won
        *(e(0, 100, 0), e(0, 114, 4), e(0, 150, 3), e(0, 184, 0), e(0, 186, 3), e(0, 205, 1)),
        # a demo in the first stay is none in the second
        *(e(1, 100, 0), e(1, 101, 3), e(1, 114, 4), e(1, 121, 0), e(1, 128, 1)),
    ]
    found = ask(events, 2, by=by, the_map=replace(MAP, stages=stages))
    assert (found.n, found.went) == (4, 2)
    demo = of(found, "touchpoint", "demo")
    assert (demo.n_with, demo.n_without) == (2, 2)
    assert (demo.weeks_with, demo.weeks_without) == (2 + 1, 2 + 1 + 1 + 1)
    assert (demo.went_with, demo.went_without) == (1, 1)


def test_a_role_set_makes_all_its_roles_be_there_and_the_same_weeks_are_tested_once() -> None:
    events = [x for u in range(4) for x in (e(u, 100, 0), e(u, 103, 4, role=2), e(u, 150 + u, 1))]
    found = ask(events, 4)
    assert [f.key for f in found.items] == ["champion"]  # the decision maker was there in the same weeks


def world(seed: int, n: int, effect: float, rate: float = 0.15, base: float = 0.05) -> list[E]:
    """Units that meet a demo at a constant pace, and go on at a pace that it multiplies from the week after."""
    rng = np.random.default_rng(seed)
    events = []
    for u in range(n):
        entered, met = 10 + int(rng.integers(0, 100)), False
        events.append(e(u, entered, 0))
        for week in range(40):
            start = entered + 7 * week
            chance = base * (effect if met else 1.0)
            if rng.random() < chance:
                events.append(e(u, start + 6, 1))
                break
            if rng.random() < 0.02:
                events.append(e(u, start + 6, 2))
                break
            if not met and rng.random() < rate:
                met = True
                events.append(e(u, start + 3, 3))
    return events


def test_a_planted_effect_is_found() -> None:
    demo = of(ask(world(1, 900, 3.0), 900, min_n=10), "touchpoint", "demo")
    assert demo.low is not None and demo.high is not None and demo.p is not None
    assert demo.separates and demo.forward
    assert demo.low < 3.2 < demo.high  # a hazard of 3 × 0.05 a week is an odds ratio of 3.35
    assert demo.low > 2


def test_who_stays_longer_is_not_taken_for_who_meets_more() -> None:
    """Whoever stays longer has more time to meet a demo: the weeks before it are not weeks with it (immortal time)."""
    events = world(2, 900, 1.0)
    met, on = ({x.unit for x in events if x.kind == k} for k in (3, 1))
    last = {x.unit: x.at for x in events}
    stayed = {x.unit: last[x.unit] - x.at for x in events if x.kind == 0}
    pace = [len(on & some) / sum(stayed[u] for u in some) for some in (met, set(stayed) - met)]
    demo = of(ask(events, 900, min_n=10), "touchpoint", "demo")
    assert pace[0] / pace[1] < 0.7  # which would look as if demos kept companies from buying
    assert demo.low is not None and demo.high is not None
    assert demo.low < 1 < demo.high
    assert not demo.separates


def test_what_both_have_from_being_large_is_taken_out() -> None:
    """Large units go on three times as fast and meet demos four times as often; the demo itself does nothing."""
    small, large = world(3, 700, 1.0, rate=0.05, base=0.03), world(4, 700, 1.0, rate=0.4, base=0.12)
    events = [*small, *(replace(x, unit=x.unit + 700) for x in large)]
    size = Attribute("employees", np.repeat([0, 1], 700).astype(np.int32), ["1-99", "1000-"])
    raw = of(ask(events, 1400, min_n=10), "touchpoint", "demo")
    adjusted = of(ask(events, 1400, min_n=10, traits=Traits(size, None)), "touchpoint", "demo")
    assert raw.low is not None and raw.low > 1.3
    assert adjusted.low is not None and adjusted.high is not None
    assert adjusted.low < 1 < adjusted.high


def test_few_with_or_without_are_refused() -> None:
    events = world(1, 60, 1.0)
    refused = of(ask(events, 60, min_n=55), "touchpoint", "demo")
    assert (refused.reason, refused.odds_ratio, refused.q, refused.separates) == ("n<55", None, None, False)


def test_where_all_with_it_go_on_at_once_there_is_no_ratio() -> None:
    """Six meet the demo as they enter and go on in that week; of six others each goes on in its second week."""
    events = [x for u in range(6) for x in (e(u, 100, 0), e(u, 100, 3), e(u, 105, 1))]
    events += [x for u in range(6, 12) for x in (e(u, 100, 0), e(u, 112, 1))]
    demo = of(ask(events, 12), "touchpoint", "demo")
    assert (demo.went_with, demo.weeks_with, demo.went_without, demo.weeks_without) == (6, 6, 6, 12)
    assert (demo.odds_ratio, demo.q, demo.reason) == (None, None, ALL_WENT)


def test_the_stays_of_one_unit_alone_give_no_ratio() -> None:
    """One account goes to and fro twenty-four times: in every second stay a demo, in every fourth it goes on. No error can be told."""
    stages = (Stage("look", {}), *MAP.stages)
    by = small_world.rules(
        6, 4, {0: [4], 1: [0], 2: [1], 3: [2]}, failures=[3], success=2, stage_ids=("look", "consider", "won", "lost"),
        touchpoints={"demo": [3]}, n_role_sets=3, inactive=3650 * DAY, regress=[0],
    )  # fmt: skip
    events = []
    for x in range(24):
        events += [e(0, 20 * x, 4), e(0, 20 * x + 1, 0)] + ([e(0, 20 * x + 2, 3)] if x % 2 else [])
        events += [e(0, 20 * x + 18, 1)] if x % 4 < 2 else []
    demo = of(ask(events, 1, 600, by=by, the_map=replace(MAP, stages=stages)), "touchpoint", "demo")
    assert (demo.n_with, demo.n_without, demo.went_with, demo.went_without) == (12, 12, 6, 6)
    assert (demo.odds_ratio, demo.p, demo.q, demo.reason) == (None, None, None, ONE_UNIT)


def test_units_with_two_journeys_are_one_cluster() -> None:
    """Each journey twice in its unit: twice the weeks, but no more knowledge."""
    once = world(5, 300, 2.0)
    lost = [e(x.unit, x.at / DAY, x.kind) for x in once]
    ended = {x.unit for x in once if x.kind == 2}
    twice = lost + [replace(x, at=x.at + 500 * DAY) for x in lost if x.unit in ended]
    one, two = (of(ask(x, 300, 1500, min_n=10), "touchpoint", "demo") for x in (once, twice))
    assert two.weeks_with > one.weeks_with and two.went_with == one.went_with
    assert two.odds_ratio is not None and one.odds_ratio is not None


def brute(w: Weeks) -> dict[tuple[int, int, int, int], list[int]]:
    out: dict[tuple[int, int, int, int], list[int]] = {}
    for s in range(len(w.n)):
        for f in range(w.since.shape[1]):
            for week in range(w.n[s]):
                band = sum(week >= b for b in BANDS) - 1
                cell = out.setdefault((f, int(week >= w.since[s, f]), int(w.code[s]), band), [0, 0])
                cell[0] += 1
                cell[1] += week == w.n[s] - 1 and bool(w.went[s])
    return out


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(0, 40))
def test_cells_by_brute_force(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    since = rng.choice([0, 1, 3, 9, 30, NEVER_THERE], (n, 3)).astype(np.uint16)
    owner = np.sort(rng.integers(0, 20, n)).astype(np.int64)
    w = Weeks(owner, rng.integers(1, 70, n).astype(np.int32), rng.integers(0, 2, n).astype(np.uint8),
              rng.integers(0, 4, n).astype(np.int32), since, 4)  # fmt: skip
    with LocalExecutor(2) as executor:
        cells = cells_of(w, executor)
    expected = brute(w)
    for cell in np.ndindex(cells.weeks.shape):
        assert [cells.weeks[cell], cells.went[cell]] == expected.get(cell, [0, 0])
    assert cells.n_with.tolist() == [int((since[:, f] < w.n).sum()) for f in range(3)]


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), data=st.data())
def test_order_shards_and_later_events_change_nothing(seed: int, data: Any) -> None:
    events = world(seed, 25, 2.0)
    later = [e(u, 401, 3, role=1) for u in range(25)]
    expected = ask(events, 25)
    again = ask([*data.draw(st.permutations(events)), *later], 25, cuts=[9, 17])
    assert again == expected


def test_levels_the_largest_first_and_the_rest_together() -> None:
    codes = np.array([5, 5, 5, -1, -1, *range(10, 20)], np.int32)
    assert _levels(codes).tolist() == [0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 6, 6, 6, 6, 6]


def test_nobody_in_the_stage_has_an_answer() -> None:
    found = ask([], 0)
    assert (found.n, found.items, found.best) == (0, (), None)
    assert found.to_dict()["factors"] == []


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_it_says_separates_and_never_causes(lang: str) -> None:
    said = ask(world(1, 900, 3.0), 900, min_n=10).explain(lang)
    assert "Demo" in said
    assert ("That does not show that it is the cause." in said) or lang == "ja"


def test_each_group_has_its_own_factors_as_if_it_were_asked_about_alone() -> None:
    """In one group a demo helps, in the other it does not; a third is too small to tell."""
    n = 400
    helped, not_helped = world(1, n, 1.6), [replace(e_, unit=e_.unit + n) for e_ in world(2, n, 0.0)]
    few = [x for u in range(2 * n, 2 * n + 5) for x in (e(u, 100, 0), e(u, 103, 3), e(u, 150, 1))]
    index = small_world.index([*helped, *not_helped, *few], 2 * n + 5, ["k"] * 6, ROLE_SETS, cuts=[n // 2])
    codes = np.minimum(np.arange(2 * n + 5) // n, 2).astype(np.int32)
    with LocalExecutor(2) as executor:
        journals = journal(index, RULES, executor)

        def asked(**more: Any) -> Any:
            return bottleneck(
                index, MAP, RULES, journals, Scope(instant(400 * DAY), **more), executor=executor, currency="JPY",
                stage="consider", traits=lambda: Traits(None, None),
            )  # fmt: skip

        found = asked(groups=(codes, ["helped", "not", "few"]))
        groups = {g.value: g.factors for g in found.groups}
        for g, value in enumerate(("helped", "not", "few")):
            assert groups[value] == asked(selection=codes == g).factors
        assert found.factors == asked().factors
    assert of(groups["helped"], "touchpoint", "demo").separates
    assert not of(groups["not"], "touchpoint", "demo").separates
    assert of(groups["few"], "touchpoint", "demo").reason == "n<10"
    assert groups["few"].explain("en") == "Too few journeys to tell what separates those that went on."
    told = found.to_dict()["groups"]
    assert {g["factors_of"]["from"] for g in told} == {"consider"} and all(g["factors"] for g in told)
