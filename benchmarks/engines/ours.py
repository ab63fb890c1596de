"""tabiji: the funnel from the events of the index, from the cached journal, and as a user asks it."""

from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.data import DataSet, event_name
from benchmarks.plan import CONTRACTS, MONTH_ENDS, WINDOW_DAYS, map_yaml, steps
from tabiji.compute.executor import LocalExecutor
from tabiji.index import Index, refresh_index
from tabiji.index.jit import NEVER
from tabiji.index.journal import journal
from tabiji.index.journeys import Journal
from tabiji.index.layout import Partition
from tabiji.journeymap import JourneyMap, parse
from tabiji.journeymap.rules import Rules, compile_rules
from tabiji.metrics.dwell.question import dwell
from tabiji.metrics.entries import entries, main_line
from tabiji.metrics.feelings.answers import Answers
from tabiji.metrics.feelings.emotion import emotion
from tabiji.metrics.funnel.ordered import ordered_reach, window_funnel
from tabiji.metrics.funnel.question import FunnelResult, funnel
from tabiji.metrics.kpi.question import kpis
from tabiji.metrics.reach.question import reach
from tabiji.metrics.retention.bookkeeping import book
from tabiji.metrics.retention.question import retention
from tabiji.metrics.retention.subscriptions import classes, meanings, movements
from tabiji.metrics.scope import DAY, Scope, instant, seconds
from tabiji.settings import Settings

AS_OF = datetime(2030, 1, 1, tzinfo=UTC)  # after everything


class Ours:
    """The index of the data set (built where it is not there), and the journal of the benchmark's map."""

    def __init__(self, data: DataSet, threads: int) -> None:
        self._executor = LocalExecutor(threads)
        self.index: Index = refresh_index(
            data.lake, data.folder / "index", "account", settings=Settings(threads=threads)
        )
        self.map = read_map()
        self.rules = self.compiled(self.map)
        self.journals = self.swept(self.rules)
        names = np.array(list(self.index.kinds.name))
        self._steps = [np.isin(names, [event_name(code) for code in codes]).astype(np.uint8) for codes in steps()]

    @property
    def executor(self) -> LocalExecutor:
        """The threads."""
        return self._executor

    @property
    def partitions(self) -> tuple[Partition, ...]:
        """Partitions of the index."""
        return self.index.partitions

    def compiled(self, journey_map: JourneyMap) -> Rules:
        """The rules of a map over the dictionaries of the index."""
        return compile_rules(journey_map, self.index.kinds, self.index.role_sets)

    def swept(self, rules: Rules) -> tuple[Journal, ...]:
        """The journal of a set of rules, swept from the events now (nothing is kept)."""
        return journal(self.index, rules, self._executor)

    def funnel_from_events(self) -> list[int]:
        """Accounts that got at least to step 1 … 5, from the events."""
        return self._funnel(WINDOW_DAYS * DAY)

    def funnel_in_any_time(self) -> list[int]:
        """The same without a window."""
        return self._funnel(None)

    def _funnel(self, window: int | None) -> list[int]:
        levels = window_funnel(self.index, self._steps, window, seconds(AS_OF), self._executor)
        return [int(n) for n in levels[::-1].cumsum()[::-1][1:]]

    def funnel_from_journal(self) -> list[int]:
        """The same, from the journal."""
        line = main_line(self.map, self.rules)
        found = entries(self.journals, line, seconds(AS_OF), self._executor, ordered_reach, WINDOW_DAYS * DAY)
        return [int(np.count_nonzero(at != NEVER)) for at in found.reached_at]

    def question(self) -> list[int]:
        """The same as a question: with its shares, intervals, medians and provenance."""
        return [stage.n for stage in self.asked().stages]

    def asked(self, mode: str = "ordered") -> FunnelResult:
        """The result of the question; `reached` is what the map shows."""
        return funnel(
            self.index, self.map, self.rules, self.journals, Scope(as_of=AS_OF),
            executor=self._executor, mode=mode, window_days=WINDOW_DAYS if mode == "ordered" else None,
        )  # fmt: skip

    def stays_from_events(self) -> list[tuple[int, float]]:
        """(accounts that reached step k or a later one, median days to the next step), from the events."""
        journals = self.swept(self.rules)
        reached = entries(journals, main_line(self.map, self.rules), seconds(AS_OF), self._executor).reached_at
        medians = self._executor.map(lambda p: float(np.median((p[1] - p[0])[p[1] != NEVER]) / DAY), pairwise(reached))
        return [(int((at != NEVER).sum()), days) for at, days in zip(reached, [*medians, 0.0], strict=True)]

    def dwell_question(self) -> list[tuple[int, float]]:
        """The same as a question, from the journal."""
        result = dwell(self.index, self.map, self.rules, self.journals, Scope(as_of=AS_OF), executor=self._executor)
        return [(s.n, s.closed_only_median_days or 0.0) for s in result.stages]

    def in_force(self) -> list[int]:
        """How many accounts are customers at the end of each of thirteen months, from the events."""
        means = classes(self.index, meanings(self.map, CONTRACTS), np.ones(len(self.index.kinds), bool))
        last = MONTH_ENDS[-1]
        moves = movements(self.index, means, last, NEVER, self._executor)
        kept = book(moves, np.array(MONTH_ENDS, np.int64), 365 * DAY, last)
        return [int(n) for n in kept.active.sum(axis=0)]

    def retention_question(self) -> list[int]:
        """The same as a question: every definition of churn and of revenue, survival, lifetime value."""
        scope = Scope(as_of=instant(MONTH_ENDS[-1]))
        result = retention(
            self.index, self.map, self.rules, self.journals, scope,
            executor=self._executor, currency="JPY", zone=ZoneInfo("UTC"), named=CONTRACTS,
        )  # fmt: skip
        return [result.total.customers["end"]]

    def map_page(self, journey_map: JourneyMap) -> int:
        """Every figure of the map page under a map that was never asked before. Returns the journeys."""
        rules, scope = self.compiled(journey_map), Scope(as_of=AS_OF)
        given = (self.index, journey_map, rules, self.swept(rules), scope)
        result = funnel(*given, executor=self._executor)
        reach(*given, executor=self._executor)
        emotion(*given, _answers(), executor=self._executor, with_link=False)
        kpis(*given, _answers(), executor=self._executor)
        return result.total.n

    def close(self) -> None:
        """Give the threads back."""
        self._executor.close()


def read_map(shift: int = 0) -> JourneyMap:
    """The benchmark's map."""
    read = parse(map_yaml(shift)).map
    assert read is not None
    return read


def _answers() -> Answers:
    """No survey answers: the data set has none."""
    kinds = (np.int64, np.int32, np.int32, np.uint8, np.float64, np.float64)
    return Answers(*(np.zeros(0, kind) for kind in kinds))
