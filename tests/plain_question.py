"""Random questions about the random tiny worlds of `plain_world`, asked of tabiji and of plain Python, and shares by definition."""

import json
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import tabiji
from plain_world import BEGIN, TO_TOKYO, Journey, PlainWorld, Rows, end_of, random_map, random_rows, seconds
from small_lake import append
from tabiji.journeymap import load


class Asked:
    """A random question. rows: of the lake · world: everything · journeys: those that it is about · flags: the same in the words of
    tabiji. more: what else a test wants told in the rows and the map."""

    def __init__(self, seed: int, folder: Path, more: Callable[[random.Random, Rows, dict[str, Any]], None] | None = None) -> None:  # fmt: skip
        r = random.Random(seed)
        (rows, span), made = random_rows(r), random_map(r)
        if more is not None:
            more(random.Random(-seed - 1), rows, made)
        self.rows = rows
        day = BEGIN + timedelta(days=r.choice([span + 1, span + 1, span // 2]))
        self.flags: dict[str, Any] = {"min_n": 1, "as_of": day.date().isoformat()}
        self.world = PlainWorld(rows, made, end_of(day))
        self.journeys = self.world.journeys
        if r.random() < 0.3:
            first = BEGIN + timedelta(days=r.randint(0, span // 2))
            self.flags["from_"] = first.date().isoformat()
            self.journeys = [j for j in self.journeys if j.start >= seconds(first - TO_TOKYO)]
        if r.random() < 0.3:
            north = {a["id"] for a in rows["account"] if a["region"] == "n"}
            account = {
                x["id"]: x.get("account", x["id"]) for t in ("account", "person", "opportunity") for x in rows[t]
            }
            self.flags["segment"] = "region = 'n'"
            self.journeys = [j for j in self.journeys if account.get(j.unit) in north]
        self.workspace = tabiji.init(folder / "w")
        (folder / "w" / "tmp").mkdir(exist_ok=True)
        append(self.workspace.lake, rows)
        self.measured = self.workspace.measured(load(json.dumps(made)))

    def at(self, k: int) -> list[Journey]:
        """Those that reached step k."""
        return [j for j in self.journeys if j.reached[k] is not None]


def about(share: float | None) -> Any:
    return None if share is None else pytest.approx(share, abs=1e-7)


def incidence(stays: list[tuple[float, str]], horizon: float) -> float | None:
    """Share that advanced by the horizon (Aalen–Johansen); None where it is not known."""
    still, gone_on = 1.0, 0.0
    for t in sorted({t for t, how in stays if how != "open" and t <= horizon}):
        at_risk = sum(d >= t for d, _ in stays)
        gone_on += still * sum((d, how) == (t, "advanced") for d, how in stays) / at_risk
        still *= 1 - sum(d == t and how != "open" for d, how in stays) / at_risk
    watched = any(d >= horizon for d, _ in stays) or all(how != "open" for _, how in stays)
    return gone_on if watched else None
