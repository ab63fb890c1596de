"""Reading all events of an index into buckets."""

from collections.abc import Callable
from dataclasses import dataclass, field

import duckdb
import numpy as np

from tabiji.index.build.people import Heirs, People
from tabiji.index.build.routing import (
    FULL_CONTEXT,
    NO_CONTEXT,
    OPPORTUNITY_CONTEXT,
    Routed,
    cleaned,
    currency_codes,
    fill_accounts,
    inherit,
    route,
    with_unit,
)
from tabiji.index.dictionary.hashing import U8, distinct
from tabiji.index.dictionary.pairs import Pairs, kind_codes
from tabiji.index.dictionary.scan import Batch, batches
from tabiji.index.dictionary.vocabulary import Vocabulary
from tabiji.index.layout import F8, I4, U1, U4

MOST_PAIRS = 1 << 22
MOST_HOMELESS = 1 << 24  # beyond it who found no unit is not remembered


class TooManyPairs(Exception):
    """More pairs of rest and content than the tables may hold; read again with fewer contents."""


@dataclass
class Stream:
    """What is known while and after the events are read.

    heirs: what opportunities inherit (None for the other units) · lake_events: events read · unresolved: those that belong
    to no unit · homeless_persons, homeless_opportunities: what such events did name (unit account)."""

    unit: str
    vocabulary: Vocabulary
    people: People
    heirs: Heirs | None
    pairs: Pairs = field(default_factory=Pairs)
    lake_events: int = 0
    unresolved: int = 0
    homeless_persons: "Homeless" = field(default_factory=lambda: Homeless())
    homeless_opportunities: "Homeless" = field(default_factory=lambda: Homeless())

    def read(self, con: duckdb.DuckDBPyConnection, buckets: int, take: Callable[[Routed], None]) -> None:
        """Give the records of every batch to `take`. Raises TooManyPairs, TooManyRoleSetsError."""
        null = self.vocabulary.reading.hashing.null(con)
        named = self.unit == "opportunity" or self.people.names_opportunities()
        context = self._context(named)
        for raw in batches(con, self.vocabulary.reading, named):
            codes = self._codes(raw)
            batch = self._resolved(raw, null, context)
            rows, unit, flags = self._members(batch, codes)
            currency = self._currency(raw)
            self.lake_events += len(raw.at)
            take(route(batch, rows, unit, flags, codes, currency, context, buckets, self.pairs.counts))

    def _context(self, named: bool) -> int:
        if len(self.people.role_sets) == 1:
            return NO_CONTEXT
        if self.unit == "account":
            return OPPORTUNITY_CONTEXT if named else NO_CONTEXT
        return FULL_CONTEXT

    def _codes(self, raw: Batch) -> U4:
        v = self.vocabulary
        codes = np.empty(len(raw.at), np.uint32)
        new = np.empty(len(raw.at), np.uint64)
        tables = (v.rest, v.content, v.content_code, v.other_content)
        n_new = kind_codes(raw.rest, raw.content, *tables, self.pairs.table, codes, new)
        if n_new:
            self.pairs.add(distinct(new[:n_new]))
            if len(self.pairs) > MOST_PAIRS:
                raise TooManyPairs
            kind_codes(raw.rest, raw.content, *tables, self.pairs.table, codes, new)
        return codes

    def _resolved(self, raw: Batch, null: np.uint64, context: int) -> Batch:
        """The batch with 0 for absent texts, and with the accounts that events leave out."""
        account, n_absent = cleaned(raw.account, null)
        person, _ = cleaned(raw.person, null)
        opportunity, _ = cleaned(raw.opportunity, null)
        if n_absent and (self.unit != "person" or context != NO_CONTEXT):
            fill_accounts(account, opportunity, person, raw.at, self.people.accounts)
        return raw._replace(account=account, person=person, opportunity=opportunity)

    def _members(self, batch: Batch, codes: U4) -> tuple[I4, U8, U4]:
        """Which events belong to which units: (positions, unit hashes, flags)."""
        if self.heirs is not None:
            return self._inherited(batch, codes, self.heirs)
        every = batch.account if self.unit == "account" else batch.person
        rows = with_unit(every)
        if len(rows) < len(every):
            self.unresolved += len(every) - len(rows)
            if self.unit == "account":
                out = every == 0
                self.homeless_persons.add(batch.person[out])
                self.homeless_opportunities.add(batch.opportunity[out])
        return rows, every[rows], np.zeros(len(rows), np.uint32)

    def _inherited(self, batch: Batch, codes: U4, heirs: Heirs) -> tuple[I4, U8, U4]:
        of_rest = self.vocabulary.columns["offering"].codes.astype(np.int32)
        offering: I4 = of_rest[self.pairs.rest][codes]
        nowhere = (np.zeros(0, np.int32), np.zeros(0, np.uint64), np.zeros(0, np.uint32))
        n, left = inherit(batch.opportunity, batch.account, batch.at, offering, heirs, *nowhere, False)
        rows, unit, flags = np.empty(n, np.int32), np.empty(n, np.uint64), np.empty(n, np.uint32)
        inherit(batch.opportunity, batch.account, batch.at, offering, heirs, rows, unit, flags, True)
        self.unresolved += left
        return rows, unit, flags

    def _currency(self, raw: Batch) -> U1:
        value: F8 = raw.value
        if np.isnan(value).all():
            return np.zeros(len(value), np.uint8)
        codes: U1 = currency_codes(raw.currency, self.vocabulary.currency, 0)
        return codes


@dataclass
class Homeless:
    """Distinct hashes of those whose events found no unit. complete: whether all of them are known."""

    complete: bool = True
    _parts: list[U8] = field(default_factory=list)
    _compact: int = 0

    def add(self, hashes: U8) -> None:
        """Remember further ones."""
        if not self.complete:
            return
        self._parts.append(distinct(hashes))
        if sum(map(len, self._parts)) > 2 * self._compact + (1 << 20):
            self._compact = len(self.all())
            self.complete = self._compact <= MOST_HOMELESS

    def all(self) -> U8:
        """Those who are known, ascending."""
        found: U8 = distinct(np.concatenate([np.zeros(0, np.uint64), *self._parts]))
        self._parts = [found]
        return found


def offering_codes(vocabulary: Vocabulary) -> dict[str | None, int]:
    """Code of every offering that events name (None: 0), as `Heirs` wants them."""
    codes: dict[str | None, int] = {
        name: code for code, name in enumerate(vocabulary.columns["offering"].values, start=1)
    }
    return codes | {None: 0}
