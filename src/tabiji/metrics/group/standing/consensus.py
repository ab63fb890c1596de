"""Consensus: how the members of each open group stand, and whether the group agrees.

*Stance of a member*: reported — the latest survey answer or `stance` property within the journey (above the middle: for, in the
middle: neutral, below: against); else inferred — against, where an event tagged as bad (`sentiment`, `emotion`) lies within the
last 180 days of the journey; else silent. *State of a group*: blocked — who decides is against, or at least two have spoken
and all of them are; split — of at least two who have spoken somebody is against and somebody is not; aligned — at least two
have spoken, one of them for, nobody against; else unknown: one voice that does not decide is not the group's, and whoever
is silent is not taken to agree.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tabiji.i18n import N_
from tabiji.index.layout import F8, I4, I8, U1, Index
from tabiji.metrics.entries import Entries
from tabiji.metrics.group.needs import Needs
from tabiji.metrics.group.standing.members import Members
from tabiji.metrics.group.standing.state import Consensus, Dispute, GroupState, Stances
from tabiji.metrics.scope import DAY

INFERRED_DAYS = 180
REPORTED, INFERRED = 0, 1  # Statements.grade
ALIGNED, SPLIT, BLOCKED, UNKNOWN = range(4)
STATES = ("aligned", "split", "blocked", "unknown")
MOST_DISPUTES = 50
FURTHER = 1 << 16  # numbers of persons who have no event in the unit begin here
NOBODY_SPOKE = N_("nobody has said where they stand: there is neither a survey answer, a stance nor a bad event")


@dataclass(frozen=True, slots=True)
class Statements:
    """What people said or what happened to them, s of them.

    unit: int64[s], ordinal in the index · person: int64[s], ordinal within the unit (further numbers: persons without an event) ·
    role: int32[s], id of the role set · at: int32[s] · value: float64[s], below 0 = against, 0 = neutral, above = for · grade:
    uint8[s], REPORTED or INFERRED · further: uint64, hashes of the persons without an event, numbered from FURTHER on."""

    unit: I8
    person: I8
    role: I4
    at: I4
    value: F8
    grade: U1
    further: npt.NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, np.uint64))


def no_statements() -> Statements:
    """None at all."""
    long, short = np.empty(0, np.int64), np.empty(0, np.int32)
    return Statements(long, long, short, short, np.empty(0), np.empty(0, np.uint8))


@dataclass(frozen=True, slots=True)
class Voices:
    """Members of open groups, v of them: journey: int64[v], place in the journeys asked about · role: int64[v], id of the role
    set · stance: int8[v], −1 against, 0 neutral, 1 for, 2 silent · grade: uint8[v], at: int32[v], of the evidence (of silent ones
    without meaning) · person: int64[v], as in `Statements`."""

    journey: I8
    role: I8
    stance: np.ndarray
    grade: U1
    person: I8
    at: I4


def voices(found: Entries, members: Members, said: Statements) -> Voices:
    """The stance of every member (members.journey: place in `found`)."""
    rows = _relevant(found, said)
    journey = _journey_of(found, said.unit[rows], said.at[rows])
    rows, journey = rows[journey >= 0], journey[journey >= 0]
    # The last reported statement of a person, else the last bad event: what sorts last counts.
    order = np.lexsort((said.at[rows], said.grade[rows] == REPORTED, said.person[rows], journey))
    rows, journey = rows[order], journey[order]
    last = np.ones(len(rows), bool)
    last[:-1] = (journey[1:] != journey[:-1]) | (said.person[rows[1:]] != said.person[rows[:-1]])
    rows, journey = rows[last], journey[last]
    # Everybody of both sides once: those who spoke (with their stance), and members who did not.
    key, spoke = _keys(members.journey, members.person.astype(np.int64)), _keys(journey, said.person[rows])
    place = np.searchsorted(key, spoke)
    is_member = (
        (place < len(key)) & (key[np.minimum(place, max(len(key) - 1, 0))] == spoke)
        if len(key)
        else np.zeros(len(spoke), bool)
    )
    silent = np.ones(len(key), bool)
    silent[place[is_member]] = False
    role = said.role[rows].astype(np.int64)
    role[is_member] = np.where(members.role[place[is_member]] != 0, members.role[place[is_member]], role[is_member])
    return Voices(
        np.concatenate([journey, members.journey[silent]]),
        np.concatenate([role, members.role[silent].astype(np.int64)]),
        np.concatenate([np.sign(said.value[rows]), np.full(int(silent.sum()), 2.0)]).astype(np.int8),
        np.concatenate([said.grade[rows], np.zeros(int(silent.sum()), np.uint8)]),
        np.concatenate([said.person[rows], members.person[silent].astype(np.int64)]),
        np.concatenate([said.at[rows], np.zeros(int(silent.sum()), np.int32)]),
    )


def _relevant(found: Entries, said: Statements) -> I8:
    """Statements by as-of; bad events only of the last days."""
    recent = (said.grade == REPORTED) | (said.at > found.as_of - INFERRED_DAYS * DAY)
    return np.flatnonzero((said.at <= found.as_of) & recent & ~np.isnan(said.value))


def _journey_of(found: Entries, unit: I8, at: I4) -> I8:
    """The open journey (place in `found`) that a statement belongs to, −1 where none: a unit has at most one, its last."""
    place = np.searchsorted(found.unit, unit, side="right") - 1
    if not len(found):
        return np.full(len(unit), -1, np.int64)
    fits = (place >= 0) & (found.unit[place] == unit) & (found.outcome[place] == 0) & (found.start[place] <= at)
    return np.where(fits, place, -1).astype(np.int64)


def _keys(journey: I8, person: I8) -> I8:
    return journey << 32 | person


def consensus(
    index: Index, found: Entries, stage: I4, said: Voices, needed: Needs, stages: tuple[str, ...]
) -> Consensus:
    """States of the open groups among `found`, stances of their members. stage: int32[j], where each journey is."""
    sides, state = state_of(index, len(found), said, needed)
    groups = (found.outcome == 0) & (sides[-1] + sides[0] + sides[1] + sides[2] > 0)
    spoken = bool((said.stance != 2).any())
    told = [_state(None, state[groups])]
    told += [_state(s, state[groups & (stage == k)]) for k, s in enumerate(stages)]
    return Consensus(
        states=tuple(told),
        members=_members(index, said, needed),
        disputes=_disputes(index, found, stage, state, groups, sides, said, stages),
        decider=None if needed.decider is None else needed.roles[needed.decider],
        reason=None if spoken else NOBODY_SPOKE,
    )


def state_of(index: Index, n: int, said: Voices, needed: Needs) -> tuple[dict[int, I8], I8]:
    """Of each of `n` journeys: members by stance (int64[n] each), and its state."""
    sides = {s: np.bincount(said.journey[said.stance == s], minlength=n) for s in (-1, 0, 1, 2)}
    decides = np.zeros(len(index.role_sets), bool)
    if needed.decider is not None:
        decides = np.array([needed.roles[needed.decider] in names for names in index.role_sets], bool)
    vetoes = np.bincount(said.journey[(said.stance == -1) & decides[said.role]], minlength=n)
    return sides, states(sides[1], sides[0], sides[-1], vetoes)


def states(for_: I8, neutral: I8, against: I8, vetoes: I8) -> I8:
    """State of each group from how many members are for, neutral, against, and (vetoes) against and decide: int64[j]."""
    spoke = for_ + neutral + against
    return np.select(
        [(vetoes > 0) | ((spoke > 1) & (against == spoke)), (spoke > 1) & (against > 0), (spoke > 1) & (for_ > 0)],
        [BLOCKED, SPLIT, ALIGNED], UNKNOWN,
    ).astype(np.int64)  # fmt: skip


def _state(stage: str | None, state: I8) -> GroupState:
    n = np.bincount(state, minlength=4).tolist()
    return GroupState(stage, len(state), n[ALIGNED], n[SPLIT], n[BLOCKED], n[UNKNOWN])


def _members(index: Index, said: Voices, needed: Needs) -> tuple[Stances, ...]:
    """Everybody, then role by role (who has several counts in each)."""
    out = []
    for role in (None, *needed.roles):
        mine = np.ones(len(said.role), bool)
        if role is not None:
            mine = np.array([role in names for names in index.role_sets], bool)[said.role]
        stance = said.stance[mine]
        n = {s: int((stance == s).sum()) for s in (-1, 0, 1, 2)}
        inferred = int(((said.grade == INFERRED) & (said.stance != 2) & mine).sum())
        out.append(Stances(role, n[1], n[0], n[-1], n[2], n[1] + n[0] + n[-1] - inferred, inferred))
    return tuple(out)


def _disputes(
    index: Index, found: Entries, stage: I4, state: I8, groups: np.ndarray, sides: dict[int, I8], said: Voices,
    stages: tuple[str, ...],
) -> tuple[Dispute, ...]:  # fmt: skip
    """Split and blocked groups: the furthest stage first, then the most against."""
    rows = np.flatnonzero(groups & ((state == SPLIT) | (state == BLOCKED)))
    order = np.lexsort((found.unit[rows], -sides[-1][rows], -stage[rows]))
    reported = np.bincount(said.journey[(said.stance == -1) & (said.grade == REPORTED)], minlength=len(found))
    return tuple(
        Dispute(
            index.units[int(found.unit[x])], stages[int(stage[x])], STATES[int(state[x])], int(sides[1][x]),
            int(sides[0][x]), int(sides[-1][x]), int(sides[2][x]), "reported" if reported[x] else "inferred",
        )
        for x in rows[order][:MOST_DISPUTES].tolist()
    )  # fmt: skip
