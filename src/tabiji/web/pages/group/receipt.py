"""Receipts of the Buying group page: coverage, completeness, appearance, the difference in going on."""

from collections.abc import Callable, Mapping
from typing import Any

from tabiji.charts.wording import count, percent
from tabiji.errors import NotFoundError
from tabiji.i18n import N_, listed, text
from tabiji.metrics.group.result import GroupResult
from tabiji.result import Share
from tabiji.web.pages.group.counted import COUNTED, points
from tabiji.web.receipts import Receipt, receipt_kind
from tabiji.workspace import MeasuredMap
from tabiji.workspace.questions import QUESTIONS

WILSON = N_("95%, Wilson score; where units have several journeys, at the effective size")
STUDENT = N_("95%, Student's t over units")
LOG_LOG = N_("95%, delta method on log(−log)")
BY_END = N_(
    "Of the journeys that reached {stage}, the share in which somebody in the role {role} had done something before the journey went "
    "on (or by the end of the journey, or the date of the question)."
)
SHOWN = N_("Of all journeys, the share in which somebody in the role {role} did something.")
FIRST = N_("Of the journeys in which any role showed up, the share in which {role} was the first.")
ADOBE = N_(
    "Mean over the required roles of min(1, persons that showed up ÷ persons required), averaged over the journeys that reached {stage}. "
    "A role of which two are required and one is there counts half."
)
SALESFORCE = N_(
    "Share of the required roles that are filled, averaged over the journeys that reached {stage}. A role of which two are required and "
    "one is there is not filled."
)
WITH = N_(
    "Of the journeys that were still in {stage} {days} {days:day|days} after entering it and in which {role} had shown up by then, the share that "
    "went on within {horizon} {horizon:day|days} of entering."
)
WITHOUT = N_(
    "Of the journeys that were still in {stage} {days} {days:day|days} after entering it and in which {role} had not shown up by then, the share "
    "that went on within {horizon} {horizon:day|days} of entering."
)
WITHIN = N_(
    "Of the journeys in which {first} was there before {second}, the share in which {second} shows up within {days} {days:day|days}. Journeys that "
    "end before count as not meeting {second}; open ones for as long as they could be watched."
)
ACTIVE = N_("Of the members of open journeys in the role {role}, the share that did something in the last 30 days.")


@receipt_kind("group")
def group_receipt(measured: MeasuredMap, flags: Mapping[str, Any], parameters: Mapping[str, str]) -> Receipt:
    """Parameters: `measure` (a key of `MEASURES` or `COUNTED`), `stage`, `role` and `second` where it has some, and the question's own flags."""
    question = QUESTIONS["group"]
    asked = {name: value for name, value in flags.items() if name in question.shared and name != "by"}
    asked |= {flag.name: parameters[flag.name] for flag in question.own if flag.name in parameters}
    result = measured.group(**asked)
    measure = parameters.get("measure", "by_end")
    if measure in COUNTED:
        return COUNTED[measure](result, parameters)
    if measure not in MEASURES:
        raise NotFoundError("measure", measure, [*MEASURES, *COUNTED])
    return MEASURES[measure](result, parameters.get("stage", ""), parameters.get("role", ""))


def _coverage(result: GroupResult, stage: str, role: str) -> Receipt:
    cells = {(c.stage, c.role): c for c in result.total.coverage}
    c = _found(cells, stage, role)
    beside = [(text(N_("active in this stage")), percent(c.during.share))]
    if c.planned:
        beside.append((text(N_("planned")), text(N_("the map expects this role here"))))
    return _receipt(result, stage, role, c.by_end, BY_END, WILSON, "Wilson 1927", beside)


def _adobe(result: GroupResult, stage: str, role: str) -> Receipt:
    return _complete(result, stage, "adobe", ADOBE, "Adobe Journey Optimizer B2B Edition, completeness score")


def _salesforce(result: GroupResult, stage: str, role: str) -> Receipt:
    return _complete(
        result, stage, "salesforce", SALESFORCE, "Salesforce Data 360, buying committee CompletenessPercent"
    )


def _complete(result: GroupResult, stage: str, which: str, definition: str, source: str) -> Receipt:
    rows = {c.stage or "": c for c in result.total.completeness}
    if stage not in rows:
        raise NotFoundError("stage", stage, rows)
    needed = listed(f"{result.role_name(r.role)} {r.required}" for r in result.roles if r.required)
    beside = [(text(N_("required in total")), needed or "—")]
    return _receipt(result, stage, "", getattr(rows[stage], which), definition, STUDENT, source, beside)


def _shown(result: GroupResult, stage: str, role: str) -> Receipt:
    a = _found({a.role: a for a in result.total.order}, role)
    return _receipt(result, "", role, a.shown, SHOWN, WILSON, "Wilson 1927")


def _first(result: GroupResult, stage: str, role: str) -> Receipt:
    a = _found({a.role: a for a in result.total.order}, role)
    return _receipt(result, "", role, a.share_first, FIRST, WILSON, "Wilson 1927")


def _with(result: GroupResult, stage: str, role: str) -> Receipt:
    return _onward(result, stage, role, "with_role", WITH)


def _without(result: GroupResult, stage: str, role: str) -> Receipt:
    return _onward(result, stage, role, "without", WITHOUT)


def _onward(result: GroupResult, stage: str, role: str, which: str, definition: str) -> Receipt:
    o = _found({(o.stage, o.role): o for o in result.total.onward}, stage, role)
    beside = []
    if o.difference is not None:
        beside.append((text(N_("difference, adjusted")), points(o.difference, o.low, o.high)))
        beside.append((text(N_("of these compared within size and source")), count(o.n_used)))
    if o.crude is not None:
        beside.append((text(N_("difference, not adjusted")), points(*o.crude)))
    if o.q is not None:
        words = N_("of the differences as clear as this one, a share of at most {q:.2g} is expected to be chance")
        beside.append((text(N_("false discovery rate")), text(words, q=o.q)))
    source = "Anderson, Cain & Gelber 1983; Mantel & Haenszel 1959; Yan & Su 2010; Benjamini & Hochberg 1995"
    return _receipt(result, stage, role, getattr(o, which), definition, N_("95%, Wilson score"), source, beside)


def _within(result: GroupResult, stage: str, role: str) -> Receipt:
    h = result.total.handover
    if h is None:
        raise NotFoundError("role", role)
    names = {"first": result.role_name(h.from_role), "second": result.role_name(h.to_role), "days": result.horizon_days}
    return Receipt(
        title=f"{names['first']} → {names['second']}",
        definition=text(WITHIN, **names),
        question=result.question,
        provenance=result.provenance,
        share=h.within,
        method=text(LOG_LOG),
        source="Aalen & Johansen 1978",
        beside=((text(N_("came so far")), count(h.came)), (text(N_("was there before")), count(h.already))),
        notices=result.notices,
    )


def _active(result: GroupResult, stage: str, role: str) -> Receipt:
    e = _found({e.role: e for e in result.total.engagement.roles}, role)
    return _receipt(result, "", role, e.active, ACTIVE, N_("95%, Wilson score"), "Wilson 1927")


MEASURES: dict[str, Callable[[GroupResult, str, str], Receipt]] = {
    "by_end": _coverage, "adobe": _adobe, "salesforce": _salesforce, "shown": _shown, "first": _first, "with": _with,
    "without": _without, "within": _within, "active": _active,
}  # fmt: skip


def _found(known: Mapping[Any, Any], *names: str) -> Any:
    key = names[0] if len(names) == 1 else names
    if key not in known:
        raise NotFoundError("role", names[-1], sorted({k if isinstance(k, str) else k[1] for k in known}))
    return known[key]


def _receipt(
    result: GroupResult, stage: str, role: str, share: Share, definition: str, method: str, source: str,
    beside: list[tuple[str, str]] | None = None,
) -> Receipt:  # fmt: skip
    where = result.stage_name(stage) if stage else text(N_("the journey"))
    names = {"stage": where, "role": result.role_name(role)}
    title = " · ".join(
        part for part in (names["role"] if role else "", result.stage_name(stage) if stage else "") if part
    )
    hits = None if share.share is None else round(share.share * share.n)
    told = method == WILSON and hits is not None
    return Receipt(
        title=title or text(N_("Completeness")),
        definition=text(definition, **names, days=f"{result.landmark_days:g}", horizon=result.horizon_days),
        question=result.question,
        provenance=result.provenance,
        share=share,
        numerator=(text(N_("of them with the role")), hits) if told and hits is not None else None,
        denominator=(text(N_("journeys")), share.n) if told else None,
        method=text(method),
        source=source,
        beside=tuple(beside or ()),
        notices=result.notices,
    )
