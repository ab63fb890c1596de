"""Which of the offered rows are new to the lake, which are new versions, and which it has already.

The last row of an id wins; where its content equals the current version, nothing is added, so importing a file again adds
nothing. Otherwise it becomes the next version, after those of its forerunners in the same import that the lake has never seen.
An event that its row no longer tells gets a version without a time: it is withdrawn.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from tabiji.ingest.rows.candidates import Offer
from tabiji.ingest.rows.repeats import repeated
from tabiji.ingest.sources.staged import Desk
from tabiji.lake import schema
from tabiji.lake.views import literal, quote

MOST_ROWS = 4_000_000  # of ids that are compared with the lake at once


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a batch gets for one canonical table.

    query: rows in the columns of `Batch.append` · n_added: ids never seen before · n_changed: ids with a new version ·
    n_withdrawn: events taken back · n_duplicates: offered rows that add nothing · n_conflicts: ids that this import gives
    different contents · n_rows: rows of `query` · n_left: events known by their content that earlier imports of the same
    files brought and that these files no longer tell, though they tell new ones · repeats: rows of one id, or of one content, stand
    in the files more than once."""

    table: str
    query: str
    n_rows: int
    n_added: int
    n_changed: int
    n_withdrawn: int
    n_duplicates: int
    n_conflicts: int
    n_left: int = 0
    repeats: bool = False


def resolve(desk: Desk, offered: Offer, origin: str, now: datetime, known: bool) -> Resolved:
    """Compare the offered rows with each other (where ids may repeat) and with the lake (where it has rows: `known`).

    The views of the lake must be on the desk's connection."""
    con, table = desk.con, offered.table
    offer = desk.name("offer")
    con.execute(f"CREATE VIEW {offer} AS {offered.query}")
    n_all, n_offered = con.execute(f"SELECT count(*), count(*) FILTER (happened) FROM {offer}").fetchall()[0]
    several, n_repeated = repeated(desk, offer, "id") if offered.repeats else ("", 0)
    if not n_repeated and not (known and _has_told(desk, table, origin)):
        query = _rows(table, f"SELECT *, 1 AS version FROM {offer} WHERE happened", origin, now)
        return Resolved(table, query, n_offered, n_offered, 0, 0, 0, 0, repeats=offered.same_content)
    parts = [_part(desk, offer, number, n_all // MOST_ROWS + 1) for number in range(n_all // MOST_ROWS + 1)]
    paths = [
        _chosen(desk, table, part, several if n_repeated else None, _known(desk, offered, part, origin, known))
        for part in parts
    ]
    chosen = f"read_parquet([{', '.join(literal(path) for path in paths)}])"
    n_rows, n_happened, n_added, n_changed, n_withdrawn = con.execute(
        f"""SELECT count(*), count(*) FILTER (happened), count(*) FILTER (final AND happened AND NOT seen),
            count(*) FILTER (final AND happened AND seen), count(*) FILTER (final AND NOT happened)
        FROM {chosen}"""
    ).fetchall()[0]
    n_conflicts = 0
    if n_repeated:
        contents = f"SELECT id FROM {offer} SEMI JOIN {several} USING (id) GROUP BY id HAVING count(DISTINCT h) > 1"
        n_conflicts = desk.count(f"SELECT count(*) FROM ({contents})")
    query = _rows(table, f"SELECT * FROM {chosen}", origin, now)
    n_duplicates = n_offered - n_happened
    n_left = sum(_left(desk, offered, offer, part, origin) for part in parts) if known and n_added else 0
    repeats = n_repeated > 0 or offered.same_content
    return Resolved(table, query, n_rows, n_added, n_changed, n_withdrawn, n_duplicates, n_conflicts, n_left, repeats)


def _has_told(desk: Desk, table: str, origin: str) -> bool:
    """Whether the lake has any row of this source in the table."""
    told = f"SELECT EXISTS(FROM {quote(table + '_all')} WHERE origin = {literal(origin)})"
    return bool(desk.con.execute(told).fetchall()[0][0])


@dataclass(frozen=True, slots=True)
class _Part:
    """Some of the ids, so few that what is held of them in memory is bounded: a view of their offered rows, and the SQL
    condition on `id`."""

    offer: str
    only: str


def _part(desk: Desk, offer: str, number: int, n: int) -> _Part:
    only = f"hash(id) % {n} = {number}" if n > 1 else "true"
    name = desk.name("part")
    desk.con.execute(f"CREATE VIEW {name} AS SELECT * FROM {offer} WHERE {only}")
    return _Part(name, only)


def digest(happened: str, h: str) -> str:
    """SQL of the BIGINT digest of a content hash; 0 for an event that did not happen."""
    return f"CASE WHEN {happened} THEN CAST('0x' || substr({h}, 1, 15) AS BIGINT) ELSE 0 END"


def _known(desk: Desk, offered: Offer, part: _Part, origin: str, known: bool) -> str:
    """A table (id, digest, version) of all versions in the lake of the offered ids of a part."""
    name, offer = desk.name("known"), part.offer
    if known:
        mine = f"origin = {literal(origin)}"
        if offered.table == "event" and offered.by_content:
            # Equal content is equal time: a day's log need not be compared with years of events.
            [(first, last)] = desk.con.execute(f'SELECT min("at"), max("at") FROM {offer}').fetchall()
            mine += f" AND \"at\" BETWEEN TIMESTAMP '{first}' AND TIMESTAMP '{last}'" if first is not None else ""
        lake = f"SELECT id, digest, version FROM {quote(offered.table + '_all')} WHERE {mine} AND {part.only}"
        source = f"SELECT * FROM ({lake}) SEMI JOIN {offer} USING (id)"
    else:
        source = "SELECT NULL::VARCHAR AS id, NULL::BIGINT AS digest, NULL::INTEGER AS version LIMIT 0"
    desk.con.execute(f"CREATE TABLE {name} AS {source}")
    return name


def _left(desk: Desk, offered: Offer, offer: str, part: _Part, origin: str) -> int:
    """Events of the same files and the same time that are not offered any more, of a part of the ids.

    Their content was another one: where the mapping was changed, each is now there twice."""
    if offered.table != "event" or not offered.by_content:
        return 0
    span = f'(SELECT min("at") FROM {offer}) AND (SELECT max("at") FROM {offer})'
    return desk.count(
        f"SELECT count(*) FROM event ANTI JOIN {part.offer} USING (id) WHERE {part.only} AND origin = {literal(origin)} "
        f'AND file IN (SELECT DISTINCT file FROM {offer}) AND "at" BETWEEN {span}'
    )


def _chosen(desk: Desk, table: str, part: _Part, several: str | None, known: str) -> str:
    """Path of a Parquet file of the rows to add, with `version`, `final` (the last of its id) and `seen` (id in the lake)."""
    offer = part.offer
    last = f"SELECT id, max(version) AS version, arg_max(digest, version) AS digest FROM {known} GROUP BY id"
    own = digest("o.happened", "o.h")
    differs = f"(CASE WHEN l.id IS NULL THEN o.happened ELSE l.digest <> {own} END)"
    single = (
        f"SELECT o.*, coalesce(l.version, 0) + 1 AS version, true AS final, l.id IS NOT NULL AS seen "
        f"FROM {offer} o {f'ANTI JOIN {several} r ON o.id = r.id' if several else ''} "
        f"LEFT JOIN ({last}) l ON o.id = l.id WHERE {differs}"
    )
    query = single
    if several is not None:
        # Of equal contents the last counts; then the contents of an id in their order.
        contents = (
            f"SELECT o.*, {own} AS digest FROM {offer} o SEMI JOIN {several} r ON o.id = r.id "
            f"QUALIFY row_number() OVER (PARTITION BY o.id, {own} ORDER BY o.place DESC) = 1"
        )
        steps = f"SELECT *, row_number() OVER (PARTITION BY id ORDER BY place DESC) = 1 AS final FROM ({contents})"
        adding = (
            f"SELECT o.*, coalesce(l.version, 0) AS base, l.id IS NOT NULL AS seen, "
            f"bool_or(o.final AND {differs}) OVER (PARTITION BY o.id) AS adds FROM ({steps}) o "
            f"LEFT JOIN ({last}) l ON o.id = l.id"
        )
        kept = (
            f"SELECT a.* FROM ({adding}) a LEFT JOIN (SELECT DISTINCT id, digest FROM {known}) k "
            f"ON a.id = k.id AND a.digest = k.digest WHERE adds AND (final OR (happened AND k.id IS NULL))"
        )
        versions = (
            f"SELECT * EXCLUDE (digest, base, adds), base + row_number() OVER (PARTITION BY id ORDER BY place) AS version "
            f"FROM ({kept})"
        )
        query = f"SELECT * FROM ({single}) UNION ALL BY NAME SELECT * FROM ({versions})"
    path = desk.path(".parquet")
    desk.keep(query, path)
    desk.con.execute(f"DROP TABLE {known}")
    return str(path)


def _rows(table: str, source: str, origin: str, now: datetime) -> str:
    """The rows as the lake wants them."""
    moment = literal(now.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" "))
    columns = ", ".join(quote(name) for name in schema.TABLES[table])
    return (
        f"SELECT id, {literal(origin)} AS origin, file, {digest('happened', 'h')} AS digest, version, "
        f"coalesce(received_at, TIMESTAMP {moment}) AS received_at, {columns} FROM ({source})"
    )
