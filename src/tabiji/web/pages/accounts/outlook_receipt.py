"""Receipt of an outlook: what became of those that had been in the stage for as long as one journey."""

from collections.abc import Mapping
from typing import Any

from tabiji.charts.wording import count, days, described, percent
from tabiji.errors import NotFoundError
from tabiji.i18n import N_, sentences, text
from tabiji.metrics.account.outlook import Outlook
from tabiji.metrics.account.timeline_result import TimelineResult
from tabiji.result import Share
from tabiji.web.receipts import Receipt, receipt_kind
from tabiji.workspace import MeasuredMap
from tabiji.workspace.questions import QUESTIONS

ONWARD = N_(
    "Of the journeys of this map that were in {stage} for longer than {waited}, as {account} has been, the share that went on within "
    "{days} {days:day|days} from then on. Lost ones and those that went silent do not go on; open ones count for as long as they could be "
    "watched. Of each company, opportunity or person the first journey that entered the stage counts."
)
ENTERED = N_(
    "Of the journeys of this map that entered {stage}, the share that went on within {days} {days:day|days}. Lost ones and those that went silent "
    "do not go on; open ones count for as long as they could be watched. Of each company, opportunity or person the first "
    "journey that entered the stage counts."
)
BY_ROLE = N_(
    "The same journeys, divided by whether {role} had shown up by then. Who shows up later counts as not seen. The two groups may "
    "differ in other ways, too: this is no effect of the role."
)
NO_FORECAST = N_("It says what became of others, not what will become of this one.")
METHOD = N_("95%, delta method on log(−log); Wilson where the incidence is 0 or 1")
SOURCE = "Aalen & Johansen 1978; van Houwelingen & Putter 2012, §2.4"


@receipt_kind("outlook")
def outlook_receipt(measured: MeasuredMap, flags: Mapping[str, Any], parameters: Mapping[str, str]) -> Receipt:
    """Parameters: `account`, `role` (where the outlook is divided by it), `side` (with, without, entered)."""
    takes = {flag.name for flag in QUESTIONS["timeline"].flags}
    account = parameters.get("account", "")
    result = measured.timeline(account, **{k: v for k, v in flags.items() if k in takes})
    outlook = result.outlook
    if outlook is None:
        raise NotFoundError("outlook", account, [])
    share, what = _part(result, outlook, parameters.get("role"), parameters.get("side", ""))
    stage, name = result.why.stage_name(outlook.stage), result.why.account_name or result.why.account
    horizon = outlook.onward.horizon_days
    definition = ENTERED if parameters.get("side") == "entered" else ONWARD
    said = [
        text(
            definition,
            stage=stage,
            waited=days(outlook.waited_days),
            account=name,
            days=horizon,
            loss=result.question.lost(),
        )
    ]
    if what:
        said.append(text(BY_ROLE, role=result.role_name(parameters["role"])))
    return Receipt(
        title=" · ".join(x for x in (name, text(N_("goes on from {stage}"), stage=stage), what) if x),
        definition=sentences([*said, text(NO_FORECAST)]),
        question=result.question,
        provenance=result.provenance,
        share=share,
        denominator=(text(N_("journeys at risk")), share.n),
        method=text(METHOD),
        source=SOURCE,
        beside=_beside(outlook, result.question.lost()),
    )


def _part(result: TimelineResult, outlook: Outlook, role: str | None, side: str) -> tuple[Share, str]:
    """The share that is asked about, and by which part of the journeys."""
    if side not in ("", "with", "without", "entered"):
        raise NotFoundError("side", side, ("with", "without", "entered"))
    if role is None:
        return (outlook.entered if side == "entered" else outlook.onward), ""
    by = next((r for r in outlook.roles if r.role == role), None)
    if by is None:
        raise NotFoundError("role", role, [r.role for r in outlook.roles])
    name = result.role_name(role)
    if side == "without":
        return by.without, text(N_("{role} not seen"), role=name)
    return by.with_role, text(N_("{role} seen"), role=name)


def _beside(outlook: Outlook, loss: str) -> tuple[tuple[str, str], ...]:
    """All that had been there for as long, what else became of them, and all who entered."""
    lines = [(text(N_("all that had been there for as long")), described(outlook.onward))]
    if outlook.gone is not None:
        lines.append((text(N_("lost or went silent in that time"), loss=loss), percent(outlook.gone)))
    lines.append((text(N_("all who entered, from their entry on")), described(outlook.entered)))
    if outlook.waited_days is not None:
        lines.append((text(N_("days in the stage so far")), count(outlook.waited_days)))
    return tuple(lines)
