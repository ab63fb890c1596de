"""`tabiji voice`: what customers say."""

from pathlib import Path
from typing import Any

import click

from tabiji.cli.output import group_name, percent, print_json, print_table
from tabiji.cli.questions.door import question_flags
from tabiji.i18n import text


@click.command()
@click.argument("map_id", metavar="MAP")
@question_flags("voice")
@click.pass_obj
def voice(root: Path, /, map_id: str, as_json: bool, **flags: Any) -> None:
    """What customers say along MAP: NPS, CSAT and CES with intervals, and their latest comments."""
    import tabiji

    with tabiji.open(root) as workspace:
        result = workspace.map(map_id).voice(**flags)
    if as_json:
        print_json(result.to_dict())
        return
    columns = [text("survey"), text("part"), text("score"), text("95 % interval"), text("n"), text("highest answer")]
    parts: list[tuple[str | None, Any]] = [(None, result), *((g.value, g) for g in result.groups)]
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
    for notice in result.notices:
        click.echo(text("Notice: {notice}", notice=notice.render()), err=True)


def _row(survey: str, part: str, s: Any) -> list[Any]:
    m = s.score
    interval = None if m.mean is None else f"{m.low:.2f} – {m.high:.2f}"
    told = text(str(m.reason)) if m.mean is None else f"{m.mean:.2f}"
    return [survey, part, told, interval, f"{m.n:,}", percent(s.top.share, s.top.reason)]
