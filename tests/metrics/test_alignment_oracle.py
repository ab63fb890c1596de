"""Costs beside the optimal alignments of r4pm: a Petri net built from the plan, random logs."""

from itertools import groupby
from typing import Any
from uuid import uuid4

import numpy as np
import pytest

from tabiji.compute import LocalExecutor
from tabiji.index.jit import NEVER, readonly
from tabiji.index.journeys import Journal
from tabiji.journeymap.model import JourneyMap, Stage
from tabiji.metrics.conformance.alignment import alignments
from tabiji.metrics.conformance.plan import Plan, compile_plan

r4pm = pytest.importorskip("r4pm.bindings.conformance.case_centric.alignments", reason="group oracles is not installed")
pytestmark = pytest.mark.oracle


def net(plan: Plan, stages: list[Stage], *, whole: bool) -> dict[str, Any]:
    """The plan as a net, from what the stages say: one place after each stage; a stage that may be passed over has a silent
    transition beside it; a stage that may come again has a transition at every place that can follow it. A net of r4pm has one
    final marking: wherever the plan may end, a silent transition leads there."""
    n = len(stages)
    places = [str(uuid4()) for _ in range(2 * n + 1)]  # the start; after each stage; before each stage
    after, before = places[: n + 1], places[n + 1 :]
    transitions: dict[str, Any] = {}
    arcs: list[dict[str, Any]] = []

    def transition(label: str | None, from_: str, to: str) -> None:
        own = str(uuid4())
        transitions[own] = {"id": own, "label": label}
        arcs.append({"from_to": {"type": "PlaceTransition", "nodes": [from_, own]}, "weight": 1})
        arcs.append({"from_to": {"type": "TransitionPlace", "nodes": [own, to]}, "weight": 1})

    ids = [s.id for s in stages]
    follows = {k: [ids.index(i) for i in s.next] if s.next else [k + 1][: n - 1 - k] for k, s in enumerate(stages)}
    if n:
        transition(None, after[0], before[0])
    for k, stage in enumerate(stages):
        transition(stage.id, before[k], after[k + 1])
        for q in follows[k]:
            transition(None, after[k + 1], before[q])
            if stage.optional:
                transition(None, before[k], before[q])
    reach = {k: closure(k, stages, follows) for k in range(n)}
    for k, stage in enumerate(stages):
        for q in {k, *reach[k]} if stage.repeatable else ():
            transition(stage.id, after[q + 1], after[q + 1])
    sold = {q for k, s in enumerate(stages) if s.kind == "success" for q in {k, *reach[k]}}
    end = str(uuid4())
    for q in [q + 1 for q in sorted(sold)] if whole else range(n + 1):
        transition(None, after[q], end)
    return {
        "places": {p: {"id": p} for p in [*places, end]},
        "transitions": transitions,
        "arcs": arcs,
        "initial_marking": {after[0]: 1},
        "final_markings": [{end: 1}],
    }


def closure(k: int, stages: list[Stage], follows: dict[int, list[int]]) -> set[int]:
    """The stages that may be entered at some time after stage k."""
    seen: set[int] = set()
    waiting = list(follows[k])
    while waiting:
        q = waiting.pop()
        if q not in seen:
            seen.add(q)
            waiting += follows[q]
    return seen


def stages_of(random: np.random.Generator) -> list[Stage]:
    n = int(random.integers(2, 7))
    success = int(random.integers(1, n)) if random.random() < 0.7 else -1
    out = []
    for k in range(n):
        branch = random.random() < 0.25
        to = tuple(f"s{q}" for q in sorted({int(q) for q in random.integers(0, n, 2)} - {k})) if branch else ()
        out.append(
            Stage(
                f"s{k}", {}, kind="success" if k == success else "step", next=to,
                optional=bool(random.random() < 0.3), repeatable=bool(random.random() < 0.2),
            )
        )  # fmt: skip
    return out


def costs(plan: Plan, traces: list[list[int]]) -> Any:
    off = np.cumsum([0, *map(len, traces)]).astype(np.int64)
    at = np.array([t for trace in traces for t in range(len(trace))], np.int32)
    n = len(traces)
    columns: list[Any] = [
        np.arange(n, dtype=np.int64), np.ones(n, np.uint16), np.zeros(n, np.int32), np.full(n, NEVER, np.int32),
        np.zeros(n, np.uint8), off, np.array([s for t in traces for s in t], np.uint8), at, at, np.ones(n, np.int32),
        np.zeros(n, np.int32), np.zeros(n, np.int32),
    ]  # fmt: skip
    journal = Journal(0, 0, *(readonly(c) for c in columns))
    with LocalExecutor(1) as executor:
        return alignments([journal], readonly(np.arange(len(plan.stages), dtype=np.uint8)), plan, 10**6, 0, executor)


@pytest.mark.parametrize("seed", range(40))
def test_costs_equal_those_of_r4pm(seed: int) -> None:
    random = np.random.default_rng(seed)
    stages = stages_of(random)
    plan = compile_plan(JourneyMap("m", {}, tuple(stages)))
    traces = [
        [int(k) for k, _ in groupby(random.integers(0, len(stages), int(random.integers(1, 12))))] for _ in range(25)
    ]
    found = costs(plan, traces)
    nets = {whole: net(plan, stages, whole=whole) for whole in (False, *((True,) if plan.success >= 0 else ()))}
    for x, trace in enumerate(traces):
        best = r4pm.align_trace(nets[bool(found.won[x])], [f"s{k}" for k in trace])
        assert found.cost[x] == best["cost"], (stages, trace)


def test_log_fitness_of_whole_traces_equals_that_of_r4pm() -> None:
    """Where every journey is won, the definition of fitness is the usual one, and so are the figures."""
    random = np.random.default_rng(7)
    stages = [Stage(f"s{k}", {}, kind="success" if k == 4 else "step", optional=k == 2) for k in range(5)]
    plan = compile_plan(JourneyMap("m", {}, tuple(stages)))
    drawn = [random.integers(0, 5, int(random.integers(0, 7))).tolist() for _ in range(200)]
    traces = [[k for k, _ in groupby([*t, 4])] for t in drawn]
    found = costs(plan, traces)
    model = net(plan, stages, whole=True)
    variants = [
        {
            "activities": [f"s{k}" for k in t],
            "frequency": 1,
            "result": {"Ok": r4pm.align_trace(model, [f"s{k}" for k in t])},
        }
        for t in traces
    ]
    theirs = r4pm.compute_fitness(variants, model)
    assert theirs["total_costs"] == int(found.cost.sum())
    assert 1 - found.cost.sum() / found.worst.sum() == pytest.approx(theirs["log_fitness"], rel=1e-12)
    assert np.mean(1 - found.cost / found.worst) == pytest.approx(theirs["average_fitness"], rel=1e-12)
    assert np.mean(found.cost == 0) == pytest.approx(theirs["perfectly_fitting_frac"], rel=1e-12)
