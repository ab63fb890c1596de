"""Canonical tables of the lake: column → SQL type. Every table also carries the columns of `LINEAGE`.

Instants are microseconds in UTC without a zone; dates are days in the workspace's zone. `properties` is a JSON object.
Ids (`account`, `person`, `opportunity`) are the source's own natural keys: identity is applied later, never here.
"""

LINEAGE = {
    "id": "VARCHAR",  # event_id, or the natural key of the record; unique within (origin, table) per version
    "origin": "VARCHAR",  # `source:` of the mapping file that brought the row
    "file": "VARCHAR",  # the `file:` it stood in
    "digest": "BIGINT",  # of the content: equal digests are the same content
    "version": "INTEGER",  # 1, then +1 each time the same id arrives with other content; the highest is current
    "received_at": "TIMESTAMP",  # the mapped column, else when this version was first imported
    "batch": "BIGINT",  # number of the head that committed the row: `batch > n` = what came after head n
}

TABLES: dict[str, dict[str, str]] = {
    "event": {
        "at": "TIMESTAMP", "name": "VARCHAR", "account": "VARCHAR", "person": "VARCHAR", "opportunity": "VARCHAR",
        "channel": "VARCHAR", "source": "VARCHAR", "campaign": "VARCHAR", "content": "VARCHAR", "offering": "VARCHAR",
        "value": "DOUBLE", "currency": "VARCHAR", "properties": "VARCHAR",
    },
    "account": {
        "name": "VARCHAR", "domain": "VARCHAR", "corporate_number": "VARCHAR", "industry": "VARCHAR",
        "employees": "BIGINT", "annual_revenue": "DOUBLE", "currency": "VARCHAR", "country": "VARCHAR",
        "region": "VARCHAR", "parent": "VARCHAR", "properties": "VARCHAR",
    },
    "person": {
        "email": "VARCHAR", "name": "VARCHAR", "title": "VARCHAR", "department": "VARCHAR", "account": "VARCHAR",
        "phone": "VARCHAR", "properties": "VARCHAR",
    },
    "membership": {
        "account": "VARCHAR", "person": "VARCHAR", "opportunity": "VARCHAR", "role": "VARCHAR",
        "valid_from": "TIMESTAMP", "valid_to": "TIMESTAMP", "properties": "VARCHAR",
    },
    "opportunity": {
        "account": "VARCHAR", "offering": "VARCHAR", "owner": "VARCHAR", "amount": "DOUBLE", "currency": "VARCHAR",
        "stage": "VARCHAR", "opened_at": "TIMESTAMP", "closed_at": "TIMESTAMP", "properties": "VARCHAR",
    },
    "cost": {
        "on": "DATE", "channel": "VARCHAR", "campaign": "VARCHAR", "amount": "DOUBLE", "currency": "VARCHAR",
        "properties": "VARCHAR",
    },
    "survey": {
        "at": "TIMESTAMP", "account": "VARCHAR", "person": "VARCHAR", "kind": "VARCHAR", "score": "DOUBLE",
        "scale_max": "DOUBLE", "comment": "VARCHAR", "touchpoint": "VARCHAR", "properties": "VARCHAR",
    },
}  # fmt: skip

QUARANTINE = {
    "origin": "VARCHAR", "file": "VARCHAR", "to": "VARCHAR", "line": "BIGINT", "reason": "VARCHAR",
    "detail": "VARCHAR", "raw": "VARCHAR", "received_at": "TIMESTAMP",
}  # fmt: skip

SURVEY_KINDS = ("nps", "csat", "ces")

# The index counts seconds from here in int32, so an event must lie between the two (1932–2068).
EPOCH = "2000-01-01"
EARLIEST = "1932-01-01"
LATEST = "2068-01-01"


def columns(table: str) -> dict[str, str]:
    """All columns of a canonical table: lineage first, then its own."""
    return {**LINEAGE, **TABLES[table]}
