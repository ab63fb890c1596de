"""Every question that a map can be asked: one row each. The command line, the API and Python build their doors from it."""

from dataclasses import dataclass

from tabiji.workspace.ask import COMMON, EVERY_FLAG, FUNNEL, INSTANTS, WHOLE, Asked, read_flags
from tabiji.workspace.flags import Flag, days, one_of, switch, whole, words


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
        "sort", "Longest stay first (default), latest entry, latest touch, longest silence, best outlook, largest amount, or by name.",
        ("stay", "entered", "touch", "silence", "outlook", "amount", "name"), "stay",
    ),
    whole("page", "Which page of the list, from 1.", 1, 10_000_000, 1),
    whole("page_size", "How many on a page (default 50).", 1, 500, 50),
)  # fmt: skip

LANDMARK = whole(
    "landmark_days", "Compare journeys on this day after they entered a stage (default: 30).", 0, 3650, 30, "DAYS"
)

CREDIT = (
    words("goal", "The stage whose entries are credited (default: success).", "STAGE"),
    one_of("model", "One model, or all (default).", (
        "all", "first", "last", "last_non_direct", "linear", "time_decay", "position", "u", "w", "full_path", "markov",
        "shapley",
    ), "all"),
    whole("order", "Order of the Markov chain, 1 to 4 (default 1).", 1, 4, 1),
    days("lookback_days", "How long before a conversion a touch may lie (default 365).", 365.0),
    one_of("level", "Whom to credit (default: touchpoint).", ("touchpoint", "channel", "campaign"), "touchpoint"),
    days("half_life_days", "Half-life of the time-decay model (default 30).", 30.0),
    one_of("value_function", "Of the Shapley value (default: sum).", ("sum", "rate"), "sum"),
    switch("open_as_null", "Take journeys that are still open for ended without a conversion."),
    one_of("repeats", "Repeated touches in the Markov chain (default: keep).", ("keep", "collapse"), "keep"),
)  # fmt: skip

MOVEMENTS = (
    words("starts", "Names of events that start a subscription (globs, commas between).", "EVENTS"),
    words("renewals", "Names of events that renew one.", "EVENTS"),
    words("expansions", "Names of events that add to its value.", "EVENTS"),
    words("contractions", "Names of events that take off its value.", "EVENTS"),
    words("ends", "Names of events that end one.", "EVENTS"),
)
RETENTION = (
    whole("period_days", "Length of the period that ends at as-of (default 365).", 7, 3650, 365, "DAYS"), *MOVEMENTS,
)  # fmt: skip
NO_HORIZON = tuple(flag for flag in COMMON if flag != "horizon_days")
HEALTH = ("as_of", "known_as_of", "segment", "by", "min_n")
DEAR = (
    whole("churn_days", "Health is compared with who left in so many days after (default 90).", 7, 730, 90, "DAYS"),
    words("usage", "Channels of the events that tell of use (globs, commas between; default: product).", "CHANNELS"),
    words("outcomes", "Names of the events that confirm an outcome (globs, commas between).", "EVENTS"),
    *MOVEMENTS,
)
VOICE = tuple(flag for flag in WHOLE if flag != "horizon_days")

PATHS = (
    one_of("level", "What the steps are: stages (default), or touches of touchpoints.", ("stage", "touch"), "stage"),
    switch("once", "Only the first time that a journey comes to a stage or touchpoint is a step."),
    switch("collapse", "At touch level, take touches of one touchpoint in a row as one."),
    whole("max_variants", "How many whole paths are listed; the rest is summed (default: 20).", 1, 1000, 20),
    whole("top", "How many pairs and ways back are listed (default: all pairs, 100 ways back).", 1, 100_000),
)

QUESTIONS = {
    ask.name: ask
    for ask in (
        Ask("funnel", "How many reach each stage, and which share goes on", FUNNEL),
        Ask("dwell", "How long journeys stay in each stage"),
        Ask("velocity", "What the open opportunities are expected to bring in per day"),
        Ask(
            "bottleneck", "What each transition costs a year, and what separates those who went on",
            own=(
                words("stage", "Whose factors are told (default: those of the bottleneck).", "STAGE"),
                switch("no_factors", "Leave out what separates those who went on."),
            ),
        ),
        Ask(
            "why", "Why one account stands where it does: stage intervals with their receipts, and near misses",
            INSTANTS, subject="account",
        ),
        Ask(
            "cohorts", "Journeys by the period in which they began, and the share that has reached a stage, by age",
            own=(
                words("stage", "The stage to reach (default: success).", "ID"),
                one_of("every", "Length of a period (default: month).", ("month", "quarter", "half", "year"), "month"),
                whole("age_days", "Step between two ages (default: 30).", 1, 3650, 30, "DAYS"),
                whole("year_from", "Month in which a year begins; 4 = Japanese fiscal years.", 1, 12, metavar="MONTH"),
            ),
        ),
        Ask(
            "timeline", "The people of one account and their touches beside its stages, its outlook, and who is missing",
            (*INSTANTS, "horizon_days", "min_n"), subject="account",
        ),
        Ask(
            "accounts", "Who is where, since when, with what outlook, and who is missing: one page of the list",
            WHOLE, ACCOUNTS,
        ),
        Ask("credit", "Which touches deserve how much of the conversions, under every model", own=CREDIT),
        Ask(
            "group", "Which roles of the buying group take part, when, how completely, and what difference it goes with",
            own=(
                words("from_role", "Time how long it takes from this role (default: champion) …", "ROLE"),
                words("to_role", "… to this one (default: decision_maker).", "ROLE"),
                whole(
                    "landmark_days", "Compare journeys on this day after they entered a stage (default: 30).", 0, 3650, 30, "DAYS"
                ),
                days("within_days", "How soon one role follows another to count as influence (default: 30).", 30.0),
                words("members_of", "Tell where each member of that account's group stands.", "ACCOUNT"),
            ),
        ),
        Ask(
            "conformance", "How well journeys fit the plan, and where they leave it, with what goes with that",
            verb="conform", own=(LANDMARK,),
        ),
        Ask("paths", "What follows what and after how long, which paths occur, and what is come back to", own=PATHS),
        Ask("reach", "Which share of the journeys in a stage met each touchpoint there", WHOLE),
        Ask("emotion", "How people felt in each stage, role by role, and what negative touches go along with", WHOLE),
        Ask("voice", "What customers say: NPS, CSAT and CES with intervals, and comments", VOICE),
        Ask("retention", "Who stays a customer and how much of their value, under each definition in use", NO_HORIZON, RETENTION),
        Ask("health", "How well customers use what they bought, and whether that foretold who left", HEALTH, DEAR),
        Ask("kpis", "What the KPIs of the map come to, now and a period before", WHOLE),
    )
}  # fmt: skip
