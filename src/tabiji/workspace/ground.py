"""What every metric stands on: the index, the compiled rules, the journals, and who and when is asked about."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tabiji.i18n import N_, text
from tabiji.settings import end_of_day, start_of_day
from tabiji.workspace.ask import Asked

if TYPE_CHECKING:
    from tabiji.index import Index
    from tabiji.index.journeys import Journal
    from tabiji.journeymap import JourneyMap
    from tabiji.journeymap.rules import Rules
    from tabiji.metrics.scope import Scope
    from tabiji.workspace.data import Data


@dataclass(frozen=True, slots=True)
class Ground:
    """The first five arguments of every metric, but for the map. `segments`: saved ones that were named, name → condition."""

    index: "Index"
    rules: "Rules"
    journals: "tuple[Journal, ...]"
    scope: "Scope"
    segments: Mapping[str, str] = field(default_factory=dict)

    @property
    def received_by(self) -> int | None:
        """Only records received by then, in seconds of the index; None = all."""
        from tabiji.metrics.scope import seconds

        known_as_of = self.scope.known_as_of
        return None if known_as_of is None else seconds(known_as_of)


def ground_of(workspace: "Data", journey_map: "JourneyMap", asked: Asked) -> Ground:
    """Everything that a metric needs to answer `asked`. Raises ExpressionError, NotFoundError for an unknown segment."""
    from tabiji.journeymap.rules import compile_rules
    from tabiji.metrics.scope import Scope, seconds

    zone = workspace.settings.zone
    selection = groups = None
    segments: dict[str, str] = {}
    known_as_of = end_of_day(asked.known_as_of, zone) if asked.known_as_of else None
    index = workspace.index(journey_map, known_as_of=known_as_of)
    rules = compile_rules(journey_map, index.kinds, index.role_sets)
    if asked.segment or asked.by:
        from tabiji.index.selection import group_by, select

        segment, segments = workspace.segments.expand(asked.segment or "")
        by, named = workspace.segments.expand(asked.by or "")
        segments |= named
        with _named_segments(workspace):
            selection = select(workspace.lake, index, segment, known_as_of)
            groups = group_by(workspace.lake, index, by, known_as_of) if by else None
    scope = Scope(
        as_of=end_of_day(asked.as_of, zone) if asked.as_of else workspace.default_as_of(),
        known_as_of=known_as_of,
        from_at=start_of_day(asked.from_, zone) if asked.from_ else None,
        to_at=end_of_day(asked.to, zone) if asked.to else None,
        selection=selection,
        groups=groups,
        horizon_days=asked.horizon_days or journey_map.horizon_days or workspace.settings.horizon_days,
        min_n=asked.min_n or workspace.settings.min_n,
    )
    known = None if known_as_of is None else seconds(known_as_of)
    return Ground(index, rules, workspace.journals(index, rules, known), scope, segments)


@contextmanager
def _named_segments(workspace: "Data") -> Iterator[None]:
    """A word that is no column, but the name of a saved segment, lacks its @: the error says so."""
    from tabiji.lake.expressions import ExpressionError

    try:
        yield
    except ExpressionError as error:
        word = error.details.get("column")
        if word is None or word not in {s.id for s in workspace.segments.list()}:
            raise
        problem = text(N_("there is no column {name!r}; the segment of that name is written @{name}"), name=word)
        said = ExpressionError(expression=error.details["expression"], problem=problem)
        said.details |= {"column": word, "near": f"@{word}"}
        raise said from error
