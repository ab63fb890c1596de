"""What each channel and campaign costs per day, in JPY."""

from collections.abc import Iterator
from datetime import date

import numpy as np

from tabiji.demo.world.clock import Clock

# channel, campaign (`*` = half-year), JPY per account and day, share of the week-end's cost
DAILY: tuple[tuple[str, str, float, float], ...] = (
    ("search_ad", "search-*", 21.0, 0.6),
    ("display_ad", "display-awareness", 9.0, 0.8),
    ("display_ad", "display-retarget", 4.5, 0.8),
    ("email", "newsletter-*", 1.6, 1.0),
    ("email", "comparison-mail", 0.9, 1.0),
    ("social", "social-always-on", 2.4, 0.5),
    ("white_paper", "", 2.2, 1.0),
    ("roi_calculator", "", 0.7, 1.0),
    ("sales_document", "ringi-pack", 0.8, 0.0),
)
WEBINAR, SEMINAR, EXHIBITION, DIRECT_MAIL = 140.0, 310.0, 4200.0, 160.0  # JPY per account and occasion
BRIEFING = 420.0  # executive briefing, once a month


def half_year(day: date) -> str:
    """`2026h1` for January to June."""
    return f"{day.year}h{1 if day.month <= 6 else 2}"


def spend(
    clock: Clock, accounts: int, expo_weeks: list[int], rng: np.random.Generator
) -> Iterator[tuple[date, str, str, float]]:
    """(day, channel, campaign or empty, JPY) in order of days. A budget follows the number of accounts worked on."""
    for day in clock.days():
        for channel, campaign, cost, at_weekend in DAILY:
            weight = at_weekend if day.weekday() >= 5 else 1.0
            amount = cost * accounts * weight * float(rng.lognormal(0, 0.18))
            if amount:
                yield day, channel, campaign.replace("*", half_year(day)), round(amount)
        for channel, campaign, cost in _occasions(day, clock, expo_weeks):
            yield (
                day,
                channel,
                campaign.replace("*", half_year(day)),
                round(cost * accounts * float(rng.lognormal(0, 0.1))),
            )


def _occasions(day: date, clock: Clock, expo_weeks: list[int]) -> Iterator[tuple[str, str, float]]:
    if day.weekday() == 1 and day.day <= 14:
        yield "webinar", "law-webinar-*", WEBINAR
    if day.weekday() == 3 and 15 <= day.day <= 21:
        yield "seminar", "seminar-*", SEMINAR
    if day.weekday() == 2 and 8 <= day.day <= 14:
        yield "seminar", "executive-briefing", BRIEFING
    if day.weekday() == 2 and clock.week_of(day) in expo_weeks:
        yield "exhibition", "expo-*", EXHIBITION
    if day.weekday() == 0 and day.day <= 7:
        yield "direct_mail", "dm-*", DIRECT_MAIL
