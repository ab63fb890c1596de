"""`tabiji voice`: what customers say."""

from typing import TYPE_CHECKING, Any

import click

from tabiji.cli.output import group_name, no_figure, percent, print_table
from tabiji.cli.questions.door import question
from tabiji.i18n import text

if TYPE_CHECKING:
    from tabiji.metrics.feelings.voice_result import Score, VoiceFigures, VoiceResult


@question("voice")
def voice(result: "VoiceResult") -> None:
    """What customers say along MAP: NPS, CSAT and CES with intervals, and their latest comments."""
    columns = [text("survey"), text("part"), text("score"), text("95 % interval"), text("n"), text("highest answer")]
    parts: list[tuple[str | None, VoiceResult | VoiceFigures]] = [
        (None, result),
        *((g.value, g) for g in result.groups),
    ]
    for value, figures in parts:
        if result.groups:
            click.echo(group_name(value))
        rows = []
        for survey in figures.surveys:
            rows.append(_row(survey.name, text("All"), survey.total))
            rows += [_row(survey.name, s.value or "—", s) for scores in survey.parts.values() for s in scores]
        if rows or value is not None:
            print_table(columns, rows)
    for c in result.comments[:5]:
        click.echo(f"{c.said_at:%Y-%m-%d}  {c.kind} {c.score:g}  {c.unit}  {c.text}")
    click.echo(result.explain())


def _row(survey: str, part: str, s: "Score") -> list[Any]:
    m = s.score
    interval = None if m.mean is None else f"{m.low:.2f} – {m.high:.2f}"
    told = no_figure(m.reason) if m.mean is None else f"{m.mean:.2f}"
    return [survey, part, told, interval, f"{m.n:,}", percent(s.top.share, s.top.reason)]
