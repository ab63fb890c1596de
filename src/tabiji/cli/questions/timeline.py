"""`tabiji timeline`: the people of one account and their touches, and who is missing."""

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from tabiji.cli.output import print_table
from tabiji.cli.questions.door import dated_question
from tabiji.i18n import text

if TYPE_CHECKING:
    from tabiji.metrics.account.timeline_result import TimelineResult


@dated_question("timeline")
def timeline(result: "TimelineResult", zone: ZoneInfo) -> None:
    """The people of ACCOUNT (its id, or a part of its name), their touches, and which roles of MAP are missing."""
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
