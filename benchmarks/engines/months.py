"""Cohorts by month: how many accounts began their journey in each month, and how many of these have reached the third step."""

from zoneinfo import ZoneInfo

import polars as pl

from benchmarks.engines.frame import Frame
from benchmarks.engines.ours import AS_OF, Ours
from benchmarks.plan import steps
from tabiji.metrics.cohorts.question import cohorts
from tabiji.metrics.scope import Scope

STAGE = 2  # the step to reach, from 0
Counts = list[tuple[str, int, int]]


class OurCohorts:
    """The question of cohorts on the benchmark's map."""

    def __init__(self, base: Ours) -> None:
        self._base = base

    def question(self) -> Counts:
        """(month, accounts that began in it, those of them that reached the step)."""
        base = self._base
        result = cohorts(
            base.index, base.map, base.rules, base.journals, Scope(as_of=AS_OF),
            executor=base.executor, zone=ZoneInfo("UTC"), stage=f"step{STAGE + 1}",
        )  # fmt: skip
        return sorted((f"{c.period.first_on:%Y-%m}", c.n, c.reached) for c in result.total.cohorts)


def months_of(frame: Frame) -> Counts:
    """The same from a sorted frame."""
    codes = [code for step in steps() for code in step]
    later = [code for step in steps()[STAGE:] for code in step]
    firsts = (
        frame.events.lazy()
        .filter(pl.col("code").is_in(codes))
        .group_by("account")
        .agg(pl.col("at").min().alias("start"), pl.col("code").is_in(later).any().alias("reached"))
    )
    month = pl.from_epoch(pl.col("start"), time_unit="s").dt.strftime("%Y-%m").alias("month")
    found = firsts.group_by(month).agg(pl.len().alias("n"), pl.col("reached").sum()).collect()
    return sorted((str(m), int(n), int(r)) for m, n, r in found.rows())
