"""`tabiji group`: who takes part in a journey, when, and what difference it goes with."""

from pathlib import Path
from typing import Any

import click

from tabiji.cli.output import group_name, percent, print_json, print_table
from tabiji.cli.questions.door import question_flags
from tabiji.i18n import text


@click.command()
@click.argument("map_id", metavar="MAP")
@question_flags("group")
@click.pass_obj
def group(root: Path, /, map_id: str, as_json: bool, **flags: Any) -> None:
    """Which roles of the buying group take part in the journeys of MAP, when, and what difference it goes with."""
    import tabiji

    with tabiji.open(root) as workspace:
        result = workspace.map(map_id).group(**flags)
    if as_json:
        print_json(result.to_dict())
        return
    for figures in (result.total, *result.groups):
        if result.groups:
            click.echo(group_name(figures.value))
        _print(result, figures)
    if result.members is not None:
        _print_members(result.members)
    click.echo(result.explain())
    for notice in result.notices:
        click.echo(text("Notice: {notice}", notice=notice.render()), err=True)


def _print(result: Any, figures: Any) -> None:
    """The tables of a set of journeys; those without a row are left out."""
    stages = [c.stage for c in figures.completeness if c.stage is not None]
    cells = {(c.stage, c.role): c for c in figures.coverage}
    there = {a.role for a in figures.order if a.n}
    roles = [r.role for r in result.roles if r.role in there or r.required]
    complete = {c.stage: c for c in figures.completeness}
    states = [s for s in figures.consensus.states if s.n]
    tables: list[tuple[list[str], list[list[Any]]]] = [
        (
            [text("had shown up by the end of"), *stages],
            [[role, *(_cell(cells[stage, role]) for stage in stages)] for role in roles],
        ),
        (
            [text("completeness"), *stages, text("total")],
            [
                [name, *(_share(getattr(complete[stage], name.lower())) for stage in (*stages, None))]
                for name in ("Adobe", "Salesforce")
                if roles
            ],
        ),
        (
            [
                text("shows up"),
                text("share"),
                text("comes first"),
                text("place"),
                text("median days"),
                text("quartiles"),
            ],
            [_order(a) for a in figures.order if a.n],
        ),
        (
            [
                text("stage"),
                text("role"),
                text("with"),
                text("without"),
                text("difference"),
                text("95 % interval"),
                "n",
            ],
            [_onward(o) for o in figures.onward if o.difference is not None],
        ),
        (
            [text("soon after"), text("shows up"), text("observed"), text("expected"), "n", "q"],
            [_influence(i) for i in figures.influence if i.more],
        ),
        (
            [text("stage"), text("groups"), text("aligned"), text("split"), text("blocked"), text("unknown")],
            [[s.stage or text("All"), s.n, s.aligned, s.split, s.blocked, s.unknown] for s in states],
        ),
    ]
    for columns, rows in tables:
        if rows:
            print_table(columns, rows)


def _print_members(of: Any) -> None:
    """Where each member of one group stands."""
    if of.reason is not None:
        click.echo(f"{of.unit}: {text(of.reason)}")
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


def _cell(c: Any) -> str:
    return ("* " if c.planned else "") + _share(c.by_end)


def _share(share: Any) -> str:
    return percent(share.share, share.reason)


def _order(a: Any) -> list[Any]:
    days = ["—", "—"]
    if a.median_days is not None:
        days = [f"{a.median_days:,.0f}", f"{a.quartiles_days[0]:,.0f} – {a.quartiles_days[2]:,.0f}"]
    place = "—" if a.median_position is None else f"{a.median_position:g}"
    return [a.role, _share(a.shown), _share(a.share_first), place, *days]


def _onward(o: Any) -> list[Any]:
    interval = f"{_points(o.low)} – {_points(o.high)}"
    star = " *" if o.told_apart else ""
    return [
        o.stage,
        o.role,
        _share(o.with_role),
        _share(o.without),
        f"{_points(o.difference)}{star}",
        interval,
        f"{o.n_used:,}",
    ]


def _points(share: float) -> str:
    """A difference of shares in points: +22, -8, 0."""
    return f"{round(100 * share):+d}" if round(100 * share) else "0"


def _influence(i: Any) -> list[Any]:
    return [i.from_role, i.to_role, f"{i.observed:,}", f"{i.expected:,.1f}", f"{i.n:,}", f"{i.q:.2g}"]
