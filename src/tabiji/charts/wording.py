"""Figures as a reader of a picture sees them. Results carry bare numbers; in pictures they become text here."""

from tabiji import result
from tabiji.i18n import N_, language, plural, text
from tabiji.journeymap.model import JourneyMap
from tabiji.metrics.dwell.result import NOT_REACHED
from tabiji.metrics.roles import called
from tabiji.result import Share

DASH = "—"
MINUS = "−"
percent = result.percent  # as sentences say it
UNITS = ((1e10, 1e9, "B"), (1e7, 1e6, "M"), (1e4, 1e3, "k"))  # from which amount on, how much one is, its letter
UNITS_JA = ((99_995_000, 1e8, "億円"), (1e4, 1e4, "万円"))
SYMBOLS = {"JPY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}


def count(value: float | None) -> str:
    """1842 → 1,842; None → —."""
    return DASH if value is None else f"{value:,.0f}"


def compact(value: float | None) -> str:
    """A figure in at most four characters and a letter: 318, 1,842, 12.4k, 3.1M; fractions keep one decimal."""
    if value is None:
        return DASH
    if abs(value) < 100 and value != round(value):
        return f"{value:.1f}".replace("-", MINUS)
    for limit, by, letter in ((1e4, 1.0, ""), (1e6, 1e3, "k"), (1e9, 1e6, "M"), (float("inf"), 1e9, "B")):
        if abs(round(value)) < limit:
            shown = f"{value:,.0f}" if by == 1 else f"{value / by:.1f}".removesuffix(".0") + letter
            return shown.replace("-", MINUS)
    raise AssertionError(value)


def money(value: float | None, currency: str, lang: str | None = None) -> str:
    """74,333,779 JPY → ¥74.3M; in Japanese yen are counted in 万 and 億: 7,433万円, 1.9億円; None → —."""
    if value is None:
        return DASH
    if currency == "JPY" and (lang or language()) == "ja":
        size = abs(round(value))
        if size < 10_000:
            return f"{value:,.0f}円".replace("-", MINUS)
        hundreds = f"{value / 1e8:,.{1 if size < 995_000_000 else 0}f}".removesuffix(".0")
        shown = f"{value / 1e4:,.0f}万円" if size < 99_995_000 else f"{hundreds}億円"
        return shown.replace("-", MINUS)
    symbol = SYMBOLS.get(currency, f"{currency} ")
    return f"{MINUS if value < 0 else ''}{symbol}{compact(abs(value))}"


def money_beside(value: float, widest: float, currency: str, lang: str | None = None) -> str:
    """An amount in the unit of `widest`, the largest of its table, so that all of them compare at a glance: beside 1,750,000 JPY
    3,297 are ¥3.3k, and in Japanese 0.3万円."""
    yen = currency == "JPY" and (lang or language()) == "ja"
    fitting = [(by, unit) for least, by, unit in (UNITS_JA if yen else UNITS) if abs(round(widest)) >= least]
    if not fitting:
        return money(value, currency, lang)
    by, unit = fitting[0]
    size = abs(value) / by
    shown = (f"{size:,.1f}" if size < 9.95 else f"{size:,.0f}").removesuffix(".0")
    sign = MINUS if value < 0 and shown != "0" else ""
    return f"{sign}{shown}{unit}" if yen else f"{sign}{SYMBOLS.get(currency, f'{currency} ')}{shown}{unit}"


def money_interval(low: float, high: float, currency: str, lang: str | None = None) -> str:
    """Two amounts of one currency: ¥33M–112.2M, 3,300万–1.1億円."""
    first, last = money(low, currency, lang), money(high, currency, lang)
    return f"{first.removesuffix('円')}–{last.removeprefix(SYMBOLS.get(currency, currency + ' '))}"


def interval(share: Share) -> str:
    """0.231, 0.298 → 23–30%; empty where there is none."""
    if share.low is None or share.high is None:
        return ""
    return f"{percent(share.low).removesuffix('%')}–{percent(share.high)}"


def described(share: Share, lang: str | None = None) -> str:
    """A share in one line: value, interval, n; or why there is none."""
    if share.share is None:
        return refusal(share, lang)
    return text(
        N_("{share} (95% interval {interval}), n = {n}"),
        lang,
        share=percent(share.share),
        interval=interval(share),
        n=count(share.n),
    )


def refusal(share: Share, lang: str | None = None) -> str:
    """Why a share is not told, in words; empty where it is told."""
    from tabiji.metrics.transitions import NOBODY_AT_RISK

    if share.reason is None:
        return ""
    if share.reason == NOBODY_AT_RISK and share.horizon_days is not None:
        message = N_(
            "too early to say (nobody has been watched for {days:,} {days:day|days} yet; a shorter horizon may tell)"
        )
        return text(message, lang, days=share.horizon_days)
    return refusal_words(share.reason, share.n, lang)


def refusal_words(reason: str, n: int, lang: str | None = None) -> str:
    """A reason in words: `n<10` of 4 → too few to say (n = 4, at least 10)."""
    if reason.startswith("n<"):
        message = N_("too few to say (n = {n}, at least {least})")
        return text(message, lang, n=n, least=reason.removeprefix("n<"))
    if reason == NOT_REACHED:  # of a median: the stage itself was reached
        return text(N_("fewer than half so far"), lang)
    return text(reason, lang)


def refusal_brief(share: Share, lang: str | None = None) -> str:
    """The same in as few words as fit a cell of a table; its receipt tells the rest."""
    from tabiji.metrics.transitions import NOBODY_AT_RISK

    if share.reason == NOBODY_AT_RISK:
        return text(N_("too early"), lang)
    return too_few(share.reason, share.n, lang) or refusal(share, lang)


def too_few(reason: str | None, n: int, lang: str | None = None) -> str:
    """`n<10` of 4 → too few (n = 4); empty for any other reason."""
    return text(N_("too few (n = {n})"), lang, n=count(n)) if (reason or "").startswith("n<") else ""


def signed(value: float | None, decimals: int = 1) -> str:
    """−1.2, +0.4, 0.0; None → —."""
    if value is None:
        return DASH
    shown = f"{value:+.{decimals}f}"
    return (shown[1:] if float(shown) == 0 else shown).replace("-", MINUS)


def days(value: float | None, lang: str | None = None) -> str:
    """41.2 → 41 days (41日); None → —."""
    if value is None:
        return DASH
    return plural("{shown} day", "{shown} days", round(value), lang, shown=f"{round(value):,}")


def fine_days(value: float | None, lang: str | None = None) -> str:
    """The same where single days count: 5.1 days (5.1 日), from 10 days on whole ones."""
    if value is None or value >= 9.95 or value == round(value):
        return days(value, lang)
    return text(N_("{fraction} days"), lang, fraction=f"{value:.1f}")


def units(n: int, unit: str, lang: str | None = None) -> str:
    """How many units a map is about: 1,842 companies (1,842 社), opportunities (件), people (名).

    unit "journey": their journeys, where a unit may have several."""
    shown = count(n)
    if unit == "journey":
        return plural("{shown} journey", "{shown} journeys", n, lang, shown=shown)
    if unit == "opportunity":
        return plural("{shown} opportunity", "{shown} opportunities", n, lang, shown=shown)
    if unit == "person":
        return plural("{shown} person", "{shown} people", n, lang, shown=shown)
    return plural("{shown} company", "{shown} companies", n, lang, shown=shown)


def role_name(journey_map: JourneyMap, role: str, lang: str | None = None) -> str:
    """A role as the map calls it, else as everybody does, else its id."""
    return called(journey_map.roles, role, lang)
