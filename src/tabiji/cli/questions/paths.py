"""`tabiji paths`: what journeys really do, step after step."""

from typing import TYPE_CHECKING, Any

import click

from tabiji.cli.output import days, group_name, percent, print_table
from tabiji.cli.questions.door import question
from tabiji.i18n import text

if TYPE_CHECKING:
    from tabiji.metrics.paths.result import PathFigures, PathsResult, Variant

SHOWN = 20  # edges and ways back on a terminal, where --top says nothing


@question("paths")
def paths(result: "PathsResult") -> None:
    """What follows what in the journeys of MAP and after how long, which paths occur, and what is come back to."""
    for figures in (result.total, *result.groups):
        if result.groups:
            click.echo(group_name(figures.value))
        _print(figures, int(result.question.flags.get("top", SHOWN)))
    click.echo(result.explain())


def _print(figures: "PathFigures", shown: int) -> None:
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
    # The start, and how a journey ends, stand in brackets; ids have none.
    return f"({text(name[1:-1])})" if name.startswith("(") else name


def _variant(v: "Variant") -> list[Any]:
    interval = f"{percent(v.share.low)} – {percent(v.share.high)}" if v.share.share is not None else None
    return [
        " → ".join(v.path) or text("no touch"), f"{v.n:,}", percent(v.share.share, v.share.reason), interval,
        days(v.median_days), percent(v.success.share, v.success.reason),
    ]  # fmt: skip
