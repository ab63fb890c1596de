"""Which keys stand in a relation more than once, in bounded memory however many rows there are."""

from tabiji.ingest.sources.staged import Desk


def repeated(desk: Desk, relation: str, key: str) -> tuple[str, int]:
    """A table of the keys that occur more than once, its column named as `key`, and how many there are.

    First their 64-bit hashes are counted, which are a fraction of the size of texts; then only the rows whose hash came
    twice are looked at by their text."""
    maybe, found = desk.name("maybe"), desk.name("repeated")
    desk.con.execute(f"CREATE TABLE {maybe} AS SELECT hash({key}) AS k FROM {relation} GROUP BY k HAVING count(*) > 1")
    desk.con.execute(
        f"CREATE TABLE {found} AS SELECT {key} FROM {relation} WHERE hash({key}) IN (SELECT k FROM {maybe}) "
        f"GROUP BY {key} HAVING count(*) > 1"
    )
    desk.con.execute(f"DROP TABLE {maybe}")
    return found, desk.count(f"SELECT count(*) FROM {found}")
