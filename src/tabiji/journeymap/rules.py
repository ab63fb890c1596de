"""The rules of a map, compiled against the dictionaries of one index.

Question: at which events is a stage entered? A *simple* clause holds at every event that it matches; if it names no role,
that is a bit of `simple_mask` per kind. A *counting* clause (`at_least`, `people`) holds at an event that completes the
count; which events it counts is again a product of a kind mask and a role mask. Definitions: metrics, "Journeys and stage
entries".
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tabiji.errors import TabijiError
from tabiji.i18n import N_
from tabiji.journeymap.globs import matcher
from tabiji.journeymap.masks import KindColumns, Mask, Masks, Match, properties
from tabiji.journeymap.model import MOST_ROLE_CONDITIONS, MOST_STAGES, Clause, JourneyMap
from tabiji.journeymap.yaml_file.grammar import CLAUSE

U1 = npt.NDArray[np.uint8]
U8 = npt.NDArray[np.uint64]

DAY = 86_400
DIGEST_VERSION = 1  # raise it when the same rules come to mean other entries


class TooManyStagesError(TabijiError):
    """The index packs the stages of an event in 64 bits; split the map in two (before and after the purchase, say)."""

    code = "too_many_stages"
    message = N_("{n} stages; a map may have at most {most}")


class MixedRolesError(TabijiError):
    """The matches of a touchpoint ask for different roles; split it into one touchpoint per role."""

    code = "mixed_roles"
    message = N_(
        "{what} {name!r} rests on a touchpoint whose matches ask for {n} different roles; {most} can be kept apart"
    )


@dataclass(frozen=True, slots=True, eq=False)
class CountingClause:
    """A clause that must hold several times: of the events with kind_mask[kind] and role_mask[role set] at least
    `at_least` (and by at least `people` distinct persons; 0 = any) within `window_seconds` (−1 = the whole attempt), the
    window ending at the event and inclusive.

    stage: bit of the stage · kind_mask: uint8[n_kinds] · role_mask: uint8[n_role_sets], None = whoever."""

    stage: int
    kind_mask: U1
    role_mask: U1 | None
    at_least: int
    window_seconds: int
    people: int


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """What the kernels need to know of a map. Bit s of a mask is the stage written as number s, failure stages included.

    digest: hash of everything that changes the journal · stage_ids: by bit · failure_bits, regress_bits: uint64 masks ·
    stage_order: int16[n_stages], place on the main line, −1 = failure stage · success: bit of the first success stage or −1
    · member: uint8[n_kinds], 1 = belongs to journeys of the map's offering · inherited: uint8[n_kinds] · simple_mask:
    uint64[n_kinds], stages that any event of the kind enters · role_simple: (stage, uint8[n_kinds], uint8[n_role_sets]),
    stages that an event of the kind enters when the role set matches · counting: see CountingClause · inactive_seconds:
    silence that makes a journey dormant, −1 = never.

    An event is a touch of touchpoint t when `touchpoint_mask[t][kind] & touchpoint_role_mask[t][role set]` is not 0 (bits
    number the touchpoint's conditions on roles; a touchpoint without such conditions is not in `touchpoint_role_mask`,
    then any bit of its kind mask does). Kinds of another offering are in none of the masks; inherited kinds enter a stage
    only by clauses that say so, and are touches always."""

    digest: str
    n_stages: int
    stage_ids: tuple[str, ...]
    failure_bits: np.uint64
    stage_order: npt.NDArray[np.int16]
    regress_bits: np.uint64
    success: int
    member: U1
    inherited: U1
    simple_mask: U8
    role_simple: tuple[tuple[int, U1, U1], ...]
    counting: tuple[CountingClause, ...]
    inactive_seconds: int
    touchpoint_mask: Mapping[str, U1]
    touchpoint_role_mask: Mapping[str, U1]


def compile_rules(journey_map: JourneyMap, kinds: KindColumns, role_sets: Sequence[tuple[str, ...]]) -> Rules:
    """Compile the rules of a map against the dictionary of kinds and that of role sets (names by id, 0 = empty).

    Raises MissingPropertyError where the kinds lack a property (see `named_properties`), TooManyStagesError and MixedRolesError for what
    `check` reports as errors."""
    stages = journey_map.stages
    if len(stages) > MOST_STAGES:
        raise TooManyStagesError(n=len(stages), most=MOST_STAGES)
    masks = Masks(kinds, role_sets, journey_map.touchpoints)
    member = masks.offering(journey_map.offering)
    simple, role_simple, counting = _clauses(journey_map, masks, member)
    touchpoint_mask, touchpoint_role_mask = _touchpoints(journey_map, masks, member)
    kinds_of_stage = [s.kind for s in stages]
    steps = np.array([kind != "failure" for kind in kinds_of_stage], bool)
    return Rules(
        digest=digest(journey_map),
        n_stages=len(stages),
        stage_ids=tuple(s.id for s in stages),
        failure_bits=_bits(i for i, s in enumerate(stages) if s.kind == "failure"),
        stage_order=np.where(steps, np.cumsum(steps) - 1, -1).astype(np.int16),
        regress_bits=_bits(i for i, s in enumerate(stages) if s.regress),
        success=kinds_of_stage.index("success") if "success" in kinds_of_stage else -1,
        member=member.astype(np.uint8),
        inherited=np.asarray(kinds.inherited, np.uint8),
        simple_mask=simple,
        role_simple=role_simple,
        counting=counting,
        inactive_seconds=-1 if journey_map.inactive_days is None else round(journey_map.inactive_days * DAY),
        touchpoint_mask=touchpoint_mask,
        touchpoint_role_mask=touchpoint_role_mask,
    )


def _clauses(
    journey_map: JourneyMap, masks: Masks, member: Mask
) -> tuple[U8, tuple[tuple[int, U1, U1], ...], tuple[CountingClause, ...]]:
    simple = np.zeros(len(member), np.uint64)
    by_role: list[tuple[int, U1, U1]] = []
    counting: list[CountingClause] = []
    for s, stage in enumerate(journey_map.stages):
        for clause in stage.enters_when:
            entering = member if clause.inherited else member & ~np.asarray(masks.kinds.inherited, bool)
            matches = [Match(m.kinds & entering, m.roles) for m in masks.clause(clause)]
            if clause.counts:
                counting += _counting(s, stage.id, clause, matches)
                continue
            for m in matches:
                if m.roles is None:
                    simple[m.kinds] |= np.uint64(1) << np.uint64(s)
                elif m.kinds.any():
                    by_role.append((s, m.kinds.astype(np.uint8), m.roles.astype(np.uint8)))
    return simple, tuple(by_role), tuple(counting)


def _counting(s: int, stage_id: str, clause: Clause, matches: Sequence[Match]) -> list[CountingClause]:
    """The counting clause of a stage; none where no event can match."""
    found = [m for m in matches if m.kinds.any()]
    if len(found) > 1:
        raise MixedRolesError(what="stage", name=stage_id, n=len(found), most=1)
    days = clause.within_days
    window = -1 if days is None else round(days * DAY)
    return [
        CountingClause(
            stage=s,
            kind_mask=m.kinds.astype(np.uint8),
            role_mask=None if m.roles is None else m.roles.astype(np.uint8),
            at_least=clause.at_least,
            window_seconds=window,
            people=clause.people or 0,
        )
        for m in found
    ]


def _touchpoints(journey_map: JourneyMap, masks: Masks, member: Mask) -> tuple[dict[str, U1], dict[str, U1]]:
    of_kind: dict[str, U1] = {}
    of_roles: dict[str, U1] = {}
    for touchpoint in journey_map.touchpoints:
        matches = masks.touchpoint(touchpoint)
        if len(matches) > MOST_ROLE_CONDITIONS:
            raise MixedRolesError(what="touchpoint", name=touchpoint.id, n=len(matches), most=MOST_ROLE_CONDITIONS)
        mask = np.zeros(len(member), np.uint8)
        roles = np.zeros(len(masks.role_sets), np.uint8)
        for bit, m in enumerate(matches):
            mask[m.kinds & member] |= np.uint8(1 << bit)
            roles[slice(None) if m.roles is None else m.roles] |= np.uint8(1 << bit)
        of_kind[touchpoint.id] = mask
        if any(m.roles is not None for m in matches):
            of_roles[touchpoint.id] = roles
    return of_kind, of_roles


def _bits(stages: Any) -> np.uint64:
    return np.uint64(sum(1 << s for s in stages))


def named_properties(journey_map: JourneyMap) -> tuple[str, ...]:
    """The event properties that the map's clauses look at, sorted: extra columns that the index must carry."""
    clauses = [c for s in journey_map.stages for c in s.enters_when]
    clauses += [c for t in journey_map.touchpoints for c in t.matches]
    clauses += [k.measure.count for k in journey_map.kpis if k.measure.count is not None]
    return tuple(sorted({name for clause in clauses for name, _ in properties(clause)}))


def digest(journey_map: JourneyMap) -> str:
    """A hash (32 hexadecimal digits) of what decides the journal: unit, offering, silence, and per stage in order its kind,
    whether it regresses, and its clauses (as a set, touchpoints resolved). Names, lanes and targets leave it as it is."""
    said = {
        "version": DIGEST_VERSION,
        "unit": journey_map.unit,
        "offering": journey_map.offering,
        "inactive_days": journey_map.inactive_days,
        "inherit_days": journey_map.inherit_days if journey_map.unit == "opportunity" else None,
        "stages": [
            [s.kind, s.regress, sorted({_canonical(c, journey_map) for c in s.enters_when})] for s in journey_map.stages
        ],
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]


def _canonical(clause: Clause, journey_map: JourneyMap) -> str:
    said: dict[str, Any] = CLAUSE.write(clause)
    if not clause.counts:
        said.pop("within_days", None)
    if clause.touchpoint:
        wanted = matcher(clause.touchpoint)
        named = [t for t in journey_map.touchpoints if wanted(t.id)]
        said["touchpoint"] = sorted({json.dumps(CLAUSE.write(c), sort_keys=True) for t in named for c in t.matches})
    return json.dumps(said, sort_keys=True)
