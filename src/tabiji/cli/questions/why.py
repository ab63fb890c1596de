"""`tabiji why`: the journeys of one account, with the events behind every stage."""

from pathlib import Path
from typing import Any

import click

from tabiji.cli.output import print_json, print_table
from tabiji.cli.questions.door import question_flags
from tabiji.i18n import text


@click.command()
@click.argument("map_id", metavar="MAP")
@click.argument("account", metavar="ACCOUNT")
@question_flags("why")
@click.pass_obj
def why(root: Path, /, map_id: str, account: str, as_json: bool, **flags: Any) -> None:
    """Why ACCOUNT (its id, or a part of its name) stands where it does in MAP: what let it into each stage, what it lacks."""
    import tabiji

    with tabiji.open(root) as workspace:
        result = workspace.map(map_id).why(account, **flags)
        zone = workspace.settings.zone
    if as_json:
        print_json(result.to_dict())
        return

    def told(at: Any) -> str | None:
        return None if at is None else f"{at.astimezone(zone):%Y-%m-%d %H:%M}"

    columns = [text("journey"), text("stage"), text("entered"), text("left"), text("rule"), text("events")]
    print_table(
        columns,
        (
            [s.attempt, s.id, told(s.entered_at), told(s.left_at), s.rule, "; ".join(_event(e, told) for e in s.events)]
            for s in result.stages
        ),
    )
    for journey in result.journeys:
        for miss in journey.near_misses:
            click.echo(
                text(
                    "Journey {n}, {stage}: {what}",
                    n=journey.attempt,
                    stage=result.stage_name(miss.stage),
                    what=miss.message(),
                )
            )
    click.echo(result.explain())
    for notice in result.notices:
        click.echo(text("Notice: {notice}", notice=notice.render()), err=True)


def _event(event: Any, told: Any) -> str:
    return " ".join(str(x) for x in (event.name, told(event.at), event.person) if x)
