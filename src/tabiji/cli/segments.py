"""Verbs of saved segments: add, list, show, remove."""

from pathlib import Path

import click

from tabiji.cli.output import json_flag, print_json, print_table
from tabiji.i18n import N_, pick, text

UNITS = {"account": N_("companies"), "opportunity": N_("opportunities"), "person": N_("people")}


@click.group()
def segment() -> None:
    """Keep conditions under a name: add, list, show, remove. Use one as `--segment @name`."""


@segment.command()
@click.argument("name")
@click.argument("condition", metavar="SQL")
@click.option("--ja", metavar="TEXT", help="What it is called in Japanese.")
@click.option("--en", metavar="TEXT", help="What it is called in English.")
@json_flag
@click.pass_obj
def add(root: Path, name: str, condition: str, ja: str | None, en: str | None, as_json: bool) -> None:
    """Keep a condition over attributes as NAME, like: big "employees >= 300"."""
    import tabiji

    called = {lang: said for lang, said in (("ja", ja), ("en", en)) if said}
    with tabiji.open(root) as workspace:
        kept, is_new = workspace.segments.add(name, condition, called or None)
        units = workspace.segments.matching(kept.id)
    if as_json:
        print_json({**kept.to_dict(), "new": is_new, "units": units})
        return
    said = text("Segment @{id} kept: {units}.") if is_new else text("Segment @{id} says that already: {units}.")
    click.echo(said.format(id=kept.id, units=_counted(units)))


@segment.command("list")
@json_flag
@click.pass_obj
def list_(root: Path, as_json: bool) -> None:
    """List the segments of the workspace."""
    import tabiji

    with tabiji.open(root) as workspace:
        segments = workspace.segments.list()
    if as_json:
        print_json({"segments": [s.to_dict() for s in segments]})
        return
    if not segments:
        click.echo(text("No segment yet. Keep one with: tabiji segment add NAME SQL"), err=True)
        return
    print_table(
        [text("segment"), text("name"), text("condition")], ([f"@{s.id}", pick(s.name), s.condition] for s in segments)
    )


@segment.command()
@click.argument("name")
@json_flag
@click.pass_obj
def show(root: Path, name: str, as_json: bool) -> None:
    """Show the condition of a segment and how many it holds for."""
    import tabiji

    with tabiji.open(root) as workspace:
        found = workspace.segments.get(name)
        units = workspace.segments.matching(found.id)
    if as_json:
        print_json({**found.to_dict(), "units": units})
        return
    called = pick(found.name)
    click.echo(f"@{found.id}" + (f"  {called}" if called else ""))
    click.echo(found.condition)
    click.echo(_counted(units))


@segment.command()
@click.argument("name")
@json_flag
@click.pass_obj
def remove(root: Path, name: str, as_json: bool) -> None:
    """Forget a segment. Questions that name it no longer work; studies keep what it said."""
    import tabiji

    with tabiji.open(root) as workspace:
        found = workspace.segments.remove(name)
    if as_json:
        print_json({**found.to_dict(), "removed": True})
        return
    click.echo(text("Segment @{id} removed. It was: {condition}", id=found.id, condition=found.condition))


def _counted(units: dict[str, int]) -> str:
    return ", ".join(f"{n:,} {text(UNITS[unit])}" for unit, n in units.items())
