"""One flag of a question: its name, what it means, and how its value is read. The command line, the API, the pages and Python
all read flags here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tabiji.errors import UsageError
from tabiji.i18n import N_, text

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)  # of a question; data lie between 1932 and 2068
LONGEST = 4000  # characters of a condition
YES, NO = ("true", "1", "yes"), ("false", "0", "no")


class FlagError(UsageError):
    """A flag has an unknown name or a value that cannot be used; the message says what would work."""

    code = "bad_flag"
    message = N_("{flag}: {problem}")


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag. `read(name, value)` gives its value, or raises FlagError; `default` is its value where it is not given."""

    name: str  # as in the API, with underscores
    meaning: str  # one English sentence for the help and the API's description
    read: Callable[[str, Any], Any]
    metavar: str = ""  # empty: a switch without a value
    kind: str = "string"  # its JSON type
    default: Any = None

    @property
    def option(self) -> str:
        """As written on the command line."""
        return "--" + self.name.replace("_", "-")

    def of(self, given: Mapping[str, Any]) -> Any:
        """Its value among the flags that were given (None and "" are left out of those)."""
        return self.read(self.name, given[self.name]) if self.name in given else self.default


def a_day(name: str, meaning: str) -> Flag:
    """A calendar day of the workspace time zone."""
    return Flag(name, meaning, _day, "DAY")


def words(name: str, meaning: str, metavar: str) -> Flag:
    """A text of at most 4,000 characters."""
    return Flag(name, meaning, _words, metavar)


def whole(name: str, meaning: str, low: int, high: int, default: int | None = None, metavar: str = "N") -> Flag:
    """A whole number between two others, both included."""

    def read(name: str, value: Any) -> int:
        try:
            number = int(str(value))
        except ValueError:
            raise FlagError(flag=name, problem=text("{value!r} is not a whole number", value=value)) from None
        if not low <= number <= high:
            raise FlagError(
                flag=name, problem=text("{number} is outside {low}–{high}", number=number, low=low, high=high)
            )
        return number

    return Flag(name, meaning, read, metavar, "integer", default)


def days(name: str, meaning: str, default: float | None = None) -> Flag:
    """A number of days, parts of a day included."""
    return Flag(name, meaning, _days, "DAYS", "number", default)


def one_of(name: str, meaning: str, choices: Sequence[str], default: str | None = None) -> Flag:
    """One of some words."""

    def read(name: str, value: Any) -> str:
        if str(value) not in choices:
            said = text("{value!r} is not one of: {choices}", value=str(value), choices=", ".join(choices))
            raise FlagError(flag=name, problem=said)
        return str(value)

    return Flag(name, meaning, read, "|".join(choices), "string", default)


def switch(name: str, meaning: str) -> Flag:
    """On or off; off where it is not given."""
    return Flag(name, meaning, _switch, "", "boolean", False)


def _day(name: str, value: Any) -> date:
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        said = text("{value!r} is not a day; write it like 2026-03-31", value=value)
        raise FlagError(flag=name, problem=said) from None
    day = day.date() if isinstance(day, datetime) else day
    if not FIRST_DAY <= day <= LAST_DAY:
        said = text("{number} is outside {low}–{high}", number=day, low=FIRST_DAY.year, high=LAST_DAY.year)
        raise FlagError(flag=name, problem=said)
    return day


def _words(name: str, value: Any) -> str:
    if len(str(value)) > LONGEST:
        raise FlagError(flag=name, problem=text("longer than 4,000 characters"))
    return str(value)


def _days(name: str, value: Any) -> float:
    try:
        number = float(value)
    except ValueError:
        raise FlagError(flag=name, problem=text("{value!r} is not a number", value=value)) from None
    if not 0 < number <= 36500:
        said = text("{value} is not a number of days above 0, up to 36,500", value=value)
        raise FlagError(flag=name, problem=said)
    return number


def _switch(name: str, value: Any) -> bool:
    said = str(value).lower()
    if said not in (*YES, *NO):
        raise FlagError(
            flag=name, problem=text("{value!r} is not one of: {choices}", value=value, choices="true, false")
        )
    return said in YES
