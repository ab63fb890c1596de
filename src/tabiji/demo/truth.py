"""What is planted in the simulated data: kept as `truth.json` beside it, so that a method can be judged by it."""

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

FILE = "truth.json"


@dataclass(frozen=True, slots=True)
class Truth:
    """The answers. Shares are 0–1, times in days, money in JPY; the people and stays are in the files named here."""

    simulator: int  # version of the simulator: the same version, seed and options give the same bytes
    seed: int
    accounts: int
    months: int
    start_on: str
    end_on: str
    horizon_days: int
    dirt: dict[str, Any]
    files: dict[str, int]  # rows of each exported file
    events: int  # rows of the event files and the events that opportunities tell
    entered: dict[str, int]  # stage → journeys (account × attempt) that reached it or a later one
    effects: dict[str, dict[str, float]]  # stage → touch → hazard ratio of advancing
    role_effects: dict[str, dict[str, float]]  # stage → role → hazard ratio of advancing while present
    size_effects: dict[str, float]  # stage → hazard ratio of advancing per standard deviation of log employees
    loss_effects: dict[str, dict[str, float]]  # stage → role → hazard ratio of being lost while present
    source_effects: dict[str, dict[str, float]]  # stage → lead source → hazard ratio of advancing
    march_effects: dict[str, float]  # stage → hazard ratio of advancing at the end of the fiscal year
    renewal_effects: dict[str, float]  # what makes a customer refuse a renewal: cumulative hazard, then its ratios
    advance: dict[str, float | None]  # stage → true share that advances within the horizon; None = nobody there
    advance_reached: dict[str, float | None]  # the same of all journeys that reached it, skipping it included
    interventions: dict[str, dict[str, Any]]  # touch → what it does to that share (see `counterfactual`)
    role_contrast: dict[
        str, dict[str, float | None]
    ]  # role in consideration → share with it from entry on, and without
    bottleneck: dict[str, Any]  # the stage, and the value at stake of every transition
    emotion: dict[str, dict[str, float]]  # stage → role → expected satisfaction answer (1–5)
    survey: dict[str, float]  # expected NPS, in points −100 … 100, and expected effort answer by role
    duplicates: int  # accounts with a second record
    people_file: str = "truth/people"
    stays_file: str = "truth/stays"

    def save(self, folder: Path) -> Path:
        """Write `truth.json` into `folder`."""
        path = folder / FILE
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n")
        return path

    @classmethod
    def load(cls, folder: Path) -> "Truth":
        """Read it back. Raises FileNotFoundError."""
        data = json.loads((folder / FILE).read_text("utf-8"))
        return cls(**{f.name: data[f.name] for f in fields(cls)})
