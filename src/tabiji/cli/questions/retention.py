"""`tabiji retention`: who stays, and how much of their value."""

from typing import TYPE_CHECKING, Any

import click

from tabiji.cli.output import group_name, no_figure, percent, print_table
from tabiji.cli.questions.door import question
from tabiji.i18n import text

if TYPE_CHECKING:
    from tabiji.metrics.means import Mean
    from tabiji.metrics.retention.result import RetentionFigures, RetentionResult
    from tabiji.result import Share


@question("retention")
def retention(result: "RetentionResult") -> None:
    """Who stays a customer, and how much of their value: each definition in use, side by side."""
    for figures in (result.total, *result.groups):
        if result.groups:
            click.echo(group_name(figures.value))
        _print(figures)
    click.echo(result.explain())


def _print(figures: "RetentionFigures") -> None:
    from tabiji.metrics.retention.result import CHURN, REVENUE

    rows = [[text("logo churn"), text(CHURN[c.id][0]), *_share(c.share)] for c in figures.churn]
    for money in figures.money:
        for d in money.definitions:
            name = text(REVENUE[d.id][0])
            rows.append([text("gross retention ({currency})", currency=money.currency), name, *_share(d.gross)])
            rows.append([text("net retention ({currency})", currency=money.currency), name, *_share(d.net)])
    print_table([text("measure"), text("definition"), text("share"), text("95 % interval"), text("n")], rows)
    rows = [
        [x.cohort or text("All"), f"{x.n:,}", f"{x.ended:,}", *(percent(s.share, s.reason) for s in x.at.values())]
        for x in figures.lasting
    ]
    marks = list(figures.lasting[0].at) if figures.lasting else []
    lasts = [text("still in force after {days} {days:day|days}", days=days) for days in marks]
    if rows:
        print_table([text("began in"), text("subscriptions"), text("ended"), *lasts], rows)
    rows = []
    for money in figures.money:
        for days, mean in money.within.items():
            rows.append([text("within {days} {days:day|days}", days=days), money.currency, *_amount(mean, mean.mean)])
        rows.append([text("value ÷ churn"), money.currency, *_amount(money.formula, money.formula.share)])
    if rows:
        print_table([text("lifetime value"), text("currency"), text("value"), text("95 % interval"), text("n")], rows)


def _share(s: "Share") -> list[Any]:
    interval = None if s.share is None else f"{percent(s.low)} – {percent(s.high)}"
    return [percent(s.share, s.reason), interval, f"{s.n:,}"]


def _amount(told: "Mean | Share", value: float | None) -> list[Any]:
    if value is None:
        return [no_figure(told.reason), None, f"{told.n:,}"]
    return [f"{value:,.0f}", f"{told.low:,.0f} – {told.high:,.0f}", f"{told.n:,}"]
