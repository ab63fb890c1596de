"""The part of the Funnel page that tells what separates those who went on, in all and segment by segment, with its receipt."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from tabiji.charts import stakes as drawn
from tabiji.charts import wording
from tabiji.charts.map import stake
from tabiji.charts.map.asked import common_flags
from tabiji.errors import NotFoundError
from tabiji.i18n import N_, listed, text, value_name
from tabiji.metrics.bottleneck.factor_result import KINDS, Factor, Factors
from tabiji.metrics.bottleneck.result import BottleneckResult
from tabiji.settings import Settings
from tabiji.web.receipts import Receipt, receipt_kind
from tabiji.web.segments import groups_of

if TYPE_CHECKING:
    from tabiji.workspace import MeasuredMap

FACTOR = N_(
    "How many times as high the odds of going on in a week are once {name} has appeared, among journeys alike in {alike}. It counts from"
    " the week after it happened, never before. It tells what separates those who went on, not what made them go on."
)
ABOUT_STAKES = ("resampled_units", "best_segment", "short_year")  # notices that say nothing of factors
ELSEWHERE = N_("where they came from")
ADJUSTED = {
    "employees": N_("size"),
    "weeks_in_stage": N_("time already spent in the stage"),
    "first_channel": N_("channel of the first touch"),
}
MOST_COMPARED = 4  # factors with a column of their own where segments are compared


@dataclass(frozen=True, slots=True)
class Compared:
    """What separates within one segment, beside what separates in all. value: in the address, None of all · n, went: journeys that
    were compared, and those of them that went on · cells: of the factors that have a column · best: what separates most surely here."""

    value: str | None
    label: str
    n: int
    went: int
    cells: tuple[Factor | None, ...]
    best: Factor | None


def without_order(flags: Mapping[str, Any]) -> dict[str, Any]:
    """The flags that mean something to what is at stake and to what separates."""
    return {name: value for name, value in flags.items() if name not in ("mode", "window_days")}


def section(found: BottleneckResult, by: str, settings: Settings) -> dict[str, Any]:
    """What the templates need of the factors of a result."""
    items = () if found.factors is None else found.factors.items
    separating = [f for f in items if f.separates]
    return {
        "separating": separating,
        "not_separating": [f for f in items if f.odds_ratio is not None and not f.separates],
        "refused_factors": [f for f in items if f.odds_ratio is None],
        "separating_words": stake.separating(found.factors),
        "factor_kinds": KINDS,
        "alike": alike(found),
        "ratio": stake.ratio,
        "ratio_interval": stake.ratio_interval,
        "too_few": wording.too_few,
        "ratio_strip": _ratio_strip,
        "ratio_axis": Markup(drawn.ratio_axis()),  # noqa: S704 - drawn from numbers only
        "compared_factors": separating[:MOST_COMPARED],
        "compared": compared(found, separating[:MOST_COMPARED], by, settings),
    }


def compared(found: BottleneckResult, columns: list[Factor], by: str, settings: Settings) -> tuple[Compared, ...]:
    """All, then each segment with its own factors of the same transition; empty where nothing is divided."""
    if found.factors is None or not found.groups:
        return ()
    rows: list[tuple[str | None, str, Factors]] = [(None, text(N_("All")), found.factors)]
    rows += [(value, label, g.factors) for value, label, g in groups_of(found.groups, by, settings) if g.factors]
    wanted = [(f.kind, f.key) for f in columns]
    out = []
    for value, label, of in rows:
        mine = {(f.kind, f.key): f for f in of.items}
        out.append(Compared(value, label, of.n, of.went, tuple(mine.get(key) for key in wanted), of.best))
    return tuple(out)


def alike(found: BottleneckResult) -> str:
    """What the factors are adjusted for, in words."""
    names = () if found.factors is None else found.factors.adjusted_for
    return listed(text(ADJUSTED.get(name, ELSEWHERE)) for name in names)


def _ratio_strip(factor: Factor) -> Markup:
    return Markup(drawn.ratio_strip(factor))  # noqa: S704 - drawn from numbers only


@receipt_kind("factor")
def factor_receipt(measured: "MeasuredMap", flags: Mapping[str, Any], parameters: Mapping[str, str]) -> Receipt:
    """Parameters: `stage`, the factor: `what` it is (touchpoint, role, channel, content) and its `key`; `value`, one of `by`."""
    value = parameters.get("value")
    kept = common_flags(flags) if value is None else without_order(flags)
    result = measured.bottleneck(stage=parameters.get("stage") or None, **kept)
    of = _factors(result, value)
    by_key = {} if of is None else {(f.kind, f.key): f for f in of.items}
    asked = parameters.get("what", ""), parameters.get("key", "")
    if asked not in by_key or of is None:
        raise NotFoundError("factor", asked[1], sorted({key for _, key in by_key}))
    f = by_key[asked]
    told = wording.refusal_words(f.reason or "", min(f.n_with, f.n_without))
    if f.odds_ratio is not None:
        told = text("{ratio} times the odds, 95% interval {interval}", ratio=stake.ratio(f.odds_ratio), interval=stake.ratio_interval(f))  # fmt: skip
    lines = [
        (text("with it"), text("{n} {n:journey|journeys}, {went} went on in {weeks} {weeks:week|weeks}", n=wording.count(f.n_with), went=wording.count(f.went_with), weeks=wording.count(f.weeks_with))),
        (text("without it"), text("{n} {n:journey|journeys}, {went} went on in {weeks} {weeks:week|weeks}", n=wording.count(f.n_without), went=wording.count(f.went_without), weeks=wording.count(f.weeks_without))),
    ]  # fmt: skip
    if f.q is not None:
        meaning = text("Of all that is said to separate here, about 1 in 20 at most is chance ({tested} were looked at).", tested=of.tested)  # fmt: skip
        verdict = text("yes") if f.separates else text("no")
        lines.append((text("separates"), f"{verdict} (q = {f.q:.2g}). {meaning}"))
    step = next(t.title() for t in result.transitions if t.from_ == of.from_)
    return Receipt(
        title=" · ".join([f.title(), step, *([] if value is None else [value_name(value)])]),
        definition=text(FACTOR, name=f.title(), alike=alike(result)),
        question=result.question,
        provenance=result.provenance,
        value=told,
        method=text("95%, robust within units"),
        source="Allison 1982; Liang & Zeger 1986; Benjamini & Hochberg 1995",
        beside=tuple(lines),
        notices=tuple(n for n in result.notices if n.code not in ABOUT_STAKES),
    )


def _factors(result: BottleneckResult, value: str | None) -> Factors | None:
    """The factors of the total, or of one value of `by`."""
    if value is None:
        return result.factors
    by_value = {g.value or "": g for g in result.groups}
    if value not in by_value:
        raise NotFoundError("value", value, by_value)
    return by_value[value].factors
