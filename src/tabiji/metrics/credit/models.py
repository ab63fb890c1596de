"""From cells to the credit of every key under every model."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tabiji.i18n import N_
from tabiji.index.layout import F8, I8
from tabiji.journeymap.model import MILESTONES, JourneyMap
from tabiji.metrics.credit.chain import MOST_STATES, Chain, chain_of, removal_effects, shares_of
from tabiji.metrics.credit.game import MOST_PLAYERS, rate_values
from tabiji.metrics.credit.gathering.cells import ONE, Cells
from tabiji.metrics.credit.gathering.shares import MODELS, PASSED
from tabiji.metrics.credit.regrouping import FEWEST_GROUPS, MOST_RESAMPLED_STATES, TOO_MANY_STATES, Regrouped
from tabiji.metrics.credit.stability import RESAMPLES, Stability, draws, stability
from tabiji.result import Notice

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

NO_CHAIN = N_(
    "order {order} has {n} states; at most {most} can be solved exactly: lower the order or choose a coarser level"
)
MOST_CELLS = 1 << 22  # of a matrix of groups by transitions
TOO_MANY_TO_RESAMPLE = N_("too many keys to be resampled")
NO_TOUCH_AT_ALL = N_("no conversion has a touch before it")


NEEDS = {"u": ("lead",), "w": ("lead", "opportunity"), "full_path": ("lead", "opportunity", "won")}
NO_MILESTONE = N_("no stage of the map is the milestone {milestone!r}")
LATER_MILESTONE = N_("the milestone {milestone!r} comes after the goal")


@dataclass(frozen=True, slots=True)
class Shared:
    """What a model gives, without what conversions without a touch keep.

    credit: float64[K], conversions · worth: float64[K], money · stability: whether the ranking holds."""

    credit: F8
    worth: F8
    stability: Stability


@dataclass(frozen=True, slots=True)
class Models:
    """All models that there are, and why others are not (a notice each)."""

    shared: Mapping[str, Shared]
    absent: Mapping[str, Notice]
    untouched: float  # conversions without a touch
    untouched_worth: float


@dataclass(frozen=True, slots=True)
class Frame:
    """What the models are told beside the cells. ids: of the keys · scale: see `Toward` · converting_units: below `min_n` of
    them nothing is resampled."""

    ids: tuple[str, ...]
    order: int
    value_function: str
    scale: float
    converting_units: int
    min_n: int


def models_of(
    cells: Cells, frame: Frame, absent: Mapping[str, Notice], sets: I8 | None, kept: I8 | None,
    chain: Regrouped | None = None, by_set: Regrouped | None = None,
) -> Models:  # fmt: skip
    """All models from the cells of a pass (`absent`: those that the map cannot give).

    sets, kept: conversions and nulls per set of the keys `kept` (numbers), for Shapley values of the rate · chain, by_set: the
    transitions of a chain of order 2 and more, and the sets, by groups of units (None = nothing is resampled)."""
    keys, missing = len(frame.ids), dict(absent)
    total = cells.credit.sum(axis=0) / ONE
    worth = cells.worth.sum(axis=0) / frame.scale
    weight = draws(len(cells.credit)) if len(cells.credit) > 1 else np.empty((0, 1))
    refused = _refused(cells, frame)
    resampled = None if refused else (weight @ cells.credit.reshape(len(cells.credit), -1)).reshape(-1, *total.shape)
    out: dict[str, Shared] = {}
    for m, name in enumerate(PASSED):
        if name in missing or (name == "shapley" and frame.value_function == "rate"):
            continue
        again: F8 | None = None if resampled is None else resampled[:, m, :keys]
        out[name] = Shared(total[m, :keys], worth[m, :keys], _firm(total[m, :keys], again, frame, refused))
    touched, touched_worth = float(total[0, :keys].sum()), float(worth[0, :keys].sum())
    _markov(cells, frame, weight, refused, (touched, touched_worth), chain, out, missing)
    if frame.value_function == "rate" and "shapley" not in missing:
        _rate(frame, sets, kept, (touched, touched_worth), refused, by_set, out, missing)
    return Models(
        {name: out[name] for name in MODELS if name in out}, missing, float(total[0, keys]), float(worth[0, keys])
    )


def _refused(cells: Cells, frame: Frame) -> str | None:
    """Why nothing is resampled, if so."""
    if frame.converting_units < max(frame.min_n, 2):
        return f"n<{max(frame.min_n, 2)}"
    return TOO_MANY_TO_RESAMPLE if len(cells.credit) < min(FEWEST_GROUPS, frame.converting_units) else None


def _firm(credit: F8, again: F8 | None, frame: Frame, refused: str | None) -> Stability:
    if again is None or refused is not None:
        return Stability(reason=refused or TOO_MANY_TO_RESAMPLE)
    if credit.sum() <= 0:
        return Stability(reason=NO_TOUCH_AT_ALL)
    whole = again.sum(axis=1, keepdims=True)
    shares = np.divide(again, whole, out=np.full_like(again, np.nan), where=whole > 0)
    return stability(credit / credit.sum(), shares, list(frame.ids))


def _markov(
    cells: Cells, frame: Frame, weight: F8, refused: str | None, touched: tuple[float, float], regrouped: Regrouped | None,
    out: dict[str, Shared], missing: dict[str, Notice],
) -> None:  # fmt: skip
    keys, span = len(frame.ids), (len(frame.ids) + 1) ** frame.order * (len(frame.ids) + 2)
    code = cells.transition % span if frame.order == 1 else cells.transition
    known, place = np.unique(code, return_inverse=True)
    chain = chain_of(known, keys, frame.order)
    if cells.overflow or chain.n_states > MOST_STATES:
        values = {"order": frame.order, "n": chain.n_states, "most": MOST_STATES}
        missing["markov"] = Notice("too_many_states", NO_CHAIN, values)
        return
    shares = shares_of(removal_effects(chain, np.bincount(place, cells.times, len(known)).astype(np.float64), keys))
    again = None
    why = refused or (None if regrouped is None else regrouped.reason)
    if why is None and chain.n_states > MOST_RESAMPLED_STATES:
        why = TOO_MANY_STATES
    transition, times = cells.transition, cells.times
    if why is None and regrouped is not None and regrouped.transition is not None and regrouped.times is not None:
        transition, times, weight = regrouped.transition, regrouped.times, draws(regrouped.groups)
        place = np.searchsorted(known, transition % span)
    if why is None:
        again = _chains(chain, place, transition // span, times, weight, len(known), keys)
    credit = shares * touched[0]
    out["markov"] = Shared(credit, shares * touched[1], _firm(credit, again, frame, why))


def _chains(chain: Chain, place: I8, bucket: I8, times: I8, weight: F8, n: int, keys: int) -> F8:
    """Shares of each resample: float64[RESAMPLES, K]."""
    if weight.shape[1] * n <= MOST_CELLS:
        cells = np.zeros((weight.shape[1], n))
        cells[bucket, place] = times
        seen = weight @ cells
    else:
        seen = np.stack([np.bincount(place, row[bucket] * times, n) for row in weight])
    at_once = max(1, (1 << 22) // (chain.n_states + 2) ** 2)
    return np.concatenate(
        [shares_of(removal_effects(chain, seen[i : i + at_once], keys)) for i in range(0, RESAMPLES, at_once)]
    )


TOO_MANY_PLAYERS = N_(
    "{n} keys; Shapley values of a rate are exact up to {most}: choose a coarser level, or the value function sum"
)


def _rate(
    frame: Frame, sets: I8 | None, kept: I8 | None, touched: tuple[float, float], refused: str | None,
    regrouped: Regrouped | None, out: dict[str, Shared], missing: dict[str, Notice],
) -> None:  # fmt: skip
    if sets is None or kept is None:
        missing["shapley"] = Notice(
            "too_many_keys", TOO_MANY_PLAYERS, {"n": 0 if kept is None else len(kept), "most": MOST_PLAYERS}
        )
        return
    values = rate_values(sets)
    shares = np.zeros(len(frame.ids))
    if values.sum() > 0:
        shares[kept] = values / values.sum()
    again, why = None, refused or (None if regrouped is None else regrouped.reason)
    if why is None and regrouped is not None and regrouped.sets is not None:
        drawn = draws(regrouped.groups) @ regrouped.sets.reshape(regrouped.groups, -1)
        again = np.zeros((len(drawn), len(frame.ids)))
        again[:, kept] = rate_values(drawn.reshape(-1, *sets.shape))
    credit = shares * touched[0]
    out["shapley"] = Shared(credit, shares * touched[1], _firm(credit, again, frame, why))


def missing_milestones(journey_map: JourneyMap, rules: "Rules", goal: int) -> dict[str, Notice]:
    """Models whose milestones the map does not have before the goal (number of a stage)."""
    line = [s.id for s in journey_map.main_line]
    goal_id = rules.stage_ids[goal]
    latest = line.index(goal_id) if goal_id in line else len(line)
    places = {name: [line.index(s.id) for s in journey_map.main_line if s.milestone == name] for name in MILESTONES}
    out: dict[str, Notice] = {}
    for model, needed in NEEDS.items():
        for name in needed:
            if not places[name]:
                out.setdefault(model, Notice("no_milestone", NO_MILESTONE, {"milestone": name}))
            elif min(places[name]) > latest:
                out.setdefault(model, Notice("later_milestone", LATER_MILESTONE, {"milestone": name}))
    return out
