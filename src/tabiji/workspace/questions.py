"""Every question that a map can be asked: one row each. The command line, the API and Python build their doors from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tabiji.i18n import N_
from tabiji.result import Notice
from tabiji.workspace.ask import COMMON, EVERY_FLAG, FUNNEL, Asked, read_flags
from tabiji.workspace.flags import Flag, days, one_of, switch, whole, words


@dataclass(frozen=True, slots=True)
class Ask:
    """A question. name: of the method of `MeasuredMap`, and its path in the API · idle: flag → why it changes nothing, of the common
    flags that have no meaning here: they are taken all the same, and a notice says so."""

    name: str
    summary: str  # one English line for the API's description
    shared: tuple[str, ...] = COMMON  # flags that other questions have too
    own: tuple[Flag, ...] = ()
    verb: str = ""  # on the command line, where it differs from the name
    idle: Mapping[str, str] = field(default_factory=dict)
    subject: str = ""  # a parameter of the method beside the flags: whom it asks about

    @property
    def flags(self) -> tuple[Flag, ...]:
        """All its flags."""
        return (*(EVERY_FLAG[name] for name in self.shared), *self.own)

    def read(self, given: dict[str, object]) -> Asked:
        """Read the flags that were given. Raises FlagError."""
        asked = read_flags(given, self.shared, self.own)
        given_idle = [flag for flag in self.shared if flag in self.idle and flag in asked.flags]
        said = (Notice("flag_without_effect", self.idle[f], {"flag": EVERY_FLAG[f].option}) for f in given_idle)
        return replace(asked, notices=tuple(said))


ACCOUNTS = (
    words("stage", "Only those that stand in that stage.", "STAGE"),
    words("missing_role", "Only those in which that role should have shown up by now and has not.", "ROLE"),
    switch("stalled", "Only those that have been in their stage for longer than half of all journeys stay there."),
    one_of("outcome", "Only journeys that are open, won, lost or silent.", ("open", "won", "lost", "dormant")),
    words("search", "Only those whose name or id contains that.", "WORDS"),
    one_of(
        "sort", "Longest stay first (default), due for a look, latest entry, latest touch, longest silence, best outlook, largest amount, or by name.",
        ("stay", "due", "entered", "touch", "silence", "outlook", "amount", "name"), "stay",
    ),
    words("group", "Only those with that value of --by.", "VALUE"),
    whole("page", "Which page of the list, from 1.", 1, 10_000_000, 1),
    whole("page_size", "How many on a page (default 50).", 1, 500, 50),
)  # fmt: skip

LANDMARK = whole(
    "landmark_days", "Compare journeys on this day after they entered a stage (default: 30).", 0, 3650, 30, "DAYS"
)

CREDIT = (
    words("goal", "The stage whose entries are credited (default: success, else the last of the main line).", "STAGE"),
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
DEAR = (
    whole(
        "churn_days",
        "Health is compared with who left in so many days after (default: the horizon if given, else 90).",
        7,
        730,
        metavar="DAYS",
    ),
    words("usage", "Channels of the events that tell of use (globs, commas between; default: product).", "CHANNELS"),
    words("outcomes", "Names of the events that confirm an outcome (globs, commas between).", "EVENTS"),
    *MOVEMENTS,
)

PATHS = (
    one_of("level", "What the steps are: stages (default), or touches of touchpoints.", ("stage", "touch"), "stage"),
    switch("once", "Only the first time that a journey comes to a stage or touchpoint is a step."),
    switch("collapse", "At touch level, take touches of one touchpoint in a row as one."),
    whole("max_variants", "How many whole paths are listed; the rest is summed (default: 20).", 1, 1000, 20),
    whole("top", "How many pairs and ways back are listed (default: all pairs, 100 ways back).", 1, 100_000),
)


def _no_horizon(why: str) -> dict[str, str]:
    return {"horizon_days": why}


ABOUT_ONE = dict.fromkeys(
    ("from", "to", "segment", "by"), N_("{flag} changes nothing: the question is about one account (opportunity, person), all of it.")
)  # fmt: skip

QUESTIONS = {
    ask.name: ask
    for ask in (
        Ask("funnel", "How many reach each stage, and which share goes on", FUNNEL),
        Ask(
            "dwell", "How long journeys stay in each stage",
            idle=_no_horizon(N_("{flag} does not change stays: each is followed until it ends, however long that takes.")),
        ),
        Ask(
            "velocity", "What the open opportunities are expected to bring in per day",
            idle=_no_horizon(N_("{flag} does not change the velocity: a deal counts whenever it closes.")),
        ),
        Ask(
            "bottleneck", "What each transition costs a year, and what separates those who went on",
            own=(
                words("stage", "Whose factors are told (default: those of the bottleneck).", "STAGE"),
                switch("no_factors", "Leave out what separates those who went on."),
            ),
        ),
        Ask(
            "why", "Why one account stands where it does: stage intervals with their receipts, and near misses",
            subject="account", idle=ABOUT_ONE | dict.fromkeys(("horizon_days", "min_n"), ABOUT_ONE["by"]),
        ),
        Ask(
            "cohorts", "Journeys by the period in which they began, and the share that has reached a stage, by age",
            own=(
                words("stage", "The stage to reach (default: success, else the last of the main line).", "ID"),
                one_of("every", "Length of a period (default: month).", ("month", "quarter", "half", "year"), "month"),
                whole("age_days", "Step between two ages (default: 30).", 1, 3650, 30, "DAYS"),
                whole("year_from", "Month in which a year begins; 4 = Japanese fiscal years.", 1, 12, metavar="MONTH"),
            ),
        ),
        Ask(
            "timeline", "The people of one account and their touches beside its stages, its outlook, and who is missing",
            subject="account", idle=ABOUT_ONE,
        ),
        Ask(
            "accounts", "Who is where, since when, with what outlook, and who is missing: one page of the list",
            own=ACCOUNTS,
        ),
        Ask(
            "credit", "Which touches deserve how much of the conversions, under every model", own=CREDIT,
            idle=_no_horizon(
                N_("{flag} does not change credit: a conversion counts whenever it comes. How far back touches count is set by --lookback-days.")
            ),
        ),
        Ask(
            "group", "Which roles of the buying group take part, when, how completely, and what difference it goes with",
            own=(
                words("from_role", "Time how long it takes from this role (default: champion) …", "ROLE"),
                words("to_role", "… to this one (default: decision_maker).", "ROLE"),
                LANDMARK,
                days("within_days", "How soon one role follows another to count as influence (default: 30).", 30.0),
                words("members_of", "Tell where each member of that account's group stands.", "ACCOUNT"),
            ),
        ),
        Ask(
            "conformance", "How well journeys fit the plan, and where they leave it, with what goes with that",
            verb="conform", own=(LANDMARK,),
        ),
        Ask(
            "paths", "What follows what and after how long, which paths occur, and what is come back to", own=PATHS,
            idle=_no_horizon(N_("{flag} does not change paths: a step counts whenever it comes.")),
        ),
        Ask(
            "reach", "Which share of the journeys in a stage met each touchpoint there",
            idle=_no_horizon(N_("{flag} does not change what is met: touches count during the whole stay.")),
        ),
        Ask("emotion", "How people felt in each stage, role by role, and what negative touches go along with"),
        Ask(
            "voice", "What customers say: NPS, CSAT and CES with intervals, and comments",
            idle=_no_horizon(N_("{flag} does not change the scores: an answer counts on the day on which it is given.")),
        ),
        Ask("retention", "Who stays a customer and how much of their value, under each definition in use", own=RETENTION),
        Ask("health", "How well customers use what they bought, and whether that foretold who left", own=DEAR),
        Ask("kpis", "What the KPIs of the map come to, now and a period before"),
    )
}  # fmt: skip
