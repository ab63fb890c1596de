"""tabiji: the question of paths at touch level, on a map in which every name of the data is a touchpoint."""

from benchmarks.data import DataSet, event_name
from benchmarks.engines.ours import AS_OF
from benchmarks.events import NAMES
from tabiji.compute.executor import LocalExecutor
from tabiji.index import refresh_index
from tabiji.index.journal import journal
from tabiji.journeymap.model import Clause, JourneyMap, Stage, Touchpoint
from tabiji.journeymap.rules import compile_rules
from tabiji.metrics.paths.question import paths
from tabiji.metrics.paths.result import ENDS, START, PathsResult
from tabiji.metrics.scope import DAY, Scope
from tabiji.settings import Settings

MAP = JourneyMap(
    "bench",
    {},
    (Stage("any", {}, enters_when=(Clause(event=("*",)),)),),
    inactive_days=None,
    touchpoints=tuple(Touchpoint(event_name(c), {}, matches=(Clause(event=(event_name(c),)),)) for c in range(NAMES)),
)


class OurPaths:
    """The index of the data set, and the journal of a map whose journeys are all events of an account."""

    def __init__(self, data: DataSet, threads: int) -> None:
        self._executor = LocalExecutor(threads)
        self._index = refresh_index(data.lake, data.folder / "index", "account", settings=Settings(threads=threads))
        self._rules = compile_rules(MAP, self._index.kinds, self._index.role_sets)
        self._journals = journal(self._index, self._rules, self._executor)

    def follows(self) -> PathsResult:
        """The whole question: pairs with medians, whole paths, ways back, how journeys stand."""
        return paths(
            self._index, MAP, self._rules, self._journals, Scope(as_of=AS_OF), executor=self._executor, level="touch"
        )

    def close(self) -> None:
        """Give the threads back."""
        self._executor.close()


def told(found: PathsResult) -> tuple[int, list[tuple[int, int, int, float]]]:
    """How many different whole sequences there are, and per pair of names that follow each other how often and the median
    seconds between them: what the other engines answer."""
    code = {event_name(c): c for c in range(NAMES)}
    inner = [e for e in found.edges if e.from_ != START and e.to not in ENDS]
    pairs = [(code[e.from_], code[e.to], e.n, round((e.median_days or 0.0) * 2 * DAY) / 2) for e in inner]
    return len(found.variants) + found.total.rest.variants, sorted(pairs)
