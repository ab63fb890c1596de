"""Receipts of the figures that stand on the map only: a role's presence and a touchpoint's reach.

The shares and counts of the stages are those of the funnel."""

from collections.abc import Mapping
from typing import Any

from tabiji.charts import wording
from tabiji.charts.map.asked import common_flags
from tabiji.errors import NotFoundError
from tabiji.i18n import N_, pick, text
from tabiji.journeymap.model import JourneyMap
from tabiji.result import Result, Share
from tabiji.web.receipts import Receipt, receipt_kind
from tabiji.workspace import MeasuredMap

WILSON = N_("95%, Wilson score")


@receipt_kind("presence")
def presence_receipt(measured: MeasuredMap, flags: Mapping[str, Any], parameters: Mapping[str, str]) -> Receipt:
    """Parameters: `role`, and `stage` where it is looked for in one stage only."""
    result = measured.reach(**common_flags(flags))
    role, stage = parameters.get("role", ""), parameters.get("stage") or None
    shares = {(r.stage, r.role): r.share for r in result.roles}
    if (stage, role) not in shares:
        raise NotFoundError("role", role, sorted({r for s, r in shares if s == stage}))
    name = wording.role_name(measured.map, role)
    if stage is None:
        definition = text(
            "Of all journeys, the share with at least one event of a person in the role {role}.", role=name
        )
        title, among = name, text("journeys")
    else:
        where = _stage_name(measured.map, stage)
        definition = text(
            "Of the journeys that reached {stage}, the share with at least one event of a person in the role {role} while they"
            " were there.",
            stage=where,
            role=name,
        )
        title, among = f"{name} · {where}", text("journeys that reached {stage}", stage=where)
    return _share_receipt(result, shares[stage, role], title, definition, text("of them with the role"), among)


@receipt_kind("reach")
def reach_receipt(measured: MeasuredMap, flags: Mapping[str, Any], parameters: Mapping[str, str]) -> Receipt:
    """Parameters: `stage` and `touchpoint`."""
    result = measured.reach(**common_flags(flags))
    stage, touchpoint = parameters.get("stage", ""), parameters.get("touchpoint", "")
    shares = result.by_stage
    if (stage, touchpoint) not in shares:
        known = {t.id for t in measured.map.touchpoints}
        raise (
            NotFoundError("touchpoint", touchpoint, sorted(known))
            if touchpoint not in known
            else NotFoundError("stage", stage, [s.id for s in measured.map.main_line])
        )
    where = _stage_name(measured.map, stage)
    name = next(pick(t.name) or t.id for t in measured.map.touchpoints if t.id == touchpoint)
    definition = text(
        "Of the journeys that reached {stage}, the share that met {touchpoint} at least once while they were there. It does not say"
        " that the touchpoint moved anybody on: who stays longer has more time to meet it.",
        stage=where,
        touchpoint=name,
    )
    among = text("journeys that reached {stage}", stage=where)
    return _share_receipt(
        result, shares[stage, touchpoint], f"{name} · {where}", definition, text("of them met it"), among
    )


def _share_receipt(result: Result, share: Share, title: str, definition: str, met: str, among: str) -> Receipt:
    return Receipt(
        title=title,
        definition=definition,
        question=result.question,
        provenance=result.provenance,
        share=share,
        numerator=None if share.share is None else (met, round(share.share * share.n)),
        denominator=(among, share.n),
        method=text(WILSON),
        source="Wilson 1927",
        notices=result.notices,
    )


def _stage_name(journey_map: JourneyMap, stage: str) -> str:
    return next((pick(s.name) or s.id for s in journey_map.main_line if s.id == stage), stage)
