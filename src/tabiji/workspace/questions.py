"""Every question that a map can be asked: one row each. The command line, the API and Python build their doors from it."""

from dataclasses import dataclass

from tabiji.workspace.ask import COMMON, EVERY_FLAG, FUNNEL, INSTANTS, WHOLE, Asked, read_flags
from tabiji.workspace.flags import Flag, one_of, switch, whole, words

COHORTS = tuple(flag for flag in COMMON if flag != "horizon_days")


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


ACCOUNTS = (
    words("stage", "Only those that stand in that stage.", "STAGE"),
    words("missing_role", "Only those in which that role should have shown up by now and has not.", "ROLE"),
    switch("stalled", "Only those that have been in their stage for longer than half of all journeys stay there."),
    one_of("outcome", "Only journeys that are open, won, lost or silent.", ("open", "won", "lost", "dormant")),
    words("search", "Only those whose name or id contains that.", "WORDS"),
    one_of(
        "sort", "Longest stay first (default), latest entry, latest touch, longest silence, largest amount, or by name.",
        ("stay", "entered", "touch", "silence", "amount", "name"), "stay",
    ),
    whole("page", "Which page of the list, from 1.", 1, 10_000_000, 1),
    whole("page_size", "How many on a page (default 50).", 1, 500, 50),
)  # fmt: skip

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
        Ask(
            "cohorts", "Journeys by the period in which they began, and the share that has reached a stage, by age",
            COHORTS, own=(
                words("stage", "The stage to reach (default: success).", "ID"),
                one_of("every", "Length of a period (default: month).", ("month", "quarter", "half", "year"), "month"),
                whole("age_days", "Step between two ages (default: 30).", 1, 3650, 30, "DAYS"),
                whole("year_from", "Month in which a year begins; 4 = Japanese fiscal years.", 1, 12, metavar="MONTH"),
            ),
        ),
        Ask(
            "accounts", "Who is where, since when, and who is missing: one page of the list",
            tuple(flag for flag in WHOLE if flag != "horizon_days"), ACCOUNTS,
        ),
        Ask("reach", "Which share of the journeys in a stage met each touchpoint there", WHOLE),
        Ask("emotion", "How people felt in each stage, role by role, and what negative touches go along with", WHOLE),
        Ask("kpis", "What the KPIs of the map come to, now and a period before", WHOLE),
    )
}  # fmt: skip
