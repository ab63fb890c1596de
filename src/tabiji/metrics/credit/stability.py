"""Does the ranking hold? The same models over resampled accounts.

Accounts (units of the map) that converted or ended are drawn anew, with replacement; where there are many they were first put in
random groups of equal size, and groups are drawn. Of each resample: every key's share of the credit, whether the first
three keys are the same in the same order, and Kendall's τ-b between its ranking and that of all accounts (Kendall 1945).
Intervals are percentiles of the shares (Davison & Hinkley, *Bootstrap Methods*, 1997, §5.3).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from tabiji.i18n import N_, text
from tabiji.index.layout import F8
from tabiji.metrics.bootstrap import SEED

RESAMPLES = 200
TOP = 3
EVEN = 7  # decimals of a share beyond which two are equal
MOST_RANKED = 50  # keys that τ looks at: the first ones of all accounts
HOLDS, WAVERS = 0.9, 0.5  # share of the resamples with the same first three
ONE_KEY = N_("one key has all the credit, so there is no ranking")


@dataclass(frozen=True, slots=True)
class Stability:
    """How firm the ranking of a model is; the figures are None with a `reason`.

    first: the keys that lead, in order · same_first: share of the resamples in which they do so too · tau: mean of Kendall's
    τ-b · low, high: 95 % interval of each key's share of the credit, by key."""

    first: tuple[str, ...] = ()
    same_first: float | None = None
    tau: float | None = None
    resamples: int = 0
    reason: str | None = None
    low: Mapping[str, float] = field(default_factory=dict)
    high: Mapping[str, float] = field(default_factory=dict)

    @property
    def verdict(self) -> str | None:
        """holds · wavers · does not hold; None where it was not resampled."""
        if self.same_first is None:
            return None
        return "holds" if self.same_first >= HOLDS else "wavers" if self.same_first >= WAVERS else "does not hold"

    def words(self, lang: str | None = None) -> str:
        """What that means, in one sentence."""
        verdict = self.verdict
        if verdict is None:
            return text(
                N_("Whether the ranking holds cannot be said: {reason}."),
                lang,
                reason=text(self.reason or ONE_KEY, lang),
            )
        messages = {
            "holds": N_("The ranking holds: the first {n} stay the same in {share:.0%} of {resamples} resamples."),
            "wavers": N_(
                "The ranking wavers: the first {n} stay the same in {share:.0%} of {resamples} resamples only."
            ),
            "does not hold": N_(
                "The ranking does not hold: the first {n} stay the same in only {share:.0%} of {resamples} resamples."
            ),
        }
        return text(messages[verdict], lang, n=len(self.first), share=self.same_first, resamples=self.resamples)

    def to_dict(self) -> dict[str, Any]:
        """{"verdict", "first", "same_first", "tau", "resamples", "meaning"}; `reason` where there is no figure."""
        out: dict[str, Any] = {
            "verdict": self.verdict, "first": list(self.first), "same_first": self.same_first, "tau": self.tau,
            "resamples": self.resamples, "meaning": self.words(),
        }  # fmt: skip
        return out if self.reason is None else {**out, "reason": self.reason}


def draws(groups: int) -> F8:
    """How often each group of units is drawn: float64[RESAMPLES, groups]; always the same for as many groups."""
    rng = np.random.default_rng(SEED)
    drawn = rng.integers(0, groups, (RESAMPLES, groups))
    return np.stack([np.bincount(row, minlength=groups) for row in drawn]).astype(np.float64)


def stability(shares: F8, resampled: F8, ids: list[str]) -> Stability:
    """shares: float64[K], of all accounts · resampled: float64[RESAMPLES, K], rows of NaN where a resample has no credit."""
    known = resampled[~np.isnan(resampled).any(axis=1)]
    leaders = min(TOP, int((shares > 0).sum()))
    if leaders < 2:
        return Stability(reason=ONE_KEY)
    shares, known = np.round(shares, EVEN), np.round(known, EVEN)
    order = np.argsort(-shares, kind="stable")
    again = np.argsort(-known[:, order], axis=1, kind="stable")[:, :leaders]
    same = float((again == np.arange(leaders)).all(axis=1).mean())
    ranked = order[:MOST_RANKED]
    low, high = np.quantile(known, [0.025, 0.975], axis=0, method="inverted_cdf")
    return Stability(
        first=tuple(ids[k] for k in order[:leaders]),
        same_first=same,
        tau=float(kendall(shares[ranked], known[:, ranked]).mean()),
        resamples=len(known),
        low=dict(zip(ids, low.tolist(), strict=True)),
        high=dict(zip(ids, high.tolist(), strict=True)),
    )


def kendall(one: F8, many: F8) -> npt.NDArray[np.float64]:
    """Kendall's τ-b of one ranking with many: float64[R]; 0 where one of the two is all ties."""
    i, j = np.triu_indices(len(one), 1)
    a, b = np.sign(one[i] - one[j]), np.sign(many[:, i] - many[:, j])
    untied = np.sqrt(np.count_nonzero(a) * np.count_nonzero(b, axis=1))
    out: npt.NDArray[np.float64] = np.divide((a * b).sum(axis=1), untied, out=np.zeros(len(b)), where=untied > 0)
    return out
