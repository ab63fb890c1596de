"""What the product measures on the demo is what was planted in it."""

import math

import pytest

import tabiji
from tabiji.demo import Truth


@pytest.fixture(scope="module")
def truth(demo_root):
    return Truth.load(demo_root / "demo-data")


@pytest.fixture(scope="module")
def funnel(demo_root):
    with tabiji.open(demo_root) as workspace:
        return workspace.map("new-business").funnel().to_dict()


def test_every_journey_is_counted_in_the_stage_that_it_truly_reached(funnel, truth):
    assert {s["id"]: s["n"] for s in funnel["stages"]} == truth.entered
    assert funnel["provenance"]["accounts"] == truth.accounts
    assert funnel["provenance"]["excluded"] == {"no_event": 0, "no_stage": 0}


def test_the_censoring_aware_share_lies_at_the_true_one(funnel, truth):
    for step in funnel["transitions"]:
        found, true = step["censoring_aware"], truth.advance_reached[step["from"]]
        error = math.sqrt(true * (1 - true) / step["n_from"])
        assert found["horizon_days"] == truth.horizon_days
        assert found["share"] == pytest.approx(true, abs=4 * error), step["from"]


def test_most_is_lost_where_decisions_are_made(funnel):
    shares = {step["from"]: step["censoring_aware"]["share"] for step in funnel["transitions"]}
    assert min(shares, key=lambda stage: shares[stage]) == "consider"
    steps = {step["from"]: step for step in funnel["transitions"]}
    assert steps["consider"]["lost"] > 100
    assert steps["consider"]["open"] > 200
    assert steps["unknown"]["dormant"] > 100


def test_customers_are_followed_after_the_sale(demo_root, truth):
    with tabiji.open(demo_root) as workspace:
        found = workspace.map("post-sale").funnel().to_dict()
    n = {s["id"]: s["n"] for s in found["stages"]}
    assert n["contracted"] == truth.entered["order"]
    assert n["contracted"] > n["adopted"] > n["value"] > n["renewed"] > n["expanded"] > n["advocate"] > 0


def test_the_champion_is_measured_at_the_planted_low(demo_root, truth):
    with tabiji.open(demo_root) as workspace:
        felt = [f for f in workspace.map("new-business").emotion().rows() if f["role"] == "champion" and f["n"] >= 30]
    lowest = min(felt, key=lambda f: f["mean"])
    assert lowest["stage"] == "consider"
    assert lowest["n"] > 150
    error = (lowest["high"] - lowest["low"]) / 2 / 1.96
    assert lowest["mean"] == pytest.approx(truth.emotion["consider"]["champion"] - 3, abs=4 * error)  # 3 = neither


def test_every_kpi_of_the_map_has_a_value_some_reached_and_some_missed(demo_root):
    with tabiji.open(demo_root) as workspace:
        values = workspace.map("new-business").kpis().rows()
    assert len(values) == 7
    reached = [v["value"] >= v["target"] for v in values]
    assert any(reached)
    assert not all(reached)


def test_the_decision_maker_appears_in_two_deals_of_five(demo_root):
    with tabiji.open(demo_root) as workspace:
        found = workspace.map("new-business").reach().rows()
    presence = {f["role"]: f["share"] for f in found if f["stage"] == "consider" and f["role"]}
    assert presence["decision_maker"] == pytest.approx(0.41, abs=0.04)
    assert presence["champion"] > 0.8
    touched = {f["touchpoint"]: f["share"] for f in found if f["stage"] == "consider" and f["touchpoint"]}
    assert touched["demo"] == pytest.approx(0.70, abs=0.06)
    assert touched["roi-calculator"] == pytest.approx(0.14, abs=0.04)
