"""`tabiji timeline`: the people of one account and their touches, and who is missing."""

from pathlib import Path
from typing import Any

import click

from tabiji.cli.output import print_json, print_table
from tabiji.cli.questions.door import question_flags
from tabiji.i18n import text


@click.command()
@click.argument("map_id", metavar="MAP")
@click.argument("account", metavar="ACCOUNT")
@question_flags("timeline")
@click.pass_obj
def timeline(root: Path, /, map_id: str, account: str, as_json: bool, **flags: Any) -> None:
    """The people of ACCOUNT (its id, or a part of its name), their touches, and which roles of MAP are missing."""
    import tabiji

    with tabiji.open(root) as workspace:
        result = workspace.map(map_id).timeline(account, **flags)
        zone = workspace.settings.zone
    if as_json:
        print_json(result.to_dict())
        return
    columns = [text("when"), text("person"), text("roles"), text("touch"), text("channel")]
    print_table(
        columns,
        (
            [f"{r['at'].astimezone(zone):%Y-%m-%d %H:%M}", r["person"], r["roles"] or None, r["touch"], r["channel"]]
            for r in result.rows()
        ),
    )
    for role in result.missing:
        click.echo(text("{role} has not shown up.", role=result.role_name(role.role)))
    click.echo(result.explain())
    for notice in result.notices:
        click.echo(text("Notice: {notice}", notice=notice.render()), err=True)
