"""Revenue retention under each definition (written out in `metrics.retention.result.REVENUE`), and lifetime value."""

import numpy as np

from tabiji.index.layout import F8, I8
from tabiji.metrics.intervals import refused
from tabiji.metrics.means import Mean
from tabiji.metrics.retention.bookkeeping import SEVERAL, Book
from tabiji.metrics.retention.lifetime import value_within
from tabiji.metrics.retention.period import Period
from tabiji.metrics.retention.ratios import compounded, log_ratio_of, ratio_of
from tabiji.metrics.retention.result import NO_ENDS, NOBODY_LEFT, NOTHING_PAID, Money, Revenue
from tabiji.metrics.retention.subscriptions import EXPANSION, NO_CURRENCY
from tabiji.metrics.scope import DAY
from tabiji.result import Share

YEARS = (365, 730, 1095)  # days within which lifetime value is told


def money(asked: Period, kept: Book) -> tuple[Money, ...]:
    """Figures of each currency, the one with most customers first."""
    told = ~np.isnan(kept.value_first) | (np.nan_to_num(kept.value).sum(axis=1) > 0)
    code = np.where(told, kept.currency, SEVERAL)
    names = {
        c: asked.currency if c == NO_CURRENCY else asked.moves.currencies[c] for c in np.unique(code[code != SEVERAL])
    }
    of_name: dict[str, list[int]] = {}
    for c, name in names.items():
        of_name.setdefault(name, []).append(int(c))
    parts = [(name, kept.only(np.isin(code, codes))) for name, codes in of_name.items()]
    parts.sort(key=lambda part: (-len(part[1].unit), part[0]))
    return tuple(_in_currency(asked, name, part) for name, part in parts)


def _in_currency(asked: Period, name: str, kept: Book) -> Money:
    min_n = asked.min_n
    begin, value = asked.begin, kept.value
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
    within, formula = _lifetime(asked, kept)
    return Money(name, len(kept.unit), definitions, bridge, within, formula)


def _lifetime(asked: Period, kept: Book) -> tuple[dict[int, Mean], Share]:
    """What customers bring in: within some years of becoming one, and by the formula."""
    moves, begin = asked.moves, asked.begin
    place = np.searchsorted(kept.unit, moves.unit)
    mine = kept.unit[np.minimum(place, len(kept.unit) - 1)] == moves.unit
    paid = mine & ~np.isnan(moves.value) & (moves.means <= EXPANSION)
    owner, at, value = place[paid].astype(np.int64), moves.at[paid].astype(np.int64), moves.value[paid]
    first = kept.first.astype(np.int64)
    since, watched = at - first[owner], asked.as_of - first
    within = {
        days: value_within(since, owner, value, watched, days * DAY, asked.min_n) for days in asked.days_of(YEARS)
    }
    lately, n = at > begin, len(kept.unit)
    booked = np.bincount(owner[lately], weights=value[lately], minlength=n).astype(np.float64)
    ended = (kept.spell_end > begin) & (kept.spell_end <= asked.as_of)
    lost = np.bincount(kept.spell_of[ended], minlength=n).astype(np.float64)
    if not asked.has_ends:
        return within, Share(None, None, None, n, NO_ENDS)
    if lost.sum() < max(asked.min_n, 1):
        reason = NOBODY_LEFT if lost.sum() == 0 else f"n<{max(asked.min_n, 1)}"
        return within, Share(None, None, None, int(lost.sum()), reason)
    if booked.sum() <= 0:
        return within, Share(None, None, None, int(lost.sum()), NOTHING_PAID)
    formula = log_ratio_of(booked, lost, asked.min_n)
    return within, Share(formula.share, formula.low, formula.high, int(lost.sum()), formula.reason)


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
