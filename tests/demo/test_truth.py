"""The truth file against the exported data, by bounds of four standard errors."""

import math
from datetime import timedelta

import exported
import numpy as np
import pytest

from tabiji.demo import Truth
from tabiji.demo.records.voices import expected_score


@pytest.fixture(scope="module")
def stays(simulated):
    return exported.rows(simulated.folder / "truth/stays.csv")


@pytest.mark.parametrize("stage", ["unknown", "aware", "interest", "consider"])
def test_true_shares_are_those_of_stays_that_could_be_followed(simulated, stays, stage):
    horizon = timedelta(days=simulated.truth.horizon_days)
    end = exported.instant(simulated.truth.end_on) + timedelta(days=1)
    own = [r for r in stays if r["stage"] == stage and exported.instant(r["entered_at"]) + horizon < end]
    advanced = [
        r["outcome"] == "advanced" and exported.instant(r["left_at"]) - exported.instant(r["entered_at"]) <= horizon
        for r in own
    ]
    true = simulated.truth.advance[stage]
    assert np.mean(advanced) == pytest.approx(true, abs=4 * np.sqrt(true * (1 - true) / len(own)))


def test_the_funnel_is_the_one_that_the_page_wants(simulated):
    n = simulated.truth.entered
    shares = {stage: count / n["unknown"] for stage, count in n.items()}
    wanted = {"aware": 0.66, "interest": 0.48, "consider": 0.36, "order": 0.11, "continue": 0.085}
    for stage, share in wanted.items():
        assert shares[stage] == pytest.approx(share, rel=0.16), stage
    losses = {a: n[a] - n[b] for a, b in [("aware", "interest"), ("interest", "consider"), ("consider", "order")]}
    assert max(losses, key=lambda stage: losses[stage]) == "consider"


def test_the_bottleneck_is_consideration_without_decision_makers(simulated):
    bottleneck = simulated.truth.bottleneck
    assert bottleneck["stage"] == "consider"
    others = [v for stage, v in bottleneck["at_stake"].items() if stage != "consider"]
    assert bottleneck["at_stake"]["consider"] > 3 * max(others)
    contrast = simulated.truth.role_contrast["decision_maker"]
    assert contrast["with"] > 3 * contrast["without"]


def test_what_is_at_stake_follows_the_definition(simulated):
    """Of a stage that many skip (unknown) the share is that of all who reached it, for so are the entries."""
    truth = simulated.truth
    stages = ["unknown", "aware", "interest", "consider", "order"]
    assert truth.advance_reached["unknown"] > truth.advance["unknown"] + 0.05
    lately = {}
    for k, stage in enumerate(stages[:-1]):
        share, target = truth.advance_reached[stage], truth.bottleneck["targets"][stage]
        onward = math.prod(truth.advance_reached[later] for later in stages[k + 1 : -1])
        each = max(0.0, target - share) * onward * truth.bottleneck["mean_won_amount"]
        lately[stage] = truth.bottleneck["at_stake"][stage] / each if each else None
        assert (truth.bottleneck["at_stake"][stage] == 0) == (target <= share)
    assert lately["consider"] == round(lately["consider"], 6)  # journeys
    assert 0 < lately["consider"] <= truth.entered["consider"]
    assert lately["unknown"] is None


def test_verdicts_of_initiatives(simulated):
    found = {k: v for k, v in simulated.truth.interventions.items() if v["verdict"]}
    assert {k: v["verdict"] for k, v in found.items()} == {
        "roi_calculated": "works",
        "executive_briefing_attended": "confounded",
        "comparison_email": "none",
    }
    assert found["roi_calculated"]["difference"] > 0.1
    assert found["executive_briefing_attended"]["difference"] == 0
    assert found["comparison_email"]["difference"] == 0


def test_survey_means_are_the_expected_ones(simulated):
    people = {r["person"]: r["role"] for r in exported.rows(simulated.folder / "truth/people.csv")}
    after = {"webinar": "aware", "white-paper": "interest", "demo": "consider", "training": "order", "qbr": "continue"}
    answers: dict[tuple[str, str], list[float]] = {}
    for r in exported.rows(simulated.folder / "survey/responses.csv"):
        if r["kind"] == "csat":
            answers.setdefault((after[r["asked_after"]], people[r["email"]]), []).append(float(r["score"]))
    compared = 0
    for stage, means in simulated.truth.emotion.items():
        for role, mean in means.items():
            given = answers.get((stage, role), [])
            if len(given) >= 30:
                compared += 1
                assert np.mean(given) == pytest.approx(mean, abs=4 * np.std(given) / np.sqrt(len(given))), (stage, role)
    assert compared >= 12
    assert len(answers["consider", "champion"]) > 150
    assert simulated.truth.emotion["consider"]["champion"] - 3 == pytest.approx(-1.2, abs=0.1)
    assert simulated.truth.emotion["consider"]["champion"] == min(
        mean for means in simulated.truth.emotion.values() for mean in means.values()
    )


def test_expected_score_of_a_wide_normal_is_the_middle_and_of_a_far_one_the_edge():
    assert expected_score(3, 0.85, 1, 5) == pytest.approx(3)
    assert expected_score(99, 1, 1, 5) == pytest.approx(5)
    draws = np.rint(1.8 + 0.85 * np.random.default_rng(0).standard_normal(400_000)).clip(1, 5)
    assert expected_score(1.8, 0.85, 1, 5) == pytest.approx(draws.mean(), abs=0.005)


def test_net_promoter_score_is_the_expected_one(simulated):
    scores = [int(r["score"]) for r in exported.rows(simulated.folder / "survey/responses.csv") if r["kind"] == "nps"]
    votes = np.array([1 if s >= 9 else -1 if s <= 6 else 0 for s in scores])
    assert 100 * votes.mean() == pytest.approx(
        simulated.truth.survey["nps"], abs=4 * 100 * votes.std() / np.sqrt(len(votes))
    )


def test_truth_reads_back_as_it_was_written(simulated):
    assert Truth.load(simulated.folder) == simulated.truth


def test_roles_of_the_crm_are_the_true_ones(simulated):
    names = {"決裁者": "decision_maker", "導入推進者": "champion", "関与者": "influencer", "使用者": "user"}
    names |= {"購買窓口": "purchasing", "情報システム": "it_security", "経営層": "executive"}
    true = {r["person"]: r["role"] for r in exported.rows(simulated.folder / "truth/people.csv")}
    assert {person: names[role] for person, role in exported.roles(simulated.folder).items()} == true
