"""What the data knows that a map may name: for checking a map against it, and for drafting one from it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tabiji.journeymap import KnownData, Problem, check
from tabiji.journeymap.model import FIELD_CHANGED, FIELD_PROPERTIES

if TYPE_CHECKING:
    from tabiji.journeymap.model import Unit
    from tabiji.lake import Lake

MOST_NAMES = 20_000  # a rule is compared with the commonest names only; beyond that the hint would not help anybody
MOST_FIELDS_TOLD = 5
_UNIT_KEY = {
    "account": "coalesce(e.account, o.account, p.account)",
    "opportunity": "e.opportunity",
    "person": "e.person",
}


def check_without_data(text: str) -> list[Problem]:
    """Every problem of a map that can be seen without data."""
    from tabiji.lake.schema import TABLES

    return check(text, KnownData(condition=lambda rule: _problem_of(rule, TABLES["account"])))


def known_data(lake: "Lake") -> KnownData:
    """Names that occur in the lake (not known where there are no events yet), and how conditions over companies are judged."""
    from tabiji.index.selection import attributes

    with lake.connect() as con:
        of_company = tuple(attributes(con, "account"))
        found = {
            column: [
                value
                for (value,) in con.execute(
                    f'SELECT "{column}" FROM event WHERE "{column}" IS NOT NULL '
                    f"GROUP BY 1 ORDER BY count(*) DESC LIMIT {MOST_NAMES}"
                ).fetchall()
            ]
            for column in ("name", "channel", "source", "campaign", "offering")
        }
        changed = con.execute(
            f"SELECT json_extract_string(properties, '$.{FIELD_PROPERTIES[0]}') AS field FROM event WHERE name = '{FIELD_CHANGED}' "
            f"GROUP BY 1 HAVING field IS NOT NULL ORDER BY count(*) DESC LIMIT {MOST_NAMES}"
        ).fetchall()
        roles = [r for (r,) in con.execute("SELECT DISTINCT role FROM membership WHERE role IS NOT NULL").fetchall()]
    if not found["name"]:
        return KnownData(condition=lambda rule: _problem_of(rule, of_company))
    return KnownData(
        events=tuple(found["name"]),
        channels=tuple(found["channel"]),
        sources=tuple(found["source"]),
        campaigns=tuple(found["campaign"]),
        offerings=tuple(found["offering"]),
        roles=tuple(roles),
        fields=tuple(field for (field,) in changed),
        condition=lambda rule: _problem_of(rule, of_company),
    )


def _problem_of(condition: str, columns: Iterable[str]) -> str | None:
    from tabiji.lake.expressions import ExpressionError, check_expression

    try:
        check_expression(condition, columns)
    except ExpressionError as error:
        return str(error.problem)
    return None


def draft_from(lake: "Lake", map_id: str, unit: "Unit") -> str:
    """YAML of a first map: the events that most units have, in the order in which they usually first happen.

    Raises NothingToDraftError, NothingOfUnitError, OnlyFieldChangesError."""
    from tabiji.journeymap.draft import (
        MOST_STATES,
        EventSeen,
        FieldSeen,
        NothingOfUnitError,
        OnlyFieldChangesError,
        draft_text,
        field_of_stages,
    )

    field, new = (f"json_extract_string(e.properties, '$.{FIELD_PROPERTIES[i]}')" for i in (0, 2))
    is_change = f"e.name = '{FIELD_CHANGED}'"
    source = """event e
        LEFT JOIN (SELECT id, any_value(account) AS account FROM opportunity GROUP BY id) o ON o.id = e.opportunity
        LEFT JOIN (SELECT id, any_value(account) AS account FROM person GROUP BY id) p ON p.id = e.person"""
    fields = f"""
        SELECT {field}, count(DISTINCT {_UNIT_KEY[unit]}), count(DISTINCT {new}) FROM {source}
        WHERE {is_change} AND {field} IS NOT NULL AND {_UNIT_KEY[unit]} IS NOT NULL GROUP BY 1 LIMIT {MOST_NAMES}
    """
    query = f"""
        WITH touched AS (
            SELECT {_UNIT_KEY[unit]} AS unit, CASE WHEN {is_change} THEN {new} ELSE e.name END AS name,
                CASE WHEN {is_change} THEN {field} ELSE '' END AS field, e."at"
            FROM {source}
        ), firsts AS (
            SELECT unit, name, field, min("at") AS first_at, count(*) AS n FROM touched
            WHERE unit IS NOT NULL AND name IS NOT NULL AND field IN ('', $field) GROUP BY ALL
        ), placed AS (
            SELECT *, percent_rank() OVER (PARTITION BY unit ORDER BY first_at) AS place,
                first_at < max(first_at) OVER (PARTITION BY unit) AS followed FROM firsts
        )
        SELECT name, field, count(*), sum(n), median(place), avg(followed::INT)
        FROM placed GROUP BY name, field ORDER BY count(*) DESC, name LIMIT 400
    """
    with lake.connect() as con:
        seen = [FieldSeen(*row) for row in con.execute(fields).fetchall()]
        rows = con.execute(query, {"field": field_of_stages(seen) or ""}).fetchall()
        n_events = con.execute("SELECT count(*) FROM event").fetchall()[0][0]
        of_person = con.execute("SELECT count(person) > count(opportunity) FROM event").fetchall()[0][0]
    if n_events and not rows:
        likely = "person" if of_person else "opportunity"
        other = likely if likely != unit else "account"
        if not seen:
            raise NothingOfUnitError(n=n_events, unit=unit, other=other)
        fields = ", ".join(sorted(field.name for field in seen)[:MOST_FIELDS_TOLD])
        raise OnlyFieldChangesError(unit=unit, fields=fields, least=2, most=MOST_STATES, other=other)
    return draft_text(
        map_id,
        [
            EventSeen(
                name=name,
                n_units=int(n),
                n_events=int(events),
                median_position=float(place),
                share_followed=float(on),
                field=changed,
            )
            for name, changed, n, events, place, on in rows
        ],
        unit=unit,
    )
