"""What persons said about where they stand, and bad events, laid on the units and persons of an index.

Reported: survey answers, and the property `stance` (a word of `STANCES`) of an event, a membership or a person. Inferred: events
tagged as bad (see `metrics.feelings.notes`). Statements without a person are left out: nobody could say whose they are. Whose a
statement is: see `belonging`.
"""

from typing import TYPE_CHECKING

import numpy as np

from tabiji.index.dictionary.hashing import Hashing
from tabiji.lake.schema import SURVEY_KINDS
from tabiji.lake.views import literal, seconds_of
from tabiji.workspace.laid.belonging import KNOWN, held_at, units_of
from tabiji.workspace.laid.laying import known_by, laid
from tabiji.workspace.unit.dossier import facts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duckdb import DuckDBPyConnection as Con

    from tabiji.index import Index
    from tabiji.lake import Lake
    from tabiji.metrics.group.standing.consensus import Statements
    from tabiji.metrics.group.standing.stances import Naming

STANCES = {
    "for": 1, "supporter": 1, "positive": 1, "賛成": 1, "推進": 1, "支持": 1,
    "neutral": 0, "undecided": 0, "中立": 0, "未定": 0,
    "against": -1, "opponent": -1, "negative": -1, "反対": -1, "懸念": -1,
}  # fmt: skip


def statements_of(lake: "Lake", index: "Index", received_by: int | None = None) -> "Statements":
    """All statements, one per unit that each belongs to. received_by: seconds since EPOCH; later records are left out,
    those corrected since count as they were."""
    from tabiji.index.person_places import NOBODY, person_places
    from tabiji.metrics.feelings.answers import KINDS, Answers, feelings
    from tabiji.metrics.group.standing.consensus import FURTHER, INFERRED, Statements

    hashing = Hashing(int(index.manifest["hashing"]["salt"]))
    numbers = {
        "person": np.uint64, "at": np.int32, "grade": np.uint8, "score": np.float64, "scale_max": np.float64, "word": np.float64,
    }  # fmt: skip
    with lake.connect(known_as_of=known_by(received_by)) as con:
        query, order = _query(index.unit, hashing), '"at", unit, who, grade'
        found = laid(con, index, query, [], order, numbers, ("roles", "kind"))
    unit = found.unit
    hashes, at, grade, score, scale, word = (found.numbers[name] for name in numbers)
    kinds = [KINDS.index(name) if name in KINDS else 0 for name in found.texts["kind"]]
    kind = found.of_text("kind", kinds, 0, np.uint8)
    felt = feelings(Answers(unit, at, np.zeros(len(unit), np.int32), kind, score, scale))
    person = person_places(index, unit, hashes)
    unseen = person == NOBODY
    further, number = np.unique(hashes[unseen], return_inverse=True)
    person[unseen] = FURTHER + number
    return Statements(
        unit=unit,
        person=person,
        role=found.roles(index),
        at=at,
        value=np.where(grade == INFERRED, -1.0, np.where(np.isnan(word), felt, word)),
        grade=grade,
        further=further,
    )


def naming_of(con: "Con", index: "Index", unit: int, said: "Statements") -> "Naming":
    """What names the persons of a unit (ordinal), those included that only spoke. con: of the lake."""
    from tabiji.index.persons import person_ids
    from tabiji.metrics.group.standing.consensus import FURTHER
    from tabiji.metrics.group.standing.stances import Known

    def who(numbers: "Sequence[int]") -> list[Known]:
        known = [index.units[unit]] if index.unit == "person" else person_ids(con, index, unit)
        spoke = _ids(con, index, {int(said.further[n - FURTHER]) for n in numbers if n >= FURTHER})
        ids = [known[n] if n < FURTHER else spoke.get(int(said.further[n - FURTHER])) for n in numbers]
        names = facts_of(con, [x for x in ids if x])
        return [Known(x, names[x][0] if x in names else None) for x in ids]

    return who


def _ids(con: "Con", index: "Index", hashes: set[int]) -> dict[int, str]:
    """Ids of persons by their hash, wherever they are named."""
    if not hashes:
        return {}
    h = Hashing(int(index.manifest["hashing"]["salt"])).sql
    con.register("wanted", {"h": np.array(sorted(hashes), np.uint64)})
    tables = (("person", "id"), ("membership", "person"), ("survey", "person"), ("event", "person"))
    query = " UNION ".join(f"SELECT {h(c)} AS h, {c} FROM {t} WHERE {c} IS NOT NULL" for t, c in tables)
    return dict(con.execute(f"SELECT * FROM ({query}) WHERE h IN (SELECT h FROM wanted)").fetchall())


def _query(unit: str, hashing: Hashing) -> str:
    """unit, person (hash) and who (id), at (seconds), roles, grade, kind, score, scale_max, word (its value); NaN where not told."""
    from tabiji.metrics.feelings.notes import SENTIMENTS

    words = " ".join(f"WHEN {literal(word)} THEN {value}" for word, value in STANCES.items())
    stance = f"CASE lower(json_extract_string(properties, '$.stance')) {words} END"
    bad = ", ".join(literal(word) for word, feeling in SENTIMENTS.items() if feeling < 0)
    said = "contains(properties, '\"stance\"')"
    no_score = "NULL::VARCHAR AS kind, NULL::DOUBLE AS score, NULL::DOUBLE AS scale_max"
    return f"""
        WITH {KNOWN},
        told AS (
            SELECT account, person, NULL::VARCHAR AS opportunity, "at", 0 AS grade, kind, score, scale_max, NULL::INTEGER AS word, received_at
            FROM survey WHERE kind IN {SURVEY_KINDS} AND score IS NOT NULL AND person IS NOT NULL
            UNION ALL
            SELECT account, person, opportunity, "at", 0, {no_score}, {stance}, received_at
            FROM event WHERE person IS NOT NULL AND {said}
            UNION ALL
            SELECT account, person, opportunity, coalesce(valid_from, received_at), 0, {no_score}, {stance}, received_at
            FROM membership WHERE person IS NOT NULL AND {said}
            UNION ALL
            SELECT account, id, NULL, received_at, 0, {no_score}, {stance}, received_at FROM person WHERE {said}
            UNION ALL
            SELECT account, person, opportunity, "at", 1, {no_score}, NULL, received_at
            FROM event WHERE person IS NOT NULL AND (
                (contains(properties, '"sentiment"') AND lower(json_extract_string(properties, '$.sentiment')) IN ({bad}))
                OR (contains(properties, '"emotion"') AND TRY_CAST(json_extract_string(properties, '$.emotion') AS DOUBLE) < 0))
        ), said AS (
            SELECT row_number() OVER () AS row, coalesce(t.account, p.account) AS account, t.* EXCLUDE (account)
            FROM told t LEFT JOIN known p ON p.id = t.person
            WHERE (t.grade = 1 OR t.score IS NOT NULL OR t.word IS NOT NULL)
        ), held AS ({held_at("said")})
        SELECT u.unit, {hashing.sql("s.person")} AS person, s.person AS who,
               {seconds_of("s.at")} AS at, h.roles, s.grade, s.kind,
               coalesce(s.score, 'nan'::DOUBLE) AS score, coalesce(s.scale_max, 'nan'::DOUBLE) AS scale_max,
               coalesce(s.word::DOUBLE, 'nan'::DOUBLE) AS word
        FROM ({units_of(unit, "said")}) u JOIN said s USING (row) LEFT JOIN held h USING (row)
        WHERE s.at IS NOT NULL
    """
