"""`tabiji paths`: what journeys really do, step after step."""

from pathlib import Path
from typing import Any

import click

from tabiji.cli.output import days, group_name, percent, print_json, print_table
from tabiji.cli.questions.door import question_flags
from tabiji.i18n import text

SHOWN = 20  # edges and ways back on a terminal, where --top says nothing


@click.command()
@click.argument("map_id", metavar="MAP")
@question_flags("paths")
@click.pass_obj
def paths(root: Path, /, map_id: str, as_json: bool, **flags: Any) -> None:
    """What follows what in the journeys of MAP and after how long, which paths occur, and what is come back to."""
    import tabiji

    with tabiji.open(root) as workspace:
        result = workspace.map(map_id).paths(**flags)
    if as_json:
        print_json(result.to_dict())
        return
    for figures in (result.total, *result.groups):
        if result.groups:
            click.echo(group_name(figures.value))
        _print(figures, int(flags["top"] or SHOWN))
    click.echo(result.explain())
    for notice in result.notices:
        click.echo(text("Notice: {notice}", notice=notice.render()), err=True)


def _print(figures: Any, shown: int) -> None:
    edges, loops = figures.edges[:shown], figures.loops[:shown]
    columns = [text("from"), text("to"), text("times"), text("median days")]
    rows = [[_node(e.from_), _node(e.to), f"{e.n:,}", days(e.median_days)] for e in edges]
    print_table(columns, rows, title=text("What follows what"))
    left_out = len(figures.edges) - len(edges) + figures.edges_rest[0]
    if left_out:
        n = sum(e.n for e in figures.edges[shown:]) + figures.edges_rest[1]
        click.echo(text("{edges:,} further {edges:pair|pairs}, {n:,} {n:time|times} together", edges=left_out, n=n))
    columns = [
        text("path"),
        text("journeys"),
        text("share"),
        text("95 % interval"),
        text("median days"),
        text("reached success"),
    ]
    print_table(columns, (_variant(v) for v in figures.variants), title=text("Paths"))
    if figures.rest.variants:
        rest = figures.rest
        said = text(
            "{variants:,} further {variants:path|paths} of {n:,} {n:journey|journeys} together",
            variants=rest.variants,
            n=rest.n,
        )
        click.echo(f"{said} ({percent(rest.share.share, rest.share.reason)})")
    if loops:
        columns = [
            text("back at"),
            text("after going on to"),
            text("times"),
            text("journeys"),
            text("share"),
            text("median days"),
        ]
        rows = [
            [x.at, x.via, f"{x.n:,}", f"{x.journeys:,}", percent(x.share.share, x.share.reason), days(x.median_days)]
            for x in loops
        ]
        print_table(columns, rows, title=text("Ways back"))
        left_out = len(figures.loops) - len(loops) + figures.loops_rest[0]
        if left_out:
            n = sum(x.n for x in figures.loops[shown:]) + figures.loops_rest[1]
            click.echo(
                text("{loops:,} further {loops:way|ways} back, {n:,} {n:time|times} together", loops=left_out, n=n)
            )


def _node(name: str) -> str:
    return (
        f"({text(name[1:-1])})" if name.startswith("(") else name
    )  # the start, and how a journey ends; ids have no brackets


def _variant(v: Any) -> list[Any]:
    interval = f"{percent(v.share.low)} – {percent(v.share.high)}" if v.share.share is not None else None
    return [
        " → ".join(v.path) or text("no touch"), f"{v.n:,}", percent(v.share.share, v.share.reason), interval,
        days(v.median_days), percent(v.success.share, v.success.reason),
    ]  # fmt: skip
