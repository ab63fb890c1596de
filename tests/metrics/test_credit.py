"""Credit: hand-made cases, every model against a plain one on random journeys, merging, order, as-of."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import small_world
from credit_world import MAP, STAGES, TOUCHES, Path, ask, figures, heuristic, history, markov, shapley
from small_world import DAY, E
from tabiji.errors import NotFoundError
from tabiji.journeymap.model import JourneyMap, Stage, Touchpoint
from tabiji.metrics.credit import Spend
from tabiji.metrics.credit.gathering.levels import TooManyKeysError
from tabiji.metrics.credit.regrouping import TOO_MANY_SETS, TOO_MANY_STATES, TOO_MANY_TRANSITIONS, TOO_MANY_UNITS
from tabiji.metrics.credit.stability import draws
from tabiji.metrics.deals import Amounts

PASSED = ("first", "last", "last_non_direct", "linear", "time_decay", "position", "u", "w", "full_path", "shapley")

FOUR = [
    *history(0, (0, "a"), (1, "lead"), (2, "b"), (3, "deal"), (4, "a"), (5, "c"), (6, "d"), (7, "won"), value=100),
    *history(1, (0, "lead"), (1, "b"), (2, "lost")),
    *history(2, (0, "lead"), (1, "won"), value=50),  # nobody touched it
    *history(3, (0, "lead"), (5, "b"), (6, "a"), (7, "won")),  # value unknown
]


def test_four_accounts_by_hand() -> None:
    found = ask(FOUR, 4)
    assert (found.conversions, found.without_touch, found.nulls, found.open) == (3, 1, 1, 0)
    assert (found.value, found.currency, found.valued) == (150, "JPY", 2)
    told = figures(found)
    assert told["first"] == {"a": 1, "b": 1, "c": 0, "d": 0, "(no touch)": 1}
    assert told["last"] == {"a": 1, "b": 0, "c": 0, "d": 1, "(no touch)": 1}
    assert told["last_non_direct"] == {"a": 1, "b": 0, "c": 1, "d": 0, "(no touch)": 1}
    linear = {"a": 2 / 5 + 1 / 2, "b": 1 / 5 + 1 / 2, "c": 1 / 5, "d": 1 / 5, "(no touch)": 1}
    assert told["linear"] == pytest.approx(linear, rel=1e-9)
    # account 0: a is first touch and lead creation, b opportunity creation, d the last one before the win
    assert told["u"] == pytest.approx({"a": 1, "b": 1, "c": 0, "d": 0, "(no touch)": 1}, rel=1e-9)
    full = {"a": 0.45 + 0.05 + 0.5, "b": 0.225 + 0.5, "c": 0.05, "d": 0.225, "(no touch)": 1}
    assert told["full_path"] == pytest.approx(full, abs=1e-9)
    shared = {"a": 0.25 + 0.5, "b": 0.25 + 0.5, "c": 0.25, "d": 0.25, "(no touch)": 1}
    assert told["shapley"] == pytest.approx(shared, abs=1e-9)
    # The chain a→b→a→c→d→won, b→null, b→a→won.
    assert told["markov"] == pytest.approx(markov([*PATHS_OF_FOUR], 1) | {"(no touch)": 1}, rel=1e-12)


PATHS_OF_FOUR = (
    Path(((0, "a"), (2, "b"), (4, "a"), (5, "c"), (6, "d")), 7),
    Path(((1, "b"),), None),
    Path(((5, "b"), (6, "a")), 7),
)


def test_credit_and_money_add_up_under_every_model() -> None:
    found = ask(FOUR, 4)
    assert set(found.models) == {*PASSED, "markov"} and found.absent == {}
    for rows in found.models.values():
        assert sum(r.credit for r in rows) == pytest.approx(3, rel=1e-9)
        assert sum(r.value_credit or 0.0 for r in rows) == pytest.approx(150, rel=1e-9)
    linear = {r.key: r.value_credit for r in found.models["linear"]}
    assert linear == pytest.approx({"a": 40, "b": 20, "c": 20, "d": 20, "(no touch)": 50}, rel=1e-9)


def test_the_json_of_the_verb() -> None:
    told = ask(FOUR, 4).to_dict()
    assert {"models", "conversions", "value", "stability", "absent", "costs", "nulls", "open"} <= set(told)
    assert {"key", "credit", "value_credit"} <= set(told["models"]["first"][0])
    assert told["stability"]["first"]["meaning"]


def test_one_model_alone() -> None:
    assert list(ask(FOUR, 4, model="time_decay").models) == ["time_decay"]


@pytest.mark.parametrize(
    ("half_life", "older"), [(30.0, 0.5 ** (29 / 30) / (1 + 0.5 ** (29 / 30))), (1.0, 0.5**29 / (1 + 0.5**29))]
)
def test_the_half_life_is_that_of_the_age(half_life: float, older: float) -> None:
    events = history(0, (0, "lead"), (1, "a"), (30, "b"), (60, "won"))
    told = figures(ask(events, 1, half_life_days=half_life))["time_decay"]
    assert told["a"] == pytest.approx(older, abs=1e-9) and told["b"] == pytest.approx(1 - older, abs=1e-9)


def test_touches_count_before_the_conversion_and_inside_the_lookback() -> None:
    events = history(0, (0, "lead"), (0, "a"), (10, "b"), (10.5, "c"), (20, "d"), (20, "won"), (21, "a"))
    # ten days back exactly: b is inside; d at the instant of the win is the win itself
    assert figures(ask(events, 1, lookback_days=10))["linear"] == {"a": 0, "b": 0.5, "c": 0.5, "d": 0}
    assert figures(ask(events, 1, lookback_days=9.9))["linear"] == {"a": 0, "b": 0, "c": 1, "d": 0}
    assert figures(ask(events, 1, lookback_days=1))["linear"]["(no touch)"] == 1


def test_any_stage_can_be_the_goal() -> None:
    at_deal = ask(FOUR, 4, goal="deal")
    assert at_deal.conversions == 1 and figures(at_deal)["last"] == {"a": 0, "b": 1, "c": 0, "d": 0}
    lost = ask(FOUR, 4, goal="lost")
    assert lost.conversions == 1 and figures(lost)["first"]["b"] == 1
    with pytest.raises(NotFoundError, match="won"):
        ask(FOUR, 4, goal="wom")


def test_models_whose_milestones_are_missing_or_come_later_are_absent_with_the_reason() -> None:
    found = ask(FOUR, 4, goal="deal")
    assert {m: n.render("en") for m, n in found.absent.items()} == {
        "full_path": "the milestone 'won' comes after the goal"
    }
    plain = JourneyMap(
        "m", {}, tuple(Stage(s.id, {}, kind=s.kind) for s in MAP.stages), touchpoints=MAP.touchpoints
    )  # no milestone anywhere
    bare = ask(FOUR, 4, journey_map=plain)
    assert set(bare.absent) == {"u", "w", "full_path"}
    alone = ask(FOUR, 4, journey_map=plain, model="u")
    assert alone.models == {} and alone.rows() == []
    assert alone.explain("en") == "The model U-shaped cannot be given: no stage of the map is the milestone 'lead'."
    assert bare.absent["u"].render("en") == "no stage of the map is the milestone 'lead'"


def test_open_journeys_are_nulls_only_when_asked_for() -> None:
    events = [*FOUR, *history(4, (2990, "lead"), (2995, "c"))]
    assert (ask(events, 5).nulls, ask(events, 5).open) == (1, 1)
    asked = ask(events, 5, open_as_null=True)
    assert (asked.nulls, asked.open) == (2, 1)
    paths = [*PATHS_OF_FOUR, Path(((2995, "c"),), None)]
    assert figures(asked)["markov"] == pytest.approx(markov(paths, 1) | {"(no touch)": 1}, rel=1e-12)


def test_a_journey_that_fell_silent_is_a_null_back_from_its_last_touch() -> None:
    events = [*history(0, (0, "lead"), (1, "a"), (3, "won")), *history(1, (0, "lead"), (1, "b"), (300, "a"))]
    told = ask(events, 2, lookback_days=10)
    assert told.nulls == 1
    assert figures(told)["markov"] == {"a": 1, "b": 0, "c": 0, "d": 0}  # b lies 299 days before the last touch
    assert told.touched == {"a": 1, "b": 0, "c": 0, "d": 0}


def test_an_event_of_two_touchpoints_is_a_touch_of_each() -> None:
    rules = small_world.rules(
        8, 4, {0: [0], 1: [1], 2: [2], 3: [3]}, failures=[3], success=2, inactive=365 * DAY, stage_ids=STAGES,
        touchpoints={"a": [4], "b": [4, 5], "c": [6], "d": [7]},
    )  # fmt: skip
    events = history(0, (0, "lead"), (1, "a"), (2, "won"))
    told = figures(ask(events, 1, rules=rules))
    assert told["linear"] == {"a": 0.5, "b": 0.5, "c": 0, "d": 0}
    assert told["first"]["a"] == 1 and told["last"]["b"] == 1


def test_roles_decide_what_touches() -> None:
    rules = small_world.rules(
        8, 4, {0: [0], 1: [1], 2: [2], 3: [3]}, failures=[3], success=2, inactive=365 * DAY, stage_ids=STAGES,
        touchpoints={"a": [4], "b": [4]}, touchpoint_roles={"a": [0], "b": []},
    )  # fmt: skip
    journey_map = JourneyMap("m", {}, MAP.stages, touchpoints=(Touchpoint("a", {}), Touchpoint("b", {})))
    told = figures(ask(history(0, (0, "lead"), (1, "a"), (2, "won")), 1, rules=rules, journey_map=journey_map))
    assert told["linear"] == {"a": 1, "b": 0}


def test_empty_data_and_nobody_who_converted_have_an_answer() -> None:
    nobody = ask([], 0)
    assert nobody.conversions == 0 and nobody.value is None
    assert nobody.explain("en") == "No journey has entered Won by the date of this question."
    assert {m: sum(r.credit for r in rows) for m, rows in nobody.models.items()} == dict.fromkeys(nobody.models, 0)
    lonely = ask(history(0, (0, "lead"), (1, "won")), 1)
    assert lonely.explain("en") == "No touch stands before any of the conversions (1)."
    assert figures(lonely)["markov"]["(no touch)"] == 1


def test_money_in_two_currencies_is_refused_in_words() -> None:
    events = [e for u in range(2) for e in history(u, (0, "lead"), (1, "a"), (2, "won"))]
    found = ask(events, 2, amounts=Amounts(np.array([5.0, 7.0]), np.array([0, 1], np.int32), ("JPY", "USD")))
    assert found.value is None and found.to_dict()["value_reason"].startswith(
        "the conversions are worth money in several"
    )
    assert {r.value_credit for r in found.models["linear"]} == {None}


def test_rates_are_exact_up_to_fifteen_keys_and_refused_above() -> None:
    found = ask(FOUR, 4, value_function="rate")
    assert figures(found)["shapley"] == pytest.approx(shapley(PATHS_OF_FOUR, "rate") | {"(no touch)": 1}, rel=1e-12)
    names = [f"t{x}" for x in range(16)]
    rules = small_world.rules(
        19, 3, {0: [0], 1: [1], 2: [2]}, failures=[2], success=1, inactive=365 * DAY, stage_ids=("lead", "won", "lost"),
        touchpoints={name: [x + 3] for x, name in enumerate(names)},
    )  # fmt: skip
    journey_map = JourneyMap(
        "m", {}, (Stage("lead", {}), Stage("won", {}, kind="success"), Stage("lost", {}, kind="failure")),
        touchpoints=tuple(Touchpoint(name, {}) for name in names),
    )  # fmt: skip
    events = [E(0, 0, 0), *(E(0, x + 1, x + 3) for x in range(16)), E(0, 100, 1)]
    refused = ask(events, 1, rules=rules, journey_map=journey_map, kinds=["k"] * 19, value_function="rate")
    assert "shapley" not in refused.models and "16 keys" in refused.absent["shapley"].render("en")


def test_rates_where_nothing_was_touched_and_where_some_keys_never_are() -> None:
    untouched = history(0, (0, "lead"), (1, "won"))
    assert figures(ask(untouched, 1, value_function="rate"))["shapley"] == {
        "a": 0,
        "b": 0,
        "c": 0,
        "d": 0,
        "(no touch)": 1,
    }
    assert figures(ask(untouched, 1, level="channel", value_function="rate"))["shapley"] == {"(no touch)": 1}
    # a is met only after the win, so it is none of the players
    events = [*history(0, (0, "lead"), (1, "b"), (2, "won"), (3, "a")), *history(1, (0, "lead"), (1, "c"), (2, "lost"))]
    told = figures(ask(events, 2, value_function="rate"))["shapley"]
    assert told == {"a": 0, "b": 1.5, "c": -0.5, "d": 0}  # c only ever lowered the rate


def test_what_happens_after_the_day_of_the_question_changes_nothing() -> None:
    later = [*FOUR, *history(1, (301, "a"), (302, "won")), *history(2, (310, "c"))]
    assert figures(ask(later, 4, as_of=300)) == figures(ask(FOUR, 4, as_of=300))


def test_stability_is_refused_below_the_minimum_and_said_in_words() -> None:
    few = ask(FOUR, 4, scope={"min_n": 10})
    assert few.stability["linear"].reason == "n<10" and few.models["linear"][0].low is None
    sure = [e for u in range(30) for e in history(u, (0, "lead"), (1, "a"), (2, "a"), (3, "b"), (4, "won"))]
    firm = ask(sure, 30).stability["linear"]
    assert (firm.first, firm.same_first, firm.tau, firm.verdict) == (("a", "b"), 1.0, 1.0, "holds")
    assert firm.words("en") == "The ranking holds: the first 2 stay the same in 100% of 200 resamples."
    even = [e for u in range(30) for e in history(u, (0, "lead"), (1, "ab"[u % 2]), (4, "won"))]
    loose = ask(even, 30).stability["linear"]
    assert loose.verdict != "holds" and loose.low["a"] < 0.5 < loose.high["a"]


def alike(n_units: int) -> tuple[list[E], list[list[Path]]]:
    """Accounts with one journey each: a handful of touches, then a win or a loss. Their events, and the paths of each."""
    events: list[E] = []
    paths: list[list[Path]] = []
    for unit in range(n_units):
        touches = tuple((x + 1.0, "abcd"[(unit * 7 + x * x + unit // 3 * x) % 4]) for x in range(1 + unit % 4))
        won = (unit * 5 + len(touches)) % 3 > 0
        events += history(unit, (0, "lead"), *touches, (20, "won" if won else "lost"))
        paths.append([Path(touches, 20.0 if won else None)])
    return events, paths


@pytest.mark.parametrize(
    ("options", "model", "plain"),
    [
        ({"order": 2}, "markov", lambda paths: markov(paths, 2)),
        ({"order": 3, "repeats": "collapse"}, "markov", lambda paths: markov(paths, 3, collapse=True)),
        ({"value_function": "rate"}, "shapley", lambda paths: shapley(paths, "rate")),
    ],
)
def test_further_models_are_resampled_as_plain_ones_would_be(options: dict[str, Any], model: str, plain: Any) -> None:
    """Every resample by the plain model over the accounts that were drawn, as often as they were."""
    events, paths = alike(24)
    firm = ask(events, 24, **options).stability[model]
    shares = []
    for row in draws(24).astype(int):
        told = plain([p for unit, times in enumerate(row.tolist()) for p in paths[unit] * times])
        whole = sum(told.values())
        if whole:
            shares.append([told[k] / whole for k in TOUCHES])
    low, high = np.quantile(np.round(shares, 7), [0.025, 0.975], axis=0, method="inverted_cdf")
    assert firm.resamples == len(shares) >= 190
    assert [firm.low[k] for k in TOUCHES] == pytest.approx(low.tolist(), abs=2e-7)
    assert [firm.high[k] for k in TOUCHES] == pytest.approx(high.tolist(), abs=2e-7)
    assert firm.verdict is not None


def test_what_is_too_much_to_resample_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    events, _ = alike(24)
    with monkeypatch.context() as m:
        m.setattr("tabiji.metrics.credit.regrouping.MOST_RESAMPLED_STATES", 3)
        assert ask(events, 24, order=2).stability["markov"].reason == TOO_MANY_STATES
        assert ask(events, 24).stability["markov"].reason is None
    with monkeypatch.context() as m:
        m.setattr("tabiji.metrics.credit.regrouping.MOST_TRANSITIONS", 100)
        assert ask(events, 24, order=2).stability["markov"].reason == TOO_MANY_TRANSITIONS
    with monkeypatch.context() as m:
        m.setattr("tabiji.metrics.credit.regrouping.MOST_RESAMPLED_PLAYERS", 3)
        assert ask(events, 24, value_function="rate").stability["shapley"].reason == TOO_MANY_SETS
    with monkeypatch.context() as m:
        m.setattr("tabiji.metrics.credit.regrouping.MOST_ROWS", 100)
        assert ask(events, 24, value_function="rate").stability["shapley"].reason == TOO_MANY_UNITS
    few = ask(events, 24, order=2, value_function="rate", scope={"min_n": 30})
    assert (few.stability["markov"].reason, few.stability["shapley"].reason) == ("n<30", "n<30")


def test_a_chain_is_resampled_over_as_many_groups_as_its_transitions_allow(monkeypatch: pytest.MonkeyPatch) -> None:
    events, _ = alike(150)
    alone = ask(events, 150, order=2)
    monkeypatch.setattr("tabiji.metrics.credit.regrouping.MOST_TRANSITIONS", 2 * 120 * 60)
    grouped = ask(events, 150, order=2)
    assert figures(grouped) == figures(alone)
    a, b = alone.stability["markov"], grouped.stability["markov"]
    assert b.resamples == 200 and b.reason is None
    assert all(abs((b.high[k] - b.low[k]) - (a.high[k] - a.low[k])) < 0.4 * (a.high[k] - a.low[k]) for k in TOUCHES)


step = st.tuples(st.integers(1, 80), st.sampled_from("abcd"))


@st.composite
def journeys(draw: Any) -> tuple[list[E], list[Path]]:
    """Up to ten accounts, each with touches at different days, maybe a lead, a deal, and a win, a loss or silence."""
    events: list[E] = []
    paths: list[Path] = []
    for unit in range(draw(st.integers(1, 10))):
        touches = sorted(dict(draw(st.lists(step, max_size=6))).items())
        end = draw(st.sampled_from(["won", "lost", "silence"]))
        deal = draw(st.none() | st.integers(1, 80))
        last = 100
        steps: list[tuple[float, str]] = [(0.5, "lead"), *((float(t), k) for t, k in touches)]
        steps += [] if deal is None else [(deal + 0.25, "deal")]
        steps += [] if end == "silence" else [(last, end)]
        events += history(unit, *sorted(steps), value=100.0 * (unit + 1))
        converted = float(last) if end == "won" else None
        paths.append(
            Path(tuple((float(t), k) for t, k in touches), converted, 0.5, None if deal is None else deal + 0.25)
        )
    return events, paths


@settings(max_examples=60, deadline=None)
@given(journeys(), st.integers(1, 4), st.booleans())
def test_every_model_equals_a_plain_one(world: tuple[list[E], list[Path]], order: int, collapse: bool) -> None:
    events, paths = world
    found = ask(events, len(paths), order=order, repeats="collapse" if collapse else "keep")
    told = figures(found)
    untouched = {"(no touch)": 0.0} | {k: v for k, v in heuristic(paths, "first").items() if k == "(no touch)"}
    untouched = {k: v for k, v in untouched.items() if v}
    for model in PASSED:
        assert told[model] == pytest.approx(heuristic(paths, model), abs=1e-8), model
    assert told["markov"] == pytest.approx(markov(paths, order, collapse) | untouched, abs=1e-8)
    assert told["shapley"] == pytest.approx(shapley(paths, "sum") | untouched, abs=1e-8)
    for rows in found.models.values():
        assert sum(r.credit for r in rows) == pytest.approx(found.conversions, rel=1e-9)
        if found.value is not None:
            assert sum(r.value_credit or 0.0 for r in rows) == pytest.approx(found.value, rel=1e-9)


@settings(max_examples=30, deadline=None)
@given(journeys(), st.randoms(use_true_random=False))
def test_shards_tiers_and_shuffled_input_change_nothing(world: tuple[list[E], list[Path]], random: Any) -> None:
    events, paths = world
    n = len(paths)
    whole = ask(events, n)
    cuts = sorted({random.randrange(1, n) for _ in range(2)}) if n > 1 else []
    shuffled = list(events)
    random.shuffle(shuffled)
    parts = ask(shuffled, n, cuts=cuts, overlay=[u for u in range(n) if random.random() < 0.3])
    assert parts.to_dict()["models"] == whole.to_dict()["models"]
    assert parts.to_dict()["stability"] == whole.to_dict()["stability"]


def test_keys_are_named_and_ranks_shared_by_equals() -> None:
    found = ask(FOUR, 4)
    assert found.ranks("last") == {"a": 1, "d": 1, "b": 3, "c": 3}
    assert found.label("(no touch)", "en") == "(no touch)" and set(TOUCHES) == set(found.names)


def many() -> list[E]:
    """Sixty accounts with different paths; two of three win."""
    out: list[E] = []
    for unit in range(60):
        touches = [(x + 1.0, "abcd"[(unit * 7 + x * x + unit // 3 * x) % 4]) for x in range(1 + unit % 6)]
        out += history(unit, (0, "lead"), *touches, (20, "won" if unit % 3 else "lost"), value=10.0 * unit)
    return out


@pytest.mark.parametrize("order", [1, 3])
def test_transitions_counted_by_place_and_in_a_table_are_the_same(monkeypatch: pytest.MonkeyPatch, order: int) -> None:
    by_place = ask(many(), 60, order=order)
    monkeypatch.setattr("tabiji.metrics.credit.gathering.passing.MOST_DENSE", 0)
    in_table = ask(many(), 60, order=order, cuts=[7, 30])
    assert in_table.to_dict()["models"] == by_place.to_dict()["models"]
    assert in_table.stability["markov"] == by_place.stability["markov"]


def test_units_beyond_the_groups_are_resampled_in_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = ask(many(), 60)
    monkeypatch.setattr("tabiji.metrics.credit.work.MOST_BUCKETS", 40)
    monkeypatch.setattr("tabiji.metrics.credit.models.FEWEST_GROUPS", 40)
    grouped = ask(many(), 60)
    assert figures(grouped) == figures(alone)
    for model, firm in grouped.stability.items():
        assert firm.resamples == 200 and firm.low["a"] < firm.high["a"], model
    monkeypatch.setattr("tabiji.metrics.credit.work.MOST_BUCKETS", 39)  # fewer than there are converting units
    assert ask(many(), 60).stability["linear"].reason == "too many keys to be resampled"


def test_a_chain_of_too_many_states_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tabiji.metrics.credit.models.MOST_STATES", 10)
    refused = ask(many(), 60, order=2)
    assert "markov" not in refused.models
    assert refused.absent["markov"].render("en").startswith("order 2 has 18 states; at most 10 can be solved exactly")


def test_more_keys_than_anybody_could_read_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tabiji.metrics.credit.gathering.levels.MOST_KEYS", 3)
    with pytest.raises(TooManyKeysError, match="4 different keys"):
        ask(FOUR, 4)


def test_touches_outside_the_dates_of_the_spend_earn_nothing_there() -> None:
    spend = Spend(
        (("a", None, 100.0), ("b", None, 60.0), ("x", None, 5.0)),
        ("JPY",),
        date(2000, 1, 2),
        date(2000, 1, 5),
        2 * DAY,
        5 * DAY - 1,
    )
    costs = ask(FOUR, 4, spend=spend, model="linear").costs
    rows = {row.key: row for row in costs.rows}
    # account 0: b (day 2) and a (day 4) of five touches; account 3: none of its touches lies before day 5
    assert rows["a"].per["won"].credit == pytest.approx(1 / 5, abs=1e-9)
    assert rows["b"].per["won"].credit == pytest.approx(1 / 5, abs=1e-9)
    assert rows["a"].value_credit == pytest.approx(20, rel=1e-9) and rows["a"].roi == pytest.approx(-0.8, rel=1e-9)
    assert (costs.without_credit, costs.without_credit_keys) == (5.0, ("x",))
    mixed = replace(spend, currencies=("JPY", "USD"))
    assert ask(FOUR, 4, spend=mixed).costs.reason == "the spend is in several currencies"
    dollars = ask(FOUR, 4, spend=replace(spend, currencies=("USD",))).costs
    assert {row.reason for row in dollars.rows} == {"the deals and the spend are in different currencies"}
