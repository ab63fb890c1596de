"""What the product says of the demo's buying groups is what was planted in them."""

import pytest

import tabiji
from tabiji.demo import Truth


@pytest.fixture(scope="module")
def truth(demo_root):
    return Truth.load(demo_root / "demo-data")


@pytest.fixture(scope="module")
def found(demo_root):
    with tabiji.open(demo_root) as workspace:
        return workspace.map("new-business").group()


def test_the_decision_maker_makes_the_planted_difference(found, truth):
    differences = {o.role: o for o in found.total.onward if o.stage == "consider"}
    planted = truth.role_contrast["decision_maker"]
    decider, contrast = differences["decision_maker"], planted["with"] - planted["without"]
    assert decider.told_apart and decider.low > 0
    # Who meets the decision maker after the landmark counts as without, so a part of the true contrast is to be seen.
    assert contrast / 3 < decider.difference < contrast
    assert decider.ratio > 1.5
    assert decider.with_role.high > planted["with"] > planted["without"]
    assert max(differences.values(), key=lambda o: o.difference).role == "decision_maker"


def test_roles_with_little_effect_are_not_told_to_have_one(found, truth):
    for o in found.total.onward:
        if o.stage != "consider" or o.role not in ("champion", "influencer", "user", "it_security", "purchasing"):
            continue
        planted = truth.role_contrast.get(o.role, {"with": 0, "without": 0})
        assert o.low <= planted["with"] - planted["without"] <= o.high, o.role
        assert not o.told_apart, o.role


def test_the_missing_decision_maker_is_what_is_said(found):
    cell, difference = found.missed
    assert (cell.stage, cell.role, difference.role) == ("consider", "decision_maker", "decision_maker")
    assert 0.35 < cell.by_end.share < 0.5
    assert found.explain("en").startswith("Decision maker shows up in only 4")
    assert found.explain("ja").startswith("決裁者は検討の ")


def test_champions_come_first_and_groups_get_fuller(found):
    assert found.to_dict()["order"]["typical"][0] == "champion"
    shares = [c.adobe.share for c in found.total.completeness[1:]]
    assert shares[0] < shares[1] < shares[2] < shares[3] < shares[4]


def test_there_is_something_to_tell_consensus_from(found):
    total = found.total.consensus.states[0]
    assert found.total.consensus.reason is None
    assert min(total.aligned, total.split, total.blocked, total.unknown) > 10
