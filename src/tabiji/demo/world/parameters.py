"""The planted truth: every rate and effect by which the simulated customers move.

A stay in a stage has a hazard per week, h(d) = (floor + A/τ · e^(−d/τ)) · Π hazard ratios: most who move on do so
early, the others stall. Hazard ratios are of touches received and of roles present, of firm size (per standard deviation
of log employees), of the lead source and of the calendar. Whatever has the ratio 1 has no effect.
"""

from dataclasses import dataclass, field

UNKNOWN, AWARE, INTEREST, CONSIDER, ORDER, CONTINUE = range(6)
STAGES = ("unknown", "aware", "interest", "consider", "order", "continue")

CHAMPION, INFLUENCER, SECURITY, DECISION_MAKER, EXECUTIVE, PURCHASING, USER = range(7)
ROLES = ("champion", "influencer", "it_security", "decision_maker", "executive", "purchasing", "user")

LIST, INBOUND, EXHIBITION, REFERRAL = range(4)
SOURCES = ("target_list", "inbound", "exhibition", "referral")

OFFERINGS = ("経費精算クラウド", "請求書クラウド")


@dataclass(frozen=True, slots=True)
class Arrival:
    """When something first comes during a stay: cumulative hazard A·e^(size·z)·(1 − e^(−d/τ)) after d weeks."""

    total: float  # A; the share it ever reaches in an endless stay is 1 − e^−A
    weeks: float  # τ
    size: float = 0.0  # log ratio per standard deviation of log employees


@dataclass(frozen=True, slots=True)
class Treatment:
    """A touch with a planted effect on leaving the stage forwards."""

    kind: str  # event of the catalogue
    arrival: Arrival
    hazard_ratio: float
    slots: tuple[int, ...] = (CHAMPION, INFLUENCER, USER)  # who receives it, first one present


@dataclass(frozen=True, slots=True)
class Stay:
    """How a stage is left, and what arrives in it."""

    advance: Arrival  # `total` and `weeks` of the baseline; `size` its log ratio
    floor: float = 0.0  # baseline that never fades, per week
    lost: Arrival = Arrival(0, 1)
    lost_floor: float = 0.0
    silent: float = 0.0  # per week: falls silent, no event any more
    treatments: tuple[Treatment, ...] = ()
    roles: dict[int, Arrival] = field(default_factory=dict)  # who joins in this stage
    role_ratio: dict[int, float] = field(default_factory=dict)  # hazard ratio of presence on advancing
    lost_ratio: dict[int, float] = field(default_factory=dict)  # hazard ratio of presence on being lost
    source_ratio: tuple[float, float, float, float] = (1, 1, 1, 1)  # by SOURCES
    fiscal_lift: float = 1.0  # in March
    growth: float = 0.0  # of the hazard, per year


STAYS: dict[int, Stay] = {
    UNKNOWN: Stay(
        Arrival(0.60, 8), floor=0.0040, silent=0.005, growth=0.10,
        treatments=(
            Treatment("ad_viewed", Arrival(0.16, 3), 1.3, ()),
            Treatment("direct_mail_sent", Arrival(0.20, 5), 1.0, ()),
        ),
    ),
    AWARE: Stay(
        Arrival(0.98, 6), floor=0.008, silent=0.012, source_ratio=(1, 1.3, 1.1, 1.4),
        treatments=(
            Treatment("webinar_attended", Arrival(0.30, 2), 1.7),
            Treatment("ad_clicked", Arrival(0.30, 2.5), 1.2, ()),
            Treatment("social_engaged", Arrival(0.12, 4), 1.0, ()),
        ),
    ),
    INTEREST: Stay(
        Arrival(0.95, 13, 0.05), floor=0.006, lost=Arrival(0.05, 10), silent=0.008, source_ratio=(1, 1.2, 1.0, 1.3),
        treatments=(
            Treatment("case_viewed", Arrival(0.45, 2), 1.6),
            Treatment("white_paper_downloaded", Arrival(0.55, 2), 1.25),
            Treatment("video_watched", Arrival(0.25, 3), 1.1),
        ),
        roles={CHAMPION: Arrival(0.30, 6), INFLUENCER: Arrival(0.05, 10), USER: Arrival(0.10, 10)},
        role_ratio={CHAMPION: 1.3},
    ),
    CONSIDER: Stay(
        Arrival(0.064, 16, 0.45), floor=0.0002, lost=Arrival(0.42, 18), lost_floor=0.002, silent=0.004,
        source_ratio=(1, 1.1, 1.0, 1.3), fiscal_lift=1.5,
        treatments=(
            Treatment("demo_given", Arrival(1.35, 2.5), 1.6),
            Treatment("roi_calculated", Arrival(0.19, 3.5), 2.2),
            Treatment("comparison_email", Arrival(1.10, 2.5), 1.0),
            Treatment("executive_briefing_attended", Arrival(0.13, 3, 0.9), 1.0, (EXECUTIVE, DECISION_MAKER, CHAMPION)),
            Treatment("ringi_pack_sent", Arrival(0.30, 5), 1.4),
        ),
        roles={
            DECISION_MAKER: Arrival(0.66, 5, 0.1), CHAMPION: Arrival(0.75, 4), INFLUENCER: Arrival(0.28, 5, 0.1),
            SECURITY: Arrival(0.20, 8, 0.4), EXECUTIVE: Arrival(0.08, 10, 0.3), PURCHASING: Arrival(0.25, 10, 0.2),
            USER: Arrival(0.35, 8),
        },
        role_ratio={DECISION_MAKER: 5.0, CHAMPION: 1.5, INFLUENCER: 1.2},
        lost_ratio={DECISION_MAKER: 0.6},
    ),
    ORDER: Stay(
        Arrival(1.45, 7), floor=0.008, lost=Arrival(0.05, 12),
        treatments=(
            Treatment("training_attended", Arrival(0.95, 2), 1.7, (USER, CHAMPION, INFLUENCER)),
            Treatment("kickoff_held", Arrival(2.2, 1.5), 1.0, (CHAMPION, INFLUENCER, USER)),
        ),
        roles={USER: Arrival(2.0, 3), DECISION_MAKER: Arrival(0.3, 6)},
    ),
    CONTINUE: Stay(
        Arrival(0, 1),
        treatments=(
            Treatment("qbr_held", Arrival(0.75, 12), 1.0, (DECISION_MAKER, CHAMPION)),
            Treatment("reference_given", Arrival(0.22, 40), 1.0, (CHAMPION,)),
            Treatment("cross_sell_opened", Arrival(0.45, 30, 0.2), 1.0, (CHAMPION,)),
            Treatment("subscription_expanded", Arrival(0.35, 35, 0.2), 1.0, ()),
        ),
        roles={EXECUTIVE: Arrival(0.1, 30), PURCHASING: Arrival(0.1, 30)},
    ),
}  # fmt: skip

# What each initiative of the map really does; `works` has an effect, `confounded` only looks as if it had one.
INITIATIVES: dict[str, str] = {
    "roi_calculated": "works",
    "executive_briefing_attended": "confounded",
    "comparison_email": "none",
}


@dataclass(frozen=True, slots=True)
class World:
    """Everything that is not the stays."""

    stays: dict[int, Stay] = field(default_factory=lambda: STAYS)
    source_share: tuple[float, ...] = (0.80, 0.09, 0.07, 0.04)
    listed_at_start: float = 0.62  # share of the target list that is there on the first day
    list_until: float = 0.7  # the rest joins evenly over this share of the period
    employees_median: float = 240.0
    employees_sigma: float = 1.15  # of log employees
    revival: float = 0.006  # per week, of lost and silent accounts
    revival_after_weeks: tuple[int, int] = (8, 28)  # not before, after lost / after falling silent
    champion_leaves: float = 0.05  # at each transfer date (1 April, 1 October)
    half_year_terms: float = 0.4  # share of contracts that renew every 26 weeks, the others every 52
    churn: float = 0.16  # cumulative hazard at a renewal
    churn_negative: float = 2.2  # hazard ratio of a negative support ticket in the term
    churn_qbr: float = 0.55  # hazard ratio of a quarterly review in the term
    churn_unused: float = 3.0  # hazard ratio while the product is not yet in use
    churn_size: float = -0.2  # log ratio per standard deviation of log employees
    negative_ticket: float = 0.35  # share of terms with a negative ticket
    cross_sell_won: float = 0.45
    cross_sell_lost: float = 0.25


WORLD = World()

# Planned share that goes on within the horizon, as the demo's map writes it.
TARGETS: dict[str, float] = {"unknown": 0.55, "aware": 0.70, "interest": 0.72, "consider": 0.35, "order": 0.90}
