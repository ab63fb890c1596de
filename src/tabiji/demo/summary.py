"""From what was simulated to the facts of the truth: journeys per stage, value at stake, expected answers."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tabiji.demo.counterfactual import Contrasts
from tabiji.demo.export.tables import Tables
from tabiji.demo.records.opportunities import WON
from tabiji.demo.records.timeline import LATER
from tabiji.demo.records.voices import EFFORT, EFFORT_SPREAD, FELT, NPS_MEAN, NPS_SPREAD, SPREAD, expected_score
from tabiji.demo.world.clock import DAY, EPOCH, Clock
from tabiji.demo.world.parameters import AWARE, CONTINUE, ORDER, ROLES, SOURCES, STAGES, TARGETS, UNKNOWN, World


@dataclass(slots=True)
class Tally:
    """Counts over all blocks."""

    clock: Clock
    reached: NDArray[np.int64] = field(default_factory=lambda: np.zeros(len(STAGES), np.int64))
    reached_lately: NDArray[np.int64] = field(default_factory=lambda: np.zeros(len(STAGES), np.int64))
    events: int = 0
    won_amount: float = 0.0
    won: int = 0
    duplicates: int = 0

    def add(self, t: Tables) -> None:
        """Count a block."""
        first = _first_reached(t)
        year_ago = (self.clock.end_on - timedelta(days=365) - EPOCH).days * DAY + DAY
        self.reached += (first < LATER).sum(axis=0)
        self.reached_lately += ((first < LATER) & (first >= year_ago)).sum(axis=0)
        status = t.deal["status"]
        self.events += len(t.event["at"]) + len(status) + int((status > 0).sum())
        of = (status == WON) & (t.deal["offering"] == 0)
        self.won += int(of.sum())
        self.won_amount += float((t.deal["monthly"][of] * 12).sum())
        self.duplicates += sum(name is not None for name in t.account["twin"].tolist())


def facts(world: World, tally: Tally, planted: Contrasts) -> dict[str, Any]:
    """The fields of `Truth` that follow from the parameters, the tally and the counterfactuals."""
    stays = range(UNKNOWN, ORDER + 1)
    return {
        "events": tally.events,
        "entered": {stage: int(n) for stage, n in zip(STAGES, tally.reached, strict=True)},
        "effects": {STAGES[s]: {t.kind: t.hazard_ratio for t in world.stays[s].treatments} for s in stays},
        "role_effects": {STAGES[s]: {ROLES[r]: ratio for r, ratio in world.stays[s].role_ratio.items()} for s in stays},
        "size_effects": {STAGES[s]: float(np.exp(world.stays[s].advance.size)) for s in stays},
        "loss_effects": {STAGES[s]: {ROLES[r]: ratio for r, ratio in world.stays[s].lost_ratio.items()} for s in stays},
        "source_effects": {STAGES[s]: dict(zip(SOURCES, world.stays[s].source_ratio, strict=True)) for s in stays},
        "march_effects": {STAGES[s]: world.stays[s].fiscal_lift for s in stays},
        "renewal_effects": {
            "hazard": world.churn,
            "negative_ticket": world.churn_negative,
            "quarterly_review": world.churn_qbr,
            "not_in_use": world.churn_unused,
            "size": float(np.exp(world.churn_size)),
        },
        "advance": planted.advance,
        "advance_reached": planted.advance_reached,
        "interventions": planted.interventions,
        "role_contrast": planted.roles,
        "bottleneck": _bottleneck(tally, planted),
        "emotion": {
            STAGES[s]: {ROLES[r]: expected_score(3 + felt, SPREAD, 1, 5) for r, felt in FELT[s].items()}
            for s in range(AWARE, CONTINUE + 1)
        },
        "survey": {
            "nps": _expected_nps(),
            **{f"ces_{ROLES[r]}": expected_score(mean, EFFORT_SPREAD, 1, 7) for r, mean in EFFORT.items()},
        },
        "duplicates": tally.duplicates,
    }


def _first_reached(t: Tables) -> NDArray[np.int64]:
    """(journeys, stages): when each account and attempt first entered a stage or a later one, LATER if never."""
    key = t.stay["number"].astype(np.int64) * 16 + t.stay["attempt"]
    journey, row = np.unique(key, return_inverse=True)
    first = np.full((len(journey), len(STAGES)), LATER, np.int64)
    for stage in range(len(STAGES)):
        of = t.stay["stage"] >= stage
        np.minimum.at(first[:, stage], row[of], t.stay["enters"][of])
    return first


def _bottleneck(tally: Tally, planted: Contrasts) -> dict[str, Any]:
    """Value at stake a year: entries × (target − share) × share of every later transition × mean value of won deals. Entries and
    shares are those of journeys that reached a stage, skipping it included, as in the definition of the metric."""
    value = tally.won_amount / tally.won if tally.won else 0.0
    at_stake = {}
    share = {stage: known for stage, known in planted.advance_reached.items() if known is not None}
    for s in range(UNKNOWN, ORDER):
        onward = float(np.prod([share.get(STAGES[j], 0.0) for j in range(s + 1, ORDER)]))
        gap = max(0.0, TARGETS[STAGES[s]] - share.get(STAGES[s], 1.0))
        at_stake[STAGES[s]] = float(tally.reached_lately[s]) * gap * onward * value
    worst = max(at_stake, key=lambda stage: at_stake[stage]) if any(at_stake.values()) else None
    return {
        "stage": worst,
        "lacks": "decision_maker",
        "at_stake": at_stake,
        "mean_won_amount": value,
        "targets": dict(TARGETS),
    }


def _expected_nps() -> float:
    promoters = expected_share_at_least(9)
    detractors = 1 - expected_share_at_least(7)
    return 100 * (promoters - detractors)


def expected_share_at_least(score: int) -> float:
    """Share of customers whose answer to the recommendation question is `score` or more."""
    from math import erf, sqrt

    return 0.5 * (1 - erf((score - 0.5 - NPS_MEAN) / (NPS_SPREAD * sqrt(2))))
