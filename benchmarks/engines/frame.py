"""Polars: first entries and stays over a frame in memory, sorted by account and time, as numbers."""

from typing import Any

import duckdb
import polars as pl

from benchmarks.data import DataSet, event_name
from benchmarks.events import NAMES
from benchmarks.plan import steps


class Frame:
    """The events as a frame of numbers: account (u32), at (i64, seconds), code (u16)."""

    def __init__(self, data: DataSet, threads: int) -> None:
        listed = ", ".join(f"'{f}'" for f in data.files)
        with duckdb.connect(config={"threads": threads, "temp_directory": str(data.scratch("polars"))}) as con:
            con.execute("CREATE TABLE code (name VARCHAR, code USMALLINT)")
            con.executemany("INSERT INTO code VALUES (?, ?)", [(event_name(c), c) for c in range(NAMES)])
            self._events: Any = pl.DataFrame(
                con.sql(f"""
                    SELECT substring(account, 2)::UINTEGER AS account, epoch("at")::BIGINT AS "at", code
                    FROM read_parquet([{listed}]) JOIN code USING (name) ORDER BY account, "at" """)
            )

    def close(self) -> None:
        """Give memory back."""
        self._events = None

    def stays(self) -> list[tuple[int, float]]:
        """(accounts that reached step k or a later one, median days from then to the step after), k = 1 … 5."""
        step_of = {code: k for k, codes in enumerate(steps()) for code in codes}
        last = len(steps())
        matching = self._events.lazy().filter(pl.col("code").is_in(list(step_of)))
        firsts = matching.group_by("account").agg(
            *(pl.col("at").filter(pl.col("code").is_in(codes)).min().alias(f"t{k}") for k, codes in enumerate(steps()))
        )
        reached = firsts.select(
            *(pl.min_horizontal(*(f"t{later}" for later in range(k, last))).alias(f"r{k}") for k in range(last))
        )
        stays = [((pl.col(f"r{k + 1}") - pl.col(f"r{k}")) / 86400).median().alias(f"m{k}") for k in range(last - 1)]
        found = reached.select(*(pl.col(f"r{k}").count().alias(f"n{k}") for k in range(last)), *stays).collect().row(0)
        return list(zip(found[:last], [*found[last:], 0.0], strict=True))
