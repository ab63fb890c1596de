"""Does the bottleneck that was planted in the simulated vendor come out, and does its interval hold?

.venv/bin/python scripts/bottleneck_seeds.py [--seeds 50] [--accounts 1500] [--to benchmarks/results/bottleneck-seeds.json]

Every seed is another population of the same world: simulated, exported, brought in through the public surface and asked with
`bottleneck`. What is counted: how often the planted transition is ranked first, how often its interval holds the true value at
stake, and how often what was planted to speed journeys up, or to do nothing, is said to separate. Sources that only speak of
customers (product use, support, …) are left out: they decide nothing before the purchase.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from time import perf_counter
from typing import Any

import tabiji
from tabiji.demo.simulate import simulate
from tabiji.metrics.bottleneck.result import BottleneckResult
from tabiji.metrics.intervals import wilson

SOURCES = ("crm", "marketing", "web", "ads")
MAP = "new-business"
MONTHS = 18
TRUTH_ACCOUNTS = 4000  # per seed; the true share is that of all seeds together
WORKING = {
    "role decision_maker": 5.0,
    "touchpoint roi-calculator": 2.2,
    "touchpoint demo": 1.6,
}  # planted hazard ratios
IDLE = ("touchpoint comparison-mail", "touchpoint executive-briefing")  # planted to change nothing


def one(seed: int, accounts: int) -> dict[str, Any]:
    """What a seed gave, and what is true of it."""
    with tempfile.TemporaryDirectory() as folder:
        data, root = Path(folder) / "data", Path(folder) / "workspace"
        truth = simulate(data, accounts, MONTHS, seed, truth_accounts=TRUTH_ACCOUNTS)
        with tabiji.init(root) as workspace:
            for source in SOURCES:
                workspace.import_(data / source / "mapping.yaml")
            workspace.maps.add((data / "maps" / f"{MAP}.yaml").read_text("utf-8"))
            found = workspace.map(MAP).bottleneck()
    planted = truth.bottleneck["stage"]
    return {
        "seed": seed,
        "planted": planted,
        "true_share": truth.advance_reached[planted],
        "target": truth.bottleneck["targets"][planted],
        "stake_by_its_own_truth": truth.bottleneck["at_stake"][planted],
        **_found(found, planted),
    }


def _found(found: BottleneckResult, planted: str) -> dict[str, Any]:
    of = next(t for t in found.transitions if t.from_ == planted)
    assert of.at_stake is not None and of.share.share is not None and found.factors is not None
    ratios = {f"{f.kind} {f.key}": f for f in found.factors.items if f.odds_ratio is not None}
    return {
        "first": None if found.top is None else found.top.from_,
        "rank": of.rank,
        "share": of.share.share,
        "value": of.at_stake.value,
        "low": of.at_stake.low,
        "high": of.at_stake.high,
        "best_factor": None if found.factors.best is None else f"{found.factors.best.kind} {found.factors.best.key}",
        "separates": sorted(name for name, f in ratios.items() if f.separates),
        "tested": len(ratios),
        "odds_ratios": {name: ratios[name].odds_ratio for name in (*WORKING, *IDLE) if name in ratios},
    }


def summary(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Shares over all seeds, each with its Wilson interval."""
    share = fmean(row["true_share"] for row in rows)
    for row in rows:
        # Entries and mean deal are those of the seed; the share that would go on is the same in every population.
        row["true_value"] = (
            row["stake_by_its_own_truth"] * (row["target"] - share) / (row["target"] - row["true_share"])
        )
    n = len(rows)

    def told(hits: int) -> dict[str, float]:
        low, high = wilson(hits, n)
        return {"n": hits, "of": n, "share": hits / n, "low": low, "high": high}

    return {
        "ranked_first": told(sum(r["rank"] == 1 and r["first"] == r["planted"] for r in rows)),
        "interval_holds_the_true_value": told(sum(r["low"] <= r["true_value"] <= r["high"] for r in rows)),
        "true_value_below_the_interval": told(sum(r["true_value"] < r["low"] for r in rows)),
        "true_value_above_the_interval": told(sum(r["true_value"] > r["high"] for r in rows)),
        "true_share": share,
        "mean_share_found": fmean(r["share"] for r in rows),
        "mean_value_found_by_true_value": fmean(r["value"] for r in rows) / fmean(r["true_value"] for r in rows),
        "best_factor_is_the_planted_lack": told(sum(r["best_factor"] == "role decision_maker" for r in rows)),
        "separates": {name: told(sum(name in r["separates"] for r in rows)) for name in (*WORKING, *IDLE)},
        "median_factors_tested": sorted(r["tested"] for r in rows)[n // 2],
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Run the seeds, print the summary, and keep everything in a file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--accounts", type=int, default=1500)
    parser.add_argument("--to", type=Path)
    asked = parser.parse_args(argv)
    rows = []
    for seed in range(asked.first, asked.first + asked.seeds):
        began = perf_counter()
        rows.append(one(seed, asked.accounts))
        sys.stderr.write(f"seed {seed}: first {rows[-1]['first']}, {perf_counter() - began:.1f} s\n")
    made = {"accounts": asked.accounts, "months": MONTHS, "summary": summary(rows), "seeds": rows}
    if asked.to is not None:
        asked.to.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(made["summary"], indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
