"""`tabiji emotion`: how people felt in each stage."""

from typing import TYPE_CHECKING, Any

import click

from tabiji.cli.output import group_name, no_figure, percent, print_table
from tabiji.cli.questions.door import question
from tabiji.i18n import text

if TYPE_CHECKING:
    from tabiji.metrics.feelings.emotion_result import EmotionFigures, EmotionResult, Feeling
    from tabiji.metrics.feelings.negative import NegativeShare


@question("emotion")
def emotion(result: "EmotionResult") -> None:
    """How people felt in each stage of MAP, −2 to +2: planned and measured, role by role."""
    from tabiji.metrics.feelings.emotion_result import meaning

    columns = [text("stage"), text("role"), text("planned"), text("measured"), text("95 % interval"), text("n")]
    of_notes = [text("stage"), text("notes"), text("negative"), text("share"), text("95 % interval")]
    parts: list[tuple[str | None, EmotionResult | EmotionFigures]] = [
        (None, result),
        *((g.value, g) for g in result.groups),
    ]
    for value, figures in parts:
        if result.groups:
            click.echo(group_name(value))
        shown = [f for f in figures.feelings if f.role is None or f.measured.n or f.planned is not None]
        print_table(columns, (_row(f) for f in shown))
        print_table(of_notes, (_negative(n) for n in figures.negative))
    click.echo(result.explain())
    if result.link is not None and result.link.hazard_ratio is None:
        click.echo(meaning(result.link))


def signed(value: float | None, reason: str | None = None) -> str:
    """A feeling for a reader: `+0.4`, `0.0`, or why there is none."""
    if value is None:
        return no_figure(reason)
    shown = f"{value:+.1f}"
    return shown[1:] if float(shown) == 0 else shown


def _row(f: "Feeling") -> list[Any]:
    m = f.measured
    interval = None if m.mean is None else f"{signed(m.low)} – {signed(m.high)}"
    return [f.stage, f.role or text("everybody"), signed(f.planned), signed(m.mean, m.reason), interval, f"{m.n:,}"]


def _negative(n: "NegativeShare") -> list[Any]:
    s = n.share
    interval = None if s.share is None else f"{percent(s.low)} – {percent(s.high)}"
    return [n.stage or text("All"), f"{s.n:,}", f"{n.negative:,}", percent(s.share, s.reason), interval]
