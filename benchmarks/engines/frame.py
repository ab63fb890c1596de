"""Polars: first entries and stays over a frame in memory, sorted by account and time, as numbers."""

from typing import Any

import duckdb
import polars as pl

from benchmarks.data import DataSet, event_name
from benchmarks.events import NAMES
from benchmarks.plan import CONTRACT_ENDS, CONTRACT_STARTS, MONTH_ENDS, steps

SINCE_1970 = 946_684_800  # seconds at 2000-01-01, from which the plan counts


class Frame:
    """The events as a frame of numbers: account (u32), at (i64, seconds), code (u16)."""

    def __init__(self, data: DataSet, threads: int) -> None:
        listed = ", ".join(f"'{f}'" for f in data.files)
        with duckdb.connect(config={"threads": threads, "temp_directory": str(data.scratch("polars"))}) as con:
            con.execute("SET enable_progress_bar = false")
            con.execute("CREATE TABLE code (name VARCHAR, code USMALLINT)")
            con.executemany("INSERT INTO code VALUES (?, ?)", [(event_name(c), c) for c in range(NAMES)])
            self.events: Any = pl.DataFrame(
                con.sql(f"""
                    SELECT substring(account, 2)::UINTEGER AS account, epoch("at")::BIGINT AS "at", code
                    FROM read_parquet([{listed}]) JOIN code USING (name) ORDER BY account, "at" """)
            )

    def close(self) -> None:
        """Give memory back."""
        self.events = None

    def stays(self) -> list[tuple[int, float]]:
        """(accounts that reached step k or a later one, median days from then to the step after), k = 1 … 5."""
        step_of = {code: k for k, codes in enumerate(steps()) for code in codes}
        last = len(steps())
        matching = self.events.lazy().filter(pl.col("code").is_in(list(step_of)))
        firsts = matching.group_by("account").agg(
            *(pl.col("at").filter(pl.col("code").is_in(codes)).min().alias(f"t{k}") for k, codes in enumerate(steps()))
        )
        reached = firsts.select(
            *(pl.min_horizontal(*(f"t{later}" for later in range(k, last))).alias(f"r{k}") for k in range(last))
        )
        stays = [((pl.col(f"r{k + 1}") - pl.col(f"r{k}")) / 86400).median().alias(f"m{k}") for k in range(last - 1)]
        found = reached.select(*(pl.col(f"r{k}").count().alias(f"n{k}") for k in range(last)), *stays).collect().row(0)
        return list(zip(found[:last], [*found[last:], 0.0], strict=True))

    def in_force(self) -> list[int]:
        """How many accounts are customers at the end of each of thirteen months: since an event that starts a contract none has
        ended it."""
        state = self.events.lazy().filter(pl.col("code").is_in([*CONTRACT_STARTS, *CONTRACT_ENDS]))
        ends = pl.col("code").is_in(CONTRACT_ENDS).alias("ends")
        state = state.select("account", "at", ends).sort("account", "at", "ends")
        until = pl.when(pl.col("account") == pl.col("account").shift(-1)).then(pl.col("at").shift(-1)).alias("until")
        spells = state.with_columns(until).filter(~pl.col("ends"))
        there = [
            ((pl.col("at") <= t) & ((pl.col("until") > t) | pl.col("until").is_null())).sum().alias(f"t{t}")
            for t in (month + SINCE_1970 for month in MONTH_ENDS)
        ]
        return [int(n) for n in spells.select(there).collect().row(0)]

    def follows(self) -> tuple[int, list[tuple[int, int, int, float]]]:
        """How many different whole sequences there are (repeats left out), and per pair of names that follow each other how
        often and the median seconds between them. The frame is sorted, so a shift does for a window per account."""
        events, account, code = self.events.lazy(), pl.col("account"), pl.col("code")
        after = code.shift(-1).alias("after")
        pairs = (
            events.select(
                account == account.shift(-1), code, after, (pl.col("at").shift(-1) - pl.col("at")).alias("gap")
            )
            .filter(account)
            .group_by("code", "after")
            .agg(pl.len(), pl.col("gap").median())
        )
        begins = (account != account.shift(1)) | (code != code.shift(1))
        runs = events.filter(begins.fill_null(True)).group_by("account", maintain_order=True).agg(code)
        found, variants = pl.collect_all([pairs, runs.select(code.n_unique())])
        return int(variants.item()), sorted(found.rows())
