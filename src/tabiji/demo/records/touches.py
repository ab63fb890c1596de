"""Touches with a planted effect, and the first appearance of each person, as events."""

import numpy as np
from numpy.typing import NDArray

from tabiji.demo.records.catalogue import CODE
from tabiji.demo.records.events import Events, whoever_is_there
from tabiji.demo.records.timeline import SLOT_ROLE, Timeline
from tabiji.demo.world.clock import DAY
from tabiji.demo.world.parameters import (
    CHAMPION,
    CONSIDER,
    CONTINUE,
    DECISION_MAKER,
    EXECUTIVE,
    INFLUENCER,
    INTEREST,
    ORDER,
    PURCHASING,
    SECURITY,
    USER,
    World,
)  # fmt: skip

# By what a person of a role is first seen in a stage. What would enter a later stage is not among them.
FIRST_SEEN: dict[int, dict[int, str]] = {
    INTEREST: {CHAMPION: "call_connected", INFLUENCER: "security_viewed", USER: "case_viewed"},
    CONSIDER: {
        CHAMPION: "meeting_held", INFLUENCER: "meeting_held", SECURITY: "security_review_done",
        DECISION_MAKER: "meeting_held", EXECUTIVE: "meeting_held", PURCHASING: "quote_requested", USER: "product_viewed",
    },
    ORDER: {USER: "help_viewed", DECISION_MAKER: "meeting_held"},
    CONTINUE: {EXECUTIVE: "qbr_held", PURCHASING: "call_connected"},
}  # fmt: skip
NOT_EVENTS = ("cross_sell_opened", "subscription_expanded")  # told by the opportunity, by the contract


def add_treatments(events: Events, timeline: Timeline, world: World, rng: np.random.Generator) -> None:
    """One event per treatment, received by whoever of its slots is there; mails are opened by some."""
    stays, came = timeline.stays, timeline.treatments
    stage_of = stays.stage[came.stay]
    for stage, stay in world.stays.items():
        for column, treatment in enumerate(stay.treatments):
            if treatment.kind in NOT_EVENTS:
                continue
            of = np.flatnonzero((stage_of == stage) & (came.which == column))
            account, at = stays.account[came.stay[of]], came.at[of]
            slot = whoever_is_there(timeline, account, at, treatment.slots, rng, fade=0.1)
            events.add(treatment.kind, account, at, slot=slot)
            if treatment.kind == "comparison_email":
                opened = np.flatnonzero(rng.random(len(of)) < 0.42)
                later = at[opened] + rng.integers(300, DAY // 2, len(opened))
                ends = stays.leaves[came.stay[of[opened]]]
                opened, later = opened[later < ends], later[later < ends]
                events.add("comparison_opened", account[opened], later, slot=slot[opened])


def add_first_appearances(events: Events, timeline: Timeline) -> None:
    """The event by which each person who joined is first seen."""
    stays, joins = timeline.stays, timeline.joins
    role = np.array(SLOT_ROLE, np.int8)[joins.which]
    stage = stays.stage[joins.stay]
    kinds = np.full((stage.max(initial=0) + 1, role.max(initial=0) + 1), -1, np.int16)
    for s, by_role in FIRST_SEEN.items():
        for r, key in by_role.items():
            if s < kinds.shape[0] and r < kinds.shape[1]:
                kinds[s, r] = CODE[key]
    kind: NDArray[np.int16] = kinds[stage, role]
    of = np.flatnonzero(kind >= 0)
    events.add(kind[of], stays.account[joins.stay[of]], joins.at[of], slot=joins.which[of])
