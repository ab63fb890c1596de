"""What the lake tells of the units of an index: their names, companies and opportunities (see `metrics.accounts.question.Directory`).

The number of queries depends on the question only, never on how many units it shows."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np

from tabiji.i18n import text
from tabiji.identity.latest import latest_word
from tabiji.index.dictionary.scan import whole
from tabiji.index.layout import F8, I8
from tabiji.index.selection import Places
from tabiji.lake.views import literal, seconds_of
from tabiji.workspace.ask import Asked, FlagError
from tabiji.workspace.unit.lookup import names_of

if TYPE_CHECKING:
    from tabiji.index import Index
    from tabiji.journeymap import JourneyMap
    from tabiji.metrics.accounts.question import Described, Listing
    from tabiji.metrics.accounts.result import Money
    from tabiji.metrics.accounts.standings import Standings

_FACTS = {"name": "name", "industry": "industry", "employees": "employees"}
_EVER = 1 << 40  # seconds: before and after everything


class LakeDirectory:
    """Looks units up over one connection. currency: in which amounts are compared, and of those that name none."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, index: "Index", journey_map: "JourneyMap", currency: str
    ) -> None:
        self.con, self.index, self.map, self.currency = con, index, journey_map, currency
        self._places: Places | None = None

    @property
    def places(self) -> Places:
        """Finds units by hashes."""
        if self._places is None:
            self._places = Places.of(self.index, self.con)
        return self._places

    def matching(self, words: str) -> Any:
        """bool[n_units]: units whose name or id contains `words`, case aside."""
        found = np.zeros(self.index.n_units, bool)
        named = self._placed(
            f"contains(lower(coalesce(name, '')), lower({literal(words)})) OR contains(lower(id), lower({literal(words)}))"
        )
        found[named[0][named[1] != 0]] = True
        for unit in self._nameless(named[0]):
            found[unit] = words.lower() in self.index.units[unit].lower()
        return found

    def name_order(self) -> I8:
        """int64[n_units]: place of each unit in the order of names; those without a name last, by id."""
        named = self._placed("row_number() OVER (ORDER BY name IS NULL, lower(name), id)")
        order = np.zeros(self.index.n_units, np.int64)
        order[named[0]] = named[1]
        nameless = sorted(self._nameless(named[0]), key=lambda unit: self.index.units[unit])
        order[nameless] = len(named[0]) + 1 + np.arange(len(nameless))
        return order

    def _placed(self, value: str) -> tuple[I8, I8]:
        """(units that have a row, a number of each): SQL over `id` and `name`."""
        query = (
            f"SELECT {self.places.hashing.sql('id')}, ({value})::BIGINT FROM ({names_of(self.con, self.index.unit)})"
        )
        hashes, numbers = whole(self.con, query, [np.uint64, np.int64])
        unit = self.places.find(hashes.astype(np.uint64))
        return unit[unit >= 0], numbers[unit >= 0]

    def _nameless(self, named: I8) -> list[int]:
        """Units that only events name."""
        missing = np.ones(self.index.n_units, bool)
        missing[named] = False
        return np.flatnonzero(missing).tolist()

    def amounts(self, found: "Standings") -> tuple[F8, tuple[str, ...]]:
        """float64[u]: amount, in the main currency, of the opportunities that were open at some time during each journey (NaN where
        there is none); and the other currencies that occur among them."""
        amount = np.full(len(found), np.nan)
        query = self._opportunities()
        if query is None or not len(found):
            return amount, ()
        names = [name for (name,) in self.con.execute(f"SELECT DISTINCT currency FROM ({query}) ORDER BY 1").fetchall()]
        codes = " ".join(f"WHEN {literal(name)} THEN {x}" for x, name in enumerate(names)) or "WHEN '' THEN 0"
        hashes, value, code, opened, closed = whole(
            self.con,
            f"SELECT {self.places.hashing.sql('unit')}, amount, CASE currency {codes} END, opened, closed FROM ({query})",
            [np.uint64, np.float64, np.int64, np.int64, np.int64],
        )
        unit = self.places.find(hashes.astype(np.uint64))
        row = np.minimum(np.searchsorted(found.unit, unit), len(found) - 1)
        mine = (found.unit[row] == unit) & (opened <= found.until[row]) & (closed >= found.start[row])
        main = mine & (code == names.index(self.currency) if self.currency in names else np.zeros(len(code), bool))
        total, n = (np.bincount(row[main], weight, len(found)) for weight in (value[main], None))
        amount[n > 0] = total[n > 0]
        others = sorted({names[c] for c in np.unique(code[mine]).tolist()} - {self.currency})
        return amount, tuple(others)

    def described(self, found: "Standings") -> "list[Described]":
        """Name, company and amounts of each unit."""
        from tabiji.metrics.accounts.question import Described

        ids = [self.index.units[int(u)] for u in found.unit]
        facts = self._facts(ids)
        spans = zip(ids, found.start.tolist(), found.until.tolist(), strict=True)
        deals = self._deals(ids)
        return [
            replace(facts.get(unit, Described()), amounts=_sums(deals.get(unit, ()), start, until))
            for unit, start, until in spans
        ]

    def _facts(self, ids: Sequence[str]) -> "dict[str, Described]":
        """Name and company by id; of an opportunity and a person those of their account."""
        from tabiji.metrics.accounts.question import Described

        alone = self.index.unit == "account"
        wanted = f"id IN ({', '.join(map(literal, ids)) or 'NULL'})" if alone else "true"
        accounts = latest_word(self.con, "account", _FACTS, wanted)
        query = f"SELECT id, name, industry, employees FROM ({accounts})"
        if not alone:
            account = latest_word(self.con, self.index.unit, {"account": "account"})
            query = f"""SELECT n.id, n.name, a.industry, a.employees FROM ({names_of(self.con, self.index.unit)}) n
                LEFT JOIN ({account}) o ON o.id = n.id LEFT JOIN ({accounts}) a ON a.id = o.account"""
        rows = self.con.execute(f"SELECT * FROM ({query}) WHERE id IN (SELECT unnest($1::VARCHAR[]))", [list(ids)])
        return {unit: Described(*facts) for unit, *facts in rows.fetchall()}

    def _deals(self, ids: Sequence[str]) -> dict[str, list[tuple[Any, ...]]]:
        """(amount, currency, opened, closed) of the opportunities of some units, by unit."""
        query, out = self._opportunities(), dict[str, list[tuple[Any, ...]]]()
        if query is None:
            return out
        rows = self.con.execute(
            f"SELECT unit, amount, currency, opened, closed FROM ({query}) WHERE unit IN (SELECT unnest($1::VARCHAR[]))",
            [list(ids)],
        )
        for unit, *deal in rows.fetchall():
            out.setdefault(unit, []).append(tuple(deal))
        return out

    def _opportunities(self) -> str | None:
        """A query for (unit, amount, currency, opened, closed) of the opportunities with an amount, of the map's offering where
        it names one; instants in seconds, those that are not told before and after everything. A person has none."""
        if self.index.unit == "person":
            return None
        columns = {name: name for name in ("account", "offering", "amount", "currency", "opened_at", "closed_at")}
        unit = "account" if self.index.unit == "account" else "id"
        offering = literal(self.map.offering) if self.map.offering else "offering"
        return f"""SELECT {unit} AS unit, amount, coalesce(currency, {literal(self.currency)}) AS currency,
                coalesce({seconds_of("opened_at")}, {-_EVER}) AS opened,
                coalesce({seconds_of("closed_at")}, {_EVER}) AS closed
            FROM ({latest_word(self.con, "opportunity", columns)})
            WHERE amount IS NOT NULL AND {unit} IS NOT NULL AND coalesce(offering = {offering}, true)"""


def listing_of(asked: Asked, journey_map: "JourneyMap") -> "Listing":
    """The page that is asked for. Raises FlagError for a stage or a role that the map does not have, and for a group of nothing."""
    from tabiji.metrics.account.expected import expected_roles
    from tabiji.metrics.accounts.question import Listing

    known = {"stage": [s.id for s in journey_map.main_line], "missing_role": expected_roles(journey_map)}
    for flag, names in known.items():
        value = asked.own[flag]
        if value is not None and value not in names:
            said = text("{value!r} is not one of: {choices}", value=value, choices=", ".join(names))
            raise FlagError(flag=flag, problem=said)
    if asked.own["group"] is not None and asked.by is None:
        raise FlagError(flag="group", problem=text("name with --by what the groups are, like --by industry"))
    return Listing(**asked.own)


def _sums(deals: Sequence[tuple[Any, ...]], start: int, until: int) -> "tuple[Money, ...]":
    """The amounts of the deals that were open between two instants, by currency."""
    from tabiji.metrics.accounts.result import Money

    by_currency: dict[str, list[float]] = {}
    for amount, currency, opened, closed in deals:
        if opened <= until and closed >= start:
            by_currency.setdefault(currency, []).append(amount)
    return tuple(Money(currency, sum(of), len(of)) for currency, of in sorted(by_currency.items()))
