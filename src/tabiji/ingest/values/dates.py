"""Text that tells a time, as SQL: which formats are understood, and how a text becomes an instant.

ISO 8601 and its relatives (`2017-3-1`, `2017/03/01 9:05`, offsets, zone names) are read by the engine; day/month orders,
Japanese dates and dates with month names are read by explicit formats. What is none of these is tried once more with
full-width signs made narrow, the year of an era made a common one, and the day of the week left out. A text without an
offset is taken in the time zone of the session.
"""

import re
from collections.abc import Sequence
from typing import Literal

import duckdb

from tabiji.lake.views import literal

Order = Literal["month_first", "day_first"]

_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p")
_ORDERED = {"month_first": "%m{0}%d{0}%Y", "day_first": "%d{0}%m{0}%Y"}
ALWAYS = (
    *(f"%Y年%m月%d日{clock}" for clock in ("", " %H:%M", " %H:%M:%S", "%H時%M分", " %H時%M分", "%H時%M分%S秒", " %H時%M分%S秒")),
    *(f"%Y.%m.%d{clock}" for clock in _CLOCKS[:3]),
    *(f"%d.%m.%Y{clock}" for clock in _CLOCKS[:3]),
    *(f"%Y{sep}%m{sep}%d{clock}" for sep in "-/" for clock in _CLOCKS[4:]),
    *(f"{day}{clock}" for day in ("%b %d, %Y", "%d-%b-%Y", "%d %b %Y", "%B %d, %Y", "%d %B %Y") for clock in _CLOCKS[:3]),
)  # fmt: skip

# 令和7年3月1日, 令和元年5月1日, R7.3.1, H31/4/30; and in how many common years before its first year the era began.
_ERA = "^(令和|平成|昭和|[RHSrhs])[ ]*(元|[0-9]{1,2})[ ]*[年./][ ]*([0-9]{1,2})[ ]*[月./][ ]*([0-9]{1,2})日?(.*)$"
_BEFORE_ERA = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988, "昭和": 1925, "S": 1925}
_WIDE = "'０１２３４５６７８９／．：－\u3000', '0123456789/.:- '"

# What `%d/%m/%Y` looks like to somebody who writes DD/MM/YYYY.
_TOKENS = re.compile(r"YYYY|yyyy|YY|yy|MM|DD|dd|HH24|HH|hh|mm|MI|mi|SS|ss|M|D|d|H|h")
_TOKEN_FORMATS = {
    "YYYY": "%Y", "yyyy": "%Y", "YY": "%y", "yy": "%y", "DD": "%d", "dd": "%d", "D": "%d", "d": "%d", "HH24": "%H",
    "HH": "%H", "hh": "%H", "H": "%H", "h": "%H", "MI": "%M", "mi": "%M", "SS": "%S", "ss": "%S",
}  # fmt: skip


def strptime_format(said: str) -> str | None:
    """The strptime format that `date_format:` means (`%d/%m/%Y` or `DD/MM/YYYY`); None where it makes no sense."""
    found = said if "%" in said else _from_tokens(said)
    if "%" not in said and not re.search("%[Yy]", found):
        return None
    with duckdb.connect(":memory:", config={"threads": 1}) as con:
        try:
            con.execute("SELECT try_strptime('', ?)", [found]).fetchall()
        except duckdb.Error:
            return None
    return found


def _from_tokens(said: str) -> str:
    seen_hour = False
    out, end = "", 0
    for token in _TOKENS.finditer(said):
        word = token[0]
        seen_hour |= word[0] in "Hh"
        month_or_minute = "%M" if seen_hour and word in ("mm", "MM") else "%m"
        out += said[end : token.start()] + _TOKEN_FORMATS.get(word, month_or_minute)
        end = token.end()
    return out + said[end:]


def formats(order: Order | None) -> tuple[str, ...]:
    """Formats beside ISO, in the order in which they are tried."""
    if order is None:
        return ALWAYS
    return (*(_ORDERED[order].format(sep) + clock for sep in "/-" for clock in _CLOCKS), *ALWAYS)


def instant(text: str, order: Order | None = None, date_format: str | None = None) -> str:
    """SQL: the instant (TIMESTAMP WITH TIME ZONE) that a text tells, null where it tells none.

    `text` is SQL of a VARCHAR. With `date_format` that is tried before ISO, and the day/month orders are not."""
    clean = f"trim({text}, ' \u3000')"
    common = _common(clean)
    tries = [*_tries(clean, order, date_format), *_tries(common, order, date_format)]
    # `2017-03-01 09:00:00 +0900`: the engine wants no blank before the offset.
    glued = f"regexp_replace({clean}, '[ ]([+-][0-9]{{2}}:?[0-9]{{2}})$', '\\1')"
    tries += [f"TRY_CAST({glued} AS TIMESTAMPTZ)", instant_of_number(f"TRY_CAST({_narrow(clean)} AS DOUBLE)")]
    # Without a digit the engine would understand `infinity` and `epoch`.
    return f"CASE WHEN regexp_matches({clean}, '[0-9０-９]') THEN coalesce({', '.join(tries)}) END"


def _tries(text: str, order: Order | None, date_format: str | None) -> list[str]:
    if date_format is not None:
        return [_parsed(text, [date_format]), f"TRY_CAST({text} AS TIMESTAMPTZ)", _parsed(text, formats(None))]
    return [f"TRY_CAST({text} AS TIMESTAMPTZ)", _parsed(text, formats(order))]


def _narrow(text: str) -> str:
    return f"translate({text}, {_WIDE})"


def _common(text: str) -> str:
    """SQL: the text with narrow signs and a common year, without the day of the week."""
    plain = f"regexp_replace({_narrow(text)}, '[ ]*[(（][月火水木金土日]曜?日?[)）]', '')"
    era, year, rest = (f"regexp_replace({plain}, '{_ERA}', '{part}')" for part in ("\\1", "\\2", "年\\3月\\4日\\5"))
    began = f"map {{{', '.join(f'{literal(name)}: {year}' for name, year in _BEFORE_ERA.items())}}}[upper({era})]"
    # What has no era, has no year that it began.
    return f"coalesce(CAST({began} + TRY_CAST(replace({year}, '元', '1') AS INTEGER) AS VARCHAR) || {rest}, {plain})"


def _parsed(text: str, forms: Sequence[str]) -> str:
    listed = ", ".join(literal(form) for form in forms)
    return f"CAST(try_strptime({text}, [{listed}]) AS TIMESTAMPTZ)"


def instant_of_number(number: str) -> str:
    """SQL: the instant that a number tells by its size, null where it tells none.

    Days since 1899-12-30 (Excel), YYYYMMDD, YYYYMMDDHHMMSS, and seconds, milliseconds or microseconds since 1970."""
    whole = f"CAST(floor({number}) AS BIGINT)"
    excel = f"CAST(TIMESTAMP '1899-12-30' + to_microseconds(CAST(round(({number}) * 86400000) AS BIGINT) * 1000) AS TIMESTAMPTZ)"
    return f"""CASE
        WHEN {number} BETWEEN 10000 AND 99999 THEN {excel}
        WHEN {number} BETWEEN 19000101 AND 21001231 THEN {_parsed(f"CAST({whole} AS VARCHAR)", ["%Y%m%d"])}
        WHEN {number} BETWEEN 1e8 AND 4e9 THEN make_timestamptz(CAST(round(({number}) * 1e6) AS BIGINT))
        WHEN {number} BETWEEN 1e11 AND 4e12 THEN make_timestamptz({whole} * 1000)
        WHEN {number} BETWEEN 19000101000000 AND 21001231235959
            THEN {_parsed(f"CAST({whole} AS VARCHAR)", ["%Y%m%d%H%M%S"])}
        WHEN {number} BETWEEN 1e14 AND 4e15 THEN make_timestamptz({whole})
    END"""
