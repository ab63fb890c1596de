"""Survey answers of the lake, laid on the units of an index: who answered, in which role, when. An answer names no opportunity; whose
each is: see `belonging`."""

from math import isnan
from typing import TYPE_CHECKING

import numpy as np

from tabiji.identity.roles import canonical_role
from tabiji.index.selection import ordinals
from tabiji.lake.schema import EPOCH, SURVEY_KINDS
from tabiji.lake.views import seconds_of
from tabiji.workspace.laid.belonging import APART, KNOWN, held_at, units_of
from tabiji.workspace.laid.laying import known_by, laid

if TYPE_CHECKING:
    import numpy.typing as npt

    from tabiji.index import Index
    from tabiji.lake import Lake
    from tabiji.metrics.feelings.answers import Answers
    from tabiji.metrics.feelings.voice_result import Comment


def _query(index: "Index", condition: str) -> str:
    """Answers for which a condition (SQL over `s`, the survey) holds, one per unit that each belongs to."""
    return f"""
        WITH {KNOWN},
        answer AS (
            SELECT row_number() OVER (ORDER BY s.at, s.id) AS row, coalesce(s.account, p.account) AS account,
                   s.person, NULL::VARCHAR AS opportunity, s.at, s.kind, s.score, s.scale_max, s.touchpoint, s.comment
            FROM survey s LEFT JOIN known p ON p.id = s.person
            WHERE s.kind IN {SURVEY_KINDS} AND s.score IS NOT NULL AND {condition}
        ), held AS ({held_at("answer")})
        SELECT u.unit, {seconds_of("a.at")} AS at, h.roles, a.kind, a.score,
               coalesce(a.scale_max, 'nan'::DOUBLE) AS scale_max, a.touchpoint, a.comment
        FROM ({units_of(index.unit, "answer")}) u JOIN answer a USING (row) LEFT JOIN held h USING (row)
    """


def answers_of(lake: "Lake", index: "Index", received_by: int | None = None) -> "Answers":
    """The answers of all surveys, one per unit that an answer belongs to, in order of time.

    received_by: seconds since EPOCH; later records are left out, and those corrected since count as they were."""
    from tabiji.metrics.feelings.answers import KINDS, Answers

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

    condition = f"trim(s.comment) != '' AND s.at < TIMESTAMP '{EPOCH}' + to_seconds({int(until) + 1})"
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
