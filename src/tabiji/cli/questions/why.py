"""`tabiji why`: the journeys of one account, with the events behind every stage."""

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from tabiji.cli.output import print_table
from tabiji.cli.questions.door import dated_question
from tabiji.i18n import text

if TYPE_CHECKING:
    from collections.abc import Callable

    from tabiji.metrics.account.why_result import Touch, WhyResult


@dated_question("why")
def why(result: "WhyResult", zone: ZoneInfo) -> None:
    """Why ACCOUNT (its id, or a part of its name) stands where it does in MAP: what let it into each stage, what it lacks."""

    def told(at: datetime | None) -> str | None:
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


def _event(event: "Touch", told: "Callable[[datetime], str | None]") -> str:
    return " ".join(str(x) for x in (event.name, told(event.at), event.person) if x)
