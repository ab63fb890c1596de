"""Engines as somebody finds them who has just started: what they prepared lies on disk, and nothing else is done than asked."""

import numpy as np

from benchmarks.data import DataSet, event_name
from benchmarks.plan import WINDOW_DAYS, steps

EVER = 2**31 - 2  # seconds since 2000; after everything
Pairs = list[tuple[int, int, int, float]]


class Index:
    """tabiji: the index of the data set."""

    def __init__(self, data: DataSet, threads: int) -> None:
        from tabiji.compute.executor import LocalExecutor
        from tabiji.index import refresh_index
        from tabiji.settings import Settings

        self._executor = LocalExecutor(threads)
        self._index = refresh_index(data.lake, data.folder / "index", "account", settings=Settings(threads=threads))

    def close(self) -> None:
        """Give the threads back."""
        self._executor.close()

    def funnel(self) -> list[int]:
        """Accounts that got at least to step 1 … 5, from the events."""
        from tabiji.metrics.funnel.ordered import window_funnel
        from tabiji.metrics.scope import DAY

        names = np.array(list(self._index.kinds.name))
        of_step = [np.isin(names, [event_name(code) for code in codes]).astype(np.uint8) for codes in steps()]
        levels = window_funnel(self._index, of_step, WINDOW_DAYS * DAY, EVER, self._executor)
        return [int(n) for n in levels[::-1].cumsum()[::-1][1:]]


class Paths:
    """tabiji: the question of paths, with a journal that is swept for it."""

    def __init__(self, data: DataSet, threads: int) -> None:
        from benchmarks.engines.follows import OurPaths

        self._paths = OurPaths(data, threads)

    def close(self) -> None:
        """Give the threads back."""
        self._paths.close()

    def follows(self) -> tuple[int, int, int]:
        """How many different whole paths, different pairs, and pairs."""
        from benchmarks.engines.follows import told

        return summed(*told(self._paths.follows()))


class Frame:
    """Polars: the events are read from the Parquet files, and sorted by DuckDB on the way."""

    def __init__(self, data: DataSet, threads: int) -> None:
        from benchmarks.engines.frame import Frame as Sorted

        self._frame = Sorted(data, threads)

    def close(self) -> None:
        """Give memory back."""
        self._frame.close()

    def follows(self) -> tuple[int, int, int]:
        """The same."""
        return summed(*self._frame.follows())


class MergeTree:
    """ClickHouse: the sorted table that `prepared` left on disk."""

    def __init__(self, data: DataSet, threads: int) -> None:
        from benchmarks.engines.clickhouse import ClickHouse

        self._house = ClickHouse.opened(data.folder / "scratch" / "clickhouse", data, threads)

    def close(self) -> None:
        """Give memory and files back."""
        self._house.close()

    def funnel(self) -> list[int]:
        """The same as `Index.funnel`."""
        return self._house.sorted_table()

    def parquet(self) -> list[int]:
        """The same from the Parquet files of the lake."""
        return self._house.parquet()

    def follows(self) -> tuple[int, int, int]:
        """The same as `Paths.follows`."""
        return summed(*self._house.follows())


def summed(variants: int, pairs: Pairs) -> tuple[int, int, int]:
    """What engines must agree on."""
    return variants, len(pairs), sum(n for _, _, n, _ in pairs)
