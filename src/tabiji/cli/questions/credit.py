"""`tabiji credit`: which touches deserve how much of the conversions."""

from typing import TYPE_CHECKING, Any

import click

from tabiji.cli.output import group_name, no_figure, percent, print_table
from tabiji.cli.questions.door import question
from tabiji.i18n import text

if TYPE_CHECKING:
    from tabiji.metrics.credit.costs import CostRow, Costs
    from tabiji.metrics.credit.result import CreditResult


@question("credit")
def credit(result: "CreditResult") -> None:
    """Which touches deserve how much of the entries to a goal of MAP, under every model."""
    _print_models(result)
    for group, of in result.groups:
        click.echo(group_name(group))
        _print_models(of)
    click.echo(result.explain())
    for model in result.models:
        click.echo(f"{model}: {result.stability[model].words()}")
    for model, notice in result.absent.items():
        click.echo(f"{model}: {notice.render()}")
    _print_costs(result.costs)


def _print_models(result: "CreditResult") -> None:
    """Keys as rows, models as columns; the first model decides the order."""
    from tabiji.metrics.credit.result import LEVEL_NAMES

    by_model = {name: {r.key: r for r in rows} for name, rows in result.models.items()}
    first = next(iter(result.models.values()), ())
    print_table(
        [text(LEVEL_NAMES[result.asked.level]), *by_model],
        [[result.label(r.key), *(f"{by_model[m][r.key].credit:,.1f}" for m in by_model)] for r in first],
    )
    if result.value is not None:
        print_table(
            [text("value ({currency})", currency=result.currency), *by_model],
            [[result.label(r.key), *(f"{by_model[m][r.key].value_credit:,.0f}" for m in by_model)] for r in first],
        )


def _print_costs(costs: "Costs") -> None:
    if costs.reason is not None:
        click.echo(text("No cost: {reason}.", reason=text(costs.reason)))
        return
    goals = [name for name, stage in costs.goals.items() if name == "entry" or stage != costs.goals["entry"]]
    columns = [text("cost of"), text("spend ({currency})", currency=costs.currency)]
    columns += [text("per entry of {stage}", stage=costs.goals[name]) for name in goals]
    columns += [text("return on spend"), text("95 % interval")]
    print_table(columns, (_cost_row(row, goals) for row in costs.rows))
    if costs.without_credit_keys:
        click.echo(
            text(
                "Spend without credit: {spend:,.0f} {currency} ({keys}).",
                spend=costs.without_credit, currency=costs.currency, keys=", ".join(costs.without_credit_keys),
            )
        )  # fmt: skip


def _cost_row(row: "CostRow", goals: list[str]) -> list[Any]:
    costs = [row.per[name] for name in goals]
    per = [f"{p.cost:,.0f}" if p.cost is not None else no_figure(p.reason) for p in costs]
    interval = None if row.roi_low is None else f"{percent(row.roi_low)} – {percent(row.roi_high)}"
    return [row.key, f"{row.spend:,.0f}", *per, percent(row.roi, row.reason), interval]
