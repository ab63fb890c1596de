"""`tabiji health`: how well customers use what they bought."""

from pathlib import Path
from typing import Any

import click

from tabiji.cli.output import group_name, print_json, print_table
from tabiji.cli.questions.door import question_flags
from tabiji.i18n import text


@click.command()
@click.argument("map_id", metavar="MAP")
@question_flags("health")
@click.pass_obj
def health(root: Path, /, map_id: str, as_json: bool, **flags: Any) -> None:
    """Health of the customers of MAP: deployment, engagement, adoption, ROI; and whether it foretold who left."""
    import tabiji
    from tabiji.metrics.retention.health_result import LABELS

    with tabiji.open(root) as workspace:
        result = workspace.map(map_id).health(**flags)
    if as_json:
        print_json(result.to_dict())
        return
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
    for notice in result.notices:
        click.echo(text("Notice: {notice}", notice=notice.render()), err=True)


def _mean(m: Any) -> list[Any]:
    if m.mean is None:
        return [text(str(m.reason)), None, f"{m.n:,}"]
    return [f"{m.mean:.2f}", f"{m.low:.2f} – {m.high:.2f}", f"{m.n:,}"]


def _share(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}"
