"""Answers to random questions about random tiny worlds, from raw rows to JSON, against their definitions in plain Python."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from plain_question import Asked, about, incidence
from plain_world import DAY
from small_lake import THOROUGH

LOOKBACK = 20


@pytest.fixture(params=range(17 * THOROUGH))
def asked(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Asked]:
    made = Asked(request.param, tmp_path)
    yield made
    made.workspace.close()


def quantile(stays: list[tuple[float, str]], share: float) -> float | None:
    """Days by which that share has left (Kaplan–Meier); None where it has not."""
    still = 1.0
    for t in sorted({t for t, how in stays if how != "open"}):
        still *= 1 - sum(d == t and how != "open" for d, how in stays) / sum(d >= t for d, _ in stays)
        if still <= 1 - share + 1e-12:
            return t / DAY
    return None


def test_answers_are_those_of_the_definitions(asked: Asked) -> None:
    funnel(asked)
    stays(asked)
    credit(asked)
    group(asked)
    paths(asked)
    deals(asked)


def funnel(asked: Asked) -> None:
    found, world = asked.measured.funnel(**asked.flags).to_dict(), asked.world
    assert [s["n"] for s in found["stages"]] == [len(asked.at(k)) for k in range(len(world.steps))]
    for k, t in enumerate(found["transitions"]):
        left: list[tuple[float, str]] = []
        for j in asked.at(k):
            here, there = j.reached[k], j.reached[k + 1]
            assert here is not None
            left.append(
                (there - here, "advanced") if there is not None else (min(j.end, world.as_of) - here, j.outcome)
            )
        outcomes = Counter(how for _, how in left)
        assert [t[x] for x in ("n_from", "n_to", "lost", "dormant", "open")] == [
            len(left), *(outcomes[x] for x in ("advanced", "lost", "dormant", "open")),
        ]  # fmt: skip
        assert t["naive"]["share"] == about(outcomes["advanced"] / len(left) if left else None)
        aware = incidence(left, world.map["horizon_days"] * DAY) if left else None
        assert t["censoring_aware"]["share"] == about(aware)


def stays(asked: Asked) -> None:
    for k, told in enumerate(asked.measured.dwell(**asked.flags).to_dict()["stages"]):
        mine = [s for j in asked.journeys for s in j.stays if s.stage == k]
        outcomes = Counter(s.how for s in mine)
        assert [told[x] for x in ("n", "skipped")] == [len(mine), sum(s.over for s in mine)]
        assert all(told[x] == outcomes[x] for x in ("advanced", "back", "lost", "dormant", "open"))
        lasted = [(float(s.until - s.since), s.how) for s in mine]
        assert told["quartiles_days"] == [about(quantile(lasted, q)) for q in (0.25, 0.5, 0.75)]


def credit(asked: Asked) -> None:
    world, level = asked.world, ("touchpoint", "channel", "campaign")[len(asked.journeys) % 3]
    found = asked.measured.credit(**asked.flags, level=level, lookback_days=LOOKBACK).to_dict()
    want: dict[str, Counter[str]] = defaultdict(Counter)
    entered = 0
    for j in asked.journeys:
        at = next((t for s, t in j.entries if s == found["goal"]), None)
        if at is None:
            continue
        entered += 1
        before = [e for e in world.unit_events[j.unit] if at - LOOKBACK * DAY <= e["at"] < at]
        keys = [
            k for e in before for k in (world.touched(e) if level == "touchpoint" else [e[level]] if e[level] else [])
        ]
        n = len(keys)
        for model, place in (("first", 0), ("last", -1)):
            want[model][keys[place] if keys else "(no touch)"] += 1
        for x, key in enumerate(keys or ["(no touch)"]):
            want["linear"][key] += 1 / max(n, 1)  # type: ignore[assignment]
            want["position"][key] += 1 / max(n, 1) if n < 3 else 0.4 if x in (0, n - 1) else 0.2 / (n - 2)  # type: ignore[assignment]
        for key in set(keys or ["(no touch)"]):
            want["shapley"][key] += 1 / max(len(set(keys)), 1)  # type: ignore[assignment]
    assert found["conversions"] == entered
    for model, credited in want.items():
        told = {row["key"]: row["credit"] for row in found["models"][model]}
        assert told == {key: about(credited[key]) for key in told | dict(credited)}, model


def group(asked: Asked) -> None:
    world, found = asked.world, asked.measured.group(**asked.flags).to_dict()
    if not any(e["roles"] for events in world.unit_events.values() for e in events):
        return
    for cell in found["coverage"]:
        k = [s["id"] for s in world.steps].index(cell["stage"])
        by_then = 0
        for j in asked.at(k):
            gone = j.reached[k + 1] if k + 1 < len(world.steps) else None
            by_then += any(cell["role"] in e["roles"] for e in j.events if gone is None or e["at"] <= gone)
        assert cell["share"] == about(by_then / cell["n"] if asked.at(k) else None)
    firsts = [{role: e["at"] for e in reversed(j.events) for role in e["roles"]} for j in asked.journeys]
    some = [first for first in firsts if first]
    for row in found["order"]["roles"]:
        there = sum(row["role"] in first for first in firsts)
        assert row["n"] == there
        leads = sum(first.get(row["role"]) == min(first.values()) for first in some)
        assert row["share_first"]["share"] == about(leads / len(some) if some else None)


def paths(asked: Asked) -> None:
    world = asked.world
    for level in ("stage", "touch"):
        want: dict[tuple[str, str], list[float]] = defaultdict(list)
        for j in asked.journeys:
            entered = [step for x, step in enumerate(j.entries) if not x or j.entries[x - 1][0] != step[0]]
            touches = [(key, e["at"]) for e in j.events for key in world.touched(e)]
            won = world.success is not None and j.reached[world.success] is not None and j.outcome != "lost"
            end = ("(won)" if won else f"({j.outcome})", j.end if j.outcome == "lost" else float("nan"))
            walk = [("(start)", j.start), *(entered if level == "stage" else touches), end]
            for (a, left), (b, came) in itertools.pairwise(walk):
                want[a, b].append(came - left)
        found = asked.measured.paths(
            **asked.flags, level=level
        ).to_dict()  # medians before an end without an instant are null
        told = {(e["from"], e["to"]): (e["n"], e["median_days"]) for e in found["edges"]}
        assert told == {
            edge: (len(took), None if took[0] != took[0] else about(median(took) / DAY)) for edge, took in want.items()
        }


def deals(asked: Asked) -> None:
    world, found = asked.world, asked.measured.velocity(**asked.flags).to_dict()
    if not world.success:
        return
    won = [j for j in asked.at(0) if j.reached[world.success] is not None]
    assert (found["n"], found["won"]) == (len(asked.at(0)), len(won))
    counting = any("at_least" in c or "people" in c for c in world.steps[world.success]["enters_when"])
    worth = []
    for j in won:
        success, instant = world.steps[world.success]["id"], j.reached[world.success]
        here = [e for e in world.unit_events[j.unit] if e["at"] == instant and e["value"] is not None]
        worth += [e["value"] for e in here if success in world.fired(e, [e])][:1]
    if not counting:
        assert found["n_valued"] == len(worth)
        assert found["mean_deal"] == about(sum(worth) / len(worth) if worth else None)
