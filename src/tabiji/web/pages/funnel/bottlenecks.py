"""The part of the Funnel page that tells what each transition costs, with the receipts of its figures (what separates: `factors`)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from tabiji.charts import stakes as drawn
from tabiji.charts import wording
from tabiji.charts.map import stake
from tabiji.charts.map.asked import common_flags
from tabiji.errors import NotFoundError
from tabiji.i18n import N_, text, value_name
from tabiji.metrics.bottleneck.result import AFTER_SUCCESS, BottleneckResult, Stake, StakeFigures, TransitionStake
from tabiji.metrics.funnel.result import FunnelResult
from tabiji.web.filters import Filters
from tabiji.web.pages.funnel import factors
from tabiji.web.receipts import Receipt, receipt_kind
from tabiji.web.segments import groups_of

if TYPE_CHECKING:
    from tabiji.workspace import MeasuredMap

STAKE = N_(
    "What the year's entries into {from_} would have brought in addition if as many of them had gone on as they are held against, and"
    " those in addition had done as well afterwards as the others: entries × (reference − share) × share that reaches the end × mean"
    " deal. It says where to look, not what a measure would bring."
)


def section(measured: "MeasuredMap", funnel: FunnelResult, filters: Filters, stage: str | None) -> dict[str, Any]:
    """What the template `funnel/bottlenecks.html` needs; nothing where steps are asked for in order. stage: whose factors."""
    if filters.flags.get("mode") == "ordered":
        return {"stakes": None}
    found = measured.bottleneck(funnel, stage=stage, **factors.without_order(filters.flags))
    told = [t.at_stake for t in found.transitions if t.at_stake is not None]
    return {
        "stakes": found,
        "after_success": AFTER_SUCCESS,
        "stake_groups": groups_of(found.groups, filters.by, measured.workspace.settings),
        "stakes_top": drawn.top_of(told),
        "stakes_axis": _axis(found, drawn.top_of(told)),
        "stake_amount": stake.amount,
        "stake_interval": stake.interval,
        "stake_against": stake.against,
        "stake_strip": _strip,
        **factors.section(found, filters.by, measured.workspace.settings),
    }


def _axis(found: BottleneckResult, top: float) -> tuple[str, str, str]:
    first, middle, last = (Stake(v, v, v, found.currency) for v in (0.0, top / 2, top))
    return stake.amount(first), stake.amount(middle), stake.amount(last)


def _strip(told: Stake, top: float) -> Markup:
    """What is told in words beside it, so it is hidden from screen readers."""
    return Markup(drawn.stake_strip(told, top))  # noqa: S704 - drawn from numbers only


@receipt_kind("stake")
def stake_receipt(measured: "MeasuredMap", flags: Mapping[str, Any], parameters: Mapping[str, str]) -> Receipt:
    """Parameters: `stage`, the one gone on from; `value`, one of `by`."""
    value = parameters.get("value")
    result = measured.bottleneck(no_factors=True, **(common_flags if value is None else factors.without_order)(flags))
    by_value = {g.value or "": g for g in result.groups}
    if value is not None and value not in by_value:
        raise NotFoundError("value", value, by_value)
    figures = result.total if value is None else by_value[value]
    by_stage = {t.from_: t for t in figures.transitions}
    stage = parameters.get("stage", "")
    if stage not in by_stage:
        raise NotFoundError("stage", stage, by_stage)
    t = by_stage[stage]
    return Receipt(
        title=t.title() if value is None else f"{t.title()} · {value_name(value)}",
        definition=text(STAKE, from_=t.title().split(" → ")[0]),
        question=result.question,
        provenance=result.provenance,
        value=wording.DASH if t.at_stake is None else _told(t.at_stake),
        method=text(
            "95%, basic bootstrap: {n} resamples of units (seed {seed}), the choice of the reference repeated in each",
            n=result.replicates, seed=result.seed,
        ),
        source="Davison & Hinkley 1997, §5.2.1",
        beside=_terms(figures, t),
        notices=result.notices if value is None else figures.notices,
    )  # fmt: skip


def _told(at_stake: Stake) -> str:
    return text(
        "{value} a year, 95% interval {interval}", value=stake.amount(at_stake), interval=stake.interval(at_stake)
    )


def _terms(figures: StakeFigures, t: TransitionStake) -> tuple[tuple[str, str], ...]:
    lines = [
        (text("entered in a year"), wording.count(t.n_per_year)),
        (text("share that goes on"), wording.described(t.share)),
    ]
    if t.reference is not None:
        lines.append((text("held against"), stake.against(t.reference)))
    if t.reference is not None and t.reference.n is not None:
        lines.append((text("journeys of that segment"), wording.count(t.reference.n)))
    if t.onward is not None:
        lines.append((text("of those gone on, reach the end"), wording.percent(t.onward)))
    if figures.mean_deal is not None and figures.currency is not None:
        mean = wording.money(figures.mean_deal, figures.currency)
        lines.append(
            (
                text("mean won deal"),
                text("{mean} (of {n} {n:deal|deals})", mean=mean, n=wording.count(figures.n_valued)),
            )
        )
    if t.journeys is not None and t.at_stake is not None and t.at_stake.currency is not None:
        lines.append((text("in journeys"), f"{stake.amount(t.journeys)} ({stake.interval(t.journeys)})"))
    if t.reason is not None:
        lines.append((text("why there is none"), wording.refusal_words(t.reason, t.share.n)))
    return tuple(lines)
