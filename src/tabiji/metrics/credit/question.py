"""Credit: which touches deserve how much of the conversions, under every model beside the others.

A conversion is a journey's first entry of the goal stage by as-of; every journey asked about counts once. Its value is that of
the event which entered the goal, else the amount of the opportunity. Definitions of the models: `shares`, `chain`, `game`.
Assumes that what was recorded is what influenced; credit is a convention of sharing, not an effect (see *Initiative effect*).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tabiji.compute.executor import Executor
from tabiji.compute.kernel import run
from tabiji.errors import NotFoundError
from tabiji.i18n import N_
from tabiji.index.jit import NEVER
from tabiji.index.journeys import Journal
from tabiji.index.layout import I8, Index
from tabiji.journeymap.model import MILESTONES, JourneyMap
from tabiji.metrics.credit.chain import chain_of
from tabiji.metrics.credit.costs import MIXED_SPEND, NO_SPEND, SEGMENT_SPEND, Costs, Earned, Spend, costs_of, earned
from tabiji.metrics.credit.game import MOST_PLAYERS
from tabiji.metrics.credit.gathering.cells import Cells
from tabiji.metrics.credit.gathering.fates import Toward, toward
from tabiji.metrics.credit.gathering.levels import Level, level_of, restricted
from tabiji.metrics.credit.gathering.passing import MODELS as N_MODELS
from tabiji.metrics.credit.gathering.passing import Asked, Passing, Source
from tabiji.metrics.credit.gathering.shares import LINEAR, MODELS, PASSED
from tabiji.metrics.credit.models import Frame, Models, missing_milestones, models_of
from tabiji.metrics.credit.regrouping import chain_by_group, sets_by_group
from tabiji.metrics.credit.result import EVEN, MIXED, NO_TOUCH, NO_VALUES, CreditResult, KeyCredit, Settings
from tabiji.metrics.deals import Amounts, no_amounts
from tabiji.metrics.entries import entries, main_line
from tabiji.metrics.position import first_journeys
from tabiji.metrics.provenance import chosen, provenance
from tabiji.metrics.scope import DAY, Scope, seconds
from tabiji.result import Notice, Question

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

MOST_BUCKETS = 1_024  # groups of units that are resampled; a group is one unit where there are as few
MOST_CELLS = 1 << 21
MOST_GROUPS = 50  # of --by; each is a pass over the events
NO_TOUCHPOINTS = Notice(
    "no_touchpoints", N_("The map has no touchpoints: ask by channel, or add touchpoints to the map.")
)


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


def credit(
    index: Index,
    journey_map: JourneyMap,
    rules: "Rules",
    journals: Sequence[Journal],
    scope: Scope,
    *,
    executor: Executor,
    options: Options,
    currency: str,
    amounts: Amounts | None = None,
    spend: Callable[[], Spend | None] = lambda: None,
    question: Question | None = None,
) -> CreditResult:
    """Credit toward a goal of a map (first arguments as those of `funnel`).

    currency: of values that name none · amounts: of the units, where they have some · spend: reads the spend of the
    question. Raises NotFoundError for an unknown goal, TooManyKeysError."""
    groups: tuple[tuple[str, CreditResult], ...] = ()
    if scope.groups is not None:
        more: dict[str, Any] = {"executor": executor, "options": options, "currency": currency, "amounts": amounts}
        parts = [
            (label, credit(index, journey_map, rules, journals, part, **more)) for label, part in _parts(scope, index)
        ]
        groups = tuple(sorted((g for g in parts if g[1].provenance.journeys), key=lambda g: -g[1].conversions))
        scope = replace(scope, groups=None)
    work = Work(
        index, journey_map, rules, journals, scope, options, executor, amounts or no_amounts(index.n_units), currency
    )
    goal = _goal(journey_map, rules, options.goal)
    level = level_of(options.level, index, journey_map, rules)
    fates = work.toward(goal, len(level.keys))
    cells = work.passed(level, fates)
    models = work.models(level, fates, cells, goal)
    found = entries(journals, main_line(journey_map, rules), seconds(scope.as_of), executor)
    asked = question or Question("credit", journey_map.id)
    said = Settings(
        rules.stage_ids[goal], options.level, options.lookback_days, options.half_life_days, options.order,
        options.repeats, options.value_function, options.open_as_null,
    )  # fmt: skip
    wanted = MODELS if options.model == "all" else (options.model,)
    reason = MIXED if len(fates.currencies) > 1 else NO_VALUES if fates.value is None else None
    shown = _shown(level, cells)
    return CreditResult(
        question=asked,
        provenance=provenance(
            index, rules, journals, scope, found, chosen(found, scope), asked, executor,
            verb="credit", options=options, currency=currency,
        ),
        notices=() if level.keys or options.level != "touchpoint" else (NO_TOUCHPOINTS,),
        asked=said,
        conversions=fates.conversions,
        without_touch=round(models.untouched),
        units=fates.units,
        nulls=fates.nulls,
        open=fates.open,
        valued=fates.valued,
        value=fates.value,
        currency=fates.currencies[0] if len(fates.currencies) == 1 else None,
        value_reason=reason,
        models={m: _rows(m, models, level, shown, fates) for m in wanted if m in models.shared},
        stability={m: models.shared[m].stability for m in wanted if m in models.shared},
        absent={m: notice for m, notice in models.absent.items() if m in wanted},
        touched={level.keys[k].id: int(cells.met[k, 0]) for k in shown},
        groups=groups,
        costs=work.costs(level, goal, fates, cells, models, spend),
        names={k.id: k.name for k in level.keys},
        goal_name=next(s.name for s in journey_map.stages if s.id == rules.stage_ids[goal]),
    )  # fmt: skip


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
        known = NEVER if self.scope.known_as_of is None else seconds(self.scope.known_as_of)
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
            states = chain_of(cells.transition, len(level.keys), options.order).n_states
            chain = chain_by_group(
                cells, states, fates, lambda part: self.passed(level, part, by_group=True, shared=False)
            )
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


def _parts(scope: Scope, index: Index) -> list[tuple[str, Scope]]:
    """(label, scope of its units) of the largest groups."""
    assert scope.groups is not None
    codes, labels = scope.groups
    asked = np.ones(index.n_units, bool) if scope.selection is None else scope.selection
    size = np.bincount(codes[asked & (codes >= 0)], minlength=len(labels))
    largest = np.argsort(-size, kind="stable")[:MOST_GROUPS]
    return [
        (str(labels[g]), replace(scope, groups=None, selection=asked & (codes == g)))
        for g in largest.tolist()
        if size[g]
    ]


def _goal(journey_map: JourneyMap, rules: "Rules", asked: str | None) -> int:
    """Number of the goal stage."""
    if asked is None:
        line = journey_map.main_line
        success = next((s.id for s in line if s.kind == "success"), None)
        asked = success or (line[-1].id if line else None)
    if asked not in rules.stage_ids:
        raise NotFoundError("stage", asked or "", rules.stage_ids)
    return rules.stage_ids.index(asked)


def _shown(level: Level, cells: Cells) -> list[int]:
    """Keys that are told: every touchpoint of the map; channels and campaigns that some journey met."""
    every = level.name == "touchpoint"
    return [k for k in range(len(level.keys)) if every or cells.met[k].any()]


def _rows(model: str, models: Models, level: Level, shown: Sequence[int], fates: Toward) -> tuple[KeyCredit, ...]:
    """The rows of a model, most credit first."""
    shared = models.shared[model]
    whole, priced = float(shared.credit.sum()), fates.value is not None
    n = fates.conversions

    def row(k: int) -> KeyCredit:
        key, mine = level.keys[k].id, float(shared.credit[k])
        low, high = shared.stability.low.get(key), shared.stability.high.get(key)
        return KeyCredit(
            key, mine, mine / n if n else None, None if low is None else low * whole, None if high is None else high * whole,
            float(shared.worth[k]) if priced else None,
        )  # fmt: skip

    rows = sorted((row(k) for k in shown), key=lambda r: -round(r.credit, EVEN))
    if models.untouched > 0:
        rows.append(
            KeyCredit(
                NO_TOUCH, models.untouched, models.untouched / n, None, None, models.untouched_worth if priced else None
            )
        )
    return tuple(rows)


def _without(costs: Costs, reason: str) -> Costs:
    return Costs(costs.model, costs.level, reason=reason)
