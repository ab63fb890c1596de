"""Tagged events of the lake (see `metrics.feelings.notes`), laid on the units of an index: what was felt, by whom in which role, when.
Whose each is: see `belonging`."""

from typing import TYPE_CHECKING

import numpy as np

from tabiji.lake.views import literal, seconds_of
from tabiji.workspace.laid.belonging import KNOWN, held_at, units_of
from tabiji.workspace.laid.laying import known_by, laid

if TYPE_CHECKING:
    from tabiji.index import Index
    from tabiji.lake import Lake
    from tabiji.metrics.feelings.notes import Notes


def notes_of(lake: "Lake", index: "Index", offering: str | None, received_by: int | None = None) -> "Notes":
    """All tagged events in order of time, one per unit that an event belongs to.

    offering: events of another one are left out (None = any) · received_by: seconds since EPOCH; later records are left out, those corrected since
    count as they were."""
    from tabiji.metrics.feelings.notes import BY_NAME, NEGATIVE_EVENTS, SENTIMENTS, Notes

    words = " ".join(f"WHEN {literal(word)} THEN {feeling}" for word, feeling in SENTIMENTS.items())
    bad = " OR ".join(f"name GLOB {literal(glob)}" for glob in NEGATIVE_EVENTS)
    query = f"""
        WITH {KNOWN},
        tagged AS (
            SELECT *, ({bad}) AS bad,
                   json_extract_string(properties, '$.emotion') AS emotion, json_extract_string(properties, '$.sentiment') AS sentiment
            FROM (
                SELECT id, "at", name, account, person, opportunity, properties FROM event
                WHERE (contains(properties, '"sentiment"') OR contains(properties, '"emotion"') OR {bad})
                  AND ($1 IS NULL OR offering IS NULL OR offering = $1)
            )
        ), note AS (
            SELECT row_number() OVER (ORDER BY t.at, t.id) AS row, coalesce(t.account, p.account) AS account, t.person, t.opportunity, t.at,
                   coalesce(TRY_CAST(t.emotion AS DOUBLE), CASE lower(t.sentiment) {words} END, CASE WHEN bad THEN {BY_NAME} END) AS feeling
            FROM tagged t LEFT JOIN known p ON p.id = t.person
        ), held AS ({held_at("note")})
        SELECT u.unit, {seconds_of("n.at")} AS at, h.roles, n.feeling
        FROM ({units_of(index.unit, "note")}) u JOIN note n USING (row) LEFT JOIN held h USING (row)
        WHERE n.feeling IS NOT NULL
    """
    with lake.connect(known_as_of=known_by(received_by)) as con:
        numbers = {"at": np.int32, "feeling": np.float64}
        found = laid(con, index, query, [offering], '"at", unit', numbers, ("roles",))
    feeling = found.numbers["feeling"]
    return Notes(
        unit=found.unit,
        at=found.numbers["at"],
        role=found.roles(index),
        feeling=np.where(np.abs(feeling) <= 2, feeling, np.nan),
    )
