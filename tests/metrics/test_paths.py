"""Paths: hand-made journeys, brute force over random worlds, and what must not matter."""

from collections import Counter
from itertools import pairwise
from statistics import median
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import small_world
from small_world import DAY, E
from tabiji.compute import LocalExecutor
from tabiji.index.journal import journal
from tabiji.journeymap.model import JourneyMap, Stage, Touchpoint
from tabiji.metrics.paths import gaps
from tabiji.metrics.paths import question as metric
from tabiji.metrics.paths.question import PathFigures, PathsResult, paths, planned
from tabiji.metrics.paths.result import DORMANT, LOST, OPEN, START, WON
from tabiji.metrics.scope import Scope, instant

IDS = ("aware", "consider", "won", "lost")
POINTS = ("web", "seminar", "call")
MAP = JourneyMap(
    "m",
    {},
    (Stage("aware", {}), Stage("consider", {}), Stage("won", {}, kind="success"), Stage("lost", {}, kind="failure")),
    touchpoints=tuple(Touchpoint(t, {}) for t in POINTS),
)
KINDS = 7  # 0 aware, 1 consider, 2 won, 3 lost, 4 a seminar, 5 a call of a champion, 6 nothing
RULES = small_world.rules(
    KINDS, 4, {0: [0], 1: [1], 2: [2], 3: [3]}, failures=[3], success=2, inactive=365 * DAY, stage_ids=IDS, n_role_sets=2,
    touchpoints={"web": [0, 1], "seminar": [1, 4], "call": [5]}, touchpoint_roles={"call": [1]},
)  # fmt: skip
ROLES = ((), ("champion",))


def ask(events: list[E], n_units: int, as_of: float, threads: int = 2, **more: Any) -> PathsResult:
    scoped = {k: more.pop(k) for k in ("min_n", "groups", "selection", "from_at", "known_as_of") if k in more}
    cut = {k: more.pop(k) for k in ("cuts", "overlay") if k in more}
    index = small_world.index(events, n_units, ["k"] * KINDS, ROLES, **cut)
    with LocalExecutor(threads) as executor:
        journals = journal(index, RULES, executor)
        asked = Scope(instant(int(as_of * DAY)), **{"min_n": 1, **scoped})
        return paths(index, MAP, RULES, journals, asked, executor=executor, **more)


def history(unit: int, *steps: tuple[float, int], role: int = 0) -> list[E]:
    return [E(unit, int(t * DAY), k, role=role) for t, k in steps]


def told(figures: PathFigures) -> dict[tuple[str, str], tuple[int, float | None]]:
    return {(e.from_, e.to): (e.n, e.median_days) for e in figures.edges}


FIVE = [
    *history(0, (0, 0), (10, 1), (30, 2)),  # all the way
    *history(1, (0, 0), (20, 1), (25, 0), (45, 1), (60, 3)),  # goes back, and is lost
    *history(2, (0, 0), (1, 0), (40, 1)),  # aware twice in a row; open
    *history(3, (5, 0), (15, 2)),  # passes over consideration
    *history(4, (10, 0)),  # goes silent at 375
]


def test_five_accounts_by_hand() -> None:
    found = ask(FIVE, 5, 380)
    assert told(found.total) == {
        (START, "aware"): (5, 0),
        ("aware", "consider"): (4, 20),  # 10, 20, 20, 40
        ("consider", "won"): (1, 20),
        ("consider", "aware"): (1, 5),
        ("consider", "lost"): (1, 15),
        ("aware", "won"): (1, 10),
        ("won", WON): (2, None),
        ("lost", LOST): (1, 0),
        ("consider", OPEN): (1, None),
        ("aware", DORMANT): (1, None),
    }
    assert found.total.from_to("aware", "consider") == 4 and found.total.from_to("won", "aware") == 0
    (loop, other) = found.total.loops
    fewer = ask(FIVE, 5, 380, top=1).total
    assert (fewer.loops, fewer.loops_rest) == ((loop,), (1, 1))
    assert (loop.at, loop.via, loop.n, loop.direct, loop.journeys, loop.median_days) == (
        "aware",
        "consider",
        1,
        1,
        1,
        25,
    )
    assert (other.at, other.via, other.n, other.direct, other.median_days) == ("consider", "aware", 1, 1, 25)
    variants = {v.path: (v.n, v.won, v.lost, v.dormant, v.open, v.median_days) for v in found.variants}
    assert variants == {
        ("aware", "consider", "won"): (1, 1, 0, 0, 0, 30),
        ("aware", "consider", "aware", "consider", "lost"): (1, 0, 1, 0, 0, 60),
        ("aware", "consider"): (1, 0, 0, 0, 1, 40),
        ("aware", "won"): (1, 1, 0, 0, 0, 10),
        ("aware",): (1, 0, 0, 1, 0, 0),
    }
    assert (found.total.rest.variants, found.total.rest.n, found.total.rest.share.share) == (0, 0, 0)
    assert [len(v.path) for v in found.variants] == [1, 2, 2, 3, 5]  # equally frequent: the shorter first


def test_only_the_first_time_there() -> None:
    found = ask(FIVE, 5, 380, once=True)
    assert found.total.from_to("consider", "aware") == 0 and found.total.loops == ()
    assert told(found.total)["consider", "lost"] == (1, 40)
    assert ("aware", "consider", "lost") in [v.path for v in found.variants]


TOUCHES = [
    *history(0, (0, 0), (1, 0), (3, 4), (4, 6), (10, 1), (30, 2)),  # web web seminar · web+seminar ·
    *history(1, (0, 0), (2, 5)),  # a call, but not of a champion
    *history(1, (3, 5), role=1),
    *history(2, (0, 4), (5, 2)),  # the seminar is before the journey begins
]


def test_touches_by_hand() -> None:
    found = ask(TOUCHES, 3, 40, level="touch")
    assert told(found.total) == {
        (START, "web"): (2, 0),
        ("web", "web"): (1, 1),
        ("web", "seminar"): (2, 1),  # 2 days, and at the same instant
        ("seminar", "web"): (1, 7),
        ("seminar", WON): (1, None),
        ("web", "call"): (1, 3),
        ("call", OPEN): (1, None),
        (START, WON): (1, None),
    }
    assert (found.total.touches, found.total.other_events) == (7, 4)
    assert {v.path: v.n for v in found.variants} == {
        ("web", "seminar", "web", "seminar"): 1, ("web", "call"): 1, (): 1,
    }  # fmt: skip
    assert {v.path: v.success.share for v in found.variants}[()] == 1
    none = next(v for v in found.variants if v.path == ()).to_dict()
    assert (none["median_days"], none["median_reason"]) == (None, "no step was taken")
    collapsed = told(ask(TOUCHES, 3, 40, level="touch", collapse=True).total)
    assert ("web", "web") not in collapsed and collapsed["web", "seminar"] == (2, 1.5)  # 3 days, from arrival; and 0


def test_the_rest_is_summed() -> None:
    events = [e for u in range(12) for e in history(u, (0, 0), *((1 + x, x % 2) for x in range(u % 4)))]
    whole, found = ask(events, 12, 20), ask(events, 12, 20, max_variants=2, top=1)
    assert [v.n for v in found.variants] == [v.n for v in whole.variants[:2]]
    rest = found.total.rest
    assert (rest.variants, rest.n) == (len(whole.variants) - 2, sum(v.n for v in whole.variants[2:]))
    assert sum(v.n for v in found.variants) + rest.n == 12 == found.total.n
    assert len(found.edges) == 1 and found.total.edges_rest[0] == len(whole.edges) - 1
    assert found.edges[0].n + found.total.edges_rest[1] == sum(e.n for e in whole.edges)


def test_shares_carry_n_and_interval_and_are_refused_for_few() -> None:
    found = ask(FIVE, 5, 380, min_n=6)
    first = found.to_dict()["variants"][0]
    assert (first["n"], first["share"], first["of"], first["reason"]) == (1, None, 5, "n<6")
    enough = ask(FIVE, 5, 380).to_dict()["variants"][0]
    assert enough["share"] == 0.2 and 0 < enough["low"] < 0.2 < enough["high"] and enough["of"] == 5


def test_several_journeys_of_a_unit_widen_the_interval() -> None:
    once = [e for u in range(40) for e in history(u, (0, 0), *([(1.0, 1)] if u % 2 else []))]
    again = [e for u in range(10) for t in range(4) for e in history(u, (3 * t, 0), *([(3 * t + 1.0, 1)] if u % 2 else []), (3 * t + 2, 3))]  # fmt: skip
    alone, together = ask(once, 40, 20).variants[0], ask(again, 10, 20).variants[0]
    assert alone.share.share == together.share.share == 0.5 and alone.share.n == together.share.n == 40
    low, high = together.share.low, together.share.high
    assert low is not None and high is not None and alone.share.low is not None
    assert low < alone.share.low - 0.1
    assert [n.code for n in ask(again, 10, 20).notices] == ["clustered_units"]


def test_empty_data_has_an_answer() -> None:
    for level in ("stage", "touch"):
        found = ask([], 0, 100, level=level)
        assert (found.total.n, found.edges, found.variants, found.total.loops) == (0, (), (), ())
        assert found.total.rest.share.share is None
        assert found.explain("en") == "No journey has started by the date of this question."


def test_one_account_and_a_map_without_touchpoints() -> None:
    found = ask(history(0, (0, 0)), 1, 5)
    assert found.explain("en") == "The only journey took this path: aware."
    index = small_world.index(history(0, (0, 0)), 1, ["k"] * KINDS, ROLES)
    bare = JourneyMap("m", {}, MAP.stages)
    rules = small_world.rules(KINDS, 4, {0: [0]}, failures=[3], success=2, stage_ids=IDS)
    with LocalExecutor(1) as executor:
        journals = journal(index, rules, executor)
        empty = paths(index, bare, rules, journals, Scope(instant(DAY)), executor=executor, level="touch")
    assert [n.code for n in empty.notices] == ["no_touchpoints"]
    assert told(empty.total) == {(START, OPEN): (1, None)}


def test_no_path_is_the_most_frequent_where_two_are() -> None:
    one, other = ((0, 0), (1, 1)), ((0, 0), (1, 2))
    tied = ask([e for u, way in enumerate((one, one, other, other)) for e in history(u, *way)], 4, 5)
    assert "took 2 different paths. One of the most frequent (2 journeys each): " in tied.explain("en")
    first = ask([e for u, way in enumerate((one, one, other)) for e in history(u, *way)], 3, 5)
    assert "The most frequent one (2 journeys): " in first.explain("en")


def test_planned_pairs() -> None:
    line = (
        Stage("a", {}), Stage("b", {}, optional=True), Stage("c", {}, next=("e",)), Stage("d", {}),
        Stage("e", {}, kind="success"), Stage("f", {}, kind="failure"),
    )  # fmt: skip
    assert planned(JourneyMap("m", {}, line)) == (("a", "b"), ("a", "c"), ("b", "c"), ("c", "e"), ("d", "e"))


WORLDS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 120), st.integers(0, KINDS - 1), st.integers(0, 1)), max_size=40
)
OF_KIND = {0: ("web",), 1: ("web", "seminar"), 4: ("seminar",)}


def brute(events: list[E], as_of: int, level: str, collapse: bool, once: bool) -> tuple[Any, Any, Any]:
    """Edges with their gaps, variants with their ends, and ways back: journey by journey, in plain Python."""
    index = small_world.index(events, 6, ["k"] * KINDS, ROLES)
    with LocalExecutor(1) as executor:
        (j,) = journal(index, RULES, executor)
    edges: dict[tuple[str, str], list[int]] = {}
    variants: Counter[tuple[tuple[str, ...], str]] = Counter()
    loops: dict[tuple[str, str], list[int]] = {}
    for x in range(len(j)):
        if j.start[x] > as_of:
            continue
        mine = range(int(j.off[x]), int(j.off[x + 1]))
        entered = [(IDS[j.stage[e]], int(j.first[e])) for e in mine if j.first[e] <= as_of]
        over = j.end[x] <= as_of
        end = (
            LOST
            if over and j.outcome[x] == 1
            else WON
            if ("won" in [s for s, _ in entered])
            else DORMANT
            if over
            else OPEN
        )
        steps = entered
        if level == "touch":
            inside = [e for e in events if e.unit == j.unit[x] and j.start[x] <= e.at <= min(j.end[x], as_of)]
            steps = [
                (point, e.at)
                for e in sorted(inside, key=lambda e: e.at)
                for point in (OF_KIND.get(e.kind, ()) if e.kind != 5 else ("call",) if e.role else ())
            ]
        if once:
            steps = [s for i, s in enumerate(steps) if s[0] not in [p for p, _ in steps[:i]]]
        runs = [s for i, s in enumerate(steps) if i == 0 or s[0] != steps[i - 1][0]]
        chain = [(START, int(j.start[x])), *(runs if collapse or level == "stage" else steps)]
        for (a, t), (b, u) in pairwise(chain):
            edges.setdefault((a, b), []).append(u - t)
        edges.setdefault((chain[-1][0], end), []).append(int(j.end[x]) - chain[-1][1] if end == LOST else 0)
        variants[tuple(s for s, _ in runs), end] += 1
        for i, (a, t) in enumerate(runs):
            earlier = [k for k in range(i) if runs[k][0] == a]
            if earlier:
                loops.setdefault((a, runs[earlier[-1] + 1][0]), []).append(t - runs[earlier[-1]][1])
    return edges, variants, loops


@settings(max_examples=120, deadline=None)
@given(WORLDS, st.sampled_from(["stage", "touch"]), st.booleans(), st.booleans(), st.integers(10, 130))
def test_any_small_world_by_brute_force(
    world: list[tuple[int, int, int, int]], level: str, collapse: bool, once: bool, as_of: int
) -> None:
    events = [E(u, t * DAY // 4, k, role=r) for u, t, k, r in world]
    edges, variants, loops = brute(events, as_of * DAY // 4, level, collapse, once)
    found = ask(events, 6, as_of / 4, level=level, collapse=collapse, once=once, max_variants=1000)
    no_time = (WON, DORMANT, OPEN)
    assert told(found.total) == {
        pair: (len(gaps), None if pair[1] in no_time else median(gaps) / DAY) for pair, gaps in edges.items()
    }
    names = {WON: "won", LOST: "lost", DORMANT: "dormant", OPEN: "open"}
    ends = {(v.path, end): getattr(v, name) for v in found.variants for end, name in names.items()}
    assert {pair: n for pair, n in ends.items() if n} == dict(variants)
    assert {(x.at, x.via): (x.n, x.median_days) for x in found.total.loops} == {
        pair: (len(gaps), median(gaps) / DAY) for pair, gaps in loops.items()
    }


@settings(max_examples=40, deadline=None)
@given(WORLDS, st.sampled_from(["stage", "touch"]), st.randoms(use_true_random=False))
def test_shards_tiers_order_and_the_future_do_not_matter(
    world: list[tuple[int, int, int, int]], level: str, random: Any
) -> None:
    # No two events of one instant: what stands first among them is the index's business.
    seen = {(u, t): (u, t, k, r) for u, t, k, r in world}
    events = [E(u, t * DAY // 4, k, role=r) for u, t, k, r in seen.values()]
    whole = ask(events, 6, 20, threads=1, level=level).to_dict()
    shuffled = random.sample(events, len(events))
    later = [E(u, 40 * DAY, k) for u in range(6) for k in range(KINDS)]
    for other in (
        ask(shuffled, 6, 20, level=level, cuts=(2, 3), overlay=(1, 4)),
        ask([*events, *later], 6, 20, level=level),
    ):
        again = other.to_dict()
        assert {k: v for k, v in again.items() if k != "provenance"} == {
            k: v for k, v in whole.items() if k != "provenance"
        }


@pytest.mark.parametrize("most", [0, 50])
@pytest.mark.parametrize("level", ["stage", "touch"])
def test_many_durations_are_counted_in_passes(most: int, level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(9)
    events = [
        E(
            int(rng.integers(0, 60)),
            int(rng.integers(0, 9_000_000)),
            int(rng.integers(0, KINDS)),
            role=int(rng.integers(0, 2)),
        )
        for _ in range(4000)
    ]
    codes = np.arange(60, dtype=np.int32) % 3
    at_once = ask(events, 60, 100, level=level, groups=(codes, ("a", "b", "c")), cuts=(20, 41), max_variants=50)
    monkeypatch.setattr(gaps, "MOST_KEPT", most)
    passes = ask(events, 60, 100, level=level, groups=(codes, ("a", "b", "c")), cuts=(20, 41), max_variants=50)
    assert passes.to_dict() == at_once.to_dict()


def test_groups_are_the_answers_to_their_journeys(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    events = [
        E(int(rng.integers(0, 9)), int(rng.integers(0, 90)) * DAY, int(rng.integers(0, KINDS))) for _ in range(400)
    ]
    codes = np.array([0, 0, 0, 1, 1, 2, 2, 2, -1], np.int32)
    for level in ("stage", "touch"):
        found = ask(events, 9, 100, level=level, groups=(codes, ("a", "b", "c")))
        for figures in found.groups:
            only = codes == "abc".index(str(figures.value))
            alone = ask(events, 9, 100, level=level, selection=only)
            assert {**figures.to_dict(), "value": None} == {**alone.total.to_dict(), "value": None}
        assert [g.n for g in found.groups] == sorted((g.n for g in found.groups), reverse=True)
        monkeypatch.setattr(metric, "MOST_CELLS", 1)
        again = ask(events, 9, 100, level=level, groups=(codes, ("a", "b", "c")))
        assert again.groups == found.groups


def test_only_what_was_known() -> None:
    events = [E(0, 0, 0), E(0, 5 * DAY, 4, received=50 * DAY), E(0, 8 * DAY, 1)]
    index = small_world.index(events, 1, ["k"] * KINDS, ROLES)
    with LocalExecutor(1) as executor:
        journals = journal(index, RULES, executor, known_as_of=20 * DAY)
        scope = Scope(instant(30 * DAY), known_as_of=instant(20 * DAY), min_n=1)
        found = paths(index, MAP, RULES, journals, scope, executor=executor, level="touch")
    assert [v.path for v in found.variants] == [("web", "seminar")]
    assert ("seminar", "web") not in told(found.total)


def test_the_json_of_the_verb() -> None:
    given = ask(FIVE, 5, 380).to_dict()
    assert list(given) == [
        "question", "provenance", "level", "collapse", "once", "n", "edges", "edges_rest", "variants", "rest", "loops",
        "loops_rest", "notices",
    ]  # fmt: skip
    assert list(given["edges"][0]) == ["from", "to", "n", "median_days"]
    assert {"path", "n", "share"} <= set(given["variants"][0])


@pytest.mark.parametrize("collapse", [False, True])
def test_edges_are_those_of_a_window_query(collapse: bool) -> None:
    """Directly-follows of touches with medians, and variants, as DuckDB finds them over the same events."""
    rng = np.random.default_rng(3)
    n = 3000
    unit, kind = rng.integers(0, 200, n), rng.choice([0, 4, 6], n, p=[0.5, 0.3, 0.2])
    at = rng.permutation(40 * n)[:n] * 9  # no two at one instant
    events = [E(int(u), int(t), int(k)) for u, t, k in zip(unit, at, kind, strict=True)]
    found = ask(events, 200, 100, level="touch", collapse=collapse, max_variants=5000)
    with duckdb.connect() as con:
        con.register("given", {"unit": unit, "t": at, "kind": kind})
        con.execute("""CREATE TABLE touch AS SELECT unit, t, CASE kind WHEN 0 THEN 'web' ELSE 'seminar' END AS what
            FROM given JOIN (SELECT unit, min(t) AS begun FROM given WHERE kind = 0 GROUP BY unit) USING (unit)
            WHERE kind <> 6 AND t >= begun""")
        con.execute("""CREATE TABLE run AS SELECT * FROM touch
            QUALIFY what IS DISTINCT FROM lag(what) OVER (PARTITION BY unit ORDER BY t)""")
        edges = con.execute(f"""SELECT what, after, count(*), median(gap) / 86400 FROM (
                SELECT what, lead(what) OVER w AS after, lead(t) OVER w - t AS gap FROM {"run" if collapse else "touch"}
                WINDOW w AS (PARTITION BY unit ORDER BY t)) WHERE after IS NOT NULL GROUP BY ALL""").fetchall()
        variants = con.execute("""SELECT path, count(*) FROM (
                SELECT list(what ORDER BY t) AS path FROM run GROUP BY unit) GROUP BY path""").fetchall()
    inner: Any = {pair: x for pair, x in told(found.total).items() if START not in pair and OPEN not in pair}
    assert inner == {(a, b): (k, pytest.approx(days, rel=1e-12)) for a, b, k, days in edges}
    assert {v.path: v.n for v in found.variants} == {tuple(path): k for path, k in variants}
