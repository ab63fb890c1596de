"""`tabiji cohorts`: journeys by the period in which they began, and the share that has reached a stage, by age."""

from pathlib import Path
from typing import Any

import click

from tabiji.cli.output import group_name, percent, print_json, print_table
from tabiji.cli.questions.door import question_flags
from tabiji.i18n import text


@click.command()
@click.argument("map_id", metavar="MAP")
@question_flags("cohorts")
@click.pass_obj
def cohorts(root: Path, /, map_id: str, as_json: bool, **flags: Any) -> None:
    """The share of the journeys of each period that has reached a stage of MAP, by days since they began."""
    import tabiji

    with tabiji.open(root) as workspace:
        result = workspace.map(map_id).cohorts(**flags)
    if as_json:
        print_json(result.to_dict())
        return
    columns = [text("began in"), text("journeys"), text("reached so far")]
    columns += [text("{n} d", n=age) for age in result.ages_days]
    for figures in (result.total, *result.groups):
        if result.groups:
            click.echo(group_name(figures.value))
        rows = [[c.period.label, f"{c.n:,}", f"{c.reached:,}", *map(_cell, c.cells)] for c in figures.cohorts]
        rows.append([text("all of them"), f"{figures.n:,}", f"{figures.reached:,}", *map(_cell, figures.cells)])
        print_table(columns, rows)
    click.echo(text("* only some of these journeys began that long ago; — not watched that long yet"))
    click.echo(result.explain())
    for notice in result.notices:
        click.echo(text("Notice: {notice}", notice=notice.render()), err=True)


def _cell(cell: Any) -> str:
    if cell.share.share is None:
        return "—" if cell.watched == 0 else text(cell.share.reason)
    return percent(cell.share.share) + ("*" if cell.partly else "")
