"""What the flags of a question are called on pages: as the filter bar calls them, not as they are written in an address."""

from collections.abc import Callable, Mapping
from typing import Any

from tabiji.i18n import N_, text
from tabiji.web.filters import BY_SIZE, SIZE_LABELS, Filters
from tabiji.web.segments import BY

FLAG_LABELS = {
    "from": N_("Journeys that began from"), "to": N_("Journeys that began until"), "industry": N_("Industry"),
    "region": N_("Region"), "size": N_("Size"), "saved": N_("Saved segment"), "segment": N_("Condition"),
    "horizon_days": N_("Horizon (days)"), "as_of": N_("As of"), "known_as_of": N_("Known as of"), "by": N_("Divided by"),
    "mode": N_("Order of the stages"), "window_days": N_("Window (days)"), "min_n": N_("Least n of a rate"),
    "stage": N_("Stage"), "missing_role": N_("Role missing"), "stalled": N_("Longer than the median"),
    "outcome": N_("Outcome"), "search": N_("Name or id"), "sort": N_("Order"), "group": N_("Segment"),
    "page": N_("Page"), "page_size": N_("On a page"), "no_factors": N_("Without what separates"),
    "every": N_("Length of a period"), "age_days": N_("Step of ages (days)"), "year_from": N_("First month of a year"),
    "goal": N_("Credit for"), "model": N_("Model"), "order": N_("Order of the Markov chain"),
    "lookback_days": N_("Looks back (days)"), "level": N_("Level"), "half_life_days": N_("Half-life (days)"),
    "value_function": N_("Value function"), "open_as_null": N_("Open ones count as none"),
    "repeats": N_("Repeated touches"), "from_role": N_("From the role"), "to_role": N_("To the role"),
    "landmark_days": N_("Compared on day"), "within_days": N_("Influence within (days)"),
    "members_of": N_("Members of the company"), "once": N_("First times only"),
    "collapse": N_("Touches in a row as one"), "max_variants": N_("Most paths listed"), "top": N_("Most pairs listed"),
    "period_days": N_("Period (days)"), "starts": N_("Events that start a contract"),
    "renewals": N_("Events that renew one"), "expansions": N_("Events that add to its value"),
    "contractions": N_("Events that take off its value"), "ends": N_("Events that end one"),
    "churn_days": N_("Left within (days)"), "usage": N_("Channels of use"),
    "outcomes": N_("Events that confirm an outcome"), "version": N_("Version of the map"), "name": N_("Name"),
}  # fmt: skip
MODES = {"reached": N_("reached"), "ordered": N_("strictly in order")}
UNSAID = ("no_factors", "page", "page_size")  # of how a figure was fetched, not of what it is


def flag_label(name: str) -> str:
    """A flag, or a filter of the address, as the filter bar calls it; one that is not known by its name."""
    return text(FLAG_LABELS[name]) if name in FLAG_LABELS else name


def flag_lines(
    flags: Mapping[str, Any], filters: Filters, say: Callable[[str, str | None], str]
) -> list[tuple[str, str, bool]]:
    """(label, value, whether it is code) of the flags of a question.

    filters: of the address; where they are what gave the question its segment, their picks are told instead of SQL. say: a
    value of the data by its label."""
    out: list[tuple[str, str, bool]] = []
    for name, value in flags.items():
        if name in UNSAID:
            continue
        if name == "segment" and value == filters.sql:
            out += [(flag_label(n), v, n == "segment") for n, v in _picks(filters, say)]
        else:
            out.append((flag_label(name), _value(name, value), name == "segment" or _is_sql(name, value)))
    return out


def _picks(filters: Filters, say: Callable[[str, str | None], str]) -> list[tuple[str, str]]:
    size = text(SIZE_LABELS[filters.size]) if filters.size in SIZE_LABELS else ""
    picked = (
        ("industry", filters.industry and say("industry", filters.industry)),
        ("region", filters.region and say("region", filters.region)),
        ("size", size), ("saved", filters.saved), ("segment", filters.segment),
    )  # fmt: skip
    return [(name, value) for name, value in picked if value]


def _is_sql(name: str, value: object) -> bool:
    return name == "by" and value != BY_SIZE and value not in BY


def _value(name: str, value: object) -> str:
    if value is True:
        return text(N_("yes"))
    if name == "by":
        return text(BY["size"] if value == BY_SIZE else BY.get(str(value), str(value)))
    return text(MODES[str(value)]) if name == "mode" and value in MODES else str(value)
