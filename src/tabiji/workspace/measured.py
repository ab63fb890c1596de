"""A map with the data laid on it: each method asks one question and answers with a result."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tabiji.i18n import N_
from tabiji.result import Notice
from tabiji.workspace.ask import Asked
from tabiji.workspace.measured_accounts import MeasuredAccounts
from tabiji.workspace.questions import QUESTIONS

if TYPE_CHECKING:
    from tabiji.metrics.bottleneck.result import BottleneckResult
    from tabiji.metrics.cohorts.result import CohortResult
    from tabiji.metrics.conformance.question import ConformanceResult
    from tabiji.metrics.credit import CreditResult
    from tabiji.metrics.dwell.question import DwellResult
    from tabiji.metrics.feelings.emotion import EmotionResult
    from tabiji.metrics.feelings.voice import VoiceResult
    from tabiji.metrics.funnel.question import FunnelResult
    from tabiji.metrics.group.question import GroupResult
    from tabiji.metrics.group.standing.stances import Naming
    from tabiji.metrics.kpi.question import KpiResult
    from tabiji.metrics.paths.question import PathsResult
    from tabiji.metrics.reach.question import ReachResult
    from tabiji.metrics.retention.health import HealthResult
    from tabiji.metrics.retention.question import RetentionResult
    from tabiji.metrics.velocity.question import VelocityResult

TWO_HORIZONS = N_(
    "{flag} changes nothing: --churn-days says that health is compared with who left in the next {days} {days:day|days}."
)


class MeasuredMap(MeasuredAccounts):
    """A version of a map in a workspace, ready to be asked.

    Every method takes the flags of its question as on the command line, with underscores (`as_of`, `known_as_of`, `from_`,
    `to`, `segment`, `by`, `horizon_days`, `min_n`, and its own), and raises FlagError and ExpressionError for those that
    cannot be used."""

    def funnel(self, **flags: Any) -> "FunnelResult":
        """How many journeys reach each stage, and which share goes on."""
        from tabiji.metrics.funnel.question import funnel

        asked = QUESTIONS["funnel"].read(flags)
        return self._ask("funnel", funnel, asked, mode=asked.mode, window_days=asked.window_days)

    def dwell(self, **flags: Any) -> "DwellResult":
        """How long journeys stay in each stage, those included that are still there."""
        from tabiji.metrics.dwell.question import dwell

        return self._ask("dwell", dwell, QUESTIONS["dwell"].read(flags))

    def velocity(self, **flags: Any) -> "VelocityResult":
        """What the open opportunities are expected to bring in per day: open × win rate × mean deal ÷ median cycle."""
        from tabiji.metrics.velocity.question import velocity
        from tabiji.workspace.laid.amounts import amounts_of

        asked = QUESTIONS["velocity"].read(flags)
        ground, workspace = self.ground(asked), self.workspace
        amounts = amounts_of(workspace.lake, ground.index, ground.scope.known_as_of)
        currency = workspace.settings.currency
        return self._ask("velocity", velocity, asked, ground, currency=currency, amounts=amounts)

    def conformance(self, **flags: Any) -> "ConformanceResult":
        """How well journeys fit the plan of the map, where they leave it, and what goes with that (verb `conform`)."""
        from tabiji.metrics.conformance.question import conformance
        from tabiji.workspace.laid.amounts import amounts_of

        asked = QUESTIONS["conformance"].read(flags)
        ground, workspace = self.ground(asked), self.workspace
        amounts = amounts_of(workspace.lake, ground.index, ground.scope.known_as_of)
        currency = workspace.settings.currency
        return self._ask(
            "conform", conformance, asked, ground,
            currency=currency, amounts=amounts, landmark_days=asked.own["landmark_days"],
        )  # fmt: skip

    def cohorts(self, **flags: Any) -> "CohortResult":
        """Journeys by the calendar period in which they began, and the share of each that has reached a stage, by age.

        Raises NotFoundError for an unknown stage."""
        from tabiji.metrics.cohorts.question import cohorts

        asked, settings = QUESTIONS["cohorts"].read(flags), self.workspace.settings
        own = {**asked.own, "year_from": asked.own["year_from"] or settings.year_from}
        return self._ask("cohorts", cohorts, asked, zone=settings.zone, **own)

    def bottleneck(self, funnel: "FunnelResult | None" = None, **flags: Any) -> "BottleneckResult":
        """What each transition costs a year, in money where won deals tell their value, and what separates those who went on.

        stage: whose factors are told, default the bottleneck's · no_factors: leave them out · funnel: the answer of the funnel
        under the same flags, where it is at hand: its shares are not worked out again. Raises NotFoundError for a stage that
        leads to none."""
        from tabiji.metrics.bottleneck.question import bottleneck
        from tabiji.workspace.laid.amounts import amounts_of
        from tabiji.workspace.laid.traits import segments_of, traits_of

        asked = QUESTIONS["bottleneck"].read(flags)
        ground, workspace = self.ground(asked), self.workspace
        lake, index = workspace.lake, ground.index
        return self._ask(
            "bottleneck", bottleneck, asked, ground, currency=workspace.settings.currency,
            amounts=amounts_of(lake, index, ground.scope.known_as_of), stage=asked.own["stage"],
            segments=lambda: segments_of(lake, index, ground.scope.known_as_of),
            traits=None if asked.own["no_factors"] else lambda: traits_of(lake, index, ground.scope.known_as_of),
            transitions=None if funnel is None else funnel.transitions,
        )  # fmt: skip

    def credit(self, **flags: Any) -> "CreditResult":
        """Which touches deserve how much of the entries to a goal, under every model, how firm that is, and what it cost.

        Further flags: `goal`, `model`, `order`, `lookback_days`, `level`, `half_life_days`, `value_function`, `open_as_null`,
        `repeats`. Raises NotFoundError for an unknown goal."""
        from tabiji.metrics.credit import Options, credit
        from tabiji.workspace.laid.amounts import amounts_of
        from tabiji.workspace.laid.spending import spend_of

        asked = QUESTIONS["credit"].read(flags)
        ground, lake, settings = self.ground(asked), self.workspace.lake, self.workspace.settings
        return self._ask(
            "credit", credit, asked, ground, options=Options(**asked.own), currency=settings.currency,
            amounts=amounts_of(lake, ground.index, ground.scope.known_as_of),
            spend=lambda: spend_of(lake, ground.scope, settings.zone, settings.currency),
        )  # fmt: skip

    def group(self, **flags: Any) -> "GroupResult":
        """Which roles take part, when, how completely, and what difference it goes with.

        Own flags: `from_role`, `to_role`, `landmark_days`, `within_days`, and `members_of`: an account (its id, or a part of its
        name) whose members are told one by one. Raises NotFoundError, AmbiguousNameError for that."""
        from tabiji.metrics.group.question import group
        from tabiji.workspace.laid.stances import naming_of
        from tabiji.workspace.laid.traits import traits_of
        from tabiji.workspace.unit.lookup import find_unit, looking_at

        asked = QUESTIONS["group"].read(flags)
        ground = self.ground(asked)
        lake = self.workspace.lake
        traits = traits_of(lake, ground.index, ground.scope.known_as_of)
        said = self.workspace.statements(ground.index, ground.received_by)
        own = {name: value for name, value in asked.own.items() if name != "members_of"}

        def answer(members_of: "tuple[int, Naming] | None" = None) -> "GroupResult":
            return self._ask(
                "group", group, asked, ground, statements=said, sizes=traits.size and traits.size.codes,
                sources=traits.source and traits.source.codes, members_of=members_of, **own,
            )  # fmt: skip

        if asked.own["members_of"] is None:
            return answer()
        with looking_at(lake, ground.scope.known_as_of) as (now, _):
            unit, _ = find_unit(now, ground.index, asked.own["members_of"])
            return answer((unit, naming_of(now, ground.index, unit, said)))

    def paths(self, **flags: Any) -> "PathsResult":
        """What follows what and after how long, the whole paths that occur, and what journeys come back to."""
        from tabiji.metrics.paths.question import paths

        asked = QUESTIONS["paths"].read(flags)
        return self._ask("paths", paths, asked, **asked.own)

    def reach(self, **flags: Any) -> "ReachResult":
        """Which share of the journeys in a stage met each touchpoint there, and in which share each role showed up."""
        from tabiji.metrics.reach.question import reach

        return self._ask("reach", reach, QUESTIONS["reach"].read(flags))

    def emotion(self, *, with_link: bool = True, **flags: Any) -> "EmotionResult":
        """How people felt in each stage, everybody and role by role, from survey answers and tagged notes; beside what the map
        plans. with_link: whether to ask, too, what negative touches go along with."""
        from tabiji.metrics.feelings.emotion import emotion

        asked = QUESTIONS["emotion"].read(flags)
        ground = self.ground(asked)
        answers, notes = (
            self._answers(ground),
            self.workspace.notes(ground.index, self.map.offering, ground.received_by),
        )
        return self._ask("emotion", emotion, asked, ground, answers=answers, notes=notes, with_link=with_link)

    def voice(self, **flags: Any) -> "VoiceResult":
        """What customers say: NPS, CSAT and CES with intervals, by stage, role, touchpoint and month; the latest comments."""
        from tabiji.metrics.feelings.voice import voice
        from tabiji.workspace.laid.surveys import comments_of

        asked, workspace = QUESTIONS["voice"].read(flags), self.workspace
        ground = self.ground(asked)
        return self._ask(
            "voice", voice, asked, ground, answers=self._answers(ground), zone=workspace.settings.zone,
            comments=lambda wanted, until, most: comments_of(
                workspace.lake, ground.index, wanted, until, most, ground.received_by
            ),
        )  # fmt: skip

    def retention(self, **flags: Any) -> "RetentionResult":
        """Who stays a customer and how much of their value, under each definition in use; how long subscriptions last."""
        from tabiji.metrics.retention.question import retention

        asked, settings = QUESTIONS["retention"].read(flags), self.workspace.settings
        return self._ask(
            "retention", retention, asked, horizon_days=asked.horizon_days, currency=settings.currency, zone=settings.zone, named=_movements(asked),
            period_days=asked.own["period_days"],
        )  # fmt: skip

    def health(self, **flags: Any) -> "HealthResult":
        """How well customers use what they bought: deployment, engagement, adoption, ROI; and whether it foretold who left."""
        from tabiji.metrics.retention.health import CHURN_DAYS, health
        from tabiji.workspace.laid.licences import licences_of
        from tabiji.workspace.unit.lookup import names_by_id

        asked, workspace = QUESTIONS["health"].read(flags), self.workspace
        days = asked.own["churn_days"] or asked.horizon_days or CHURN_DAYS
        if asked.horizon_days not in (None, days):
            notice = Notice("flag_without_effect", TWO_HORIZONS, {"flag": "--horizon-days", "days": days})
            asked = replace(asked, notices=(notice,))
        ground = self.ground(asked)
        return self._ask(
            "health", health, asked, ground, zone=workspace.settings.zone, churn_days=days,
            licences=lambda at: licences_of(workspace.lake, ground.index, at, ground.scope.known_as_of),
            names=lambda ids: names_by_id(workspace.lake, ground.index.unit, ids),
            channels=_listed(asked.own["usage"]), outcomes=_listed(asked.own["outcomes"]), named=_movements(asked),
        )  # fmt: skip

    def kpis(self, **flags: Any) -> "KpiResult":
        """What the KPIs of the map come to, now and a period before."""
        from tabiji.metrics.kpi.question import kpis

        asked = QUESTIONS["kpis"].read(flags)
        ground = self.ground(asked)
        return self._ask("kpis", kpis, asked, ground, answers=self._answers(ground))


def _movements(asked: Asked) -> dict[str, tuple[str, ...]]:
    """Names of events that were given for the movements of subscriptions."""
    return {name: _listed(asked.own[f"{name}s"]) for name in ("start", "renewal", "expansion", "contraction", "end")}


def _listed(words: str | None) -> tuple[str, ...]:
    """Words between commas."""
    return tuple(word.strip() for word in (words or "").split(",") if word.strip())
