"""`tabiji emotion`: how people felt in each stage."""

from pathlib import Path
from typing import Any

import click

from tabiji.cli.output import group_name, percent, print_json, print_table
from tabiji.cli.questions.door import question_flags
from tabiji.i18n import text


@click.command()
@click.argument("map_id", metavar="MAP")
@question_flags("emotion")
@click.pass_obj
def emotion(root: Path, /, map_id: str, as_json: bool, **flags: Any) -> None:
    """How people felt in each stage of MAP, −2 to +2: planned and measured, role by role."""
    import tabiji
    from tabiji.metrics.feelings.emotion_result import meaning

    with tabiji.open(root) as workspace:
        result = workspace.map(map_id).emotion(**flags)
    if as_json:
        print_json(result.to_dict())
        return
    columns = [text("stage"), text("role"), text("planned"), text("measured"), text("95 % interval"), text("n")]
    of_notes = [text("stage"), text("notes"), text("negative"), text("share"), text("95 % interval")]
    parts: list[tuple[str | None, Any]] = [(None, result), *((g.value, g) for g in result.groups)]
    for value, figures in parts:
        if result.groups:
            click.echo(group_name(value))
        shown = [f for f in figures.feelings if f.role is None or f.measured.n or f.planned is not None]
        print_table(columns, (_row(f) for f in shown))
        print_table(of_notes, (_negative(n) for n in figures.negative))
    click.echo(result.explain())
    if result.link is not None and result.link.hazard_ratio is None:
        click.echo(meaning(result.link))
    for notice in result.notices:
        click.echo(text("Notice: {notice}", notice=notice.render()), err=True)


def signed(value: float | None, reason: str | None = None) -> str:
    """A feeling for a reader: `+0.4`, or why there is none."""
    return f"{value:+.1f}" if value is not None else (text(reason) if reason else "—")


def _row(f: Any) -> list[Any]:
    m = f.measured
    interval = None if m.mean is None else f"{signed(m.low)} – {signed(m.high)}"
    return [f.stage, f.role or text("everybody"), signed(f.planned), signed(m.mean, m.reason), interval, f"{m.n:,}"]


def _negative(n: Any) -> list[Any]:
    s = n.share
    interval = None if s.share is None else f"{percent(s.low)} – {percent(s.high)}"
    return [n.stage or text("All"), f"{s.n:,}", f"{n.negative:,}", percent(s.share, s.reason), interval]
