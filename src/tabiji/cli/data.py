"""Verbs that bring data in: init, mapping, import, quarantine."""

import os
from collections import Counter
from pathlib import Path

import click

from tabiji.cli.files import force_flag, write_draft
from tabiji.cli.output import json_flag, print_json, print_table, progress_bar
from tabiji.i18n import N_, text


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@json_flag
def init(directory: Path, as_json: bool) -> None:
    """Make a workspace: one new folder that holds settings, maps, data and the index."""
    import tabiji

    with tabiji.init(directory) as workspace:
        root = workspace.folder.root
    if as_json:
        print_json({"workspace": str(root)})
        return
    click.echo(text("Made the workspace {path}.", path=directory))
    click.echo(text("Next: tabiji -w {path} import MAPPING.yaml, or tabiji -w {path} serve", path=directory))


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--source", default="files", show_default=True, help="Name of the source; keep it for later exports of it."
)
@click.option("--to", "target", type=click.Path(path_type=Path), help="Write it there instead of printing it.")
@force_flag
@json_flag
@click.pass_obj
def mapping(root: Path, files: tuple[Path, ...], source: str, target: Path | None, force: bool, as_json: bool) -> None:
    """Draft a mapping file for FILES, from the names of their columns and their first values."""
    from dataclasses import replace

    from tabiji.ingest.errors import MissingFileError
    from tabiji.ingest.guess import guess, read_head, to_mapping, to_yaml

    folder = Path() if target is None else target.parent  # paths in a mapping file are relative to it
    samples = []
    for file in files:
        if not file.is_file():
            siblings = sorted(p.name for p in file.parent.glob("*") if p.is_file())
            raise MissingFileError(file.name, str(file.parent), siblings)
        samples.append(replace(read_head(file), file=Path(os.path.relpath(file, folder)).as_posix()))
    guesses = guess(samples)
    proposed = to_mapping(source, guesses)
    drafted = to_yaml(
        proposed,
        text("Drafted from the names and the first values of the columns: look at it, and change what is wrong."),
        guesses,
    )
    if target is not None:
        write_draft(target, drafted, force)
    if as_json:
        print_json({"yaml": drafted, "mapping": proposed})
    elif target is not None:
        said = N_("Wrote {path}. Look at it, change it, then: tabiji -w {workspace} import {path} --dry-run")
        # Without -w there is no workspace yet, or none that this verb has asked for: its place is left open.
        click.echo(text(said, path=target, workspace="WORKSPACE" if root == Path() else root))
    else:
        click.echo(drafted.rstrip("\n"))


@click.command("import")
@click.argument("mapping", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be accepted and what not; write nothing.")
@json_flag
@click.pass_obj
def import_(root: Path, mapping: Path, dry_run: bool, as_json: bool) -> None:
    """Bring in the files that MAPPING.yaml names. Importing again adds only what is new."""
    import tabiji

    with tabiji.open(root) as workspace, progress_bar() as progress:
        report = workspace.import_(mapping, dry_run=dry_run, progress=progress)
    document = report.to_dict()
    if as_json:
        print_json(document)
        return
    columns = (text("file"), text("to"), text("rows"), text("accepted"), text("quarantined"), text("reasons"))
    files = {t["file"] for t in document["tables"]}
    same = Counter(Path(file).name for file in files)

    def shown(file: str) -> str:
        """The name of a file tells it from the others; where it does not, the way to it does."""
        return Path(file).name if same[Path(file).name] == 1 else file

    print_table(
        columns,
        (
            (
                shown(t["file"]), t["to"], f"{t['rows']:,}", f"{t['accepted']:,}", f"{t['quarantined']:,}",
                ", ".join(f"{reason} {n:,}" for reason, n in t["reasons"].items()) or None,
            )
            for t in document["tables"]
        ),
    )  # fmt: skip
    click.echo(text(N_("Events: {counts}."), counts=_counts(document["events"])))
    for table, counted in document["records"].items():
        if table != "event" and counted["changed"]:
            click.echo(text(N_("Rows of {table}: {counts}."), table=table, counts=_counts(counted)))
    for notice in document.get("notices", []):
        click.echo(text("Notice: {notice}", notice=notice["message"] if isinstance(notice, dict) else notice))
    if any(t["quarantined"] for t in document["tables"]):
        click.echo(text("Rows that could not be used are kept: tabiji -w {path} quarantine", path=root))
    if dry_run:
        click.echo(text("Dry run: nothing was written."))


def _counts(counted: dict[str, int]) -> str:
    """What became of the rows that were offered: `3 added, 1 changed, 2 known already`; what did not occur is left out, but for the
    first and the last."""
    said = [text(N_("{n:,} added"), n=counted["added"])]
    if counted["changed"]:
        said.append(text(N_("{n:,} changed"), n=counted["changed"]))
    if counted["withdrawn"]:
        said.append(text(N_("{n:,} withdrawn"), n=counted["withdrawn"]))
    return text(", ").join([*said, text(N_("{n:,} known already"), n=counted["duplicates"])])


@click.command()
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 100_000), help="Most rows to list.")
@json_flag
@click.pass_obj
def quarantine(root: Path, limit: int, as_json: bool) -> None:
    """List the rows that could not be used, with the reason. They are tried again on the next import."""
    import tabiji

    with tabiji.open(root) as workspace:
        total, reasons, rows = workspace.quarantine(limit)
    if as_json:
        print_json({"total": total, "reasons": reasons, "rows": rows})
        return
    if not total:
        click.echo(text("Nothing is in quarantine."))
        return
    names = ("origin", "file", "to", "line", "reason", "detail", "raw")
    print_table(names, ([row.get(name) for name in names] for row in rows))
    if total > len(rows):
        click.echo(text("{shown:,} of {total:,} rows; more with --limit", shown=len(rows), total=total), err=True)
