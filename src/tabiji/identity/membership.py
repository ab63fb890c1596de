"""Who belonged where, and in which role, at any time: the dated membership as timelines.

Nothing is rewritten: the functions make temporary views over the lake's rows on a connection, and queries over them. An
interval holds from `valid_from` (absent: ever since) until just before `valid_to` (absent: still). Instants are
microseconds since 1970 in UTC (BIGINT).
"""

from collections.abc import Mapping

import duckdb

from tabiji.identity.latest import latest_word
from tabiji.identity.roles import canonical_role

EVER = -(1 << 62)  # µs: before everything
NEVER = 1 << 62  # µs: after everything
ROLE_SEPARATOR = "\x1f"  # between the names of a role set, which `canonical_role` never leaves in a name

# Where a role was given: `PERSON_ROLE` = to the person at an account, for events that name no opportunity (the roles given
# at the account itself, else those given in any of its opportunities); `ACCOUNT_ROLE` = at the account itself, for events
# of an opportunity in which the person has none; `OPPORTUNITY_ROLE` = in an opportunity.
PERSON_ROLE, ACCOUNT_ROLE, OPPORTUNITY_ROLE = 0, 1, 2

_VIEWS = """
CREATE OR REPLACE VIEW {prefix}_opportunity AS {opportunity};
CREATE OR REPLACE VIEW {prefix}_person AS SELECT * FROM ({person}) WHERE account IS NOT NULL;
CREATE OR REPLACE VIEW {prefix}_membership AS
    SELECT m.person, coalesce(m.account, o.account, p.account) AS account, m.opportunity, r.canonical AS role,
           coalesce(epoch_us(m.valid_from), {ever}) AS since, coalesce(epoch_us(m.valid_to), {never}) AS until
    FROM {membership} m
    LEFT JOIN {prefix}_opportunity o ON o.id = m.opportunity
    LEFT JOIN {prefix}_person p ON p.id = m.person AND m.account IS NULL
    LEFT JOIN identity_role r ON r.written = m.role
    WHERE m.person IS NOT NULL AND {member_wanted}
      AND coalesce(epoch_us(m.valid_from), {ever}) < coalesce(epoch_us(m.valid_to), {never})
"""

# Of several accounts at one time the one joined last holds, then the one that sorts first.
_ACCOUNT_TIMELINE = """
    WITH member AS (SELECT person, account, since, until FROM {prefix}_membership WHERE account IS NOT NULL AND {members}),
    point AS (
        SELECT person, since AS start FROM member UNION SELECT person, until FROM member WHERE until < {never}
        UNION SELECT person, {ever} FROM member
    ),
    held AS (
        SELECT p.person, p.start, first(m.account ORDER BY m.since DESC, m.account) AS account
        FROM point p LEFT JOIN member m ON m.person = p.person AND m.since <= p.start AND p.start < m.until
        GROUP BY ALL
    )
    SELECT h.person, h.start, coalesce(h.account, p.account) AS account
    FROM held h LEFT JOIN {prefix}_person p ON p.id = h.person
    UNION ALL
    SELECT p.id, {ever}, p.account FROM {prefix}_person p ANTI JOIN member m ON m.person = p.id WHERE {persons}
"""

_ROLE_TIMELINE = """
    WITH member AS (SELECT * FROM {prefix}_membership WHERE role IS NOT NULL AND {members}),
    scoped AS (
        SELECT {opportunity_role} AS scope, person, opportunity AS place, role, since, until, true AS own
        FROM member WHERE opportunity IS NOT NULL
        UNION ALL
        SELECT {account_role}, person, account, role, since, until, true
        FROM member WHERE opportunity IS NULL AND account IS NOT NULL
        UNION ALL
        SELECT {person_role}, person, account, role, since, until, opportunity IS NULL
        FROM member WHERE account IS NOT NULL
    ),
    point AS (
        SELECT scope, person, place, since AS start FROM scoped
        UNION SELECT scope, person, place, until FROM scoped WHERE until < {never}
    ),
    held AS (
        SELECT p.scope, p.person, p.place, p.start,
               list_sort(list(DISTINCT s.role) FILTER (s.own)) AS own,
               list_sort(list(DISTINCT s.role) FILTER (s.role IS NOT NULL)) AS every
        FROM point p LEFT JOIN scoped s ON s.scope = p.scope AND s.person = p.person AND s.place = p.place
             AND s.since <= p.start AND p.start < s.until
        GROUP BY ALL
    )
    SELECT scope, person, place, start, coalesce(array_to_string(coalesce(own, every), chr(31)), '') AS roles FROM held
"""

_NUMBERS = {
    "ever": EVER, "never": NEVER, "person_role": PERSON_ROLE, "account_role": ACCOUNT_ROLE, "opportunity_role": OPPORTUNITY_ROLE,
}  # fmt: skip


def create_identity_views(
    con: duckdb.DuckDBPyConnection,
    *,
    prefix: str = "identity",
    tables: Mapping[str, str] | None = None,
    persons: str | None = None,
) -> None:
    """Make the views that the timelines are read from, over the lake's views of `con`.

    identity_opportunity (id, account, offering, opened, closed) and identity_person (id, account): one row per id, see
    `latest_word` · identity_membership (person, account, opportunity, role, since, until): a row without an account has
    that of its opportunity, else of the person; roles are canonical.

    prefix: of the views' names · tables: relations to read instead of the lake's `opportunity`, `person`, `membership` ·
    persons: a relation (person) of those who are asked about; the others are left out."""
    written = [w for (w,) in con.execute("SELECT DISTINCT role FROM membership_all WHERE role IS NOT NULL").fetchall()]
    con.execute("CREATE OR REPLACE TABLE identity_role (written VARCHAR, canonical VARCHAR)")
    known = [(w, c) for w in written if (c := canonical_role(w)) is not None]
    if known:
        con.executemany("INSERT INTO identity_role VALUES (?, ?)", known)
    wanted = "{} IN (SELECT person FROM " + persons + ")" if persons else "true"
    sources = {name: name for name in ("opportunity", "person", "membership")} | dict(tables or {})
    dates = {"opened": "epoch_us(opened_at)", "closed": "epoch_us(closed_at)"}
    facts = {"account": "account", "offering": "offering", **dates}
    con.execute(
        _VIEWS.format(
            prefix=prefix,
            opportunity=latest_word(con, sources["opportunity"], facts),
            person=latest_word(con, sources["person"], {"account": "account"}, wanted.format("id")),
            membership=sources["membership"],
            member_wanted=wanted.format("m.person"),
            **_NUMBERS,
        )
    )


def account_timeline(prefix: str = "identity", part: int = 0, parts: int = 1) -> str:
    """A query for (person, start, account): from `start` until the person's next row the person belongs to the account
    (null: to none). Of some persons only: those of one of `parts` equal parts, which together are everybody."""
    return _ACCOUNT_TIMELINE.format(prefix=prefix, **_NUMBERS, **_only(part, parts))


def role_timeline(prefix: str = "identity", part: int = 0, parts: int = 1) -> str:
    """A query for (scope, person, place, start, roles): from `start` until the next row of the same scope, person and
    place (an account, or an opportunity) the person has these roles (sorted names joined by ROLE_SEPARATOR; empty: none).
    part, parts: as those of `account_timeline`."""
    return _ROLE_TIMELINE.format(prefix=prefix, **_NUMBERS, **_only(part, parts))


def _only(part: int, parts: int) -> dict[str, str]:
    if parts == 1:
        return {"members": "true", "persons": "true"}
    return {"members": f"hash(person) % {parts} = {part}", "persons": f"hash(p.id) % {parts} = {part}"}
