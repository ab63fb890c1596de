"""How many people a customer may let use the product, by attributes of the account."""

from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np

from tabiji.index.layout import F8, I8
from tabiji.index.selection import ordinals
from tabiji.lake.views import seconds_of

if TYPE_CHECKING:
    from tabiji.index import Index
    from tabiji.lake import Lake

WORDS = ("licences", "licenses", "seats")


def licences_of(lake: "Lake", index: "Index", instants: I8, known_as_of: datetime | None = None) -> F8 | None:
    """Licences of every unit at some instants (float64[n_units, instants], NaN where not told); None where no account ever tells any,
    or the unit is another.

    instants: int64, seconds since EPOCH. What holds at one is the word received last by then; before the first word, the first one: a
    record that was brought in later says nothing of what it was like before."""
    if index.unit != "account":
        return None
    told = "coalesce(" + ", ".join(f"TRY_CAST(properties ->> '$.{word}' AS DOUBLE)" for word in WORDS) + ")"
    with lake.connect(known_as_of=known_as_of) as con:
        rows = con.execute(
            f"""SELECT id, licences, told_at FROM
            (SELECT id, origin, version, {told} AS licences, {seconds_of("received_at")} AS told_at FROM account_all)
            WHERE licences > 0 ORDER BY id, told_at, version, origin"""
        ).fetchall()
    if not rows:
        return None
    place, out = ordinals(index), np.full((index.n_units, len(instants)), np.nan)
    for unit, words in groupby(rows, key=itemgetter(0)):
        if unit in place:
            said = list(words)
            last = np.searchsorted([at for _, _, at in said], instants, side="right") - 1
            out[place[unit]] = np.array([licences for _, licences, _ in said])[np.maximum(last, 0)]
    return out
