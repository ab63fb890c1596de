"""`tabiji velocity`: open opportunities × win rate × mean deal ÷ median cycle."""

from typing import TYPE_CHECKING, Any

import click

from tabiji.cli.output import amount, days, group_name, no_figure, percent, print_table
from tabiji.cli.questions.door import question
from tabiji.i18n import text

if TYPE_CHECKING:
    from tabiji.metrics.velocity.result import VelocityFigures, VelocityResult


@question("velocity")
def velocity(result: "VelocityResult") -> None:
    """What the open opportunities of MAP are expected to bring in per day."""
    columns = [text("group"), text("open"), text("won"), text("lost"), text("dormant"), text("win rate")]
    columns += [
        text("mean deal"),
        text("median cycle (days)"),
        text("per day"),
        text("95 % interval"),
        text("currency"),
    ]
    print_table(columns, (_row(f) for f in (result.total, *result.groups)))
    click.echo(result.explain())


def _row(f: "VelocityFigures") -> list[Any]:
    interval = None if f.low is None else f"{f.low:,.0f} – {f.high:,.0f}"
    return [
        group_name(f.value), f"{f.open:,}", f"{f.won:,}", f"{f.lost:,}", f"{f.dormant:,}",
        percent(f.win_rate.share, f.win_rate.reason), _money(f.mean_deal, f.reasons.get("mean_deal")),
        days(f.median_cycle_days, f.reasons.get("median_cycle_days")),
        _money(f.velocity_per_day, f.reasons.get("velocity_per_day")), interval, f.currency,
    ]  # fmt: skip


def _money(value: float | None, reason: str | None) -> str:
    return no_figure(reason) if value is None else amount(value)
