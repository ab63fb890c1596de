"""Whose an opportunity is, and when it was open: as its rows say, else as its own events tell."""

CLOSING = ("opportunity_won", "opportunity_lost")


def opportunity_facts(events: str) -> str:
    """A query for (id, account, offering, opened, closed) of every opportunity that a row or an event names; instants in µs
    since 1970, null where nothing tells them.

    What its row leaves out its own events tell: the account is the one that the earliest of them to name any names (of two at one
    instant the first by name), it opened with the first of them, and closed with the first that is named as in CLOSING.

    events: relation of events; the identity views must be on its connection."""
    closing = ", ".join(f"'{name}'" for name in CLOSING)
    return f"""
        SELECT coalesce(o.id, t.id) AS id, coalesce(o.account, t.told.account) AS account, o.offering,
               coalesce(o.opened, t.opened) AS opened, coalesce(o.closed, t.closed) AS closed
        FROM identity_opportunity o FULL JOIN (
            SELECT opportunity AS id, min({{'at': "at", 'account': account}}) FILTER (account IS NOT NULL) AS told,
                   min(epoch_us("at")) AS opened, min(epoch_us("at")) FILTER (name IN ({closing})) AS closed
            FROM {events} WHERE opportunity IS NOT NULL AND opportunity NOT IN (
                SELECT id FROM identity_opportunity
                WHERE account IS NOT NULL AND opened IS NOT NULL AND closed IS NOT NULL)
            GROUP BY 1
        ) t ON t.id = o.id"""
