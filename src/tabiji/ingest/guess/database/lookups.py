"""What files say about each other: pairs, the names of numbers, and people by their addresses become lookups."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from tabiji.i18n import N_
from tabiji.ingest.guess.database.signs import entity_of, labels, pairs_in
from tabiji.ingest.guess.model import EventGuess, LookupGuess, Note, Sample, TableGuess
from tabiji.ingest.guess.values import present, shape
from tabiji.ingest.guess.words import plain
from tabiji.ingest.mapping.model import SUBJECTS
from tabiji.lake.views import quote

WANTED = {"opportunity": ("account",), "event": SUBJECTS, "person": ("account",), "survey": ("account", "person")}


def look_up(tables: Sequence[TableGuess], samples: Mapping[str, Sample]) -> list[TableGuess]:
    """The tables with what they can look up in the others; the notes of a file that is only looked up in say where."""
    found = list(tables)
    for pair in [t for t in tables if pairs_in(samples[t.file])]:
        found = [_with_pairs(t, pair, samples) for t in found]
    for table in [t for t in tables if not t.to]:
        found = [_with_labels(t, table, samples) for t in found]
    for to, by in (("person", "email"), ("account", "name")):
        owner = next((t for t in found if t.to == to and t.key), None)
        if owner is not None:
            found = [_by_word(t, owner, by, samples) for t in found]
    used = {
        k.file: [t.file for t in found if any(m.file == k.file for m in t.lookups)] for t in found for k in t.lookups
    }
    return [_told(t, used.get(t.file, ())) for t in found]


def _told(table: TableGuess, users: Sequence[str]) -> TableGuess:
    if table.to or not users:
        return table
    return replace(table, notes=(Note(N_("its columns are looked up for {files}"), {"files": ", ".join(users)}),))


def _numbers(table: TableGuess, sample: Sample) -> dict[str, str]:
    """Entity → the column of the table that holds its number."""
    own = {entity: c for c in sample.columns if (entity := entity_of(c))}
    if table.key and table.to in SUBJECTS:
        own[table.to] = table.key
    if table.key and plain(table.key) == "id":
        for word in ("ticket", "engagement", "task", "activity"):
            if word in Path(table.file).stem.lower():
                own.setdefault(word, table.key)
    return own


def _with_pairs(table: TableGuess, pair: TableGuess, samples: Mapping[str, Sample]) -> TableGuess:
    """A table that lacks whom it is about, where a file of pairs tells it."""
    columns = pairs_in(samples[pair.file])
    known = _numbers(table, samples[table.file])
    for entity, there in columns.items():
        other = next(e for e in columns if e != entity)
        # A company has many deals and people: of them the first would be any.
        told = other not in SUBJECTS or (entity == "account" and table.to != "event")
        lacking = (
            told and entity in WANTED.get(table.to, ()) and entity not in table.fields and entity not in table.found
        )
        if table.file != pair.file and lacking and other in known:
            name = _free(there, samples[table.file])
            lookup = LookupGuess(pair.file, known[other], columns[other], {name: there})
            return replace(table, lookups=(*table.lookups, lookup), found={**table.found, entity: quote(name)})
    return table


def _with_labels(table: TableGuess, other: TableGuess, samples: Mapping[str, Sample]) -> TableGuess:
    """A table whose stages (or campaigns) are numbers that another file names."""
    sample = samples[table.file]
    for canonical, entity in (("stage", "stage"), ("name", "stage"), ("campaign", "campaign")):
        column = table.fields.get(canonical, ("",))[0]
        named = labels(samples[other.file], entity)
        stem = Path(other.file).stem.lower()
        if not column or not named or entity not in stem or table.file == other.file or canonical in table.found:
            continue
        if canonical != "name" and not plain(column).endswith("id"):
            continue
        if canonical == "name" and (plain(column) != "value" or "stage" not in Path(table.file).stem.lower()):
            continue
        if _other_world(table.file, stem):
            continue
        label = _free(f"{entity}_{plain(named['label'])}", sample)
        taken = {label: named["label"]}
        events = table.events
        closed = table.fields.get("closed_at", ("",))[0]
        if "won" in named and canonical == "stage" and closed:
            won, over = _free("stage_won", sample), _free("stage_closed", sample)
            taken |= {won: named["won"], over: named["closed"]}
            events = _outcomes(table, closed, won, over)
        sql = f"coalesce({quote(label)}, {quote(column)})"
        lookup = LookupGuess(other.file, column, named["key"], taken)
        return replace(table, lookups=(*table.lookups, lookup), found={**table.found, canonical: sql}, events=events)
    return table


def _other_world(file: str, stem: str) -> bool:
    """Whether one of two files is about tickets and the other is not: both have stages."""
    return ("ticket" in Path(file).stem.lower()) != ("ticket" in stem)


def _outcomes(table: TableGuess, closed: str, won: str, over: str) -> tuple[EventGuess, ...]:
    amount = table.fields.get("amount", ("",))[0]
    others = [e for e in table.events if e.name not in ("opportunity_won", "opportunity_lost")]
    return (
        *others,
        EventGuess("opportunity_won", closed, quote(won), amount),
        EventGuess("opportunity_lost", closed, f"{quote(over)} AND NOT {quote(won)}"),
    )


def _by_word(table: TableGuess, owner: TableGuess, by: str, samples: Mapping[str, Sample]) -> TableGuess:
    """A table that names people by their addresses, or companies by their names, where their own file knows them by a number."""
    column = table.fields.get(owner.to, ("",))[0]
    word = owner.fields.get(by, ("",))
    if not column or len(word) > 1 or not owner.key or word[0] in ("", owner.key):
        return table
    if table.file == owner.file or owner.to in table.found:
        return table
    values, there = set(present(samples[table.file].columns[column])), samples[owner.file].columns
    is_address = by == "email" and shape(samples[table.file].columns[column]) == "email"
    if values & set(present(there[owner.key])) or not (is_address or values & set(present(there[word[0]]))):
        return table
    name = _free(f"{owner.to}_key", samples[table.file])
    lookup = LookupGuess(owner.file, column, word[0], {name: owner.key})
    sql = f"coalesce({quote(name)}, {quote(column)})"
    return replace(table, lookups=(*table.lookups, lookup), found={**table.found, owner.to: sql})


def _free(name: str, sample: Sample) -> str:
    """A name that no column of the file has."""
    taken = {c.casefold() for c in sample.columns}
    return name if name.casefold() not in taken else f"{name}_there"
