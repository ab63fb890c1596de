"""Measure tabiji beside other engines, on the same data, in turn.

    .uv/bin/uv run --group oracles python benchmarks/run.py --events 1e6,10e6 [--only funnel,build] [--rounds 7]

Generates the data set of a size once (`benchmarks/data/`, not kept in the repository), prints ratios, and writes
`benchmarks/results/<events>.json`. A hundred million events take some minutes and about 10 GB of disk.
"""

import argparse
import json
import sys
import time
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT.parent))

from benchmarks.clock import machine  # noqa: E402
from benchmarks.data import prepare  # noqa: E402
from benchmarks.figure import Figure, goal_text, shown  # noqa: E402
from tabiji.settings import Settings  # noqa: E402

CASES = (
    "build",
    "funnel",
    "cold",
    "dwell",
    "paths",
    "credit",
    "elsewhere",
    "conform",
    "group",
    "cohorts",
    "bottleneck",
    "retention",
    "redefine",
    "map",
    "append",
    "bring",
)


def main(argv: list[str] | None = None) -> int:
    """Run the cases that were asked for, at every size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", default="1e6", help="sizes, like 1e6,10e6,100e6")
    parser.add_argument("--only", default=",".join(CASES), help=f"cases: {', '.join(CASES)}")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of each comparison; the median counts")
    parser.add_argument("--data", type=Path, default=ROOT / "data", help="where data sets are kept")
    parser.add_argument("--results", type=Path, default=ROOT / "results", help="where results are written")
    asked = parser.parse_args(argv)
    cases = asked.only.split(",")
    unknown = sorted(set(cases) - set(CASES))
    if unknown:
        parser.error(f"no such case: {', '.join(unknown)}; there is: {', '.join(CASES)}")
    threads = Settings().workers
    for size in (int(float(s)) for s in asked.events.split(",")):
        began = time.perf_counter()
        data = prepare(asked.data, size)
        print(
            f"\n{data.events:,} events of {data.accounts:,} accounts ({time.perf_counter() - began:.0f} s to prepare)"
        )
        figures: list[Figure] = []
        for case in cases:
            began = time.perf_counter()
            figures += import_module(f"benchmarks.cases.{case}").run(data, threads, asked.rounds)
            print(f"  {case}: {time.perf_counter() - began:.0f} s", file=sys.stderr)
            _keep(asked.results / f"{size}.json", data.events, data.accounts, threads, figures)
        _print(figures)
    return 0


def _print(figures: list[Figure]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for name, side in (
        ("what", "left"),
        ("tabiji", "right"),
        ("against", "left"),
        ("theirs", "right"),
        ("ratio", "right"),
        ("goal", "right"),
        ("", "left"),
    ):
        table.add_column(name, justify=side)  # type: ignore[arg-type]
    for f in figures:
        mark = {True: "reached", False: "not reached", None: ""}[f.reached]
        table.add_row(
            f.what, shown(f.ours, f.unit), f.against, shown(f.other, f.unit), f"{f.ratio:.3g}×", goal_text(f), mark
        )
    Console(width=None if sys.stdout.isatty() else 120).print(table)


def _keep(file: Path, events: int, accounts: int, threads: int, figures: list[Figure]) -> None:
    """Write the results; figures of cases that were not run this time stay as they were."""
    file.parent.mkdir(parents=True, exist_ok=True)
    known = json.loads(file.read_text("utf-8"))["figures"] if file.exists() else []
    measured = {f.case for f in figures}
    kept = [f for f in known if f["case"] not in measured]
    ordered = sorted([*kept, *(f.to_dict() for f in figures)], key=lambda f: CASES.index(f["case"]))
    told = {
        "events": events,
        "accounts": accounts,
        "threads": threads,
        "measured_on": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "figures": ordered,
    }
    file.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
