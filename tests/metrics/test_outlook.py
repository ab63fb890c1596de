"""The outlook of a journey: by hand, by a brute force over random stays, as the list and the timeline tell it."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from small_world import DAY
from tabiji.metrics.account.outlook import (
    ENDED,
    FURTHER_BEFORE,
    LAST_STAGE,
    Outlooks,
    after,
    first_stays,
    shares_after,
    waited,
)
from tabiji.metrics.entries import Entries, Moves
from tabiji.metrics.intervals import log_minus_log, wilson
from tabiji.metrics.survival import CAUSE_BITS

OPEN, ON, LOST, DORMANT = range(4)
NEVER = 2**31 - 1
Stay = tuple[int, int]  # days, how it ended


def packed(stays: list[Stay]) -> Any:
    return np.sort(np.array([d * DAY << CAUSE_BITS | cause for d, cause in stays], np.int64))


def brute(stays: list[Stay], waited_days: int, horizon_days: int) -> tuple[float | None, float, int]:
    """(incidence, its variance, n at risk), from the definition: only stays longer than the time waited, day by day; the variance
    as Marubini & Valsecchi write it."""
    later = [(d - waited_days, cause) for d, cause in stays if d > waited_days]
    days = sorted({d for d, cause in later if d <= horizon_days and cause != OPEN})
    steps, s, f = [], 1.0, 0.0
    for t in days:
        risk = sum(d >= t for d, _ in later)
        ended, went = (sum(d == t and cause in kinds for d, cause in later) for kinds in ((ON, LOST, DORMANT), (ON,)))
        f += s * went / risk
        steps.append((risk, ended, went, s, f))
        s *= 1 - ended / risk
    variance = 0.0
    for risk, ended, went, before, at in steps:
        if ended < risk:
            variance += (f - at) ** 2 * ended / (risk * (risk - ended))
        variance += before**2 * went * (risk - went) / risk**3
        variance -= 2 * (f - at) * before * went / risk**2
    if not any(d >= horizon_days for d, _ in later) and any(c == OPEN and d < horizon_days for d, c in later):
        return None, 0.0, len(later)
    return f, variance, len(later)


def test_five_stays_by_hand() -> None:
    # after 10 days four are left: one goes on at 12, one is lost at 15, one is open at 18, one goes on at 40
    stays = packed([(5, ON), (12, ON), (15, LOST), (18, OPEN), (40, ON)])
    share, gone = after(stays, 10 * DAY, 20, 1)
    assert (share.share, share.n, share.horizon_days, gone) == (pytest.approx(1 / 4), 4, 20, pytest.approx(1 / 4))
    longer, _ = after(stays, 10 * DAY, 30, 1)  # the last of them goes on 30 days later: a half of 1/2 is left
    assert longer.share == pytest.approx(1 / 4 + 1 / 2)
    # who leaves at the very instant is not there any more; who is first seen to be open there tells nothing of later
    assert after(stays, 12 * DAY, 30, 1)[0].n == 3 and after(stays, 18 * DAY, 30, 1)[0].n == 1
    assert after(stays, 10 * DAY, 20, 5)[0].to_dict() == {
        "share": None, "low": None, "high": None, "n": 4, "horizon_days": 20, "reason": "n<5",
    }  # fmt: skip
    assert after(stays, 40 * DAY, 20, 1)[0].reason == "n<1"
    assert after(packed([(5, ON), (8, OPEN)]), 0, 30, 1)[0].reason == "nobody at risk at the horizon"


def test_nobody_of_many_went_on_has_an_interval() -> None:
    share, gone = after(packed([(50, OPEN)] * 20 + [(12, LOST)] * 5), 10 * DAY, 30, 10)
    assert (share.share, share.low, share.high, gone) == (0.0, 0.0, wilson(0, 25)[1], pytest.approx(0.2))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 3)), min_size=1, max_size=30),
    st.integers(0, 40), st.integers(1, 30), st.integers(1, 4),
)  # fmt: skip
def test_as_by_brute_force(stays: list[Stay], waited_days: int, horizon: int, min_n: int) -> None:
    share, gone = after(packed(stays), waited_days * DAY, horizon, min_n)
    want, variance, n = brute(stays, waited_days, horizon)
    assert share.n == n
    if n < min_n or want is None:
        assert share.share is None and share.reason and gone is None
    else:
        assert share.share == pytest.approx(want, abs=1e-12)
        if 1e-9 < want < 1 - 1e-9:
            assert (share.low, share.high) == pytest.approx(log_minus_log(want, variance), abs=1e-9)
        assert gone is not None and -1e-12 <= gone <= 1 - want + 1e-12
    times = np.array([waited_days, 0, waited_days + 3], np.int64) * DAY
    quick = shares_after(packed(stays), times, horizon, min_n)
    slow = [after(packed(stays), int(t), horizon, min_n)[0].share for t in times]
    assert quick == pytest.approx([np.nan if x is None else x for x in slow], abs=1e-12, nan_ok=True)


def entries(rows: list[tuple[int, list[int | None], int | None]], as_of: int = 100) -> Entries:
    """rows: unit, day on which each stage was reached, day of the end (lost)."""
    tau = [[NEVER if d is None else d * DAY for d in days] for _, days, _ in rows]
    ended = [NEVER if e is None else e * DAY for _, _, e in rows]
    return Entries(
        as_of * DAY, np.array([u for u, _, _ in rows], np.int64), np.array([t[0] for t in tau], np.int32),
        np.array(ended, np.int32), np.array([e != NEVER for e in ended], np.uint8), np.array(tau, np.int32).T.copy(),
        np.zeros(len(rows), np.uint64),
    )  # fmt: skip


def test_the_time_waited_and_why_there_is_none() -> None:
    found = entries([
        (0, [0, 10, None], 20), (0, [30, None, None], None),  # the latest journey of a unit counts
        (1, [0, 40, None], None), (2, [5, 6, 7], None), (3, [0, None, None], 50), (4, [0, 90, None], None),
    ])  # fmt: skip
    stage = np.array([0, 1, 2, 0, 0], np.int32)  # u4 was taken back to the first stage
    assert waited(found, np.arange(5), stage).tolist() == [70 * DAY, 60 * DAY, LAST_STAGE, ENDED, FURTHER_BEFORE]
    of = Outlooks(found, 30, 1)
    assert [of.told(0, code)[0].reason for code in (ENDED, LAST_STAGE, FURTHER_BEFORE)] == [
        "the journey has ended", "there is no stage to go on to", "it has been further on before",
    ]  # fmt: skip
    assert np.isnan(of.shares(stage, waited(found, np.arange(5), stage))[2:]).all()


def test_of_a_unit_the_first_journey_counts() -> None:
    found = entries([(0, [0, 10], 20), (0, [30, 50], None), (1, [0, 4], None)])
    stays, journey = first_stays(found, 0)
    assert (journey.tolist(), (stays >> CAUSE_BITS).tolist()) == ([0, 2], [10 * DAY, 4 * DAY])


def test_where_journeys_go_back_the_time_is_that_of_this_stay_and_going_back_ends_one() -> None:
    """u0: in the second stage 10–20, back in the first 20–50, in the second from 50; u1 in the second from 10, on to the third on 40."""
    found = entries([(0, [0, 10, None], None), (1, [0, 10, 40], None), (2, [0, 10, None], 30)])
    off, days, to = [0, 4, 7, 9], [0, 10, 20, 50, 0, 10, 40, 0, 10], [0, 1, 0, 1, 0, 1, 2, 0, 1]
    moves = Moves(np.array(off, np.int64), np.array(days, np.int32) * DAY, np.array(to, np.uint8))
    moved = replace(found, moves=moves)
    assert waited(moved, np.array([0]), np.array([1])).tolist() == [50 * DAY]
    assert waited(found, np.array([0]), np.array([1])).tolist() == [90 * DAY]
    of = Outlooks(moved, 60, 1)
    share, gone = of.told(1, 5 * DAY)
    assert (share.n, share.share, gone) == (3, pytest.approx(1 / 3), pytest.approx(1 / 3))  # and one third went back
    share, gone = of.told(1, 15 * DAY)
    assert (share.n, share.share, gone) == (2, 0.5, 0.5)


def test_with_and_without_a_role_by_the_same_time() -> None:
    # ten journeys entered on day 0; in the first five the role showed up on day 5, in one of them only on day 30
    rows: list[tuple[int, list[int | None], int | None]] = [(u, [0, 40 if u < 4 else None], None) for u in range(10)]
    first = np.array([[5 * DAY]] * 4 + [[30 * DAY]] + [[NEVER]] * 5, np.int32)
    of = Outlooks(entries(rows), 30, 1)
    ((with_role, without),) = of.by_role(0, 20 * DAY, first)
    assert [(s.share, s.n) for s in (with_role, without)] == [(1.0, 4), (0.0, 6)]
    assert of.told(0, 20 * DAY)[0].share == pytest.approx(0.4)
    assert of.entered(0).share == 0.0  # within 30 days of entering nobody has gone on yet


def test_more_time_never_takes_away() -> None:
    stays = packed([(d, d % 4) for d in range(1, 60)])
    shares = [after(stays, 10 * DAY, h, 1)[0].share for h in range(1, 45)]
    assert all(a <= b + 1e-12 for a, b in pairwise(s for s in shares if s is not None))
