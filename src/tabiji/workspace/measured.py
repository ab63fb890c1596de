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
    from tabiji.metrics.accounts_result import AccountsResult
    from tabiji.metrics.cohorts_result import CohortResult
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

    def cohorts(self, **flags: Any) -> "CohortResult":
        """Journeys by the calendar period in which they began, and the share of each that has reached a stage, by age.

        Raises NotFoundError for an unknown stage, NoGoalError where none is named and the map has no success."""
        from tabiji.metrics.cohorts import cohorts

        asked, settings = QUESTIONS["cohorts"].read(flags), self.workspace.settings
        own = {**asked.own, "year_from": asked.own["year_from"] or settings.year_from}
        return self._ask("cohorts", cohorts, asked, zone=settings.zone, **own)

    def why(self, account: str, **flags: Any) -> "WhyResult":
        """Why one account (opportunity, person: the unit of the map) stands where it does: its stage intervals, each with the
        rule and the events that completed it, and what it lacked to go on.

        account: its id, or a part of its name. Raises NotFoundError, AmbiguousNameError."""
        from tabiji.index.persons import person_ids
        from tabiji.metrics.why import why
        from tabiji.workspace.lookup import find_unit, looking_at
        from tabiji.workspace.touches import touches_of

        asked = QUESTIONS["why"].read(flags)
        g = self.ground(asked)
        question = Question("why", self.map.id, self.version.number or None, asked.flags, account)
        with looking_at(self.workspace.lake, g.scope.known_as_of) as (now, then):
            unit, name = find_unit(now, g.index, account)
            return why(
                g.index, self.map, g.rules, g.journals, g.scope, unit,
                lambda tier, events: touches_of(then, g.index, unit, tier, events, person_ids(now, g.index, unit)),
                executor=self.workspace.executor, unit_name=name, question=question,
            )  # fmt: skip

    def accounts(self, **flags: Any) -> "AccountsResult":
        """Who is where, since when, who is missing: a page of the accounts (opportunities, persons) with their latest journey."""
        from tabiji.metrics.accounts import accounts
        from tabiji.workspace.directory import LakeDirectory, listing_of

        asked = QUESTIONS["accounts"].read(flags)
        listing, g, workspace = listing_of(asked, self.map), self.ground(asked), self.workspace
        with workspace.lake.connect(known_as_of=g.scope.known_as_of) as con:
            directory = LakeDirectory(con, g.index, self.map, workspace.settings.currency)
            return self._ask("accounts", accounts, asked, g, directory=directory, listing=listing)

    def reach(self, **flags: Any) -> "ReachResult":
        """Which share of the journeys in a stage met each touchpoint there, and in which share each role showed up."""
        from tabiji.metrics.reach import reach

        return self._ask("reach", reach, QUESTIONS["reach"].read(flags))

    def emotion(self, *, with_link: bool = True, **flags: Any) -> "EmotionResult":
        """How people felt in each stage, everybody and role by role, from survey answers and tagged notes; beside what the map
        plans. with_link: whether to ask, too, what negative touches go along with."""
        from tabiji.metrics.emotion import emotion

        asked = QUESTIONS["emotion"].read(flags)
        ground = self.ground(asked)
        answers, notes = (
            self._answers(ground),
            self.workspace.notes(ground.index, self.map.offering, ground.received_by),
        )
        return self._ask("emotion", emotion, asked, ground, answers=answers, notes=notes, with_link=with_link)

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
