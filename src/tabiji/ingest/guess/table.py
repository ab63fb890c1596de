"""One file: what it is, which column says what, and what happened when."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from tabiji.i18n import N_
from tabiji.ingest.guess.database.signs import name_of, not_deleted, without_copying
from tabiji.ingest.guess.database.tables import filled, part_of_database
from tabiji.ingest.guess.events import closing_day, events_of
from tabiji.ingest.guess.model import Note, Sample, TableGuess
from tabiji.ingest.guess.readings import column_of_outcomes, deal_by_values, log_by_values
from tabiji.ingest.guess.totals import without_totals
from tabiji.ingest.guess.values import Shape, present, shape, time_format, unit_of
from tabiji.ingest.guess.words import (
    ABOUT_MAIL,
    FILES,
    KEYS,
    LEAST,
    NAMES,
    SIGNS,
    fit,
    plain,
)
from tabiji.lake.views import quote

TIMES = {"at", "opened_at", "closed_at", "valid_from", "valid_to", "on"}
NUMBERS = {"employees", "annual_revenue", "amount", "value", "score", "scale_max"}


def guess_table(sample: Sample, to: str | None = None) -> TableGuess:
    """A proposal for one file; `to` says what it is, where somebody knows."""
    if to is None and (settled := part_of_database(sample)) is not None:
        return settled
    sample, no_totals = without_totals(without_copying(sample))
    shapes = {c: shape(v) for c, v in sample.columns.items()}
    given, to = to, to or _table_of(sample, shapes)
    fields = _fields(sample, shapes, to)
    key = _key(sample, to, fields)
    if given is None and to in ("account", "person") and key is None and "time" in shapes.values():
        # The same person or company on several rows, with a time: a list of what they did (申込一覧, 参加者一覧).
        to, fields = "event", _fields(sample, shapes, "event")
        key = _key(sample, to, fields)
    times = {c: found for c, v in sample.columns.items() if shapes[c] == "time" and (found := time_format(v))}
    used = {c for columns in fields.values() for c in columns} | {key}
    passed_over = {
        not_deleted(sample): N_("Rows that were deleted in the system are passed over."),
        no_totals: N_("Rows of sums are passed over."),
    }
    passed_over.pop("", None)
    return TableGuess(
        file=sample.file,
        to=to,
        key=key,
        fields=fields,
        properties=tuple(c for c, v in sample.columns.items() if c not in used and _tells_apart(v, shapes[c])),
        events=events_of(sample, to, fields, times),
        times=times,
        expressions={c: mended for c, v in sample.columns.items() if (mended := _mended(c, v, shapes[c]))},
        constants=_constants(sample, to, fields),
        when=" AND ".join(passed_over),
        notes=tuple(Note(note) for note in passed_over.values()),
        found=filled(sample, fields, to) | closing_day(to, fields, times),
    )


def _constants(sample: Sample, to: str, fields: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """What no column says and the file as a whole does: the name of its events, the kind of its survey."""
    if to == "event" and "name" not in fields:
        return {"name": name_of(sample.file)}
    if to == "survey" and "kind" not in fields:
        said = plain(sample.file + (fields.get("score") or ("",))[0])
        return {"kind": next((kind for kind in ("csat", "ces") if kind in said), "nps")}
    return {}


def _tells_apart(values: Sequence[str | None], of_shape: str) -> bool:
    """Whether a column divides the rows into a few kinds, so that it is worth keeping without having been asked for."""
    there = present(values)
    return of_shape in ("text", "number", "flag") and 1 < len(set(there)) <= max(5, 0.2 * len(there))


def _table_of(sample: Sample, shapes: Mapping[str, Shape]) -> str:
    names = [plain(c) for c in sample.columns]
    best, best_score = "event" if "time" in shapes.values() else "account", 0.0
    for to, groups in SIGNS.items():
        scores = [max((fit(n, group) for n in names), default=0.0) for group in groups]
        if to == "opportunity" and column_of_outcomes(sample, shapes):
            scores = [max(score, 0.9) for score in scores]
        if to in ("event", "survey", "cost") and "time" not in shapes.values():
            continue
        if min(scores) < LEAST:
            continue
        # Several signs that all fit say more than one; beyond that, how many canonical columns find a column.
        score = min(scores) + 0.25 * len(groups) + 0.05 * len(_fields(sample, shapes, to))
        score += 0.4 * (fit(plain(Path(sample.file).stem), FILES[to]) >= LEAST)
        if score > best_score:
            best, best_score = to, score
    return best


def _fields(sample: Sample, shapes: Mapping[str, Shape], to: str) -> dict[str, tuple[str, ...]]:
    pairs = sorted(
        (
            (-fit(plain(column), words), order, name, column)
            for order, (name, words) in enumerate(NAMES[to].items())
            for column in sample.columns
            if _can_be(name, shapes[column]) and not (name in ("person", "email") and ABOUT_MAIL.search(plain(column)))
        )
    )
    taken: dict[str, str] = {}
    for minus, _, name, column in pairs:
        if -minus >= LEAST and name not in taken and column not in taken.values():
            taken[name] = column
    fields: dict[str, tuple[str, ...]] = {name: (taken[name],) for name in NAMES[to] if name in taken}
    if (
        to == "event"
        and "at" not in fields
        and (first := next((c for c in sample.columns if shapes[c] == "time"), None))
    ):
        fields = {"at": (first,)} | {n: c for n, c in fields.items() if first not in c}
    if to == "event":
        fields = log_by_values(sample, shapes, fields)
    if to == "opportunity":
        fields = deal_by_values(sample, shapes, fields)
    if to == "person" and "name" not in fields:
        last, first = (_column(sample, words) for words in ("=姓 lastname familyname", "=名 firstname givenname"))
        if last or first:
            fields["name"] = tuple(c for c in (last, first) if c)
    return fields


def _can_be(name: str, of_shape: str) -> bool:
    if of_shape == "empty":
        return True
    if name in TIMES:
        return of_shape == "time"
    if name in NUMBERS:
        return of_shape in ("number", "amount")
    if name == "email":
        return of_shape in ("email", "text")
    return of_shape not in ("time", "amount", "flag")


def _column(sample: Sample, words: str) -> str | None:
    scored = [(fit(plain(c), words), c) for c in sample.columns]
    best = max(scored, default=(0.0, ""), key=lambda s: s[0])
    return best[1] if best[0] >= LEAST else None


def is_unique(values: Sequence[str | None]) -> bool:
    """Whether every value is there, and none twice."""
    there = present(values)
    return bool(there) and len(there) == len(values) == len(set(there))


def _key(sample: Sample, to: str, fields: Mapping[str, tuple[str, ...]]) -> str | None:
    scored = sorted((-fit(plain(c), KEYS[to]), c) for c in sample.columns)
    for minus, column in scored:
        if -minus >= LEAST and is_unique(sample.columns[column]):
            return column
    for name in {"account": ("name", "domain"), "person": ("email",), "opportunity": ()}.get(to, ()):
        if name in fields and is_unique(sample.columns[fields[name][0]]):
            return fields[name][0]
    return None


def _mended(column: str, values: Sequence[str | None], of_shape: str) -> str:
    """SQL for numbers that an import would not read: with a counter word (820名), or in a unit that the column's name says."""
    factor = unit_of(column)
    counted = of_shape == "amount" and any(re.search("[名人社件上超規程]", v) for v in present(values))
    if any(re.search("[兆億万千百]", v) for v in present(values)):
        return f"regexp_replace({quote(column)}, '(以上|超|規模|程度)$', '')" if counted and factor == 1 else ""
    if factor == 1 and not counted:
        return ""
    number = quote(column)
    if of_shape == "amount":
        number = f"TRY_CAST(nullif(regexp_replace({number}, '[^0-9.-]', '', 'g'), '') AS DOUBLE)"
    elif of_shape != "number":
        return ""
    return number if factor == 1 else f"{number} * {factor:.0f}"
