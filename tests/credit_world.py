"""Small worlds for the tests of credit: accounts with touches a, b, c, d, a lead, an opportunity and a win; and every model
written again, plainly."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import Any

import numpy as np

import small_world
from small_world import DAY, E
from tabiji.compute import LocalExecutor
from tabiji.index.journal import journal
from tabiji.journeymap.model import JourneyMap, Stage, Touchpoint
from tabiji.metrics.credit import CreditResult, Options, credit
from tabiji.metrics.scope import Scope, instant

KINDS = ("lead", "deal", "won", "lost", "a", "b", "c", "d")
TOUCHES = {"a": 4, "b": 5, "c": 6, "d": 7}
STAGES = ("lead", "deal", "won", "lost")
MAP = JourneyMap(
    "m",
    {},
    (
        Stage("lead", {"en": "Lead"}, milestone="lead"),
        Stage("deal", {"en": "Deal"}, milestone="opportunity"),
        Stage("won", {"en": "Won"}, kind="success", milestone="won"),
        Stage("lost", {}, kind="failure"),
    ),
    touchpoints=tuple(Touchpoint(x, {}, channel="direct" if x == "d" else x) for x in TOUCHES),
)
RULES = small_world.rules(
    8, 4, {0: [0], 1: [1], 2: [2], 3: [3]}, failures=[3], success=2, inactive=365 * DAY, stage_ids=STAGES,
    touchpoints={x: [k] for x, k in TOUCHES.items()},
)  # fmt: skip


def history(unit: int, *steps: tuple[float, str], value: float | None = None) -> list[E]:
    """Events of a unit: (day, kind); the win carries the value."""
    return [E(unit, int(t * DAY), KINDS.index(k), value=value if k == "won" else None) for t, k in steps]


def ask(
    events: Sequence[E], n_units: int, as_of: float = 3000, cuts: Sequence[int] = (), overlay: Sequence[int] = (),
    scope: dict[str, Any] | None = None, journey_map: JourneyMap = MAP, rules: Any = RULES, spend: Any = None,
    amounts: Any = None, kinds: Sequence[str] = KINDS, **options: Any,
) -> CreditResult:  # fmt: skip
    """The question over a hand-made index."""
    index = small_world.index(events, n_units, kinds, cuts=cuts, overlay=overlay)
    with LocalExecutor(2) as executor:
        journals = journal(index, rules, executor)
        asked = Scope(instant(int(as_of * DAY)), **{"min_n": 1, **(scope or {})})
        return credit(
            index, journey_map, rules, journals, asked, executor=executor, options=Options(**options), currency="JPY",
            amounts=amounts, spend=lambda: spend,
        )  # fmt: skip


def figures(result: CreditResult) -> dict[str, dict[str, float]]:
    """model → key → credit."""
    return {m: {r.key: r.credit for r in rows} for m, rows in result.models.items()}


@dataclass(frozen=True)
class Path:
    """Touches of one journey, (day, key) in order; when it converted (None: it ended without), and its milestones."""

    touches: tuple[tuple[float, str], ...]
    converted: float | None
    lead: float | None = None
    deal: float | None = None

    @property
    def keys(self) -> list[str]:
        """Keys in order."""
        return [k for _, k in self.touches]


def weights(path: Path, model: str, half_life: float = 30.0) -> list[float]:
    """What each touch of a path gets."""
    n, days = len(path.touches), [t for t, _ in path.touches]
    if model == "first":
        return [float(i == 0) for i in range(n)]
    if model == "last":
        return [float(i == n - 1) for i in range(n)]
    if model == "last_non_direct":
        chosen = max((i for i in range(n) if path.keys[i] != "d"), default=n - 1)
        return [float(i == chosen) for i in range(n)]
    if model == "linear":
        return [1 / n] * n
    if model == "time_decay":
        raw = [0.5 ** (((path.converted or 0) - t) / half_life) for t in days]
        return [x / sum(raw) for x in raw]
    if model == "position":
        if n < 3:
            return [1 / n] * n
        return [0.4 if i in (0, n - 1) else 0.2 / (n - 2) for i in range(n)]
    if model == "shapley":
        return [1 / len(set(path.keys)) / path.keys.count(k) for k in path.keys]
    moments = {"u": [path.lead], "w": [path.lead, path.deal], "full_path": [path.lead, path.deal, path.converted]}[
        model
    ]
    middle = 0.0 if model == "u" else 0.1
    anchors = [0]
    for moment in moments:
        before = [i for i, t in enumerate(days) if moment is not None and t < moment]
        anchors += before[-1:]
    between = [i for i in range(n) if i not in anchors]
    each = (1 - middle if between else 1.0) / len(anchors)
    return [anchors.count(i) * each + (middle / len(between) if i in between else 0.0) for i in range(n)]


def heuristic(paths: Sequence[Path], model: str) -> dict[str, float]:
    """key → credit, conversions without a touch included."""
    out = dict.fromkeys(TOUCHES, 0.0)
    for path in paths:
        if path.converted is None:
            continue
        if not path.touches:
            out["(no touch)"] = out.get("(no touch)", 0.0) + 1
            continue
        for key, weight in zip(path.keys, weights(path, model), strict=True):
            out[key] += weight
    return out


def collapsed(keys: Sequence[str]) -> list[str]:
    """Runs of one key as one."""
    return [k for i, k in enumerate(keys) if i == 0 or keys[i - 1] != k]


def markov(paths: Sequence[Path], order: int, collapse: bool = False) -> dict[str, float]:
    """key → credit: the chain as a dictionary, solved once per removed key."""
    steps: dict[tuple[str, ...], dict[Any, int]] = {}
    used = [(collapsed(p.keys) if collapse else p.keys, p.converted is not None) for p in paths if p.touches]
    for keys, won in used:
        state: tuple[str, ...] = ()
        for key in keys:
            steps.setdefault(state, {})
            to = (*state, key)[-order:]
            steps[state][to] = steps[state].get(to, 0) + 1
            state = to
        steps.setdefault(state, {})
        steps[state][won] = steps[state].get(won, 0) + 1

    def converts(without: str | None) -> float:
        states = [s for s in steps if not s or s[-1] != without]
        place = {s: i for i, s in enumerate(states)}
        matrix, gain = np.eye(len(states)), np.zeros(len(states))
        for s in states:
            total = sum(steps[s].values())
            for to, n in steps[s].items():
                if to is True:
                    gain[place[s]] += n / total
                elif to is not False and to in place:
                    matrix[place[s], place[to]] -= n / total
        return float(np.linalg.solve(matrix, gain)[place[()]]) if states else 0.0

    out = dict.fromkeys(TOUCHES, 0.0)
    if () not in steps:
        return out
    base = converts(None)
    lost = {k: base - converts(k) for k in TOUCHES}
    whole = sum(lost.values())
    n = sum(won for _, won in used)
    return {k: n * x / whole if whole > 1e-15 else 0.0 for k, x in lost.items()}


def shapley(paths: Sequence[Path], function: str) -> dict[str, float]:
    """key → credit, by the definition over all subsets; scaled to the conversions with a touch."""
    used = [(frozenset(p.keys), p.converted is not None) for p in paths if p.touches]
    players = sorted({k for keys, _ in used for k in keys})

    def value(of: frozenset[str]) -> float:
        inside = [won for keys, won in used if keys <= of]
        return float(sum(inside)) if function == "sum" else sum(inside) / len(inside) if inside else 0.0

    out = dict.fromkeys(TOUCHES, 0.0)
    n = len(players)
    for key in players:
        for size in range(n):
            for others in combinations([p for p in players if p != key], size):
                weight = factorial(size) * factorial(n - size - 1) / factorial(n)
                out[key] += weight * (value(frozenset({*others, key})) - value(frozenset(others)))
    whole, n_won = sum(out.values()), sum(won for _, won in used)
    return {k: x * n_won / whole if abs(whole) > 1e-15 else 0.0 for k, x in out.items()}
