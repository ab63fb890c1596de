"""What customers say and who stays in the demo, against what is planted there."""

import pytest

import tabiji
from tabiji.demo import Truth


@pytest.fixture(scope="module")
def truth(demo_root) -> Truth:
    return Truth.load(demo_root / "demo-data")


@pytest.fixture(scope="module")
def asked(demo_root):
    with tabiji.open(demo_root) as workspace:
        after, before = workspace.map("post-sale"), workspace.map("new-business")
        yield {
            "voice": after.voice(), "felt": before.emotion(with_link=False), "link": after.emotion().link,
            "retention": after.retention(), "health": after.health(),
        }  # fmt: skip


def test_recommendation_and_ease_are_those_that_are_planted(asked, truth):
    nps, ces = asked["voice"].of("nps").total.score, asked["voice"].of("ces")
    assert nps.n > 150
    assert abs(nps.mean - truth.survey["nps"]) < 2 * (nps.high - nps.low) / 2
    roles = {s.value: s.score for s in ces.parts["role"]}
    for role in ("champion", "user"):
        m = roles[role]
        assert abs(m.mean - truth.survey[f"ces_{role}"]) < m.high - m.low


def test_feelings_are_those_that_are_planted(asked, truth):
    """Satisfaction only: notes of support are felt from the order on."""
    checked = 0
    for f in asked["felt"].feelings:
        if set(f.sources) == {"csat"} and f.measured.n >= 30 and f.role in truth.emotion.get(f.stage, {}):
            m, planted = f.measured, truth.emotion[f.stage][f.role] - 3
            assert abs(m.mean - planted) < m.high - m.low  # twice the half width
            checked += 1
    assert checked >= 8


def test_the_planted_ratio_of_complaints_lies_in_the_interval(asked, truth):
    link = asked["link"]
    assert link.hazard_ratio is None or link.low <= truth.renewal_effects["negative_ticket"] <= link.high


def test_definitions_of_churn_differ_and_every_one_says_of_what(asked):
    total = asked["retention"].total
    known = {c.id: c.share.share for c in total.churn if c.share.share is not None}
    assert len(known) == 6 and max(known.values()) > 1.5 * min(known.values())
    start = next(c for c in total.churn if c.id == "left_of_start")
    assert start.denominator == total.customers["start"] == start.share.n
    assert total.customers["start"] + total.customers["new"] >= total.customers["end"]
    bridge = total.money[0].bridge
    assert bridge["end"] == pytest.approx(sum(bridge[k] for k in ("start", "lost", "reduced", "added", "new")))
    assert asked["retention"].meanings["end"].events == ("subscription_cancelled",)


def test_health_says_how_it_was_measured(asked):
    health = asked["health"]
    assert health.measured == ("deployment", "engagement", "adoption", "roi")
    assert health.customers == asked["retention"].total.customers["end"]
    assert "no licences in the data" in health.components[0].told("en")
    assert all(0 <= c.mean.low <= c.mean.mean <= c.mean.high <= 1 for c in health.components)
    assert all(c.name for c in health.lowest)
