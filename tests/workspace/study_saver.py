"""Saves studies one after the other in a process of its own, and tells each once it is acknowledged: study_saver.py WORKSPACE."""

import sys

import tabiji

with tabiji.open(sys.argv[1]) as workspace:
    for n in range(10_000):
        workspace.studies.save(f"study {n}", "funnel", "new-business", min_n=n % 7 + 1)
        print(n, flush=True)  # noqa: T201
