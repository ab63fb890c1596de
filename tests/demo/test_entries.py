"""The rules of the demo's map find every planted stage entry, at its instant, and no other."""

from collections import defaultdict
from datetime import datetime
from importlib.resources import files
from pathlib import Path

import exported
import pytest

from tabiji.demo import simulate
from tabiji.journeymap import load

STAGES = ("unknown", "aware", "interest", "consider", "order", "continue")
Found = dict[str, list[exported.Attempt]]
Planted = dict[str, dict[int, dict[str, datetime]]]


def find(folder: Path, events: list[exported.Event]) -> Found:
    """Account → attempts by the rules."""
    journey_map = load((files("tabiji.demo") / "maps" / "new-business.yaml").read_text("utf-8"))
    english = {"決裁者": "decision_maker", "経営層": "executive"}
    roles = {person: english.get(role, "") for person, role in exported.roles(folder).items()}
    return {a: exported.attempts(journey_map, own, roles) for a, own in exported.by_account(events).items()}


def plant(folder: Path) -> Planted:
    """Account → attempts as they were simulated: stage → instant."""
    out: Planted = defaultdict(lambda: defaultdict(dict))
    for r in exported.rows(folder / "truth/stays.csv"):
        out[r["account"]][int(r["attempt"])][r["stage"]] = exported.instant(r["entered_at"])
    return out


def tau(first: dict[str, datetime]) -> dict[str, datetime]:
    """Earliest entry into a stage or a later one."""
    out = {}
    for k, stage in enumerate(STAGES):
        later = [first[s] for s in STAGES[k:] if s in first]
        if later:
            out[stage] = min(later)
    return out


def compare(found: Found, planted: Planted) -> None:
    assert {a: [tau(j.first) for j in journeys] for a, journeys in found.items()} == {
        a: [tau(own[n]) for n in sorted(own)] for a, own in planted.items()
    }


@pytest.fixture(scope="module")
def found(simulated, events):
    return find(simulated.folder, events)


def test_every_stage_of_every_attempt_is_reached_at_its_planted_instant(found, simulated):
    compare(found, plant(simulated.folder))


def test_so_it_is_over_five_years_with_returns_and_transfers(tmp_path):
    folder = tmp_path / "data"
    simulate(folder, 250, 60, seed=5, truth_accounts=500)
    planted = plant(folder)
    compare(find(folder, exported.events(folder)), planted)
    assert max(max(own) for own in planted.values()) >= 3


def test_truth_counts_the_journeys_of_each_stage(found, simulated):
    reached = dict.fromkeys(STAGES, 0)
    for journeys in found.values():
        for journey in journeys:
            for stage in tau(journey.first):
                reached[stage] += 1
    assert simulated.truth.entered == reached


def test_nobody_becomes_dormant_who_was_not_made_to_fall_silent(found, simulated):
    stays = exported.rows(simulated.folder / "truth/stays.csv")
    silent = {(r["account"], int(r["attempt"])) for r in stays if r["outcome"] == "silent"}
    dormant = {(a, j.number) for a, journeys in found.items() for j in journeys if j.ended == "dormant"}
    assert dormant
    assert dormant <= silent
