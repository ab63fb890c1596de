"""What a transition costs a year, in words: the next move where something is at stake, and what separates those who went on."""

from tabiji.charts import wording
from tabiji.charts.map.sheet import Figure, Receipt
from tabiji.i18n import N_, sentences, text
from tabiji.metrics.bottleneck.factor_result import Factor, Factors
from tabiji.metrics.bottleneck.result import PERHAPS_NOTHING, BottleneckResult, Reference, Stake, TransitionStake
from tabiji.metrics.funnel.result import FunnelResult


def amount(stake: Stake, lang: str | None = None) -> str:
    """¥74.3M (7,433万円), or 29 journeys (29件)."""
    if stake.currency is not None:
        return wording.money(stake.value, stake.currency, lang)
    return text(N_("{n} {n:journey|journeys}"), lang, n=_few(stake.value))


def interval(stake: Stake, lang: str | None = None) -> str:
    """¥33M–112.2M (3,300万–1.1億円), or 14–43."""
    if stake.currency is not None:
        return wording.money_interval(stake.low, stake.high, stake.currency, lang)
    return f"{_few(stake.low)}–{_few(stake.high)}"


def against(reference: Reference, lang: str | None = None) -> str:
    """What a share is held against: `planned 35%`, or `industry = retail: 41%`."""
    share = wording.percent(reference.share)
    if reference.source == "target":
        return text("planned {share}", lang, share=share)
    return f"{reference.attribute} = {reference.value}: {share}"


def pill(stakes: BottleneckResult | None, lang: str) -> str:
    """What stands above the bottleneck; empty where nothing is at stake."""
    top = None if stakes is None else stakes.top
    return "" if top is None or top.at_stake is None else text("{value} a year", lang, value=amount(top.at_stake, lang))


def next_move(
    funnel: FunnelResult | None, stakes: BottleneckResult | None, unit: str, lang: str
) -> tuple[str, str, str, Figure] | None:
    """One sentence on where most is at stake, its part to be read first, how the share comes about, and the figure in the
    sentence; None where nothing is at stake."""
    top = None if stakes is None else stakes.top
    if funnel is None or top is None or top.at_stake is None or top.reference is None:
        return None
    step, value = top.title(lang), amount(top.at_stake, lang)
    message = N_("{step} loses {value} a year (95% interval {interval}).")
    if top.at_stake.currency is None:
        message = N_("{step} loses {value} a year that would have come to the end (95% interval {interval}).")
    sentence = text(message, lang, step=step, value=value, interval=interval(top.at_stake, lang))
    return sentence, step, _detail(top, top.reference, top.at_stake, _unit(funnel, unit), lang), Figure(
        value, interval(top.at_stake, lang), Receipt("stake", {"stage": top.from_})
    )  # fmt: skip


def _unit(funnel: FunnelResult, unit: str) -> str:
    return "journey" if funnel.total.n > funnel.provenance.accounts else unit


def _detail(top: TransitionStake, reference: Reference, stake: Stake, unit: str, lang: str) -> str:
    said = text(
        "Of {units}, {share} go on within {days} {days:day|days} ({against}).",
        lang,
        units=wording.units(top.share.n, unit, lang),
        share=wording.percent(top.share.share),
        days=top.share.horizon_days,
        against=against(reference, lang),
    )
    if stake.low > 0:
        return said
    return sentences([said, text(PERHAPS_NOTHING, lang)], lang)


def separating(factors: Factors | None, lang: str | None = None) -> str:
    """What separates those who went on most surely, in a sentence; that nothing does; or that too few went on to tell."""
    if factors is None or not factors.tested:
        return text("Too few went on to tell what separates them from the others.", lang)
    best = factors.best
    if best is None:
        return text("Nothing that was looked at separates those who went on from the others.", lang)
    return text(
        N_(
            "What separates those who went on: {name}. From the week after it appeared, the odds of going on were {ratio} times as high"
            " (95% interval {interval}; with {with_}, without {without}); {missing} never had it."
        ),
        lang, name=best.title(lang), ratio=ratio(best.odds_ratio), interval=ratio_interval(best),
        with_=wording.count(best.n_with), without=wording.count(best.n_without),
        missing=wording.percent(best.n_without / (best.n_with + best.n_without)),
    )  # fmt: skip


def ratio(value: float | None) -> str:
    """4.36 → 4.4; 12.3 → 12; None → —."""
    if value is None:
        return wording.DASH
    return f"{value:,.0f}" if value >= 9.95 else f"{value:.1f}" if value >= 0.95 else f"{value:.2f}"


def ratio_interval(factor: Factor) -> str:
    """3.2–5.9; empty where there is none."""
    return "" if factor.low is None or factor.high is None else f"{ratio(factor.low)}–{ratio(factor.high)}"


def _few(n: float) -> str:
    return f"{n:,.0f}" if n >= 9.95 or n == 0 else f"{n:.1f}"
