"""Credit: which touches deserve how much of the conversions, under every model beside the others.

A conversion is a journey's first entry of the goal stage by as-of; every journey asked about counts once. Its value is that of
the event which entered the goal, else the amount of the opportunity. Definitions of the models: `shares`, `chain`, `game`.
Assumes that what was recorded is what influenced; credit is a convention of sharing, not an effect (see *Initiative effect*).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tabiji.compute.executor import Executor
from tabiji.i18n import N_
from tabiji.index.journeys import Journal
from tabiji.index.layout import Index
from tabiji.journeymap.model import JourneyMap
from tabiji.metrics.credit.costs import Spend
from tabiji.metrics.credit.gathering.cells import Cells
from tabiji.metrics.credit.gathering.fates import Toward
from tabiji.metrics.credit.gathering.levels import Level, level_of
from tabiji.metrics.credit.gathering.shares import MODELS
from tabiji.metrics.credit.models import Models
from tabiji.metrics.credit.result import EVEN, MIXED, NO_TOUCH, NO_VALUES, CreditResult, KeyCredit, Settings
from tabiji.metrics.credit.work import Options, Work
from tabiji.metrics.deals import Amounts, no_amounts
from tabiji.metrics.entries import entries, main_line
from tabiji.metrics.goals import goal_of
from tabiji.metrics.provenance import chosen, provenance
from tabiji.metrics.scope import Scope, seconds
from tabiji.result import Notice, Question

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

MOST_GROUPS = 50  # of --by; each is a pass over the events
NO_TOUCHPOINTS = Notice(
    "no_touchpoints", N_("The map has no touchpoints: ask by channel, or add touchpoints to the map.")
)


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
    question. Raises NotFoundError for an unknown goal, NoGoalError, TooManyKeysError."""
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
    toward, unmarked = goal_of(journey_map, options.goal)
    goal = rules.stage_ids.index(toward.id)
    level = level_of(options.level, index, journey_map, rules)
    fates = work.toward(goal, len(level.keys))
    cells = work.passed(level, fates)
    models = work.models(level, fates, cells, goal)
    found = entries(journals, main_line(journey_map, rules), seconds(scope.as_of), executor)
    asked = question or Question("credit", journey_map.id)
    said = Settings(
        toward.id, options.level, options.lookback_days, options.half_life_days, options.order,
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
        notices=(*unmarked, *(() if level.keys or options.level != "touchpoint" else (NO_TOUCHPOINTS,))),
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
        goal_name=toward.name,
    )  # fmt: skip


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
