"""One line of the table: what was measured, against what, the ratio, and the goal."""

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Figure:
    """A comparison. `at_least` goals want the others to need `goal` times as long as we do, `at_most` goals want us to need no
    more than `goal` times as much as they do (or as the unit says)."""

    case: str
    what: str
    ours: float
    against: str
    other: float
    unit: str  # s | MB
    goal: float | None = None
    kind: Literal["at_least", "at_most"] = "at_least"

    @property
    def ratio(self) -> float:
        """Theirs over ours where more is better, else ours over theirs."""
        return self.other / self.ours if self.kind == "at_least" else self.ours / self.other

    @property
    def reached(self) -> bool | None:
        """Whether the goal is reached; None where there is none."""
        if self.goal is None:
            return None
        return self.ratio >= self.goal if self.kind == "at_least" else self.ratio <= self.goal

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "case": self.case,
            "what": self.what,
            "ours": round(self.ours, 6),
            "against": self.against,
            "other": round(self.other, 6),
            "unit": self.unit,
            "ratio": round(self.ratio, 3),
            "goal": self.goal,
            "kind": self.kind,
            "reached": self.reached,
        }


def shown(value: float, unit: str) -> str:
    """A measured value for a reader: 138 ms, 13.2 s, 1,240 MB."""
    if unit == "MB":
        return f"{value:,.0f} MB"
    if value < 1:
        return f"{value * 1000:.3g} ms" if value < 0.1 else f"{value * 1000:.0f} ms"
    return f"{value:.1f} s"


def goal_text(figure: Figure) -> str:
    """≥ 20×, ≤ 0.6×, or empty."""
    if figure.goal is None:
        return ""
    return f"{'≥' if figure.kind == 'at_least' else '≤'} {figure.goal:g}×"
