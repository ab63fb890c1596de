"""The rows of an entry as canonical values, with a reason where a row cannot be used: one SQL query per entry.

A row stands or falls as a whole: where the time of an event that it tells cannot be read, nothing of the row is taken, so that
no deal seems open only because its end could not be read. It waits in quarantine until it can.
"""

from collections.abc import Iterator, Mapping

from tabiji.ingest.mapping.model import KEYED, SUBJECTS, Table
from tabiji.ingest.rows.binding import Bound, BoundEvent, BoundTable
from tabiji.ingest.rows.faults import Faults, largest_score
from tabiji.ingest.values.convert import CONVERT
from tabiji.lake import schema
from tabiji.lake.views import literal, quote

OPEN_ENDED = ("valid_from", "valid_to")  # 9999-12-31 means "no end", not a wrong time
_MISSING = "chr(30)"  # stands for null in a digest: no text has it
_SEPARATOR = "chr(31)"


class Projection:
    """Builds the query of one entry. `careful` = every expression may fail on single rows, which then cannot be used."""

    def __init__(self, bound: BoundTable, query: str, source: str, *, careful: bool) -> None:
        self._bound = bound
        self._query = query
        self._source = source
        self._careful = careful
        self._inner: list[str] = []  # the expressions
        self._middle: list[str] = []  # canonical values of them
        self._faults = Faults()
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
        return f"SELECT part, line, {self._faults.sql()}, {', '.join(self._out)} FROM ({middle})"

    def _value(self, name: str, slot: str, bound: Bound, target: str, applies: str = "true") -> None:
        """Add one canonical value under the name `slot`, with what may be wrong with it where `applies` (SQL) holds."""
        raw = f"v_{slot}"
        value = raw
        if self._careful and not bound.alone:
            self._inner.append(f"TRY(struct_pack(v := {bound.sql})) AS {raw}")
            value = f"{raw}.v"
            self._faults.wrong("bad_value", f"{applies} AND {raw} IS NULL", name, literal("?"))
        else:
            self._inner.append(f"{bound.sql} AS {raw}")
        self._middle.append(f"{CONVERT[target](value, bound.sql_type, bound.reading)} AS {slot}")
        for i, guard in enumerate(bound.guards):
            self._inner.append(f"{guard.failed} AS g{i}_{slot}, {guard.slot} AS s{i}_{slot}")
            reason = "unreadable_time" if guard.is_time else "bad_value"
            self._faults.wrong(reason, f"{applies} AND g{i}_{slot}", guard.column, f"s{i}_{slot}")
        if target != "VARCHAR":
            there = f"trim(CAST({value} AS VARCHAR)) <> ''"
            reason = "unreadable_time" if target in ("TIMESTAMP", "DATE") else "bad_value"
            self._faults.wrong(reason, f"{applies} AND {there} AND {slot} IS NULL", name, f"CAST({value} AS VARCHAR)")
        if target in ("TIMESTAMP", "DATE") and name not in OPEN_ENDED:
            outside = f"({slot} < TIMESTAMP '{schema.EARLIEST}' OR {slot} >= TIMESTAMP '{schema.LATEST}')"
            self._faults.wrong("bad_value", f"{applies} AND {outside}", name, f"CAST({value} AS VARCHAR)")

    def _own(self, table: Table) -> None:
        bound = self._bound
        kinds = schema.columns(table.to)
        if bound.key is not None:
            self._value("key", "key", bound.key, "VARCHAR")
            self._faults.empty("missing_key", "key IS NULL", "key")
        else:
            self._middle.append("NULL::VARCHAR AS key")
        for name, expr in bound.columns.items():
            self._value(name, f"k_{name}", expr, kinds[name])
        for name in OPEN_ENDED:
            if name in bound.columns:
                slot = f"k_{name}"
                inside = f"{slot} >= TIMESTAMP '{schema.EARLIEST}' AND {slot} < TIMESTAMP '{schema.LATEST}'"
                self._middle.append(f"CASE WHEN {inside} THEN {slot} END AS o_{name}")
        self._faults.of_table(table.to, lambda name: f"k_{name}" if name in bound.columns else None)
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
            values["scale_max"] = largest_score(values["scale_max"], values["kind"])
        return values

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
            self._faults.empty("no_subject", happened, *(f"{name}.{subject}" for subject in SUBJECTS))
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
