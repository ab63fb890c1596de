"""The parts of one question of credit: what became of the journeys, the passes over the events, the models, the costs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tabiji.compute.executor import Executor
from tabiji.compute.kernel import run
from tabiji.index.jit import NEVER
from tabiji.index.journeys import Journal
from tabiji.index.layout import I8, Index
from tabiji.journeymap.model import MILESTONES, JourneyMap
from tabiji.metrics.credit.chain import chain_of
from tabiji.metrics.credit.costs import MIXED_SPEND, NO_SPEND, SEGMENT_SPEND, Costs, Earned, Spend, costs_of, earned
from tabiji.metrics.credit.game import MOST_PLAYERS
from tabiji.metrics.credit.gathering.cells import Cells, places_of
from tabiji.metrics.credit.gathering.fates import Toward, toward
from tabiji.metrics.credit.gathering.levels import Level, restricted
from tabiji.metrics.credit.gathering.passing import MODELS as N_MODELS
from tabiji.metrics.credit.gathering.passing import Asked, Passing, Source
from tabiji.metrics.credit.gathering.shares import LINEAR, PASSED
from tabiji.metrics.credit.models import Frame, Models, missing_milestones, models_of
from tabiji.metrics.credit.regrouping import chain_by_group, sets_by_group
from tabiji.metrics.deals import Amounts
from tabiji.metrics.position import first_journeys
from tabiji.metrics.scope import DAY, Scope

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

MOST_BUCKETS = 1_024  # groups of units that are resampled; a group is one unit where there are as few
MOST_CELLS = 1 << 21


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked beyond the scope. goal: id of a stage (None = the success stage, else the last one) · model: one name, or
    `all` · order: of the Markov chain, 1–4 · repeats: `keep` or `collapse`, of touches of one key in a row, for Markov ·
    open_as_null: take journeys that are still open for ended."""

    goal: str | None = None
    model: str = "all"
    order: int = 1
    lookback_days: float = 365.0
    level: str = "touchpoint"
    half_life_days: float = 30.0
    value_function: str = "sum"
    open_as_null: bool = False
    repeats: str = "keep"


@dataclass(frozen=True, slots=True)
class Work:
    """The parts of one question: what the arguments of `credit` say."""

    index: Index
    map: JourneyMap
    rules: "Rules"
    journals: Sequence[Journal]
    scope: Scope
    options: Options
    executor: Executor
    amounts: Amounts
    currency: str

    def toward(self, goal: int, keys: int) -> Toward:
        """What became of every journey as to a goal (number of a stage), for credit over that many keys."""
        place = {name: 1 << bit for bit, name in enumerate(MILESTONES)}
        of_stage = {s.id: place.get(s.milestone or "", 0) for s in self.map.stages}
        most = max(1, min(MOST_BUCKETS, MOST_CELLS // (2 * N_MODELS * (keys + 2))))
        return toward(
            self.index, self.rules, self.journals, self.scope, goal, [of_stage[s] for s in self.rules.stage_ids],
            self.options.open_as_null, most, self.amounts, self.currency,
        )  # fmt: skip

    def passed(
        self, level: Level, fates: Toward, order: int | None = None, since: int = -NEVER, until: int = NEVER,
        sets: bool = False, by_group: bool = False, shared: bool = True,
    ) -> Cells:  # fmt: skip
        """The cells of a pass; order: of the chain (None = as asked) · by_group: transitions are told apart by bucket, as they
        always are at order 1 · shared: whether conversions are shared out."""
        known = self.scope.known
        chain = self.options.order if order is None else order
        asked = Asked(
            round(self.options.lookback_days * DAY), self.options.half_life_days * DAY, since, until, known, chain,
            self.options.repeats == "collapse", by_group or chain == 1, sets, shared,
        )  # fmt: skip
        sources: list[tuple[Source, I8]] = []
        for partition, journal, part in zip(self.index.partitions, self.journals, fates.parts, strict=True):
            first = first_journeys(journal, partition.n)
            sources += [(Source(tier, first, part), tier.off) for tier in partition.tiers]
        return run(Passing(level, fates.buckets, asked), sources, self.executor)

    def models(self, level: Level, fates: Toward, cells: Cells, goal: int) -> Models:
        """All models from the cells of a pass."""
        options, sets, kept = self.options, None, None
        chain = by_set = None
        firm = fates.units >= max(self.scope.min_n, 2)
        if options.value_function == "rate":
            met: npt.NDArray[np.bool_] = np.asarray(cells.met.any(axis=1))
            kept = np.flatnonzero(met)
            if len(kept) <= MOST_PLAYERS:
                few = restricted(level, met)
                sets = self.passed(few, fates, order=0, sets=True, shared=False).sets
                if firm:
                    by_set = sets_by_group(
                        len(kept), self.index.n_units, fates,
                        lambda part: self.passed(few, part, order=0, sets=True, shared=False),
                    )  # fmt: skip
        if firm and options.order > 1 and not cells.overflow:
            keys = len(level.keys)
            chain = chain_by_group(
                cells, chain_of(cells.transition, keys, options.order).n_states, places_of(keys, options.order), fates,
                lambda part: self.passed(level, part, by_group=True, shared=False),
            )  # fmt: skip
        ids = tuple(k.id for k in level.keys)
        frame = Frame(ids, options.order, options.value_function, fates.scale, fates.units, self.scope.min_n)
        return models_of(cells, frame, missing_milestones(self.map, self.rules, goal), sets, kept, chain, by_set)

    def costs(
        self, level: Level, goal: int, fates: Toward, cells: Cells, models: Models, read: Callable[[], Spend | None]
    ) -> Costs:
        """The cost join under the model that was asked for (linear where all were)."""
        model = "linear" if self.options.model == "all" else self.options.model
        empty = Costs(model, "campaign" if level.name == "campaign" else "channel")
        if self.scope.selection is not None:
            return _without(empty, SEGMENT_SPEND)
        spend = read()
        if spend is None or not spend.rows:
            return _without(empty, NO_SPEND)
        if len(spend.currencies) > 1:
            return _without(empty, MIXED_SPEND)
        if model not in models.shared:
            return _without(empty, models.absent[model].render())
        goals: dict[str, Earned] = {}
        for name, stage in self._goals(goal).items():
            there = fates if stage == goal else self.toward(stage, len(level.keys))
            undated = None
            if model not in PASSED or (model == "shapley" and self.options.value_function == "rate"):
                whole = cells if stage == goal else self.passed(level, there)
                mine = models if stage == goal else self.models(level, there, whole, stage)
                if model not in mine.shared:
                    continue
                linear = whole.credit[:, LINEAR, : len(level.keys)].sum(axis=0) / float(1 << 32)
                undated = mine.shared[model].credit, mine.shared[model].worth, linear
            inside = self.passed(level, there, order=0, since=spend.since, until=spend.until)
            resampled = there.units >= max(self.scope.min_n, 2) and there.buckets > 1
            money = there.currencies[0] if len(there.currencies) == 1 else None
            goals[name] = earned(
                self.rules.stage_ids[stage], there.conversions, inside, model, undated, there.scale, money, resampled
            )
        return costs_of(spend, goals, level.keys, level.name, model, spend.currencies[0], self.scope.min_n)

    def _goals(self, goal: int) -> dict[str, int]:
        """What cost is told per: entry of the goal, opportunity, win."""
        number = {stage: s for s, stage in enumerate(self.rules.stage_ids)}
        out = {"entry": goal}
        for name in ("opportunity", "won"):
            stage = next((s.id for s in self.map.main_line if s.milestone == name), None)
            if stage is None and name == "won":
                stage = next((s.id for s in self.map.main_line if s.kind == "success"), None)
            if stage is not None:
                out[name] = number[stage]
        return out


def _without(costs: Costs, reason: str) -> Costs:
    return Costs(costs.model, costs.level, reason=reason)
