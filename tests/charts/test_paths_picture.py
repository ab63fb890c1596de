"""The flow picture: what is drawn, that nothing overlaps, and that colours and lines mean what they say."""

import re
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from tabiji.charts import palette
from tabiji.charts.paths import flow_picture, shown
from tabiji.charts.paths.columns import columns, mean_steps
from tabiji.charts.paths.layout import lay_out
from tabiji.metrics.paths.result import DORMANT, LOST, OPEN, START, WON, Edge, PathFigures, PathsResult, Rest, Variant
from tabiji.result import Provenance, Question, Share

NOBODY = Share(None, None, None, 0, "n<10")
TAKEN = Variant(("a",), 1, NOBODY, NOBODY, 0.0, 0, 0, 0, 1)


def result(pairs: list[tuple[str, str, int]], level: str = "stage", **more: Any) -> PathsResult:
    edges = sorted((Edge(a, b, n, None if b in (WON, DORMANT, OPEN) else 2.0) for a, b, n in pairs), key=lambda e: -e.n)
    names = dict.fromkeys(x for a, b, _ in pairs for x in (a, b) if not x.startswith("("))
    return PathsResult(
        question=Question("paths", "m"),
        provenance=Provenance("account", 1, 1, 1, datetime(2026, 1, 1, tzinfo=UTC), ""),
        notices=(), level=level, collapse=True, once=True, names={x: {"en": x.upper()} for x in names},
        total=PathFigures(None, sum(n for a, _, n in pairs if a == START), tuple(edges), (TAKEN,), Rest(0, 0, NOBODY), ()), **more,
    )  # fmt: skip


SIMPLE = [
    (START, "a", 100), ("a", "b", 60), ("a", OPEN, 40), ("b", "a", 5), ("b", "won", 20), ("b", "lost", 30), ("b", OPEN, 5),
    ("won", WON, 20), ("lost", LOST, 30), ("a", "a", 9),
]  # fmt: skip


def many(seed: int, n: int = 40) -> list[tuple[str, str, int]]:
    rng = np.random.default_rng(seed)
    nodes = [f"touchpoint number {x}" for x in range(n)]
    out = [(START, x, int(rng.integers(1, 300))) for x in nodes[:9]]
    out += [(x, end, int(rng.integers(1, 200))) for x in nodes for end in (WON, LOST, OPEN)]
    for x in range(n):
        out += [(nodes[x], nodes[int(y)], int(rng.pareto(1) * 20) + 1) for y in rng.permutation(n)[:12] if y != x]
    return out


def test_how_much_is_drawn_is_always_said() -> None:
    found = shown(result(SIMPLE, failures=("lost",)))
    # What follows itself, and the step from a lost stage to the end "lost", are no lines.
    assert (found.cover, len(found.edges), found.pairs, found.steps, found.drawn_steps) == (100, 8, 8, 280, 280)
    assert found.told("en") == "Drawn: 8 of 8 pairs, which carry 100% of the 280 steps."
    fewer = shown(result(SIMPLE, failures=("lost",)), 50)
    assert [(e.from_, e.to) for e in fewer.edges[:2]] == [(START, "a"), ("a", "b")]
    assert [(e.from_, e.to) for e in fewer.edges[2:]] == [("won", WON), ("b", "lost")]  # ends are drawn in any case
    assert fewer.told("en") == "Drawn: 4 of 8 pairs, which carry 75.0% of the 280 steps."


def test_many_pairs_are_cut_to_a_readable_number() -> None:
    found = shown(result(many(1), "touch"))
    assert len(found.edges) <= 40 + 9 and found.cover % 5 == 0
    assert {WON, LOST} <= {e.to for e in found.edges} and START in {e.from_ for e in found.edges}
    assert found.drawn_steps * 100 >= found.cover * found.steps
    assert len(shown(result(many(1), "touch"), 100).edges) == found.pairs


@pytest.mark.parametrize("seed", range(4))
def test_boxes_and_passing_ribbons_never_overlap_at_forty_touchpoints(seed: int) -> None:
    asked = result(many(seed), "touch")
    drawn = shown(asked, 60)
    flows = [(e.from_, e.to, max(1.0, e.n / 10), float(e.n)) for e in drawn.edges]
    found = lay_out(columns(asked, drawn.edges), flows, 48, 220)
    boxes = {id(p): p for r in found.ribbons for piece in r.pieces for p in (piece.one, piece.other)}
    for column in {p.column for p in boxes.values()}:
        row = sorted((p for p in boxes.values() if p.column == column), key=lambda p: p.y)
        assert row[0].y >= -1e-6 and row[-1].y + row[-1].height <= found.height + 1e-6
        assert all(a.y + a.height < b.y + 1e-6 for a, b in pairwise(row))
    for r in found.ribbons:
        for piece in r.pieces:
            for place, y in ((piece.one, piece.y_one), (piece.other, piece.y_other)):
                assert place.y - 1e-6 <= y - r.width / 2 and y + r.width / 2 <= place.y + place.height + 1e-6


def test_labels_stay_inside_their_boxes_and_do_not_overlap() -> None:
    svg = flow_picture(result(many(2), "touch"), shown(result(many(2), "touch"))).svg
    spots = [
        (float(x), float(y), words) for x, y, words in re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]+)<', svg)
    ]
    for i, (x, y, words) in enumerate(spots):
        for x2, y2, _ in spots[i + 1 :]:
            assert abs(x - x2) > 4 or abs(y - y2) > 9, words


def test_columns_follow_the_map_or_the_mean_step() -> None:
    asked = result(SIMPLE, failures=("lost",))
    assert columns(asked, shown(asked).edges) == [[START], ["a"], ["b"], ["won"], [WON, "lost", OPEN]]
    steps = mean_steps(
        ["x", "y", "z"], [Edge(START, "x", 8, 0), Edge("x", "y", 8, 0), Edge("y", "z", 8, 0), Edge("x", "z", 8, 0)]
    )
    assert steps["x"] < steps["z"] and steps["y"] == pytest.approx(1 + 0.99)
    assert steps["z"] == pytest.approx(1 + 0.99 * (steps["x"] + steps["y"]) / 2)


def test_nodes_move_to_where_their_ribbons_go_on() -> None:
    chain = [(START, "n0", 50), *((f"n{k}", f"n{k + 1}", 50) for k in range(11)), ("n11", OPEN, 50)]
    asked = result(chain, "touch")
    place = {node: c for c, row in enumerate(columns(asked, asked.edges)) for node in row}
    assert sum(place[a] == place[b] for a, b, _ in chain) < 12 - 4  # cut evenly, eight would stay in one column
    assert max(map(len, columns(asked, asked.edges))) <= 5


def test_vermilion_is_for_loss_only_and_the_plan_is_dashed() -> None:
    asked = result(SIMPLE, failures=("lost",), planned=(("a", "b"), ("a", "won")))
    svg = flow_picture(asked, shown(asked), lang="en").svg
    red = re.findall(rf'<path [^>]*stroke="{palette.SHU}"[^>]*><title>([^<]+)<', svg)
    assert red == ["B → LOST: 30 times, median 2 days"]
    assert svg.count('stroke-dasharray="5 4"') == 3  # two planned pairs, one of them never taken, and the legend
    without = [p for p in SIMPLE if "lost" not in p]
    assert f'stroke="{palette.SHU}" stroke-opacity=".5" stroke-width="8"' in svg
    assert f'<path fill="none" stroke="{palette.SHU}"' not in flow_picture(result(without), shown(result(without))).svg


def test_pairs_open_their_receipt_and_texts_are_escaped() -> None:
    asked = result([(START, 'a<b"', 5), ('a<b"', OPEN, 5)])
    svg = flow_picture(asked, shown(asked), link=lambda e: f"/r?a={e.from_}&b={e.to}", lang="en").svg
    assert svg.count("data-receipt") == 2
    assert "A&lt;B&quot;" in svg and 'a<b"' not in svg
    assert "/r?a=(start)&amp;b=a&lt;b&quot;" in svg


def test_nothing_to_draw() -> None:
    empty = result([])
    assert "No journey to show" in flow_picture(empty, shown(empty), lang="en").svg
    assert shown(empty).told("en") == "Drawn: 0 of 0 pairs, which carry 100% of the 0 steps."
