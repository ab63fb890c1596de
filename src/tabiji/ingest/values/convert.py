"""Values of a file as canonical values, in SQL: text, numbers, instants, days, truth values.

Each function takes SQL of a value and its engine type and gives SQL that is null where the value cannot be read."""

from collections.abc import Callable
from dataclasses import dataclass

from tabiji.ingest.values.dates import Order, instant, instant_of_number
from tabiji.ingest.values.types import is_number, is_text, is_time

_BLANKS = "' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(12288)"
_WIDE = "'０１２３４５６７８９．，－−▲△＋', '0123456789.,----+'"
_N = "([0-9]+(?:,[0-9]{3})*(?:[.][0-9]+)?)"
# 1,200万円, 1億2,000万円, 350千円; `百` and `千` before another unit belong to it.
_UNITS = {"兆": 1e12, "億": 1e8, "千万": 1e7, "百万": 1e6, "万": 1e4, "千": 1e3, "": 1.0}


@dataclass(frozen=True, slots=True)
class Reading:
    """How texts of an expression are read as times: the day/month order that its columns prove, or a format."""

    order: Order | None = None
    date_format: str | None = None


def as_text(value: str, sql_type: str, reading: Reading) -> str:
    """Without blanks around it; empty is null. Whole numbers have no fraction, whatever their type: 5.0 is `5`."""
    if sql_type in ("DOUBLE", "FLOAT"):
        whole = f"{value} = floor({value}) AND abs({value}) < 1e15"
        return f"CASE WHEN {whole} THEN CAST(CAST({value} AS BIGINT) AS VARCHAR) ELSE CAST({value} AS VARCHAR) END"
    plain = value if sql_type == "VARCHAR" else f"CAST({value} AS VARCHAR)"
    return f"nullif(trim({plain}, {_BLANKS}), '')"


def as_number(value: str, sql_type: str, reading: Reading) -> str:
    """A finite DOUBLE. Text may have thousands separators, a currency sign, 円, 万円 and the like, 約, full-width digits."""
    if is_text(sql_type):
        # In CP932 the yen sign is the backslash.
        clean = f"trim(translate(CAST({value} AS VARCHAR), {_WIDE}), {_BLANKS} || '¥￥\\$€£円約')"
        # The engine would also take `1_000`, `0x10` and `nan`.
        plain = "'^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$'"
        grouped = "'^[+-]?[0-9]{1,3}(,[0-9]{3})+([.][0-9]+)?$'"
        read = (
            f"CASE WHEN regexp_matches({value}, {plain}) THEN TRY_CAST({value} AS DOUBLE) "
            f"WHEN regexp_matches({clean}, {plain}) THEN TRY_CAST({clean} AS DOUBLE) "
            f"WHEN regexp_matches({clean}, {grouped}) THEN TRY_CAST(replace({clean}, ',', '') AS DOUBLE) "
            f"WHEN regexp_matches({clean}, '[兆億万千]') THEN {_in_units(clean)} END"
        )
    else:
        read = f"TRY_CAST({value} AS DOUBLE)"
    return f"CASE WHEN isfinite({read}) THEN {read} END"


def _in_units(clean: str) -> str:
    """SQL of the number that a text like 1億2,000万 tells, null where it tells none."""
    whole = "^([+-]?)" + "".join(f"(?:{_N}{unit})?" for unit in _UNITS) + "$"
    parts = " + ".join(
        f"coalesce(TRY_CAST(replace(regexp_extract({clean}, '{whole}', {i}), ',', '') AS DOUBLE), 0) * {factor:.0f}"
        for i, factor in enumerate(_UNITS.values(), 2)
    )
    sign = f"CASE WHEN starts_with({clean}, '-') THEN -1 ELSE 1 END"
    return (
        f"CASE WHEN regexp_matches({clean}, '{whole}') AND regexp_matches({clean}, '[0-9]') THEN {sign} * ({parts}) END"
    )


def as_integer(value: str, sql_type: str, reading: Reading) -> str:
    """The nearest BIGINT."""
    return f"TRY_CAST(round({as_number(value, sql_type, reading)}) AS BIGINT)"


def as_instant(value: str, sql_type: str, reading: Reading) -> str:
    """A TIMESTAMP in UTC. Values without a zone are taken in the zone of the session."""
    if is_text(sql_type):
        read = instant(f"CAST({value} AS VARCHAR)", reading.order, reading.date_format)
    elif is_number(sql_type):
        read = instant_of_number(f"CAST({value} AS DOUBLE)")
    else:
        read = f"CASE WHEN isfinite({value}) THEN CAST({value} AS TIMESTAMPTZ) END"
    return f"timezone('UTC', {read})"


def as_day(value: str, sql_type: str, reading: Reading) -> str:
    """A DATE in the zone of the session."""
    if sql_type == "DATE":
        return value
    return f"CAST(timezone('UTC', {as_instant(value, sql_type, reading)}) AS DATE)"


def as_truth(value: str, sql_type: str, reading: Reading) -> str:
    """A BOOLEAN that is never null: what cannot be said to hold does not hold."""
    if sql_type == "BOOLEAN":
        return f"coalesce({value}, false)"
    if is_number(sql_type):
        return f"coalesce({value} <> 0, false)"
    return f"(lower(trim(coalesce(CAST({value} AS VARCHAR), ''))) IN ('true', 't', 'yes', 'y', '1'))"


Convert = Callable[[str, str, Reading], str]
CONVERT: dict[str, Convert] = {
    "VARCHAR": as_text,
    "DOUBLE": as_number,
    "BIGINT": as_integer,
    "TIMESTAMP": as_instant,
    "DATE": as_day,
    "BOOLEAN": as_truth,
}


def fits(sql_type: str, target: str) -> bool:
    """Whether values of an engine type can become a canonical type at all."""
    if sql_type == '"NULL"':
        return True
    if target == "VARCHAR":
        return True
    if target in ("DOUBLE", "BIGINT"):
        return is_text(sql_type) or is_number(sql_type)
    if target in ("TIMESTAMP", "DATE"):
        return is_text(sql_type) or is_number(sql_type) or is_time(sql_type)
    return is_text(sql_type) or is_number(sql_type) or sql_type == "BOOLEAN"
