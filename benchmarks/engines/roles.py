"""Who had shown up by the end of each step. The data set names no roles, so every event is taken for one of a person in the role
that its family of names stands for: the same for all engines."""

from dataclasses import replace

import numpy as np
import polars as pl

from benchmarks.engines.frame import Frame
from benchmarks.engines.ours import AS_OF, Ours
from benchmarks.events import RANKS
from benchmarks.plan import steps
from tabiji.compute.executor import LocalExecutor
from tabiji.compute.kernel import run
from tabiji.index.jit import NEVER
from tabiji.journeymap.model import GroupRole
from tabiji.metrics.entries import entries, main_line
from tabiji.metrics.group.presence import PresenceKernel, presence_sources
from tabiji.metrics.group.question import group
from tabiji.metrics.scope import Scope, seconds

ROLES = ("champion", "decision_maker", "influencer", "user")
FAMILIES = ("search", "page", "seminar", "paper", "demo", "meeting", "quote", "contract")  # by code // RANKS


class OurRoles:
    """The index of the data set with a role at every event."""

    def __init__(self, base: Ours, threads: int) -> None:
        self._executor = LocalExecutor(threads)
        self._base = base
        of_family = {family: x % len(ROLES) + 1 for x, family in enumerate(FAMILIES)}
        of_kind = np.array([of_family[str(name).split("_")[0]] for name in base.index.kinds.name], np.uint16)
        partitions = tuple(
            replace(p, tiers=tuple(replace(t, role=of_kind[t.kind]) for t in p.tiers)) for p in base.partitions
        )
        self._index = replace(base.index, partitions=partitions, role_sets=((), *((role,) for role in ROLES)))
        self._map = replace(base.map, buying_group=tuple(GroupRole(role) for role in ROLES))

    def coverage(self) -> list[list[int]]:
        """Per step and role the accounts that reached the step in which the role had shown up by the time they went on."""
        base = self._base
        line, as_of = main_line(self._map, base.rules), seconds(AS_OF)
        kernel = PresenceKernel(base.rules, self._index.role_sets, ROLES, line, as_of, NEVER)
        present = run(kernel, presence_sources(self._index, base.journals), self._executor)
        reached = entries(base.journals, line, as_of, self._executor).reached_at
        return [np.count_nonzero(present.people[at != NEVER, k], axis=0).tolist() for k, at in enumerate(reached)]

    def question(self) -> list[list[int]]:
        """The same out of the whole question: with intervals, completeness, order, differences and influence."""
        base = self._base
        result = group(self._index, self._map, base.rules, base.journals, Scope(as_of=AS_OF), executor=self._executor)
        shares = {(c.stage, c.role): round((c.by_end.share or 0.0) * c.by_end.n) for c in result.total.coverage}
        return [[shares[s.id, role] for role in ROLES] for s in self._map.main_line]

    def close(self) -> None:
        """Give the threads back."""
        self._executor.close()


def coverage_of(frame: Frame) -> list[list[int]]:
    """The same from a sorted frame."""
    events, last = frame.events.lazy(), len(steps())
    step_of = {code: k for k, codes in enumerate(steps()) for code in codes}
    firsts = (
        events.filter(pl.col("code").is_in(list(step_of)))
        .group_by("account")
        .agg(*(pl.col("at").filter(pl.col("code").is_in(c)).min().alias(f"t{k}") for k, c in enumerate(steps())))
    )
    reached = firsts.select(
        "account", *(pl.min_horizontal(*(f"t{later}" for later in range(k, last))).alias(f"r{k}") for k in range(last))
    )
    role = (pl.col("code") // RANKS % len(ROLES)).alias("role")
    shown = (
        events.join(reached.select("account", start="r0"), on="account")
        .filter(pl.col("at") >= pl.col("start"))
        .group_by("account")
        .agg(*(pl.col("at").filter(role == r).min().alias(f"f{r}") for r in range(len(ROLES))))
    )
    both = reached.join(shown, on="account")
    counted = [
        (
            pl.col(f"r{k}").is_not_null()
            & pl.col(f"f{r}").is_not_null()
            & (
                (pl.col(f"f{r}") <= pl.col(f"r{k + 1}")) | pl.col(f"r{k + 1}").is_null()
                if k + 1 < last
                else pl.lit(True)
            )
        )
        .sum()
        .alias(f"c{k}_{r}")
        for k in range(last)
        for r in range(len(ROLES))
    ]
    found = both.select(*counted).collect().row(0)
    return [list(found[k * len(ROLES) : (k + 1) * len(ROLES)]) for k in range(last)]
