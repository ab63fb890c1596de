"""`tabiji group`: who takes part in a journey, when, and what difference it goes with."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from tabiji.cli.output import group_name, percent, print_table
from tabiji.cli.questions.door import question
from tabiji.i18n import text

if TYPE_CHECKING:
    from tabiji.metrics.group.figures import Appearance, Coverage, Influence, OnwardDifference
    from tabiji.metrics.group.result import GroupFigures, GroupResult
    from tabiji.metrics.group.standing.stances import MembersOf
    from tabiji.result import Share

Rows = list[list[Any]]


@question("group")
def group(result: "GroupResult") -> None:
    """Which roles of the buying group take part in the journeys of MAP, when, and what difference it goes with."""
    for figures in (result.total, *result.groups):
        if result.groups:
            click.echo(group_name(figures.value))
        for columns, rows in (*_presence(result, figures), *_associations(figures)):
            if rows:
                print_table(columns, rows)
    if result.members is not None:
        _print_members(result.members)
    click.echo(result.explain())


def _presence(result: "GroupResult", figures: "GroupFigures") -> Iterator[tuple[list[str], Rows]]:
    """Who is there by the end of each stage, how complete groups are, and who comes when."""
    stages = [c.stage for c in figures.completeness if c.stage is not None]
    cells = {(c.stage, c.role): c for c in figures.coverage}
    there = {a.role for a in figures.order if a.n}
    roles = [r.role for r in result.roles if r.role in there or r.required]
    complete = {c.stage: c for c in figures.completeness}
    yield (
        [text("had shown up by the end of"), *stages],
        [[role, *(_cell(cells[stage, role]) for stage in stages)] for role in roles],
    )
    yield (
        [text("completeness"), *stages, text("total")],
        [
            ["Adobe", *(_share(complete[stage].adobe) for stage in (*stages, None))],
            ["Salesforce", *(_share(complete[stage].salesforce) for stage in (*stages, None))],
        ]
        if roles
        else [],
    )
    columns = [text("shows up"), text("share"), text("comes first"), text("place")]
    yield [*columns, text("median days"), text("quartiles")], [_order(a) for a in figures.order if a.n]


def _associations(figures: "GroupFigures") -> Iterator[tuple[list[str], Rows]]:
    """What goes with a role, who comes soon after whom, and whether groups agree."""
    columns = [text("stage"), text("role"), text("with"), text("without"), text("difference"), text("95 % interval")]
    yield [*columns, "n"], [_onward(o) for o in figures.onward if o.difference is not None]
    columns = [text("soon after"), text("shows up"), text("observed"), text("expected"), "n", "q"]
    yield columns, [_influence(i) for i in figures.influence if i.more]
    columns = [text("stage"), text("groups"), text("aligned"), text("split"), text("blocked"), text("unknown")]
    states = [s for s in figures.consensus.states if s.n]
    yield columns, [[s.stage or text("All"), s.n, s.aligned, s.split, s.blocked, s.unknown] for s in states]


def _print_members(of: "MembersOf") -> None:
    """Where each member of one group stands."""
    if of.reason is not None or of.state is None:
        click.echo(f"{of.unit}: {text(of.reason or '')}")
        return
    columns = [text("person"), text("role"), text("stance"), text("evidence"), text("day")]
    rows = [
        [
            m.name or m.person or "—", ", ".join(m.roles) or "—", text(m.stance), "—" if m.grade is None else text(m.grade),
            "—" if m.at is None else f"{m.at:%Y-%m-%d}",
        ]
        for m in of.members
    ]  # fmt: skip
    print_table(columns, rows, title=f"{of.unit} · {of.stage} · {text(of.state)}")


def _cell(c: "Coverage") -> str:
    return ("* " if c.planned else "") + _share(c.by_end)


def _share(share: "Share") -> str:
    return percent(share.share, share.reason)


def _order(a: "Appearance") -> list[str]:
    days = ["—", "—"]
    if a.median_days is not None:
        days = [f"{a.median_days:,.0f}", f"{a.quartiles_days[0]:,.0f} – {a.quartiles_days[2]:,.0f}"]
    place = "—" if a.median_position is None else f"{a.median_position:g}"
    return [a.role, _share(a.shown), _share(a.share_first), place, *days]


def _onward(o: "OnwardDifference") -> list[str]:
    interval = f"{_points(o.low)} – {_points(o.high)}"
    star = " *" if o.told_apart else ""
    return [
        o.stage, o.role, _share(o.with_role), _share(o.without), f"{_points(o.difference)}{star}", interval, f"{o.n_used:,}",
    ]  # fmt: skip


def _points(share: float | None) -> str:
    """A difference of shares in points: +22, -8, 0."""
    if share is None:
        return "—"
    return f"{round(100 * share):+d}" if round(100 * share) else "0"


def _influence(i: "Influence") -> list[str]:
    return [i.from_role, i.to_role, f"{i.observed:,}", f"{i.expected:,.1f}", f"{i.n:,}", f"{i.q:.2g}"]
