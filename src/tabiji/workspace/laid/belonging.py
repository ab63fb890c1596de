"""Whose a record is, and in which roles its person held it: SQL that is the same for answers, notes and statements.

A record belongs to the account that it names, else to that of its person; on a map of opportunities to the opportunity that it
names, else to every opportunity of that account that was open at the time; on a map of persons to its person.

The functions take the name of a relation of records, in which `account` is already that of the person where the record names none:
row (a number), account, person, opportunity, at.
"""

# Of records that name no account: the account that the latest row of each person names.
KNOWN = "known AS (SELECT id, arg_max(account, received_at) AS account FROM person GROUP BY id)"
APART = "\x1f"  # between the roles of one person


def units_of(unit: str, records: str) -> str:
    """A query for (row, unit): the units of a kind that each record belongs to."""
    if unit != "opportunity":
        return f"SELECT row, {unit} AS unit FROM {records} WHERE {unit} IS NOT NULL"
    return f"""
        SELECT row, opportunity AS unit FROM {records} WHERE opportunity IS NOT NULL
        UNION ALL
        SELECT row, o.id FROM {records} r JOIN opportunity o ON o.account = r.account
        WHERE r.opportunity IS NULL AND r.at >= coalesce(o.opened_at, r.at) AND r.at <= coalesce(o.closed_at, r.at)"""


def held_at(records: str) -> str:
    """A query for (row, roles): the roles that the person of each record had in its account at the time, joined by APART."""
    return f"""
        SELECT r.row, {roles_sql("m.role")} AS roles
        FROM {records} r JOIN membership m ON m.person = r.person AND m.account IS NOT DISTINCT FROM r.account
        WHERE m.role IS NOT NULL AND r.at >= coalesce(m.valid_from, r.at)
          AND r.at < coalesce(m.valid_to, r.at + INTERVAL 1 SECOND)
        GROUP BY r.row"""


def roles_sql(roles: str) -> str:
    """SQL of a column of texts (DISTINCT, aggregated) as `Laid.roles` takes them."""
    return f"array_to_string(list(DISTINCT {roles} ORDER BY {roles}), chr({ord(APART)}))"
