"""The filter bar: period, segment, horizon and as-of live in the address, so that a page can be shared and repeated.

Simple picks (industry, region, size) become SQL over account attributes, the same language as `--segment`."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from tabiji.i18n import N_

SIZES = {  # employees, both ends inclusive; the bands of the small-enterprise statistics
    "1-99": (1, 99),
    "100-299": (100, 299),
    "300-999": (300, 999),
    "1000-": (1000, None),
}
SIZE_LABELS = {
    "1-99": N_("up to 99 employees"),
    "100-299": N_("100–299 employees"),
    "300-999": N_("300–999 employees"),
    "1000-": N_("1,000 employees and more"),
}
BY_SIZE = (
    "CASE WHEN employees >= 1000 THEN '1000-' WHEN employees >= 300 THEN '300-999' "
    "WHEN employees >= 100 THEN '100-299' WHEN employees >= 1 THEN '1-99' END"
)

PICKS = ("industry", "region", "size", "saved", "segment")  # which companies; together they are the flag `segment`


@dataclass(frozen=True, slots=True)
class Filters:
    """What stands in the address; every member is the text as it was typed, empty where it was not.

    `from_` is `from` in the address."""

    from_: str = ""
    to: str = ""
    industry: str = ""
    region: str = ""
    size: str = ""
    saved: str = ""
    segment: str = ""
    horizon_days: str = ""
    as_of: str = ""
    known_as_of: str = ""
    by: str = ""
    mode: str = ""
    window_days: str = ""
    min_n: str = ""

    @property
    def parameters(self) -> dict[str, str]:
        """Name → value of those that are set, named as in the address."""
        named = {f.name.rstrip("_"): str(getattr(self, f.name)) for f in fields(self)}
        return {name: value for name, value in named.items() if value}

    @property
    def query(self) -> str:
        """The same filters as a URL query, without the question mark."""
        return urlencode(self.parameters)

    def query_with(self, **changes: str) -> str:
        """The query with some filters set otherwise (an empty text takes one away)."""
        return replace(self, **changes).query

    def query_and(self, **others: str) -> str:
        """The query with other parameters after it."""
        return urlencode(self.parameters | others)

    @property
    def sql(self) -> str:
        """The segment as one SQL condition: the simple picks and the free one together; empty = everybody."""
        parts = [f"{column} = {quoted(value)}" for column in ("industry", "region") if (value := getattr(self, column))]
        if self.size in SIZES:
            low, high = SIZES[self.size]
            parts.append(f"employees >= {low}" if high is None else f"employees BETWEEN {low} AND {high}")
        if self.saved:
            parts.append(f"@{self.saved}")
        if self.segment:
            parts.append(f"({self.segment})" if parts else self.segment)
        return " AND ".join(parts)

    @property
    def query_of_time(self) -> str:
        """The query without what picks companies."""
        return self.query_with(**dict.fromkeys(PICKS, ""))

    @property
    def flags(self) -> dict[str, Any]:
        """The filters as the flags of a question (names as in the API); only those that are set."""
        picked = set(PICKS)
        flags: dict[str, Any] = {n: v for n, v in self.parameters.items() if n not in picked}
        if self.sql:
            flags["segment"] = self.sql
        if self.by == "size":
            flags["by"] = BY_SIZE
        return flags

    def flags_without(self, *names: str) -> dict[str, Any]:
        """The flags but for some that mean nothing to a question."""
        return {name: value for name, value in self.flags.items() if name not in names}

    @property
    def narrow(self) -> bool:
        """Whether any filter is set."""
        return bool(self.parameters)


def read_filters(query: Mapping[str, str]) -> Filters:
    """The filters in a URL query; names that are not filters belong to somebody else and are left alone."""
    known = {f.name.rstrip("_"): f.name for f in fields(Filters)}
    return Filters(**{known[name]: value.strip() for name, value in query.items() if name in known})


def quoted(value: str) -> str:
    """A text as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"
