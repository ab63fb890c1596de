"""Discrete-time hazards: logistic regressions over counted weeks, many at once, and the correction for testing many.

A week in which a unit may go on is a trial; weeks that share all covariates are counted together (Allison, Sociological
Methodology 13, 1982, 61; Singer & Willett, *Applied Longitudinal Data Analysis*, 2003, ch. 11). Maximum likelihood by
Newton's method with a ridge so slight that it only keeps coefficients finite where a covariate never sees the event.
"""

from dataclasses import dataclass
from math import erfc, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from tabiji.index.layout import F8

RIDGE = 1e-7
MOST_STEPS = 60
LONGEST_STEP = 3.0  # of a coefficient, so that a first step on little data does not leave the earth
CLOSE = 1e-10


@dataclass(frozen=True, slots=True)
class Fits:
    """F regressions over the same rows and columns: beta: float64[F, p] · inverse: float64[F, p, p], of the Hessian · mu:
    float64[F, rows], fitted probabilities."""

    beta: F8
    inverse: F8
    mu: F8


def fit(x: F8, trials: F8, events: F8) -> Fits:
    """Fit F logistic regressions at once.

    x: float64[rows, p], the first column the intercept · trials, events: float64[F, rows], how often each row occurred in
    each regression, and how often with the event (rows without a trial do not count)."""
    rows, p = x.shape
    squares = (x[:, :, None] * x[:, None, :]).reshape(rows, p * p)
    penalty = np.diag(np.array([0.0] + [RIDGE] * (p - 1)))
    penalty[0, 0] = RIDGE * 1e-3  # only against a regression without any event
    beta = np.zeros((len(trials), p))
    mean = (events.sum(1) + 0.5) / (trials.sum(1) + 1.0)
    beta[:, 0] = np.log(mean / (1 - mean))
    for _ in range(MOST_STEPS):
        mu = _logistic(beta @ x.T)
        gradient = (events - trials * mu) @ x - beta @ penalty
        hessian = ((trials * mu * (1 - mu)) @ squares).reshape(-1, p, p) + penalty
        step = np.linalg.solve(hessian, gradient[:, :, None])[:, :, 0]
        longest = np.abs(step).max(axis=1, initial=0.0)
        beta = beta + step * np.minimum(1.0, LONGEST_STEP / np.maximum(longest, 1e-300))[:, None]
        if longest.max(initial=0.0) < CLOSE:
            break
    mu = _logistic(beta @ x.T)
    hessian = ((trials * mu * (1 - mu)) @ squares).reshape(-1, p, p) + penalty
    inverse = np.linalg.inv(hessian).astype(np.float64, copy=False)
    return Fits(beta, inverse, mu)


def _logistic(eta: npt.NDArray[Any]) -> F8:
    out: F8 = 1.0 / (1.0 + np.exp(-np.clip(eta, -700, 700)))
    return out


def two_sided(z: float) -> float:
    """Probability of a standard normal at least as far from 0 as `z`."""
    return erfc(abs(z) / sqrt(2))


def corrected(p: F8) -> F8:
    """p-values corrected for all of them (Benjamini & Hochberg, J. R. Stat. Soc. B 57, 1995, 289): the least false discovery
    rate at which each would be called different."""
    order = np.argsort(p, kind="stable")
    ranked = p[order] * len(p) / np.arange(1, len(p) + 1)
    out = np.empty_like(p)
    out[order] = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1.0)
    return out
