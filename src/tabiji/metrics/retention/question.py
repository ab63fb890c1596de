"""Retention: who stays a customer, and how much of their value, under each definition that is in use.

The period ends at as-of and lasts `period_days` (365). Definitions are written out in `result` (CHURN, REVENUE); how events
become subscriptions, in `subscriptions`; survival and lifetime value, in `lifetime`. Values are compared as they are told, customer
by customer, in one currency. Values are revenue, not margin. Not for usage without a contract: see `health`.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from tabiji.compute.executor import Executor
from tabiji.i18n import N_
from tabiji.index.journeys import Journal
from tabiji.index.layout import U1, Index
from tabiji.journeymap.masks import coded
from tabiji.journeymap.model import JourneyMap
from tabiji.metrics.entries import entries, main_line
from tabiji.metrics.provenance import chosen, provenance
from tabiji.metrics.retention.bookkeeping import SEVERAL, Book, began_inside, book
from tabiji.metrics.retention.churn import churn, lasting_of
from tabiji.metrics.retention.dear.parts import happened_by
from tabiji.metrics.retention.period import Period, failed_in, twelfths
from tabiji.metrics.retention.result import (
    NO_CUSTOMER,
    NO_ENDS,
    NO_STARTS,
    NO_VALUES,
    Meant,
    RetentionFigures,
    RetentionResult,
)
from tabiji.metrics.retention.revenue import money
from tabiji.metrics.retention.subscriptions import (
    CONTRACTION,
    EXPANSION,
    NAMES,
    Movements,
    classes,
    meanings,
    movements,
    must_occur,
)
from tabiji.metrics.scope import DAY, Scope, seconds
from tabiji.result import Notice, Question

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

__all__ = ["RetentionResult", "retention"]

Mask = npt.NDArray[np.bool_]
PERIOD_DAYS = 365


def retention(
    index: Index,
    journey_map: JourneyMap,
    rules: "Rules",
    journals: Sequence[Journal],
    scope: Scope,
    *,
    executor: Executor,
    currency: str,
    zone: ZoneInfo,
    named: Mapping[str, Sequence[str]] | None = None,
    period_days: int = PERIOD_DAYS,
    horizon_days: int | None = None,
    question: Question | None = None,
) -> RetentionResult:
    """Retention of the customers among the units of an index (first arguments as those of `funnel`; a window is about when they
    became customers).

    currency: of values that name none · zone: of the quarters · named: globs of event names by what they mean (see
    `subscriptions.NAMES`); those left out come from the map and from the usual names · horizon_days: after which survival and
    lifetime value are told, beside the usual times."""
    as_of, period = seconds(scope.as_of), period_days * DAY
    known = scope.known
    happened = happened_by(index, as_of, known, executor)
    must_occur(index, named or {}, happened)
    means = classes(index, meanings(journey_map, named or {}), (np.asarray(rules.member) != 0) & happened)
    moves = movements(index, means, as_of, known, executor)
    told = frozenset(np.unique(moves.means).tolist())  # by anybody: where ends are recorded, those who have none stayed
    if scope.selection is not None:
        moves = moves.only(scope.selection[moves.unit])
    instants = twelfths(as_of, period)
    kept = book(moves, instants, period, as_of)
    kept = kept.only(began_inside(kept, scope))
    found = entries(journals, main_line(journey_map, rules), as_of, executor)
    failed = failed_in(journey_map, found, as_of - period, as_of)
    asking = Period(moves, instants, period_days, as_of, scope.min_n, currency, zone, failed, told, horizon_days)
    asked = question or Question("retention", journey_map.id)
    groups: list[RetentionFigures] = []
    if scope.groups is not None:
        codes, labels = scope.groups
        groups = [
            _figures(asking, kept.only(codes[kept.unit] == code), str(label)) for code, label in enumerate(labels)
        ]
        groups = sorted((g for g in groups if g.customers["ever"]), key=lambda g: -g.customers["ever"])
    return RetentionResult(
        question=asked,
        provenance=provenance(
            index, rules, journals, scope, found, chosen(found, scope), asked, executor,
            verb="retention", period=period_days, means=blake2b(means.tobytes()).hexdigest(), currency=currency,
            told_after=horizon_days,
        ),
        notices=_notices(moves, kept, asking.has_ends),
        begin=scope.as_of - timedelta(days=period_days),
        end=scope.as_of,
        period_days=period_days,
        meanings=_found(index, means, moves),
        total=_figures(asking, kept, None),
        groups=tuple(groups),
        horizon_days=horizon_days,
    )  # fmt: skip


def _figures(asked: Period, kept: Book, value: str | None) -> RetentionFigures:
    """All figures of some customers."""
    begin, as_of = asked.begin, asked.as_of
    at_start, at_end = kept.active[:, 0], kept.active[:, -1]
    ended = (kept.spell_end > begin) & (kept.spell_end <= as_of)
    customers = {
        "ever": len(kept.unit),
        "start": int(at_start.sum()),
        "new": int(((kept.first > begin) & (kept.first <= as_of)).sum()),
        "left": int((at_start & ~at_end).sum()),
        "ended": int(ended.sum()),
        "end": int(at_end.sum()),
    }
    if not len(kept.unit):
        return RetentionFigures(value, customers, reasons={"customers": NO_CUSTOMER if asked.has_starts else NO_STARTS})
    reasons = {} if asked.has_ends else {"logo_churn": NO_ENDS, "survival": NO_ENDS}
    earned = money(asked, kept)
    if not earned:
        reasons["revenue"] = NO_VALUES
    return RetentionFigures(
        value, customers, churn(asked, kept, customers) if asked.has_ends else (), earned,
        lasting_of(asked, kept) if asked.has_ends else (), reasons,
    )  # fmt: skip


def _found(index: Index, means: U1, moves: Movements) -> dict[str, Meant]:
    """The events of each meaning that the data have."""
    out = {}
    codes, names = coded(index.kinds.name)
    for code, name in enumerate(NAMES, 1):
        events = sorted(names[x] or "" for x in np.unique(codes[means == code]).tolist())
        out[name] = Meant(tuple(events), int((moves.means == code).sum()))
    return out


def _notices(moves: Movements, kept: Book, has_ends: bool) -> tuple[Notice, ...]:
    out = []
    if len(kept.unit) and not has_ends:
        message = N_(
            "No event ends a subscription, so nobody is counted as having left: what was kept may be less than it seems."
        )
        out.append(Notice("no_ends", message))
    untold = int((np.isnan(moves.value) & np.isin(moves.means, (EXPANSION, CONTRACTION))).sum())
    if untold:
        message = N_(
            "{n} {n:expansion or contraction tells|expansions or contractions tell} no value: {n:it changes|they change} who is a customer, not how much."
        )
        out.append(Notice("movement_without_value", message, {"n": untold}))
    several = int((kept.currency == SEVERAL).sum())
    if several:
        message = N_(
            "{n} {n:customer pays|customers pay} in several currencies and {n:is|are} left out of the figures in money."
        )
        out.append(Notice("several_currencies", message, {"n": several}))
    return tuple(out)
