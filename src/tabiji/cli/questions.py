"""Verbs that ask: each prints a table or the JSON of the result."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from tabiji.cli.output import json_flag, percent, print_json, print_table
from tabiji.i18n import text

F = TypeVar("F", bound=Callable[..., Any])


def common_flags(verb: F) -> F:
    """The flags that every question takes."""
    options = (
        click.option("--as-of", metavar="DAY", help="Only what happened by the end of that day (2026-03-31)."),
        click.option("--known-as-of", metavar="DAY", help="Only records that had been received by then."),
        click.option("--from", "from_", metavar="DAY", help="Journeys that started on that day or later."),
        click.option("--to", metavar="DAY", help="Journeys that started on that day or earlier."),
        click.option("--segment", metavar="SQL", help="A condition over attributes, like \"industry = 'retail'\"."),
        click.option("--by", metavar="EXPRESSION", help="One result per value, like industry."),
        click.option("--horizon-days", metavar="DAYS", help="How long a journey is given to go on."),
        click.option("--min-n", metavar="N", help="Refuse rates of fewer."),
        json_flag,
    )
    for option in reversed(options):
        verb = option(verb)
    return verb


@click.command()
@click.argument("map_id", metavar="MAP")
@common_flags
@click.option("--mode", metavar="reached|ordered", help="Reached (default), or strictly in order inside a window.")
@click.option("--window-days", metavar="DAYS", help="Window of --mode ordered, from the first step.")
@click.pass_obj
def funnel(root: Path, /, map_id: str, as_json: bool, **flags: Any) -> None:
    """How many reach each stage of MAP, how many go on, and how sure that is."""
    import tabiji

    with tabiji.open(root) as workspace:
        result = workspace.map(map_id).funnel(**flags)
    if as_json:
        print_json(result.to_dict())
        return
    columns = [text("from"), text("to"), text("entered"), text("went on"), text("lost"), text("dormant"), text("open")]
    columns += [text("share"), text("95 % interval"), text("naive"), text("mature")]
    for figures in (result.total, *result.groups):
        if result.groups:
            click.echo(text("All") if figures is result.total else figures.value or "—")
        print_table(columns, (_row(t) for t in figures.transitions))
    click.echo(result.explain())
    for notice in result.notices:
        click.echo(text("Notice: {notice}", notice=notice.render()), err=True)


def _row(t: Any) -> list[Any]:
    best = t.censoring_aware
    interval = f"{percent(best.low)} – {percent(best.high)}" if best.share is not None else None
    return [
        t.from_, t.to, f"{t.n_from:,}", f"{t.n_to:,}", f"{t.lost:,}", f"{t.dormant:,}", f"{t.open:,}",
        percent(best.share, best.reason), interval,
        percent(t.naive.share, t.naive.reason), percent(t.mature.share, t.mature.reason),
    ]  # fmt: skip
