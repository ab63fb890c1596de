"""Clauses as masks over the dictionaries of an index: which kinds of event match, and for which sets of roles.

Only dictionaries are looked at, never events, so the cost does not depend on how many events there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from tabiji.errors import TabijiError
from tabiji.i18n import N_
from tabiji.journeymap.globs import content_patterns, matcher
from tabiji.journeymap.model import FIELD_CHANGED, FIELD_PROPERTIES, Clause, Touchpoint

Mask = npt.NDArray[np.bool_]

_COLUMNS = {
    "event": "name", "channel": "channel", "source": "source", "campaign": "campaign", "content": "content",
    "offering": "offering",
}  # key of a clause → column of the kinds  # fmt: skip
_PROPERTY = "property:"  # before the name of a property, among the names of columns


class MissingPropertyError(TabijiError):
    """The index was built without a property that the map names; refresh it with `named_properties(map)`."""

    code = "missing_property"
    message = N_("the index does not carry the property {name!r} that the map names; rebuild it for this map")


class KindColumns(Protocol):
    """The dictionary of kinds (`index.layout.Kinds`): columns of equal length, None = the event did not say."""

    @property
    def name(self) -> Sequence[str | None]:
        """Name of the event."""
        ...

    @property
    def channel(self) -> Sequence[str | None]:
        """Channel."""
        ...

    @property
    def source(self) -> Sequence[str | None]:
        """Where it came from (utm source, else the source of the import)."""
        ...

    @property
    def campaign(self) -> Sequence[str | None]:
        """Campaign."""
        ...

    @property
    def content(self) -> Sequence[str | None]:
        """Page or document, as the index keeps it (path only)."""
        ...

    @property
    def offering(self) -> Sequence[str | None]:
        """Offering."""
        ...

    @property
    def inherited(self) -> npt.NDArray[np.bool_]:
        """bool[n_kinds]: the event is inherited from the account."""
        ...

    @property
    def properties(self) -> Mapping[str, Sequence[str | None]]:
        """Property that a map names → its values."""
        ...

    def __len__(self) -> int:
        """Number of kinds."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """Events of a kind in `kinds` (bool[n_kinds]) by a role set in `roles` (bool[n_role_sets]; None = whoever)."""

    kinds: Mask
    roles: Mask | None

    def __and__(self, other: "Match") -> "Match":
        roles = other.roles if self.roles is None else self.roles
        if self.roles is not None and other.roles is not None:
            roles = self.roles & other.roles
        return Match(self.kinds & other.kinds, roles)


def merged(matches: Sequence[Match]) -> tuple[Match, ...]:
    """The same events in as few products of kinds and roles as this can tell: one per distinct mask of roles, then one
    per distinct mask of kinds. Empty ones are left out."""
    by_roles: dict[bytes | None, Match] = {}
    for m in matches:
        key = None if m.roles is None else m.roles.tobytes()
        by_roles[key] = Match(by_roles[key].kinds | m.kinds, m.roles) if key in by_roles else m
    anyone = by_roles.pop(None, None)
    out = [anyone] if anyone is not None and anyone.kinds.any() else []
    by_kinds: dict[bytes, Match] = {}
    for m in by_roles.values():
        kinds = m.kinds & ~anyone.kinds if anyone is not None else m.kinds
        if m.roles is None or not kinds.any() or not m.roles.any():
            continue
        known = by_kinds.get(kinds.tobytes())
        roles = m.roles if known is None or known.roles is None else known.roles | m.roles
        by_kinds[kinds.tobytes()] = Match(kinds, roles)
    return (*out, *by_kinds.values())


@dataclass(slots=True)
class Masks:
    """Masks of clauses over one dictionary of kinds and one of role sets (tuples of role names; set 0 is empty)."""

    kinds: KindColumns
    role_sets: Sequence[tuple[str, ...]]
    touchpoints: Sequence[Touchpoint] = ()
    _columns: dict[str, tuple[npt.NDArray[np.int64], Sequence[str | None]]] = field(default_factory=dict)
    _matches: dict[str, tuple[Match, ...]] = field(default_factory=dict)

    def clause(self, clause: Clause) -> tuple[Match, ...]:
        """The events that match a clause (counts, windows and inheritance aside), as a union of products."""
        own = Match(self._kinds(clause), self._roles(clause.role) if clause.role else None)
        if not clause.touchpoint:
            return merged([own])
        wanted = matcher(clause.touchpoint)
        return merged([own & m for t in self.touchpoints if wanted(t.id) for m in self.touchpoint(t)])

    def touchpoint(self, touchpoint: Touchpoint) -> tuple[Match, ...]:
        """The events that are touches of a touchpoint: any of its matches."""
        if touchpoint.id not in self._matches:
            matches = [Match(self._kinds(c), self._roles(c.role) if c.role else None) for c in touchpoint.matches]
            self._matches[touchpoint.id] = merged(matches)
        return self._matches[touchpoint.id]

    def offering(self, offering: str | None) -> Mask:
        """Kinds of one offering; those that name none belong to every offering."""
        if offering is None:
            return np.ones(len(self.kinds), bool)
        codes, values = self._column("offering")
        unnamed: Mask = np.array([v is None for v in values], bool)[codes]
        return self._of("offering", (offering,)) | unnamed

    def _kinds(self, clause: Clause) -> Mask:
        mask = np.ones(len(self.kinds), bool)
        for key, column in _COLUMNS.items():
            patterns = getattr(clause, key)
            if patterns:
                mask &= self._of(column, content_patterns(patterns) if column == "content" else patterns)
        for name, patterns in properties(clause):
            if patterns:
                mask &= self._of(_PROPERTY + name, patterns)
        if clause.field_change is not None:
            mask &= self._of("name", (FIELD_CHANGED,))
        return mask

    def _roles(self, patterns: Sequence[str]) -> Mask:
        wanted = matcher(patterns)
        return np.array([any(map(wanted, roles)) for roles in self.role_sets], bool)

    def _of(self, column: str, patterns: Sequence[str]) -> Mask:
        """Which kinds have a value that matches; each distinct value is looked at once."""
        codes, values = self._column(column)
        return np.fromiter(map(matcher(patterns), values), bool, len(values))[codes]

    def _column(self, column: str) -> tuple[npt.NDArray[np.int64], Sequence[str | None]]:
        if column not in self._columns:
            self._columns[column] = coded(self._values(column))
        return self._columns[column]

    def _values(self, column: str) -> Sequence[str | None]:
        if not column.startswith(_PROPERTY):
            values: Sequence[str | None] = getattr(self.kinds, column)
            return values
        name = column.removeprefix(_PROPERTY)
        if name not in self.kinds.properties:
            raise MissingPropertyError(name=name)
        return self.kinds.properties[name]


def coded(column: Sequence[str | None]) -> tuple[npt.NDArray[np.int64], Sequence[str | None]]:
    """Codes and distinct values of a column (`index.store.texts.Coded` brings both)."""
    codes, values = getattr(column, "codes", None), getattr(column, "values", None)
    if codes is not None and values is not None:
        return np.asarray(codes, np.int64), [None, *values]
    seen: dict[str | None, int] = {}
    found = np.fromiter((seen.setdefault(v, len(seen)) for v in column), np.int64, len(column))
    return found, list(seen)


def properties(clause: Clause) -> list[tuple[str, tuple[str, ...]]]:
    """The properties that a clause looks at, those of its `field` included, with their patterns (empty = any)."""
    named = list(clause.properties.items())
    change = clause.field_change
    if change is not None:
        named += zip(FIELD_PROPERTIES, (change.name, change.from_, change.to), strict=True)
    return named
