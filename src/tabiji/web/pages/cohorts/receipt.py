"""Receipts of the Cohorts page: the share of a cohort at an age."""

from collections.abc import Mapping
from typing import Any

from tabiji.charts.wording import count
from tabiji.errors import NotFoundError
from tabiji.i18n import N_, pick, text
from tabiji.metrics.cohorts.result import Cell
from tabiji.web.receipts import Receipt, receipt_kind
from tabiji.workspace import MeasuredMap

OWN = ("stage", "every", "age_days")
DEFINITION = N_(
    "Of the journeys that began in this period, the share that had reached {stage} within {days} {days:day|days} of their start. Journeys "
    "that are still open count for as long as they could be watched; who was lost or went silent before does not reach it any more."
)


@receipt_kind("cohorts")
def cohorts_receipt(measured: MeasuredMap, flags: Mapping[str, Any], parameters: Mapping[str, str]) -> Receipt:
    """Parameters: `cohort` (its label; empty = all journeys), `age` (days), and the page's own `stage`, `every`, `age_days`."""
    kept = {k: v for k, v in flags.items() if k not in ("by", "mode", "window_days")}
    result = measured.cohorts(**kept, **{k: parameters[k] for k in OWN if parameters.get(k)})
    stage, label = pick(result.stage_name) or result.stage, parameters.get("cohort", "")
    rows: dict[str, tuple[int, int, tuple[Cell, ...]]] = {
        c.period.label: (c.n, c.reached, c.cells) for c in result.cohorts
    }
    if label and label not in rows:
        raise NotFoundError("cohort", label, rows)
    n, reached, cells = rows[label] if label else (result.total.n, result.total.reached, result.total.cells)
    ages = {str(c.age_days): c for c in cells}
    age = parameters.get("age", "")
    if age not in ages:
        raise NotFoundError("age", age, ages)
    resampled = ages[age].resampled
    return Receipt(
        title=text(N_("{cohort} → {stage} · {n} days"), cohort=label or text(N_("All journeys")), stage=stage, n=age),
        definition=text(DEFINITION, stage=stage, days=age, loss=result.question.lost()),
        question=result.question,
        provenance=result.provenance,
        share=ages[age].share,
        method=text(
            N_("95%, percentiles over resampled units")
            if resampled
            else N_("95%, delta method on log(−log); Wilson where the incidence is 0 or 1")
        ),
        source="Aalen & Johansen 1978; Kalbfleisch & Prentice 2002, ch. 8"
        + ("; Davison & Hinkley 1997, §3.8" if resampled else ""),
        beside=(
            (
                text(N_("began that long ago")),
                text(N_("{n} of {all} {all:journey|journeys}"), n=count(ages[age].watched), all=count(n)),
            ),
            (text(N_("reached it by now, at any age")), count(reached)),
        ),
        notices=result.notices,
    )
