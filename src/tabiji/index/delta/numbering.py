"""Ordinals of units and persons that an index has, and those of new ones at the end."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tabiji.index.build.peopling import MOST_PERSONS
from tabiji.index.dictionary.hashing import U8, distinct, find, mixed, table_of
from tabiji.index.jit import kernel
from tabiji.index.layout import I8
from tabiji.index.store import Manifest, open_array, save_array


class CrowdedUnit(Exception):
    """A unit would get more persons than a delta can number; build anew."""


@dataclass
class Numbering:
    """Units: those of the base (hashes ascending), then `added_units` in their order. Persons of a unit: those of the base,
    then those of `extra_unit`, `extra_hash` (uint64; sorted by unit, in the order in which they came)."""

    home: Path
    base_units: U8
    added_units: U8
    extra_unit: I8
    extra_hash: U8
    firsts: I8  # first unit of each partition, and the end

    @classmethod
    def open(cls, home: Path, body: Manifest) -> "Numbering":
        """The numbering of the generation in `home`, with its delta."""
        counts = [n for n, _ in body["partitions"]]
        hashes = [open_array(home / f"p={p:03d}" / "base" / "unit_hash.npy") for p in range(len(counts))]
        firsts = np.append(0, np.cumsum(counts)).astype(np.int64)
        if body["delta"] is None:
            nothing: Any = np.zeros(0, np.uint64)
            return cls(home, np.concatenate(hashes), nothing, nothing.astype(np.int64), nothing, firsts)
        delta = home / body["delta"]
        added, extra_unit, extra_hash = (
            open_array(delta / f"{n}.npy") for n in ("unit_hash", "extra_unit", "extra_hash")
        )
        return cls(home, np.concatenate(hashes), added, extra_unit, extra_hash, firsts)

    def save(self, folder: Path) -> None:
        """Write what is not in the base."""
        save_array(folder / "unit_hash.npy", self.added_units)
        save_array(folder / "extra_unit.npy", self.extra_unit)
        save_array(folder / "extra_hash.npy", self.extra_hash)

    def __len__(self) -> int:
        return len(self.base_units) + len(self.added_units)

    def ordinals(self, hashes: U8) -> I8:
        """Ordinals of units, −1 for unknown ones."""
        place = np.searchsorted(self.base_units, hashes)
        found = place < len(self.base_units)
        found[found] = self.base_units[place[found]] == hashes[found]
        out = np.where(found, place, -1).astype(np.int64)
        if len(self.added_units):
            order = np.argsort(self.added_units)
            place = np.searchsorted(self.added_units, hashes, sorter=order)
            place = order[np.minimum(place, len(order) - 1)]
            there = (out < 0) & (self.added_units[place] == hashes)
            out[there] = place[there] + len(self.base_units)
        return out

    def add_units(self, hashes: U8) -> U8:
        """Number the units that are not known yet, in the order of their hashes; returns them."""
        new = distinct(hashes)
        new = new[self.ordinals(new) < 0]
        self.added_units = np.concatenate([self.added_units, new])
        return new

    def base_events(self, units: I8) -> I8:
        """How many events of units (ordinals) are in the base."""
        out = np.zeros(len(units), np.int64)
        for p in range(len(self.firsts) - 1):
            mine = (units >= self.firsts[p]) & (units < self.firsts[p + 1])
            if mine.any():
                off = open_array(self._base(p) / "off.npy")
                rows = units[mine] - self.firsts[p]
                out[mine] = off[rows + 1] - off[rows]
        return out

    def persons(self, units: I8, hashes: U8) -> I8:
        """Ordinals of persons within their units; new ones are added. Raises CrowdedUnit.

        units, hashes: int64, uint64 of equal length, no pair twice."""
        ordinal, in_base = self._base_persons(units, hashes)
        new = (ordinal < 0) & (self._extra(units, hashes) < 0)
        self.extra_unit = np.concatenate([self.extra_unit, units[new]])
        self.extra_hash = np.concatenate([self.extra_hash, hashes[new]])
        order = np.argsort(self.extra_unit, kind="stable")
        self.extra_unit, self.extra_hash = self.extra_unit[order], self.extra_hash[order]
        missing = ordinal < 0
        if missing.any():
            at = self._extra(units[missing], hashes[missing])
            ordinal[missing] = in_base[missing] + at - np.searchsorted(self.extra_unit, units[missing])
        if len(ordinal) and ordinal.max() >= MOST_PERSONS:
            raise CrowdedUnit
        return ordinal

    def _extra(self, units: I8, hashes: U8) -> I8:
        """Places of pairs among the extra persons, or −1."""
        found: I8 = places(table_of(pair_keys(self.extra_unit, self.extra_hash)), pair_keys(units, hashes))
        return found

    def _base_persons(self, units: I8, hashes: U8) -> tuple[I8, I8]:
        """(ordinal in the base or −1, persons of the unit in the base)."""
        ordinal = np.full(len(units), -1, np.int64)
        count = np.zeros(len(units), np.int64)
        for p in range(len(self.firsts) - 1):
            mine = np.flatnonzero((units >= self.firsts[p]) & (units < self.firsts[p + 1]))
            if len(mine):
                off = open_array(self._base(p) / "person_off.npy")
                rows = units[mine] - self.firsts[p]
                count[mine] = off[rows + 1] - off[rows]
                persons = open_array(self._base(p) / "person_hash.npy")
                ordinal[mine] = search(persons, off[rows], off[rows + 1], hashes[mine])
        return ordinal, count

    def _base(self, partition: int) -> Path:
        return self.home / f"p={partition:03d}" / "base"


@kernel
def search(hashes: U8, first: I8, last: I8, wanted: U8) -> I8:
    """Place of wanted[i] among hashes[first[i]:last[i]] (ascending), or −1."""
    out = np.full(wanted.size, -1, np.int64)
    for i in range(wanted.size):
        low, high = first[i], last[i]
        while low < high:
            middle = (low + high) // 2
            if hashes[middle] < wanted[i]:
                low = middle + 1
            else:
                high = middle
        if low < last[i] and hashes[low] == wanted[i]:
            out[i] = low - first[i]
    return out


@kernel
def pair_keys(units: I8, hashes: U8) -> U8:
    """One number for a unit and a person of it."""
    out = np.empty(units.size, np.uint64)
    for i in range(units.size):
        out[i] = mixed(hashes[i] ^ mixed(np.uint64(units[i] + 1)))
    return out


@kernel
def places(table: Any, keys: U8) -> I8:
    """Place of each key in a table, or −1."""
    out = np.empty(keys.size, np.int64)
    for i in range(keys.size):
        out[i] = find(table, keys[i])
    return out
