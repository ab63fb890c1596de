"""Flags of a question, the same for the CLI, the API, the pages and Python: read once, checked once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from tabiji.errors import UsageError, nearest_hint
from tabiji.i18n import N_, text

COMMON = ("as_of", "known_as_of", "from", "to", "segment", "by", "horizon_days", "min_n")
FUNNEL = (*COMMON, "mode", "window_days")
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)  # of a question; data lie between 1932 and 2068
INSTANTS = ("as_of", "known_as_of")  # of questions about one unit
WHOLE = tuple(flag for flag in COMMON if flag != "by")  # of questions that are not divided into groups


class FlagError(UsageError):
    """A flag has an unknown name or a value that cannot be used; the message says what would work."""

    code = "bad_flag"
    message = N_("{flag}: {problem}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's flags, read. Days are calendar days in the workspace time zone; None = not asked."""

    as_of: date | None = None
    known_as_of: date | None = None
    from_: date | None = None
    to: date | None = None
    segment: str | None = None
    by: str | None = None
    horizon_days: int | None = None
    min_n: int | None = None
    mode: str = "reached"
    window_days: float | None = None
    flags: Mapping[str, Any] = field(default_factory=dict)  # as given, for the question of the result

    MODES: ClassVar[tuple[str, ...]] = ("reached", "ordered")


def read_flags(given: Mapping[str, Any], allowed: tuple[str, ...] = COMMON) -> Asked:
    """Read flags given as text or as Python values; None and "" mean "not given".

    Raises FlagError for an unknown name (the nearest is named) or a value that cannot be used."""
    flags = {name.rstrip("_").replace("-", "_"): value for name, value in given.items() if value not in (None, "")}
    for name in flags:
        if name not in allowed:
            raise FlagError(flag=name, problem=text("unknown flag{hint}", hint=nearest_hint(name, allowed)))
    mode = str(flags.get("mode", "reached"))
    if mode not in Asked.MODES:
        raise FlagError(
            flag="mode", problem=text("{value!r} is not one of: {choices}", value=mode, choices=", ".join(Asked.MODES))
        )
    asked = Asked(
        as_of=_day(flags, "as_of"),
        known_as_of=_day(flags, "known_as_of"),
        from_=_day(flags, "from"),
        to=_day(flags, "to"),
        segment=_words(flags, "segment"),
        by=_words(flags, "by"),
        horizon_days=_whole(flags, "horizon_days", 1, 3650),
        min_n=_whole(flags, "min_n", 1, 1_000_000),
        mode=mode,
        window_days=_number(flags, "window_days"),
        flags={k: v.isoformat() if isinstance(v, date) else v for k, v in flags.items()},
    )
    if asked.from_ and asked.to and asked.from_ > asked.to:
        raise FlagError(flag="from", problem=text("{day} is after to={to}", day=asked.from_, to=asked.to))
    return asked


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The last second of a calendar day in `zone`, as an instant in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC) - timedelta(seconds=1)


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a calendar day in `zone`, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _day(flags: Mapping[str, Any], name: str) -> date | None:
    value = flags.get(name)
    if value is None:
        return None
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        raise FlagError(
            flag=name, problem=text("{value!r} is not a day; write it like 2026-03-31", value=value)
        ) from None
    day = day.date() if isinstance(day, datetime) else day
    if not FIRST_DAY <= day <= LAST_DAY:
        raise FlagError(
            flag=name,
            problem=text("{number} is outside {low}–{high}", number=day, low=FIRST_DAY.year, high=LAST_DAY.year),
        )
    return day


def _words(flags: Mapping[str, Any], name: str) -> str | None:
    value = flags.get(name)
    if value is None:
        return None
    if len(str(value)) > 4000:
        raise FlagError(flag=name, problem=text("longer than 4,000 characters"))
    return str(value)


def _whole(flags: Mapping[str, Any], name: str, low: int, high: int) -> int | None:
    value = flags.get(name)
    if value is None:
        return None
    try:
        number = int(str(value))
    except ValueError:
        raise FlagError(flag=name, problem=text("{value!r} is not a whole number", value=value)) from None
    if not low <= number <= high:
        raise FlagError(flag=name, problem=text("{number} is outside {low}–{high}", number=number, low=low, high=high))
    return number


def _number(flags: Mapping[str, Any], name: str) -> float | None:
    value = flags.get(name)
    if value is None:
        return None
    try:
        number = float(value)
    except ValueError:
        raise FlagError(flag=name, problem=text("{value!r} is not a number", value=value)) from None
    if not 0 < number <= 36500:
        raise FlagError(flag=name, problem=text("{value} is not a number of days above 0, up to 36,500", value=value))
    return number
