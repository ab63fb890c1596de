"""Adding the events that came since an index was built, without touching its base."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from tabiji.index.build.building import DEPENDS_ON, Order, fingerprint
from tabiji.index.build.generation import sync_tree
from tabiji.index.build.stream import TooManyPairs
from tabiji.index.delta.changes import Since, hashing_of, reaches_back
from tabiji.index.delta.extending import Extension, extend
from tabiji.index.delta.fresh import NEW_EVENTS, Fresh, read_new_events, sort_new_events
from tabiji.index.delta.items import ITEM, Items, merge_items
from tabiji.index.delta.numbering import CrowdedUnit, Numbering
from tabiji.index.delta.opening import open_items
from tabiji.index.delta.ranking import ranks_of
from tabiji.index.dictionary.files import dictionary_facts, save_kinds
from tabiji.index.dictionary.hashing import U8, HashCollision, Hashing, among, distinct
from tabiji.index.dictionary.kinds import MOST_KINDS
from tabiji.index.dictionary.scan import prepare, quoted, whole
from tabiji.index.dictionary.units import write_unit_names
from tabiji.index.jit import readonly
from tabiji.index.layout import NO_PERSON
from tabiji.index.store import Manifest, open_array, save_array
from tabiji.index.store.manifest import checks_of, generation_name, sweep, write_manifest
from tabiji.lake.schema import EPOCH

FOLD_SHARE = 0.1  # of the base's events; a delta that would grow beyond is folded into a new base
_EPOCH = datetime.fromisoformat(EPOCH).replace(tzinfo=UTC)


def append_delta(order: Order, folder: Path, body: Manifest) -> bool:
    """Bring the index in `folder` (index/<unit>, with this manifest) up to date by adding what came since.

    Returns False, having changed nothing, where it must be built anew: events were replaced, the change reaches back, the
    delta would grow beyond FOLD_SHARE of the base, or its dictionaries are not complete. The caller has the lock."""
    head = order.lake.head()
    if head.number < body["lake_number"] or body["notices"] or order.known_as_of is not None:
        return False
    hashing = hashing_of(body)
    with order.lake.connect(head=head) as con:
        prepare(con, order.settings.memory_mb)
        if hashing.probe(con) != body["hashing"]["probe"]:
            return False
        n_new, replaced = read_new_events(con, body["lake_number"])
        base_events = sum(events for _, events in body["partitions"])
        if replaced or body["events"] - base_events + n_new > FOLD_SHARE * base_events:
            return False
        moved = any(head.tables.get(t) != body["lake_tables"][t] for t in ("person", "membership", "opportunity"))
        if (moved or order.unit == "opportunity") and reaches_back(_since(con, hashing, folder, body)):
            return False
        target = _next_delta(folder, body)
        try:
            facts = _append(order, con, hashing, target, body, n_new)
        except (CrowdedUnit, HashCollision, TooManyPairs):
            return False
        except BaseException:
            shutil.rmtree(target, ignore_errors=True)  # a full disk must not stay full
            raise
    tables = {name: head.tables.get(name) for name in DEPENDS_ON}
    new_body = {**body, **facts, "lake_number": head.number, "lake_tables": tables}
    write_manifest(folder, new_body)
    sweep(folder, new_body)
    return True


def _next_delta(folder: Path, body: Manifest) -> Path:
    number = 1 if body["delta"] is None else int(body["delta"].removeprefix("delta-")) + 1
    return folder / generation_name(body) / f"delta-{number}"


def _since(con: duckdb.DuckDBPyConnection, hashing: Hashing, folder: Path, body: Manifest) -> Since:
    home = folder / generation_name(body)
    deltas = (home / body["delta"],) if body["delta"] else ()
    bases = tuple(home / f"p={p:03d}" / "base" for p in range(len(body["partitions"])))
    last_at = -(2**31)
    if body["as_of"] is not None:
        last_at = (datetime.fromisoformat(body["as_of"]) - _EPOCH) // timedelta(seconds=1)
    return Since(con, hashing, body["unit"], body["lake_number"], last_at, (home / "dict", *deltas), (*bases, *deltas))


def _append(
    order: Order, con: duckdb.DuckDBPyConnection, hashing: Hashing, target: Path, body: Manifest, n_new: int
) -> dict[str, Any]:
    """Write the next delta to `target`. Returns what changes in the manifest."""
    home = target.parent
    numbering = Numbering.open(home, body)
    in_table = _new_in_table(con, hashing, body)
    if not n_new and not (numbering.ordinals(in_table) < 0).any():
        return {}
    fresh = sort_new_events(order, con, hashing, tuple(body["properties"]))
    new_units = numbering.add_units(np.concatenate([in_table, fresh.sorted.unit]))
    extension = extend(home, body, fresh)
    if len(extension.kinds) > MOST_KINDS:
        raise TooManyPairs
    items = _items(fresh, numbering, extension)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    old = open_items(home / body["delta"]) if body["delta"] else np.zeros(0, ITEM)
    ranks = ranks_of(extension.kinds, body["base_kinds"], extension.role_sets, extension.currencies)
    save_array(target / "items.npy", merge_items(readonly(old), readonly(items), ranks))
    numbering.save(target)
    _save_homeless(home, body, fresh, target)
    write_unit_names(
        con, hashing, order.unit, new_units, in_table, NEW_EVENTS, target, before=_delta_folder(home, body)
    )
    facts: dict[str, Any] = {"delta": target.name, **_counts(body, fresh, numbering, old, items)}
    facts |= dictionary_facts(extension.kinds, extension.role_sets, extension.currencies)
    if len(extension.kinds) > body["base_kinds"]:
        save_kinds(target, extension.kinds, extension.keys)
        facts["kinds_in"] = target.name
    sync_tree(target)
    facts["version"] = f"v{body['generation']}.{target.name.removeprefix('delta-')}-{facts['fingerprint']}"
    kept = {name: check for name, check in body["files"].items() if "/delta-" not in name}
    return facts | {"files": kept | checks_of(home.parent, target.iterdir())}


def _new_in_table(con: duckdb.DuckDBPyConnection, hashing: Hashing, body: Manifest) -> U8:
    """Hashes of the units that a new row of their table tells of."""
    query = (
        f"SELECT DISTINCT {hashing.sql('id')} FROM {quoted(body['unit'] + '_all')} WHERE batch > {body['lake_number']}"
    )
    (hashes,) = whole(con, query, [np.uint64])
    return np.sort(hashes)


def _items(fresh: Fresh, numbering: Numbering, extension: Extension) -> Items:
    """The new events in final numbers, in the order of the index."""
    s = fresh.sorted
    items = np.zeros(len(s.at), ITEM)
    rows = np.repeat(np.arange(len(s.unit)), np.diff(s.off))
    ordinal = numbering.ordinals(s.unit)
    items["unit"] = ordinal[rows]
    items["at"], items["received"], items["micro"] = s.at, s.received, s.micro
    items["kind"], items["role"] = extension.of_kind[s.kind], extension.of_role[s.role]
    items["value"] = np.nan
    items["value"][s.value_at] = s.value
    items["currency"][s.value_at] = extension.of_currency[s.currency]
    person = numbering.persons(np.repeat(ordinal, np.diff(s.person_off)), s.person_hash)
    items["person"] = NO_PERSON
    named = s.person != NO_PERSON
    place = s.person_off[rows[named]] + s.person[named]
    items["person_hash"][named], items["person"][named] = s.person_hash[place], person[place]
    return items if (ordinal[1:] > ordinal[:-1]).all() else items[np.argsort(items["unit"], kind="stable")]


def _counts(body: Manifest, fresh: Fresh, numbering: Numbering, old: Items, items: Items) -> dict[str, Any]:
    touched = distinct(items["unit"])
    touched = touched[~among(touched, old["unit"])]
    first_events = int((numbering.base_events(touched) == 0).sum())
    prints = (body["event_prints"] + int(fresh.sorted.fingerprint)) % 2**64
    as_of = body["as_of"]
    if len(items):
        latest = (_EPOCH + timedelta(seconds=int(items["at"].max()))).isoformat()
        as_of = latest if as_of is None else max(as_of, latest, key=datetime.fromisoformat)
    return {
        "events": body["events"] + len(items),
        "lake_events": body["lake_events"] + fresh.stream.lake_events,
        "unresolved": body["unresolved"] + fresh.stream.unresolved,
        "homeless_known": body["homeless_known"] and fresh.stream.homeless_persons.complete,
        "units": len(numbering),
        "no_event": body["no_event"] + len(numbering) - body["units"] - first_events,
        "as_of": as_of,
        "event_prints": prints,
        "fingerprint": fingerprint(prints, len(numbering)),
    }


def _delta_folder(home: Path, body: Manifest) -> Path | None:
    return home / body["delta"] if body["delta"] else None


def _save_homeless(home: Path, body: Manifest, fresh: Fresh, target: Path) -> None:
    stream = fresh.stream
    for name, homeless in (("person", stream.homeless_persons), ("opportunity", stream.homeless_opportunities)):
        file, found = f"homeless.{name}.npy", homeless.all()
        before = open_array(home / body["delta"] / file) if body["delta"] else found[:0]
        save_array(target / file, distinct(np.concatenate([before, found])))
