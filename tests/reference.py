"""The journal and the funnels by their definitions, in plain Python: slow, obvious, written without the kernels."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from small_world import E

NEVER = 2**31 - 1


@dataclass
class Journey:
    unit: int
    attempt: int
    start: int
    end: int = NEVER
    outcome: int = 0
    firings: list[tuple[int, int]] = field(default_factory=list)  # (stage, instant)

    @property
    def entries(self) -> list[tuple[int, int, int]]:
        """(stage, first, last), runs collapsed."""
        out: list[tuple[int, int, int]] = []
        for stage, at in self.firings:
            if out and out[-1][0] == stage:
                out[-1] = (stage, out[-1][1], at)
            else:
                out.append((stage, at, at))
        return out


def fired_stages(event: E, scope: Sequence[E], rules: Any) -> set[int]:
    """Stages that the last event of `scope` fires; `scope` = touches since the last attempt ended."""
    out = {s for s in range(rules.n_stages) if int(rules.simple_mask[event.kind]) >> s & 1}
    out |= {s for s, kinds, roles in rules.role_simple if kinds[event.kind] and roles[event.role]}
    for clause in rules.counting:

        def matches(e: E, c: Any = clause) -> bool:
            return bool(c.kind_mask[e.kind]) and (c.role_mask is None or bool(c.role_mask[e.role]))

        if not matches(event):
            continue
        inside = [e for e in scope if matches(e)]
        if clause.window_seconds >= 0:
            inside = [e for e in inside if event.at - e.at <= clause.window_seconds]
        people = {e.person for e in inside if e.person is not None}
        if len(inside) >= clause.at_least and len(people) >= (clause.people or 0):
            out.add(clause.stage)
    return out


def journeys_of(unit: int, events: Sequence[E], rules: Any, known: int = NEVER) -> list[Journey]:
    """Journeys of one unit; `events` in any order of time, ties in the order of event ids."""
    touches = [e for e in sorted(events, key=lambda e: e.at) if e.unit == unit and rules.member[e.kind]]
    touches = [e for e in touches if known == NEVER or (e.at if e.received is None else e.received) <= known]
    failures = {s for s in range(rules.n_stages) if int(rules.failure_bits) >> s & 1}
    done: list[Journey] = []
    running: Journey | None = None
    scope: list[E] = []
    previous: E | None = None
    while touches:
        at = touches[0].at
        together, touches = [e for e in touches if e.at == at], [e for e in touches if e.at != at]
        if running and previous and 0 <= rules.inactive_seconds < at - previous.at:
            running.end, running.outcome = previous.at + rules.inactive_seconds, 2
            done.append(running)
            running, scope = None, []
        previous = together[-1]
        fired: list[set[int]] = []
        for event in together:
            scope.append(event)
            fired.append(fired_stages(event, scope, rules))
        steps, lost = set().union(*fired) - failures, set().union(*fired) & failures
        if running and lost and steps and max(steps) <= max(s for s, _ in running.firings if s not in failures):
            # Nothing goes further: what is no failure begins the next attempt, and is counted anew.
            own = set().union(*(f for f in fired if f & failures)) - failures
            running.firings += [(s, at) for s in (*sorted(own), *sorted(lost))]
            running.end, running.outcome = at, 1
            done.append(running)
            running, scope, steps, lost = None, [], set(), set()
            for event in [e for e, f in zip(together, fired, strict=True) if not f & failures]:
                scope.append(event)
                steps |= fired_stages(event, scope, rules)
        if steps and running is None:
            running = Journey(unit, len(done) + 1, at)
        if running is None:
            continue
        running.firings += [(s, at) for s in (*sorted(steps), *sorted(lost))]
        if lost:
            running.end, running.outcome = at, 1
            done.append(running)
            running, scope = None, []
    if running and previous:
        silent = previous.at + rules.inactive_seconds
        if rules.inactive_seconds >= 0 and silent < NEVER:
            running.end, running.outcome = silent, 2
        done.append(running)
    return done


def journeys(n_units: int, events: Sequence[E], rules: Any, known: int = NEVER) -> list[Journey]:
    """Journeys of all units, by unit and attempt."""
    return [j for unit in range(n_units) for j in journeys_of(unit, events, rules, known)]


def seen_at(found: Sequence[Journey], as_of: int) -> list[Journey]:
    """Journeys as they stood at an as-of."""
    out = []
    for j in found:
        if j.start <= as_of:
            ended = j.end <= as_of
            firings = [(s, t) for s, t in j.firings if t <= as_of]
            out.append(
                Journey(j.unit, j.attempt, j.start, j.end if ended else NEVER, j.outcome if ended else 0, firings)
            )
    return out


def reached(journey: Journey, line: Sequence[int]) -> list[int]:
    """τ of each main-line stage: the earliest firing of it or of a later one; `line` = stages of the main line."""
    return [
        min((t for s, t in journey.firings if s in line and line.index(s) >= k), default=NEVER)
        for k in range(len(line))
    ]


def skipped(journey: Journey, line: Sequence[int]) -> list[bool]:
    """Stages reached without having been entered by then."""
    tau = reached(journey, line)
    return [t != NEVER and (line[k], t) not in journey.firings for k, t in enumerate(tau)]


def ordered(journey: Journey, line: Sequence[int], window: int | None) -> list[int]:
    """First instant at which each level of the chain is completed, trying every start."""
    firings = sorted((t, line.index(s)) for s, t in journey.firings if s in line)
    out = [NEVER] * len(line)
    for i, (begun, step) in enumerate(firings):
        if step:
            continue
        level = 0
        for t, k in firings[i:]:
            if window is not None and t > begun + window:
                break
            if k == level:
                out[level] = min(out[level], t)
                level += 1
                if level == len(line):
                    break
    return out


def position(journey: Journey, line: Sequence[int], regress: Sequence[int], at: int) -> int | None:
    """Place on the main line at an instant; `regress` = stages whose later firing takes the journey back."""
    here: int | None = None
    for s, t in journey.firings:
        if s in line and t <= at:
            k = line.index(s)
            if here is None or k > here or s in regress:
                here = k
    return here


def stays(
    journey: Journey, line: Sequence[int], regress: Sequence[int], as_of: int
) -> list[tuple[int, int, int, str, bool]]:
    """Every stay of a journey as of `as_of`: (place on the line, from, until, how it ended, passed over)."""
    out: list[tuple[int, int, int, str, bool]] = []
    here: int | None = None
    since = 0
    for s, t in journey.firings:
        if s not in line or t > as_of:
            continue
        k = line.index(s)
        if here is not None and (k == here or (k < here and s not in regress)):
            continue
        if here is not None:
            out.append((here, since, t, "back" if k < here else "advanced", False))
        # Where nothing goes back, a stage that fires later in the same instant was entered.
        entered = {} if regress else {line.index(r) for r, at in journey.firings if at == t and r in line}
        between = range(0 if here is None else here + 1, k)
        out += [(x, t, t, "advanced", x not in entered) for x in between]
        here, since = k, t
    if here is not None:
        ended = journey.end <= as_of and journey.outcome != 0
        until = journey.end if ended else as_of
        out.append((here, since, until, {1: "lost", 2: "dormant"}[journey.outcome] if ended else "open", False))
    return out


def outside(journey: Journey, line: Sequence[int], window: int | None, k: int, as_of: int) -> bool:
    """Whether a journey that completed step k of a chain and not the next one got further without it, or ran out of time."""
    if reached(journey, line)[k + 1] != NEVER:
        return True
    if window is None:
        return False
    firings = sorted((t, line.index(s)) for s, t in journey.firings if s in line)
    latest = -NEVER
    for begun, step in firings:
        level = 0
        for t, s in firings:
            if step == 0 and s == level and begun <= t <= begun + window:
                level += 1
        if level > k:
            latest = max(latest, begun)
    return latest + window < min(journey.end, as_of)
