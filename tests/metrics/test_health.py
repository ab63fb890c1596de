"""Health: use counted against plain Python, components by hand, what is not measured, and the validation."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

import small_world
from small_world import DAY, E
from tabiji.compute.executor import LocalExecutor
from tabiji.index.journal import journal
from tabiji.index.layout import Index, Kinds
from tabiji.journeymap.model import Clause, JourneyMap, Stage
from tabiji.metrics.retention.dear.usage import Windows, usage
from tabiji.metrics.retention.health import HealthResult, health
from tabiji.metrics.retention.health_result import NO_CUSTOMERS, NO_OUTCOMES, NO_USE
from tabiji.metrics.retention.result import NO_STARTS
from tabiji.metrics.scope import Scope, instant

KINDS = ("subscription_started", "subscription_cancelled", "login", "report", "review", "visit")
STARTED, ENDED, LOGIN, REPORT, REVIEW, VISIT = range(6)
CHANNEL = ["contract", "contract", "product", "product", "qbr", "web"]
MAP = JourneyMap(
    "m",
    {},
    (
        Stage("signed", {}),
        Stage("value", {}, enters_when=(Clause(event=("review",)),)),
        Stage("gone", {}, kind="failure"),
    ),
)
PLAIN = JourneyMap("m", {}, (Stage("signed", {}), Stage("used", {}), Stage("gone", {}, kind="failure")))
RULES = small_world.rules(
    6, 3, {0: [STARTED], 1: [REVIEW], 2: [ENDED]}, failures=[2], stage_ids=("signed", "value", "gone")
)


def world(events: list[E], n: int = 12, cuts=(), overlay=(), role_sets=((),)) -> Index:
    made = small_world.index(events, n, KINDS, role_sets, cuts=cuts, overlay=overlay)
    empty: list[str | None] = [None] * len(KINDS)
    kinds = Kinds(list(KINDS), list(CHANNEL), empty, empty, empty, empty, np.zeros(len(KINDS), bool), {})
    return Index(made.unit, made.version, made.manifest, made.units, kinds, made.role_sets, (), made.partitions)


def ask(
    events: list[E], as_of: int = 400, min_n: int = 1, made: JourneyMap = MAP, cuts=(), **more: Any
) -> HealthResult:
    index, executor = world(events, cuts=cuts, role_sets=more.pop("role_sets", ((),))), LocalExecutor(2)
    options = {k: more.pop(k) for k in ("licences", "channels", "outcomes", "names", "churn_days") if k in more}
    scope = Scope(instant(as_of * DAY), min_n=min_n, **more)
    return health(
        index,
        made,
        RULES,
        journal(index, RULES, executor),
        scope,
        executor=executor,
        zone=ZoneInfo("Asia/Tokyo"),
        **options,
    )


def at(unit: int, on: int, kind: int, person: int | None = None) -> E:
    return E(unit, on * DAY, kind, person)


ONE = [
    at(0, 10, STARTED, 0), at(0, 350, LOGIN, 1), at(0, 380, LOGIN, 1), at(0, 380, LOGIN, 2), at(0, 390, LOGIN, 1), at(0, 100, LOGIN, 3),
    at(0, 200, REPORT, 3), at(0, 300, REVIEW, 0), at(1, 10, STARTED, 0), at(1, 395, REPORT, 1),
]  # fmt: skip


def parts(found: HealthResult) -> dict[str, dict[str, float | None]]:
    return {c.unit: dict(c.parts) for c in found.lowest}


def test_components_by_hand() -> None:
    found = ask(ONE)
    # u0: people 1 and 2 of the four known in the last 90 days; days 380 and 390; login of login and report; reviewed 100 days ago
    assert parts(found) == {
        "u1": {"deployment": 1 / 2, "engagement": 1 / 20, "adoption": 1 / 2, "roi": 0.0},
        "u0": {"deployment": 2 / 4, "engagement": 2 / 20, "adoption": 1 / 2, "roi": 1.0},
    }
    assert [c.unit for c in found.lowest] == ["u1", "u0"]
    assert found.overall.mean == pytest.approx((2.1 + 1.05) / 8)
    assert found.components[0].bands == (0, 0, 2, 0, 0) and found.components[3].bands == (1, 0, 0, 0, 1)
    assert found.measured == ("deployment", "engagement", "adoption", "roi")


def test_an_outcome_is_confirmed_only_by_the_role_that_enters_the_stage() -> None:
    """A review with the one who decides enters *value*; one with a user does not, and confirms nothing."""
    clause = Clause(event=("review",), role=("decision_maker",))
    made = replace(MAP, stages=(MAP.stages[0], replace(MAP.stages[1], enters_when=(clause,)), MAP.stages[2]))
    events = [
        *(at(u, 10, STARTED, 0) for u in (0, 1)),
        E(0, 390 * DAY, REVIEW, 1, role=1),
        E(1, 390 * DAY, REVIEW, 1, role=2),
    ]
    found = ask(events, made=made, role_sets=((), ("decision_maker",), ("user",)))
    assert {unit: measured["roi"] for unit, measured in parts(found).items()} == {"u0": 1.0, "u1": 0.0}


def always(*licences: float) -> Any:
    return lambda instants: np.repeat(np.array(licences)[:, None], len(instants), axis=1)


def test_licences_are_those_of_the_day() -> None:
    def bought_more(instants: Any) -> Any:
        return np.where(np.arange(12)[:, None] == 0, np.where(instants < 390 * DAY, 4.0, 16.0), np.nan)

    # u0: two people in the last 90 days of day 385, and of day 400
    assert parts(ask(ONE, as_of=385, licences=bought_more))["u0"]["deployment"] == 2 / 4
    assert parts(ask(ONE, as_of=400, licences=bought_more))["u0"]["deployment"] == 2 / 16


def test_licences_where_there_are_some() -> None:
    found = ask(ONE, licences=always(8.0, np.nan, *[np.nan] * 10))
    assert parts(found)["u0"]["deployment"] == 2 / 8 and parts(found)["u1"]["deployment"] is None
    assert "licences" in (found.components[0].told("en") or "")
    assert {c.unit: c.overall for c in found.lowest}["u1"] is None
    assert ask(ONE, licences=always(*[1.0] * 12)).lowest[-1].parts["deployment"] == 1.0  # cut at 1


def test_what_is_not_measured_is_said_and_makes_no_overall_health() -> None:
    found = ask(ONE, made=PLAIN)
    assert found.measured == ("deployment", "engagement", "adoption")
    assert found.components[3].mean.reason == NO_OUTCOMES and found.components[3].measure is None
    assert (found.overall.mean, found.overall.reason) == (None, "not measured: roi")
    assert found.of_measured.mean is not None and found.lowest[0].overall is None
    assert "Not measured: ROI; so there is no overall health." in found.explain("en")
    assert ask([*ONE, at(1, 60, VISIT, 1)], made=PLAIN, outcomes=("vis*",)).measured[-1] == "roi"
    unused = ask([at(0, 10, STARTED)], made=PLAIN, channels=("app",))
    assert {c.mean.reason for c in unused.components} == {NO_USE, NO_OUTCOMES} and unused.validation is None
    assert unused.lowest[0].of_measured is None
    assert ask(ONE, channels=("app",)).components[0].mean.reason == NO_USE


def test_nobody_is_a_customer() -> None:
    assert ask([at(0, 10, LOGIN, 1)]).reason == NO_STARTS
    assert ask([at(0, 10, STARTED), at(0, 20, ENDED)]).reason == NO_CUSTOMERS
    assert ask([], made=PLAIN).explain("en").startswith("Health is not known: no event starts")


def leavers() -> list[E]:
    """Six stay and log in every week; five stop logging in at day 200 and leave at day 320, 80 days before as-of 400."""
    out = []
    for u in range(11):
        out += [at(u, 5, STARTED), *(at(u, d, LOGIN, 1) for d in range(7, 400 if u < 6 else 200, 7))]
        out += [] if u < 6 else [at(u, 320, ENDED)]
    return out


def test_low_health_came_before_leaving() -> None:
    found = ask(leavers(), min_n=5).validation
    assert found is not None
    # customers at days 40, 130, 220 and 310 (all 11); five left, all after the last of them
    assert (found.landmarks, found.observed, found.left) == (4, 44, 5)
    assert found.auc.share > 0.9 and found.by_component["engagement"].share > 0.8
    assert found.by_component["engagement"].low > 0.5
    assert "the one who left had the lower health" in ask(leavers(), min_n=5).explain("en")
    assert ask(leavers(), min_n=6).validation.auc.reason == "n<6"
    assert "cannot be said: 5 of 44 left" in ask(leavers(), min_n=6).explain("en")


def test_shards_order_and_what_comes_later_change_nothing() -> None:
    whole = ask(leavers(), min_n=5, names=lambda ids: {ids[0]: "First"}).to_dict()
    turned = [leavers()[x] for x in np.random.default_rng(0).permutation(len(leavers()))]
    later = [*turned, at(2, 401, ENDED), at(3, 402, LOGIN, 9)]
    assert ask(later, min_n=5, cuts=(4, 7), names=lambda ids: {ids[0]: "First"}).to_dict() == whole
    assert whole["accounts"][0]["name"] == "First"


def test_groups_and_selections() -> None:
    grouped = ask(leavers(), groups=(np.arange(12, dtype=np.int32) % 2, ("even", "odd")))
    assert {v: p[0].mean.n for v, p in grouped.by_group.items()} == {"even": 3, "odd": 3}
    assert ask(leavers(), selection=np.arange(12) < 2).customers == 2


@pytest.mark.parametrize("seed", range(6))
def test_use_is_counted_as_in_plain_python(seed: int) -> None:
    rng = np.random.default_rng(seed)
    events = [
        E(int(rng.integers(0, 5)), int(rng.integers(0, 60 * DAY)), int(rng.integers(0, 6)),
          None if rng.random() < 0.2 else int(rng.integers(0, 6)), received=int(rng.integers(0, 80 * DAY)))
        for _ in range(200)
    ]  # fmt: skip
    feature, outcome = np.array([0, 0, 1, 2, 0, 0], np.uint8), np.array([0, 0, 0, 0, 1, 0], np.uint8)
    instants, known, offset = np.array([20, 41, 60], np.int64) * DAY, 60 * DAY, 9 * 3600
    windows = Windows(15 * DAY, 7 * DAY, 10 * DAY, offset)
    found = usage(
        world(events, 5, cuts=(2,), overlay=(1, 4)),
        np.arange(5) != 3,
        feature,
        outcome.astype(np.uint16),
        np.array([[0], [1]], np.uint8),
        instants,
        windows,
        known,
        LocalExecutor(2),
    )
    assert not found[3].any()  # nobody asked about it
    for u in (0, 1, 2, 4):
        for x, t in enumerate(instants.tolist()):
            mine = [e for e in events if e.unit == u and e.at <= t and e.received <= known]
            use = [e for e in mine if feature[e.kind]]
            days = {(e.at + offset) // DAY for e in use}
            assert found[u, x].tolist() == [
                len({e.person for e in use if e.person is not None and e.at > t - 15 * DAY}),
                len({e.person for e in mine if e.person is not None}),
                len([d for d in days if d > (t + offset - 7 * DAY) // DAY]),
                len({feature[e.kind] for e in use if e.at > t - 15 * DAY}),
                any(outcome[e.kind] and e.at > t - 10 * DAY for e in mine),
            ]


def test_a_window_is_about_when_they_became_customers() -> None:
    events = [*leavers(), at(11, 200, STARTED, 0), at(11, 390, LOGIN, 1)]
    whole, late = ask(events), ask(events, from_at=instant(150 * DAY))
    assert [c.unit for c in late.lowest] == ["u11"] and late.customers == 1
    early = ask(events, to_at=instant(150 * DAY))
    assert early.customers == whole.customers - 1 and "u11" not in [c.unit for c in early.lowest]
    assert early.validation.observed + late.validation.observed == whole.validation.observed
    assert ask(events, from_at=instant(399 * DAY)).reason == NO_CUSTOMERS


def test_a_kind_of_use_that_came_later_or_was_not_known_is_no_measure() -> None:
    events = [at(0, 10, STARTED, 0), at(0, 390, LOGIN, 1), at(1, 10, STARTED, 0), at(1, 395, LOGIN, 1)]
    plain = ask(events)
    assert {c.id: c.mean.mean for c in plain.components}["adoption"] == 1.0  # one kind of use, and both have it
    later = [*events, at(0, 410, REPORT, 1), at(1, 420, REVIEW, 0)]
    assert ask(later).components == plain.components
    unknown = [*events, E(0, 380 * DAY, REPORT, 1, received=450 * DAY)]
    assert ask(unknown, known_as_of=instant(430 * DAY)).components == plain.components
    assert {c.id: c.mean.mean for c in ask(unknown).components}["adoption"] == 0.75
