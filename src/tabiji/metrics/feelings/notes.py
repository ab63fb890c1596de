"""What people felt as somebody wrote it down: events that carry a tag, and events that are bad news by their name.

A tag is a property of the event: `emotion`, a number from −2 to +2 that is taken as it is; or `sentiment`, a word of
`SENTIMENTS`. An event without a tag whose name matches `NEGATIVE_EVENTS` counts −1. All other events say nothing of feelings.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tabiji.index.layout import F8, I4, I8

SENTIMENTS = {
    "very_negative": -2.0, "negative": -1.0, "neutral": 0.0, "positive": 1.0, "very_positive": 2.0,
    "ネガティブ": -1.0, "否定的": -1.0, "中立": 0.0, "ポジティブ": 1.0, "肯定的": 1.0,
}  # fmt: skip
NEGATIVE_EVENTS = ("complaint*", "*_complained", "escalation*", "*_escalated")
BY_NAME = -1.0


@dataclass(frozen=True, slots=True)
class Notes:
    """Tagged events, n of them: unit: int64[n], ordinal in the index · at: int32[n], seconds since EPOCH, ascending · role:
    int32[n], id of the person's role set · feeling: float64[n], −2…+2, NaN for a tag off that scale."""

    unit: I8
    at: I4
    role: I4
    feeling: F8

    def __len__(self) -> int:
        return len(self.unit)

    def only(self, keep: npt.NDArray[np.bool_]) -> "Notes":
        """The notes for which `keep` (bool[n]) holds."""
        return Notes(self.unit[keep], self.at[keep], self.role[keep], self.feeling[keep])


def no_notes() -> Notes:
    """None at all."""
    return Notes(np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0))
