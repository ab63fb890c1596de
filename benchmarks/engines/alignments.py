"""Optimal alignments: ours over the journal of all accounts, and r4pm's over the different traces of some."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import numpy as np
import polars as pl
import r4pm
from r4pm.bindings.conformance.case_centric import alignments as theirs

from benchmarks.engines.ours import AS_OF, Ours
from tabiji.compute.executor import LocalExecutor
from tabiji.index.jit import readonly
from tabiji.index.journeys import Journal
from tabiji.metrics.conformance.alignment import alignments
from tabiji.metrics.conformance.plan import Plan, compile_plan
from tabiji.metrics.conformance.question import conformance
from tabiji.metrics.entries import main_line
from tabiji.metrics.scope import DAY, Scope, seconds

TRACES = 10_000


class OurAlignments:
    """Every journey of the benchmark's map against its plan."""

    def __init__(self, ours: Ours, threads: int) -> None:
        self._ours = ours
        self._executor = LocalExecutor(threads)
        self.plan: Plan = compile_plan(ours.map)
        self._line = main_line(ours.map, ours.rules)
        self.some = _first(ours.journals, TRACES)

    def from_journal(self) -> int:
        """Σ cost of all journeys, from the journal."""
        return self._cost(self._ours.journals)

    def from_events(self) -> int:
        """The same, with the sweep that gives the journal."""
        return self._cost(self._ours.swept(self._ours.rules))

    def of_some(self) -> int:
        """Σ cost of the first 10,000 journeys."""
        return self._cost((self.some,))

    def question(self) -> int:
        """The whole question: fitness, deviations, differences, provenance. Returns Σ cost."""
        o = self._ours
        return conformance(
            o.index, o.map, o.rules, o.journals, Scope(as_of=AS_OF), executor=self._executor
        ).fitness.cost  # fmt: skip

    def _cost(self, journals: tuple[Journal, ...]) -> int:
        found = alignments(journals, self._line, self.plan, seconds(AS_OF), 30 * DAY, self._executor)
        return int(found.cost.sum())

    def close(self) -> None:
        """Give the threads back."""
        self._executor.close()


def _first(journals: tuple[Journal, ...], n: int) -> Journal:
    """The first journeys of the first journal that has so many (else of the longest one), as a journal."""
    whole = next((j for j in journals if len(j) >= n), max(journals, key=len))
    n = min(n, len(whole))
    cut: dict[str, Any] = {name: getattr(whole, name)[:n] for name in ("unit", "attempt", "start", "end", "outcome")}
    entries = int(whole.off[n])
    cut |= {name: getattr(whole, name)[:entries] for name in ("stage", "first", "last")}
    cut |= {name: getattr(whole, name) for name in ("n_touches", "first_touch", "last_touch")}
    return Journal(whole.number, whole.first_unit, off=whole.off[: n + 1], **{k: readonly(v) for k, v in cut.items()})


class R4pm:
    """The same journeys as a log of r4pm (it aligns each different trace once), and the plan as a Petri net."""

    def __init__(self, journal: Journal, stages: int) -> None:
        case = np.repeat(np.arange(len(journal)), np.diff(journal.off))
        at = datetime(2020, 1, 1, tzinfo=UTC)
        frame = pl.DataFrame(
            {
                "case:concept:name": [str(c) for c in case],
                "concept:name": [f"s{s}" for s in journal.stage],
                "time:timestamp": [at + timedelta(seconds=int(t)) for t in np.arange(len(case))],
            }
        )
        self._log = r4pm.convert_item(r4pm.import_item_from_df("EventLog", frame), "EventLogActivityProjection")
        self._net = _net(stages)

    def run(self) -> int:
        """Σ cost over all traces."""
        found = theirs.align_variants(self._net, self._log)
        return sum(v["frequency"] * v["result"]["Ok"]["cost"] for v in found)

    @property
    def variants(self) -> int:
        """How many different traces there are."""
        return len(theirs.align_variants(self._net, self._log))


def _net(stages: int) -> dict[str, Any]:
    """A line of stages that may end anywhere."""
    places = [str(uuid4()) for _ in range(stages + 2)]
    transitions: dict[str, Any] = {}
    arcs: list[dict[str, Any]] = []
    moves = [(f"s{k}", k, k + 1) for k in range(stages)] + [(None, k, stages + 1) for k in range(stages + 1)]
    for label, a, b in moves:
        own = str(uuid4())
        transitions[own] = {"id": own, "label": label}
        arcs.append({"from_to": {"type": "PlaceTransition", "nodes": [places[a], own]}, "weight": 1})
        arcs.append({"from_to": {"type": "TransitionPlace", "nodes": [own, places[b]]}, "weight": 1})
    return {
        "places": {p: {"id": p} for p in places}, "transitions": transitions, "arcs": arcs,
        "initial_marking": {places[0]: 1}, "final_markings": [{places[-1]: 1}],
    }  # fmt: skip
