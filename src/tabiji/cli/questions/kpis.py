"""`tabiji kpis`: what the KPIs of a map come to."""

from typing import TYPE_CHECKING, Any

import click

from tabiji.cli.output import group_name, percent, print_table
from tabiji.cli.questions.door import question
from tabiji.i18n import text

if TYPE_CHECKING:
    from tabiji.metrics.kpi.result import KpiFigures, KpiResult, KpiValue


@question("kpis")
def kpis(result: "KpiResult") -> None:
    """What the KPIs of MAP come to, now and one period before, beside their targets."""
    columns = [
        text("KPI"),
        text("stage"),
        text("now"),
        text("95 % interval"),
        text("n"),
        text("before"),
        text("target"),
    ]
    parts: list[tuple[str | None, KpiResult | KpiFigures]] = [(None, result), *((g.value, g) for g in result.groups)]
    for value, figures in parts:
        if result.groups:
            click.echo(group_name(value))
        print_table(columns, (_row(kpi) for kpi in figures.values))
    click.echo(result.explain())


def _row(kpi: "KpiValue") -> list[Any]:
    a, before = kpi.actual, None if kpi.previous is None else kpi.previous.value
    interval = None if a.low is None else f"{_told(kpi, a.low)} – {_told(kpi, a.high)}"
    now = text(a.reason) if a.value is None and a.reason else _told(kpi, a.value)
    return [kpi.id, kpi.stage, now, interval, f"{a.n:,}", _told(kpi, before), _told(kpi, kpi.target)]


def _told(kpi: "KpiValue", value: float | None) -> str:
    """A figure in the unit of its KPI: a share in percent, a score with its decimals, a count whole."""
    if value is None:
        return "—"
    return percent(value) if kpi.measure == "share" else f"{value:,.1f}".removesuffix(".0")
