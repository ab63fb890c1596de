"""retentioneering: what follows what, after how long, and a funnel, over an event stream in memory. Runs in its own environment."""

import os
from typing import Any

os.environ["RETENTIONEERING_NO_TRACK"] = "1"

import duckdb
from answering import answer
from retentioneering import Eventstream

MARKS = {"path_start", "path_end"}  # events that it adds itself


class Flows:
    """The events of accounts in order; for the funnel the names that lead into a step are one name."""

    def __init__(self, files: list[str], steps: list[list[str]]) -> None:
        self._steps = [f"step{number}" for number in range(len(steps))]
        with duckdb.connect() as con:
            con.execute("CREATE TABLE step (event VARCHAR, step VARCHAR)")
            rows = [(event, f"step{number}") for number, events in enumerate(steps) for event in events]
            con.executemany("INSERT INTO step VALUES (?, ?)", rows)
            order = 'SELECT substring(account, 2)::UINTEGER AS user_id, name AS event, "at" AS timestamp FROM'
            read = f"{order} read_parquet({files!r}) WHERE account IS NOT NULL ORDER BY user_id, timestamp"
            frame = con.sql(read).df()
            stepped = con.sql("SELECT user_id, step AS event, timestamp FROM frame JOIN step USING (event)").df()
        self._events, self._stepped = Eventstream(frame), Eventstream(stepped.sort_values(["user_id", "timestamp"]))

    def follows(self) -> list[tuple[str, str, int, float]]:
        """Per pair of names that follow each other: how often, and the median seconds between them."""
        times, middle = (self._events.transition_graph_data(edge_weight=w) for w in ("count", "time_median"))
        names = [name for name in times.index if name not in MARKS]
        pairs = ((a, b, times.at[a, b]) for a in names for b in names)
        return [(a, b, int(n), middle.at[a, b].total_seconds()) for a, b, n in pairs if n > 0]

    def funnel(self) -> list[int]:
        """Accounts that got at least to step 1 … 5, in order, within any time."""
        found: Any = self._stepped.funnel_data(steps=self._steps)
        return [int(step["unique_paths"]) for step in found["steps"]]


if __name__ == "__main__":
    answer(Flows)
