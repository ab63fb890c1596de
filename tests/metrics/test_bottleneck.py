"""Value at stake: hand-made cases, a brute force of every replicate, the ranking, and what is refused."""

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
from tabiji.errors import NotFoundError
from tabiji.index.journal import journal
from tabiji.journeymap.model import JourneyMap, Stage
from tabiji.metrics import bootstrap
from tabiji.metrics.bootstrap import REPLICATES, SEED
from tabiji.metrics.bottleneck.figures import LEAST_SEGMENT, ranked
from tabiji.metrics.bottleneck.question import bottleneck
from tabiji.metrics.bottleneck.result import (
    AFTER_SUCCESS,
    NO_REFERENCE,
    UNKNOWN_ONWARD,
    BottleneckResult,
    Stake,
    TransitionStake,
)
from tabiji.metrics.bottleneck.stakes import Attribute, interval
from tabiji.metrics.deals import NO_CURRENCY, Amounts
from tabiji.metrics.scope import Scope, instant
from tabiji.metrics.transitions import NOBODY_AT_RISK
from tabiji.result import Share

IDS = ("aware", "consider", "won", "used", "lost")
MAP = JourneyMap(
    "m", {},
    (
        Stage("aware", {}, target_share=0.9), Stage("consider", {}, target_share=0.75), Stage("won", {}, kind="success"),
        Stage("used", {}), Stage("lost", {}, kind="failure"),
    ),
    horizon_days=100,
)  # fmt: skip
RULES = small_world.rules(
    6, 5, {0: [0], 1: [1], 2: [2], 3: [3], 4: [4]}, failures=[4], success=2, inactive=365 * DAY, stage_ids=IDS
)
BARE = replace(MAP, stages=tuple(replace(s, target_share=None) for s in MAP.stages))


def ask(events: list[E], n_units: int, as_of: float = 400, *, of: JourneyMap = MAP, cuts: Sequence[int] = (), **more: Any) -> BottleneckResult:  # fmt: skip
    index = small_world.index(events, n_units, ["k"] * 6, cuts=cuts)
    scoped = {k: more.pop(k) for k in ("groups", "selection") if k in more}
    scope = Scope(instant(int(as_of * DAY)), min_n=more.pop("min_n", 1), **scoped)
    with LocalExecutor(2) as executor:
        journals = journal(index, RULES, executor)
        return bottleneck(index, of, RULES, journals, scope, executor=executor, currency="JPY", **more)


def history(unit: int, *steps: tuple[float, int], value: float | None = None) -> list[E]:
    return [E(unit, int(t * DAY), k, value=value if k == 2 else None) for t, k in steps]


TEN = [
    *history(0, (10, 0), (20, 1), (30, 2), value=100),  # entered more than a year ago
    *history(1, (100, 0), (120, 1), (130, 2), value=200),
    *history(2, (100, 0), (120, 1), (150, 2), value=600),
    *history(3, (100, 0), (120, 1), (150, 2)),  # won, but nothing tells its value
    *history(4, (100, 0), (120, 1), (150, 4)),
    *history(5, (100, 0), (120, 1), (160, 4)),
    *history(6, (100, 0), (120, 1), (170, 4)),
    *history(7, (100, 0), (120, 1), (250, 2), value=300),  # goes on, but only after the horizon
    *history(8, (100, 0), (130, 4)),
    *history(9, (100, 0), (250, 1), (260, 4)),  # goes on after the horizon, too
]


def test_ten_accounts_by_hand() -> None:
    found = ask(TEN, 10)
    aware, consider, won = found.transitions
    # 8 of 10 go on within 100 days, then 4 of 9; the mean of 100, 200, 600 and 300
    assert (aware.n_per_year, consider.n_per_year, consider.onward) == (9, 8, 1)
    assert [aware.share.share, aware.onward, consider.share.share] == pytest.approx([0.8, 4 / 9, 4 / 9])
    assert (found.mean_deal, found.n_valued, found.currency) == (300, 4, "JPY")
    assert aware.at_stake is not None and aware.journeys is not None and consider.at_stake is not None
    assert aware.at_stake.value == pytest.approx(9 * 0.1 * (4 / 9) * 300)
    assert aware.journeys.value == pytest.approx(9 * 0.1 * (4 / 9))
    assert consider.at_stake.value == pytest.approx(8 * (0.75 - 4 / 9) * 300)
    assert (aware.reference.source, aware.reference.share) == ("target", 0.9)  # type: ignore[union-attr]
    assert (won.at_stake, won.rank, won.reason) == (None, None, AFTER_SUCCESS)
    assert found.top is consider or found.top is aware


def test_above_the_plan_nothing_is_at_stake() -> None:
    easy = replace(MAP, stages=tuple(replace(s, target_share=0.1) for s in MAP.stages))
    found = ask(TEN, 10, of=easy)
    assert [t.at_stake.value for t in found.transitions[:2] if t.at_stake] == [0, 0]
    assert found.top is None
    assert "Nothing can be said to be at stake" in found.explain("en")


def test_a_share_that_the_funnel_does_not_know_is_no_share_onward_and_no_reference() -> None:
    """Of consider one went on after 20 days, the longest that anybody was watched; the other is open since 5: nobody is at risk at 100."""
    events = [
        *history(0, (350, 0), (360, 1), (380, 2)),
        *history(1, (250, 0), (395, 1)),
        *history(2, (250, 0), (260, 4)),
    ]
    alike = Attribute("industry", np.zeros(3, np.int32), ["a"])
    aware, consider, _ = ask(events, 3, of=replace(BARE, horizon_days=100), segments=lambda: [alike]).transitions
    assert consider.share.reason == NOBODY_AT_RISK
    assert (aware.onward, aware.reason) == (None, NO_REFERENCE)  # one segment of three journeys, fewer than 50
    planned, _, _ = ask(events, 3).transitions
    assert (planned.onward, planned.at_stake, planned.reason) == (None, None, UNKNOWN_ONWARD)


def draws(replicate: int, n: int) -> list[int]:
    """Weights of n units in a replicate, drawn with whole numbers of any size."""
    mask, weight = (1 << 64) - 1, [0] * n
    for i in range(n):
        x = (SEED + replicate * n + i + 1) * 0x9E3779B97F4A7C15 & mask
        x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9 & mask
        x = (x ^ x >> 27) * 0x94D049BB133111EB & mask
        weight[((x ^ x >> 31) >> 32) * n >> 32] += 1
    return weight


def share_of(stays: list[tuple[float, str, int]], weight: Sequence[int], horizon: float) -> float:
    """Aalen–Johansen, one instant after the other. stays: (duration, cause, unit)."""
    left = sum(weight[u] for _, _, u in stays)
    s, f = 1.0, 0.0
    if left == 0:
        return np.nan
    for t in sorted({t for t, _, _ in stays if t <= horizon}):
        here = [(c, weight[u]) for d, c, u in stays if d == t]
        ended, went = sum(w for c, w in here if c != "open"), sum(w for c, w in here if c == "on")
        if ended:
            f, s = f + s * went / left, s * (left - ended) / left
        left -= sum(w for _, w in here)
    watched = sum(weight[u] for d, _, u in stays if d >= horizon)
    unseen = sum(weight[u] for d, c, u in stays if c == "open" and d < horizon)
    return f if watched or not unseen else np.nan


def world(seed: int, n: int) -> tuple[list[E], list[list[tuple[float, str, int]]], np.ndarray, list[float | None]]:
    """One journey a unit: its events, stays in aware and consider, who entered in the last year, value."""
    rng = np.random.default_rng(seed)
    events: list[E] = []
    stays: list[list[tuple[float, str, int]]] = [[], []]
    lately, values = np.zeros((n, 2)), []
    for u in range(n):
        at, value = float(rng.integers(0, 380)), None
        steps: list[tuple[float, int]] = [(at, 0)]
        for k in (0, 1):
            lately[u, k] = 35 < at <= 400
            fate, days = rng.choice(["on", "lost", "open"], p=[0.6, 0.25, 0.15]), float(rng.integers(1, 60))
            if fate == "open" or at + days > 400:
                stays[k].append((400 - at, "open", u))
                break
            at += days
            stays[k].append((days, "on" if fate == "on" else "lost", u))
            steps.append((at, k + 1 if fate == "on" else 4))
            if fate != "on":
                break
            value = float(rng.integers(1, 9) * 100) if k == 1 and rng.random() < 0.8 else None
        values.append(value)
        events += history(u, *steps, value=value)
    return events, stays, lately, values


@pytest.mark.parametrize(("seed", "chosen"), [(1, False), (2, True)])
def test_every_replicate_by_brute_force(seed: int, chosen: bool) -> None:
    n, horizon = 260, 40.0
    events, stays, lately, values = world(seed, n)
    of = replace(BARE if chosen else MAP, horizon_days=int(horizon))
    codes = np.random.default_rng(seed).integers(-1, 3, n).astype(np.int32)
    segments = [Attribute("industry", codes, ["a", "b", "c"])]
    found = ask(events, n, of=of, segments=lambda: segments)

    def figures(weight: Sequence[int]) -> list[float]:
        share = [share_of(stays[k], weight, horizon) for k in (0, 1)]
        worth = [(weight[u], v) for u, v in enumerate(values) if v is not None]
        mean = sum(w * v for w, v in worth) / sum(w for w, _ in worth)
        out = []
        for k in (0, 1):
            reference = 0.9 if k == 0 else 0.75
            if chosen:
                groups = [[s for s in stays[k] if codes[s[2]] == g] for g in range(3)]
                enough = [g for g in groups if sum(weight[u] for _, _, u in g) >= LEAST_SEGMENT]
                reference = max(share_of(g, weight, horizon) for g in enough) if enough else np.nan
            entered = sum(w * float(lately[u, k]) for u, w in enumerate(weight))
            out.append(entered * (reference - share[k]) * (share[1] if k == 0 else 1.0) * mean)
        return out

    centre = figures([1] * n)
    rows = np.array([figures(draws(r, n)) for r in range(REPLICATES)])
    for k, t in enumerate(found.transitions[:2]):
        low, high = interval(rows[:, k], centre[k]) or (0.0, 0.0)
        assert t.at_stake is not None
        assert t.at_stake.value == pytest.approx(max(0, centre[k]), rel=1e-12)
        assert (t.at_stake.low, t.at_stake.high) == pytest.approx((max(0, low), max(0, high)), rel=1e-9)
        if chosen:
            assert t.reference is not None and t.reference.attribute == "industry"
            size = sum(codes[s[2]] == "abc".index(t.reference.value or "") for s in stays[k])
            assert t.reference.n == size >= LEAST_SEGMENT


def test_the_interval_mirrors_replicates_around_the_figure() -> None:
    values = np.arange(1.0, 1001.0)  # 2.5 % lie up to 25, 97.5 % up to 975
    assert interval(values, 500.0) == (25, 975)
    assert interval(values, 100.0) == (-775, 175)
    assert interval(np.full(5, np.nan), 1.0) is None
    assert interval(values, float("nan")) is None


def test_ranked_by_the_lower_bound_then_by_the_figure() -> None:
    def at(value: float, low: float, high: float) -> TransitionStake:
        return TransitionStake("a", "b", 9, Share(0.5, 0.4, 0.6, 99), at_stake=Stake(value, low, high, "JPY"))

    told = [at(9, 1, 20), at(5, 4, 6), TransitionStake("a", "b", 0, Share(None, None, None, 0)), at(7, 1, 9), at(0, 0, 3), at(0, 0, 0)]  # fmt: skip
    assert [t.rank for t in ranked(told)] == [2, 1, None, 3, 4, 5]


def test_without_a_plan_and_without_a_segment_there_is_nothing_to_hold_against() -> None:
    found = ask(TEN, 10, of=BARE)
    assert [t.reason for t in found.transitions] == [NO_REFERENCE, NO_REFERENCE, AFTER_SUCCESS]
    assert found.top is None and found.ranked == ()
    few = [Attribute("industry", np.zeros(10, np.int32), ["a"])]
    assert ask(TEN, 10, of=BARE, segments=lambda: few).transitions[0].reference is None  # 10 < 50


def test_a_map_without_success_counts_journeys_to_its_last_stage() -> None:
    stages = tuple(replace(s, kind="step") if s.kind == "success" else s for s in MAP.stages)
    found = ask(TEN, 10, of=replace(MAP, stages=stages))
    assert next(n.code for n in found.notices) == "no_success"
    assert found.currency is None
    assert [t.at_stake.unit for t in found.transitions if t.at_stake] == ["journeys"] * 2
    assert found.transitions[1].onward == 0  # nobody ever used it
    assert found.transitions[2].reason == NO_REFERENCE


def test_values_in_several_currencies_are_never_added() -> None:
    codes = np.array([0, 0, 1, *[NO_CURRENCY] * 7], np.int32)
    amounts = Amounts(np.array([100.0, 200, 300, *[np.nan] * 7]), codes, ("EUR", "USD"))
    events = [replace(e, value=None) for e in TEN]
    found = ask(events, 10, amounts=amounts)
    assert found.currency is None and found.mean_deal is None
    assert found.transitions[1].at_stake == found.transitions[1].journeys
    (notice,) = [n for n in found.notices if n.code == "mixed_currencies"]
    assert "EUR, USD" in notice.render("en")


def test_each_value_is_answered_as_if_it_had_been_asked_about_alone() -> None:
    events, n_units = world(3, 60)[0], 60
    codes = np.array([u % 3 - 1 for u in range(n_units)], np.int32)
    size = Attribute("size", np.arange(n_units, dtype=np.int32) % 2, ("small", "large"))
    segments = {"segments": lambda: [size], "of": BARE}
    found = ask(events, n_units, groups=(codes, ("north", "south")), **segments)
    assert found.total == ask(events, n_units, **segments).total
    assert sorted(g.value or "" for g in found.groups) == ["north", "south"]
    for group in found.groups:
        code = ("north", "south").index(group.value or "")
        alone = ask(events, n_units, selection=codes == code, **segments).total
        assert (group.transitions, group.mean_deal, group.n_valued) == (
            alone.transitions,
            alone.mean_deal,
            alone.n_valued,
        )
        assert (group.n, group.currency, group.notices) == (alone.n, alone.currency, alone.notices)
    told = found.to_dict()["groups"][0]
    assert list(told) == ["value", "n", "mean_deal", "n_valued", "currency", "transitions", "notices"]
    assert [r["group"] for r in found.rows()][:3] == [told["value"]] * 3
    assert "groups" not in ask(TEN, 10).to_dict()


def test_a_value_without_deals_is_told_in_journeys_and_says_so() -> None:
    events = [*TEN, *(replace(e, unit=e.unit + 10, value=None) for e in TEN)]
    codes = np.array([0] * 10 + [1] * 10, np.int32)
    paid, unpaid = ask(events, 20, groups=(codes, ("paid", "unpaid"))).groups
    assert (paid.currency, unpaid.currency) == ("JPY", None)
    assert [n.code for n in unpaid.notices] == ["no_values"] and paid.notices == ()
    assert unpaid.transitions[0].at_stake is not None and unpaid.transitions[0].at_stake.unit == "journeys"


def test_too_few_values_too_few_journeys() -> None:
    found = ask(TEN, 10, min_n=5)
    assert [n.code for n in found.notices] == ["few_values"]
    assert found.transitions[0].at_stake is not None and found.transitions[0].at_stake.unit == "journeys"
    refused = ask(TEN, 10, min_n=10)
    assert [t.reason for t in refused.transitions[:2]] == [None, "n<10"]
    nothing = ask([replace(e, value=None) for e in TEN], 10)
    assert "no_values" in [n.code for n in nothing.notices]


def test_empty_data_one_account_and_one_stage_have_an_answer() -> None:
    empty = ask([], 0)
    assert [t.reason for t in empty.transitions[:2]] == ["n<1", "n<1"]
    assert empty.top is None and empty.notices == ()
    assert empty.explain("en") == "No journey has started by the date of this question."
    one = ask(history(0, (100, 0), (120, 4)), 1)
    assert one.transitions[0].share.share == 0
    assert one.transitions[0].onward is None  # nobody considered: what would come of it is not known
    alone = ask(TEN, 10, of=JourneyMap("m", {}, (Stage("aware", {}),)))
    assert alone.transitions == ()


def test_an_unknown_stage_is_named_with_the_nearest() -> None:
    with pytest.raises(NotFoundError, match="consider"):
        ask(TEN, 10, stage="considr")
    with pytest.raises(NotFoundError):
        ask(TEN, 10, stage="used")  # it leads to none


def test_a_short_history_is_said() -> None:
    (notice,) = [n for n in ask(TEN[3:], 10, 300).notices if n.code == "short_year"]
    assert notice.values == {"days": 200}


def test_above_the_most_units_parts_give_about_the_same_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    events, *_ = world(5, 1600)
    whole = ask(events, 1600).transitions[1].at_stake
    monkeypatch.setattr(bootstrap, "MOST_UNITS", 1000)
    parts = ask(events, 1600).transitions[1].at_stake
    assert whole is not None and parts is not None
    assert parts.value == whole.value
    width = whole.high - whole.low
    assert abs(parts.low - whole.low) < 0.25 * width
    assert abs(parts.high - whole.high) < 0.25 * width


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 30), data=st.data())
def test_order_shards_and_later_events_change_nothing(seed: int, n: int, data: Any) -> None:
    events, *_ = world(seed, n)
    expected = ask(events, n)
    shuffled = data.draw(st.permutations(events))
    later = [E(u, 401 * DAY + u, 2, value=9e9) for u in range(n)]
    again = ask([*shuffled, *later], n, cuts=[x for x in (n // 3, n // 2) if 0 < x < n])
    assert again.transitions == expected.transitions
    assert (again.mean_deal, again.n_valued) == (expected.mean_deal, expected.n_valued)


def test_the_best_of_many_alike_segments_is_not_taken_for_better_than_the_rest() -> None:
    """The figures of decision 0008: percentiles of the replicates would always say that something is lost."""
    rng = np.random.default_rng(0)
    n = np.exp(rng.uniform(np.log(50), np.log(400), (100, 36))).astype(int)
    went = rng.binomial(n, 0.7)
    told = {"basic": 0, "percentiles": 0}
    for size, on in zip(n, went, strict=True):
        again = rng.binomial(size, on / size, (400, 36))
        gaps = (again / size).max(axis=1) - again.sum(axis=1) / size.sum()
        low, _ = interval(gaps, float((on / size).max() - on.sum() / size.sum())) or (0.0, 0.0)
        told["basic"] += low > 0
        told["percentiles"] += np.quantile(gaps, 0.025) > 0
    assert told["percentiles"] == 100
    assert told["basic"] < 65
