"""The rows of an entry as canonical values, with a reason where a row cannot be used: one SQL query per entry.

A row stands or falls as a whole: where the time of an event that it tells cannot be read, nothing of the row is taken, so that
no deal seems open only because its end could not be read. It waits in quarantine until it can.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tabiji.i18n import N_, text
from tabiji.ingest.mapping.model import KEYED, SUBJECTS, NestedEvent, Table
from tabiji.ingest.rows.binding import Bound
from tabiji.ingest.values.convert import CONVERT
from tabiji.lake import schema
from tabiji.lake.views import literal, quote

NOT_NEGATIVE = {
    "account": ("employees", "annual_revenue"),
    "opportunity": ("amount",),
    "cost": ("amount",),
    "survey": ("score", "scale_max"),
}
OPEN_ENDED = ("valid_from", "valid_to")  # 9999-12-31 means "no end", not a wrong time
REQUIRED_TIME = {"event": "at", "cost": "on"}
REQUIRED_VALUE = {"event": ("name",), "cost": ("amount",), "survey": ("kind", "score"), "membership": ("person",)}
_MISSING = "chr(30)"  # stands for null in a digest: no text has it
_SEPARATOR = "chr(31)"


@dataclass(frozen=True, slots=True)
class BoundEvent:
    """A nested event whose expressions are bound; columns by canonical name (with `at`), `when` apart."""

    event: NestedEvent
    columns: Mapping[str, Bound]
    when: Bound | None
    properties: Mapping[str, Bound]


@dataclass(frozen=True, slots=True)
class BoundTable:
    """An entry whose expressions are bound; columns by canonical name."""

    table: Table
    columns: Mapping[str, Bound]
    key: Bound | None
    when: Bound | None
    properties: Mapping[str, Bound]
    events: Sequence[BoundEvent]


@dataclass(frozen=True, slots=True)
class _Fault:
    """A reason with the condition (SQL) under which it holds, and SQL that tells the value."""

    reason: str
    when: str
    detail: str


class Projection:
    """Builds the query of one entry. `careful` = every expression may fail on single rows, which then cannot be used."""

    def __init__(self, bound: BoundTable, query: str, source: str, *, careful: bool) -> None:
        self._bound = bound
        self._query = query
        self._source = source
        self._careful = careful
        self._inner: list[str] = []  # the expressions
        self._middle: list[str] = []  # canonical values of them
        self._faults: list[_Fault] = []
        self._out: list[str] = []

    def sql(self) -> str:
        """SELECT part, line, reason, detail, key, received_at, h, the canonical columns of the table, and for the n-th nested
        event e<n>_happened, e<n>_id, e<n>_h, e<n>_received_at and its canonical columns as e<n>_<column>.

        h = MD5 (hex) of source, table and canonical values; e<n>_id = MD5 of source, table, key and name."""
        table = self._bound.table
        self._own(table)
        for number, nested in enumerate(self._bound.events):
            self._nested(table, number, nested)
        where = ""
        if self._bound.when is not None:
            where = f" WHERE {self._truth(self._bound.when)}"
        inner = f"SELECT part, line, {', '.join(self._inner)} FROM ({self._query}){where}"
        middle = f"SELECT *, {', '.join(self._middle)} FROM ({inner})"
        order = {"missing_key": 0, "unreadable_time": 1, "bad_value": 2, "no_subject": 3}
        faults = sorted(self._faults, key=lambda f: order[f.reason])
        reason = "".join(f" WHEN {f.when} THEN {literal(f.reason)}" for f in faults)
        detail = "".join(f" WHEN {f.when} THEN {f.detail}" for f in faults)
        judged = (
            f"CASE{reason} END AS reason, CASE{detail} END AS detail" if faults else "NULL AS reason, NULL AS detail"
        )
        return f"SELECT part, line, {judged}, {', '.join(self._out)} FROM ({middle})"

    def _value(self, name: str, slot: str, bound: Bound, target: str, applies: str = "true") -> None:
        """Add one canonical value under the name `slot`, with what may be wrong with it where `applies` (SQL) holds."""
        raw = f"v_{slot}"
        value = raw
        if self._careful and not bound.alone:
            self._inner.append(f"TRY(struct_pack(v := {bound.sql})) AS {raw}")
            value = f"{raw}.v"
            self._fault("bad_value", f"{applies} AND {raw} IS NULL", name, literal("?"))
        else:
            self._inner.append(f"{bound.sql} AS {raw}")
        self._middle.append(f"{CONVERT[target](value, bound.sql_type, bound.reading)} AS {slot}")
        for i, guard in enumerate(bound.guards):
            self._inner.append(f"{guard.failed} AS g{i}_{slot}, {guard.slot} AS s{i}_{slot}")
            reason = "unreadable_time" if guard.is_time else "bad_value"
            self._fault(reason, f"{applies} AND g{i}_{slot}", guard.column, f"s{i}_{slot}")
        if target != "VARCHAR":
            there = f"trim(CAST({value} AS VARCHAR)) <> ''"
            reason = "unreadable_time" if target in ("TIMESTAMP", "DATE") else "bad_value"
            self._fault(reason, f"{applies} AND {there} AND {slot} IS NULL", name, f"CAST({value} AS VARCHAR)")
        if target in ("TIMESTAMP", "DATE") and name not in OPEN_ENDED:
            outside = f"({slot} < TIMESTAMP '{schema.EARLIEST}' OR {slot} >= TIMESTAMP '{schema.LATEST}')"
            self._fault("bad_value", f"{applies} AND {outside}", name, f"CAST({value} AS VARCHAR)")

    def _fault(self, reason: str, when: str, name: str, value: str) -> None:
        self._faults.append(_Fault(reason, when, f"{literal(name + ': ')} || left(coalesce({value}, ''), 200)"))

    def _empty(self, reason: str, when: str, *names: str) -> None:
        """The fault that a value is empty, or all of several of which one must be there."""
        message = N_("{names}: empty") if len(names) == 1 else N_("{names}: all empty")
        said = text(message, names=", ".join(names))
        self._faults.append(_Fault(reason, when, literal(said)))

    def _own(self, table: Table) -> None:
        bound = self._bound
        kinds = schema.columns(table.to)
        if bound.key is not None:
            self._value("key", "key", bound.key, "VARCHAR")
            self._empty("missing_key", "key IS NULL", "key")
        else:
            self._middle.append("NULL::VARCHAR AS key")
        for name, expr in bound.columns.items():
            self._value(name, f"k_{name}", expr, kinds[name])
        for name in OPEN_ENDED:
            if name in bound.columns:
                slot = f"k_{name}"
                inside = f"{slot} >= TIMESTAMP '{schema.EARLIEST}' AND {slot} < TIMESTAMP '{schema.LATEST}'"
                self._middle.append(f"CASE WHEN {inside} THEN {slot} END AS o_{name}")
        self._rules(table)
        self._middle.append(f"{self._json(bound.properties, 'p')} AS k_properties")
        values = self._values(table.to, {n: f"k_{n}" for n in bound.columns}, "k_properties")
        self._middle.append(f"{self._digest(table.to, values)} AS h")
        received = "k_received_at" if "received_at" in bound.columns else "NULL::TIMESTAMP"
        self._out += ["key", f"{received} AS received_at", "h"]
        self._out += [f"{values[name]}::{kind} AS {quote(name)}" for name, kind in schema.TABLES[table.to].items()]

    def _values(self, to: str, given: Mapping[str, str], properties: str) -> dict[str, str]:
        """SQL of every canonical column of a table, in its order."""
        values = {name: given.get(name, "NULL") for name in schema.TABLES[to]}
        values["properties"] = properties
        if to == "event":
            values["source"] = f"coalesce({given.get('source', 'NULL')}, {literal(self._source)})"
        for name in OPEN_ENDED:
            if name in given:
                values[name] = f"o_{name}"
        if to == "survey":
            values["kind"] = f"lower({values['kind']})"
            values["scale_max"] = f"coalesce({values['scale_max']}, CASE WHEN {values['kind']} = 'nps' THEN 10 END)"
        return values

    def _rules(self, table: Table) -> None:
        """What a row of a table of its kind must have."""
        columns = self._bound.columns

        def slot(name: str) -> str:
            return f"k_{name}" if name in columns else "NULL"

        time = REQUIRED_TIME.get(table.to)
        if time is not None:
            self._empty("unreadable_time", f"{slot(time)} IS NULL", time)
        for name in REQUIRED_VALUE.get(table.to, ()):
            reason = "no_subject" if name == "person" else "bad_value"
            self._empty(reason, f"{slot(name)} IS NULL", name)
        for name in NOT_NEGATIVE.get(table.to, ()):
            if name in columns:
                self._fault("bad_value", f"{slot(name)} < 0", name, f"CAST({slot(name)} AS VARCHAR)")
        if table.to == "survey":
            kinds = ", ".join(map(literal, schema.SURVEY_KINDS))
            self._fault("bad_value", f"lower({slot('kind')}) NOT IN ({kinds})", "kind", slot("kind"))
            largest = f"coalesce({slot('scale_max')}, CASE WHEN lower({slot('kind')}) = 'nps' THEN 10 END)"
            self._fault("bad_value", f"{slot('score')} > {largest}", "score", f"CAST({slot('score')} AS VARCHAR)")
        subjects = {"event": SUBJECTS, "survey": ("account", "person"), "membership": ("account", "opportunity")}
        if table.to in subjects:
            nobody = f"coalesce({', '.join(slot(name) for name in subjects[table.to])}, NULL) IS NULL"
            self._empty("no_subject", nobody, *subjects[table.to])

    def _nested(self, table: Table, number: int, nested: BoundEvent) -> None:
        prefix = f"e{number}"
        holds = f"{prefix}_when"
        self._inner.append(f"{self._truth(nested.when) if nested.when is not None else 'true'} AS {holds}")
        kinds = schema.columns("event")
        name = nested.event.name
        self._value(f"{name}.at", f"{prefix}_at", nested.columns["at"], "TIMESTAMP", holds)
        happened = f"{prefix}_happened"
        self._middle.append(f"({holds} AND {prefix}_at IS NOT NULL) AS {happened}")
        for column, bound in nested.columns.items():
            if column != "at":
                self._value(f"{name}.{column}", f"{prefix}_{column}", bound, kinds[column], happened)
        given = {c: f"{prefix}_{c}" for c in nested.columns}
        given = {**self._inherited(table), **given, "name": literal(name)}
        self._middle.append(f"{self._json(nested.properties, prefix)} AS {prefix}_properties")
        values = self._values("event", given, f"{prefix}_properties")
        digest = f"CASE WHEN {happened} THEN {self._digest('event', values)} END AS {prefix}_h"
        self._middle.append(digest)
        word = name if nested.event.number == 1 else f"{name}#{nested.event.number}"
        key = "key" if self._bound.key is not None else "h"
        parts = f"{literal(self._source)}, {literal(table.to)}, {key}, {literal(word)}"
        own = given.get("received_at") or ("k_received_at" if "received_at" in self._bound.columns else "NULL")
        self._out += [
            f"{happened} AS {prefix}_happened",
            f"md5(concat_ws({_SEPARATOR}, {parts})) AS {prefix}_id",
            f"{prefix}_h AS {prefix}_h",
            f"{own}::TIMESTAMP AS {prefix}_received_at",
        ]
        if not any(column in given for column in SUBJECTS):
            self._empty("no_subject", happened, *(f"{name}.{subject}" for subject in SUBJECTS))
        for column, kind in schema.TABLES["event"].items():
            value = f"CASE WHEN {happened} THEN {prefix}_at END" if column == "at" else values[column]
            self._out.append(f"({value})::{kind} AS {quote(f'{prefix}_{column}')}")

    def _inherited(self, table: Table) -> dict[str, str]:
        """What a nested event takes over from the row that tells it."""
        taken = ("account", "person", "opportunity", "offering", "currency")
        given = {name: f"k_{name}" for name in taken if name in self._bound.columns}
        if table.to in KEYED:
            given[table.to] = "key"
        return given

    def _truth(self, bound: Bound) -> str:
        sql = f"TRY({bound.sql})" if self._careful and not bound.alone else bound.sql
        return CONVERT["BOOLEAN"](sql, bound.sql_type, bound.reading)

    def _json(self, properties: Mapping[str, Bound], prefix: str) -> str:
        """A JSON object of what is not null, or null where nothing is."""
        if not properties:
            return "NULL"
        pairs = []
        for i, (name, bound) in enumerate(properties.items()):
            slot = f"{prefix}_property{i}"
            sql = bound.sql if bound.alone or not self._careful else f"TRY({bound.sql})"
            self._inner.append(f"{sql} AS {slot}")
            pairs.append(f"{literal(name)}, {_property(slot, bound.sql_type)}")
        return f"nullif(CAST(json_strip_nulls(json_object({', '.join(pairs)})) AS VARCHAR), '{{}}')"

    def _digest(self, to: str, values: Mapping[str, str]) -> str:
        parts = ", ".join(f"coalesce(CAST({value} AS VARCHAR), {_MISSING})" for value in values.values())
        return f"md5(concat_ws({_SEPARATOR}, {literal(self._source)}, {literal(to)}, {parts}))"


def _property(slot: str, sql_type: str) -> str:
    if sql_type == "VARCHAR":
        return f"nullif(trim({slot}), '')"
    if sql_type.startswith(("TIMESTAMP", "DATE")):
        return f"CAST({slot} AS VARCHAR)"
    return slot


def nested_columns(number: int) -> Iterator[tuple[str, str]]:
    """(canonical column, column of the projection) of the n-th nested event."""
    for column in schema.TABLES["event"]:
        yield column, f"e{number}_{column}"
