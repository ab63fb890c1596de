"""Tagged events of the lake (see `metrics.feelings.notes`), laid on the units of an index: what was felt, by whom in which role, when.

An event belongs to the account that it names, else to that of its person; on a map of opportunities to the opportunity that it
names, else to every opportunity of that account that was open at the time; on a map of persons to its person.
"""

from typing import TYPE_CHECKING

import numpy as np

from tabiji.lake.schema import EPOCH
from tabiji.lake.views import literal
from tabiji.workspace.laid.laying import known_by, laid, roles_sql

if TYPE_CHECKING:
    from tabiji.index import Index
    from tabiji.lake import Lake
    from tabiji.metrics.feelings.notes import Notes

_UNITS = {
    "account": "SELECT row, account AS unit FROM note WHERE account IS NOT NULL",
    "opportunity": """
        SELECT row, opportunity AS unit FROM note WHERE opportunity IS NOT NULL
        UNION ALL
        SELECT row, o.id FROM note n JOIN opportunity o ON o.account = n.account
        WHERE n.opportunity IS NULL AND n.at >= coalesce(o.opened_at, n.at) AND n.at <= coalesce(o.closed_at, n.at)""",
    "person": "SELECT row, person AS unit FROM note WHERE person IS NOT NULL",
}


def notes_of(lake: "Lake", index: "Index", offering: str | None, received_by: int | None = None) -> "Notes":
    """All tagged events in order of time, one per unit that an event belongs to.

    offering: events of another one are left out (None = any) · received_by: seconds since EPOCH; later records are left out, those corrected since
    count as they were."""
    from tabiji.metrics.feelings.notes import BY_NAME, NEGATIVE_EVENTS, SENTIMENTS, Notes

    words = " ".join(f"WHEN {literal(word)} THEN {feeling}" for word, feeling in SENTIMENTS.items())
    bad = " OR ".join(f"name GLOB {literal(glob)}" for glob in NEGATIVE_EVENTS)
    query = f"""
        WITH known AS (SELECT id, arg_max(account, received_at) AS account FROM person GROUP BY id),
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
        ), held AS (
            SELECT n.row, {roles_sql("m.role")} AS roles
            FROM note n JOIN membership m ON m.person = n.person AND m.account IS NOT DISTINCT FROM n.account
            WHERE m.role IS NOT NULL AND n.at >= coalesce(m.valid_from, n.at)
              AND n.at < coalesce(m.valid_to, n.at + INTERVAL 1 SECOND)
            GROUP BY n.row
        )
        SELECT u.unit, epoch(n.at)::BIGINT - epoch(TIMESTAMP '{EPOCH}')::BIGINT AS at, h.roles, n.feeling
        FROM ({_UNITS[index.unit]}) u JOIN note n USING (row) LEFT JOIN held h USING (row)
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
