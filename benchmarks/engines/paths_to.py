"""Paths of channels to a conversion, as the benchmark of credit asks for them: ours, and ClickHouse.

An account's path are the channels of its events before its first contract event, of all its events where it has none (those
count as ended). Events of one second may stand in another order from engine to engine."""

import numpy as np

from benchmarks.data import CHANNEL_NAMES, DataSet, event_name
from benchmarks.engines.clickhouse import ClickHouse
from benchmarks.engines.ours import AS_OF
from benchmarks.plan import steps
from tabiji.compute.executor import LocalExecutor
from tabiji.index import refresh_index
from tabiji.index.journal import journal
from tabiji.journeymap.model import Clause, JourneyMap, Stage
from tabiji.journeymap.rules import compile_rules
from tabiji.metrics.credit import CreditResult, Options, credit
from tabiji.metrics.credit.gathering.cells import ONE
from tabiji.metrics.credit.gathering.levels import level_of
from tabiji.metrics.credit.gathering.shares import PASSED
from tabiji.metrics.credit.work import Work
from tabiji.metrics.deals import no_amounts
from tabiji.metrics.scope import Scope
from tabiji.settings import Settings

GOAL = steps()[-1]
HALF_LIFE_DAYS = 30
FOREVER_DAYS = 36_500.0
MODELS = ("first", "last", "linear", "time_decay", "position")
MAP = JourneyMap(
    "bench",
    {},
    (
        Stage("any", {}, enters_when=(Clause(event=("*",)),)),
        Stage("won", {}, kind="success", enters_when=(Clause(event=tuple(event_name(code) for code in GOAL)),)),
    ),
    inactive_days=None,
)
Shares = dict[str, list[float]]


class OurCredit:
    """The index of the data set, and the journal of a map whose journeys are all events of an account."""

    def __init__(self, data: DataSet, threads: int) -> None:
        self._executor = LocalExecutor(threads)
        self._index = refresh_index(data.lake, data.folder / "index", "account", settings=Settings(threads=threads))
        self._rules = compile_rules(MAP, self._index.kinds, self._index.role_sets)
        self._journals = journal(self._index, self._rules, self._executor)
        self._level = level_of("channel", self._index, MAP, self._rules)
        self._fates = self._work(1).toward(1, len(self._level.keys))

    def question(self, order: int = 1) -> CreditResult:
        """The whole question: eleven models with money, resamples and provenance."""
        options = Options(order=order, lookback_days=FOREVER_DAYS, level="channel", open_as_null=True)
        return credit(
            self._index, MAP, self._rules, self._journals, Scope(as_of=AS_OF),
            executor=self._executor, options=options, currency="JPY",
        )  # fmt: skip

    def shared(self) -> Shares:
        """Conversions per channel under each of MODELS: one pass over the events, for these and five further models."""
        cells = self._work(1).passed(self._level, self._fates, order=0)
        found = cells.credit.sum(axis=0) / ONE
        at = {key.id: k for k, key in enumerate(self._level.keys)}
        return {m: [float(found[PASSED.index(m), at[c]]) for c in CHANNEL_NAMES] for m in MODELS}

    def transitions(self) -> int:
        """Transitions of the chains of orders 1 to 3, counted (not solved) in one pass; how many there are. A state of order 3
        that is told without its oldest key is one of order 2."""
        cells = self._work(3).passed(self._level, self._fates, shared=False)
        step = (len(self._level.keys) + 2) * (len(self._level.keys) + 1) ** np.arange(1, 4)
        tables = [np.bincount(cells.transition % span, cells.times, span) for span in step.tolist()]
        return sum(int(times.sum()) for times in tables)

    def markov(self, order: int) -> dict[str, float]:
        """Conversions per channel under the Markov chain of an order, from the whole question."""
        return {row.key: row.credit for row in self.question(order).models["markov"]}

    def solved(self) -> Shares:
        """Conversions per channel under each of MODELS, from the whole question."""
        return self._told(self.question(), MODELS)

    def _work(self, order: int) -> Work:
        options = Options(order=order, lookback_days=FOREVER_DAYS, level="channel", open_as_null=True)
        return Work(
            self._index, MAP, self._rules, self._journals, Scope(as_of=AS_OF), options, self._executor,
            no_amounts(self._index.n_units), "JPY",
        )  # fmt: skip

    def _told(self, found: CreditResult, models: tuple[str, ...]) -> Shares:
        credits = {m: {r.key: r.credit for r in found.models[m]} for m in models}
        return {m: [of.get(channel, 0.0) for channel in CHANNEL_NAMES] for m, of in credits.items()}

    def close(self) -> None:
        """Give the threads back."""
        self._executor.close()


class ClickHousePaths(ClickHouse):
    """The same over a sorted MergeTree with a number per channel."""

    def __init__(self, data: DataSet, threads: int) -> None:
        super().__init__(data, threads)
        channels = ", ".join(f"'{name}'" for name in CHANNEL_NAMES)
        names = ", ".join(f"'{event_name(code)}'" for code in GOAL)
        self._ask(
            "CREATE TABLE bench.touch (account UInt32, at UInt32, channel UInt8, goal UInt8) ENGINE = MergeTree"
            " ORDER BY (account, at)"
        )
        self._ask(f"""
            INSERT INTO bench.touch SELECT toUInt32(substring(assumeNotNull(account), 2)), toUnixTimestamp(assumeNotNull(at)),
                transform(assumeNotNull(channel), [{channels}], range({len(CHANNEL_NAMES)})::Array(UInt8), 255::UInt8),
                assumeNotNull(name) IN ({names})
            FROM file('{self._files}', 'Parquet') WHERE account IS NOT NULL""")
        self._ask("OPTIMIZE TABLE bench.touch FINAL")

    def heuristics(self) -> Shares:
        """Conversions per channel under each of MODELS: one query."""
        answer = self._ask(f"""
            WITH 2 * n AS twice SELECT k,
                sum(i = 1), sum(i = n), sum(1 / n), sum(decay / whole),
                sum(if(n < 3, 1 / n, if(i = 1 OR i = n, 0.4, 0.2 / (n - 2))))
            FROM (
                SELECT length(path) AS n, arrayMap(x -> exp2((x.1 - c) / {HALF_LIFE_DAYS * 86400.0}), path) AS decays,
                    arraySum(decays) AS whole, arrayJoin(arrayZip(path, arrayEnumerate(path), decays)) AS touch,
                    touch.1.2 AS k, touch.2 AS i, touch.3 AS decay
                FROM ({_PATHS}) WHERE won)
            GROUP BY k""")
        rows = {int(row[0]): [float(x) for x in row[1:]] for row in (line.split(",") for line in answer.splitlines())}
        return {m: [rows.get(k, [0.0] * 5)[x] for k in range(len(CHANNEL_NAMES))] for x, m in enumerate(MODELS)}

    def transitions(self) -> int:
        """Transitions of the chains of orders 1 to 3, counted (not solved): one query per order; how many there are."""
        n, total = len(CHANNEL_NAMES), 0
        for order in (1, 2, 3):
            ago = ", ".join(f"whole[j - {back}]" for back in range(order, -1, -1))
            answer = self._ask(f"""
                SELECT sum(n) FROM (
                    SELECT arrayJoin(arrayMap(j -> tuple({ago}), range({order} + 1, length(whole) + 1))) AS step, count() AS n
                    FROM (
                        SELECT arrayConcat(arrayWithConstant({order}, {n}), arrayMap(x -> x.2, path), [if(won, {n + 1}, {n + 2})])
                            AS whole FROM ({_PATHS}) WHERE notEmpty(path))
                    GROUP BY step)""")
            total += int(answer)
        return total


_PATHS = """
    SELECT account, max(goal) AS won, minIf(at, goal = 1) AS c,
        arrayFilter(x -> NOT won OR x.1 < c, arraySort(x -> x.1, groupArray((at, channel)))) AS path
    FROM bench.touch GROUP BY account"""


def close_enough(a: Shares, b: Shares, tolerance: float) -> bool:
    """Whether two answers agree to a share of all conversions."""
    return all(np.abs(np.subtract(a[m], b[m])).max() <= tolerance * sum(a[m]) for m in b)
