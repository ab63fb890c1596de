"""`tabiji velocity`: open opportunities × win rate × mean deal ÷ median cycle."""

from pathlib import Path
from typing import Any

import click

from tabiji.cli.output import amount, days, group_name, percent, print_json, print_table
from tabiji.cli.questions.door import question_flags
from tabiji.i18n import text


@click.command()
@click.argument("map_id", metavar="MAP")
@question_flags("velocity")
@click.pass_obj
def velocity(root: Path, /, map_id: str, as_json: bool, **flags: Any) -> None:
    """What the open opportunities of MAP are expected to bring in per day."""
    import tabiji

    with tabiji.open(root) as workspace:
        result = workspace.map(map_id).velocity(**flags)
    if as_json:
        print_json(result.to_dict())
        return
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
    for notice in result.notices:
        click.echo(text("Notice: {notice}", notice=notice.render()), err=True)


def _row(f: Any) -> list[Any]:
    interval = None if f.low is None else f"{f.low:,.0f} – {f.high:,.0f}"
    return [
        group_name(f.value), f"{f.open:,}", f"{f.won:,}", f"{f.lost:,}", f"{f.dormant:,}",
        percent(f.win_rate.share, f.win_rate.reason), _money(f.mean_deal, f.reasons.get("mean_deal")),
        days(f.median_cycle_days, f.reasons.get("median_cycle_days")),
        _money(f.velocity_per_day, f.reasons.get("velocity_per_day")), interval, f.currency,
    ]  # fmt: skip


def _money(value: float | None, reason: str | None) -> str:
    return amount(value) if value is not None else (text(reason) if reason else "—")
