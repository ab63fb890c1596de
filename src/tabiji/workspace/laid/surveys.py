"""Survey answers of the lake, laid on the units of an index: who answered, in which role, when.

An answer belongs to the account that it names, else to that of the person; on a map of opportunities to every opportunity
of that account that was open at the time; on a map of persons to the person.
"""

from math import isnan
from typing import TYPE_CHECKING

import numpy as np

from tabiji.identity.roles import canonical_role
from tabiji.index.selection import ordinals
from tabiji.lake.schema import EPOCH, SURVEY_KINDS
from tabiji.workspace.laid.laying import APART, known_by, laid, roles_sql

if TYPE_CHECKING:
    import numpy.typing as npt

    from tabiji.index import Index
    from tabiji.lake import Lake
    from tabiji.metrics.feelings.emotion import Answers
    from tabiji.metrics.feelings.voice_result import Comment

_UNITS = {
    "account": "SELECT row, account AS unit FROM answer WHERE account IS NOT NULL",
    "opportunity": """
        SELECT row, o.id AS unit FROM answer s JOIN opportunity o ON o.account = s.account
        WHERE s.at >= coalesce(o.opened_at, s.at) AND s.at <= coalesce(o.closed_at, s.at)""",
    "person": "SELECT row, person AS unit FROM answer WHERE person IS NOT NULL",
}


_ANSWERS = """
    WITH known AS (SELECT id, arg_max(account, received_at) AS account FROM person GROUP BY id),
    answer AS (
        SELECT row_number() OVER (ORDER BY s.at, s.id) AS row, coalesce(s.account, p.account) AS account,
               s.person, s.at, s.kind, s.score, s.scale_max, s.touchpoint, s.comment
        FROM survey s LEFT JOIN known p ON p.id = s.person
        WHERE s.kind IN {kinds} AND s.score IS NOT NULL AND {condition}
    ), held AS (
        SELECT a.row, {roles} AS roles
        FROM answer a JOIN membership m ON m.person = a.person AND m.account IS NOT DISTINCT FROM a.account
        WHERE m.role IS NOT NULL AND a.at >= coalesce(m.valid_from, a.at) AND a.at < coalesce(m.valid_to, a.at + INTERVAL 1 SECOND)
        GROUP BY a.row
    )
    SELECT u.unit, epoch(a.at)::BIGINT - epoch(TIMESTAMP '{epoch}')::BIGINT AS at, h.roles, a.kind, a.score,
           coalesce(a.scale_max, 'nan'::DOUBLE) AS scale_max, a.touchpoint, a.comment
    FROM ({units}) u JOIN answer a USING (row) LEFT JOIN held h USING (row)
"""


def _query(index: "Index", condition: str) -> str:
    return _ANSWERS.format(
        kinds=SURVEY_KINDS, epoch=EPOCH, units=_UNITS[index.unit], condition=condition, roles=roles_sql("m.role")
    )


def answers_of(lake: "Lake", index: "Index", received_by: int | None = None) -> "Answers":
    """The answers of all surveys, one per unit that an answer belongs to, in order of time.

    received_by: seconds since EPOCH; later records are left out, and those corrected since count as they were."""
    from tabiji.metrics.feelings.emotion import KINDS, Answers

    query = f"SELECT * EXCLUDE (comment) FROM ({_query(index, 'true')})"
    numbers = {"at": np.int32, "score": np.float64, "scale_max": np.float64}
    with lake.connect(known_as_of=known_by(received_by)) as con:
        found = laid(con, index, query, [], '"at", unit', numbers, ("roles", "kind", "touchpoint"))
    named = found.texts["touchpoint"]
    used = np.unique(found.codes["touchpoint"])
    touchpoints = tuple(named[code] for code in used.tolist() if code >= 0 and named[code])
    places = [touchpoints.index(name) if name in touchpoints else -1 for name in named]
    return Answers(
        unit=found.unit,
        at=found.numbers["at"],
        role=found.roles(index),
        kind=found.of_text("kind", [KINDS.index(kind) for kind in found.texts["kind"]], 0, np.uint8),
        score=found.numbers["score"],
        scale_max=found.numbers["scale_max"],
        touchpoint=found.of_text("touchpoint", places, -1, np.int32),
        touchpoints=touchpoints,
    )


def comments_of(
    lake: "Lake",
    index: "Index",
    wanted: "npt.NDArray[np.bool_] | None",
    until: int,
    most: int,
    received_by: int | None = None,
) -> "list[Comment]":
    """The latest comments beside answers of the wanted units (bool[n_units], None = all) by `until` (seconds since EPOCH), the
    newest first. What is longer than `LONGEST` characters is cut."""
    from tabiji.metrics.feelings.voice_result import LONGEST, Comment

    condition = f"trim(s.comment) != '' AND s.at <= TIMESTAMP '{EPOCH}' + to_seconds({int(until)})"
    ordinal, out = ordinals(index), list[Comment]()
    with lake.connect(known_as_of=known_by(received_by)) as con:
        rows = con.execute(f'{_query(index, condition)} ORDER BY "at" DESC, unit')
        while len(out) < most and (some := rows.fetchmany(500)):
            for unit, at, roles, kind, score, scale, touchpoint, comment in some:
                place = ordinal.get(unit)
                if place is None or (wanted is not None and not wanted[place]):
                    continue
                held = (roles or "").split(APART)
                named = tuple(sorted({name for role in held if (name := canonical_role(role))}))
                words = " ".join(comment.split())
                cut = words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"
                scale_max = None if isnan(scale) else scale
                out.append(Comment(unit, place, at, named, kind, score, scale_max, touchpoint, cut))
    return out[:most]
