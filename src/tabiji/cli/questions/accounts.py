"""`tabiji accounts`: who is where, since when, who is missing."""

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from tabiji.cli.output import group_name, print_table
from tabiji.cli.questions.door import dated_question
from tabiji.i18n import text

if TYPE_CHECKING:
    from tabiji.metrics.accounts.result import AccountRow, AccountsResult


@dated_question("accounts")
def accounts(result: "AccountsResult", zone: ZoneInfo) -> None:
    """Where the accounts (opportunities, persons) of MAP stand, since when, with what outlook, and which roles are missing."""
    columns = [
        text("id"),
        text("name"),
        text("stage"),
        text("entered"),
        text("days"),
        text("median days"),
        text("goes on"),
    ]
    columns += [text("outcome"), text("last touch"), text("missing"), text("amount")]
    if result.groups:
        stages = [result.stage_name(p.id) for p in result.pace]
        counted = (
            [group_name(g.value), f"{g.total:,}", *(f"{n:,}" for n in g.by_stage.values())] for g in result.groups
        )
        print_table([text("group"), text("all"), *stages], counted)
        columns.insert(2, text("group"))
    print_table(columns, (_row(result, a, zone) for a in result.accounts))
    click.echo(result.explain())
    if result.pages > 1:
        click.echo(text("Page {page} of {pages}", page=result.listing.page, pages=result.pages))


def _row(result: "AccountsResult", a: "AccountRow", zone: ZoneInfo) -> list[Any]:
    median = next(p.median_days for p in result.pace if p.id == a.stage)
    return [
        a.id, a.described.name, *([group_name(a.group)] if result.groups else []), a.stage, f"{a.entered_at.astimezone(zone):%Y-%m-%d}", f"{a.stay_days:,.0f}",
        None if median is None else f"{median:,.0f}", None if a.onward.share is None else f"{a.onward.share:.0%}",
        text(a.outcome), f"{a.last_touch_at.astimezone(zone):%Y-%m-%d}",
        ", ".join(a.missing) or None, "; ".join(f"{m.currency} {m.amount:,.0f}" for m in a.described.amounts) or None,
    ]  # fmt: skip
