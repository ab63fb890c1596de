"""`tabiji retention`: who stays, and how much of their value."""

from pathlib import Path
from typing import Any

import click

from tabiji.cli.output import group_name, percent, print_json, print_table
from tabiji.cli.questions.door import question_flags
from tabiji.i18n import text


@click.command()
@click.argument("map_id", metavar="MAP")
@question_flags("retention")
@click.pass_obj
def retention(root: Path, /, map_id: str, as_json: bool, **flags: Any) -> None:
    """Who stays a customer, and how much of their value: each definition in use, side by side."""
    import tabiji

    with tabiji.open(root) as workspace:
        result = workspace.map(map_id).retention(**flags)
    if as_json:
        print_json(result.to_dict())
        return
    for figures in (result.total, *result.groups):
        if result.groups:
            click.echo(group_name(figures.value))
        _print(figures)
    click.echo(result.explain())
    for notice in result.notices:
        click.echo(text("Notice: {notice}", notice=notice.render()), err=True)


def _print(figures: Any) -> None:
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
            told = (mean.mean, mean.low, mean.high, mean.n, mean.reason)
            rows.append([text("within {days} {days:day|days}", days=days), money.currency, *_amount(*told)])
        f = money.formula
        rows.append([text("value ÷ churn"), money.currency, *_amount(f.share, f.low, f.high, f.n, f.reason)])
    if rows:
        print_table([text("lifetime value"), text("currency"), text("value"), text("95 % interval"), text("n")], rows)


def _share(s: Any) -> list[Any]:
    interval = None if s.share is None else f"{percent(s.low)} – {percent(s.high)}"
    return [percent(s.share, s.reason), interval, f"{s.n:,}"]


def _amount(value: float | None, low: float | None, high: float | None, n: int, reason: str | None) -> list[Any]:
    if value is None:
        return [text(str(reason)), None, f"{n:,}"]
    return [f"{value:,.0f}", f"{low:,.0f} – {high:,.0f}", f"{n:,}"]
