"""The files of one entry of the mapping as one relation: columns matched by name, whatever their order."""

from collections.abc import Sequence
from dataclasses import dataclass

from tabiji.ingest.sources.staged import Staged


@dataclass(frozen=True, slots=True)
class Slot:
    """A column over all files of an entry. `sql` names it in the relation; `sql_type` is the engine's type."""

    name: str
    sql: str
    sql_type: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """Rows of all files of an entry.

    query: SELECT with `part` (INTEGER, number of the file from 0), `line` (BIGINT) and one column per slot ·
    raw: the same rows as (part, line, raw), raw = the whole row as text · slots by column name."""

    query: str
    raw: str
    slots: dict[str, Slot]


def gather(files: Sequence[Staged]) -> Gathered:
    """Put the files one below the other. A column whose types differ from file to file becomes text."""
    by_name: dict[str, dict[int, tuple[str, str]]] = {}
    spelled: dict[str, str] = {}
    for part, staged in enumerate(files):
        for column in staged.columns:
            folded = column.name.casefold()
            spelled.setdefault(folded, column.name)
            by_name.setdefault(folded, {})[part] = (column.sql, column.sql_type)
    slots: dict[str, Slot] = {}
    selected: list[list[str]] = [[] for _ in files]
    for i, (folded, places) in enumerate(by_name.items()):
        types = {sql_type for _, sql_type in places.values()}
        sql_type = types.pop() if len(types) == 1 else "VARCHAR"
        slots[spelled[folded]] = Slot(spelled[folded], f"u{i}", sql_type)
        for part in range(len(files)):
            sql = places[part][0] if part in places else "NULL"
            uniform = part in places and places[part][1] == sql_type
            selected[part].append(f"{sql if uniform else f'CAST({sql} AS {sql_type})'} AS u{i}")
    query = " UNION ALL ".join(
        f"SELECT {part} AS part, line{''.join(', ' + sql for sql in selected[part])} FROM ({staged.query})"
        for part, staged in enumerate(files)
    )
    raw = " UNION ALL ".join(
        f"SELECT {part} AS part, line, CAST({staged.raw} AS VARCHAR) AS raw FROM ({staged.query})"
        for part, staged in enumerate(files)
    )
    return Gathered(query, raw, slots)
