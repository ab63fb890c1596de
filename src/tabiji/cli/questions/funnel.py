"""`tabiji funnel`: how many reach each stage, how many go on, and how sure that is."""

from typing import TYPE_CHECKING, Any

import click

from tabiji.cli.output import group_name, percent, print_table
from tabiji.cli.questions.door import question
from tabiji.i18n import text

if TYPE_CHECKING:
    from tabiji.metrics.funnel.result import FunnelResult, Transition


@question("funnel")
def funnel(result: "FunnelResult") -> None:
    """How many reach each stage of MAP, how many go on, and how sure that is."""
    columns = [text("from"), text("to"), text("entered"), text("went on"), text("lost"), text("dormant"), text("open")]
    columns += [text("out of order or too late")] if result.mode == "ordered" else []
    columns += [text("share"), text("95 % interval"), text("naive"), text("mature")]
    for figures in (result.total, *result.groups):
        if result.groups:
            click.echo(group_name(figures.value))
        print_table(columns, (_row(t, result.mode) for t in figures.transitions))
    click.echo(result.explain())


def _row(t: "Transition", mode: str) -> list[Any]:
    best = t.censoring_aware
    interval = f"{percent(best.low)} – {percent(best.high)}" if best.share is not None else None
    return [
        t.from_, t.to, f"{t.n_from:,}", f"{t.n_to:,}", f"{t.lost:,}", f"{t.dormant:,}", f"{t.open:,}",
        *([f"{t.outside:,}"] if mode == "ordered" else []),
        percent(best.share, best.reason), interval,
        percent(t.naive.share, t.naive.reason), percent(t.mature.share, t.mature.reason),
    ]  # fmt: skip
