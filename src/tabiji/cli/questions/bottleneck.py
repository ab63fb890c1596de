"""`tabiji bottleneck`: what each transition costs a year, and what separates those who went on."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from tabiji.cli.output import amount, group_name, no_figure, percent, print_table
from tabiji.cli.questions.door import notices, question
from tabiji.i18n import pick, text

if TYPE_CHECKING:
    from tabiji.metrics.bottleneck.factor_result import Factor, Factors
    from tabiji.metrics.bottleneck.result import BottleneckResult, TransitionStake


def _notices(result: "BottleneckResult") -> Iterator[str]:
    """Those of the answer, then those of its groups under their names."""
    yield from notices(result)
    for figures in result.groups:
        yield from (f"{group_name(figures.value)}: {notice.render()}" for notice in figures.notices)


@question("bottleneck", _notices)
def bottleneck(result: "BottleneckResult") -> None:
    """What every transition of MAP costs a year, and what separates those who went on at the bottleneck."""
    columns = [text("from"), text("to"), text("entered in a year"), text("share"), text("held against")]
    columns += [text("at stake a year"), text("95 % interval"), text("rank")]
    for figures in (result.total, *result.groups):
        if result.groups:
            click.echo(group_name(figures.value))
        print_table(columns, (_row(t) for t in figures.transitions))
    parts: list[tuple[str | None, Factors | None]] = [
        (None, result.factors),
        *((g.value, g.factors) for g in result.groups),
    ]
    for value, found in parts:
        if found is not None and found.items:
            _print_factors(found, group_name(value) if result.groups else "")
    click.echo(result.explain())


def _print_factors(found: "Factors", group: str) -> None:
    """What separates those that went on; group: among whom, "" where nobody asked for groups."""
    from tabiji.metrics.bottleneck.factor_result import KINDS

    step = f"{pick(found.from_name) or found.from_} → {pick(found.to_name) or found.to}"
    columns = [text("what"), text("name"), text("odds of going on"), text("95 % interval")]
    columns += [text("with it"), text("without"), text("separates")]
    click.echo()
    if group:
        click.echo(group)
    print_table(columns, (_factor(f, text(KINDS[f.kind])) for f in found.items), title=step)


def _row(t: "TransitionStake") -> list[Any]:
    against = None
    if t.reference is not None:
        named = text("planned") if t.reference.source == "target" else f"{t.reference.attribute} = {t.reference.value}"
        against = f"{percent(t.reference.share)} ({named})"
    stake = t.at_stake
    return [
        t.from_, t.to, f"{t.n_per_year:,}", percent(t.share.share, t.share.reason), against,
        no_figure(t.reason) if stake is None else amount(stake.value, stake.currency),
        None if stake is None else f"{amount(stake.low, None)} – {amount(stake.high, None)}", t.rank,
    ]  # fmt: skip


def _factor(f: "Factor", kind: str) -> list[Any]:
    told = f.odds_ratio is not None
    return [
        kind, f.title(), f"× {f.odds_ratio:.2f}" if told else no_figure(f.reason),
        f"{f.low:.2f} – {f.high:.2f}" if told else None, f"{f.n_with:,}", f"{f.n_without:,}",
        text("yes") if f.separates else text("no") if told else None,
    ]  # fmt: skip
