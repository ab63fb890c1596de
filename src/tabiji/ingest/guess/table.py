"""One file: what it is, which column says what, and what happened when."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from tabiji.i18n import N_
from tabiji.ingest.guess.database.signs import flags_of_outcome, name_of, not_deleted, without_copying
from tabiji.ingest.guess.database.tables import filled, part_of_database
from tabiji.ingest.guess.model import EventGuess, Note, Sample, TableGuess, identifier, literal
from tabiji.ingest.guess.readings import column_of_outcomes, deal_by_values, log_by_values, values_like
from tabiji.ingest.guess.totals import without_totals
from tabiji.ingest.guess.values import Shape, TimeFormat, present, shape, time_format, unit_of
from tabiji.ingest.guess.words import (
    ABOUT_MAIL,
    FILES,
    KEYS,
    LOST,
    NAMES,
    NOT_AN_EVENT,
    SIGNS,
    WON,
    fit,
    own_name,
    plain,
)

TIMES = {"at", "opened_at", "closed_at", "valid_from", "valid_to", "on"}
NUMBERS = {"employees", "annual_revenue", "amount", "value", "score", "scale_max"}
REFERENCES = ("account", "person", "opportunity")
LEAST = 0.5  # a weaker fit of a name is no fit
_TAIL = re.compile(r"(日時|日付|年月日|時刻|日|[ _]?(date|datetime|time|at|on))$", re.I)


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
        events=_events(sample, to, fields, times),
        times=times,
        expressions={c: mended for c, v in sample.columns.items() if (mended := _mended(c, v, shapes[c]))},
        constants=_constants(sample, to, fields),
        when=" AND ".join(passed_over),
        notes=tuple(Note(note) for note in passed_over.values()),
        found=filled(sample, fields, to) | _closed(to, fields, times),
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


def _events(
    sample: Sample, to: str, fields: Mapping[str, tuple[str, ...]], times: Mapping[str, TimeFormat]
) -> tuple[EventGuess, ...]:
    if to not in REFERENCES:
        return ()
    amount = fields.get("amount", ("",))[0]
    found: list[EventGuess] = []
    closed = fields.get("closed_at", ("",))[0]
    stage = fields.get("stage", ("",))[0]
    opened = fields.get("opened_at", ("",))[0]
    if closed and stage:
        own = {_event_name(c, to, c == opened): c for c in times}  # 失注日 beside 受注日
        for name, words, value in (("opportunity_won", WON, amount), ("opportunity_lost", LOST, "")):
            if _event_name(closed, to, False) == "opportunity_lost" and name not in own:
                continue  # the day on which it was lost
            if values := values_like(sample.columns[stage], words):
                listed = ", ".join(literal(v) for v in values)
                found.append(EventGuess(name, own.get(name, closed), f"{identifier(stage)} IN ({listed})", value))
    won, over = flags_of_outcome(sample)
    if closed and won and not found:
        found.append(EventGuess("opportunity_won", closed, identifier(won), amount))
        found.append(EventGuess("opportunity_lost", closed, f"{identifier(over)} AND NOT {identifier(won)}"))
    for column in times:
        if column == closed and (stage or won):
            continue  # it is told above, or the stage says neither won nor lost
        name = _event_name(column, to, column == opened)
        if name and name not in {e.name for e in found}:
            found.append(EventGuess(name, column, "", amount if name == "opportunity_won" else ""))
    return tuple(sorted(found, key=lambda e: e.name != "opportunity_opened"))


def _closed(to: str, fields: Mapping[str, tuple[str, ...]], times: Mapping[str, TimeFormat]) -> dict[str, str]:
    """When a deal was closed, where the days of winning and of losing stand in columns of their own."""
    if to != "opportunity" or "closed_at" not in fields:
        return {}
    own = {name: c for c in times if (name := _event_name(c, to, False)) in ("opportunity_won", "opportunity_lost")}
    if len(own) < 2 or fields["closed_at"][0] not in own.values():
        return {}
    return {"closed_at": f"coalesce({identifier(own['opportunity_won'])}, {identifier(own['opportunity_lost'])})"}


def _event_name(column: str, to: str, is_opening: bool) -> str:
    name = plain(column)
    if is_opening:
        return "opportunity_opened"
    if any(word in name for word in NOT_AN_EVENT):
        return ""
    for event, words in (("opportunity_lost", ("失注", "lost")), ("opportunity_won", ("受注", "成約", "won"))):
        if to == "opportunity" and any(w in name for w in words):
            return event
    if any(w in name for w in ("作成", "登録", "created", "createdate")):
        return f"{to}_created" if to != "account" else ""
    return _TAIL.sub("", own_name(column)).strip(" _") or column


def _mended(column: str, values: Sequence[str | None], of_shape: str) -> str:
    """SQL for numbers that an import would not read: with a counter word (820名), or in a unit that the column's name says."""
    factor = unit_of(column)
    counted = of_shape == "amount" and any(re.search("[名人社件上超規程]", v) for v in present(values))
    if any(re.search("[兆億万千百]", v) for v in present(values)):
        return f"regexp_replace({identifier(column)}, '(以上|超|規模|程度)$', '')" if counted and factor == 1 else ""
    if factor == 1 and not counted:
        return ""
    number = identifier(column)
    if of_shape == "amount":
        number = f"TRY_CAST(nullif(regexp_replace({number}, '[^0-9.-]', '', 'g'), '') AS DOUBLE)"
    elif of_shape != "number":
        return ""
    return number if factor == 1 else f"{number} * {factor:.0f}"
