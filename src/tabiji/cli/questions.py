"""Verbs that ask: each prints a table or the JSON of the result."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from tabiji.cli.output import group_name, json_flag, percent, print_json, print_table
from tabiji.i18n import text
from tabiji.workspace.questions import QUESTIONS

F = TypeVar("F", bound=Callable[..., Any])


def question_flags(name: str) -> Callable[[F], F]:
    """The flags of a question (a row of `tabiji.workspace.questions`), and `--json`."""

    def decorate(verb: F) -> F:
        verb = json_flag(verb)
        for flag in reversed(QUESTIONS[name].flags):
            # The values are read by the question itself, so that every door refuses the same with the same words.
            places = (flag.option, "from_") if flag.name == "from" else (flag.option, flag.name)
            if flag.metavar:
                verb = click.option(*places, metavar=flag.metavar, help=flag.meaning)(verb)
            else:
                verb = click.option(*places, is_flag=True, default=None, help=flag.meaning)(verb)
        return verb

    return decorate


@click.command()
@click.argument("map_id", metavar="MAP")
@question_flags("funnel")
@click.pass_obj
def funnel(root: Path, /, map_id: str, as_json: bool, **flags: Any) -> None:
    """How many reach each stage of MAP, how many go on, and how sure that is."""
    import tabiji

    with tabiji.open(root) as workspace:
        result = workspace.map(map_id).funnel(**flags)
    if as_json:
        print_json(result.to_dict())
        return
    columns = [
        text("from"),
        text("to"),
        text("entered"),
        text("went on"),
        text("lost"),
        text("dormant"),
        text("open"),
    ]
    columns += [text("out of order or too late")] if result.mode == "ordered" else []
    columns += [text("share"), text("95 % interval"), text("naive"), text("mature")]
    for figures in (result.total, *result.groups):
        if result.groups:
            click.echo(group_name(figures.value))
        print_table(columns, (_row(t, result.mode) for t in figures.transitions))
    click.echo(result.explain())
    for notice in result.notices:
        click.echo(text("Notice: {notice}", notice=notice.render()), err=True)


def _row(t: Any, mode: str) -> list[Any]:
    best = t.censoring_aware
    interval = f"{percent(best.low)} – {percent(best.high)}" if best.share is not None else None
    return [
        t.from_, t.to, f"{t.n_from:,}", f"{t.n_to:,}", f"{t.lost:,}", f"{t.dormant:,}", f"{t.open:,}",
        *([f"{t.outside:,}"] if mode == "ordered" else []),
        percent(best.share, best.reason), interval,
        percent(t.naive.share, t.naive.reason), percent(t.mature.share, t.mature.reason),
    ]  # fmt: skip
