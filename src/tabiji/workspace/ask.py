"""Flags of a question, the same for the CLI, the API, the pages and Python: read once, checked once."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tabiji.errors import nearest_hint
from tabiji.i18n import text
from tabiji.result import Notice
from tabiji.workspace.flags import Flag, FlagError, a_day, days, one_of, whole, words

__all__ = [
    "COMMON", "EVERY_FLAG", "FUNNEL", "Asked", "FlagError", "must_be_known", "read_flags",
]  # fmt: skip

EVERY_FLAG = {
    flag.name: flag
    for flag in (
        a_day("as_of", "Only what happened by the end of that day (2026-03-31)."),
        a_day("known_as_of", "Only records that had been received by then."),
        a_day("from", "Journeys that started on that day or later."),
        a_day("to", "Journeys that started on that day or earlier."),
        words("segment", "A condition over attributes, like \"industry = 'retail'\".", "SQL"),
        words("by", "One result per value, like industry.", "EXPRESSION"),
        whole("horizon_days", "How long a journey is given to go on.", 1, 3650, metavar="DAYS"),
        whole("min_n", "Refuse rates of fewer.", 1, 1_000_000),
        one_of("mode", "Reached (default), or strictly in order inside a window.", ("reached", "ordered"), "reached"),
        days("window_days", "Window of --mode ordered, from the first step."),
    )
}
COMMON = ("as_of", "known_as_of", "from", "to", "segment", "by", "horizon_days", "min_n")
FUNNEL = (*COMMON, "mode", "window_days")


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
    own: Mapping[str, Any] = field(default_factory=dict)  # values of the flags that only this question has
    flags: Mapping[str, Any] = field(default_factory=dict)  # those that were given, for the question of the result
    notices: tuple[Notice, ...] = ()  # about the flags themselves


def read_flags(given: Mapping[str, Any], allowed: tuple[str, ...] = COMMON, own: tuple[Flag, ...] = ()) -> Asked:
    """Read flags given as text or as Python values; None and "" mean "not given".

    own: further flags of this question. Raises FlagError for an unknown name (the nearest is named) or a value that cannot
    be used."""
    flags = {name.rstrip("_").replace("-", "_"): value for name, value in given.items() if value not in (None, "")}
    names = [*allowed, *(flag.name for flag in own)]
    must_be_known(flags, names)
    asked = Asked(
        **{"from_" if name == "from" else name: flag.of(flags) for name, flag in EVERY_FLAG.items()},
        own={flag.name: flag.of(flags) for flag in own},
        flags=_told(flags, own),
    )
    if asked.from_ and asked.to and asked.from_ > asked.to:
        raise FlagError(flag="from", problem=text("{day} is after to={to}", day=asked.from_, to=asked.to))
    return asked


def must_be_known(given: Iterable[str], names: Collection[str]) -> None:
    """Refuse the names of flags that are none of `names`. Raises FlagError, naming the nearest."""
    for name in given:
        if name not in names:
            raise FlagError(flag=name, problem=text("unknown flag{hint}", hint=nearest_hint(name, names)))


def _told(flags: Mapping[str, Any], own: tuple[Flag, ...]) -> dict[str, Any]:
    """The flags as a question tells them: numbers as numbers, days as text, a switch that is on as True, one that is off left
    out."""
    known = EVERY_FLAG | {flag.name: flag for flag in own}
    told = {name: _plain(known[name], flags) for name in flags}
    return {k: v for k, v in told.items() if v is not False}


def _plain(flag: Flag, flags: Mapping[str, Any]) -> Any:
    value = flags[flag.name] if flag.kind == "string" else flag.of(flags)
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, float) and value.is_integer() else value
