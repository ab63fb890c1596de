"""Retention: who stays a customer, and how much of their value, under each definition that is in use.

The period ends at as-of and lasts `period_days` (365). Definitions are written out in `retention_result` (CHURN, REVENUE); how events
become subscriptions, in `subscriptions`; survival and lifetime value, in `lifetime`. Values are compared as they are told, customer
by customer, in one currency. Values are revenue, not margin. Not for usage without a contract: see `health`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from tabiji.compute.executor import Executor
from tabiji.i18n import N_
from tabiji.index.jit import NEVER
from tabiji.index.journeys import Journal
from tabiji.index.layout import F8, I8, U1, Index
from tabiji.index.sweep import LOST
from tabiji.journeymap.model import JourneyMap
from tabiji.metrics.dwell_result import NOT_REACHED
from tabiji.metrics.entries import Entries, entries, main_line
from tabiji.metrics.intervals import refused, wilson_share
from tabiji.metrics.lifetime import lasting, survival_at, value_within
from tabiji.metrics.means import Mean, share_of
from tabiji.metrics.provenance import chosen, provenance
from tabiji.metrics.ratios import compounded, log_ratio_of, per_time, ratio_of
from tabiji.metrics.retention_result import (
    NO_CUSTOMER,
    NO_ENDS,
    NO_FAILURE,
    NO_STARTS,
    NO_VALUES,
    NOBODY_LEFT,
    Churn,
    Lasting,
    Meant,
    Money,
    RetentionFigures,
    RetentionResult,
    Revenue,
)
from tabiji.metrics.scope import DAY, Scope, instant, seconds
from tabiji.metrics.subscriptions import (
    CONTRACTION,
    END,
    EXPANSION,
    NAMES,
    NO_CURRENCY,
    SEVERAL,
    START,
    Book,
    Movements,
    book,
    classes,
    meanings,
    movements,
)
from tabiji.metrics.survival import Quantile
from tabiji.result import Notice, Question, Share

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

__all__ = ["RetentionResult", "retention"]

Mask = npt.NDArray[np.bool_]
PERIOD_DAYS = 365
STEPS = 12
MARKS = (90, 180, 365, 730)  # days at which survival is told
YEARS = (365, 730, 1095)  # days within which lifetime value is told
CURVE_POINTS = 120
MOST_COHORTS = 8


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
    question: Question | None = None,
) -> RetentionResult:
    """Retention of the customers among the units of an index (first arguments as those of `funnel`; a window is about when they
    became customers).

    currency: of values that name none · zone: of the quarters · named: globs of event names by what they mean (see `subscriptions.NAMES`); those left out
    come from the map and from the usual names."""
    as_of, period = seconds(scope.as_of), period_days * DAY
    known = NEVER if scope.known_as_of is None else seconds(scope.known_as_of)
    means = classes(index, meanings(journey_map, named or {}), np.asarray(rules.member) != 0)
    moves = movements(index, means, as_of, known, executor)
    if scope.selection is not None:
        moves = moves.only(scope.selection[moves.unit])
    instants = as_of - period + np.arange(STEPS + 1, dtype=np.int64) * period // STEPS
    kept = book(moves, instants, period, as_of)
    kept = kept.only(_began_inside(kept, scope))
    found = entries(journals, main_line(journey_map, rules), as_of, executor)
    ask = _Asked(index, journey_map, moves, found, instants, period_days, as_of, scope.min_n, currency, zone)
    asked = question or Question("retention", journey_map.id)
    groups: list[RetentionFigures] = []
    if scope.groups is not None:
        codes, labels = scope.groups
        groups = [ask.figures(kept.only(codes[kept.unit] == code), str(label)) for code, label in enumerate(labels)]
        groups = sorted((g for g in groups if g.customers["ever"]), key=lambda g: -g.customers["ever"])
    return RetentionResult(
        question=asked,
        provenance=provenance(
            index, rules, journals, scope, found, chosen(found, scope), asked, executor,
            verb="retention", period=period_days, means=blake2b(means.tobytes()).hexdigest(), currency=currency,
        ),
        notices=_notices(moves, kept),
        begin=scope.as_of - timedelta(days=period_days),
        end=scope.as_of,
        period_days=period_days,
        meanings=_found(index, means, moves),
        total=ask.figures(kept, None),
        groups=tuple(groups),
    )  # fmt: skip


def _began_inside(kept: Book, scope: Scope) -> Mask:
    inside: Mask = kept.first != NEVER
    if scope.from_at is not None:
        inside &= kept.first >= seconds(scope.from_at)
    if scope.to_at is not None:
        inside &= kept.first <= seconds(scope.to_at)
    return inside


class _Asked:
    """What all groups of a question share."""

    def __init__(
        self, index: Index, journey_map: JourneyMap, moves: Movements, found: Entries, instants: I8, period_days: int, as_of: int,
        min_n: int, currency: str, zone: ZoneInfo,
    ) -> None:  # fmt: skip
        self.index, self.moves, self.instants, self.as_of = index, moves, instants, as_of
        self.period_days, self.min_n, self.currency, self.zone = period_days, min_n, currency, zone
        self.has_starts = bool((moves.means == START).any())
        self.has_ends = bool((moves.means == END).any())
        self.has_failures = bool(journey_map.failures)
        failed = (found.outcome == LOST) & (found.ended > instants[0]) & (found.ended <= as_of)
        self.failed = np.unique(found.unit[failed])

    def figures(self, kept: Book, value: str | None) -> RetentionFigures:
        """All figures of some customers."""
        begin, as_of = int(self.instants[0]), self.as_of
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
            return RetentionFigures(
                value, customers, reasons={"customers": NO_CUSTOMER if self.has_starts else NO_STARTS}
            )
        reasons = {} if self.has_ends else {"logo_churn": NO_ENDS, "survival": NO_ENDS}
        money = self._money(kept)
        if not money:
            reasons["revenue"] = NO_VALUES
        return RetentionFigures(
            value, customers, self._churn(kept, customers) if self.has_ends else (), money,
            self._lasting(kept) if self.has_ends else (), reasons,
        )  # fmt: skip

    def _churn(self, kept: Book, customers: Mapping[str, int]) -> tuple[Churn, ...]:
        begin, end, min_n = int(self.instants[0]), self.as_of, self.min_n
        start, ended = customers["start"], customers["ended"]
        until, since = (
            np.minimum(kept.spell_end, end).astype(np.int64),
            np.maximum(kept.spell_begin, begin).astype(np.int64),
        )
        average = float(np.maximum(until - since, 0).sum()) / (end - begin)
        watched = len(np.unique(kept.spell_of[until > since]))
        step_unit, step = np.nonzero(kept.active[:, :-1])
        left = ~kept.active[step_unit, step + 1]
        monthly = share_of(left, step_unit, min_n)
        yearly = _turned(monthly, lambda m: 1 - (1 - m) ** STEPS)
        stays, order = lasting(
            kept.spell_begin.astype(np.int64), np.minimum(kept.spell_end, end).astype(np.int64), kept.spell_end <= end
        )
        survives = survival_at(stays, self.period_days, min_n, _several(kept.spell_of[order]))
        gone = _turned(survives, lambda s: 1 - s)
        failed = int(np.isin(kept.unit[kept.active[:, 0]], self.failed).sum())
        by_map = wilson_share(failed, start, min_n) if self.has_failures else Share(None, None, None, start, NO_FAILURE)
        return (
            Churn("left_of_start", wilson_share(customers["left"], start, min_n), customers["left"], start),
            Churn("ends_over_start", per_time(ended, start, start, min_n), ended, start),
            Churn("ends_over_average", per_time(ended, average, watched, min_n), ended, average),
            Churn("by_month", yearly, int(left.sum()), len(left)),
            Churn("survival", gone),
            Churn("map", by_map, failed, start),
        )

    def _money(self, kept: Book) -> tuple[Money, ...]:
        """Figures of each currency, the one with most customers first."""
        told = ~np.isnan(kept.value_first) | (np.nan_to_num(kept.value).sum(axis=1) > 0)
        code = np.where(told, kept.currency, SEVERAL)
        names = {
            c: self.currency if c == NO_CURRENCY else self.moves.currencies[c] for c in np.unique(code[code != SEVERAL])
        }
        of_name: dict[str, list[int]] = {}
        for c, name in names.items():
            of_name.setdefault(name, []).append(int(c))
        parts = [(name, kept.only(np.isin(code, codes))) for name, codes in of_name.items()]
        parts.sort(key=lambda part: (-len(part[1].unit), part[0]))
        return tuple(self._in_currency(name, part) for name, part in parts)

    def _in_currency(self, name: str, kept: Book) -> Money:
        min_n = self.min_n
        begin, value = int(self.instants[0]), kept.value
        before, after = value[:, 0], value[:, -1]
        both = (before > 0) & ~np.isnan(after)
        v0, v1 = before[both], after[both]
        year = (kept.value_first > 0) & ~np.isnan(kept.value_later)
        f0, f1 = kept.value_first[year], kept.value_later[year]
        told = value[~np.isnan(value).any(axis=1)]
        steps0, steps1 = told[:, :-1], told[:, 1:]
        lately = (kept.decided_at > begin) & (kept.before > 0) & ~np.isnan(kept.after)
        d0, d1 = (
            _summed(kept.decided_by[lately], kept.before[lately]),
            _summed(kept.decided_by[lately], kept.after[lately]),
        )
        dg = _summed(kept.decided_by[lately], np.minimum(kept.before[lately], kept.after[lately]))
        definitions = (
            _revenue("period_start", v0, np.minimum(v0, v1), v1, min_n),
            _revenue("cohort", f0, np.minimum(f0, f1), f1, min_n),
            Revenue(
                "compounded",
                compounded(np.minimum(steps0, steps1), steps0, min_n, 1.0),
                compounded(steps1 * (steps0 > 0), steps0, min_n),
            ),
            _revenue("decided", d0, dg, d1, min_n),
        )
        new, known = (before == 0) & ~np.isnan(after), np.maximum(v1, 0)
        bridge = {
            "start": float(v0.sum()),
            "lost": 0.0 - float(v0[known == 0].sum()),
            "reduced": 0.0 - float(np.maximum(v0 - v1, 0)[known > 0].sum()),
            "added": float(np.maximum(v1 - v0, 0).sum()),
            "new": float(after[new].sum()),
            "end": float(v1.sum() + after[new].sum()),
        }
        within, formula = self._lifetime(kept)
        return Money(name, len(kept.unit), definitions, bridge, within, formula)

    def _lifetime(self, kept: Book) -> tuple[dict[int, Mean], Share]:
        """What customers bring in: within some years of becoming one, and by the formula."""
        moves, begin = self.moves, int(self.instants[0])
        place = np.searchsorted(kept.unit, moves.unit)
        mine = kept.unit[np.minimum(place, len(kept.unit) - 1)] == moves.unit
        paid = mine & ~np.isnan(moves.value) & (moves.means <= EXPANSION) & (moves.means != CONTRACTION)
        owner, at, value = place[paid].astype(np.int64), moves.at[paid].astype(np.int64), moves.value[paid]
        first = kept.first.astype(np.int64)
        since, watched = at - first[owner], self.as_of - first
        within = {days: value_within(since, owner, value, watched, days * DAY, self.min_n) for days in YEARS}
        lately, n = at > begin, len(kept.unit)
        booked = np.bincount(owner[lately], weights=value[lately], minlength=n).astype(np.float64)
        ended = (kept.spell_end > begin) & (kept.spell_end <= self.as_of)
        lost = np.bincount(kept.spell_of[ended], minlength=n).astype(np.float64)
        if not self.has_ends:
            return within, Share(None, None, None, n, NO_ENDS)
        if lost.sum() < max(self.min_n, 1):
            reason = NOBODY_LEFT if lost.sum() == 0 else f"n<{max(self.min_n, 1)}"
            return within, Share(None, None, None, int(lost.sum()), reason)
        formula = log_ratio_of(booked, lost, self.min_n)
        return within, Share(formula.share, formula.low, formula.high, int(lost.sum()), formula.reason)

    def _lasting(self, kept: Book) -> tuple[Lasting, ...]:
        """All subscriptions, then those by the quarter in which they began."""
        out = [self._cohort(kept, np.ones(len(kept.sub_of), bool), None, curve=True)]
        first, last = (instant(int(x)) for x in (kept.sub_begin.min(), kept.sub_begin.max()))
        labels, starts = _quarters(first, last, self.zone)
        quarter = np.searchsorted(starts, kept.sub_begin, side="right") - 1
        for q in np.unique(quarter)[-MOST_COHORTS:].tolist():
            out.append(self._cohort(kept, quarter == q, labels[q], curve=False))
        return tuple(out)

    def _cohort(self, kept: Book, mine: Mask, label: str | None, *, curve: bool) -> Lasting:
        begin, end = kept.sub_begin[mine].astype(np.int64), kept.sub_end[mine].astype(np.int64)
        ended = end <= self.as_of
        stays, order = lasting(begin, np.minimum(end, self.as_of), ended)
        owner = _several(kept.sub_of[mine][order])
        few = len(begin) < max(self.min_n, 1)
        middle = Quantile(None, None, None) if few else stays.quantile()
        longest = int((stays.packed[-1] >> 2) // DAY) if len(stays.packed) else 0
        grid = range(0, longest + 1, -(-max(longest, 1) // CURVE_POINTS)) if curve and not few else ()
        at = {days: survival_at(stays, days, self.min_n, owner) for days in MARKS}
        shares = tuple((days, survival_at(stays, days, self.min_n, owner)) for days in grid)
        reason = f"n<{max(self.min_n, 1)}" if few else NOT_REACHED if middle.at is None else None
        return Lasting(
            label,
            len(begin),
            int(ended.sum()),
            _days(middle.at),
            _days(middle.low),
            _days(middle.high),
            at,
            shares,
            reason,
        )


def _days(at: int | None) -> float | None:
    return None if at is None else at / DAY


def _several(owner: I8) -> I8 | None:
    """The owners of spells, where one has several of them."""
    return owner if len(np.unique(owner)) < len(owner) else None


def _turned(share: Share, turn: Callable[[float], float]) -> Share:
    """A share under a monotone change, its interval with it."""
    if share.share is None or share.low is None or share.high is None:
        return share
    low, high = sorted((turn(share.low), turn(share.high)))
    return Share(turn(share.share), low, high, share.n, share.reason)


def _summed(owner: I8, value: F8) -> F8:
    """Sums over owners, those without a value left out."""
    return np.bincount(np.unique(owner, return_inverse=True)[1], weights=value).astype(np.float64)


def _revenue(name: str, base: F8, gross: F8, net: F8, min_n: int) -> Revenue:
    if len(base) < max(min_n, 2):
        nothing = refused(len(base), max(min_n, 2))
        return Revenue(name, nothing, nothing)
    return Revenue(
        name, ratio_of(gross, base, min_n, 1.0), ratio_of(net, base, min_n), float(base.sum()), float(net.sum())
    )


def _found(index: Index, means: U1, moves: Movements) -> dict[str, Meant]:
    """The events of each meaning that the data have."""
    out = {}
    for code, name in enumerate(NAMES, 1):
        events = sorted({index.kinds.name[kind] or "" for kind in np.flatnonzero(means == code).tolist()})
        out[name] = Meant(tuple(events), int((moves.means == code).sum()))
    return out


def _quarters(first: datetime, last: datetime, zone: ZoneInfo) -> tuple[list[str], I8]:
    """Labels of the quarters between two instants, and the second at which each begins."""
    begin, end = first.astimezone(zone), last.astimezone(zone)
    numbers = range(begin.year * 4 + (begin.month - 1) // 3, end.year * 4 + (end.month - 1) // 3 + 1)
    starts = [seconds(datetime(q // 4, q % 4 * 3 + 1, 1, tzinfo=zone)) for q in numbers]
    return [f"{q // 4} Q{q % 4 + 1}" for q in numbers], np.array(starts, np.int64)


def _notices(moves: Movements, kept: Book) -> tuple[Notice, ...]:
    out = []
    if len(kept.unit) and not (moves.means == END).any():
        message = N_(
            "No event ends a subscription, so nobody is counted as having left: what was kept may be less than it seems."
        )
        out.append(Notice("no_ends", message))
    untold = int((np.isnan(moves.value) & np.isin(moves.means, (EXPANSION, CONTRACTION))).sum())
    if untold:
        message = N_("{n} expansions or contractions tell no value: they change who is a customer, not how much.")
        out.append(Notice("movement_without_value", message, {"n": untold}))
    several = int((kept.currency == SEVERAL).sum())
    if several:
        message = N_("{n} customers pay in several currencies and are left out of the figures in money.")
        out.append(Notice("several_currencies", message, {"n": several}))
    return tuple(out)
