"""Cox regression with covariates that change over time: rows (begin, end], ties as Efron, Newton's method.

A row says that a subject was watched from `begin` to `end` with fixed covariates, and whether it had the event at `end`; a
subject is as many rows as its covariates take values. Strata have baselines of their own. Sources: Cox, J. R. Stat. Soc. B 34
(1972) 187; Efron, J. Am. Stat. Assoc. 72 (1977) 557; Andersen & Gill, Ann. Stat. 10 (1982) 1100; variance over clusters:
Lin & Wei, J. Am. Stat. Assoc. 84 (1989) 1074.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tabiji.index.layout import F8, I8

MOST_STEPS = 40
FLAT = 1e-11  # relative change of the log likelihood at which Newton's method stops
MOST_PATTERNS = 16  # different rows of x that are worth counting
ENDLESS = 12.0  # a coefficient (per standard deviation) beyond which there is no finite one


@dataclass(frozen=True, slots=True)
class CoxFit:
    """Coefficients (log hazard ratios), float64[p], their covariance, float64[p, p], and the log likelihood."""

    beta: F8
    covariance: F8
    log_likelihood: float
    n_events: int


@dataclass(frozen=True, slots=True)
class _Stratum:
    """Rows of a stratum that are at risk at some event. by_end, by_begin: orders · at_end, at_begin: per instant of an event
    (ascending), how many rows end (begin) before it · events: rows with the event, by instant · group: instant of each ·
    tie: l ÷ d of each (l of d tied events, from 0)."""

    x: F8
    begin: I8
    end: I8
    owner: I8
    by_end: npt.NDArray[np.intp]
    by_begin: npt.NDArray[np.intp]
    times: I8
    at_end: npt.NDArray[np.intp]
    at_begin: npt.NDArray[np.intp]
    events: npt.NDArray[np.intp]
    group: npt.NDArray[np.intp]
    tie: F8
    patterns: F8 | None = None
    at_risk: F8 | None = None
    tied: F8 | None = None


def cox(
    begin: I8,
    end: I8,
    event: npt.NDArray[np.bool_],
    x: F8,
    strata: npt.NDArray[np.integer] | None = None,
    owner: I8 | None = None,
) -> CoxFit | None:
    """Fit a regression; None where there is no finite answer (no event, or a covariate that tells the events apart).

    begin, end: int64[n], begin < end · event: bool[n] · x: float64[n, p] · strata: int[n] · owner: int64[n], the cluster of each
    row: with it, the covariance allows for several subjects of one cluster."""
    spread = x.std(axis=0) if len(x) else np.zeros(x.shape[1])
    if not event.any() or (spread <= 0).any():
        return None
    scaled = (x - x.mean(axis=0)) / spread
    of = np.zeros(len(x), np.int64) if strata is None else strata
    who = np.arange(len(x), dtype=np.int64) if owner is None else owner
    parts = [_stratum(begin[m], end[m], event[m], scaled[m], who[m]) for s in np.unique(of[event]) for m in [of == s]]
    beta = np.zeros(x.shape[1])
    value, slope, curvature = _likelihood(parts, beta)
    for _ in range(MOST_STEPS):
        if np.linalg.matrix_rank(curvature) < len(beta):
            return None
        step = np.linalg.solve(curvature, slope)
        for _ in range(30):
            new = _likelihood(parts, beta + step)
            if np.isfinite(new[0]) and new[0] >= value - abs(value) * 1e-14:
                break
            step /= 2
        beta = beta + step
        if np.abs(beta).max() > ENDLESS:
            return None
        gained, (value, slope, curvature) = new[0] - value, new
        if abs(gained) <= FLAT * (abs(value) + 1) and np.abs(step).max() < 1e-9:
            break
    else:
        return None
    covariance = np.linalg.inv(curvature)
    if owner is not None:
        covariance = covariance @ _meat(parts, beta) @ covariance
    return CoxFit(beta / spread, covariance / np.outer(spread, spread), float(value), int(event.sum()))


def _stratum(begin: I8, end: I8, event: npt.NDArray[np.bool_], x: F8, owner: I8) -> _Stratum:
    by_end, by_begin = np.argsort(end, kind="stable"), np.argsort(begin, kind="stable")
    events = by_end[event[by_end]]
    times, group, size = np.unique(end[events], return_inverse=True, return_counts=True)
    first = np.cumsum(size) - size
    at_end, at_begin = np.searchsorted(end[by_end], times), np.searchsorted(begin[by_begin], times)
    tie = (np.arange(len(events)) - first[group]) / size[group]
    plain = _Stratum(x, begin, end, owner, by_end, by_begin, times, at_end, at_begin, events, group, tie)
    patterns = _patterns(x)
    if patterns is None:
        return plain
    # What Newton's method asks of the rows are sums over those that are alike: counted once, its steps cost no pass over the rows.
    alike = [(x == pattern).all(axis=1) for pattern in patterns]
    at_risk = [np.searchsorted(np.sort(begin[m]), times) - np.searchsorted(np.sort(end[m]), times) for m in alike]
    tied = [np.bincount(group[m[events]], minlength=len(times)) for m in alike]
    columns = np.stack(at_risk, axis=1).astype(np.float64), np.stack(tied, axis=1).astype(np.float64)
    return replace(plain, patterns=patterns, at_risk=columns[0], tied=columns[1])


def _patterns(x: F8) -> F8 | None:
    """The different rows of x, where there are at most `MOST_PATTERNS`."""
    if len(np.unique(x[: 10 * MOST_PATTERNS], axis=0)) > MOST_PATTERNS:
        return None
    found = np.unique(x[:, 0])[:, None] if x.shape[1] == 1 else np.unique(x, axis=0)
    return found if len(found) <= MOST_PATTERNS else None


def _at_risk(part: _Stratum, weighted: F8) -> F8:
    """Sums of `weighted` (float64[n, c]) over the rows at risk at each instant: begin < instant ≤ end."""

    def from_there(order: npt.NDArray[np.intp], places: npt.NDArray[np.intp]) -> F8:
        sums = np.zeros((len(order) + 1, weighted.shape[1]))
        sums[:-1] = np.cumsum(weighted[order][::-1], axis=0)[::-1]
        return np.asarray(sums[places], np.float64)

    return from_there(part.by_end, part.at_end) - from_there(part.by_begin, part.at_begin)


def _sums(part: _Stratum, beta: F8) -> tuple[F8, F8]:
    """Per event, Efron's sums of weight and of weight × x: [e, 1 + p], and × x²: [e, p, p]."""
    p = part.x.shape[1]
    rows = part.x if part.patterns is None else part.patterns
    columns = [np.ones(len(rows)), *rows.T, *(a * b for a in rows.T for b in rows.T)]
    weighted = np.stack(columns, axis=1) * np.exp(rows @ beta)[:, None]
    if part.at_risk is not None and part.tied is not None:
        at_risk, tied = part.at_risk @ weighted, part.tied @ weighted
    else:
        at_risk = _at_risk(part, weighted)
        tied = np.stack([np.bincount(part.group, c, len(part.times)) for c in weighted[part.events].T], axis=1)
    efron = at_risk[part.group] - part.tie[:, None] * tied[part.group]
    return efron[:, : 1 + p], efron[:, 1 + p :].reshape(-1, p, p)


def _likelihood(parts: Sequence[_Stratum], beta: F8) -> tuple[float, F8, F8]:
    """Log partial likelihood, its gradient, and minus its matrix of second derivatives."""
    value, slope, curvature = 0.0, np.zeros(len(beta)), np.zeros((len(beta), len(beta)))
    for part in parts:
        efron, square = _sums(part, beta)
        mean = efron[:, 1:] / efron[:, :1]
        value += float((part.x[part.events] @ beta).sum() - np.log(efron[:, 0]).sum())
        slope += (part.x[part.events] - mean).sum(axis=0)
        curvature += (square / efron[:, :1, None]).sum(axis=0) - mean.T @ mean
    return value, slope, curvature


def _meat(parts: Sequence[_Stratum], beta: F8) -> F8:
    """Sum over clusters of the outer product of their score residuals."""
    n_owners = 1 + max(int(part.owner.max()) for part in parts)
    total = np.zeros((n_owners, len(beta)))
    for part in parts:
        weight = np.exp(part.x @ beta)
        efron, _ = _sums(part, beta)
        mean = efron[:, 1:] / efron[:, :1]
        pull = 1 / efron[:, :1]
        n = len(part.times)

        def per_time(values: F8, part: _Stratum = part, n: int = n) -> F8:
            return np.stack([np.bincount(part.group, c, n) for c in values.T], axis=1)

        whole = per_time(np.hstack([pull, pull * mean]))
        part_of = per_time(
            np.hstack([pull, pull * mean]) * part.tie[:, None]
        )  # a tied event is at risk in (1 − l ÷ d) of it
        grown = np.vstack([np.zeros((1, whole.shape[1])), np.cumsum(whole, axis=0)])
        watched = grown[np.searchsorted(part.times, part.end, "right")]
        watched -= grown[np.searchsorted(part.times, part.begin, "right")]
        watched[part.events] -= part_of[part.group]
        residual = -weight[:, None] * (part.x * watched[:, :1] - watched[:, 1:])
        centre = per_time(mean) / np.bincount(part.group, minlength=n)[:, None]
        residual[part.events] += part.x[part.events] - centre[part.group]
        for c in range(len(beta)):
            total[:, c] += np.bincount(part.owner, residual[:, c], n_owners)
    return np.asarray(total.T @ total, np.float64)
