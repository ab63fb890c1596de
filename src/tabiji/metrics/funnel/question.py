"""Funnel: how many journeys reached each stage, and which share of a stage goes on to the next.

Shares of a transition k → k+1 come three ways, side by side. *Naive*: all who entered k. *Mature*: those who entered k at
least H before as-of; numerator: advanced within H. *Censoring-aware*: the Aalen–Johansen incidence of advance at H, where
lost and dormant compete and open journeys are censored (Aalen & Johansen 1978; Kalbfleisch & Prentice 2002, ch. 8). For
complete data (nothing open or dormant) the three agree beyond the longest stay. Not for steps that may come in any order:
the stages of a funnel stand on a main line.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tabiji.compute.executor import Executor
from tabiji.index.journeys import Journal
from tabiji.index.layout import Index
from tabiji.journeymap.model import JourneyMap
from tabiji.metrics.entries import Entries, entries, main_line, of_groups
from tabiji.metrics.funnel.chains import Chains, chains
from tabiji.metrics.funnel.ordered import NO_WINDOW
from tabiji.metrics.funnel.result import FunnelFigures, FunnelResult, StageCount, Transition
from tabiji.metrics.moves import with_moves
from tabiji.metrics.provenance import chosen, provenance
from tabiji.metrics.resampling import resampled_notice
from tabiji.metrics.scope import DAY, Scope, seconds
from tabiji.metrics.stays import skipped
from tabiji.metrics.survival import Quantile
from tabiji.metrics.transitions import Advance, advance, reached
from tabiji.result import Question

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

__all__ = ["FunnelFigures", "FunnelResult", "StageCount", "Transition", "funnel"]

MODES = ("reached", "ordered")


def funnel(
    index: Index,
    journey_map: JourneyMap,
    rules: "Rules",
    journals: Sequence[Journal],
    scope: Scope,
    *,
    executor: Executor,
    question: Question | None = None,
    mode: str = "reached",
    window_days: float | None = None,
) -> FunnelResult:
    """The funnel of a map over an index.

    rules: the map's, compiled on the index's dictionaries · journals: swept by these rules (and for the scope's known-as-of)
    · mode: `reached` (a later stage counts for every earlier one) or `ordered` (steps in order within `window_days` of the
    first, None = unlimited; the censoring-aware share is not defined there). Raises ValueError for another mode."""
    if mode not in MODES:
        raise ValueError(f"mode {mode!r}: {' or '.join(MODES)}")
    line, as_of = main_line(journey_map, rules), seconds(scope.as_of)
    if mode == "ordered":
        window = NO_WINDOW if window_days is None else int(window_days * DAY)
        found: Entries = chains(journals, line, as_of, window, executor)
    else:
        found = with_moves(entries(journals, line, as_of, executor), journals, line, rules, executor)
    kept = chosen(found, scope)
    parts: list[tuple[str | None, Entries]] = [(None, kept)]
    if scope.groups is not None:
        parts += of_groups(kept, *scope.groups)
    horizon_days = scope.horizon_of(journey_map)
    figures, resampled = _figures(parts, journey_map, horizon_days, scope.min_n, mode, executor)
    asked = question or Question("funnel", journey_map.id)
    return FunnelResult(
        question=asked,
        provenance=provenance(
            index, rules, journals, scope, found, kept, asked, executor,
            mode=mode, window_days=window_days, horizon_days=horizon_days,
        ),
        notices=(resampled_notice(index.unit),) if resampled else (),
        mode=mode,
        horizon_days=horizon_days,
        total=figures[0],
        groups=tuple(figures[1:]),
    )  # fmt: skip


def _figures(
    parts: Sequence[tuple[str | None, Entries]],
    journey_map: JourneyMap,
    horizon_days: int,
    min_n: int,
    mode: str,
    executor: Executor,
) -> tuple[list[FunnelFigures], bool]:
    """The figures of each part, and whether any interval comes from resampled units."""
    stages = journey_map.main_line
    tasks = [(part, k) for _, part in parts for k in range(len(stages) - 1)]
    done = iter(executor.map(lambda task: advance(*task, horizon_days, min_n, with_incidence=mode == "reached"), tasks))
    out, resampled = [], False
    for value, part in parts:
        counts = tuple(StageCount(s.id, reached(part, k), skipped(part, k), s.name) for k, s in enumerate(stages))
        advances = [next(done) for _ in stages[1:]]
        resampled |= any(a.resampled for a in advances)
        if isinstance(part, Chains):
            advances = [_in_chain(part, k, a) for k, a in enumerate(advances)]
        pairs = zip(stages, stages[1:], advances, strict=False)
        out.append(FunnelFigures(value, len(part), counts, tuple(_transition(a.id, b.id, c) for a, b, c in pairs)))
    return out, resampled


def _in_chain(part: Chains, k: int, found: Advance) -> Advance:
    """What became of those that did not go on in the chain; a chain has no stay, for it may begin anew."""
    open_, lost, dormant = part.stalled(k)
    nothing = Quantile(None, None, None)
    return replace(found, outside=part.fell_outside(k), open=open_, lost=lost, dormant=dormant, stay=nothing)


def _transition(from_: str, to: str, found: Advance) -> Transition:
    days = [None if at is None else at / DAY for at in (found.stay.at, found.stay.low, found.stay.high)]
    return Transition(
        from_=from_,
        to=to,
        n_from=found.n,
        n_to=found.advanced,
        outside=found.outside,
        lost=found.lost,
        dormant=found.dormant,
        open=found.open,
        skipped=found.skipped,
        naive=found.naive,
        mature=found.mature,
        censoring_aware=found.aware,
        gone_share=found.gone,
        median_days=days[0],
        low_days=days[1],
        high_days=days[2],
        resampled=found.resampled,
    )
