"""Receipts of the Accounts pages: how many fit, and the median stay of a stage."""

from collections.abc import Mapping
from typing import Any

from tabiji.charts.wording import count, days, refusal_words
from tabiji.errors import NotFoundError
from tabiji.i18n import N_, text
from tabiji.metrics.dwell.result import NOT_REACHED
from tabiji.web.pages.accounts.listing import OWN
from tabiji.web.receipts import Receipt, receipt_kind
from tabiji.workspace import MeasuredMap
from tabiji.workspace.questions import QUESTIONS

MEASURES = ("total", "stay")
FITTING = N_(
    "Those whose latest journey fits all that was asked for. Each stands in the furthest stage that it has entered (a stage that "
    "takes journeys back counts as it says). A journey is won once it has reached the success stage and was not lost afterwards."
)
STAY = N_(
    "Half of all journeys that entered {stage} had left it after that many days, by going on, by being lost or by going silent. "
    "Those that are still there count for as long as they have been watched (Kaplan–Meier)."
)


@receipt_kind("accounts")
def accounts_receipt(measured: MeasuredMap, flags: Mapping[str, Any], parameters: Mapping[str, str]) -> Receipt:
    """Parameters: `measure` (total: how many fit; stay: the median of the stage `stage`), and those of the list."""
    measure = parameters.get("measure", "total")
    if measure not in MEASURES:
        raise NotFoundError("measure", measure, MEASURES)
    takes = {flag.name for flag in QUESTIONS["accounts"].flags}
    asked = {k: v for k, v in flags.items() if k in takes}
    if measure == "total":
        own = {k: v for k, v in parameters.items() if k in OWN and k != "page"}
        result = measured.accounts(**asked, **own)
        return Receipt(
            title=text(N_("Who fits")), definition=text(FITTING, loss=result.question.lost()), question=result.question, provenance=result.provenance,
            value=count(result.total),
        )  # fmt: skip
    result = measured.accounts(**{k: v for k, v in asked.items() if k in ("as_of", "known_as_of", "min_n")})
    stage = parameters.get("stage", "")
    pace = next((p for p in result.pace if p.id == stage), None)
    if pace is None:
        raise NotFoundError("stage", stage, [p.id for p in result.pace])
    name = result.stage_name(stage)
    return Receipt(
        title=text(N_("Median stay in {stage}"), stage=name),
        definition=text(STAY, stage=name, loss=result.question.lost()),
        question=result.question,
        provenance=result.provenance,
        value=days(pace.median_days)
        if pace.median_days is not None
        else refusal_words(pace.reason or NOT_REACHED, pace.n),
        denominator=(text(N_("journeys that entered the stage")), pace.n),
        source="Kaplan & Meier 1958",
    )
