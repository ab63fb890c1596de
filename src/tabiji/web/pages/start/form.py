"""The mapping as a form: what stands in its fields, and what they say when they come back.

Fields of file i: `t{i}.to`, `t{i}.key`, per column j `t{i}.c{j}` (its meaning) and `t{i}.d{j}` (order of its dates), constants
`t{i}.name`, `t{i}.kind`, per event k `t{i}.e{k}.use|name|at|when|value`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tabiji.ingest.guess import EventGuess, Sample, TableGuess, TimeFormat, guess_table
from tabiji.lake.schema import SURVEY_KINDS, TABLES
from tabiji.web.pages.start.batch import Choices

PROPERTY = "+"  # kept as a property under its own name
SPARE_EVENTS = 2  # empty lines for events that were not guessed
WITH_EVENTS = ("account", "person", "membership", "opportunity", "survey")


def read_form(form: Mapping[str, str], samples: Sequence[Sample], before: Choices | None = None) -> Choices:
    """What a reader settled. Columns and tables that do not exist are left out.

    before: the choices that the form showed; what stands in no field (lookups, conditions, notes) is taken over from them."""
    shown = {t.file: t for t in before.tables} if before else {}
    tables = tuple(_table(form, f"t{i}", sample, shown.get(sample.file)) for i, sample in enumerate(samples))
    return Choices(form.get("source", "").strip() or "files", tables)


def guess_again(choices: Choices, samples: Sequence[Sample], place: int) -> Choices:
    """The choices with one file guessed anew as the table that it is said to be."""
    tables = list(choices.tables)
    if 0 <= place < len(tables) and tables[place].to:
        tables[place] = guess_table(samples[place], tables[place].to)
    return replace(choices, tables=tuple(tables))


def fields_of(to: str) -> list[str]:
    """Canonical columns that a column of a file may stand for."""
    return [name for name in TABLES.get(to, {}) if name != "properties"]


def _table(form: Mapping[str, str], at: str, sample: Sample, shown: TableGuess | None) -> TableGuess:
    to = form.get(f"{at}.to", "")
    if to not in TABLES:
        return TableGuess(sample.file, "", None, {}, notes=shown.notes if shown and not shown.to else ())
    guessed = guess_table(sample, to)
    fields: dict[str, tuple[str, ...]] = {}
    properties: list[str] = []
    times = dict(guessed.times)
    for j, column in enumerate(sample.columns):
        meaning = form.get(f"{at}.c{j}", "")
        if meaning == PROPERTY:
            properties.append(column)
        elif meaning in TABLES[to]:
            fields[meaning] = (*fields.get(meaning, ()), column)
        if column in times and times[column].choices:
            order = form.get(f"{at}.d{j}", "")
            times[column] = TimeFormat(order if order in times[column].choices else None, times[column].choices)
    key = form.get(f"{at}.key", "")
    kept = shown if shown is not None and shown.to == to else guessed
    return TableGuess(
        file=sample.file,
        to=to,
        key=key if key in sample.columns else None,
        fields={name: fields[name] for name in TABLES[to] if name in fields},
        properties=tuple(properties),
        events=_events(form, at, sample) if to in WITH_EVENTS else (),
        times=times,
        expressions=guessed.expressions,
        constants=_constants(form, at, to, fields),
        when=kept.when,
        lookups=kept.lookups,
        found={name: sql for name, sql in kept.found.items() if fields.get(name, ()) == kept.fields.get(name, ())},
        named=kept.named,
        notes=kept.notes,
    )


def _constants(form: Mapping[str, str], at: str, to: str, fields: Mapping[str, object]) -> dict[str, str]:
    name, kind = form.get(f"{at}.name", "").strip(), form.get(f"{at}.kind", "")
    if to == "event" and "name" not in fields and name:
        return {"name": name}
    if to == "survey" and "kind" not in fields and kind in SURVEY_KINDS:
        return {"kind": kind}
    return {}


def _events(form: Mapping[str, str], at: str, sample: Sample) -> tuple[EventGuess, ...]:
    found = []
    k = 0
    while f"{at}.e{k}.name" in form:
        field = {part: form.get(f"{at}.e{k}.{part}", "").strip() for part in ("use", "name", "at", "when", "value")}
        if field["use"] and field["name"] and field["at"] in sample.columns:
            value = field["value"] if field["value"] in sample.columns else ""
            found.append(EventGuess(field["name"], field["at"], field["when"], value))
        k += 1
    return tuple(found)
