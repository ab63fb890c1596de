"""How many people a customer may let use the product, by attributes of the account."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from tabiji.identity.latest import latest_word
from tabiji.index.layout import F8
from tabiji.index.selection import ordinals
from tabiji.workspace.lookup import names_of

if TYPE_CHECKING:
    from tabiji.index import Index
    from tabiji.lake import Lake

WORDS = ("licences", "licenses", "seats")


def licences_of(lake: "Lake", index: "Index", known_as_of: datetime | None = None) -> F8 | None:
    """Licences of every unit (float64[n_units], NaN where not told); None where no account tells any, or the unit is another."""
    if index.unit != "account":
        return None
    told = "coalesce(" + ", ".join(f"TRY_CAST(properties ->> '$.{word}' AS DOUBLE)" for word in WORDS) + ")"
    with lake.connect(known_as_of=known_as_of) as con:
        query = latest_word(con, "account", {"licences": told})
        rows = con.execute(f"SELECT id, licences FROM ({query}) WHERE licences > 0").fetchall()
    if not rows:
        return None
    place, out = ordinals(index), np.full(index.n_units, np.nan)
    for unit, licences in rows:
        if unit in place:
            out[place[unit]] = licences
    return out


def names_by_id(lake: "Lake", unit: str, ids: Sequence[str]) -> Mapping[str, str]:
    """Names of some units by id."""
    with lake.connect() as con:
        query = f"SELECT id, name FROM ({names_of(con, unit)}) WHERE name IS NOT NULL AND list_contains($1, id)"
        return dict(con.execute(query, [list(ids)]).fetchall())
