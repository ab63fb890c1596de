"""Verbs of the map: add, list, show, check, draft, diff, export."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tabiji.cli.files import force_flag, read_text, write_draft, writing
from tabiji.cli.output import json_flag, print_json, print_table
from tabiji.i18n import N_, pick, text

if TYPE_CHECKING:
    from tabiji.journeymap.model import Unit


@click.group("map")
def map_() -> None:
    """Keep maps: add, list, show, check, draft, diff, export."""


@map_.command()
@click.argument("file", type=click.Path(path_type=Path))
@json_flag
@click.pass_obj
def add(root: Path, file: Path, as_json: bool) -> None:
    """Keep FILE.yaml as the newest version of the map that it names."""
    import tabiji
    from tabiji.journeymap.problems import lines

    with tabiji.open(root) as workspace:
        version, is_new = workspace.maps.add(read_text(file))
        problems = workspace.check(version.text)
    if as_json:
        print_json({
            "id": version.id, "version": version.number, "new": is_new, "problems": [p.to_dict() for p in problems],
        })  # fmt: skip
        return
    for line in lines(problems):
        click.echo(line, err=True)
    said = text("{id} version {n} kept.") if is_new else text("{id} version {n} is this text already.")
    click.echo(said.format(id=version.id, n=version.number))


@map_.command("list")
@json_flag
@click.pass_obj
def list_(root: Path, as_json: bool) -> None:
    """List the maps of the workspace."""
    import tabiji

    with tabiji.open(root) as workspace:
        entries, zone = workspace.maps.list(), workspace.settings.zone
    if as_json:
        print_json({
            "maps": [
                {
                    "id": e.id, "name": e.name, "unit": e.map.unit, "version": e.version,
                    "stages": [s.id for s in e.map.stages], "changed_at": e.changed_at,
                }
                for e in entries
            ]
        })  # fmt: skip
        return
    if not entries:
        click.echo(text("No map yet: tabiji -w {path} map add FILE.yaml, or map draft", path=root))
        return
    print_table(
        ("id", text("name"), text("unit"), text("version"), text("stages"), text("changed")),
        (
            (
                e.id,
                pick(e.map.name),
                e.map.unit,
                e.version,
                len(e.map.stages),
                f"{e.changed_at.astimezone(zone):%Y-%m-%d %H:%M}",
            )
            for e in entries
        ),
    )


@map_.command()
@click.argument("map_id", metavar="ID")
@click.option("--version", "number", type=int, help="An older version (default: the newest).")
@json_flag
@click.pass_obj
def show(root: Path, map_id: str, number: int | None, as_json: bool) -> None:
    """Print a map: its YAML as written, or its JSON."""
    import tabiji
    from tabiji.journeymap import to_dict

    with tabiji.open(root) as workspace:
        version = workspace.maps.get(map_id, number)
    if as_json:
        print_json({"version": version.number, **to_dict(version.map)})
    else:
        click.echo(version.text.rstrip("\n"))


@map_.command()
@click.argument("file", type=click.Path(path_type=Path))
@json_flag
@click.pass_obj
def check(root: Path, file: Path, as_json: bool) -> None:
    """Check FILE.yaml: every problem at once, with its line. Against the data too, where a workspace is given."""
    import tabiji
    from tabiji.journeymap.problems import lines
    from tabiji.workspace import WorkspaceMissingError
    from tabiji.workspace.known import check_without_data

    written = read_text(file)
    try:
        with tabiji.open(root) as workspace:
            problems = workspace.check(written)
    except WorkspaceMissingError:
        problems = check_without_data(written)
    errors = sum(p.severity == "error" for p in problems)
    if as_json:
        print_json({
            "ok": not errors, "errors": errors, "warnings": len(problems) - errors,
            "problems": [p.to_dict() for p in problems],
        })  # fmt: skip
    else:
        for line in lines(problems):
            click.echo(f"{file.name}: {line}")
        click.echo(
            text(
                "{errors} {errors:error|errors}, {warnings} {warnings:warning|warnings}",
                errors=errors,
                warnings=len(problems) - errors,
            )
        )
    if errors:
        raise click.exceptions.Exit(1)


@map_.command()
@click.option("--id", "map_id", default="draft", show_default=True, help="Id of the new map.")
@click.option("--to", "target", type=click.Path(path_type=Path), help="Write it there instead of printing it.")
@force_flag
@click.option("--unit", type=click.Choice(["account", "opportunity", "person"]), default="account", show_default=True)
@json_flag
@click.pass_obj
def draft(root: Path, map_id: str, target: Path | None, force: bool, unit: "Unit", as_json: bool) -> None:
    """Draft a first map from the data: its events as stages, in the order in which they usually happen."""
    import tabiji
    from tabiji.journeymap import load, to_dict

    with tabiji.open(root) as workspace:
        drafted = workspace.draft(map_id, unit)
    read = load(drafted)  # refuses an --id that no map may have
    if target is not None:
        write_draft(target, drafted, force)
    if as_json:
        print_json({"yaml": drafted, "map": to_dict(read)})
    elif target is not None:
        said = N_("Wrote {path}. Look at it, change it, then: tabiji -w {workspace} map add {path}")
        click.echo(text(said, path=target, workspace=root))
    else:
        click.echo(drafted.rstrip("\n"))


@map_.command()
@click.argument("map_id", metavar="ID")
@click.argument("a", type=int)
@click.argument("b", type=int)
@json_flag
@click.pass_obj
def diff(root: Path, map_id: str, a: int, b: int, as_json: bool) -> None:
    """Say what changed from version A to version B of a map."""
    import tabiji
    from tabiji.journeymap import diff as compare

    with tabiji.open(root) as workspace:
        changes = compare(workspace.maps.get(map_id, a).map, workspace.maps.get(map_id, b).map)
    if as_json:
        print_json({"map": map_id, "from": a, "to": b, "changes": [c.to_dict() for c in changes]})
        return
    for change in changes:
        click.echo(change.render())
    if not changes:
        click.echo(text("The two versions say the same."))


@map_.command()
@click.argument("map_id", metavar="ID")
@click.option("--to", "target", required=True, type=click.Path(path_type=Path), help="FILE.yaml, .json, .svg or .png")
@click.option("--version", "number", type=int, help="An older version (default: the newest).")
@click.option("--lang", type=click.Choice(["ja", "en"]), help="Language of a picture.")
@json_flag
@click.pass_obj
def export(root: Path, map_id: str, target: Path, number: int | None, lang: str | None, as_json: bool) -> None:
    """Write a map to a file; the ending of its name says how."""
    import tabiji
    from tabiji.exports import export_measured

    with tabiji.open(root) as workspace, writing(target):
        written = export_measured(workspace.map(map_id, number), target, lang)
    if as_json:
        print_json({"file": str(written), "bytes": written.stat().st_size})
    else:
        click.echo(text("Wrote {path}.", path=written))
