"""Receipts of the Paths page: a pair, a whole path, or a way back."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tabiji.charts.wording import count, fine_days
from tabiji.errors import NotFoundError
from tabiji.i18n import N_, sentences, text
from tabiji.metrics.paths.result import NO_STEP, PathFigures, PathsResult, Variant
from tabiji.web.receipts import Receipt, receipt_kind
from tabiji.workspace import MeasuredMap

MEASURES = ("edge", "variant", "success", "loop", "rest")
EDGE = N_(
    "How often {b} came directly after {a}, over all journeys. Time is from arrival at the one to arrival at the other."
)
VARIANT = N_(
    "Of all journeys, those that took exactly these steps in this order so far. What repeats the step before it is left out."
)
SUCCESS = N_(
    "Of the journeys that took exactly these steps so far, those that have reached success (or a stage after it) by the date of the"
    " question. Open journeys are counted as not there yet."
)
REST = N_(
    "Of all journeys, those whose path is none of those listed: each of these paths is rarer, and they are summed here."
)
LOOP = N_("Journeys that left {a} for {b} and came to {a} again later, at least once.")
STEPS = {
    "stage": N_("A step is an entry to a stage; entries in a row to one stage are one step."),
    "touch": N_("A step is a touch of a touchpoint of the map inside the journey; other events are left out."),
}
ONCE = N_("Only the first time that a journey comes to it is a step.")
WILSON = N_("95%, Wilson score")
CLUSTERED = N_("95%, Wilson score over as many independent journeys as these are worth")
SOURCE = "van der Aalst 2016, §6.2"


@receipt_kind("paths")
def paths_receipt(measured: MeasuredMap, flags: Mapping[str, Any], parameters: Mapping[str, str]) -> Receipt:
    """Parameters: `measure` (edge, variant, success, loop, rest), `a` and `b` (nodes of a pair or a way back) or `path` (its nodes, as
    JSON), `level`, `returns`, and `value`, one of `by`."""
    level = {"level": "touch"} if parameters.get("level") == "touch" else {}
    once = {} if parameters.get("returns") == "1" else {"once": True}
    own = {k: v for k, v in flags.items() if k not in ("mode", "window_days", "horizon_days")}
    result = measured.paths(**own, **level, **once)
    figures = _figures(result, parameters.get("value"))
    measure = parameters.get("measure", "")
    if measure not in MEASURES:
        raise NotFoundError("measure", measure, MEASURES)
    if measure in ("edge", "loop"):
        return _pair(result, figures, measure, parameters.get("a", ""), parameters.get("b", ""))
    if measure == "rest":
        rest = figures.rest
        return _receipt(
            result, text(N_("{n} further {n:path|paths}"), n=count(rest.variants)), _definition(result, REST), (), share=rest.share,
            numerator=(text(N_("journeys of these paths")), rest.n), denominator=(text(N_("journeys in all")), figures.n),
        )  # fmt: skip
    return _variant(result, figures, measure, parameters.get("path", ""))


def _figures(result: PathsResult, value: str | None) -> PathFigures:
    if value is None:
        return result.total
    found = next((g for g in result.groups if (g.value or "") == value), None)
    if found is None:
        raise NotFoundError("value", value, [g.value or "" for g in result.groups])
    return found


def _definition(result: PathsResult, message: str, **names: str) -> str:
    said = [text(message, **names), text(STEPS[result.level])]
    return sentences([*said, text(ONCE)] if result.once else said)


def _pair(result: PathsResult, figures: PathFigures, measure: str, a: str, b: str) -> Receipt:
    names = {"a": result.label(a), "b": result.label(b)}
    if measure == "edge":
        edge = next((e for e in figures.edges if (e.from_, e.to) == (a, b)), None)
        if edge is None:
            raise NotFoundError("pair", f"{a} → {b}", [f"{e.from_} → {e.to}" for e in figures.edges])
        left = sum(e.n for e in figures.edges if e.from_ == a)
        beside = [(text(N_("of all steps from {a}"), **names), count(left))]
        if edge.median_days is not None:
            beside.append((text(N_("days between (median)")), fine_days(edge.median_days)))
        return _receipt(
            result, f"{names['a']} → {names['b']}", _definition(result, EDGE, **names), beside,
            value=text(N_("{n} {n:time|times}"), n=count(edge.n)),
        )  # fmt: skip
    loop = next((x for x in figures.loops if (x.at, x.via) == (a, b)), None)
    if loop is None:
        raise NotFoundError("way back", f"{a} → {b}", [f"{x.at} → {x.via}" for x in figures.loops])
    beside = [
        (text(N_("times")), count(loop.n)), (text(N_("straight back")), count(loop.direct)),
        (text(N_("days until back (median)")), fine_days(loop.median_days)),
    ]  # fmt: skip
    return _receipt(
        result, f"{names['a']} → {names['b']} → … → {names['a']}", _definition(result, LOOP, **names), beside, share=loop.share,
        numerator=(text(N_("journeys that came back")), loop.journeys), denominator=(text(N_("journeys in all")), figures.n),
    )  # fmt: skip


def _variant(result: PathsResult, figures: PathFigures, measure: str, key: str) -> Receipt:
    wanted = _path(key)
    found: Variant | None = next((v for v in figures.variants if v.path == wanted), None)
    if found is None:
        raise NotFoundError("path", " → ".join(wanted), [" → ".join(v.path) for v in figures.variants])
    beside = [
        (text(N_("days, first to last step (median)")), text(NO_STEP) if found.median_days is None else fine_days(found.median_days)),
        (text(N_("reached success")), count(found.won)), (text(N_("still open")), count(found.open)),
        (text(N_("went silent")), count(found.dormant)), (result.question.lost(), count(found.lost)),
    ]  # fmt: skip
    if measure == "success":
        return _receipt(
            result, result.spelled(found.path), _definition(result, SUCCESS), beside, share=found.success,
            denominator=(text(N_("journeys of this path")), found.n),
        )  # fmt: skip
    return _receipt(
        result, result.spelled(found.path), _definition(result, VARIANT), beside, share=found.share,
        numerator=(text(N_("journeys of this path")), found.n), denominator=(text(N_("journeys in all")), figures.n),
    )  # fmt: skip


def _path(key: str) -> tuple[str, ...]:
    """The nodes of a path from the address; what cannot be read is no path."""
    try:
        nodes = json.loads(key)
    except ValueError:
        return (key,)
    return tuple(str(n) for n in nodes) if isinstance(nodes, list) else (key,)


def _receipt(
    result: PathsResult, title: str, definition: str, beside: Sequence[tuple[str, str]], **more: Any
) -> Receipt:
    clustered = any(n.code == "clustered_units" for n in result.notices)
    return Receipt(
        title=title, definition=definition, question=result.question, provenance=result.provenance,
        method=text(CLUSTERED if clustered else WILSON) if "share" in more else "",
        source=SOURCE + ("; Korn & Graubard 1998" if clustered and "share" in more else ""),
        beside=tuple(beside), notices=result.notices, **more,
    )  # fmt: skip
