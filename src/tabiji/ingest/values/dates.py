"""Text that tells a time, as SQL: which formats are understood, and how a text becomes an instant.

ISO 8601 and its relatives (`2017-3-1`, `2017/03/01 9:05`, offsets, zone names) are read by the engine; day/month orders,
Japanese dates and dates with month names are read by explicit formats. What is none of these is tried once more with
full-width signs made narrow, the year of an era made a common one, 午前 and 午後 made hours, and the day of the week left out. A text without an
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
# A format that does not fit costs a microsecond, a pattern a tenth of it: so a text is only tried with the formats of its kind.
KINDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("^[0-9]{4}年", tuple(f"%Y年%m月%d日{c}" for c in ("", " %H:%M", " %H:%M:%S", "%H時%M分", " %H時%M分", "%H時%M分%S秒", " %H時%M分%S秒"))),
    ("^[0-9]{4}[.]", tuple(f"%Y.%m.%d{clock}" for clock in _CLOCKS[:3])),
    ("^[0-9]{1,2}[.]", tuple(f"%d.%m.%Y{clock}" for clock in _CLOCKS[:3])),
    ("^[0-9]{4}[-/].*[AaPp]", tuple(f"%Y{sep}%m{sep}%d{clock}" for sep in "-/" for clock in _CLOCKS[4:])),
    ("^[0-9]{1,2}[- ]", tuple(f"{day}{c}" for day in ("%d-%b-%Y", "%d %b %Y", "%d %B %Y") for c in _CLOCKS[:3])),
    ("^[A-Za-z]", tuple(f"{day}{clock}" for day in ("%b %d, %Y", "%B %d, %Y") for clock in _CLOCKS[:3])),
)  # fmt: skip

# 令和7年3月1日, 令和元年5月1日, R7.3.1, H31/4/30; and in how many common years before its first year the era began.
_ERA = "^(令和|平成|昭和|[RHSrhs])[ ]*(元|[0-9]{1,2})[ ]*[年./][ ]*([0-9]{1,2})[ ]*[月./][ ]*([0-9]{1,2})日?(.*)$"
_BEFORE_ERA = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988, "昭和": 1925, "S": 1925}
_IN_ERA = "^(令和|平成|昭和|[RHSrhs][ ]*[0-9元])"
# 午後 3:05, 午前10時, 午後3時5分20秒
_HALVES = "^(.*?)[ ]*(午前|午後)[ ]*([0-9]{1,2})[ ]*[:時][ ]*([0-9]{1,2})?[ ]*[:分]?[ ]*([0-9]{1,2})?秒?$"
_WEEKDAY = "[ ]*[(（][月火水木金土日]曜?日?[)）]"
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


def instant(text: str, order: Order | None = None, date_format: str | None = None) -> str:
    """SQL: the instant (TIMESTAMP WITH TIME ZONE) that a text tells, null where it tells none.

    `text` is SQL of a VARCHAR. With `date_format` that is tried before ISO, and the day/month orders are not."""
    clean = f"trim({text}, ' \u3000')"
    plain = f"regexp_replace({_narrow(clean)}, '{_WEEKDAY}', '')"
    again = _let("let_day", _of_day(plain), f"coalesce({', '.join(_tries('let_day', order, date_format))})")
    # `2017-03-01 09:00:00 +0900`: the engine wants no blank before the offset.
    glued = f"regexp_replace({clean}, '[ ]([+-][0-9]{{2}}:?[0-9]{{2}})$', '\\1')"
    tries = [*_tries(clean, order, date_format), again]
    tries += [f"TRY_CAST({glued} AS TIMESTAMPTZ)", instant_of_number(f"TRY_CAST({_narrow(clean)} AS DOUBLE)")]
    # Without a digit the engine would understand `infinity` and `epoch`.
    return f"CASE WHEN regexp_matches({clean}, '[0-9０-９]') THEN coalesce({', '.join(tries)}) END"


def _tries(text: str, order: Order | None, date_format: str | None) -> list[str]:
    if date_format is not None:
        return [_parsed(text, [date_format]), f"TRY_CAST({text} AS TIMESTAMPTZ)", _by_kind(text, None)]
    return [f"TRY_CAST({text} AS TIMESTAMPTZ)", _by_kind(text, order)]


def _by_kind(text: str, order: Order | None) -> str:
    """SQL: the instant by the formats of the kind of text that it is."""
    kinds = list(KINDS)
    if order is not None:
        forms = tuple(_ORDERED[order].format(sep) + clock for sep in "/-" for clock in _CLOCKS)
        kinds.insert(0, ("^[0-9]{1,2}[-/][0-9]", forms))
    cases = " ".join(f"WHEN regexp_matches({text}, '{kind}') THEN {_parsed(text, forms)}" for kind, forms in kinds)
    return f"CASE {cases} END"


def _let(name: str, value: str, body: str) -> str:
    """SQL of `body` with `name` for a value that is computed once per row, however often the body mentions it.

    No column around may have that name."""
    return f"list_transform([{value}], lambda {name}: {body})[1]"


def _narrow(text: str) -> str:
    return f"translate({text}, {_WIDE})"


def _of_day(plain: str) -> str:
    """SQL: a narrow text with a common year and the hours of a whole day."""
    era = _let(
        "let_era",
        f"regexp_extract(let_said, '{_ERA}', ['name', 'year', 'month', 'day', 'clock'])",
        _common_year("let_era"),
    )
    half = _let(
        "let_half",
        f"regexp_extract(let_said, '{_HALVES}', ['day', 'half', 'hour', 'minute', 'second'])",
        _whole_day("let_half"),
    )
    dated = f"CASE WHEN regexp_matches(let_said, '{_IN_ERA}') THEN {era} ELSE let_said END"
    timed = f"CASE WHEN contains(let_said, '午') THEN {half} ELSE let_said END"
    return _let("let_said", _let("let_said", plain, timed), dated)


def _common_year(era: str) -> str:
    began = " ".join(f"WHEN {literal(name)} THEN {year}" for name, year in _BEFORE_ERA.items())
    year = f"CASE upper({era}.name) {began} END + TRY_CAST(replace({era}.year, '元', '1') AS INTEGER)"
    return f"CAST({year} AS VARCHAR) || '年' || {era}.month || '月' || {era}.day || '日' || {era}.clock"


def _whole_day(half: str) -> str:
    hour = f"TRY_CAST({half}.hour AS INTEGER)"
    whole = f"CASE WHEN {hour} < 24 THEN {hour} % 12 + CASE {half}.half WHEN '午後' THEN 12 ELSE 0 END END"
    clock = "".join(f" || ':' || lpad({half}.{part}, 2, '0')" for part in ("minute", "second"))
    return f"{half}.day || ' ' || {whole}{clock}"


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
