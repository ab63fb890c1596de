"""The lake as it was at an earlier head, whole or in part: which of the rows that came since are left out.

What came since a head falls into kinds of change, so that a question can be asked again with some of them and without the
others. Rows keep the number of the head that committed them (`batch`), so this needs no old files.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from tabiji.lake.schema import TABLES
from tabiji.lake.views import literal

LATE = "late"  # events, survey answers and costs that were not known before
CORRECTED = "corrected"  # other content of those that were, or their withdrawal
MOVED = "moved"  # whatever now belongs to another account
RECORDS = "records"  # accounts, persons, memberships and opportunities: new, or with other content
CHANGES = (LATE, CORRECTED, MOVED, RECORDS)
FACTS = ("event", "survey", "cost")


def changes_since(table: str, rows: str, number: int) -> str:
    """A query for (origin, id, change): every record of a table of which a version came after head `number`.

    rows: a query for all versions."""
    late, other = (LATE, CORRECTED) if table in FACTS else (RECORDS, RECORDS)
    moved = "false"
    if "account" in TABLES[table]:
        happened = '"at" IS NOT NULL' if table == "event" else "true"
        last = "arg_max({{'of': account, 'is': {is_}}}, version){only}"
        was = last.format(is_="true", only=f" FILTER (batch <= {number})")
        now = last.format(is_=happened, only="")
        moved = f"({now})['is'] AND ({was})['of'] IS DISTINCT FROM ({now})['of']"
    return f"""
        SELECT origin, id, CASE WHEN min(batch) > {number} THEN {literal(late)} WHEN {moved} THEN {literal(MOVED)}
            ELSE {literal(other)} END AS change
        FROM ({rows}) WHERE (origin, id) IN (SELECT (origin, id) FROM ({rows}) WHERE batch > {number}) GROUP BY ALL
    """


@dataclass(frozen=True, slots=True)
class Past:
    """The lake at head `number`, but for the changes since then that are not `hidden`."""

    number: int
    hidden: frozenset[str] = frozenset(CHANGES)

    @classmethod
    def without(cls, number: int, hidden: Iterable[str]) -> "Past":
        """Today's lake without some kinds of change since head `number`."""
        return cls(number, frozenset(hidden))

    @property
    def is_whole(self) -> bool:
        """Whether nothing of what came since is shown."""
        return self.hidden == frozenset(CHANGES)

    def restrict(self, table: str, rows: str) -> str:
        """A query for all versions of a table, without what is hidden."""
        if self.is_whole:
            return f"SELECT * FROM ({rows}) WHERE batch <= {self.number}"
        if not self.hidden:
            return rows
        listed = ", ".join(literal(change) for change in sorted(self.hidden))
        hidden = f"SELECT (origin, id) FROM ({changes_since(table, rows, self.number)}) WHERE change IN ({listed})"
        return f"SELECT * FROM ({rows}) WHERE batch <= {self.number} OR (origin, id) NOT IN ({hidden})"
