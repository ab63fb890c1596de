"""Retention: ten customers by hand under every definition, refusals with their reasons, and what must not change a figure."""

from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

import small_world
from small_world import DAY, E
from tabiji.compute.executor import LocalExecutor
from tabiji.errors import NotFoundError
from tabiji.index.journal import journal
from tabiji.journeymap.model import JourneyMap, Stage
from tabiji.metrics.retention.question import RetentionResult, retention
from tabiji.metrics.retention.result import NO_CUSTOMER, NO_ENDS, NO_FAILURE, NO_STARTS, NO_VALUES, NOTHING_PAID
from tabiji.metrics.scope import Scope, instant

KINDS = (
    "subscription_started",
    "subscription_renewed",
    "subscription_expanded",
    "subscription_cancelled",
    "churned_stage",
    "login",
)
STARTED, RENEWED, EXPANDED, ENDED, FAILED, LOGIN = range(6)
MAP = JourneyMap("m", {}, (Stage("signed", {}), Stage("gone", {}, kind="failure")))
RULES = small_world.rules(6, 2, {0: [STARTED], 1: [FAILED]}, failures=[1], stage_ids=("signed", "gone"))
AS_OF = 400


def day(unit: int, on: int, kind: int, value: float | None = None) -> E:
    return E(unit, on * DAY, kind, value=value)


# The period is from day 300 to day 400. Customers at its start: 0…7.
TEN = [
    *(day(u, 10, STARTED, 100.0) for u in range(6)),
    day(6, 299, STARTED, 50.0), day(7, 250, STARTED, 200.0),
    day(0, 320, ENDED), day(0, 320, FAILED),  # gone, and the map says so
    day(1, 330, EXPANDED, 40.0), day(2, 340, RENEWED, 60.0), day(3, 350, RENEWED),
    day(4, 310, ENDED), day(4, 390, STARTED, 100.0),  # left and came back
    day(8, 360, STARTED, 500.0), day(8, 380, ENDED),  # came and went inside the period
    day(9, 370, STARTED, 70.0),
]  # fmt: skip


def ask(
    events: list[E] = TEN, as_of: int = AS_OF, min_n: int = 2, made: JourneyMap = MAP, cuts=(), **more: Any
) -> RetentionResult:
    index = small_world.index(events, 12, KINDS, cuts=cuts)
    executor = LocalExecutor(2)
    named, period, horizon = more.pop("named", None), more.pop("period_days", 100), more.pop("horizon", None)
    scope = Scope(instant(as_of * DAY), min_n=min_n, **more)
    return retention(
        index, made, RULES, journal(index, RULES, executor), scope, executor=executor, currency="JPY", zone=ZoneInfo("Asia/Tokyo"),
        named=named, period_days=period, horizon_days=horizon,
    )  # fmt: skip


def test_ten_customers_by_hand() -> None:
    total = ask().total
    assert dict(total.customers) == {"ever": 10, "start": 8, "new": 2, "left": 1, "ended": 3, "end": 8}
    churn = {c.id: c for c in total.churn}
    assert churn["left_of_start"].share.share == 1 / 8
    assert churn["ends_over_start"].share.share == 3 / 8
    # customer-days: 1, 2, 3, 5, 6, 7 all 100; 0: 20; 4: 10 + 10; 8: 20; 9: 30
    assert churn["ends_over_average"].denominator == pytest.approx(6.9)
    assert churn["ends_over_average"].share.share == pytest.approx(3 / 6.9)
    # twelfths of 8 1/3 days, from day 300: 0 leaves in the 3rd, 4 in the 2nd, 8 (from day 360) in the 10th
    steps = 6 * 12 + 3 + 2 + 1 + 2 + 3  # 0, 4 (first spell; it ends the last twelfth there: +1), 8, 9
    assert churn["by_month"].numerator == 3
    assert churn["by_month"].denominator == steps
    assert churn["by_month"].share.share == pytest.approx(1 - (1 - 3 / steps) ** 12)
    assert (churn["map"].numerator, churn["map"].share.n) == (1, 8)
    assert "Depending on the definition, logo churn is 10% to 43%." in ask().explain("en")
    assert "12.5" not in ask().explain(
        "en"
    ) and "Of 8 customers at the start of the 100 days, 1 is none" in ask().explain("en")


def test_their_money_by_hand() -> None:
    (money,) = ask().total.money
    by_id = {d.id: d for d in money.definitions}
    start = by_id["period_start"]
    assert (money.currency, start.base, start.net.n) == ("JPY", 850.0, 8)
    # 0 is gone; 1 has 140; 2 has 60; the others as before
    assert start.gross.share == (850 - 100 - 40) / 850
    assert start.net.share == (850 - 100 - 40 + 40) / 850
    assert dict(money.bridge) == {"start": 850, "lost": -100, "reduced": -40, "added": 40, "new": 70, "end": 820}
    assert (
        money.bridge["start"] + sum(money.bridge[k] for k in ("lost", "reduced", "added", "new")) == money.bridge["end"]
    )
    # came up: 0 and 4 ended (100 each), 2 renewed 100 → 60, 3 renewed 100 → 100, 8 ended (500)
    assert by_id["decided"].gross.share == 160 / 900
    # a hundred days after their start: 0…5 still have 100; 6 has 50; 7 has 200
    assert (by_id["cohort"].net.share, by_id["cohort"].net.n) == (1.0, 8)
    assert money.formula.share == (40 + 60 + 100 + 500 + 70) / 3


def test_lifetime_value_by_the_formula_is_refused_where_nobody_paid() -> None:
    events = [day(u, 10, STARTED, 100.0) for u in range(4)] + [day(u, 320 + u, ENDED) for u in range(2)]
    (money,) = ask(events).total.money
    assert (money.formula.share, money.formula.low, money.formula.n) == (None, None, 2)
    assert money.formula.reason == NOTHING_PAID


def test_survival_by_hand() -> None:
    total = ask(as_of=500, min_n=1).total
    whole = total.lasting[0]
    assert (whole.cohort, whole.n, whole.ended) == (None, 11, 3)
    # ends after 20 (8), 300 (4), 310 (0) days; by 20 all 11 are at risk
    assert whole.at[90].share == pytest.approx(10 / 11)
    assert [x.cohort for x in total.lasting[1:]] == ["2000 Q1", "2000 Q3", "2000 Q4", "2001 Q1"]
    assert sum(x.n for x in total.lasting[1:]) == 11


def test_value_within_a_year_by_hand() -> None:
    """Watched 490 days: 0…5; 201: 6; 250: 7; 140: 8; 130: 9."""
    within = ask(as_of=500, min_n=2).total.money[0].within[365]
    at_once = (6 * 100 + 50 + 200 + 500 + 70) / 10
    later = (
        40 + 60
    ) / 6  # 320 and 330 days after the start: only 0…5 have been watched so long (4 starts anew after 380)
    assert within.mean == pytest.approx(at_once + later)
    assert within.n == 6


@pytest.mark.parametrize("cuts", [(3,), (1, 5, 9)])
def test_shards_merge_to_the_whole_and_order_does_not_matter(cuts: tuple[int, ...]) -> None:
    shuffled = [TEN[i] for i in np.random.default_rng(1).permutation(len(TEN))]
    assert ask(shuffled, cuts=cuts).total.to_dict() == ask().total.to_dict()


def test_what_happens_after_as_of_changes_nothing() -> None:
    more = [*TEN, day(1, 401, ENDED), day(11, 402, STARTED, 9.0)]
    assert ask(more).total.to_dict() == ask().total.to_dict()


def test_no_starts_no_ends_no_values_no_failure_stage() -> None:
    nothing = ask([day(0, 1, LOGIN)])
    assert nothing.total.reasons == {"customers": NO_STARTS}
    assert nothing.explain("en").startswith("Retention is not known: no event starts a subscription")
    endless = ask([e for e in TEN if e.kind != ENDED]).total
    assert endless.reasons == {"logo_churn": NO_ENDS, "survival": NO_ENDS} and not endless.churn and not endless.lasting
    assert endless.money[0].formula.reason == NO_ENDS
    told = ask([e for e in TEN if e.kind != ENDED])
    assert told.explain("en").startswith("Who left is not known: no event ends a subscription")
    assert [n.code for n in told.notices] == ["no_ends"]
    free = ask([E(e.unit, e.at, e.kind) for e in TEN])
    assert free.total.money == () and free.total.reasons == {"revenue": NO_VALUES}
    assert [n.code for n in free.notices] == ["movement_without_value"]
    without = JourneyMap("m", {}, (Stage("signed", {}),))
    assert {c.id: c.share.reason for c in ask(made=without).total.churn}["map"] == NO_FAILURE


def test_below_the_minimum_and_one_customer() -> None:
    total = ask(min_n=10).total
    assert {c.id: c.share.reason for c in total.churn} == {
        "left_of_start": "n<10", "ends_over_start": "n<10", "ends_over_average": None, "by_month": None, "survival": None, "map": "n<10",
    }  # fmt: skip
    assert {d.gross.reason for d in total.money[0].definitions} == {"n<10", None}  # ten are there in some month
    one = ask([day(0, 10, STARTED, 5.0), day(0, 350, ENDED)], min_n=1).total
    assert one.churn[0].share.share == 1.0 and one.money[0].definitions[0].gross.reason == "n<2"


def test_windows_selections_and_groups() -> None:
    late = ask(from_at=instant(200 * DAY)).total
    assert late.customers["ever"] == 4
    assert ask(selection=np.arange(12) < 3).total.customers["start"] == 3
    assert ask(selection=np.arange(12) > 10).total.reasons == {"customers": NO_CUSTOMER}
    assert ask(from_at=instant(399 * DAY)).total.reasons == {"customers": NO_CUSTOMER}
    grouped = ask(groups=(np.arange(12, dtype=np.int32) % 2, ("even", "odd")))
    assert [(g.value, g.customers["start"]) for g in grouped.groups] == [("even", 4), ("odd", 4)]
    assert grouped.to_dict()["groups"][0]["value"] == "even"
    assert {r["group"] for r in grouped.rows()} == {"even", "odd"}


def test_where_ends_are_recorded_a_segment_without_one_has_kept_all() -> None:
    """Customers 1 to 3 and 5 to 7, none of which left: asked about alone, and as a group beside the others."""
    stayed = np.array([False, True, True, True, False, True, True, True, *[False] * 4])
    alone = ask(selection=stayed)
    churn = {c.id: c.share for c in alone.total.churn}
    assert (churn["left_of_start"].share, churn["left_of_start"].n) == (0.0, 6) and not alone.total.reasons
    assert alone.notices == () or {n.code for n in alone.notices} == {"movement_without_value"}
    (group,) = (g for g in ask(groups=(stayed.astype(np.int32), ["left", "stayed"])).groups if g.value == "stayed")
    assert (group.churn, group.lasting) == (alone.total.churn, alone.total.lasting)


def test_the_curve_ends_with_the_longest_subscription() -> None:
    curve = ask().total.lasting[0].curve
    assert 390 - 4 < max(days for days, _ in curve) <= 390  # from day 10 to day 400, in steps of four days
    assert all(share.share is not None for _, share in curve)


def test_a_young_business_is_told_as_one() -> None:
    assert (
        ask([e for e in TEN if e.unit in (8, 9)])
        .explain("en")
        .startswith("Nobody was a customer yet at the start of the 100 days; 2 came, and 1 time one left.")
    )


def test_events_of_other_names_are_told_by_flags() -> None:
    assert ask([day(0, 10, LOGIN), day(1, 10, LOGIN), day(0, 350, FAILED)], named={"start": ("log*",), "end": ("churned_stage",)}).total.customers == {
        "ever": 2, "start": 2, "new": 0, "left": 1, "ended": 1, "end": 1,
    }  # fmt: skip


def test_a_horizon_is_told_beside_the_usual_times() -> None:
    plain, found = ask(), ask(horizon=312)
    assert list(plain.total.lasting[0].at) == [90, 180, 365, 730]
    assert list(found.total.lasting[0].at) == [90, 180, 312, 365, 730]
    assert [list(m.money[0].within) for m in (plain.total, found.total)] == [[365, 730, 1095], [312, 365, 730, 1095]]
    lasts = found.total.lasting[0].at[312]
    # ended after 300 (unit 4), 310 (unit 0) and 20 (unit 8) days; by hand: product of 1 − 1/at risk
    assert lasts.share is not None and lasts.share < found.total.lasting[0].at[180].share
    assert f"After 312 days {lasts.share:.0%} of the subscriptions are still in force" in found.explain("en")
    assert "still in force" not in plain.explain("en")
    assert found.provenance.fingerprint != plain.provenance.fingerprint


def test_what_came_later_or_was_not_known_is_neither_found_nor_offered() -> None:
    """Somebody expands on day 450, and a login of day 300 came in on day 450: by day 400 nobody knew of an expansion or a login."""
    events = [day(0, 10, STARTED, 100.0), day(0, 450, EXPANDED, 5.0), E(0, 300 * DAY, LOGIN, received=450 * DAY)]
    then: dict[str, Any] = {"known_as_of": instant(430 * DAY)}
    assert {name: m.events for name, m in ask(events, **then).meanings.items() if m.events} == {
        "start": ("subscription_started",)
    }
    for slip, known, more in (
        ("subscription_expande", "subscription_expanded", {}),
        ("logn", "login", then),
    ):
        with pytest.raises(NotFoundError) as refused:
            ask(events, named={"expansion": [slip]}, **more)
        assert known not in str(refused.value)
    with pytest.raises(NotFoundError, match="login"):
        ask(events, named={"expansion": ["logn"]})
