"""Alignments: by hand, against Dijkstra over the synchronous product, against LCS, and properties."""

import heapq
from itertools import groupby
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tabiji.compute import LocalExecutor
from tabiji.index.jit import NEVER, readonly
from tabiji.index.journeys import Journal
from tabiji.journeymap.model import JourneyMap, Stage
from tabiji.metrics.conformance.alignment import Alignments, alignments
from tabiji.metrics.conformance.plan import FAR, Plan, compile_plan

NAMES = "ABCDEFGH"


def plan_of(*stages: Stage) -> Plan:
    return compile_plan(JourneyMap("m", {}, stages))


def linear(n: int, success: int | None = None) -> Plan:
    return plan_of(*(Stage(NAMES[k], {}, kind="success" if k == success else "step") for k in range(n)))


def journals(traces: list[list[int]], cut: int = 0) -> list[Journal]:
    """Journals of traces, one step per second; the first `cut` in a journal of their own."""
    return [_journal(part, number) for number, part in enumerate([traces[:cut], traces[cut:]]) if part or number]


def _journal(traces: list[list[int]], number: int) -> Journal:
    n = len(traces)
    off = np.cumsum([0, *map(len, traces)]).astype(np.int64)
    at = [t for trace in traces for t in range(len(trace))]
    columns: list[Any] = [
        np.arange(n, dtype=np.int64), np.ones(n, np.uint16), np.zeros(n, np.int32), np.full(n, NEVER, np.int32),
        np.zeros(n, np.uint8), off, np.array([s for t in traces for s in t], np.uint8), np.array(at, np.int32),
        np.array(at, np.int32), np.ones(n, np.int32), np.zeros(n, np.int32), np.zeros(n, np.int32),
    ]  # fmt: skip
    return Journal(number, 0, *(readonly(c) for c in columns))


def aligned(plan: Plan, traces: list[list[int]], as_of: int = 10**6, workers: int = 1, cut: int = 0) -> Alignments:
    line = readonly(np.arange(len(plan.stages), dtype=np.uint8))
    with LocalExecutor(workers) as executor:
        return alignments(journals(traces, cut), line, plan, as_of, 10**6, executor)


def trace(word: str) -> list[int]:
    return [NAMES.index(c) for c in word]


def one(plan: Plan, word: str) -> tuple[int, str, str]:
    """Cost, stages missing, stages extra."""
    found = aligned(plan, [trace(word)])
    said = ["".join(NAMES[k] for k in range(8) if int(mask[0]) >> k & 1) for mask in (found.missing, found.extra)]
    return int(found.cost[0]), said[0], said[1]


def dijkstra(plan: Plan, steps: list[int], *, whole: bool) -> int:
    """Cheapest path through the synchronous product, from the definition."""
    edge, again, final = plan.tables.edge, plan.tables.again, plan.tables.final
    m = len(edge)
    best, heap = {}, [(0, 0, 0)]
    while heap:
        cost, i, q = heapq.heappop(heap)
        if (i, q) in best:
            continue
        best[i, q] = cost
        if i == len(steps) and (final[q] or not whole):
            return cost
        if i < len(steps):
            heapq.heappush(heap, (cost + 1, i + 1, q))
            if again[steps[i], q]:
                heapq.heappush(heap, (cost, i + 1, q))
            if edge[q, steps[i] + 1]:
                heapq.heappush(heap, (cost, i + 1, steps[i] + 1))
        for p in range(m):
            if edge[q, p]:
                heapq.heappush(heap, (cost + 1, i, p))
    raise AssertionError("no end")


def is_won(plan: Plan, steps: list[int]) -> bool:
    return plan.success >= 0 and any(s >= plan.success for s in steps)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    n = draw(st.integers(1, 7))
    success = draw(st.none() | st.integers(0, n - 1))
    stages = []
    for k in range(n):
        branches = draw(st.just(()) | st.sets(st.integers(0, n - 1), max_size=3).map(tuple))
        stages.append(
            Stage(
                NAMES[k], {}, kind="success" if k == success else "step", next=tuple(NAMES[b] for b in branches),
                optional=draw(st.booleans()), repeatable=draw(st.sampled_from((False, False, True))),
            )
        )  # fmt: skip
    return plan_of(*stages)


def words(n: int) -> Any:
    """Traces over n stages without runs, as journals have them."""
    return st.lists(
        st.lists(st.integers(0, n - 1), min_size=1, max_size=14).map(lambda t: [k for k, _ in groupby(t)]), max_size=12
    )


def test_a_straight_plan_by_hand() -> None:
    plan = linear(4)
    assert one(plan, "ABCD") == (0, "", "")
    assert one(plan, "AB") == (0, "", "")  # a prefix: what was not reached is not missing
    assert one(plan, "ACD") == (1, "B", "")
    assert one(plan, "B") == (1, "A", "")  # as cheap as an extra B; what ends further is taken
    assert one(plan, "ABAC") == (1, "", "A")
    assert one(plan, "ACBD") == (2, "B", "B")  # B came after C: out of order
    assert one(plan, "D") == (1, "", "D")  # rather than three missing


def test_only_a_won_journey_is_held_to_the_whole_plan() -> None:
    plan = linear(4, success=2)
    assert one(plan, "AB") == (0, "", "")
    assert one(plan, "C") == (2, "AB", "")
    assert one(plan, "ABC") == (0, "", "")  # what comes after the sale may still come
    assert one(plan, "ABD") == (1, "C", "")  # it has passed the success stage over
    found = aligned(plan, [trace("C"), trace("AB"), trace("B")])
    assert found.worst.tolist() == [4, 2, 1]  # steps of the journey, and those of the shortest whole plan if won
    assert found.won.tolist() == [True, False, False]


def test_optional_stages_repeatable_stages_and_branches() -> None:
    plan = plan_of(Stage("A", {}, repeatable=True), Stage("B", {}, optional=True), Stage("C", {}), Stage("D", {}))
    assert one(plan, "ACD") == (0, "", "")
    assert one(plan, "ABCD") == (0, "", "")
    assert one(plan, "ABACAD") == (0, "", "")  # A may come again at any later time
    assert one(plan, "ABCBD") == (1, "", "B")
    fork = plan_of(Stage("A", {}, next=("B", "C")), Stage("B", {}, next=("D",)), Stage("C", {}), Stage("D", {}))
    assert [one(fork, w)[0] for w in ("ABD", "ACD", "ABCD", "AD")] == [0, 0, 1, 1]
    loop = plan_of(Stage("A", {}), Stage("B", {}, next=("C", "A")), Stage("C", {}))
    assert [one(loop, w)[0] for w in ("ABABC", "ABAC", "ABABABAB")] == [0, 1, 0]


def test_steps_after_as_of_are_not_seen() -> None:
    plan = linear(4)
    assert aligned(plan, [trace("ACBD")], as_of=1).cost.tolist() == [1]
    assert aligned(plan, [trace("ACBD")], as_of=0).missing.tolist() == [0]


def test_sixty_four_stages() -> None:
    plan = plan_of(*(Stage(f"s{k}", {}) for k in range(64)))
    odd, backwards = list(range(0, 64, 2)), list(range(63, -1, -1))
    found = aligned(plan, [odd, list(range(64)), backwards])
    assert found.cost.tolist() == [31, 0, 63]
    assert int(found.missing[0]) == sum(1 << k for k in range(1, 62, 2))


def test_more_vectors_than_are_remembered() -> None:
    plan = plan_of(*(Stage(NAMES[k], {}, next=tuple(NAMES[:6])) if k == 0 else Stage(NAMES[k], {}) for k in range(8)))
    random = np.random.default_rng(1)
    traces = [[int(k) for k, _ in groupby(random.integers(0, 8, 60))] for _ in range(900)]
    found = aligned(plan, traces)
    assert found.states > 1 << 13  # so that the memory was emptied on the way
    assert found.cost[::9].tolist() == [dijkstra(plan, t, whole=False) for t in traces[::9]]


@settings(deadline=None, max_examples=150)
@given(plans(), st.data())
def test_costs_are_those_of_the_cheapest_path_through_the_product(plan: Plan, data: st.DataObject) -> None:
    traces = data.draw(words(len(plan.stages)))
    found = aligned(plan, traces)
    for x, t in enumerate(traces):
        whole = is_won(plan, t)
        assert found.won[x] == whole
        assert found.cost[x] == dijkstra(plan, t, whole=whole)
        assert found.worst[x] == len(t) + (plan.shortest if whole else 0)
        assert found.cost[x] <= found.worst[x]
        n_missing, n_extra = (bin(int(mask[x])).count("1") for mask in (found.missing, found.extra))
        assert n_missing + n_extra <= found.cost[x]
        assert (n_missing + n_extra > 0) == (found.cost[x] > 0)
        assert int(found.missing[x]) & ~int(found.passed[x]) == 0


@settings(deadline=None)
@given(st.integers(1, 8).flatmap(lambda n: st.tuples(st.just(n), words(n))))
def test_of_a_straight_plan_the_cost_is_that_of_the_longest_common_subsequence(given_: tuple[int, Any]) -> None:
    n, traces = given_
    plan = linear(n, success=n - 1)
    won = [t for t in traces if is_won(plan, t)]
    expected = [len(t) + n - 2 * lcs(t, list(range(n))) for t in won]
    found = aligned(plan, won)
    assert found.cost.tolist() == expected
    for x, t in enumerate(won):
        extra = [k for k in range(n) if int(found.extra[x]) >> k & 1]
        kept = lcs(t, list(range(n)))
        assert bin(int(found.missing[x])).count("1") == n - kept
        assert len(extra) <= len(t) - kept


def lcs(a: list[int], b: list[int]) -> int:
    table = np.zeros((len(a) + 1, len(b) + 1), int)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            table[i + 1, j + 1] = table[i, j] + 1 if x == y else max(table[i, j + 1], table[i + 1, j])
    return int(table[-1, -1])


@settings(deadline=None, max_examples=50)
@given(plans(), st.data())
def test_shards_and_threads_change_nothing(plan: Plan, data: st.DataObject) -> None:
    traces = data.draw(words(len(plan.stages)))
    whole, cut = aligned(plan, traces), aligned(plan, traces, workers=2, cut=len(traces) // 3)
    for name in ("cost", "worst", "won", "passed", "missing", "extra", "early"):
        assert getattr(whole, name).tolist() == getattr(cut, name).tolist()


def test_no_stage_and_no_journey() -> None:
    assert len(aligned(linear(3), [])) == 0
    assert compile_plan(JourneyMap("m", {}, ())).edges == ()
    stuck = plan_of(Stage("A", {}, next=("A",)), Stage("B", {}, kind="success"))
    assert (stuck.success, stuck.tables.dist[0, 2]) == (-1, FAR)  # no way to the success stage: no whole plan
