"""What the credit cost: spend of a channel (or campaign) over the credit that its touches of the same dates earned.

The dates are the first and the last day of spend inside the question. Touches outside them earn their credit, but not here.
Markov and rate-Shapley credit keys rather than touches: theirs is dated like the linear credit of the same key.
Spend that earned nothing is a row of its own. Not a causal return: see *Initiative effect*.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from tabiji.i18n import N_
from tabiji.index.layout import F8
from tabiji.metrics.credit.gathering.cells import ONE, Cells
from tabiji.metrics.credit.gathering.levels import Key
from tabiji.metrics.credit.gathering.shares import LINEAR, PASSED
from tabiji.metrics.credit.stability import draws

NO_SPEND = N_("no spend is recorded in these dates: import a cost table (day, channel, amount)")
MIXED_SPEND = N_("the spend is in several currencies")
SEGMENT_SPEND = N_("spend is not recorded by segment")
NO_CREDIT = N_("no credit")
NO_VALUES = N_("no conversion tells its value")
OTHER_CURRENCY = N_("the deals and the spend are in different currencies")
UNNAMED = "(unnamed)"


@dataclass(frozen=True, slots=True)
class Spend:
    """Spend inside a question: (channel, campaign, amount) each, None where it names none. since, until: instants of the first
    and the last day, both included, in seconds of the index."""

    rows: tuple[tuple[str | None, str | None, float], ...]
    currencies: tuple[str, ...]
    first_on: date
    last_on: date
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class CostPer:
    """Spend ÷ credit, with the interval of resampled accounts; None with a `reason`."""

    credit: float
    cost: float | None
    low: float | None = None
    high: float | None = None
    reason: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """{"credit", "cost", "low", "high"}; `reason` where there is no figure."""
        out: dict[str, Any] = {"credit": self.credit, "cost": self.cost, "low": self.low, "high": self.high}
        return out if self.reason is None else {**out, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class CostRow:
    """One channel or campaign. per: cost per entry of the goal, per opportunity, per win · value_credit: of wins · roi:
    value_credit ÷ spend − 1."""

    key: str
    spend: float
    per: Mapping[str, CostPer]
    value_credit: float | None
    roi: float | None
    roi_low: float | None = None
    roi_high: float | None = None
    reason: str | None = None  # why there is no ROI

    def to_dict(self) -> dict[str, Any]:
        """{"key", "spend", "per": {…}, "value_credit", "roi", "roi_low", "roi_high"}; `reason` where there is no ROI."""
        out: dict[str, Any] = {
            "key": self.key, "spend": self.spend, "per": {name: p.to_dict() for name, p in self.per.items()},
            "value_credit": self.value_credit, "roi": self.roi, "roi_low": self.roi_low, "roi_high": self.roi_high,
        }  # fmt: skip
        return out if self.reason is None else {**out, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Costs:
    """The cost join under one model. goals: what `per` counts → stage · without_credit: spend of keys that earned nothing under
    any goal, and which · unpaid: credit of the goal that went to keys without spend; reason: why there are no rows."""

    model: str
    level: str
    currency: str | None = None
    first_on: date | None = None
    last_on: date | None = None
    goals: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[CostRow, ...] = ()
    spend: float = 0.0
    without_credit: float = 0.0
    without_credit_keys: tuple[str, ...] = ()
    unpaid: float = 0.0
    reason: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; `reason` where there are no rows."""
        out: dict[str, Any] = {
            "model": self.model, "level": self.level, "currency": self.currency,
            "first_on": self.first_on.isoformat() if self.first_on else None,
            "last_on": self.last_on.isoformat() if self.last_on else None,
            "goals": dict(self.goals), "rows": [r.to_dict() for r in self.rows], "spend": self.spend,
            "without_credit": {"spend": self.without_credit, "keys": list(self.without_credit_keys)},
            "unpaid": self.unpaid,
        }  # fmt: skip
        return out if self.reason is None else {**out, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Earned:
    """Credit from touches of the dates, per key, toward one goal. conversions: of the goal · credit, worth: float64[K] · again,
    worth_again: float64[R, K], resampled (None where they were not) · valued: whether the worth can be told."""

    stage: str
    conversions: int
    credit: F8
    worth: F8
    again: F8 | None
    worth_again: F8 | None
    currency: str | None


def earned(
    stage: str, conversions: int, cells: Cells, model: str, undated: tuple[F8, F8, F8] | None, scale: float,
    currency: str | None, resampled: bool,
) -> Earned:  # fmt: skip
    """What the touches of the dates earned (cells of a pass over those dates).

    undated: of a model whose credit has no dates: its credit, its worth and the linear credit over all dates."""
    keys = cells.credit.shape[2] - 2
    m = LINEAR if undated is not None else PASSED.index(model)
    credit = cells.credit[:, m, :keys].astype(np.float64) / ONE
    worth = cells.worth[:, m, :keys].astype(np.float64) / scale
    if undated is not None:
        of_credit, of_worth, linear = undated
        part = np.divide(credit.sum(axis=0), linear, out=np.zeros(keys), where=linear > 0)
        return Earned(stage, conversions, of_credit * part, of_worth * part, None, None, currency)
    weight = draws(len(credit)) if resampled else None
    again, worth_again = (None, None) if weight is None else (weight @ credit, weight @ worth)
    return Earned(stage, conversions, credit.sum(axis=0), worth.sum(axis=0), again, worth_again, currency)


def costs_of(
    spend: Spend, goals: Mapping[str, Earned], keys: Sequence[Key], level: str, model: str, currency: str, min_n: int
) -> Costs:
    """The cost join. keys: those of the cells · level: of the question; touchpoints are joined by their channel."""
    by_campaign = level == "campaign"
    paid: dict[str, float] = {}
    for channel, campaign, amount in spend.rows:
        name = (campaign if by_campaign else channel) or UNNAMED
        paid[name] = paid.get(name, 0.0) + amount
    group = [k.id if by_campaign else k.channel for k in keys]
    places = {name: np.array([k for k, g in enumerate(group) if g == name], np.intp) for name in paid}
    rows, empty = [], []
    for name, amount in sorted(paid.items(), key=lambda item: (-item[1], item[0])):
        at = places[name]
        if not any(e.credit[at].sum() > 0 for e in goals.values()):
            empty.append(name)
            continue
        rows.append(_row(name, amount, at, goals, currency, min_n))
    unpaid = np.array([g not in paid for g in group], bool)
    return Costs(
        model=model,
        level="campaign" if by_campaign else "channel",
        currency=currency,
        first_on=spend.first_on,
        last_on=spend.last_on,
        goals={name: e.stage for name, e in goals.items()},
        rows=tuple(rows),
        spend=sum(paid.values()),
        without_credit=sum(paid[name] for name in empty),
        without_credit_keys=tuple(empty),
        unpaid=float(goals["entry"].credit[unpaid].sum()),
    )


def _row(
    name: str, spend: float, at: "np.ndarray[tuple[int, ...], np.dtype[np.intp]]", goals: Mapping[str, Earned],
    currency: str, min_n: int,
) -> CostRow:  # fmt: skip
    per = {goal: _per(spend, e, at, min_n) for goal, e in goals.items()}
    won = goals.get("won")
    if won is None or won.currency is None:
        return CostRow(name, spend, per, None, None, reason=NO_VALUES)
    value = float(won.worth[at].sum())
    if won.currency != currency:
        return CostRow(name, spend, per, value, None, reason=OTHER_CURRENCY)
    if won.conversions < max(min_n, 1):
        return CostRow(name, spend, per, value, None, reason=f"n<{max(min_n, 1)}")
    if spend <= 0:
        return CostRow(name, spend, per, value, None, reason=NO_SPEND)
    low, high = _interval(None if won.worth_again is None else won.worth_again[:, at].sum(axis=1) / spend - 1)
    return CostRow(name, spend, per, value, value / spend - 1, low, high)


def _per(spend: float, e: Earned, at: "np.ndarray[tuple[int, ...], np.dtype[np.intp]]", min_n: int) -> CostPer:
    credit = float(e.credit[at].sum())
    if e.conversions < max(min_n, 1):
        return CostPer(credit, None, reason=f"n<{max(min_n, 1)}")
    if credit <= 0:
        return CostPer(credit, None, reason=NO_CREDIT)
    low, high = _interval(None if e.again is None else e.again[:, at].sum(axis=1))
    return CostPer(credit, spend / credit, spend / high if high else None, spend / low if low else None)


def _interval(again: F8 | None) -> tuple[float | None, float | None]:
    if again is None:
        return None, None
    low, high = np.quantile(again, [0.025, 0.975], method="inverted_cdf")
    return float(low), float(high)
