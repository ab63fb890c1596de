"""Whether leaving out what came later than an instant takes more than leaving out events."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tabiji.lake import Lake

WHO = ("person", "membership")  # tables that tell whose a person is, and in which role


def told_later(lake: "Lake", known_as_of: datetime) -> bool:
    """Whether who somebody is was received after `known_as_of`, and events before it."""
    written = [lake.head().of(table).updated_at for table in WHO]
    if all(at is None or at <= known_as_of for at in written):
        return False
    received = " UNION ALL ".join(f"SELECT received_at FROM {table}" for table in WHO)
    with lake.connect() as con:
        latest, first = con.execute(
            f"SELECT (SELECT max(received_at) FROM ({received})), (SELECT min(received_at) FROM event)"
        ).fetchone() or (None, None)
    then = known_as_of.astimezone(UTC).replace(tzinfo=None)
    # Before the first event was received nothing is known, whoever anybody is.
    return latest is not None and first is not None and first <= then < latest
