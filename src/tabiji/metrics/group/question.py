"""Buying group: which roles take part in a journey, when, how completely, and what difference it goes with.

Questions: *coverage* – in what share of the journeys had a role shown up by the end of a stage; *completeness* – how much of the
group that the map asks for is there, by two published definitions (Adobe: mean over roles of min(1, assigned ÷ required);
Salesforce: share of the required roles that are filled); *order* – who comes when; *handover* – how long from the one who
promotes to the one who decides; *onward difference* – how much more often journeys go on with a role (`onward`);
*influence* – who comes soon after whom (`influence`); *engagement* (`standing.engagement`); *consensus* (`standing.consensus`).

*Assigned* are persons who did something in the journey while they had the role (`presence`): who is only listed in a CRM has
not shown up. Shares have Wilson's interval (at the effective size where units have several journeys); days are of those that
showed up. None of it proves an effect: who takes part is not drawn by lot.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tabiji.compute.executor import Executor
from tabiji.compute.kernel import run
from tabiji.i18n import N_
from tabiji.index.journeys import Journal
from tabiji.index.layout import I4, Index
from tabiji.journeymap.model import JourneyMap
from tabiji.metrics.entries import Entries, entries, main_line
from tabiji.metrics.group.figures import RoleNeed
from tabiji.metrics.group.laid import Bools, Laid
from tabiji.metrics.group.needs import Needs, needs
from tabiji.metrics.group.onward import LANDMARK_DAYS
from tabiji.metrics.group.presence import PresenceKernel, presence_sources
from tabiji.metrics.group.result import GroupResult
from tabiji.metrics.group.standing.consensus import Statements, no_statements
from tabiji.metrics.group.standing.members import MembersKernel
from tabiji.metrics.group.standing.stances import Naming
from tabiji.metrics.moves import with_moves
from tabiji.metrics.provenance import inside, provenance
from tabiji.metrics.scope import Scope, seconds
from tabiji.metrics.transitions import repeated
from tabiji.result import Notice, Question

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

WITHIN_DAYS = 30.0
__all__ = ["LANDMARK_DAYS", "WITHIN_DAYS", "GroupResult", "group"]


def group(
    index: Index,
    journey_map: JourneyMap,
    rules: "Rules",
    journals: Sequence[Journal],
    scope: Scope,
    *,
    executor: Executor,
    question: Question | None = None,
    statements: Statements | None = None,
    sizes: I4 | None = None,
    sources: I4 | None = None,
    from_role: str | None = None,
    to_role: str | None = None,
    landmark_days: float = LANDMARK_DAYS,
    within_days: float = WITHIN_DAYS,
    members_of: tuple[int, Naming] | None = None,
) -> GroupResult:
    """The buying groups of a map over an index (first arguments as those of `funnel`).

    statements: what members said (see `standing.consensus`) · sizes, sources: int32[n_units], size band and origin of each unit (−1 = not known), adjusted for; without origins the
    channel of the first touch ·
    from_role, to_role: of the handover, else by the map · landmark_days: see `onward` · within_days: of influence ·
    members_of: a unit (ordinal) whose members are told one by one, and what names them."""
    line, as_of = main_line(journey_map, rules), seconds(scope.as_of)
    known = scope.known
    needed = needs(index, journey_map, scope, from_role, to_role)
    found = with_moves(entries(journals, line, as_of, executor), journals, line, rules, executor)
    tiers = presence_sources(index, journals)
    present = run(PresenceKernel(rules, index.role_sets, needed.roles, line, as_of, known), tiers, executor)
    members = run(MembersKernel(rules, index.kinds.name, as_of, known), tiers, executor)
    members = members._replace(journey=np.searchsorted(present.journey, members.journey).astype(np.int64))
    laid = Laid.of(
        index, journey_map, scope, needed, found, present, members, statements or no_statements(), sizes, sources
    )
    keep = inside(found.unit, found.start, scope)
    parts: list[tuple[str | None, Bools]] = [(None, keep)]
    if scope.groups is not None:
        parts += _by_value(found, keep, *scope.groups)
    figures = executor.map(lambda part: laid.figures(*part, landmark_days, within_days), parts)
    asked, kept = question or Question("group", journey_map.id), found.only(keep)
    more = {"landmark": landmark_days, "within": within_days, "from_role": from_role, "to_role": to_role}
    return GroupResult(
        question=asked,
        provenance=provenance(index, rules, journals, scope, found, kept, asked, executor, verb="group", **more),
        notices=_notices(index, kept),
        roles=_roles(needed),
        required_from=needed.source,
        total=figures[0],
        landmark_days=landmark_days,
        within_days=within_days,
        horizon_days=scope.horizon_of(journey_map),
        groups=tuple(figures[1:]),
        members=None if members_of is None else laid.members_of(*members_of),
        stage_names={s.id: s.name for s in journey_map.stages},
        role_names=journey_map.roles,
    )


def _by_value(found: Entries, keep: Bools, codes: I4, labels: Sequence[str]) -> list[tuple[str | None, Bools]]:
    """The journeys of each value, the largest first."""
    code = np.where(keep, codes[found.unit], -1)
    size = np.bincount(code[code >= 0], minlength=len(labels))
    largest = sorted(np.flatnonzero(size).tolist(), key=lambda g: (-int(size[g]), str(labels[g])))
    return [(str(labels[g]), code == g) for g in largest]


def _roles(needed: Needs) -> tuple[RoleNeed, ...]:
    total = float(needed.weight.sum())
    return tuple(
        RoleNeed(role, int(needed.required[-1, r]), float(needed.weight[r]) / total if total else 0.0)
        for r, role in enumerate(needed.roles)
    )


def _notices(index: Index, kept: Entries) -> tuple[Notice, ...]:
    out = []
    if repeated(kept.unit):
        message = N_(
            "Some have several journeys: intervals of coverage and completeness take those of one together, and the onward difference "
            "uses the first of each."
        )
        out.append(Notice("repeated_units", message))
    if index.unit == "person":
        out.append(Notice("unit_person", N_("This map follows persons: every group is one person.")))
    return tuple(out)
