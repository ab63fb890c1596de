"""The river above the stages: how many units are still on the way, and where they fall out of it.

One picture, one scale: the depth of the water in a column is proportional to the units that reached the stage, and the
width of the ribbon that falls at a boundary is proportional to the units lost there, in the same pixels per unit.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from tabiji.charts.scale import num, points

HAIRLINE = 1.2  # depth of the least water that is still seen: something is left, however little


@dataclass(frozen=True, slots=True)
class Fall:
    """What falls out between stage `after` and the next: `path`, the `width` of its ribbon, and whether it is the biggest."""

    after: int
    path: str
    width: float
    biggest: bool


@dataclass(frozen=True, slots=True)
class River:
    """The picture as path strings in a box of `width` × `height`; `depths` has one entry per stage."""

    width: float
    height: float
    top: float
    water: str
    falls: tuple[Fall, ...]
    depths: tuple[float, ...]


def river(
    counts: Sequence[int],
    losses: Sequence[float | None],
    *,
    biggest: int | None = None,
    column: float = 210,
    height: float = 126,
    top: float = 6,
    depth: float = 92,
) -> River:
    """Paths of water and falls.

    counts: units that reached each stage (never growing: who reached a later stage reached the earlier ones) ·
    losses: units lost between stage i and i + 1, one fewer than `counts`; None = unknown, draws no fall ·
    biggest: which transition to emphasise (None = none) · depth: pixels of the largest count.

    Raises ValueError where counts grow, a number is negative, or the lengths do not fit."""
    _check(counts, losses)
    width = column * len(counts)
    peak = max(counts, default=0)
    if not peak:
        return River(width, height, top, "", (), tuple(0.0 for _ in counts))
    scale = depth / peak
    depths = tuple(max(HAIRLINE, n * scale) if n else 0.0 for n in counts)
    known = [loss for loss in losses if loss]
    ribbon = min(scale, 0.8 * column / max(known)) if known else scale
    widths = [(loss or 0.0) * ribbon for loss in losses]
    slopes = [_slope(depths[i] - depths[i + 1], widths[i], column) for i in range(len(losses))]
    falls = tuple(
        Fall(
            i,
            _fall(column * (i + 1), slopes[i], top + depths[i], top + depths[i + 1], widths[i], height),
            widths[i],
            i == biggest,
        )
        for i in range(len(losses))
        if widths[i] > 0
    )
    return River(width, height, top, _water(depths, slopes, column, top), falls, depths)


def _check(counts: Sequence[int], losses: Sequence[float | None]) -> None:
    if len(losses) != max(0, len(counts) - 1):
        raise ValueError(f"{len(counts)} counts need {max(0, len(counts) - 1)} losses, got {len(losses)}")
    if any(n < 0 for n in counts) or any(loss is not None and loss < 0 for loss in losses):
        raise ValueError("counts and losses cannot be negative")
    if any(later > earlier for earlier, later in itertools.pairwise(counts)):
        raise ValueError("counts cannot grow: who reached a later stage reached the earlier ones")


def _slope(drop: float, ribbon: float, column: float) -> float:
    """Width of the bend between two depths: wide where much falls, a notch where little does, none where nothing changes."""
    if drop <= 0 and ribbon <= 0:
        return 0.0
    return min(0.9 * column, max(ribbon, 14 + 1.7 * max(drop, ribbon)))


def _water(depths: Sequence[float], slopes: Sequence[float], column: float, top: float) -> str:
    """The top edge from left to right, then the bed back from right to left with one bend per boundary."""
    width = column * len(depths)
    path = f"M0,{num(top)} L{points(width, top)} L{points(width, top + depths[-1])}"
    for i in reversed(range(len(slopes))):
        x, half = column * (i + 1), slopes[i] / 2
        shallow, deep = top + depths[i + 1], top + depths[i]
        path += f" L{points(x + half, shallow)}"
        if half:
            path += f" C{points(x - 0.1 * half, shallow, x + 0.1 * half, deep, x - half, deep)}"
    return f"{path} L{points(0, top + depths[0])} Z"


def _fall(x: float, slope: float, deep: float, shallow: float, width: float, bottom: float) -> str:
    """A ribbon that leaves the bend of the bed around `x`, narrows to its true width, and drops to the bottom."""
    half, throat = slope / 2, deep + 0.42 * (bottom - deep)
    left, right = x - width / 2, x + width / 2
    return (
        f"M{points(x - half, deep)} C{points(x + 0.1 * half, deep, x - 0.1 * half, shallow, x + half, shallow)}"
        f" C{points(x + half, shallow + 0.3 * (throat - shallow), right, throat - 0.5 * (throat - shallow), right, throat)}"
        f" L{points(right, bottom)} L{points(left, bottom)} L{points(left, throat)}"
        f" C{points(left, throat - 0.6 * (throat - deep), x - half + 0.4 * (left - x + half), deep, x - half, deep)} Z"
    )
