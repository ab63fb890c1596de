"""`tabiji cohorts`: journeys by the period in which they began, and the share that has reached a stage, by age."""

from typing import TYPE_CHECKING

import click

from tabiji.cli.output import group_name, no_figure, percent, print_table
from tabiji.cli.questions.door import question
from tabiji.i18n import text

if TYPE_CHECKING:
    from tabiji.metrics.cohorts.result import Cell, CohortResult


@question("cohorts")
def cohorts(result: "CohortResult") -> None:
    """The share of the journeys of each period that has reached a stage of MAP, by days since they began."""
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


def _cell(cell: "Cell") -> str:
    if cell.share.share is None:
        return "—" if cell.watched == 0 else no_figure(cell.share.reason)
    return percent(cell.share.share) + ("*" if cell.partly else "")
