"""The file of channel costs."""

import csv
from datetime import date
from pathlib import Path

import numpy as np

from tabiji.demo.records.spend import spend
from tabiji.demo.world.clock import Clock


def write_spend(folder: Path, clock: Clock, accounts: int, expo_weeks: list[int], rng: np.random.Generator) -> int:
    """Write `ads/spend.csv`; returns its rows."""
    path = folder / "ads" / "spend.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(("day", "channel", "campaign", "jpy"))
        for day, channel, campaign, amount in spend(clock, accounts, expo_weeks, rng):
            out.writerow((_iso(day), channel, campaign, f"{amount:.0f}"))
            rows += 1
    return rows


def _iso(day: date) -> str:
    return day.isoformat()
