"""Random tiny lakes and maps, and their journeys by the words of the metrics reference: plain Python over raw rows, without the index,
the compiled rules or a kernel. The rows of each unit come from `small_lake.Reference`."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from itertools import groupby
from typing import Any

from small_lake import EPOCH, Reference

DAY = 86_400
BEGIN = datetime(2024, 1, 1)
TO_TOKYO = timedelta(hours=9)
ROLES = ("champion", "decision_maker", "user")
NAMES = tuple(f"e{x}" for x in range(7))
KEYS = (
    "at", "name", "channel", "source", "campaign", "content", "offering", "properties", "inherited", "person", "roles",
    "received", "value", "currency",
)  # fmt: skip
Rows = dict[str, list[dict[str, Any]]]
Event = dict[str, Any]


def random_rows(r: random.Random) -> tuple[Rows, int]:
    """Tables of at most ten accounts, and over how many days they spread; half of them know the day only."""
    span, by_day = r.choice([6, 20, 60, 200]), r.random() < 0.5
    out: Rows = {name: [] for name in ("account", "person", "membership", "opportunity", "event")}
    accounts = [f"a{x}" for x in range(r.choice([1, 2, 4, 8, 10]))]
    for account in accounts:
        out["account"].append({"id": account, "region": r.choice("ns")})
        for person in (f"{account}p{x}" for x in range(r.choice([0, 1, 2, 3]))):
            out["person"].append({"id": person, "account": account})
            for _ in range(r.choice([0, 1, 2, 4])):
                since = r.choice([None, None, BEGIN + timedelta(days=r.randint(0, span))])
                until = None if since is None or r.random() < 0.6 else since + timedelta(days=r.randint(1, span))
                post = {"role": r.choice(ROLES), "valid_from": since, "valid_to": until}
                out["membership"].append(
                    {"id": f"m{len(out['membership'])}", "account": account, "person": person, **post}
                )
        for x in range(r.choice([0, 1, 2])):
            opened = BEGIN + timedelta(days=r.randint(0, span))
            closed = r.choice([None, opened + timedelta(days=r.randint(0, span))])
            deal = {
                "offering": r.choice([None, "crm", "ma"]),
                "opened_at": r.choice([opened, None]),
                "closed_at": closed,
            }
            out["opportunity"].append({"id": f"{account}o{x}", "account": account, **deal})
    for x in range(r.choice([5, 30, 80])):
        account = r.choice(accounts)
        people = [p["id"] for p in out["person"] if p["account"] == account]
        deals = [o["id"] for o in out["opportunity"] if o["account"] == account]
        second = 0 if by_day else r.choice([0, 0, 3600, r.randint(0, DAY - 1)])
        out["event"].append(
            {
                "id": f"e{x}", "at": BEGIN + timedelta(days=r.randint(0, span), seconds=second), "name": r.choice(NAMES),
                "account": account, "person": r.choice([None, *people]), "opportunity": r.choice([None, *deals]),
                "channel": r.choice([None, "web", "mail", "direct"]), "campaign": r.choice([None, "c1", "c2"]),
                "offering": r.choice([None, None, None, "crm", "ma"]), "value": r.choice([None, 5.0, 30.0, 100.0]),
            }
        )  # fmt: skip
    return out, span


def random_map(r: random.Random) -> dict[str, Any]:
    """A map of one to five steps and at most two failures, as its YAML says it."""
    k, plain = r.choice([1, 2, 3, 3, 4, 5]), r.random() < 0.5
    success = r.choice([None, k - 1, k - 1, max(0, k - 2)])
    stages: list[dict[str, Any]] = []
    for s in range(k):
        clauses = [{"event": f"e{s}"}] if plain else [_clause(r), *([_clause(r)] if r.random() < 0.3 else [])]
        stage = {"id": f"s{s}", "enters_when": clauses, "regress": r.random() < 0.2, "optional": r.random() < 0.2}
        stages.append(stage | ({"kind": "success"} if s == success else {}))
    stages += [
        {"id": f"f{x}", "kind": "failure", "enters_when": [{"event": f"e{6 - x}"}]} for x in range(r.choice([0, 1, 2]))
    ]
    touchpoints = [
        {"id": f"t{x}", "channel": r.choice(["web", "mail"]), "matches": [{"event": r.sample(NAMES, 2)}]}
        for x in range(3)
    ]
    made = {"id": "m", "unit": r.choice(["account", "account", "opportunity", "person"]), "stages": stages}
    made |= {"touchpoints": touchpoints, "horizon_days": r.choice([5, 20, 60]), "inherit_days": r.choice([5, 30, 365])}
    made["attempt"] = {"inactive_days": r.choice([5, 15, 40, None])}
    if made["unit"] == "opportunity":
        for clause in (c for s in stages for c in s["enters_when"]):
            clause["inherited"] = r.random() < 0.4
    return made | ({"offering": "crm"} if r.random() < 0.3 else {})


def _clause(r: random.Random) -> dict[str, Any]:
    clause: dict[str, Any] = {"event": r.sample(NAMES, r.choice([1, 2]))}
    more: list[dict[str, Any]] = [
        {},
        {"role": r.choice(ROLES)},
        {"role": r.choice(ROLES)},
        {"channel": r.choice(["web", "m*"])},
    ]
    more += [{"at_least": 2}, {"at_least": 2, "within_days": r.choice([1, 10])}, {"people": 2}]
    return clause | r.choice(more)


@dataclass
class Stay:
    """A stay in a step, from – until in seconds; over: it was only passed over."""

    stage: int
    since: int
    until: int
    how: str
    over: bool


@dataclass
class Journey:
    """entries: (stage id, instant) · line: (place on the main line, instant) · reached: τ of each step · events: of the journey."""

    unit: str
    start: int
    end: float = float("inf")
    outcome: str = "open"
    entries: list[tuple[str, int]] = field(default_factory=list)
    line: list[tuple[int, int]] = field(default_factory=list)
    reached: list[int | None] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


def matches(clause: dict[str, Any], event: Event) -> bool:
    """Whether an event alone fits a clause."""

    def fits(value: str | None, given: Any) -> bool:
        globs = given if isinstance(given, list) else [given]
        return value is not None and any(fnmatchcase(value, glob) for glob in globs)

    named = {"event": "name", "channel": "channel"}
    if not all(fits(event[column], clause[key]) for key, column in named.items() if key in clause):
        return False
    return "role" not in clause or any(fits(role, clause["role"]) for role in event["roles"])


class PlainWorld:
    """Every unit's events and journeys by `as_of` (seconds). `unit_events`: those of the map's offering."""

    def __init__(self, rows: Rows, made: dict[str, Any], as_of: int):
        self.map, self.as_of = made, as_of
        self.steps = [s for s in made["stages"] if s.get("kind") != "failure"]
        self.success = next((k for k, s in enumerate(self.steps) if s.get("kind") == "success"), None)
        offering = made.get("offering")
        self.unit_events: dict[str, list[Event]] = {}
        for unit, told in Reference(rows, made["unit"], (), made["inherit_days"]).build().items():
            events = [dict(zip(KEYS, row, strict=True)) for row in told if row[0] <= as_of]
            self.unit_events[unit] = [e for e in events if offering is None or e["offering"] in (None, offering)]
        self.journeys = [j for unit in self.unit_events for j in self._journeys(unit)]

    def fired(self, event: Event, scope: Iterable[Event]) -> set[str]:
        """Ids of the stages that an event fires; scope: the events of the attempt up to it."""
        out = set()
        for stage, clause in ((s["id"], c) for s in self.map["stages"] for c in s["enters_when"]):
            fit = [e for e in scope if matches(clause, e) and (clause.get("inherited") or not e["inherited"])]
            if not any(e is event for e in fit):
                continue
            window = clause.get("within_days", 100_000) * DAY
            fit = [e for e in fit if event["at"] - e["at"] <= window]
            people = {e["person"] for e in fit} - {None}
            if len(fit) >= clause.get("at_least", 1) and len(people) >= clause.get("people", 0):
                out.add(stage)
        return out

    def _journeys(self, unit: str) -> Iterator[Journey]:
        order = {s["id"]: x for x, s in enumerate(self.map["stages"])}
        place = {s["id"]: k for k, s in enumerate(self.steps)}
        days = self.map["attempt"]["inactive_days"]
        silence = float("inf") if days is None else days * DAY
        running: Journey | None = None
        scope: list[Event] = []
        previous = 0
        for at, found in groupby(self.unit_events[unit], key=lambda e: e["at"]):
            together = list(found)
            if running and at - previous > silence:
                yield self._ended(running, previous + silence, "dormant")
                running, scope = None, []
            previous, fired = at, []
            for event in together:
                scope.append(event)
                fired.append(self.fired(event, scope))
            every = set().union(*fired)
            steps, lost = every & place.keys(), every - place.keys()
            furthest = max((place[s] for s, _ in running.entries), default=-1) if running else -1
            if running and lost and steps and max(place[s] for s in steps) <= furthest:
                own = set().union(*(f for f in fired if f - place.keys())) & place.keys()
                running.entries += [(s, at) for s in (*sorted(own, key=order.get), *sorted(lost, key=order.get))]  # type: ignore[arg-type]
                yield self._ended(running, at, "lost")
                running, scope, steps, lost = None, [], set(), set()
                for event in (e for e, f in zip(together, fired, strict=True) if not f - place.keys()):
                    scope.append(event)
                    steps |= self.fired(event, scope) & place.keys()
            if steps and running is None:
                running = Journey(unit, at)
            if running is None:
                continue
            running.entries += [(s, at) for s in (*sorted(steps, key=order.get), *sorted(lost, key=order.get))]  # type: ignore[arg-type]
            if lost:
                yield self._ended(running, at, "lost")
                running, scope = None, []
        if running:
            silent = previous + silence <= self.as_of
            yield self._ended(running, previous + silence, "dormant") if silent else self._ended(running)

    def _ended(self, j: Journey, end: float = float("inf"), outcome: str = "open") -> Journey:
        place = {s["id"]: k for k, s in enumerate(self.steps)}
        j.end, j.outcome = end, outcome
        j.line = [(place[s], at) for s, at in j.entries if s in place]
        j.reached = [min((at for x, at in j.line if x >= k), default=None) for k in range(len(self.steps))]
        j.events = [e for e in self.unit_events[j.unit] if j.start <= e["at"] <= min(end, self.as_of)]
        back = [bool(s.get("regress")) for s in self.steps]
        here, since = -1, 0
        for k, at in j.line:
            if here >= 0 and (k == here or (k < here and not back[k])):
                continue
            if here >= 0:
                j.stays.append(Stay(here, since, at, "back" if k < here else "advanced", over=False))
            for x in range(here + 1, k):
                j.stays.append(Stay(x, at, at, "advanced", over=any(back) or (x, at) not in j.line))
            here, since = k, at
        j.stays.append(Stay(here, since, int(min(end, self.as_of)), outcome, over=False))
        return j

    def touched(self, event: Event) -> list[str]:
        """Ids of the touchpoints that an event is a touch of."""
        return [t["id"] for t in self.map["touchpoints"] if any(matches(c, event) for c in t["matches"])]


def seconds(at: datetime) -> int:
    """Whole seconds since the epoch of the index."""
    return (at - EPOCH) // timedelta(seconds=1)


def end_of(day: datetime) -> int:
    """The last second of a day in Tokyo."""
    return seconds(datetime(day.year, day.month, day.day) + timedelta(days=1) - TO_TOKYO) - 1
