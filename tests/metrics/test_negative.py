"""Negative touches: their share, and the link with being lost, by hand and by brute force."""

import itertools
from dataclasses import replace
from math import exp

import numpy as np
import pytest

import small_world
from small_world import DAY, E, answers
from tabiji.compute.executor import LocalExecutor
from tabiji.index.jit import NEVER
from tabiji.index.journal import journal
from tabiji.journeymap.model import JourneyMap, Stage
from tabiji.metrics.entries import Entries, Moves
from tabiji.metrics.feelings.cox import cox
from tabiji.metrics.feelings.emotion import EmotionResult, emotion
from tabiji.metrics.feelings.emotion_result import meaning
from tabiji.metrics.feelings.negative import NO_NOTES, NOBODY_AFTER, Link, link
from tabiji.metrics.feelings.notes import Notes
from tabiji.metrics.moves import moves_of
from tabiji.metrics.scope import Scope, instant

EMPTY = np.empty(0, np.int64), np.empty(0, np.int32)


def journeys(seed: int, n: int = 120, stages: int = 2) -> Entries:
    """Random journeys, some of them by the same unit, seen at day 100."""
    rng = np.random.default_rng(seed)
    unit = np.sort(rng.integers(0, n - 10, n)).astype(np.int64)
    start = rng.integers(0, 60 * DAY, n).astype(np.int32)
    length = rng.integers(0, 50 * DAY, n).astype(np.int32)
    lost = rng.random(n) < 0.5
    ended = np.where(lost & (start + length <= 100 * DAY), start + length, NEVER).astype(np.int32)
    second = np.where(rng.random(n) < 0.6, start + rng.integers(0, 20 * DAY, n), NEVER)
    second = np.where(second < np.minimum(ended, 100 * DAY), second, NEVER).astype(np.int32)
    outcome = (ended != NEVER).astype(np.uint8)
    return Entries(100 * DAY, unit, start, ended, outcome, np.stack([start, second])[:stages], np.zeros(n, np.uint64))


def touches(seed: int, n_units: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    unit, at = rng.integers(0, n_units, 90).astype(np.int64), rng.integers(0, 100 * DAY, 90).astype(np.int32)
    order = np.lexsort((at, unit))
    return unit[order], at[order]


@pytest.mark.parametrize("seed", range(5))
def test_the_link_is_the_regression_over_days_cut_one_by_one(seed: int) -> None:
    """The same covariate worked out for every stretch between any two instants that matter to anybody."""
    found, (unit, at) = journeys(seed), touches(seed, 110)
    rows = []
    for j in range(len(found)):
        stop = min(int(found.ended[j]), found.as_of)
        bad = [int(t) for u, t in zip(unit, at, strict=True) if u == found.unit[j] and t >= found.start[j]]
        cuts = {int(found.start[j]), stop, int(found.reached_at[1, j]), *bad, *(t + 30 * DAY for t in bad)}
        marks = sorted(c for c in cuts if found.start[j] <= c <= stop)
        for a, b in itertools.pairwise(marks):
            x = any(t <= a < t + 30 * DAY for t in bad)
            stage = int(found.reached_at[1, j] <= a)
            rows.append(
                (a - found.start[j], b - found.start[j], b == stop and found.outcome[j] == 1, x, stage, found.unit[j])
            )
    begin, end, event, x, stage, owner = (np.array(c) for c in zip(*rows, strict=True))
    fit = cox(begin, end, event, x.astype(float)[:, None], stage, owner)
    got = link(found, unit, at, 30, 5)
    assert fit is not None and got.hazard_ratio is not None and got.low is not None
    assert got.hazard_ratio == pytest.approx(exp(fit.beta[0]), rel=1e-9)
    assert got.low == pytest.approx(exp(fit.beta[0] - 1.959963984540054 * fit.covariance[0, 0] ** 0.5), rel=1e-6)
    assert (got.lost, got.lost_after) == (event.sum(), (event & x).sum())


def test_no_answer_where_there_is_nothing_to_compare() -> None:
    found = journeys(1)
    assert link(found, *EMPTY, 30, 5).reason == NO_NOTES
    late = np.array([int(found.unit[0])]), np.array([99 * DAY], np.int32)
    assert link(found, *late, 30, 5).reason == NOBODY_AFTER
    assert link(found, *late, 30, 500).reason == "n<500"


def test_it_is_told_in_words() -> None:
    assert "an association, not yet a cause" in meaning(Link(3.0, 1.4, 6.0, 50, 20, 9, 90), "en")
    assert "holds 1" in meaning(Link(1.3, 0.7, 2.4, 50, 20, 9, 90), "en")
    assert meaning(Link(None, None, None, 5, 0, 0, 90, NO_NOTES), "en").endswith("no event carries a tag of feeling.")


MAP = JourneyMap("m", {}, (Stage("aware", {}), Stage("use", {})))
RULES = small_world.rules(3, 2, {0: [0], 1: [1]}, stage_ids=("aware", "use"))
EVENTS = [e for u in range(4) for e in (E(u, 10, 0), E(u, 20, 1))]


def ask(notes: Notes, as_of: int = 100) -> EmotionResult:
    index = small_world.index(EVENTS, 5, ["k"] * 3)
    executor = LocalExecutor(1)
    scope = Scope(instant(as_of), min_n=1)
    return emotion(
        index, MAP, RULES, journal(index, RULES, executor), scope, answers((0, 12, 0, 1, 5)), notes, executor=executor
    )


def notes(*given: tuple[int, int, float]) -> Notes:
    unit, at, feeling = zip(*given, strict=True)
    return Notes(np.array(unit, np.int64), np.array(at, np.int32), np.zeros(len(unit), np.int32), np.array(feeling))


def test_notes_are_felt_in_the_stage_of_their_time_and_negative_ones_are_counted() -> None:
    found = ask(
        notes((0, 12, -1), (1, 13, 1), (1, 25, -2), (2, 26, 0), (4, 30, -1), (0, 99, -1), (0, 40, np.nan)), as_of=98
    )
    told = {f.stage: (f.measured.mean, f.measured.n, dict(f.sources)) for f in found.feelings if f.role is None}
    assert told == {"aware": (2 / 3, 3, {"csat": 1, "note": 2}), "use": (-1.0, 2, {"note": 2})}
    assert [(n.stage, n.negative, n.share.n) for n in found.negative] == [(None, 2, 4), ("aware", 1, 2), ("use", 1, 2)]
    assert {n.code: n.values["n"] for n in found.notices} == {"score_off_scale": 1}


def test_what_happens_after_as_of_changes_nothing() -> None:
    before = notes((0, 12, -1), (1, 13, 1))
    assert ask(before, 50).to_dict() == ask(notes((0, 12, -1), (1, 13, 1), (1, 60, -2)), 50).to_dict()


def test_a_planted_ratio_is_found() -> None:
    """Days of exponential life, whose hazard is 2.2 times as high for 60 days after a negative touch."""
    inside, ratios = 0, []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        n, window, base = 300, 60, 1 / 300
        start = rng.integers(0, 200, n)
        bad = start + rng.integers(1, 200, n)
        stop = np.full(n, 10_000)
        for j in range(n):
            for on in range(int(start[j]), 500):
                if rng.random() < base * (2.2 if bad[j] <= on < bad[j] + window else 1):
                    stop[j] = on + 1
                    break
        lost = stop <= 500
        ended = np.where(lost, stop * DAY + 5, NEVER).astype(np.int32)
        found = Entries(
            500 * DAY, np.arange(n), (start * DAY).astype(np.int32), ended, lost.astype(np.uint8),
            (start * DAY).astype(np.int32)[None], np.zeros(n, np.uint64),
        )  # fmt: skip
        seen = bad * DAY < ended
        got = link(found, np.flatnonzero(seen), (bad[seen] * DAY).astype(np.int32), window, 10)
        assert got.hazard_ratio is not None and got.low is not None and got.high is not None
        inside += got.low <= 2.2 <= got.high
        ratios.append(np.log(got.hazard_ratio))
    assert inside >= 34  # of 40, where 38 are expected
    assert np.exp(np.mean(ratios)) == pytest.approx(2.2, rel=0.1)


def test_a_journey_that_went_back_is_compared_with_those_in_the_stage_it_is_in() -> None:
    """τ of the second stage at 10, back at 20 for ten days: the same regression as over stretches written down by hand."""
    found, (unit, at) = journeys(7), touches(7, 110)
    onward = moves_of(found)
    off, when, to = [0], [], []
    for j in range(len(found)):
        mine = slice(*onward.off[j : j + 2])
        steps = list(zip(onward.at[mine].tolist(), onward.to[mine].tolist(), strict=True))
        if len(steps) == 2:
            steps += [(steps[1][0] + 5 * DAY, 0), (steps[1][0] + 15 * DAY, 1)]
        steps = [s for s in steps if s[0] < min(int(found.ended[j]), found.as_of)]
        when += [t for t, _ in steps]
        to += [k for _, k in steps]
        off.append(len(when))
    moved = replace(found, moves=Moves(np.array(off), np.array(when, np.int32), np.array(to, np.uint8)))
    rows = []
    for j in range(len(found)):
        stop = min(int(found.ended[j]), found.as_of)
        mine = slice(off[j], off[j + 1])
        bad = [int(t) for u, t in zip(unit, at, strict=True) if u == found.unit[j] and t >= found.start[j]]
        cuts = {int(found.start[j]), stop, *when[mine], *bad, *(t + 30 * DAY for t in bad)}
        for a, b in itertools.pairwise(sorted(c for c in cuts if found.start[j] <= c <= stop)):
            x = any(t <= a < t + 30 * DAY for t in bad)
            here = [k for t, k in zip(when[mine], to[mine], strict=True) if t <= a][-1:] or [0]
            lost = b == stop and found.outcome[j] == 1
            rows.append((a - found.start[j], b - found.start[j], lost, x, here[0], found.unit[j]))
    begin, end, event, x, stage, owner = (np.array(c) for c in zip(*rows, strict=True))
    fit, got = cox(begin, end, event, x.astype(float)[:, None], stage, owner), link(moved, unit, at, 30, 5)
    assert fit is not None and got.hazard_ratio == pytest.approx(exp(fit.beta[0]), rel=1e-9)
    assert got.hazard_ratio != pytest.approx(link(found, unit, at, 30, 5).hazard_ratio, rel=1e-6)
