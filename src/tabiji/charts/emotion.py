"""The emotion row: what was planned to be felt (dashed) against what was measured (solid), from −2 to +2.

A stage without a figure is a gap in the line, never a zero: the line is broken there and taken up again after it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tabiji.charts.scale import centres, linear, monotone_path

LOW, HIGH = -2.0, 2.0


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
    margin: float = 14,
) -> EmotionCurve:
    """Curves through the middle of each stage's column; both sequences have one entry per stage (None = no figure).

    The lowest measured point is the one to look at; of equals, the earliest. Values outside −2…+2 are drawn at the edge."""
    if len(planned) != len(measured):
        raise ValueError(f"{len(planned)} planned and {len(measured)} measured emotions do not fit")
    width = column * len(planned)
    plan, real = _dots(planned, width, height, margin), _dots(measured, width, height, margin)
    return EmotionCurve(
        width=width,
        height=height,
        zero=linear(0, (LOW, HIGH), (height - margin, margin)),
        planned=_runs(plan),
        measured=_runs(real),
        planned_dots=plan,
        measured_dots=real,
        lowest=min(real, key=lambda dot: dot.value, default=None),
    )


def _dots(values: Sequence[float | None], width: float, height: float, margin: float) -> tuple[Dot, ...]:
    return tuple(
        Dot(stage, x, linear(value, (LOW, HIGH), (height - margin, margin)), value)
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
