"""`tabiji health`: how well customers use what they bought."""

from typing import TYPE_CHECKING, Any

import click

from tabiji.cli.output import group_name, no_figure, print_table
from tabiji.cli.questions.door import question
from tabiji.i18n import text

if TYPE_CHECKING:
    from tabiji.metrics.means import Mean
    from tabiji.metrics.retention.health_result import HealthResult


@question("health")
def health(result: "HealthResult") -> None:
    """Health of the customers of MAP: deployment, engagement, adoption, ROI; and whether it foretold who left."""
    from tabiji.metrics.retention.health_result import LABELS

    columns = [text("part"), text("mean"), text("95 % interval"), text("n"), text("measured by")]
    for value, components in [(None, result.components), *result.by_group.items()]:
        if result.by_group:
            click.echo(group_name(value))
        print_table(columns, ([text(LABELS[c.id]), *_mean(c.mean), c.told()] for c in components))
    columns = [
        text("customer"),
        text("name"),
        *(text(LABELS[c.id]) for c in result.components),
        text("mean of measured"),
    ]
    print_table(
        columns,
        ([c.unit, c.name, *(_share(v) for v in c.parts.values()), _share(c.of_measured)] for c in result.lowest[:10]),
    )
    click.echo(result.explain())


def _mean(m: "Mean") -> list[Any]:
    if m.mean is None:
        return [no_figure(m.reason), None, f"{m.n:,}"]
    return [f"{m.mean:.2f}", f"{m.low:.2f} – {m.high:.2f}", f"{m.n:,}"]


def _share(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}"
