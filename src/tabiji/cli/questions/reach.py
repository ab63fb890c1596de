"""`tabiji reach`: which touchpoints are met in which stage, and which roles show up."""

from pathlib import Path
from typing import Any

import click

from tabiji.cli.output import group_name, percent, print_json, print_table
from tabiji.cli.questions.door import question_flags
from tabiji.i18n import text


@click.command()
@click.argument("map_id", metavar="MAP")
@question_flags("reach")
@click.pass_obj
def reach(root: Path, /, map_id: str, as_json: bool, **flags: Any) -> None:
    """Which share of the journeys in a stage of MAP met each touchpoint there, and in which share each role showed up."""
    import tabiji

    with tabiji.open(root) as workspace:
        result = workspace.map(map_id).reach(**flags)
    if as_json:
        print_json(result.to_dict())
        return
    stages = list(result.stages)
    parts: list[tuple[str | None, Any]] = [(None, result), *((g.value, g) for g in result.groups)]
    for value, figures in parts:
        if result.groups:
            click.echo(group_name(value))
        met = {(t.touchpoint, t.stage): t.share for t in figures.touchpoints}
        shown = {(r.role, r.stage): r.share for r in figures.roles}
        if met:
            print_table([text("touchpoint"), *stages], _rows(met, stages))
        print_table([text("role"), text("All"), *stages], _rows(shown, [None, *stages]))
    click.echo(result.explain())
    for notice in result.notices:
        click.echo(text("Notice: {notice}", notice=notice.render()), err=True)


def _rows(shares: dict[Any, Any], stages: list[Any]) -> list[list[Any]]:
    """A row per touchpoint, or role: its share in each stage."""
    what = dict.fromkeys(key for key, _ in shares)
    return [[key, *(percent(shares[key, s].share, shares[key, s].reason) for s in stages)] for key in what]
