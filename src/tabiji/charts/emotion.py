"""The emotion row: what was planned to be felt (dashed) against what was measured (solid), on a scale from −2 to +2.

The row is as high as the figures need: its edge is at 1, 1.5 or 2 either way, and lines at −1, 0 and +1 show the scale. A stage without a figure is a gap in the line, never a zero: the line is broken there and taken up again after it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tabiji.charts.scale import centres, linear, monotone_path

EDGES = (1.0, 1.5, 2.0)


@dataclass(frozen=True, slots=True)
class Dot:
    """A figure of one stage: its place in the picture and its value."""

    stage: int
    x: float
    y: float
    value: float


@dataclass(frozen=True, slots=True)
class EmotionCurve:
    """Paths in a box of `width` × `height`: one path per unbroken run of at least two stages, and a dot per figure."""

    width: float
    height: float
    zero: float
    ones: tuple[float, float]  # y of +1 and of −1
    planned: tuple[str, ...]
    measured: tuple[str, ...]
    planned_dots: tuple[Dot, ...]
    measured_dots: tuple[Dot, ...]
    lowest: Dot | None


def emotion_curve(
    planned: Sequence[float | None],
    measured: Sequence[float | None],
    *,
    column: float = 210,
    height: float = 112,
    above: float = 12,
    below: float = 12,
) -> EmotionCurve:
    """Curves through the middle of each stage's column; both sequences have one entry per stage (None = no figure).

    above, below: pixels kept free at the edges. The lowest measured point is the one to look at; of equals, the earliest.
    Values outside −2…+2 are drawn at the edge."""
    if len(planned) != len(measured):
        raise ValueError(f"{len(planned)} planned and {len(measured)} measured emotions do not fit")
    width = column * len(planned)
    most = max((abs(v) for v in (*planned, *measured) if v is not None), default=0.0)
    edge = next((e for e in EDGES if most <= e), EDGES[-1])

    def level(value: float) -> float:
        return linear(value, (-edge, edge), (height - below, above))

    plan, real = _dots(planned, width, level), _dots(measured, width, level)
    return EmotionCurve(
        width=width,
        height=height,
        zero=level(0),
        ones=(level(1), level(-1)),
        planned=_runs(plan),
        measured=_runs(real),
        planned_dots=plan,
        measured_dots=real,
        lowest=min(real, key=lambda dot: dot.value, default=None),
    )


def tag_left(fraction: float, width: float) -> float:
    """Left edge of a tag of `width` pixels, relative to its point at `fraction` of the row: centred, inward at the ends."""
    if fraction < 0.2:
        return -min(24.0, width / 2)
    return -(width - min(24.0, width / 2)) if fraction > 0.8 else -width / 2


def _dots(values: Sequence[float | None], width: float, level: Callable[[float], float]) -> tuple[Dot, ...]:
    return tuple(
        Dot(stage, x, level(value), value)
        for stage, (value, x) in enumerate(zip(values, centres(len(values), width), strict=True))
        if value is not None
    )


def _runs(dots: Sequence[Dot]) -> tuple[str, ...]:
    """One path per run of neighbouring stages; a stage that stands alone has its dot only."""
    runs: list[list[Dot]] = []
    for dot in dots:
        if runs and runs[-1][-1].stage == dot.stage - 1:
            runs[-1].append(dot)
        else:
            runs.append([dot])
    return tuple(monotone_path([d.x for d in run], [d.y for d in run]) for run in runs if len(run) > 1)
