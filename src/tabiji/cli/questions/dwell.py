"""`tabiji dwell`: how long journeys stay in each stage."""

from typing import TYPE_CHECKING, Any

import click

from tabiji.cli.output import days, group_name, print_table
from tabiji.cli.questions.door import question
from tabiji.i18n import text

if TYPE_CHECKING:
    from tabiji.metrics.dwell.result import DwellResult, Stays


@question("dwell")
def dwell(result: "DwellResult") -> None:
    """How long journeys stay in each stage of MAP, those included that are still there."""
    columns = [
        text("stage"),
        text("entered"),
        text("passed over"),
        text("went on"),
        text("went back"),
        text("lost"),
        text("dormant"),
        text("open"),
    ]
    columns += [
        text("median days"),
        text("95 % interval"),
        text("quartiles"),
        text("until going on"),
        text("closed only"),
    ]
    for figures in (result.total, *result.groups):
        if result.groups:
            click.echo(group_name(figures.value))
        print_table(columns, (_row(s) for s in figures.stages))
    click.echo(result.explain())
    for test in result.tests:
        click.echo(test.meaning())


def _row(s: "Stays") -> list[Any]:
    interval = None
    if s.median_days is not None:
        interval = f"{days(s.low_days)} – {days(s.high_days)}"
    return [
        s.id, f"{s.n:,}", f"{s.skipped:,}", f"{s.advanced:,}", f"{s.back:,}", f"{s.lost:,}", f"{s.dormant:,}", f"{s.open:,}",
        days(s.median_days, s.reasons.get("median_days")), interval,
        f"{days(s.quartiles_days[0])} – {days(s.quartiles_days[2])}",
        days(s.advance_median_days, s.reasons.get("advance_median_days")),
        days(s.closed_only_median_days, s.reasons.get("closed_only_median_days")),
    ]  # fmt: skip
