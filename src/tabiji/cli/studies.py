"""Verbs of studies: save, list, show, remove."""

from pathlib import Path
from typing import Any

import click

from tabiji.cli.output import json_flag, print_json, print_table
from tabiji.cli.questions.door import command
from tabiji.i18n import N_, text

SHOWN = 60  # figures in the table; all are in the JSON
INTERVALS = ("low", "high", "low_days", "high_days")


@click.group()
def study() -> None:
    """Keep questions with their answers, to see later what became of them: save, list, show, remove."""


@study.command(context_settings={"ignore_unknown_options": True})
@click.argument("name")
@click.argument("verb")
@click.argument("asked", metavar="MAP [FLAGS]...", nargs=-1, required=True, type=click.UNPROCESSED)
@json_flag
@click.pass_obj
def save(root: Path, name: str, verb: str, asked: tuple[str, ...], as_json: bool) -> None:
    """Ask VERB of MAP with its flags, and keep question and answer as NAME.

    The day of the question is kept too: --as-of, or the day that it would take today."""
    import tabiji
    from tabiji.workspace.studies.study import question_named

    ask = question_named(verb)
    given = command(ask, _nothing).make_context(verb, list(asked)).params
    given.pop("as_json")
    with tabiji.open(root) as workspace:
        saved = workspace.studies.save(name, ask.name, given.pop("map_id"), given.pop("subject", None), **given)
    if as_json:
        print_json({**saved.to_dict(), "answer": saved.answer})
        return
    click.echo(
        text(
            "Study {name} kept: {verb} of {map} as of {day}.",
            name=saved.name,
            verb=verb,
            map=saved.map_id,
            day=saved.flags.get("as_of", "—"),
        )
    )


def _nothing(**_: Any) -> None:
    """What a question does here whose words are only read."""


@study.command("list")
@json_flag
@click.pass_obj
def list_(root: Path, as_json: bool) -> None:
    """List the studies of the workspace."""
    import tabiji

    with tabiji.open(root) as workspace:
        studies, zone = workspace.studies.list(), workspace.settings.zone
    if as_json:
        print_json({"studies": [s.to_dict() for s in studies]})
        return
    if not studies:
        click.echo(text("No study yet. Keep one with: tabiji study save NAME VERB MAP"), err=True)
        return
    columns = [text("study"), text("question"), text("map"), text("as of"), text("taken")]
    print_table(
        columns,
        (
            [
                s.name,
                s.verb,
                f"{s.map_id} v{s.map_version}",
                s.flags.get("as_of"),
                f"{s.taken_at.astimezone(zone):%Y-%m-%d %H:%M}",
            ]
            for s in studies
        ),
    )


@study.command()
@click.argument("name")
@json_flag
@click.pass_obj
def show(root: Path, name: str, as_json: bool) -> None:
    """Ask a study again, and show what was frozen beside what it is now, with the reasons for the difference."""
    import tabiji
    from tabiji.workspace.studies.result import CAUSES

    with tabiji.open(root) as workspace:
        result = workspace.studies.show(name)
    if as_json:
        print_json(result.to_dict())
        return
    shown = [f for f in result.figures if f.path[-1] not in INTERVALS]
    if shown:
        columns = [text("figure"), text("frozen"), text("restated"), text("difference")]
        columns += [text(CAUSES[cause]) for cause in result.causes]
        rows = (
            [
                " · ".join(f.path),
                *map(_value, (f.frozen, f.restated, f.difference)),
                *(_value(f.by_cause.get(c)) for c in result.causes),
            ]
            for f in shown[:SHOWN]
        )
        print_table(columns, rows)
    if len(shown) > SHOWN:
        click.echo(text(N_("… and {n:,} further {n:figure|figures}; --json has all of them."), n=len(shown) - SHOWN))
    click.echo(result.explain())


@study.command()
@click.argument("name")
@json_flag
@click.pass_obj
def remove(root: Path, name: str, as_json: bool) -> None:
    """Forget a study and its frozen answer."""
    import tabiji

    with tabiji.open(root) as workspace:
        found = workspace.studies.remove(name)
    if as_json:
        print_json({**found.to_dict(), "removed": True})
        return
    click.echo(text("Study {name} removed.", name=found.name))


def _value(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.4g}"
