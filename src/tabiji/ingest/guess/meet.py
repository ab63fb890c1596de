"""Files that belong together: the key of one and the references of the others are chosen so that they meet."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tabiji.i18n import N_
from tabiji.ingest.guess.database.lookups import look_up
from tabiji.ingest.guess.database.signs import entity_of, says_who
from tabiji.ingest.guess.database.tables import left_out
from tabiji.ingest.guess.mapping import made_key
from tabiji.ingest.guess.model import Note, Sample, TableGuess
from tabiji.ingest.guess.table import guess_table, is_unique
from tabiji.ingest.guess.values import present
from tabiji.ingest.guess.words import ABOUT_MAIL, KEYS, LEAST, NAMES, fit, plain
from tabiji.ingest.mapping.model import SUBJECTS

MOST_OF_THEM = 0.5  # of the values of a column that is taken for another reference


def guess(samples: Sequence[Sample]) -> tuple[TableGuess, ...]:
    """A proposal for files that belong together: keys and references are chosen so that they meet."""
    tables = [guess_table(sample) for sample in samples]
    by_file = {s.file: s for s in samples}
    for to in SUBJECTS:
        owner = next((i for i, t in enumerate(tables) if t.to == to), None)
        if owner is not None:
            tables = _meet(tables, owner, to, by_file)
    return tuple(_usable(t, by_file[t.file]) for t in look_up(tables, by_file))


def _usable(table: TableGuess, sample: Sample) -> TableGuess:
    """A table without which the import would refuse the whole mapping is left out."""
    if table.to == "event" and not any(name in table.fields or name in table.found for name in SUBJECTS):
        return left_out(sample, N_("no column says which company, person or deal it is about"))
    if table.to in SUBJECTS and not table.key and not made_key(table):
        if table.fields.keys() - {table.to}:
            return replace(table, notes=(*table.notes, Note(N_("No column names every row: say a key."))))
        return left_out(sample, N_("no column names every row, and none says more of a company, a person or a deal"))
    if table.to == "account" and "name" not in table.fields and not says_who(sample):
        return left_out(sample, N_("no column says anything of a company, a person or a deal"))
    return table


def _meet(tables: list[TableGuess], owner: int, to: str, samples: Mapping[str, Sample]) -> list[TableGuess]:
    """Choose the key of the table `owner` and the references to it so that their values, else their names, meet."""
    own = samples[tables[owner].file]
    keys = [
        c
        for c, v in own.columns.items()
        if is_unique(v) and fit(plain(c), KEYS[to] + " " + NAMES[to].get("name", "")) >= LEAST
    ]
    current = tables[owner].key
    if current and current not in keys:
        keys.insert(0, current)
    plans: list[tuple[float, str, dict[int, str]]] = []
    for key in keys:
        chosen: dict[int, str] = {}
        total = 0.01 * (key == current)
        for i, table in enumerate(tables):
            if i == owner or to not in NAMES.get(table.to, ()):
                continue
            scored = _references(samples[table.file], table, to, own, key)
            if scored:
                score, chosen[i] = max(scored)
                total += score
        plans.append((total, key, chosen))
    if not plans:
        return tables
    _, key, chosen = max(plans, key=lambda p: p[0])
    met = list(tables)
    met[owner] = replace(tables[owner], key=key, properties=tuple(p for p in tables[owner].properties if p != key))
    for i, column in chosen.items():
        fields = {n: c for n, c in tables[i].fields.items() if column not in c or n == to} | {to: (column,)}
        ordered = {n: fields[n] for n in NAMES[tables[i].to] if n in fields}
        left = tables[i].fields.get(to, ())
        kept = [c for c in samples[tables[i].file].columns if c in tables[i].properties or c in left]
        met[i] = replace(met[i], fields=ordered, properties=tuple(c for c in kept if c != column))
    return met


def _references(sample: Sample, table: TableGuess, to: str, own: Sample, key: str) -> list[tuple[float, str]]:
    known = set(present(own.columns[key]))
    scored = []
    for column, values in sample.columns.items():
        words = fit(plain(column), NAMES[table.to][to])
        if to == "person" and ABOUT_MAIL.search(plain(column)):
            continue
        if words < LEAST:
            continue
        there = set(present(values))
        overlap = len(there & known) / len(there) if there else 0.0
        if table.field_of(column) in set(SUBJECTS) - {to} and overlap < MOST_OF_THEM:
            continue  # it says who, and those are others
        same = plain(column) == plain(key) or (plain(key) == "id" and entity_of(column) == to)
        scored.append((overlap + 0.3 * same + 0.1 * words, column))
    return scored
