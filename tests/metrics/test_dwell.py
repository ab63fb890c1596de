"""Stays: hand-made cases, a brute force of every figure, groups and their test."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import small_world
from small_world import DAY, E
from tabiji.compute import LocalExecutor
from tabiji.index.journal import journal
from tabiji.journeymap.model import JourneyMap, Stage
from tabiji.metrics.dwell.logrank import chi_square_above, log_rank
from tabiji.metrics.dwell.question import DwellResult, dwell
from tabiji.metrics.dwell.result import FEW_GROUPS, LAST_STAGE, NOBODY_LEFT, NOT_REACHED
from tabiji.metrics.scope import Scope, instant
from tabiji.metrics.survival import CAUSE_BITS, CAUSE_MASK

IDS = ("aware", "consider", "won", "lost")
MAP = JourneyMap(
    "m", {}, (Stage("aware", {}), Stage("consider", {}), Stage("won", {}, kind="success"), Stage("lost", {}, kind="failure"))
)  # fmt: skip
RULES = small_world.rules(
    5, 4, {0: [0], 1: [1], 2: [2], 3: [3]}, failures=[3], success=2, inactive=365 * DAY, stage_ids=IDS
)


def ask(events: list[E], n_units: int, as_of: float, by: Any = RULES, **scope: Any) -> DwellResult:
    index = small_world.index(events, n_units, ["k"] * 5)
    with LocalExecutor(2) as executor:
        journals = journal(index, by, executor)
        asked = Scope(instant(int(as_of * DAY)), **{"min_n": 1, **scope})
        return dwell(index, MAP, by, journals, asked, executor=executor)


def history(unit: int, *steps: tuple[float, int]) -> list[E]:
    return [E(unit, int(t * DAY), k) for t, k in steps]


SEVEN = [
    *history(0, (0, 0), (10, 1), (30, 2)),  # all the way
    *history(1, (0, 0), (20, 1), (40, 3)),  # lost while considering
    *history(2, (0, 0), (30, 3)),  # lost while aware
    *history(3, (5, 0), (15, 2)),  # passes over consideration
    *history(4, (350, 0)),  # open for 50 days
    *history(5, (10, 0)),  # dormant 365 days later
    *history(6, (100, 0), (150, 1), (395, 4)),  # open while considering, for 250 days
]


def test_seven_accounts_by_hand() -> None:
    aware, consider, won = ask(SEVEN, 7, 400).stages
    # leaving at 10, 10, 20, 30, 50 (and one censored there), 365; at risk 7, 5, 4, 3, 1
    assert (aware.n, aware.open, aware.advanced, aware.lost, aware.dormant, aware.skipped) == (7, 1, 4, 1, 1, 0)
    assert aware.median_days == 30
    assert aware.quartiles_days == (10, 30, 365)
    assert aware.closed_only_median_days == 25  # of 10, 10, 20, 30, 50, 365
    assert aware.advance_median_days == 50  # 2/7, 3/7, then 3/7 + 1/7 at 50
    # considering: 0 (passed over), 20 advance, 20 lost, 250 open
    assert (consider.n, consider.open, consider.advanced, consider.lost, consider.skipped) == (4, 1, 2, 1, 1)
    assert (consider.median_days, consider.closed_only_median_days, consider.advance_median_days) == (20, 20, 20)
    # won: nobody has left it, and there is nothing to go on to
    assert (won.n, won.open, won.advanced, won.lost, won.dormant, won.median_days) == (2, 0, 0, 0, 2, 365)
    assert won.reasons["advance_median_days"] == LAST_STAGE


def test_the_last_stage_is_left_by_loss_and_silence_only() -> None:
    churned = [*history(0, (0, 2), (50, 3)), *history(1, (0, 2), (20, 4)), *history(2, (350, 2))]
    won = ask(churned, 3, 400).stages[2]
    assert (won.n, won.open, won.advanced, won.lost, won.dormant) == (3, 1, 0, 1, 1)
    assert (won.median_days, won.closed_only_median_days) == (385, (50 + 385) / 2)
    assert (won.advance_median_days, won.reasons["advance_median_days"]) == (None, LAST_STAGE)


def test_not_reached_is_told_apart_from_too_few_and_from_none() -> None:
    waiting = [e for u in range(4) for e in history(u, (0, 0))] + history(4, (0, 0), (3, 1))
    aware, consider, won = ask(waiting, 5, 100).stages
    assert aware.median_days is None and aware.quartiles_days == (None, None, None)
    assert {aware.reasons[k] for k in ("median_days", "quartiles_days", "advance_median_days")} == {NOT_REACHED}
    assert aware.closed_only_median_days == 3  # which is why it misleads
    assert consider.reasons["closed_only_median_days"] == NOBODY_LEFT
    assert (won.n, won.reasons["median_days"]) == (0, "n<1")
    refused = ask(waiting, 5, 100, min_n=6).stages[0]
    assert (refused.n, refused.median_days, refused.reasons["median_days"]) == (5, None, "n<6")
    assert refused.reasons["closed_only_median_days"] == "n<6"


def test_the_sentence_tells_how_many_passed_over_the_stage() -> None:
    stayed = [e for u in (1, 2) for e in history(u, (0, 0), (1, 1), (30, 2))]
    told = ask([*history(0, (0, 0), (5, 2)), *stayed], 3, 50.0)
    assert (told.stages[1].median_days, told.stages[1].skipped) == (29, 1)
    assert told.explain("en").endswith(
        "half have left after 29 days. 1 passed over it, which counts as a stay of 0 days."
    )
    assert "passed over" not in ask(stayed, 3, 50.0).explain("en")


def test_the_sentence_rounds_days_as_the_pages_do() -> None:
    told = ask([*history(0, (0, 0), (10.4, 1)), *history(1, (0, 0))], 2, 20.0)
    assert told.stages[0].median_days == pytest.approx(10.4)
    assert "half have left after 10 days." in told.explain("en")
    assert told.explain("ja").startswith("最も長く留まるのは")
    of_a_day = ask([*history(0, (0, 0), (1, 1)), *history(1, (0, 0))], 2, 20.0)
    assert "half have left after 1 day." in of_a_day.explain("en")


def test_no_stage_is_the_longest_where_half_of_all_stays_last_no_time() -> None:
    told = ask([e for u in range(3) for e in history(u, (0, 0), (0, 1), (0, 2))], 3, 50.0)
    assert [s.median_days for s in told.stages[:2]] == [0, 0]
    assert told.explain("en").startswith("Half of all stays last no time")


def test_the_sentence_rounds_days() -> None:
    found = ask([], 0, 100)
    assert [s.n for s in found.stages] == [0, 0, 0]
    assert found.explain("en") == "No journey has started by the date of this question."


def test_the_json_of_the_verb() -> None:
    told = ask(SEVEN, 7, 400).to_dict()
    assert list(told) == ["question", "provenance", "stages", "notices"]
    assert {
        "id", "n", "open", "advanced", "lost", "dormant", "median_days", "low_days", "high_days",
        "closed_only_median_days", "quartiles_days", "advance_median_days",
    } <= set(told["stages"][0])  # fmt: skip


def test_what_happens_after_the_day_of_the_question_changes_nothing() -> None:
    later = [*SEVEN, *history(4, (401, 1)), *history(6, (402, 3))]
    assert ask(later, 7, 400).to_dict()["stages"] == ask(SEVEN, 7, 400).to_dict()["stages"]


def test_groups_are_told_apart_and_tested() -> None:
    quick = [e for u in range(8) for e in history(u, (0, 0), (1 + u, 1))]
    slow = [e for u in range(8, 16) for e in history(u, (0, 0), (40 + u, 1))]
    codes = np.array([0] * 8 + [1] * 8 + [2], np.int32)
    events = quick + slow + history(16, (0, 0))
    found = ask(events, 17, 100, groups=(codes, ("quick", "slow", "one")), min_n=3)
    assert [g.value for g in found.groups] == ["quick", "slow", "one"]
    assert [g.stages[0].median_days for g in found.groups] == [4, 51, None]
    test = found.tests[0]
    assert [(g.value, g.n, g.left) for g in test.groups] == [("quick", 8, 8), ("slow", 8, 8)]
    assert sum(g.expected for g in test.groups) == pytest.approx(16)
    assert test.p is not None and test.p < 0.001 and test.df == 1
    assert "leave at different paces" in test.meaning("en") and "Fastest: quick" in test.meaning("en")
    assert found.tests[2].reason == FEW_GROUPS
    assert found.to_dict()["tests"][0]["test"] == "log_rank"


def test_alike_groups_are_not_told_to_be_alike() -> None:
    events = [e for u in range(20) for e in history(u, (0, 0), (1 + u // 2, 1))]
    found = ask(events, 20, 100, groups=(np.arange(20, dtype=np.int32) % 2, ("a", "b")))
    test = found.tests[0]
    assert (test.statistic, test.p) == (pytest.approx(0, abs=1e-12), pytest.approx(1))
    assert test.meaning("en").endswith("That does not show that they are alike.")


def test_several_journeys_of_a_unit_are_one_cluster() -> None:
    twice = [e for u in range(6) for e in history(u, (0, 0), (5, 3), (10, 0), (12 + u, 1))]
    found = ask(twice, 6, 100, groups=(np.arange(6, dtype=np.int32) % 2, ("a", "b")))
    assert [n.code for n in found.notices] == ["resampled_units"]
    assert found.tests[0].to_dict()["test"] == "log_rank_clustered"
    assert found.tests[0].p is not None and found.tests[0].p > 0.05
    aware = found.stages[0]
    assert aware.median_days is not None and aware.low_days is not None
    assert aware.low_days <= aware.median_days
    assert aware.resampled


CASES = st.lists(
    st.tuples(st.integers(0, 30), st.sampled_from([None, 1, 2, 3]), st.integers(0, 40)), min_size=1, max_size=10
)


@settings(max_examples=60, deadline=None)
@given(CASES)
def test_any_ten_accounts_by_brute_force(cases: list[tuple[int, int | None, int]]) -> None:
    """Each account enters at a day and leaves `step` days later by going on (1, 2), by loss (3), or not at all."""
    as_of, events, stays = 60, [], []
    for u, (start, kind, step) in enumerate(cases):
        events += history(u, (start, 0))
        left = kind is not None and start + step <= as_of
        if left and kind is not None:
            events += history(u, (start + step, kind))
        until = step if left else as_of - start
        stays.append((until, left, left and kind in (1, 2)))
    aware = ask(events, len(cases), as_of).stages[0]
    survival, incidence, median, advance = 1.0, 0.0, None, None
    for t in sorted({t for t, left, _ in stays if left}):
        risk = sum(s >= t for s, _, _ in stays)
        ended = sum(s == t and left for s, left, _ in stays)
        incidence += survival * sum(s == t and went for s, _, went in stays) / risk
        survival *= 1 - ended / risk
        median = t if median is None and survival <= 0.5 + 1e-12 else median
        advance = t if advance is None and incidence >= 0.5 - 1e-12 else advance
    assert (aware.median_days, aware.advance_median_days) == (median, advance)
    closed = [t for t, left, _ in stays if left]
    assert aware.closed_only_median_days == (float(np.median(closed)) if closed else None)
    assert (aware.n, aware.open) == (len(stays), sum(not left for _, left, _ in stays))


def test_log_rank_by_hand() -> None:
    """Group 0 leaves at 1 and 3, group 1 at 2 and is watched until 4."""
    packed = np.array([1 << CAUSE_BITS | 1, 3 << CAUSE_BITS | 1, 2 << CAUSE_BITS | 1, 4 << CAUSE_BITS], np.int64)
    found = log_rank(packed, np.array([0, 0, 1, 1], np.int32), 2)
    expected = 2 / 4 + 1 / 3 + 1 / 2
    variance = 1 / 4 + (1 / 3) * (2 / 3) + 1 / 4
    assert found.observed.tolist() == [2, 1]
    assert found.expected.tolist() == pytest.approx([expected, 3 - expected])
    assert found.statistic == pytest.approx((2 - expected) ** 2 / variance)


def clustered(seed: int, n_units: int, groups: int, most: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Stays of units that are quick or slow in all of theirs, whatever their group: (packed, group, owner)."""
    rng = np.random.default_rng(seed)
    owner = np.repeat(np.arange(n_units), rng.integers(1, most + 1, n_units))
    pace = rng.integers(1, 60, n_units)
    packed = (pace[owner] + rng.integers(0, 4, len(owner))) << CAUSE_BITS | (rng.random(len(owner)) < 0.8)
    return packed.astype(np.int64), rng.integers(0, groups, n_units).astype(np.int32)[owner], owner.astype(np.int64)


@pytest.mark.parametrize("seed", range(5))
def test_clustered_log_rank_by_brute_force(seed: int) -> None:
    packed, group, owner = clustered(seed, 30, 3)
    found = log_rank(packed, group, 3, owner)
    t, gone = packed >> CAUSE_BITS, packed & CAUSE_MASK > 0
    added = np.zeros((30, 3))
    for i in range(len(t)):
        for g in range(3):
            own = float(group[i] == g)
            for s in sorted(set(t[gone])):
                risk = t >= s
                share = float((risk & (group == g)).sum() / risk.sum())
                ended = float((gone & (t == s)).sum())
                added[owner[i], g] += (gone[i] and t[i] == s) * (own - share)
                added[owner[i], g] -= (t[i] >= s) * (own - share) * ended / risk.sum()
    difference = found.observed - found.expected
    assert added.sum(axis=0) == pytest.approx(difference)
    covariance = (added.T @ added)[:2, :2]
    assert found.statistic == pytest.approx(float(difference[:2] @ np.linalg.solve(covariance, difference[:2])))


def test_telling_every_stay_twice_adds_no_evidence() -> None:
    packed, group, owner = clustered(1, 40, 2)
    once = log_rank(packed, group, 2, owner).statistic
    assert log_rank(*(np.tile(x, 2) for x in (packed, group)), 2, np.tile(owner, 2)).statistic == pytest.approx(once)  # type: ignore[misc]


def test_clustered_log_rank_rejects_as_often_as_it_says() -> None:
    p = [log_rank(packed, group, 2, owner).p for packed, group, owner in (clustered(s, 120, 2) for s in range(400))]
    found = float(np.mean([x is not None and x < 0.05 for x in p]))
    assert 0.025 < found < 0.085  # 5 %, ± 3 standard errors
    naive = [log_rank(packed, group, 2).p for packed, group, _ in (clustered(s, 120, 2) for s in range(400))]
    assert float(np.mean([x is not None and x < 0.05 for x in naive])) > 0.1  # which is why


def test_no_test_where_groups_are_never_at_risk_together() -> None:
    packed = np.array([1 << CAUSE_BITS, 2 << CAUSE_BITS, 3 << CAUSE_BITS | 1], np.int64)
    assert log_rank(packed, np.array([0, 0, 1], np.int32), 2).p is None


def test_chi_square() -> None:
    assert chi_square_above(3.841458820694124, 1) == pytest.approx(0.05, rel=1e-12)
    assert chi_square_above(5.991464547107979, 2) == pytest.approx(0.05, rel=1e-12)
    assert chi_square_above(7.814727903251179, 3) == pytest.approx(0.05, rel=1e-12)
    assert chi_square_above(0, 5) == 1.0
