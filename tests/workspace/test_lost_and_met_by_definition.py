"""What is at stake, what separates, who is met and why an account stands where it does, of random tiny worlds with money in several
currencies, against their definitions in plain Python (see `test_by_definition`)."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from math import ceil, prod
from pathlib import Path
from typing import Any

import pytest

import plain_world
from plain_question import Asked, about, incidence
from plain_world import DAY, Journey, Stay, seconds
from small_lake import THOROUGH
from tabiji.metrics.bottleneck import factors, figures

LEAST, LANDMARK, WITHIN, WEEK = 2, 2, 3, 7 * DAY
BANDS = ((1000, "1000-"), (300, "300-999"), (100, "100-299"), (1, "1-99"))


def more(r: random.Random, rows: plain_world.Rows, made: dict[str, Any]) -> None:
    """Sizes, amounts, currencies and planned shares."""
    named = r.choice([[None], ["JPY"], ["JPY", "USD"], [None, "USD"], ["USD"]])
    for account in rows["account"]:
        account["employees"] = r.choice([None, 50, 200, 500, 2000])
    for event in rows["event"]:
        event["currency"] = r.choice(named)
    for deal in rows["opportunity"]:
        deal |= {"amount": r.choice([None, 7.0, 70.0]), "currency": r.choice(named)}
    for stage in (s for s in made["stages"] if s.get("kind") != "failure" and r.random() < 0.3):
        stage["target_share"] = r.choice([0.1, 0.5, 0.9])


@pytest.fixture(params=range(17 * THOROUGH))
def asked(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    monkeypatch.setattr(figures, "LEAST_SEGMENT", LEAST)
    monkeypatch.setattr(factors, "LEAST_WENT", 1)
    made = Asked(request.param, tmp_path, more)
    yield made
    made.workspace.close()


def test_answers_are_those_of_the_definitions(asked: Asked) -> None:
    stakes(asked)
    separates(asked)
    differences(asked)
    influence(asked)
    receipts(asked)


def left(asked: Asked, k: int, journeys: list[Journey]) -> list[tuple[float, str]]:
    """How the journeys that reached step k left it first: (seconds, outcome)."""
    out: list[tuple[float, str]] = []
    for j in journeys:
        here, there = j.reached[k], j.reached[k + 1]
        if here is not None:
            on = there is not None
            out.append(((there if on else min(j.end, asked.world.as_of)) - here, "advanced" if on else j.outcome))  # type: ignore[operator]
    return out


def worth(asked: Asked) -> list[tuple[float, str]]:
    """Value and currency of the won journeys: of the first valued event that may have won it, else of the opportunity."""
    world, out = asked.world, []
    deals = {o["id"]: o for o in asked.rows["opportunity"]} if world.map["unit"] == "opportunity" else {}
    for j in [] if world.success is None else asked.at(world.success):
        deal = deals.get(j.unit, {})
        value, currency = deal.get("amount"), deal.get("currency") if deal.get("amount") is not None else None
        clauses = world.steps[world.success or 0]["enters_when"]
        for e in world.unit_events[j.unit]:
            fits = [c for c in clauses if plain_world.matches(c, e) and (c.get("inherited") or not e["inherited"])]
            if e["at"] == j.reached[world.success or 0] and e["value"] is not None and fits:
                value, currency = e["value"], e["currency"] or currency
                break
        if value is not None:
            out.append((value, currency or "JPY"))
    return out


def best_share(asked: Asked, k: int, horizon: int) -> float | None:
    """The highest share that is known of a segment with enough journeys."""
    of = {x["id"]: x.get("account", x["id"]) for t in ("account", "person", "opportunity") for x in asked.rows[t]}
    account = {a["id"]: a for a in asked.rows["account"]}
    shares = []
    for attribute in ("region", "employees"):

        def told(unit: str, attribute: str = attribute) -> str | None:
            value = account.get(of.get(unit), {}).get(attribute)
            return next((name for least, name in BANDS if value >= least), None) if isinstance(value, int) else value

        values = {told(unit) for unit in asked.world.unit_events} - {None}
        for value in values if len(values) > 1 else ():
            stays = left(asked, k, [j for j in asked.journeys if told(j.unit) == value])
            shares.append(incidence(stays, horizon) if len(stays) >= LEAST else None)
    return max((s for s in shares if s is not None), default=None)


def stakes(asked: Asked) -> None:
    world, found = asked.world, asked.measured.bottleneck(**asked.flags).to_dict()
    horizon, n_steps = world.map["horizon_days"] * DAY, len(world.steps)
    end = max(0, n_steps - 1) if world.success is None else world.success
    stays = [left(asked, k, asked.journeys) for k in range(n_steps - 1)]
    share = [incidence(s, horizon) if s else None for s in stays]
    money = worth(asked)
    named = {currency for _, currency in money}  # several are never added
    mean = sum(value for value, _ in money) / len(money) if len(named) == 1 else None
    assert (found["n_valued"], found["currency"]) == (len(money), *(named if mean is not None else [None]))
    assert found["mean_deal"] == about(mean)
    for k, t in enumerate(found["transitions"][:end]):
        n = sum(world.as_of - 365 * DAY < (j.reached[k] or 0) for j in asked.at(k))
        assert (t["n_per_year"], t["share"]["share"]) == (n, about(share[k]))
        planned = world.steps[k].get("target_share")
        reference = best_share(asked, k, horizon) if planned is None else planned
        assert (t["reference"] or {"share": None})["share"] == about(reference)
        later = [s for s in share[k + 1 : end] if s is not None]
        onward = prod(later) if len(later) == end - k - 1 else None
        assert t["onward_share"] == about(onward)
        if (here := share[k]) is None or reference is None or onward is None:
            assert t["at_stake"] is None and t["reason"]
            continue
        journeys = max(0.0, n * (reference - here) * onward)
        assert (t["journeys"]["value"], t["at_stake"]["value"]) == (about(journeys), about(journeys * (mean or 1)))
    assert all(t["at_stake"] is None for t in found["transitions"][end:])


def met(asked: Asked, j: Journey, s: Stay) -> dict[tuple[str, str], int]:
    """From which week of a stay each factor was there."""
    since: dict[tuple[str, str], int] = {}
    for e in (e for e in j.events if s.since <= e["at"] < s.until):
        channel = [("channel", e["channel"])] if e["channel"] else []
        for key in (*(("touchpoint", t) for t in asked.world.touched(e)), *(("role", r) for r in e["roles"]), *channel):
            since[key] = min(since.get(key, 10**6), ceil((e["at"] - s.since) / WEEK))
    return since


def separates(asked: Asked) -> None:
    steps = asked.world.steps
    if len(steps) < 2:
        return
    k = len(asked.journeys) % (len(steps) - 1)
    found = asked.measured.bottleneck(**asked.flags, stage=steps[k]["id"]).to_dict()
    stays = []
    for j, s in [(x, s) for x in asked.journeys for s in x.stays if s.stage == k]:
        weeks = (s.until - s.since) // WEEK if s.how == "open" else ceil((s.until - s.since) / WEEK)
        if weeks:
            stays.append((weeks, s.how == "advanced", met(asked, j, s)))
    assert (found["factors_of"]["n"], found["factors_of"]["went"]) == (len(stays), sum(went for _, went, _ in stays))
    for f in found["factors"]:
        key = f["kind"], f["key"]
        there = [(max(0, weeks - since.get(key, 10**6)), went) for weeks, went, since in stays]
        assert (f["n_with"], f["weeks_with"]) == (sum(w > 0 for w, _ in there), sum(w for w, _ in there))
        assert f["went_with"] == sum(went for w, went in there if w)
        assert f["went_with"] + f["went_without"] == sum(went for _, went, _ in stays)
        assert f["weeks_with"] + f["weeks_without"] == sum(weeks for weeks, _, _ in stays)


def firsts(j: Journey) -> dict[str, int]:
    """When each role showed up."""
    return {role: e["at"] for e in reversed(j.events) for role in e["roles"]}


def differences(asked: Asked) -> None:
    world, horizon = asked.world, asked.world.map["horizon_days"] * DAY
    ids = [s["id"] for s in world.steps]
    for told in asked.measured.group(**asked.flags, landmark_days=LANDMARK).to_dict()["onward_difference"]:
        k, compared = ids.index(told["stage"]), dict[str, tuple[bool, bool]]()
        for j in asked.at(k):  # in the order of time within a unit
            here, there, first = j.reached[k], j.reached[k + 1], next((s for s in j.stays if s.stage == k), None)
            assert here is not None
            if first is None or first.since != here or world.as_of - here < horizon or j.unit in compared:
                continue
            when = here + LANDMARK * DAY
            if first.how == "open" or first.until > when:
                on = there is not None and there - here <= horizon
                compared[j.unit] = firsts(j).get(told["role"], world.as_of + when) <= when, on
        for name, there_too in (("with", True), ("without", False)):
            went = [on for there, on in compared.values() if there == there_too]
            assert told[name]["n"] == len(went)
            assert told[name]["share"] == about(sum(went) / len(went) if went else None)


def influence(asked: Asked) -> None:
    window = WITHIN * DAY
    for told in asked.measured.group(**asked.flags, within_days=WITHIN).to_dict()["influence"]:
        a, b = told["from"], told["to"]
        both = [first for j in asked.journeys if {a, b} <= (first := firsts(j)).keys()]
        soon = sum(0 < first[b] - first[a] <= window for first in both)
        chance = [
            sum(0 < y - x <= window for x in first.values() for y in first.values()) / (len(first) * (len(first) - 1))
            for first in both
        ]
        many = [1.0]  # chance of so many
        for p in chance:
            many = [here * (1 - p) + before * p for here, before in zip([*many, 0.0], [0.0, *many], strict=True)]
        assert (told["n"], told["observed"], told["expected"]) == (len(both), soon, about(sum(chance)))
        assert told["p"] == (pytest.approx(min(1.0, sum(many[soon:])), abs=1e-9) if both else None)


def receipts(asked: Asked) -> None:
    world = asked.world
    for unit in [u for u in world.unit_events if any(j.unit == u for j in world.journeys)][:4]:
        mine = [j for j in world.journeys if j.unit == unit]
        found = asked.measured.why(unit, as_of=asked.flags["as_of"]).to_dict()
        assert [j["outcome"] for j in found["journeys"]] == [j.outcome for j in mine]
        assert [j["stage"] for j in found["journeys"]] == [world.steps[j.stays[-1].stage]["id"] for j in mine]
        entered = {entry for j in mine for entry in j.entries}
        for interval in found["stages"]:
            at = datetime.fromisoformat(interval["entered_at"]).astimezone(UTC).replace(tzinfo=None)
            assert (interval["id"], seconds(at)) in entered
            stage = next(s for s in world.map["stages"] if s["id"] == interval["id"])
            clause, events = stage["enters_when"][interval["rule"]["clause"]], interval["events"]
            assert len(events) >= clause.get("at_least", 1)
            assert len({e["person"] for e in events} - {None}) >= clause.get("people", 0)
            assert all(e["name"] in clause["event"] for e in events)
            assert all(clause["role"] in e["roles"] for e in events if "role" in clause)
        begun = float("-inf")
        for j, told in zip(mine, found["journeys"], strict=True):
            if not any(s.get("regress") for s in world.steps):
                misses(asked, j, told, begun)
            begun = j.end


def misses(asked: Asked, j: Journey, told: dict[str, Any], begun: float) -> None:
    """What the stage after that of a journey lacked, among the events after `begun`, the end of the attempt before."""
    world = asked.world
    lacked = {(m["stage"], m["rule"]["clause"]): m for m in told["near_misses"]}
    for stage in world.steps[j.stays[-1].stage + 1 :][:1]:
        for x, clause in enumerate(stage["enters_when"]):
            hits = [
                e["at"] for e in world.unit_events[j.unit]
                if begun < e["at"] <= min(j.end, world.as_of) and plain_world.matches(clause, e) and (clause.get("inherited") or not e["inherited"])
            ]  # fmt: skip
            window = clause.get("within_days", 10**5) * DAY
            most = max((sum(0 <= end - at <= window for at in hits) for end in hits), default=0)
            assert lacked[stage["id"], x]["have"] == most
