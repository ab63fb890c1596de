"""`ordered` against ClickHouse's windowFunnel, through chdb (group `oracles`; its version is pinned, because a fix changed
results between releases)."""

import json
from pathlib import Path

import numpy as np
import pytest

import small_world
from small_world import E
from tabiji.compute.executor import LocalExecutor
from tabiji.index.jit import NEVER
from tabiji.index.journal import journal
from tabiji.journeymap.model import JourneyMap, Stage
from tabiji.metrics.entries import entries, main_line
from tabiji.metrics.funnel.ordered import ordered_reach, window_funnel

pytestmark = pytest.mark.oracle

GROUPS, LENGTH, STEPS, WINDOW = 20_000, 14, 5, 20
MAP = JourneyMap("m", {}, tuple(Stage(f"s{k}", {}) for k in range(STEPS)))
DISJOINT = {k: [k] for k in range(STEPS)}
OVERLAPPING = {0: [0, 1], 1: [1, 2], 2: [0, 2], 3: [2, 3], 4: [4, 0]}


def sample(seed: int, span: int) -> list[E]:
    """Random histories, with ties in time unless the span is large; kind 5 is no step."""
    random = np.random.default_rng(seed)
    at, kind = random.integers(0, span, (GROUPS, LENGTH)), random.integers(0, STEPS + 1, (GROUPS, LENGTH))
    return [E(g, int(at[g, i]), int(kind[g, i])) for g in range(GROUPS) for i in range(LENGTH)]


def clickhouse(events: list[E], steps: dict[int, list[int]], window: int, folder: Path) -> list[int]:
    chdb = pytest.importorskip("chdb", reason="group `oracles` is not installed")
    file = folder / "events.csv"
    file.write_text("".join(f"{e.unit},{e.at},{e.kind}\n" for e in events))
    conditions = ", ".join(f"kind IN ({', '.join(map(str, kinds))})" for kinds in steps.values())
    sql = f"""SELECT unit, windowFunnel({window})(at, {conditions}) AS level
        FROM file('{file}', CSV, 'unit UInt32, at UInt64, kind UInt8') GROUP BY unit ORDER BY unit"""
    rows = json.loads(chdb.query(sql, "JSONCompact").bytes())["data"]
    return [int(level) for _, level in rows]


@pytest.mark.parametrize("steps", [DISJOINT, OVERLAPPING], ids=["disjoint", "overlapping"])
@pytest.mark.parametrize(("span", "window"), [(40, 0), (40, WINDOW), (40, 1000), (100_000, 50_000)])
def test_levels_are_those_of_clickhouse(steps: dict[int, list[int]], span: int, window: int, tmp_path: Path) -> None:
    events = sample(window, span)
    theirs = clickhouse(events, steps, window, tmp_path)
    index = small_world.index(events, GROUPS, ["k"] * (STEPS + 1), cuts=[GROUPS // 3], overlay=range(0, 100, 7))
    executor = LocalExecutor(2)
    masks = [np.isin(np.arange(STEPS + 1), steps[k]).astype(np.uint8) for k in range(STEPS)]
    direct = window_funnel(index, masks, window, NEVER - 1, executor)
    assert direct.tolist() == np.bincount(theirs, minlength=STEPS + 1).tolist()
    # From the journal: one journey per unit, from its first firing on.
    rules = small_world.rules(STEPS + 1, STEPS, steps)
    journals = journal(index, rules, executor)
    found = entries(journals, main_line(MAP, rules), NEVER - 1, executor, ordered_reach, window)
    levels = np.zeros(GROUPS, np.int64)
    levels[found.unit] = (found.reached_at != NEVER).sum(axis=0)
    assert levels.tolist() == theirs
