"""`tabiji conform`: how well journeys fit the plan of the map, and where they leave it."""

from typing import TYPE_CHECKING, Any

import click

from tabiji.cli.output import group_name, no_figure, percent, print_table
from tabiji.cli.questions.door import question
from tabiji.i18n import text
from tabiji.metrics.conformance.words import CLASS_NAMES

if TYPE_CHECKING:
    from tabiji.metrics.conformance.deviation_result import Deviation
    from tabiji.metrics.conformance.result import ConformanceFigures, ConformanceResult


@question("conformance")
def conform(result: "ConformanceResult") -> None:
    """How well journeys fit the plan of MAP, where they leave it, and what goes with that."""
    parts = (result.total, *result.groups)
    columns = [text("group"), text("journeys"), text("as planned"), text("log fitness"), text("95 % interval")]
    print_table([*columns, text("mean trace fitness")], (_fitness(f) for f in parts))
    columns = [text("deviation"), text("stage"), text("role, touchpoint"), text("journeys"), text("share")]
    columns += [text("compared at"), text("difference"), text("95 % interval"), text("value"), text("candidate")]
    for figures in parts:
        click.echo(group_name(figures.value))
        print_table(columns, (_row(d) for d in figures.deviations))
    click.echo(result.explain())


def _fitness(figures: "ConformanceFigures") -> list[Any]:
    f = figures.fitness
    interval = None if f.log_low is None else f"{percent(f.log_low)} – {percent(f.log_high)}"
    return [
        group_name(figures.value), f"{f.n:,}", percent(f.fitting.share, f.fitting.reason),
        percent(f.log, f.reason), interval, percent(f.mean_trace, f.reason),
    ]  # fmt: skip


def _row(d: "Deviation") -> list[Any]:
    went, price = d.onward, d.value
    interval = None if went.difference is None else f"{_points(went.low)} – {_points(went.high)}"
    points = no_figure(went.reason) if went.difference is None else _points(went.difference)
    value = no_figure(price.reason) if price.difference is None else f"{price.difference:+,.0f} {d.currency}"
    return [
        text(CLASS_NAMES[d.kind]), d.stage, d.role or d.touchpoint, f"{d.n:,}", percent(d.share.share, d.share.reason),
        d.compared_at, points, interval, value, text("yes") if d.candidate else None,
    ]  # fmt: skip


def _points(share: float | None) -> str:
    """A difference of shares in points: +22.0, -8.3."""
    return "—" if share is None else f"{share * 100:+.1f}"
