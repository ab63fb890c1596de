"""A map with the data laid on it: each method asks one question and answers with a result."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from tabiji.result import Question
from tabiji.workspace.ask import Asked
from tabiji.workspace.ground import Ground, ground_of
from tabiji.workspace.maps import MapVersion
from tabiji.workspace.questions import QUESTIONS

if TYPE_CHECKING:
    from tabiji.journeymap import JourneyMap
    from tabiji.metrics.dwell import DwellResult
    from tabiji.metrics.emotion import Answers, EmotionResult
    from tabiji.metrics.funnel import FunnelResult
    from tabiji.metrics.kpi import KpiResult
    from tabiji.metrics.reach import ReachResult
    from tabiji.metrics.velocity import VelocityResult
    from tabiji.metrics.why_result import WhyResult
    from tabiji.workspace.workspace import Workspace

Answer = TypeVar("Answer")


class MeasuredMap:
    """A version of a map in a workspace, ready to be asked.

    Every method takes the flags of its question as on the command line, with underscores (`as_of`, `known_as_of`, `from_`,
    `to`, `segment`, `by`, `horizon_days`, `min_n`, and its own), and raises FlagError and ExpressionError for those that
    cannot be used."""

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
        """How many journeys reach each stage, and which share goes on."""
        from tabiji.metrics.funnel import funnel

        asked = QUESTIONS["funnel"].read(flags)
        return self._ask("funnel", funnel, asked, mode=asked.mode, window_days=asked.window_days)

    def dwell(self, **flags: Any) -> "DwellResult":
        """How long journeys stay in each stage, those included that are still there."""
        from tabiji.metrics.dwell import dwell

        return self._ask("dwell", dwell, QUESTIONS["dwell"].read(flags))

    def velocity(self, **flags: Any) -> "VelocityResult":
        """What the open opportunities are expected to bring in per day: open × win rate × mean deal ÷ median cycle."""
        from tabiji.metrics.velocity import velocity
        from tabiji.workspace.amounts import amounts_of

        asked = QUESTIONS["velocity"].read(flags)
        ground, workspace = self.ground(asked), self.workspace
        amounts = amounts_of(workspace.lake, ground.index, ground.scope.known_as_of)
        currency = workspace.settings.currency
        return self._ask("velocity", velocity, asked, ground, currency=currency, amounts=amounts)

    def why(self, account: str, **flags: Any) -> "WhyResult":
        """Why one account (opportunity, person: the unit of the map) stands where it does: its stage intervals, each with the
        rule and the events that completed it, and what it lacked to go on.

        account: its id, or a part of its name. Raises NotFoundError, AmbiguousNameError."""
        from tabiji.metrics.why import why
        from tabiji.workspace.lookup import find_unit
        from tabiji.workspace.touches import touches_of

        asked = QUESTIONS["why"].read(flags)
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
        """Which share of the journeys in a stage met each touchpoint there, and in which share each role showed up."""
        from tabiji.metrics.reach import reach

        return self._ask("reach", reach, QUESTIONS["reach"].read(flags))

    def emotion(self, **flags: Any) -> "EmotionResult":
        """How people felt in each stage, everybody and role by role, from survey answers; beside what the map plans."""
        from tabiji.metrics.emotion import emotion

        asked = QUESTIONS["emotion"].read(flags)
        ground = self.ground(asked)
        return self._ask("emotion", emotion, asked, ground, answers=self._answers(ground))

    def kpis(self, **flags: Any) -> "KpiResult":
        """What the KPIs of the map come to, now and a period before."""
        from tabiji.metrics.kpi import kpis

        asked = QUESTIONS["kpis"].read(flags)
        ground = self.ground(asked)
        return self._ask("kpis", kpis, asked, ground, answers=self._answers(ground))

    def ground(self, asked: Asked) -> Ground:
        """Everything that a metric needs to answer `asked`."""
        return ground_of(self.workspace, self.map, asked)

    def _ask(
        self, verb: str, metric: Callable[..., Answer], asked: Asked, ground: Ground | None = None, **more: Any
    ) -> Answer:
        """Call a metric with the arguments that all have, and `more`."""
        g = ground or self.ground(asked)
        question = Question(verb, self.map.id, self.version.number or None, asked.flags)
        return metric(
            g.index, self.map, g.rules, g.journals, g.scope,
            executor=self.workspace.executor, question=question, **more,
        )  # fmt: skip

    def _answers(self, ground: Ground) -> "Answers":
        return self.workspace.answers(ground.index, ground.received_by)
