"""Incidence of going on, with an interval from resampled accounts: ours over every transition, statsmodels over one."""

from dataclasses import replace

import numpy as np

from benchmarks.engines.ours import AS_OF, Ours
from tabiji.metrics.bottleneck.question import bottleneck
from tabiji.metrics.entries import entries, main_line
from tabiji.metrics.scope import DAY, Scope, seconds

THEIR_RESAMPLES = 100  # of one transition; ours are 400 of every transition
HORIZON_DAYS = 180
TARGET = 0.99  # of every stage, so that no segment is looked for


class OurIncidence:
    """The question of the bottleneck on the benchmark's map, its stages with a planned share."""

    def __init__(self, base: Ours) -> None:
        self._base = base
        stages = tuple(replace(s, target_share=TARGET) for s in base.map.stages)
        self._map = replace(base.map, stages=stages, horizon_days=HORIZON_DAYS)

    def question(self) -> float:
        """The share of the first step that goes on within the horizon; every transition is resampled for what is at stake."""
        base = self._base
        result = bottleneck(
            base.index, self._map, base.rules, base.journals, Scope(as_of=AS_OF), executor=base.executor, currency="JPY"
        )
        return float(result.transitions[0].share.share or 0.0)


class StatsmodelsIncidence:
    """The stays in the first step, as numbers, and the same incidence by `CumIncidenceRight`."""

    def __init__(self, base: Ours) -> None:
        found = entries(base.journals, main_line(base.map, base.rules), seconds(AS_OF), base.executor)
        here, there = (at.astype(np.int64) for at in found.reached_at[:2])
        entered = here < np.iinfo(np.int32).max
        went = there[entered] < np.iinfo(np.int32).max
        until = np.where(went, there[entered], seconds(AS_OF))
        self._days = np.ceil((until - here[entered]) / DAY)
        self._cause = went.astype(np.int64)

    def resampled(self) -> float:
        """The incidence at the horizon, after as many resamples of all accounts."""
        from statsmodels.duration.survfunc import CumIncidenceRight

        chance, share = np.random.default_rng(7), 0.0
        for turn in range(THEIR_RESAMPLES + 1):
            n = len(self._days)
            some = np.arange(n) if turn == THEIR_RESAMPLES else chance.integers(0, n, n)
            with np.errstate(divide="ignore", invalid="ignore"):
                found = CumIncidenceRight(self._days[some], self._cause[some])
            place = int(np.searchsorted(found.times, HORIZON_DAYS, side="right")) - 1
            share = float(found.cinc[0][place])
        return share
