"""A tiny index and map on which every kernel of the journal and of the metrics is run once."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import numpy as np

from tabiji.compute.executor import Executor, LocalExecutor
from tabiji.index.jit import NEVER
from tabiji.index.journal import journal
from tabiji.index.layout import Index, Kinds, Partition, Tier
from tabiji.index.receipts import firings
from tabiji.journeymap.model import Clause, JourneyMap, Kpi, Measure, Stage, Touchpoint
from tabiji.journeymap.rules import compile_rules
from tabiji.metrics.bottleneck import bottleneck
from tabiji.metrics.cohorts import cohorts
from tabiji.metrics.conformance import conformance
from tabiji.metrics.credit import Options, credit
from tabiji.metrics.deals import Amounts, no_amounts
from tabiji.metrics.dwell import dwell
from tabiji.metrics.emotion import Answers, emotion
from tabiji.metrics.factors import Traits
from tabiji.metrics.funnel import funnel
from tabiji.metrics.group import group
from tabiji.metrics.health import health
from tabiji.metrics.kpi import kpis
from tabiji.metrics.notes import Notes
from tabiji.metrics.ordered import window_funnel
from tabiji.metrics.paths import paths
from tabiji.metrics.reach import reach
from tabiji.metrics.retention import retention
from tabiji.metrics.scope import DAY, Scope, instant
from tabiji.metrics.stakes import Attribute
from tabiji.metrics.standings import standings
from tabiji.metrics.velocity import velocity
from tabiji.metrics.voice import voice
from tabiji.metrics.weeks import BANDS, Weeks, squared_scores

NAMES = ("seen", "met", "bought", "left")
ROLE_SETS = ((), ("champion",))
MAP = JourneyMap(
    "warm",
    {},
    (
        Stage(
            "aware",
            {},
            enters_when=(Clause(event=("seen",)), Clause(event=("seen",), at_least=2, people=2)),
            limit_days=0.5,
        ),
        Stage(
            "consider",
            {},
            enters_when=(Clause(event=("met",), role=("champion",)),),
            roles=("champion",),
            touchpoints=("visit",),
        ),
        Stage("won", {}, kind="success", enters_when=(Clause(event=("bought",)),)),
        Stage("lost", {}, kind="failure", enters_when=(Clause(event=("left",)),)),
    ),
    touchpoints=(Touchpoint("visit", {}, matches=(Clause(event=("met",)),)),),
    kpis=(Kpi("visits", "aware", {}, Measure(count=Clause(event=("met",)), days=1)),),
)


def _tier(units: list[int], live: list[int]) -> Tier:
    """Each unit sees, meets, leaves, then starts anew and buys: one event a day."""
    kinds = np.array([0, 1, 3, 0, 1, 2], np.uint32)
    n = len(units) * len(kinds)
    at = np.tile(np.arange(len(kinds), dtype=np.int32) * DAY, len(units))
    return Tier(
        unit=np.array(units, np.int64),
        live=np.array(live, np.uint8),
        off=np.arange(len(units) + 1, dtype=np.int64) * len(kinds),
        kind=np.tile(kinds, len(units)),
        person=np.zeros(n, np.uint16),
        role=np.ones(n, np.uint16),
        at=at,
        received=at.copy(),
        value_at=np.empty(0, np.int64),
        value=np.empty(0, np.float64),
        currency=np.empty(0, np.uint8),
    )


def _index() -> Index:
    empty: list[str | None] = [None] * len(NAMES)
    kinds = Kinds(list(NAMES), empty, empty, empty, empty, empty, np.zeros(len(NAMES), bool), {})
    tiers = _tier([0, 1, 2], [1, 0, 1]), _tier([1], [1])
    partitions = (Partition(0, 0, 3, tiers),)
    return Index("account", "warm", {"events": 18}, ["0", "1", "2"], kinds, ROLE_SETS, (), partitions)


def warm(executor: Executor | None = None) -> None:
    """Compile every kernel of the journal and of the metrics, or load it from the cache on disk."""
    threads = executor or LocalExecutor(1)
    index = _index()
    rules = compile_rules(MAP, index.kinds, index.role_sets)
    journal(index, rules, threads, known_as_of=NEVER - 1)
    journals = journal(index, rules, threads)
    firings(index, rules, 0)
    scope = Scope(instant(3 * DAY), min_n=1, known_as_of=instant(NEVER - 2))
    nobody, at, code = np.zeros(1, np.int64), np.zeros(1, np.int32), np.zeros(1, np.uint8)
    answers = Answers(nobody, at, at, code, np.zeros(1), np.full(1, np.nan))
    for mode in ("reached", "ordered"):
        funnel(index, MAP, rules, journals, scope, executor=threads, mode=mode)
    grouped = replace(scope, groups=(np.arange(3, dtype=np.int32) % 2, ("a", "b")))
    dwell(index, MAP, rules, journals, grouped, executor=threads)
    cohorts(index, MAP, rules, journals, scope, executor=threads, zone=ZoneInfo("UTC"), age_days=1)
    velocity(
        index,
        MAP,
        rules,
        journals,
        scope,
        executor=threads,
        currency="JPY",
        amounts=Amounts(np.ones(3), np.zeros(3, np.int32), ("JPY",)),
    )
    conformance(index, MAP, rules, journals, grouped, executor=threads)
    standings(index, MAP, rules, journals, scope, ROLE_SETS[1], threads)
    credit(index, MAP, rules, journals, scope, executor=threads, options=Options(order=2), currency="JPY")
    for level in ("stage", "touch"):
        paths(index, MAP, rules, journals, grouped, executor=threads, level=level)
    segment = Attribute("size", np.zeros(3, np.int32), ("all",))
    bottleneck(
        index, MAP, rules, journals, scope, executor=threads, currency="JPY", amounts=no_amounts(3),
        segments=lambda: [segment], traits=lambda: Traits(segment, None), stage="aware",
    )  # fmt: skip
    there, cells = np.zeros((1, 1), np.uint16), np.zeros((1, 2, 1, len(BANDS)))
    stays = Weeks(np.zeros(1, np.int64), np.ones(1, np.int32), np.ones(1, np.uint8), np.zeros(1, np.int32), there, 1)
    squared_scores(stays, cells, cells, threads)
    reach(index, MAP, rules, journals, scope, executor=threads)
    notes = Notes(nobody, at, at, np.full(1, -1.0))
    emotion(index, MAP, rules, journals, scope, answers, notes, executor=threads)
    named = {"start": ("met",), "end": ("left",)}
    zone = ZoneInfo("UTC")
    health(index, MAP, rules, journals, scope, executor=threads, zone=zone)
    voice(index, MAP, rules, journals, scope, answers, executor=threads, zone=zone)
    retention(index, MAP, rules, journals, scope, executor=threads, currency="JPY", zone=zone, named=named)
    group(index, MAP, rules, journals, scope, executor=threads)
    kpis(index, MAP, rules, journals, scope, executor=threads)
    window_funnel(index, [np.ones(len(NAMES), np.uint8)], DAY, NEVER - 1, threads)
