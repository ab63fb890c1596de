"""A tiny index and map on which every kernel of the journal and of the metrics is run once."""

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from tabiji.compute.executor import Executor, LocalExecutor
from tabiji.index.jit import NEVER
from tabiji.index.journal import journal
from tabiji.index.journeys import Journal
from tabiji.index.layout import Index, Kinds, Partition, Tier
from tabiji.index.receipts import replay
from tabiji.journeymap.model import Clause, JourneyMap, Kpi, Measure, Stage, Touchpoint
from tabiji.journeymap.rules import compile_rules
from tabiji.metrics.accounts.standings import standings
from tabiji.metrics.bottleneck.factors import Traits
from tabiji.metrics.bottleneck.question import bottleneck
from tabiji.metrics.bottleneck.stakes import Attribute
from tabiji.metrics.bottleneck.weeks import BANDS, Weeks, squared_scores
from tabiji.metrics.cohorts.question import cohorts
from tabiji.metrics.conformance.question import conformance
from tabiji.metrics.credit import Options, credit
from tabiji.metrics.deals import Amounts, no_amounts
from tabiji.metrics.dwell.question import dwell
from tabiji.metrics.feelings.answers import Answers
from tabiji.metrics.feelings.emotion import emotion
from tabiji.metrics.feelings.notes import Notes
from tabiji.metrics.feelings.voice import voice
from tabiji.metrics.funnel.ordered import window_funnel
from tabiji.metrics.funnel.question import funnel
from tabiji.metrics.group.question import group
from tabiji.metrics.kpi.question import kpis
from tabiji.metrics.ordering import FEW, ascending, order_of
from tabiji.metrics.paths.question import paths
from tabiji.metrics.reach.question import reach
from tabiji.metrics.retention.health import health
from tabiji.metrics.retention.question import retention
from tabiji.metrics.scope import DAY, Scope, instant
from tabiji.metrics.velocity.question import velocity

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

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


class Given(NamedTuple):
    """The first five arguments of every metric."""

    built: Index
    journey_map: JourneyMap
    rules: "Rules"
    journals: tuple[Journal, ...]
    scope: Scope


def warm(executor: Executor | None = None) -> None:
    """Compile every kernel of the journal and of the metrics, or load it from the cache on disk: first those of the map, which is
    what a newcomer sees first."""
    threads = executor or LocalExecutor(1)
    index = _index()
    rules = compile_rules(MAP, index.kinds, index.role_sets)
    journal(index, rules, threads, known_as_of=NEVER - 1)
    journals = journal(index, rules, threads)
    scope = Scope(instant(3 * DAY), min_n=1, known_as_of=instant(NEVER - 2))
    given = Given(index, MAP, rules, journals, scope)
    _warm_map(given, threads)
    _warm_people(given, threads)
    _warm_journeys(given, threads)
    _warm_customers(given, threads)
    for put_in_order in (ascending, order_of):
        put_in_order(np.arange(FEW + 1))


def _answers() -> tuple[Answers, Notes]:
    nobody, at, code = np.zeros(1, np.int64), np.zeros(1, np.int32), np.zeros(1, np.uint8)
    return Answers(nobody, at, at, code, np.zeros(1), np.full(1, np.nan)), Notes(nobody, at, at, np.full(1, -1.0))


def _warm_map(given: Given, threads: Executor) -> None:
    answers, notes = _answers()
    funnel(*given, executor=threads)
    reach(*given, executor=threads)
    emotion(*given, answers, notes, executor=threads, with_link=False)
    kpis(*given, executor=threads)
    segment = Attribute("size", np.zeros(3, np.int32), ("all",))
    bottleneck(
        *given, executor=threads, currency="JPY", amounts=no_amounts(3), segments=lambda: [segment],
        traits=lambda: Traits(segment, None), stage="aware",
    )  # fmt: skip
    there, cells = np.zeros((1, 1), np.uint16), np.zeros((1, 2, 1, len(BANDS)))
    stays = Weeks(np.zeros(1, np.int64), np.ones(1, np.int32), np.ones(1, np.uint8), np.zeros(1, np.int32), there, 1)
    squared_scores(stays, cells, cells, threads)


def _warm_people(given: Given, threads: Executor) -> None:
    standings(*given, ROLE_SETS[1], threads)
    replay(given.built, given.rules, 0)
    group(*given, executor=threads)


def _warm_journeys(given: Given, threads: Executor) -> None:
    grouped = given._replace(scope=replace(given.scope, groups=(np.arange(3, dtype=np.int32) % 2, ("a", "b"))))
    funnel(*given, executor=threads, mode="ordered", window_days=1)
    window_funnel(given.built, [np.ones(len(NAMES), np.uint8)], DAY, NEVER - 1, threads)
    dwell(*grouped, executor=threads)
    goes_back = replace(given.rules, regress_bits=np.uint64(1))
    dwell(*given._replace(rules=goes_back), executor=threads)
    amounts = Amounts(np.ones(3), np.zeros(3, np.int32), ("JPY",))
    velocity(*given, executor=threads, currency="JPY", amounts=amounts)
    cohorts(*given, executor=threads, zone=ZoneInfo("UTC"), age_days=1)
    conformance(*grouped, executor=threads)
    credit(*given, executor=threads, options=Options(order=2), currency="JPY")
    for level in ("stage", "touch"):
        paths(*grouped, executor=threads, level=level)


def _warm_customers(given: Given, threads: Executor) -> None:
    zone, (answers, notes) = ZoneInfo("UTC"), _answers()
    emotion(*given, answers, notes, executor=threads)
    voice(*given, answers, executor=threads, zone=zone)
    health(*given, executor=threads, zone=zone)
    named = {"start": ("met",), "end": ("left",)}
    retention(*given, executor=threads, currency="JPY", zone=zone, named=named)
