"""`tabiji dwell`: how long journeys stay in each stage."""

from pathlib import Path
from typing import Any

import click

from tabiji.cli.output import group_name, print_json, print_table
from tabiji.cli.questions import question_flags
from tabiji.i18n import text


@click.command()
@click.argument("map_id", metavar="MAP")
@question_flags("dwell")
@click.pass_obj
def dwell(root: Path, /, map_id: str, as_json: bool, **flags: Any) -> None:
    """How long journeys stay in each stage of MAP, those included that are still there."""
    import tabiji

    with tabiji.open(root) as workspace:
        result = workspace.map(map_id).dwell(**flags)
    if as_json:
        print_json(result.to_dict())
        return
    columns = [
        text("stage"),
        text("entered"),
        text("passed over"),
        text("went on"),
        text("went back"),
        text("lost"),
        text("dormant"),
        text("open"),
    ]
    columns += [
        text("median days"),
        text("95 % interval"),
        text("quartiles"),
        text("until going on"),
        text("closed only"),
    ]
    for figures in (result.total, *result.groups):
        if result.groups:
            click.echo(group_name(figures.value))
        print_table(columns, (_row(s) for s in figures.stages))
    click.echo(result.explain())
    for test in result.tests:
        click.echo(test.meaning())
    for notice in result.notices:
        click.echo(text("Notice: {notice}", notice=notice.render()), err=True)


def _row(s: Any) -> list[Any]:
    interval = None
    if s.median_days is not None:
        interval = f"{days(s.low_days)} – {days(s.high_days)}"
    return [
        s.id, f"{s.n:,}", f"{s.skipped:,}", f"{s.advanced:,}", f"{s.back:,}", f"{s.lost:,}", f"{s.dormant:,}", f"{s.open:,}",
        days(s.median_days, s.reasons.get("median_days")), interval,
        f"{days(s.quartiles_days[0])} – {days(s.quartiles_days[2])}",
        days(s.advance_median_days, s.reasons.get("advance_median_days")),
        days(s.closed_only_median_days, s.reasons.get("closed_only_median_days")),
    ]  # fmt: skip


def days(value: float | None, reason: str | None = None) -> str:
    """A number of days for a reader: `41.3`, or why there is none."""
    return f"{value:,.1f}" if value is not None else (text(reason) if reason else "—")
