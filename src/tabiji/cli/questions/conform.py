"""`tabiji conform`: how well journeys fit the plan of the map, and where they leave it."""

from pathlib import Path
from typing import Any

import click

from tabiji.cli.output import group_name, percent, print_json, print_table
from tabiji.cli.questions.door import question_flags
from tabiji.i18n import text
from tabiji.metrics.conformance.words import CLASS_NAMES


@click.command()
@click.argument("map_id", metavar="MAP")
@question_flags("conformance")
@click.pass_obj
def conform(root: Path, /, map_id: str, as_json: bool, **flags: Any) -> None:
    """How well journeys fit the plan of MAP, where they leave it, and what goes with that."""
    import tabiji

    with tabiji.open(root) as workspace:
        result = workspace.map(map_id).conformance(**flags)
    if as_json:
        print_json(result.to_dict())
        return
    parts = (result.total, *result.groups)
    columns = [text("group"), text("journeys"), text("as planned"), text("log fitness"), text("95 % interval")]
    print_table([*columns, text("mean trace fitness")], (_fitness(f) for f in parts))
    columns = [text("deviation"), text("stage"), text("role, touchpoint"), text("journeys"), text("share")]
    columns += [text("compared at"), text("difference"), text("95 % interval"), text("value"), text("candidate")]
    for figures in parts:
        click.echo(group_name(figures.value))
        print_table(columns, (_row(d) for d in figures.deviations))
    click.echo(result.explain())
    for notice in result.notices:
        click.echo(text("Notice: {notice}", notice=notice.render()), err=True)


def _fitness(figures: Any) -> list[Any]:
    f = figures.fitness
    interval = None if f.log_low is None else f"{percent(f.log_low)} – {percent(f.log_high)}"
    return [
        group_name(figures.value), f"{f.n:,}", percent(f.fitting.share, f.fitting.reason),
        percent(f.log, f.reason), interval, percent(f.mean_trace, f.reason),
    ]  # fmt: skip


def _row(d: Any) -> list[Any]:
    went, price = d.onward, d.value
    interval = None if went.difference is None else f"{went.low * 100:+.1f} – {went.high * 100:+.1f}"
    points = text(went.reason) if went.difference is None else f"{went.difference * 100:+.1f}"
    value = text(price.reason) if price.difference is None else f"{price.difference:+,.0f} {d.currency}"
    return [
        text(CLASS_NAMES[d.kind]), d.stage, d.role or d.touchpoint, f"{d.n:,}", percent(d.share.share, d.share.reason),
        d.compared_at, points, interval, value, text("yes") if d.candidate else None,
    ]  # fmt: skip
