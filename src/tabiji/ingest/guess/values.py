"""What the values of a column look like: times and how they are written, amounts and their signs, addresses."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Shape = Literal["empty", "email", "time", "number", "amount", "address", "flag", "text"]

_ISO = re.compile(r"\d{4}-\d{1,2}-\d{1,2}([ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?)?")
_YEAR_FIRST = re.compile(r"\d{4}([/.])\d{1,2}\1\d{1,2}( \d{1,2}:\d{2}(:\d{2})?)?")
_YEAR_LAST = re.compile(
    r"(?P<a>\d{1,2})(?P<sep>[/.-])(?P<b>\d{1,2})(?P=sep)\d{4}(?P<clock> \d{1,2}:\d{2}(?P<seconds>:\d{2})?)?"
)
_KANJI = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日( ?\d{1,2}(:\d{2}(:\d{2})?|時\d{1,2}分))?")
_ERA = re.compile(
    r"(令和|平成|昭和|[RHS]) ?(元|\d{1,2}) ?([年./]) ?\d{1,2} ?[月./] ?\d{1,2}日?( ?\d{1,2}(:\d{2}(:\d{2})?|時\d{1,2}分))?",
    re.I,
)
_HALF = re.compile(r" *(午前|午後) *(\d{1,2}) *[:時] *(\d{1,2})?分?(:\d{2})?$")
_WEEKDAY = re.compile(r" *\([月火水木金土日]曜?日?\)")
_COMPACT = re.compile(r"(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_AMOUNT = re.compile(
    r"約?[¥$€£]?\s*[+-]?[¥$€£]?\s*\d{1,3}(,\d{3})+(\.\d+)?\s*(円|名|人|社|件)?(以上|超|規模|程度)?|[¥$€£]\s*\d+(\.\d+)?|"
    r"約?\d+(\.\d+)?\s*(円|名|人)(以上|超|規模|程度)?|約\d+|"
    r"約?[¥▲△\\-]?(?=\d)([\d,]+(\.\d+)?(兆|億|千万|百万|万|千))+[\d,]*円?(以上|超|規模|程度)?|[▲△-]?[¥\\][+-]?[\d,]+|[▲△][\d,]+円?"
)
_ADDRESS = re.compile(
    r"(https?://|www\.)\S+|/[\w\-./?=&%#]*|[\w-]+(\.[\w-]+)*\.(jp|com|net|org|io|co|biz|info)(/\S*)?", re.I
)
_FLAGS = {"true", "false", "yes", "no", "はい", "いいえ", "t", "f", "y", "n", "○", "×"}


@dataclass(frozen=True, slots=True)
class TimeFormat:
    """How a column writes times: the strptime format that an import must be told, or None where it finds out by itself.

    `choices` are the two orders of a column that writes the year last. The whole file decides between them; where it
    cannot, a reader must."""

    format: str | None = None
    choices: tuple[str, ...] = ()


def present(values: Iterable[str | None]) -> list[str]:
    """Values that are there, trimmed."""
    return [text for v in values if v is not None and (text := str(v).strip())]


def shape(values: Sequence[str | None]) -> Shape:
    """The shape that nearly all (at least 9 of 10) of the values have."""
    there = present(values)
    if not there:
        return "empty"
    tests: tuple[tuple[Shape, re.Pattern[str] | None], ...] = (
        ("email", _EMAIL), ("time", None), ("number", _NUMBER), ("amount", _AMOUNT), ("address", _ADDRESS),
    )  # fmt: skip
    for name, pattern in tests:
        fitting = sum(
            _is_time(_plain_time(v))
            if pattern is None
            else bool(pattern.fullmatch(_half_width(v)) or (name == "amount" and _NUMBER.fullmatch(_half_width(v))))
            for v in there  # 820 beside 1,200 is an amount as well
        )
        if fitting >= 0.9 * len(there):
            return name
    return "flag" if {v.lower() for v in there} <= _FLAGS else "text"


def time_format(values: Sequence[str | None]) -> TimeFormat | None:
    """How the times in a column are written; None where they are not times."""
    there = present(values)
    there = [_plain_time(v) for v in there]
    readable = [v for v in there if _is_time(v)]
    if not readable or len(readable) < 0.9 * len(there):
        return None
    found = [m for v in readable if (m := _YEAR_LAST.fullmatch(v))]
    if len(found) == len(readable):
        s, clock = found[0].group("sep"), _clock(found)
        return TimeFormat(None, (f"%m{s}%d{s}%Y{clock}", f"%d{s}%m{s}%Y{clock}"))
    return TimeFormat("%Y%m%d" if all(_COMPACT.fullmatch(v) for v in readable) else None)


def unit_of(name: str) -> float:
    """The number by which values are to be multiplied, from the unit in a column's name (百万円 → 1e6)."""
    folded = unicodedata.normalize("NFKC", name)
    for sign, factor in (("億円", 1e8), ("百万円", 1e6), ("万円", 1e4), ("千円", 1e3), ("(k)", 1e3), ("(m)", 1e6)):
        if sign in folded.lower():
            return factor
    return 1.0


def _half_width(value: str) -> str:
    return unicodedata.normalize("NFKC", value)


def _plain_time(value: str) -> str:
    """As an import reads it where it can read it no other way: half-width, without the day of the week, 午後 3:05 as 3:05."""
    return _HALF.sub(lambda m: f" {m[2]}:{(m[3] or '0').zfill(2)}{m[4] or ''}", _WEEKDAY.sub("", _half_width(value)))


def _is_time(value: str) -> bool:
    return any(p.fullmatch(value) for p in (_ISO, _YEAR_FIRST, _YEAR_LAST, _KANJI, _ERA, _COMPACT))


def _clock(found: Sequence[re.Match[str]]) -> str:
    if not any(m.group("clock") for m in found):
        return ""
    return " %H:%M:%S" if any(m.group("seconds") for m in found) else " %H:%M"
