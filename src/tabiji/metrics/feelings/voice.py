"""Voice of the customer: recommendation (NPS), satisfaction (CSAT) and ease (CES), each on the scale on which it was asked.

NPS = share of promoters (9–10) − share of detractors (0–6), in points (Reichheld, HBR 12/2003); its variance is that of the
multinomial classes, units as clusters where they answer repeatedly (see `means`). CSAT and CES: the mean on the survey's own scale
and the share with the highest answer (top box) and with one of the two highest; answers on scales that differ are never put
together. Counted are answers given during a journey of the map. Who did not answer is not in the data: where few answer, those who
do may feel otherwise than those who do not.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from tabiji.compute.executor import Executor
from tabiji.i18n import N_
from tabiji.index.journeys import Journal
from tabiji.index.layout import F8, I4, I8, Index
from tabiji.journeymap.model import JourneyMap
from tabiji.metrics.entries import entries, main_line, of_groups
from tabiji.metrics.feelings.answers import HIGHEST, KINDS, LOWEST, Answers, feelings, left_out
from tabiji.metrics.feelings.voice_result import Comment, Score, Survey, VoiceFigures, VoiceResult
from tabiji.metrics.means import mean_of, n_owners, share_of
from tabiji.metrics.position import NOWHERE, positions, regressing
from tabiji.metrics.provenance import chosen, inside, provenance
from tabiji.metrics.roles import role_names
from tabiji.metrics.scope import Scope, instant, seconds
from tabiji.result import Notice, Question

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

__all__ = ["VoiceResult", "voice"]

Mask = npt.NDArray[np.bool_]
Cuts = dict[str, list[tuple[str, Mask]]]
PROMOTER, DETRACTOR = 9, 6  # from, up to
COMMENTS = 20


def voice(
    index: Index,
    journey_map: JourneyMap,
    rules: "Rules",
    journals: Sequence[Journal],
    scope: Scope,
    answers: Answers,
    comments: Callable[[Mask | None, int, int], list[Comment]] | None = None,
    *,
    executor: Executor,
    zone: ZoneInfo,
    question: Question | None = None,
) -> VoiceResult:
    """Scores of every survey (further arguments as those of `emotion`).

    comments: the latest ones, asked for by (wanted units, until when, how many) · zone: of the months."""
    line, back, as_of = (
        main_line(journey_map, rules),
        regressing(main_line(journey_map, rules), rules),
        seconds(scope.as_of),
    )
    given = answers.only(answers.at <= as_of).by_unit()  # means find their units without sorting then
    stage, began = positions(index, journals, line, back, given.unit, given.at)
    selected = np.ones(len(given), bool) if scope.selection is None else scope.selection[given.unit]
    on_scale = ~np.isnan(feelings(given))
    kept = selected & on_scale & (stage != NOWHERE) & inside(given.unit, began, scope)
    here = given.only(kept)
    highest = np.where(np.isnan(here.scale_max), np.array(HIGHEST)[here.kind.astype(np.int64)], here.scale_max)
    cuts = _cuts(index, journey_map, here, stage[kept], zone)
    surveys = _surveys(here, cuts, highest, np.ones(len(here), bool), scope.min_n)
    found = entries(journals, line, as_of, executor)
    journeys = chosen(found, scope)
    groups: list[VoiceFigures] = []
    if scope.groups is not None:
        codes, labels = scope.groups
        code = {str(label): x for x, label in enumerate(labels)}
        for value, _ in of_groups(journeys, codes, labels):
            mine = codes[here.unit] == code[value]
            groups.append(VoiceFigures(value, _surveys(here, cuts, highest, mine, scope.min_n)))
    asked = question or Question("voice", journey_map.id)
    said: list[Comment] = []
    most = COMMENTS
    while comments is not None and len(here):
        read = comments(scope.selection, as_of, most)
        unit, at = np.array([c.place for c in read], np.int64), np.array([c.at for c in read], np.int32)
        where, since = positions(index, journals, line, back, unit, at)
        ids, keep = [s.id for s in journey_map.main_line], inside(unit, since, scope) & (where != NOWHERE)
        said = [
            replace(c, stage=ids[int(k)], said_at=instant(c.at))
            for c, k, inside_ in zip(read, where, keep, strict=True)
            if inside_
        ][:COMMENTS]
        if len(said) == COMMENTS or len(read) < most:
            break
        most *= 8  # the latest ones were outside the journeys asked about: look further back
    return VoiceResult(
        question=asked,
        provenance=provenance(index, rules, journals, scope, found, journeys, asked, executor, verb="voice"),
        notices=_notices(
            int((selected & ~on_scale).sum()), int((selected & on_scale & (stage == NOWHERE)).sum()), surveys
        ),
        surveys=surveys,
        comments=tuple(said),
        names={s.id: s.name for s in journey_map.stages},
        groups=tuple(groups),
    )


def _surveys(given: Answers, cuts: Cuts, highest: F8, mine: Mask, min_n: int) -> tuple[Survey, ...]:
    """A survey per kind and scale that occurs in some answers, the one with most answers first. highest: float64[n], of the scale of
    each answer."""
    there = np.flatnonzero(mine)
    given, highest = given.only(mine), highest[mine]
    own = {name: [(value, mask[there]) for value, mask in parts] for name, parts in cuts.items()}
    found = [
        _survey(given, own, (given.kind == kind) & (highest == top), int(kind), float(top), min_n)
        for kind, top in sorted(set(zip(given.kind.tolist(), highest.tolist(), strict=True)))
    ]
    return tuple(sorted(found, key=lambda s: -s.total.score.n))


def _cuts(index: Index, journey_map: JourneyMap, given: Answers, stage: I4, zone: ZoneInfo) -> Cuts:
    """How the answers are divided: parts without an answer are left out."""
    cuts: Cuts = {"stage": [(s.id, stage == k) for k, s in enumerate(journey_map.main_line)], "role": []}
    for name in role_names(index, journey_map):
        has = np.array([name in names for names in index.role_sets], bool)
        cuts["role"].append((name, has[given.role]))
    touchpoint = np.full(len(given), -1, np.int32) if given.touchpoint is None else given.touchpoint
    cuts["touchpoint"] = [(name, touchpoint == code) for code, name in enumerate(given.touchpoints)]
    labels, starts = months(given.at, zone)
    month = np.searchsorted(starts, given.at, side="right") - 1
    cuts["month"] = [(label, month == m) for m, label in enumerate(labels)]
    return {name: [(value, mask) for value, mask in parts if mask.any()] for name, parts in cuts.items()}


def months(at: I4, zone: ZoneInfo) -> tuple[list[str], I8]:
    """The months from the first to the last of some instants: labels, and the second at which each begins."""
    if not len(at):
        return [], np.empty(0, np.int64)
    first, last = (instant(int(x)).astimezone(zone) for x in (at.min(), at.max()))
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    days = [datetime(m // 12, m % 12 + 1, 1, tzinfo=zone) for m in numbers]
    return [f"{d:%Y-%m}" for d in days], np.array([seconds(d) for d in days], np.int64)


def _survey(given: Answers, cuts: Cuts, mine: Mask, kind: int, highest: float, min_n: int) -> Survey:
    """Figures of one kind on one scale."""
    lowest = LOWEST[kind]

    def score(value: str | None, part: Mask) -> Score:
        s, unit = given.score[part], given.unit[part]
        if KINDS[kind] == "nps":
            points = 100.0 * ((s >= PROMOTER).astype(np.float64) - (s <= DETRACTOR))
            mean, top, two = mean_of(points, unit, min_n, (-100.0, 100.0)), share_of(s >= PROMOTER, unit, min_n), None
        else:
            mean, top = mean_of(s, unit, min_n, (lowest, highest)), share_of(s >= highest, unit, min_n)
            two = share_of(s >= highest - 1, unit, min_n)
        return Score(value, mean, top, two, n_owners(unit))

    values, n = np.unique(given.score[mine], return_counts=True)
    groups = {}
    if KINDS[kind] == "nps":
        s = given.score[mine]
        promoters, detractors = int((s >= PROMOTER).sum()), int((s <= DETRACTOR).sum())
        groups = {"promoters": promoters, "passives": len(s) - promoters - detractors, "detractors": detractors}
    return Survey(
        kind=KINDS[kind],
        lowest=lowest,
        highest=highest,
        total=score(None, mine),
        counts=dict(zip(values.tolist(), n.tolist(), strict=True)),
        groups=groups,
        parts={
            name: tuple(score(value, part & mine) for value, part in parts if (part & mine).any())
            for name, parts in cuts.items()
        },
    )


def _notices(off_scale: int, outside: int, surveys: Sequence[Survey]) -> tuple[Notice, ...]:
    out = [*left_out(off_scale, outside)]
    kinds = [s.kind for s in surveys]
    for kind in sorted({k for k in kinds if kinds.count(k) > 1}):
        message = N_("{kind} was asked on {n} scales: each is shown on its own, they are not put together.")
        out.append(Notice("several_scales", message, {"kind": kind.upper(), "n": kinds.count(kind)}))
    return tuple(out)
