"""Boxes in columns and ribbons between them, with few crossings.

A ribbon that passes a column gets a place of its own there, so it runs between the boxes and not behind them (Sugiyama,
Tagawa & Toda, IEEE Trans. SMC 11, 1981, 109). Within a column places are ordered by where their ribbons lead, in sweeps
from left to right and back; the order with the fewest crossings is kept. Everything is laid out in pixels."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

BETWEEN = 12.0  # vertical room between two places
PASSING = 7.0  # and between two ribbons that pass
SWEEPS = 12
SETTLING = 24


@dataclass(slots=True, eq=False)
class Place:
    """A box (node is its name), or where a ribbon passes a column (node is None)."""

    node: str | None
    column: int
    height: float
    y: float = 0.0
    left: list["Piece"] = field(default_factory=list)  # pieces that touch its left side, its right side
    right: list["Piece"] = field(default_factory=list)

    @property
    def middle(self) -> float:
        """y of its middle."""
        return self.y + self.height / 2


@dataclass(slots=True, eq=False)
class Piece:
    """A ribbon between two neighbouring columns (or, where both are the same, around the right side of one)."""

    one: Place  # the left one
    other: Place
    width: float
    weight: float
    y_one: float = 0.0  # where its middle touches the one, the other
    y_other: float = 0.0


@dataclass(slots=True, eq=False)
class Ribbon:
    """A whole ribbon, from its source to its target: pieces from left to right, or from right to left where it goes back."""

    source: str
    target: str
    width: float
    pieces: list[Piece]
    back: bool


@dataclass(slots=True)
class Layout:
    """Boxes by node, ribbons, and the height of the picture."""

    places: Mapping[str, Place]
    ribbons: list[Ribbon]
    height: float


def lay_out(
    columns: Sequence[Sequence[str]], flows: Iterable[tuple[str, str, float, float]], least: float, height: float
) -> Layout:
    """Lay out boxes and ribbons.

    flows: (source, target, width in pixels, weight against crossings) · least: of the height of a box · height: of the picture
    unless it needs more."""
    rows: list[list[Place]] = [[Place(node, c, least) for node in column] for c, column in enumerate(columns)]
    places = {p.node: p for row in rows for p in row if p.node is not None}
    ribbons = [_ribbon(places, rows, *flow) for flow in flows]
    for row in rows:
        for p in row:
            if p.node is not None:
                p.height = max(least, *(sum(x.width + 2 for x in side) + 8 for side in (p.left, p.right)))
    _order(rows)
    need = max((sum(p.height for p in row) + sum(_room(a, b) for a, b in pairwise(row)) for row in rows), default=0.0)
    height = max(height, need)
    _settle(rows, height)
    _attach(rows)
    return Layout(places, ribbons, height)


def _ribbon(
    places: Mapping[str, Place], rows: list[list[Place]], source: str, target: str, width: float, weight: float
) -> Ribbon:
    a, b = places[source], places[target]
    back = b.column < a.column
    left, right = (b, a) if back else (a, b)
    stops = [left]
    for column in range(left.column + 1, right.column):
        passing = Place(None, column, width)
        rows[column].append(passing)
        stops.append(passing)
    stops.append(right)
    pieces = [Piece(x, y, width, weight) for x, y in pairwise(stops)]
    for piece in pieces:
        piece.one.right.append(piece)
        (piece.other.right if piece.one.column == piece.other.column else piece.other.left).append(piece)
    return Ribbon(source, target, width, pieces[::-1] if back else pieces, back)


def _room(a: Place, b: Place) -> float:
    return BETWEEN if a.node is not None or b.node is not None else PASSING


def _order(rows: list[list[Place]]) -> None:
    """Order the places of every column; the best of some sweeps is kept."""
    best, fewest = [list(row) for row in rows], _crossings(rows)
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        for c in range(1, len(rows)) if forward else range(len(rows) - 2, -1, -1):
            beside = {id(p): i for i, p in enumerate(rows[c - 1 if forward else c + 1])}
            own = {id(p): i for i, p in enumerate(rows[c])}

            def leads(
                p: Place, beside: dict[int, int] = beside, own: dict[int, int] = own, left: bool = forward
            ) -> float:
                ends = [(x.one if left else x.other, x.weight) for x in (p.left if left else p.right)]
                known = [(beside[id(q)], w) for q, w in ends if id(q) in beside]
                total = sum(w for _, w in known)
                return sum(i * w for i, w in known) / total if total else float(own[id(p)])

            rows[c].sort(key=leads)
        crossings = _crossings(rows)
        if crossings < fewest:
            best, fewest = [list(row) for row in rows], crossings
    rows[:] = best


def _crossings(rows: Sequence[Sequence[Place]]) -> float:
    """Weight of all crossings between neighbouring columns."""
    total = 0.0
    for a, b in pairwise(rows):
        right = {id(p): i for i, p in enumerate(b)}
        ends = [(i, right[id(x.other)], x.weight) for i, p in enumerate(a) for x in p.right if id(x.other) in right]
        for k, (i, j, w) in enumerate(ends):
            total += sum(min(w, v) for m, n, v in ends[k + 1 :] if (i - m) * (j - n) < 0)
    return total


def _settle(rows: Sequence[Sequence[Place]], height: float) -> None:
    """Move places towards what they are joined to, without changing their order or leaving the picture."""
    for row in rows:
        used = sum(p.height for p in row) + sum(_room(a, b) for a, b in pairwise(row))
        y = (height - used) / 2
        for p, after in zip(row, [*row[1:], None], strict=True):
            p.y = y
            y += p.height + (_room(p, after) if after is not None else 0.0)
    for turn in range(SETTLING):
        for row in rows if turn % 2 else rows[::-1]:
            for p in row:
                ends = [(x.other if x.one is p else x.one, x.weight) for x in (*p.left, *p.right)]
                ends = [(q, w) for q, w in ends if q.column != p.column]
                total = sum(w for _, w in ends)
                if total:
                    p.y += 0.5 * (sum(q.middle * w for q, w in ends) / total - p.middle)
            _apart(row, height)


def _apart(row: Sequence[Place], height: float) -> None:
    """Push places of a column apart, down first, then up from the bottom."""
    y = 0.0
    for p, before in zip(row, [None, *row[:-1]], strict=True):
        y += _room(before, p) if before is not None else 0.0
        p.y = max(p.y, y)
        y = p.y + p.height
    y = height
    for p, after in zip(row[::-1], [None, *row[:0:-1]], strict=True):
        y -= _room(p, after) if after is not None else 0.0
        p.y = min(p.y, y - p.height)
        y = p.y


def _attach(rows: Sequence[Sequence[Place]]) -> None:
    """Where ribbons touch boxes: side by side, in the order of where they lead."""
    for row in rows:
        for p in row:
            for side in (p.left, p.right):
                turning = [x for x in side if x.one.column == x.other.column]
                straight = [x for x in side if x.one.column != x.other.column]
                straight.sort(key=lambda x: (x.other if x.one is p else x.one).middle)
                y = p.middle - sum(x.width + 2 for x in side) / 2 + 1
                for x in (*straight, *turning):
                    if x.one is p:
                        x.y_one = y + x.width / 2
                    else:
                        x.y_other = y + x.width / 2
                    y += x.width + 2
