"""What `bottleneck` says of the demo is what was planted in it."""

import importlib.util
import json
import re
from pathlib import Path

import pytest

import tabiji
from tabiji.demo import Truth
from tabiji.metrics.bottleneck.result import BottleneckResult

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "bottleneck_seeds.py"


@pytest.fixture(scope="module")
def found(demo_root: Path) -> BottleneckResult:
    with tabiji.open(demo_root) as workspace:
        return workspace.map("new-business").bottleneck()


@pytest.fixture(scope="module")
def truth(demo_root: Path) -> Truth:
    return Truth.load(demo_root / "demo-data")


def test_the_planted_bottleneck_is_ranked_first_and_its_interval_holds(found: BottleneckResult, truth: Truth) -> None:
    top = found.top
    assert top is not None and top.at_stake is not None
    assert top.from_ == truth.bottleneck["stage"]
    assert top.at_stake.currency == "JPY"
    assert 0 < top.at_stake.low <= truth.bottleneck["at_stake"][top.from_] <= top.at_stake.high
    for t in found.ranked:
        assert t.at_stake is not None
        assert t.at_stake.low <= truth.bottleneck["at_stake"][t.from_] <= t.at_stake.high
    assert found.mean_deal == pytest.approx(truth.bottleneck["mean_won_amount"])


def test_what_was_planted_to_speed_up_separates_and_what_does_nothing_does_not(
    found: BottleneckResult, truth: Truth
) -> None:
    assert found.factors is not None and found.factors.best is not None
    assert found.factors.best.key == truth.bottleneck["lacks"]
    ratios = {f.key: f for f in found.factors.items}
    assert {"decision_maker", "roi-calculator", "demo"} <= {f.key for f in found.factors.items if f.separates}
    planted = truth.role_effects["consider"]["decision_maker"]
    low, high = ratios["decision_maker"].low, ratios["decision_maker"].high
    assert low is not None and high is not None
    assert 0.5 * planted < low and high < 2 * planted
    assert not ratios["comparison-mail"].separates  # planted to change nothing
    assert not ratios["executive-briefing"].separates
    assert found.factors.adjusted_for == ("employees", "lead_source", "weeks_in_stage")


def test_the_script_tells_what_a_seed_gave() -> None:
    spec = importlib.util.spec_from_file_location("bottleneck_seeds", SCRIPT)
    assert spec is not None and spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    row = script.one(2, 700)
    assert (row["planted"], row["first"]) == ("consider", "consider")
    told = script.summary([row])
    assert told["ranked_first"]["share"] == 1
    assert row["true_value"] == pytest.approx(row["stake_by_its_own_truth"])  # one seed: its own truth is that of all


def test_the_page_quotes_the_kept_result() -> None:
    root = SCRIPT.parents[1]
    told = json.loads((root / "benchmarks" / "results" / "bottleneck-seeds.json").read_text("utf-8"))["summary"]
    page = (root / "docs" / "explanation" / "bottleneck.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| (.+?)(?: \(planted.*?\))? \| (\d+) of 50", page, re.M))
    counted = {
        "the planted transition is ranked first": told["ranked_first"],
        "the interval holds the true value at stake": told["interval_holds_the_true_value"],
        "the true value lies below the interval: the loss was overstated": told["true_value_below_the_interval"],
        "the true value lies above the interval: the loss was understated": told["true_value_above_the_interval"],
        "the missing decision maker is what separates most surely": told["best_factor_is_the_planted_lack"],
        "the decision maker separates": told["separates"]["role decision_maker"],
        "the ROI calculator separates": told["separates"]["touchpoint roi-calculator"],
        "the demo separates": told["separates"]["touchpoint demo"],
        "the comparison mail, planted to do nothing, separates": told["separates"]["touchpoint comparison-mail"],
        "the executive briefing, planted to do nothing, separates": told["separates"]["touchpoint executive-briefing"],
    }
    assert rows == {name: str(of["n"]) for name, of in counted.items()}
    assert f"{told['mean_value_found_by_true_value']:.0%}".replace("%", " %") in page
