"""The events that came since an index was built, sorted, in numbers of dictionaries of their own."""

from dataclasses import dataclass

import duckdb
import numpy as np

from tabiji.identity.membership import create_identity_views
from tabiji.index.build.building import UNITS, Order, keys_of
from tabiji.index.build.people import People
from tabiji.index.build.routing import EXTRA, RECORD, Routed
from tabiji.index.build.sorting import Sorted, sort_bucket
from tabiji.index.build.stream import Stream, offering_codes
from tabiji.index.dictionary.hashing import U8, Hashing
from tabiji.index.dictionary.kinds import MOST_KINDS, KindTable, kind_table
from tabiji.index.dictionary.scan import Reading
from tabiji.index.dictionary.vocabulary import Vocabulary, read_vocabulary

NEW_EVENTS = "index_new"


@dataclass(frozen=True, slots=True)
class Fresh:
    """New events in the order of the index (unit hashes ascending), and the dictionaries that number them."""

    sorted: Sorted
    table: KindTable
    people: People
    vocabulary: Vocabulary
    stream: Stream


def read_new_events(con: duckdb.DuckDBPyConnection, number: int) -> tuple[int, bool]:
    """Make the table `index_new` of the events that came after head `number`.

    Returns (how many there are, whether any of them replaces or takes back another)."""
    con.execute(
        f"CREATE OR REPLACE TABLE {NEW_EVENTS} AS SELECT account, person, opportunity, name, channel, source, campaign, "
        f'offering, "content", "value", currency, "at", received_at, properties, version FROM event_all '
        f"WHERE batch > {number}"
    )
    n, latest = con.execute(f"SELECT count(*), coalesce(max(version), 1) FROM {NEW_EVENTS}").fetchall()[0]
    return int(n), latest > 1


def sort_new_events(
    order: Order, con: duckdb.DuckDBPyConnection, hashing: Hashing, properties: tuple[str, ...]
) -> Fresh:
    """Resolve and sort the events of `index_new`. Raises TooManyPairs."""
    con.execute(
        f"CREATE OR REPLACE TABLE index_new_person AS SELECT DISTINCT person FROM {NEW_EVENTS} WHERE person IS NOT NULL"
    )
    create_identity_views(con, persons="index_new_person")
    vocabulary = read_vocabulary(con, Reading(hashing, properties, NEW_EVENTS), MOST_KINDS)
    people = People(con, hashing)
    heirs = None
    if order.unit == "opportunity":
        heirs = people.heirs("event", offering_codes(vocabulary), order.inherit_days)
    stream = Stream(order.unit, vocabulary, people, heirs)
    parts: list[Routed] = []
    stream.read(con, 1, parts.append)
    records = np.concatenate([p.records for p in parts]) if parts else np.zeros(0, RECORD)
    extras = np.concatenate([p.extras for p in parts]) if parts else np.zeros(0, EXTRA)
    table = kind_table(vocabulary, stream.pairs, MOST_KINDS)
    nobody: U8 = np.zeros(0, np.uint64)
    keys = keys_of(table, people, vocabulary)
    found = sort_bucket(records, extras, nobody, table.of_pair, people.roles, UNITS[order.unit], keys)
    return Fresh(found, table, people, vocabulary, stream)
