"""The rules of the demo's map find every planted stage entry, at its instant, and no other."""

from collections import defaultdict
from datetime import datetime
from importlib.resources import files

import exported
import pytest

from tabiji.journeymap.yaml_file import read_map

STAGES = ("unknown", "aware", "interest", "consider", "order", "continue")


@pytest.fixture(scope="module")
def found(simulated, events):
    """(account, attempt) → what the rules say."""
    journey_map = read_map((files("tabiji.demo") / "maps" / "new-business.yaml").read_text("utf-8"))
    own = exported.by_account(events)
    english = {"決裁者": "decision_maker", "経営層": "executive", "導入推進者": "champion"}
    roles = {person: english.get(role, "") for person, role in exported.roles(simulated.folder).items()}
    return {a: exported.attempts(journey_map, found, roles) for a, found in own.items()}


@pytest.fixture(scope="module")
def planted(simulated):
    """account → attempts → stage → instant."""
    out: dict[str, dict[int, dict[str, datetime]]] = defaultdict(lambda: defaultdict(dict))
    for r in exported.rows(simulated.folder / "truth/stays.csv"):
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


def test_every_account_has_the_attempts_that_were_planted(found, planted):
    assert {a: len(journeys) for a, journeys in found.items()} == {a: len(own) for a, own in planted.items()}


def test_every_stage_is_reached_at_its_planted_instant(found, planted):
    assert {a: [tau(j.first) for j in journeys] for a, journeys in found.items()} == {
        a: [tau(own[n]) for n in sorted(own)] for a, own in planted.items()
    }


def test_truth_counts_the_journeys_of_each_stage(found, simulated):
    reached = dict.fromkeys(STAGES, 0)
    for journeys in found.values():
        for journey in journeys:
            for stage in tau(journey.first):
                reached[stage] += 1
    assert simulated.truth.entered == reached


def test_nobody_goes_silent_who_was_not_made_to(found, simulated):
    """A journey ends dormant only where the account was planted to fall silent."""
    silent = {
        (r["account"], int(r["attempt"]))
        for r in exported.rows(simulated.folder / "truth/stays.csv")
        if r["outcome"] == "silent"
    }
    dormant = {(a, j.number) for a, journeys in found.items() for j in journeys if j.ended == "dormant"}
    assert dormant and dormant <= silent
