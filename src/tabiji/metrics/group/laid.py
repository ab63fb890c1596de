"""Everything that the figures of buying groups are worked out from, laid side by side, and the figures of a part of it."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tabiji.index.layout import F8, I4, I8, Index
from tabiji.journeymap.model import JourneyMap
from tabiji.metrics.entries import Entries
from tabiji.metrics.group.coverage import appearances, completeness, coverage, handover, sequences
from tabiji.metrics.group.figures import Influence, OnwardDifference
from tabiji.metrics.group.influence import follow
from tabiji.metrics.group.needs import Needs
from tabiji.metrics.group.onward import onward
from tabiji.metrics.group.presence import Presence
from tabiji.metrics.group.result import GroupFigures
from tabiji.metrics.group.standing.consensus import Statements, Voices, consensus, state_of, voices
from tabiji.metrics.group.standing.engagement import engagement, person_weights, scaled, weighed
from tabiji.metrics.group.standing.members import Members
from tabiji.metrics.group.standing.stances import MembersOf, Naming, members_of
from tabiji.metrics.moves import standing
from tabiji.metrics.scope import Scope

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Laid:
    """Journeys that had started by as-of, j of them, with what is known of their groups.

    found, present: of the journeys · members, persons: of open ones (members.journey: place among them; float64[m], score 0–100) ·
    groups: float64[j], score of each group, NaN where the journey is not open or nobody weighs anything · said: stances ·
    stratum: int64[j], size band × origin (else channel of the first touch)."""

    index: Index
    journey_map: JourneyMap
    scope: Scope
    needed: Needs
    found: Entries
    present: Presence
    members: Members
    persons: F8
    groups: F8
    said: Voices
    stratum: I8

    @classmethod
    def of(
        cls, index: Index, journey_map: JourneyMap, scope: Scope, needed: Needs, found: Entries, present: Presence,
        members: Members, statements: Statements, sizes: I4 | None, sources: I4 | None,
    ) -> "Laid":  # fmt: skip
        """Put them together; scores are scaled over all open journeys, whoever is asked about."""
        persons = scaled(members.activity)
        weights = person_weights(index, members, needed)
        groups = scaled(weighed(persons, weights, members.journey, len(found)))
        stratum = _strata(index, found, present, sizes, sources)
        said = voices(found, members, statements)
        return cls(index, journey_map, scope, needed, found, present, members, persons, groups, said, stratum)

    def figures(self, value: str | None, keep: Bools, landmark_days: float, within_days: float) -> GroupFigures:
        """The figures of the journeys for which `keep` (bool[j]) holds."""
        part = self._part(keep)
        found, present, needed, min_n = part.found, part.present, part.needed, part.scope.min_n
        stages = tuple(s.id for s in self.journey_map.main_line)
        horizon = self.scope.horizon_of(self.journey_map)
        touchpoints = bool(self.journey_map.touchpoints)
        return GroupFigures(
            value=value,
            n=len(found),
            coverage=coverage(found, present, needed, stages, min_n),
            completeness=completeness(found, present, needed, stages, min_n),
            order=appearances(found, present, needed, min_n),
            sequences=sequences(present, needed, min_n),
            handover=handover(found, present, needed, horizon, min_n),
            onward=part._onward(stages, horizon, landmark_days),
            influence=part._influence(within_days),
            engagement=engagement(self.index, part.members, part.persons, part.groups, needed, touchpoints, min_n),
            consensus=consensus(self.index, found, standing(found), part.said, needed, stages),
        )

    def members_of(self, unit: int, who: Naming) -> MembersOf:
        """The members of the open group of a unit (ordinal), whoever else is asked about. who: names persons."""
        _, state = state_of(self.index, len(self.found), self.said, self.needed)
        stages = tuple(s.id for s in self.journey_map.main_line)
        return members_of(self.index, self.found, standing(self.found), state, self.said, unit, stages, who)

    def _part(self, keep: Bools) -> "Laid":
        """Only the journeys for which `keep` holds; places among the journeys are counted anew."""
        if keep.all():
            return self
        place = np.cumsum(keep) - 1
        mine, voiced = keep[self.members.journey], keep[self.said.journey]
        members = Members._make(column[mine] for column in self.members)
        said = self.said
        return replace(
            self,
            found=self.found.only(keep),
            present=Presence._make(column[keep] for column in self.present),
            members=members._replace(journey=place[members.journey]),
            persons=self.persons[mine],
            groups=self.groups[keep],
            said=Voices(
                place[said.journey[voiced]],
                said.role[voiced],
                said.stance[voiced],
                said.grade[voiced],
                said.person[voiced],
                said.at[voiced],
            ),
            stratum=self.stratum[keep],
        )

    def _onward(self, stages: tuple[str, ...], horizon_days: int, landmark_days: float) -> tuple[OnwardDifference, ...]:
        told = onward(self.found, self.present.first, self.stratum, horizon_days, landmark_days, self.scope.min_n)
        return tuple(
            OnwardDifference(
                stage=stages[o.stage], role=self.needed.roles[o.role], with_role=o.with_role, without=o.without,
                difference=o.adjusted.difference, low=o.adjusted.low, high=o.adjusted.high, ratio=o.adjusted.ratio,
                ratio_low=o.adjusted.ratio_low, ratio_high=o.adjusted.ratio_high, crude=o.crude, p=o.adjusted.p, q=o.q,
                n=o.with_role.n + o.without.n, n_used=o.adjusted.n_used, reason=o.reason,
            )
            for o in told
        )  # fmt: skip

    def _influence(self, within_days: float) -> tuple[Influence, ...]:
        roles, least = self.needed.roles, max(self.scope.min_n, 1)
        drawn = {(i.from_role, i.to_role) for i in self.journey_map.influences}
        return tuple(
            Influence(
                roles[f.first], roles[f.second], f.n, f.observed, f.expected, f.p, f.q,
                (roles[f.first], roles[f.second]) in drawn, f"n<{least}" if f.p is None else None,
            )
            for f in follow(self.present.first, within_days, self.scope.min_n)
        )  # fmt: skip


def _strata(index: Index, found: Entries, present: Presence, sizes: I4 | None, sources: I4 | None) -> I8:
    """Size band × origin of each journey: int64[j], 0…. What is not known is a band of its own."""
    size = np.zeros(len(found), np.int64) if sizes is None else sizes[found.unit].astype(np.int64) + 1
    if sources is not None:
        source = sources[found.unit].astype(np.int64) + 1
    else:
        channels = list(dict.fromkeys([None, *index.kinds.channel]))
        of_kind = np.array([*(channels.index(c) for c in index.kinds.channel), 0], np.int64)
        source = of_kind[present.opened]
    return size * (int(source.max(initial=0)) + 1) + source
