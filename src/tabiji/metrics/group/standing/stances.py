"""How the members of one group stand, person by person: for, neutral, against or silent, and on what evidence.

The evidence is that of `consensus`; silence is told as such, it is neither consent nor refusal. Only of a group whose journey is
open: what was said in an earlier journey is of that journey.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np

from tabiji.i18n import N_
from tabiji.index.layout import I4, Index
from tabiji.metrics.entries import Entries
from tabiji.metrics.group.standing.consensus import REPORTED, STATES, Voices
from tabiji.metrics.scope import instant

NO_GROUP = N_("no journey of it is open in which somebody showed up or said something")
STANCES = {1: "for", 0: "neutral", -1: "against", 2: "silent"}


class Known(NamedTuple):
    """What is known of a person: id and name, None where the data do not tell."""

    id: str | None
    name: str | None


Naming = Callable[[Sequence[int]], Sequence[Known]]  # of persons by their number in the unit (see `Statements.person`)


@dataclass(frozen=True, slots=True)
class MemberStance:
    """A member. stance: for, neutral, against, silent · grade: reported (said so), inferred (a bad event), None where silent ·
    at: of the latest evidence."""

    person: str | None
    name: str | None
    roles: tuple[str, ...]
    stance: str
    grade: str | None
    at: datetime | None

    def to_dict(self) -> dict[str, Any]:
        """{"person", "name", "roles", "stance", "grade", "at"}."""
        return {
            "person": self.person, "name": self.name, "roles": list(self.roles), "stance": self.stance,
            "grade": self.grade, "at": None if self.at is None else self.at.isoformat(),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class MembersOf:
    """The group of one unit: the stage in which it is, its state, its members (those against first, the silent last); stage and
    state are None, with the `reason`, where the unit has no open group."""

    unit: str
    stage: str | None
    state: str | None
    members: tuple[MemberStance, ...]
    reason: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """{"unit", "stage", "state", "members"}; `reason` where there is no open group."""
        members = [m.to_dict() for m in self.members]
        out = {"unit": self.unit, "stage": self.stage, "state": self.state, "members": members}
        return out if self.reason is None else {**out, "reason": self.reason}


def members_of(
    index: Index,
    found: Entries,
    stage: I4,
    state: np.ndarray,
    said: Voices,
    unit: int,
    stages: Sequence[str],
    who: Naming,
) -> MembersOf:
    """The members of the open group of `unit` (ordinal). stage, state: of each journey, as `consensus` takes and makes them · who:
    names persons."""
    mine = np.flatnonzero(found.unit[said.journey] == unit)
    if not len(mine):
        return MembersOf(index.units[unit], None, None, (), NO_GROUP)
    journey = int(said.journey[mine[0]])
    known = who(said.person[mine].tolist())
    told = []
    for x, (person, name) in zip(mine.tolist(), known, strict=True):
        stance = int(said.stance[x])
        silent = stance == 2
        grade = None if silent else "reported" if said.grade[x] == REPORTED else "inferred"
        at = None if silent else instant(int(said.at[x]))
        roles = index.role_sets[int(said.role[x])]
        told.append((stance, person or "", MemberStance(person, name, roles, STANCES[stance], grade, at)))
    ordered = tuple(m for *_, m in sorted(told, key=lambda t: t[:2]))
    return MembersOf(index.units[unit], stages[int(stage[journey])], STATES[int(state[journey])], ordered)
