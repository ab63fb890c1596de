"""Amounts of opportunities, laid on the units of an index."""

from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from tabiji.identity.latest import latest_word
from tabiji.index.selection import ordinals

if TYPE_CHECKING:
    from tabiji.index import Index
    from tabiji.lake import Lake
    from tabiji.metrics.deals import Amounts


def amounts_of(lake: "Lake", index: "Index", known_as_of: datetime | None = None) -> "Amounts":
    """The latest word on each opportunity's amount and currency; none where the unit is another."""
    from tabiji.metrics.deals import NO_CURRENCY, Amounts, no_amounts

    out = no_amounts(index.n_units)
    if index.unit != "opportunity":
        return out
    with lake.connect(known_as_of=known_as_of) as con:
        query = latest_word(con, "opportunity", {"amount": "amount", "currency": "currency"})
        rows = con.execute(f"SELECT id, amount, currency FROM ({query}) WHERE amount IS NOT NULL").fetchall()
    names = sorted({currency for _, _, currency in rows if currency})
    place, code = ordinals(index) if rows else {}, {name: x for x, name in enumerate(names)}
    for unit, amount, currency in rows:
        if unit in place:
            out.value[place[unit]] = amount
            out.currency[place[unit]] = np.int32(code.get(currency, NO_CURRENCY))
    return Amounts(out.value, out.currency, tuple(names))
