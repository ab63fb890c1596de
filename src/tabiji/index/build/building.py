"""Building the journey index of one unit from the lake."""

import math
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from tabiji.i18n import N_, text
from tabiji.identity.membership import create_identity_views
from tabiji.index.build.generation import Task, Written, sync_tree, write_partitions
from tabiji.index.build.people import People
from tabiji.index.build.peopling import ACCOUNT, OPPORTUNITY, PERSON
from tabiji.index.build.routing import Routed
from tabiji.index.build.sorting import Keys
from tabiji.index.build.spill import Buckets
from tabiji.index.build.stream import Stream, TooManyPairs, offering_codes
from tabiji.index.dictionary.files import dictionary_facts, save_kinds
from tabiji.index.dictionary.hashing import U8, HashCollision, Hashing
from tabiji.index.dictionary.kinds import MOST_KINDS, KindTable, kind_keys, kind_table, text_keys
from tabiji.index.dictionary.scan import Reading, prepare
from tabiji.index.dictionary.units import known_units, write_unit_names
from tabiji.index.dictionary.vocabulary import Vocabulary, read_vocabulary
from tabiji.index.store import save_array
from tabiji.index.store.manifest import FORMAT, checks_of, next_generation, sweep, write_manifest
from tabiji.lake.schema import EPOCH

if TYPE_CHECKING:
    from tabiji.lake import Head, Lake
    from tabiji.settings import Settings

Progress = Callable[[str, int, int | None], None]

UNITS = {"account": ACCOUNT, "opportunity": OPPORTUNITY, "person": PERSON}
# Tables of the lake that an index is made from.
DEPENDS_ON = ("event", "account", "person", "membership", "opportunity")
_EPOCH = datetime.fromisoformat(EPOCH).replace(tzinfo=UTC)
_MOST_BUCKETS = 256
_MOST_SALTS = 8


@dataclass(frozen=True, slots=True)
class Sizes:
    """How an index is cut. partition, bucket: events in each, about."""

    partition: int = 8_000_000
    bucket: int = 750_000

    def cut(self, n_events: int) -> tuple[int, int]:
        """(partitions, buckets per partition) for so many events."""
        partitions = max(1, round(n_events / self.partition))
        per_partition = max(1, math.ceil(n_events / partitions / self.bucket))
        return partitions, max(1, min(per_partition, _MOST_BUCKETS // partitions))


@dataclass(frozen=True)
class Order:
    """What is to be built, and how.

    properties: of events, that a map names · inherit_days: how long before it opened an opportunity inherits the events of
    its account · known_as_of: only what had been received by then."""

    lake: "Lake"
    settings: "Settings"
    unit: str
    properties: tuple[str, ...] = ()
    inherit_days: int = 365
    known_as_of: datetime | None = None
    progress: Progress | None = None
    sizes: Sizes = field(default_factory=Sizes)

    def tell(self, what: str, done: int, total: int | None) -> None:
        """Report progress."""
        if self.progress is not None:
            self.progress(what, done, total)


def build_generation(order: Order, folder: Path) -> None:
    """Build a new generation in `folder` (index/<unit>) and make it the one that holds. The caller has the lock."""
    head = order.lake.head()
    number = next_generation(folder)
    target = folder / f"v{number}"
    try:
        facts = _build_with_room(order, head, target)
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)  # a full disk must not stay full
        raise
    body = {"format": FORMAT, "generation": number, "delta": None, **facts}
    body["version"] = f"v{number}-{body['fingerprint']}"
    body["files"] = checks_of(folder, (p for p in target.rglob("*") if p.is_file()))
    sync_tree(target)
    write_manifest(folder, body)
    sweep(folder, body)


def _build_with_room(order: Order, head: "Head", target: Path) -> dict[str, Any]:
    """Build with another salt where two names collide, and with fewer contents where there are too many pairs."""
    hashing, most_contents = Hashing(), MOST_KINDS
    while True:
        try:
            return _build(order, head, target, hashing, most_contents)
        except HashCollision:
            if hashing.salt == _MOST_SALTS:  # chance alone does not do this
                raise
            hashing = replace(hashing, salt=hashing.salt + 1)
        except TooManyPairs:
            most_contents //= 16


def _build(order: Order, head: "Head", target: Path, hashing: Hashing, most_contents: int) -> dict[str, Any]:
    _empty(target)
    with order.lake.connect(head=head, known_as_of=order.known_as_of) as con:
        prepare(con, order.settings.memory_mb)
        create_identity_views(con)
        order.tell(text("reading what events say"), 0, None)
        vocabulary = read_vocabulary(con, Reading(hashing, order.properties), most_contents)
        known = known_units(con, hashing, order.unit)
        people = People(con, hashing)
        heirs = None
        if order.unit == "opportunity":
            heirs = people.heirs("event", offering_codes(vocabulary), order.inherit_days)
        stream = Stream(order.unit, vocabulary, people, heirs)
        expected = head.of("event").current
        partitions, per_partition = order.sizes.cut(expected)
        with Buckets(target / "spill", partitions * per_partition) as buckets:
            _read(order, con, stream, buckets, expected)
            table = kind_table(vocabulary, stream.pairs, MOST_KINDS)
            keys = keys_of(table, people, vocabulary)
            task = Task(known, table.of_pair, people.roles, UNITS[order.unit], keys)
            total = int(buckets.records.sum())
            written = write_partitions(
                target, buckets, per_partition, task, order.settings.workers,
                lambda done: order.tell(text("sorting events"), done, total),
            )  # fmt: skip
        _write_names(con, order, hashing, target / "dict", written.units, known)
        save_kinds(target / "dict", table.kinds, keys.kind)
        _save_homeless(target / "dict", stream)
        return _facts(order, con, head, hashing, stream, table, written)


def _empty(target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)


def _read(order: Order, con: duckdb.DuckDBPyConnection, stream: Stream, buckets: Buckets, expected: int) -> None:
    def take(routed: Routed) -> None:
        buckets.add(routed)
        order.tell(text("reading events"), stream.lake_events, expected)

    stream.read(con, buckets.n, take)
    buckets.finish()


def keys_of(table: KindTable, people: People, vocabulary: Vocabulary) -> Keys:
    """Numbers of what the dictionaries say, for the fingerprint."""
    return Keys(
        kind_keys(table.kinds),
        text_keys(map(repr, people.role_sets), len(people.role_sets)),
        text_keys(map(str, vocabulary.currencies), len(vocabulary.currencies)),
    )


def _write_names(
    con: duckdb.DuckDBPyConnection, order: Order, hashing: Hashing, folder: Path, units: U8, known: U8
) -> None:
    folder.mkdir()
    order.tell(text("writing names"), 0, None)
    write_unit_names(con, hashing, order.unit, units, known, "event", folder)


def _save_homeless(folder: Path, stream: Stream) -> None:
    save_array(folder / "homeless.person.npy", stream.homeless_persons.all())
    save_array(folder / "homeless.opportunity.npy", stream.homeless_opportunities.all())


def _facts(
    order: Order, con: duckdb.DuckDBPyConnection, head: "Head", hashing: Hashing,
    stream: Stream, table: KindTable, written: Written,
) -> dict[str, Any]:  # fmt: skip
    as_of = None if written.last_at is None else (_EPOCH + timedelta(seconds=written.last_at)).isoformat()
    return {
        "unit": order.unit,
        "lake_number": head.number,
        "lake_tables": {name: head.tables.get(name) for name in DEPENDS_ON},
        "properties": list(order.properties),
        "inherit_days": order.inherit_days,
        "known_as_of": None if order.known_as_of is None else order.known_as_of.astimezone(UTC).isoformat(),
        "hashing": {"salt": hashing.salt, "probe": hashing.probe(con)},
        "reading": {"paths": stream.vocabulary.reading.paths, "capped": list(stream.vocabulary.reading.capped)},
        "events": sum(events for _, events in written.partitions),
        "lake_events": stream.lake_events,
        "unresolved": stream.unresolved,
        "units": len(written.units),
        "homeless_known": stream.homeless_persons.complete,
        "no_event": written.no_event,
        "as_of": as_of,
        "event_prints": written.fingerprint,
        "fingerprint": fingerprint(written.fingerprint, len(written.units)),
        "base_kinds": len(table.kinds),
        "kinds_in": "dict",
        "partitions": [list(counts) for counts in written.partitions],
        "notices": _notices(table, written),
        **dictionary_facts(table.kinds, stream.people.role_sets, stream.vocabulary.currencies),
    }


def _notices(table: KindTable, written: Written) -> list[dict[str, Any]]:
    notices: list[dict[str, Any]] = []
    if table.shortened:
        message = N_("the data has more than {most} kinds of events; rare values of {columns} are shown as (other)")
        values = {"most": MOST_KINDS, "columns": ", ".join(table.shortened)}
        notices.append({"code": "kinds_shortened", "message": message, "values": values})
    if written.crowded:
        message = N_("{n} {n:unit has|units have} more than 65,535 persons; the further ones count as one person")
        notices.append({"code": "crowded_units", "message": message, "values": {"n": written.crowded}})
    return notices


def fingerprint(event_prints: int, n_units: int) -> str:
    """Names the content of an index: equal fingerprints, equal events of equal units."""
    return f"{(event_prints + 0x9E3779B97F4A7C15 * n_units) % 2**64:016x}"


def sorted_properties(properties: Sequence[str]) -> tuple[str, ...]:
    """Properties in the order in which an index lists them."""
    return tuple(sorted(set(properties)))
