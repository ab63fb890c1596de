"""Every question that a map can be asked: one row each. The command line, the API and Python build their doors from it."""

from dataclasses import dataclass

from tabiji.workspace.ask import COMMON, EVERY_FLAG, FUNNEL, INSTANTS, WHOLE, Asked, read_flags
from tabiji.workspace.flags import Flag


@dataclass(frozen=True, slots=True)
class Ask:
    """A question. name: of the method of `MeasuredMap`, and its path in the API."""

    name: str
    summary: str  # one English line for the API's description
    shared: tuple[str, ...] = COMMON  # flags that other questions have too
    own: tuple[Flag, ...] = ()
    verb: str = ""  # on the command line, where it differs from the name
    subject: str = ""  # a parameter of the method beside the flags: whom it asks about

    @property
    def flags(self) -> tuple[Flag, ...]:
        """All its flags."""
        return (*(EVERY_FLAG[name] for name in self.shared), *self.own)

    def read(self, given: dict[str, object]) -> Asked:
        """Read the flags that were given. Raises FlagError."""
        return read_flags(given, self.shared, self.own)


QUESTIONS = {
    ask.name: ask
    for ask in (
        Ask("funnel", "How many reach each stage, and which share goes on", FUNNEL),
        Ask("dwell", "How long journeys stay in each stage"),
        Ask("velocity", "What the open opportunities are expected to bring in per day"),
        Ask(
            "why", "Why one account stands where it does: stage intervals with their receipts, and near misses",
            INSTANTS, subject="account",
        ),
        Ask("reach", "Which share of the journeys in a stage met each touchpoint there", WHOLE),
        Ask("emotion", "How people felt in each stage, role by role, from survey answers", WHOLE),
        Ask("kpis", "What the KPIs of the map come to, now and a period before", WHOLE),
    )
}  # fmt: skip
