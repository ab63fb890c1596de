"""Why a row cannot be used: reasons with the conditions under which they hold, and what a row of each table must have."""

from collections.abc import Callable
from dataclasses import dataclass

from tabiji.i18n import N_, text
from tabiji.ingest.mapping.model import SUBJECTS
from tabiji.lake import schema
from tabiji.lake.views import literal

NOT_NEGATIVE = {
    "account": ("employees", "annual_revenue"),
    "opportunity": ("amount",),
    "cost": ("amount",),
    "survey": ("score", "scale_max"),
}
REQUIRED_TIME = {"event": "at", "cost": "on"}
REQUIRED_VALUE = {"event": ("name",), "cost": ("amount",), "survey": ("kind", "score"), "membership": ("person",)}
ABOUT = {"event": SUBJECTS, "survey": ("account", "person"), "membership": ("account", "opportunity")}
REASONS = ("missing_key", "unreadable_time", "bad_value", "no_subject")  # of several the first is told


@dataclass(frozen=True, slots=True)
class _Fault:
    """A reason with the condition (SQL) under which it holds, and SQL that tells the value."""

    reason: str
    when: str
    detail: str


class Faults:
    """What may be wrong with a row of an entry. Conditions and values are SQL over its canonical values."""

    def __init__(self) -> None:
        self._found: list[_Fault] = []

    def wrong(self, reason: str, when: str, name: str, value: str) -> None:
        """A value that cannot be used."""
        self._found.append(_Fault(reason, when, f"{literal(name + ': ')} || left(coalesce({value}, ''), 200)"))

    def empty(self, reason: str, when: str, *names: str) -> None:
        """A value that is missing, or all of several of which one must be there."""
        message = N_("{names}: empty") if len(names) == 1 else N_("{names}: all empty")
        said = text(message, names=", ".join(names))
        self._found.append(_Fault(reason, when, literal(said)))

    def of_table(self, to: str, value: Callable[[str], str | None]) -> None:
        """What a row of a canonical table must have. value: SQL of a canonical column, None where the entry has none."""

        def given(name: str) -> str:
            return value(name) or "NULL"

        time = REQUIRED_TIME.get(to)
        if time is not None:
            self.empty("unreadable_time", f"{given(time)} IS NULL", time)
        for name in REQUIRED_VALUE.get(to, ()):
            self.empty("no_subject" if name == "person" else "bad_value", f"{given(name)} IS NULL", name)
        for name in NOT_NEGATIVE.get(to, ()):
            if value(name) is not None:
                self.wrong("bad_value", f"{given(name)} < 0", name, f"CAST({given(name)} AS VARCHAR)")
        if to == "survey":
            kinds = ", ".join(map(literal, schema.SURVEY_KINDS))
            self.wrong("bad_value", f"lower({given('kind')}) NOT IN ({kinds})", "kind", given("kind"))
            largest = largest_score(given("scale_max"), f"lower({given('kind')})")
            self.wrong("bad_value", f"{given('score')} > {largest}", "score", f"CAST({given('score')} AS VARCHAR)")
        if to in ABOUT:
            nobody = f"coalesce({', '.join(given(name) for name in ABOUT[to])}, NULL) IS NULL"
            self.empty("no_subject", nobody, *ABOUT[to])

    def sql(self) -> str:
        """`reason` and `detail` of a row, as columns; null where it can be used."""
        if not self._found:
            return "NULL AS reason, NULL AS detail"
        faults = sorted(self._found, key=lambda fault: REASONS.index(fault.reason))
        reason = "".join(f" WHEN {f.when} THEN {literal(f.reason)}" for f in faults)
        detail = "".join(f" WHEN {f.when} THEN {f.detail}" for f in faults)
        return f"CASE{reason} END AS reason, CASE{detail} END AS detail"


def largest_score(scale_max: str, kind: str) -> str:
    """SQL of the largest score that an answer may have: as its scale says; of NPS 10 where it says nothing. kind: in lower case."""
    return f"coalesce({scale_max}, CASE WHEN {kind} = 'nps' THEN 10 END)"
