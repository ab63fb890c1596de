"""Figures as a reader sees them. Results carry bare numbers; only here they become text."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tabiji import i18n
from tabiji.i18n import N_
from tabiji.result import Share

DASH = "—"


def count(value: float | None) -> str:
    """1842 → 1,842; None → —."""
    return DASH if value is None else f"{value:,.0f}"


def percent(share: float | None) -> str:
    """0.264 → 26%; below 1 % and above 99 % one decimal, so that little is not taken for nothing; None → —."""
    if share is None:
        return DASH
    points = share * 100
    if 0 < points < 0.95 or 99.05 < points < 100:
        return f"{points:.1f}%"
    return f"{points:.0f}%"


def interval(share: Share) -> str:
    """0.231, 0.298 → 23–30%; empty where there is none."""
    if share.low is None or share.high is None:
        return ""
    low, high = percent(share.low), percent(share.high)
    return f"{low.removesuffix('%')}–{high}"


def reason(share: Share) -> str:
    """Why a share is not told, in words."""
    if share.reason is None:
        return ""
    if share.reason.startswith("n<"):
        return i18n.text(N_("too few to say (n = {n}, at least {least})"), n=share.n, least=share.reason[2:])
    return i18n.text(share.reason)


def described(share: Share) -> str:
    """A share in one line for a title or a screen reader: value, interval, n; or why there is none."""
    if share.share is None:
        return reason(share)
    return i18n.text(
        N_("{share} (95% interval {interval}), n = {n}"),
        share=percent(share.share), interval=interval(share), n=count(share.n),
    )  # fmt: skip


def days(value: float | None) -> str:
    """41.2 → 41 days (41日); None → —."""
    if value is None:
        return DASH
    whole = round(value)
    return i18n.plural(N_("{n} day"), "{n} days", whole)


def day(value: date | datetime | str | None, zone: ZoneInfo | None = None) -> str:
    """2026-10-02, in both languages; instants first move into `zone`."""
    if value is None:
        return DASH
    if isinstance(value, str):
        return value[:10]
    if isinstance(value, datetime) and zone is not None:
        value = value.astimezone(zone)
    return f"{value:%Y-%m-%d}"


def moment(value: datetime | None, zone: ZoneInfo | None = None) -> str:
    """2026-10-02 18:05."""
    if value is None:
        return DASH
    return f"{value.astimezone(zone) if zone is not None else value:%Y-%m-%d %H:%M}"


def size(n_bytes: int) -> str:
    """12,345,678 → 11.8 MB."""
    amount = float(n_bytes)
    for unit in ("B", "KB", "MB"):
        if amount < 1024:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{amount:.1f} GB"


FILTERS: dict[str, Callable[..., Any]] = {
    "count": count,
    "percent": percent,
    "interval": interval,
    "reason": reason,
    "described": described,
    "days": days,
    "day": day,
    "moment": moment,
    "size": size,
}
