"""Figures as a reader of a page sees them: the wording of the pictures, and days, moments and sizes beside it."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from tabiji.charts import wording
from tabiji.charts.wording import (
    DASH,
    count,
    days,
    described,
    fine_days,
    interval,
    percent,
    refusal,
    refusal_brief,
    refusal_words,
    units,
)
from tabiji.i18n import N_, text
from tabiji.settings import Settings


def day(value: date | datetime | str | None, zone: ZoneInfo | None = None) -> str:
    """2026-10-02, in both languages; an instant is told as a day in `zone`."""
    if value is None:
        return DASH
    if isinstance(value, str):
        return value[:10]
    if isinstance(value, datetime) and zone is not None:
        value = value.astimezone(zone)
    return f"{value:%Y-%m-%d}"


def moment(value: datetime | None, zone: ZoneInfo | None = None) -> str:
    """2026-10-02 18:05, in `zone`."""
    if value is None:
        return DASH
    return f"{value.astimezone(zone) if zone is not None else value:%Y-%m-%d %H:%M}"


def money(value: float | None, currency: str | None) -> str:
    """An amount as on every page and picture: ¥74.3M (7,433万円); a bare number where no currency is known."""
    return wording.money(value, currency or "").strip()


def money_range(low: float, high: float | None, currency: str | None) -> str:
    """Two amounts of one currency, ¥33M–112.2M; the upper one may be without bound."""
    if high is None:
        return f"{money(low, currency)}–∞"
    return wording.money_interval(low, high, currency or "").strip()


def exact(value: float | None, currency: str | None) -> str:
    """An amount to the last unit, on hover and in receipts: 74,333,779 JPY; cents only where there are any."""
    if value is None:
        return DASH
    shown = f"{value:,.0f}" if value == round(value) or abs(value) >= 1000 else f"{value:,.2f}"
    return f"{shown} {currency or ''}".strip()


def size(n_bytes: int) -> str:
    """12,345,678 → 11.8 MB."""
    amount = float(n_bytes)
    for unit in ("B", "KB", "MB"):
        if amount < 1024:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{amount:.1f} GB"


def breakable(name: str) -> Markup:
    """A name with underscores that may be broken after each of them, and is copied without the breaks."""
    return escape(name).replace("_", Markup("_<wbr>"))


INDUSTRIES = {  # codes that exports use for the major divisions of industry, as readers call them
    "agriculture": N_("Agriculture, forestry, fishery"),
    "construction": N_("Construction"),
    "manufacturing": N_("Manufacturing"),
    "utilities": N_("Electricity, gas, water"),
    "information": N_("Information and communications"),
    "transport": N_("Transport and postal services"),
    "wholesale_retail": N_("Wholesale and retail"),
    "finance": N_("Finance and insurance"),
    "real_estate": N_("Real estate and leasing"),
    "professional": N_("Research and professional services"),
    "hospitality": N_("Hotels and restaurants"),
    "education": N_("Education"),
    "health": N_("Medical care and welfare"),
    "services": N_("Other services"),
    "public": N_("Government"),
}


def industry(value: str | None) -> str:
    """An industry as the reader calls it, where the data hold a code that everybody knows; else as the data call it."""
    return text(INDUSTRIES[value]) if value in INDUSTRIES else value or ""


CHANNELS = {  # names that exports give to common channels, as readers call them
    "call": N_("Phone calls"), "chat": N_("Chat"), "contract": N_("Contracts"), "demo": N_("Demos"),
    "direct_mail": N_("Direct mail"), "display_ad": N_("Display ads"), "email": N_("Mails"), "exhibition": N_("Exhibitions"),
    "meeting": N_("Meetings"), "onboarding": N_("Onboarding"), "organic": N_("Organic search"), "product": N_("Product"),
    "qbr": N_("Quarterly reviews"), "quote": N_("Quotes"), "reference": N_("Reference customers"), "referral": N_("Referrals"),
    "roi_calculator": N_("ROI calculator"), "sales": N_("Sales"), "sales_document": N_("Sales documents"),
    "search_ad": N_("Search ads"), "seminar": N_("Seminars"), "social": N_("Social media"), "support": N_("Support"),
    "target_list": N_("Target lists"), "training": N_("Training"), "video": N_("Videos"), "web": N_("Website"),
    "web_form": N_("Web forms"), "webinar": N_("Webinars"), "white_paper": N_("White papers"),
}  # fmt: skip


DEPARTMENTS = {  # names that maps give to the owners of initiatives and KPIs, as readers call them
    "marketing": N_("Marketing"), "inside_sales": N_("Inside sales"), "sales": N_("Sales"),
    "customer_success": N_("Customer success"),
}  # fmt: skip


def value_label(settings: Settings, attribute: str, value: str | None) -> str:
    """A value of the data as the reader calls it: by the labels of the workspace, else by what everybody calls an industry, a channel or a
    department."""
    told = settings.label(attribute, value)
    if told != value:
        return told
    if attribute == "channel" and value in CHANNELS:
        return text(CHANNELS[value])
    if attribute == "owner" and (plain := (value or "").replace("-", "_")) in DEPARTMENTS:
        return text(DEPARTMENTS[plain])
    return industry(value) if attribute == "industry" else told


FILTERS: dict[str, Callable[..., Any]] = {
    "count": count,
    "percent": percent,
    "interval": interval,
    "refusal": refusal,
    "brief": refusal_brief,
    "why": refusal_words,
    "described": described,
    "days": days,
    "fine_days": fine_days,
    "units": units,
    "day": day,
    "moment": moment,
    "size": size,
    "money": money,
    "money_range": money_range,
    "exact": exact,
    "breakable": breakable,
}
