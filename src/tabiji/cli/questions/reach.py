"""`tabiji reach`: which touchpoints are met in which stage, and which roles show up."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from tabiji.cli.output import group_name, percent, print_table
from tabiji.cli.questions.door import question
from tabiji.i18n import text

if TYPE_CHECKING:
    from tabiji.metrics.reach.result import ReachFigures, ReachResult
    from tabiji.result import Share


@question("reach")
def reach(result: "ReachResult") -> None:
    """Which share of the journeys in a stage of MAP met each touchpoint there, and in which share each role showed up."""
    stages = list(result.stages)
    parts: list[tuple[str | None, ReachResult | ReachFigures]] = [
        (None, result),
        *((g.value, g) for g in result.groups),
    ]
    for value, figures in parts:
        if result.groups:
            click.echo(group_name(value))
        met: dict[tuple[str, str | None], Share] = {(t.touchpoint, t.stage): t.share for t in figures.touchpoints}
        shown = {(r.role, r.stage): r.share for r in figures.roles}
        if met:
            print_table([text("touchpoint"), *stages], _rows(met, stages))
        print_table([text("role"), text("All"), *stages], _rows(shown, [None, *stages]))
    click.echo(result.explain())


def _rows(shares: "Mapping[tuple[str, str | None], Share]", stages: Sequence[str | None]) -> list[list[str]]:
    """A row per touchpoint, or role: its share in each stage."""
    what = dict.fromkeys(key for key, _ in shares)
    return [[key, *(percent(shares[key, s].share, shares[key, s].reason) for s in stages)] for key in what]
