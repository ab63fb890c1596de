"""Proposals for the files of a database's export that columns alone would mistake: pairs, histories, and what is left out."""

from collections.abc import Mapping

from tabiji.i18n import N_
from tabiji.ingest.guess.database.signs import (
    entity_of,
    field_history,
    is_of_versions,
    name_of,
    pairs_in,
    stage_history,
    steps_in,
    why_left_out,
)
from tabiji.ingest.guess.model import Note, Sample, TableGuess
from tabiji.ingest.guess.values import present, time_format
from tabiji.ingest.guess.words import plain
from tabiji.ingest.mapping.model import SUBJECTS
from tabiji.lake.views import literal, quote

_OPPORTUNITY_PREFIX = "006"  # how Salesforce begins the numbers of opportunities, among what an activity may be about


def part_of_database(sample: Sample) -> TableGuess | None:
    """What a file is where it is one of these; None where it is to be read by its columns."""
    if why := why_left_out(sample):
        return left_out(sample, why)
    times = [c for c, v in sample.columns.items() if time_format(v)]
    if pairs := pairs_in(sample):
        return _of_pairs(sample, pairs)
    if steps := stage_history(sample, times):
        return TableGuess(sample.file, "event", None, {name: (column,) for name, column in steps.items()})
    own = [c for c in times if plain(c) != "fivetransynced"]
    if (history := field_history(sample, own)) and own:
        return _of_fields(sample, own[0], history)
    if is_of_versions(sample):
        return left_out(sample, N_("it holds earlier states of records, and no event that a map could use"))
    return None


def left_out(sample: Sample, why: str, **values: str) -> TableGuess:
    """A file that is no table of the mapping; `why` is a message of the catalogue."""
    return TableGuess(sample.file, "", None, {}, notes=(Note(why, values),))


def _of_pairs(sample: Sample, pairs: Mapping[str, str]) -> TableGuess:
    if "person" in pairs and pairs.keys() & {"account", "opportunity"}:
        role = [c for c in sample.columns if plain(c) in ("role", "roles", "label") and present(sample.columns[c])]
        fields = {name: (pairs[name],) for name in ("account", "person", "opportunity") if name in pairs}
        return TableGuess(sample.file, "membership", None, fields | ({"role": (role[0],)} if role else {}))
    one, other = pairs.values()
    message = N_("it only says which {one} belongs to which {other}; name it under `lookups:` of a table that needs it")
    return left_out(sample, message, one=one, other=other)


def _of_fields(sample: Sample, at: str, history: Mapping[str, str]) -> TableGuess:
    whose = {entity: c for c in sample.columns if (entity := entity_of(c)) in SUBJECTS}
    steps = steps_in(sample.columns[history["field"]])
    listed = ", ".join(literal(v) for v in steps)
    return TableGuess(
        sample.file,
        "event",
        None,
        {"at": (at,)} | {name: (whose[name],) for name in SUBJECTS if name in whose},
        constants={"name": "field_changed"},
        named={name: history[name] for name in ("field", "old", "new") if name in history},
        when=f"{quote(history['field'])} IN ({listed})" if steps else "",
    )


def filled(sample: Sample, fields: Mapping[str, tuple[str, ...]], to: str) -> dict[str, str]:
    """What of an event needs an expression: its name where some rows have none, its deal where a column may name many things."""
    if to != "event":
        return {}
    found = {}
    name = fields.get("name", ("",))[0]
    if name and None in sample.columns[name]:
        found["name"] = f"coalesce(nullif(trim({quote(name)}), ''), {literal(name_of(sample.file))})"
    about = next((c for c in sample.columns if plain(c) == "whatid"), "")
    if about and "opportunity" not in fields:
        sql = quote(about)
        found["opportunity"] = f"CASE WHEN starts_with({sql}, '{_OPPORTUNITY_PREFIX}') THEN {sql} END"
    return found
