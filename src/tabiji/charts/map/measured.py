"""What was measured, in the shape in which the map shows it. Everything is optional: an absent figure is not drawn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, tzinfo

from tabiji.metrics.bottleneck.result import BottleneckResult
from tabiji.metrics.funnel.result import FunnelResult
from tabiji.result import Share


@dataclass(frozen=True, slots=True)
class Felt:
    """Measured emotion, −2…+2, as a mean over `n` answers; None with its reason where it is refused."""

    mean: float | None
    n: int
    low: float | None = None
    high: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """Actual value of a KPI, with that of one period before; None with its reason where it is refused."""

    value: float | None
    n: int | None = None
    low: float | None = None
    high: float | None = None
    previous: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures by the ids of the map.

    presence: role → share of journeys in which it appears · presence_at: (stage, role) → the same among the journeys in that
    stage, while they were in it · reach: (stage, touchpoint) → share of the journeys in the
    stage that met it · stakes: what each transition costs a year · felt: stage → emotion over all roles ·
    felt_by: (stage, role) → emotion of that role · kpis: KPI → actual value (shares in 0–1)."""

    funnel: FunnelResult | None = None
    presence: Mapping[str, Share] = field(default_factory=dict)
    presence_at: Mapping[tuple[str, str], Share] = field(default_factory=dict)
    reach: Mapping[tuple[str, str], Share] = field(default_factory=dict)
    felt: Mapping[str, Felt] = field(default_factory=dict)
    kpis: Mapping[str, Score] = field(default_factory=dict)
    stakes: BottleneckResult | None = None
    felt_by: Mapping[tuple[str, str], Felt] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class About:
    """What stands beside the name: version and its day, since when there is data, how many people it knows.

    `zone` is that of day boundaries; None = UTC. `offering`: what the map's is called by
    language, where that is not what the map writes."""

    version: int | None = None
    changed_on: date | None = None
    began_on: date | None = None
    n_persons: int | None = None
    zone: tzinfo | None = None
    offering: Mapping[str, str] = field(default_factory=dict)
