"""A map with the data laid on it: each method asks one question and answers with a result."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tabiji.result import Question
from tabiji.workspace.ask import FUNNEL, INSTANTS, WHOLE, Asked, end_of_day, read_flags, start_of_day
from tabiji.workspace.maps import MapVersion

if TYPE_CHECKING:
    from tabiji.index import Index
    from tabiji.index.journeys import Journal
    from tabiji.journeymap import JourneyMap
    from tabiji.journeymap.rules import Rules
    from tabiji.metrics.dwell import DwellResult
    from tabiji.metrics.emotion import Answers, EmotionResult
    from tabiji.metrics.funnel import FunnelResult
    from tabiji.metrics.kpi import KpiResult
    from tabiji.metrics.reach import ReachResult
    from tabiji.metrics.scope import Scope
    from tabiji.metrics.velocity import VelocityResult
    from tabiji.metrics.why_result import WhyResult
    from tabiji.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Ground:
    """What every metric stands on: the index, the compiled rules, the journals, and who and when is asked about."""

    index: "Index"
    rules: "Rules"
    journals: "tuple[Journal, ...]"
    scope: "Scope"


class MeasuredMap:
    """A version of a map in a workspace, ready to be asked."""

    def __init__(self, workspace: "Workspace", version: MapVersion) -> None:
        self.workspace = workspace
        self.version = version

    @property
    def map(self) -> "JourneyMap":
        """The map itself."""
        return self.version.map

    @property
    def text(self) -> str:
        """Its YAML as written."""
        return self.version.text

    def funnel(self, **flags: Any) -> "FunnelResult":
        """How many journeys reach each stage, and which share goes on.

        Flags as on the command line, with underscores (`as_of`, `from_`, `to`, `segment`, `by`, `horizon_days`, `min_n`,
        `mode`, `window_days`, `known_as_of`). Raises FlagError, ExpressionError."""
        from tabiji.metrics.funnel import funnel

        asked = read_flags(flags, FUNNEL)
        ground = self.ground(asked)
        return funnel(
            ground.index, self.map, ground.rules, ground.journals, ground.scope,
            executor=self.workspace.executor, question=self._question("funnel", asked),
            mode=asked.mode, window_days=asked.window_days,
        )  # fmt: skip

    def dwell(self, **flags: Any) -> "DwellResult":
        """How long journeys stay in each stage, those included that are still there.

        Flags as those of `funnel`, without `mode` and `window_days`. Raises FlagError, ExpressionError."""
        from tabiji.metrics.dwell import dwell

        asked = read_flags(flags)
        ground = self.ground(asked)
        return dwell(
            ground.index, self.map, ground.rules, ground.journals, ground.scope,
            executor=self.workspace.executor, question=self._question("dwell", asked),
        )  # fmt: skip

    def velocity(self, **flags: Any) -> "VelocityResult":
        """What the open opportunities are expected to bring in per day: open × win rate × mean deal ÷ median cycle.

        Flags as those of `dwell`. Raises FlagError, ExpressionError."""
        from tabiji.metrics.velocity import velocity
        from tabiji.workspace.amounts import amounts_of

        asked = read_flags(flags)
        ground = self.ground(asked)
        return velocity(
            ground.index, self.map, ground.rules, ground.journals, ground.scope,
            executor=self.workspace.executor, question=self._question("velocity", asked),
            currency=self.workspace.settings.currency,
            amounts=amounts_of(self.workspace.lake, ground.index, ground.scope.known_as_of),
        )  # fmt: skip

    def why(self, account: str, **flags: Any) -> "WhyResult":
        """Why one account (opportunity, person: the unit of the map) stands where it does: its stage intervals, each with the
        rule and the events that completed it, and what it lacked to go on.

        account: its id, or a part of its name · flags: `as_of`, `known_as_of`. Raises NotFoundError, AmbiguousNameError,
        FlagError."""
        from tabiji.metrics.why import why
        from tabiji.workspace.lookup import find_unit
        from tabiji.workspace.touches import touches_of

        asked = read_flags(flags, INSTANTS)
        ground, lake = self.ground(asked), self.workspace.lake
        unit, name = find_unit(lake, ground.index, account)
        known_as_of = ground.scope.known_as_of
        question = Question("why", self.map.id, self.version.number or None, asked.flags, account)
        return why(
            ground.index, self.map, ground.rules, ground.journals, ground.scope, unit,
            lambda tier, events: touches_of(lake, ground.index, unit, tier, events, known_as_of),
            executor=self.workspace.executor, unit_name=name, question=question,
        )  # fmt: skip

    def reach(self, **flags: Any) -> "ReachResult":
        """Which share of the journeys in a stage met each touchpoint there, and in which share each role showed up.

        Flags as those of `funnel`, without `by`, `mode` and `window_days`. Raises FlagError, ExpressionError."""
        from tabiji.metrics.reach import reach

        asked = read_flags(flags, WHOLE)
        ground = self.ground(asked)
        return reach(
            ground.index, self.map, ground.rules, ground.journals, ground.scope,
            executor=self.workspace.executor, question=self._question("reach", asked),
        )  # fmt: skip

    def emotion(self, **flags: Any) -> "EmotionResult":
        """How people felt in each stage, everybody and role by role, from survey answers; beside what the map plans.

        Flags as those of `reach`. Raises FlagError, ExpressionError."""
        from tabiji.metrics.emotion import emotion

        asked = read_flags(flags, WHOLE)
        ground = self.ground(asked)
        return emotion(
            ground.index, self.map, ground.rules, ground.journals, ground.scope, self._answers(ground),
            executor=self.workspace.executor, question=self._question("emotion", asked),
        )  # fmt: skip

    def kpis(self, **flags: Any) -> "KpiResult":
        """What the KPIs of the map come to, now and a period before.

        Flags as those of `reach`. Raises FlagError, ExpressionError."""
        from tabiji.metrics.kpi import kpis

        asked = read_flags(flags, WHOLE)
        ground = self.ground(asked)
        return kpis(
            ground.index, self.map, ground.rules, ground.journals, ground.scope, self._answers(ground),
            executor=self.workspace.executor, question=self._question("kpis", asked),
        )  # fmt: skip

    def _answers(self, ground: Ground) -> "Answers":
        from tabiji.metrics.scope import seconds

        known_as_of = ground.scope.known_as_of
        return self.workspace.answers(ground.index, None if known_as_of is None else seconds(known_as_of))

    def ground(self, asked: Asked) -> Ground:
        """Everything that a metric needs to answer `asked`."""
        from tabiji.journeymap.rules import compile_rules
        from tabiji.metrics.scope import Scope, seconds

        workspace, zone = self.workspace, self.workspace.settings.zone
        selection = groups = None
        known_as_of = end_of_day(asked.known_as_of, zone) if asked.known_as_of else None
        index = workspace.index(self.map, known_as_of=known_as_of)
        rules = compile_rules(self.map, index.kinds, index.role_sets)
        if asked.segment or asked.by:
            from tabiji.index.selection import group_by, select

            selection = select(workspace.lake, index, asked.segment)
            groups = group_by(workspace.lake, index, asked.by) if asked.by else None
        scope = Scope(
            as_of=end_of_day(asked.as_of, zone) if asked.as_of else workspace.default_as_of(),
            known_as_of=known_as_of,
            from_at=start_of_day(asked.from_, zone) if asked.from_ else None,
            to_at=end_of_day(asked.to, zone) if asked.to else None,
            selection=selection,
            groups=groups,
            horizon_days=asked.horizon_days or self.map.horizon_days or workspace.settings.horizon_days,
            min_n=asked.min_n or workspace.settings.min_n,
        )
        known = None if known_as_of is None else seconds(known_as_of)
        return Ground(index, rules, workspace.journals(index, rules, known), scope)

    def _question(self, verb: str, asked: Asked) -> Question:
        return Question(verb, self.map.id, self.version.number or None, asked.flags)
