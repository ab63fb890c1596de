"""What the living map asks of a workspace, for its page and its picture alike."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tabiji.charts.map.measured import About, Felt, Measured, Score
from tabiji.workspace.overview import span

ONLY_FUNNEL = ("by", "mode", "window_days")  # flags that divide the funnel and mean nothing to the other figures

if TYPE_CHECKING:
    from tabiji.metrics.kpi.question import KpiValue
    from tabiji.metrics.means import Mean
    from tabiji.workspace import MeasuredMap


def measured(chosen: "MeasuredMap", flags: Mapping[str, Any] | None = None) -> Measured:
    """Everything that was measured on the map under these flags."""
    flags = flags or {}
    common = common_flags(flags)
    reach, emotion, kpis = chosen.reach(**common), chosen.emotion(with_link=False, **common), chosen.kpis(**common)
    funnel = chosen.funnel(**flags)
    return Measured(
        funnel=funnel,
        presence=reach.presence,
        presence_at={(r.stage, r.role): r.share for r in reach.roles if r.stage is not None},
        reach=reach.by_stage,
        felt={stage: _felt(mean) for stage, mean in emotion.by_stage.items() if mean.n},
        felt_by={(f.stage, f.role): _felt(f.measured) for f in emotion.feelings if f.role is not None and f.measured.n},
        kpis={value.id: _score(value) for value in kpis.values},
        # Steps in order have no competing-risk reading, so nothing can be said to be at stake between them.
        stakes=None if flags.get("mode") == "ordered" else chosen.bottleneck(funnel, no_factors=True, **common),
    )


def _felt(mean: "Mean") -> Felt:
    return Felt(mean.mean, mean.n, mean.low, mean.high, mean.reason)


def _score(kpi: "KpiValue") -> Score:
    actual = kpi.actual
    before = None if kpi.previous is None else kpi.previous.value
    return Score(actual.value, actual.n, actual.low, actual.high, before, actual.reason)


def common_flags(flags: Mapping[str, Any]) -> dict[str, Any]:
    """The flags that mean something to every figure."""
    return {name: value for name, value in flags.items() if name not in ONLY_FUNNEL}


def about(chosen: "MeasuredMap") -> About:
    """Version, since when there is data, and how many people it knows."""
    workspace = chosen.workspace
    zone, lake = workspace.settings.zone, workspace.lake
    first = span(lake)
    return About(
        version=chosen.version.number or None,
        changed_on=chosen.version.created_at.astimezone(zone).date(),
        began_on=None if first is None else first[0].astimezone(zone).date(),
        n_persons=lake.head().of("person").current or None,
        zone=zone,
        offering=workspace.settings.labels.get("offering", {}).get(chosen.map.offering or "", {}),
    )
