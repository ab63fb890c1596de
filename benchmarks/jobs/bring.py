"""Import a CSV file of events into an empty workspace, in this process: `python -m benchmarks.jobs.bring FILE TARGET THREADS`.

Prints {"seconds", "added"} as JSON."""

import json
import sys
import time
from pathlib import Path

MAPPING = """source: bench
timezone: UTC
tables:
  - file: {file}
    to: event
    key: id
    columns: {{account: account, person: person, name: name, at: at, channel: channel, value: value}}
"""


def main(file: str, target: str, threads: str) -> None:
    """Import it, and say how long it took and how many events came in."""
    import tabiji
    from tabiji.workspace.workspace import init

    folder = Path(target)
    mapping = folder / "mapping.yaml"
    mapping.write_text(MAPPING.format(file=file), "utf-8")
    with init(folder / "workspace", threads=int(threads)) as workspace:
        began = time.perf_counter()
        report = workspace.import_(mapping)
        seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "added": report.to_dict()["events"]["added"], "tabiji": tabiji.__version__}))


if __name__ == "__main__":
    main(*sys.argv[1:])
