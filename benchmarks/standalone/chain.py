"""ChannelAttribution: Markov credit of channels from ready-made paths. Runs in its own environment (it is GPL, so it is no
dependency of the project)."""

import duckdb
from answering import answer
from ChannelAttribution import markov_model


class Chain:
    """Paths of channels to the first goal event of an account, of all its events where it has none; equal ones counted."""

    def __init__(self, files: list[str], goal: list[str]) -> None:
        with duckdb.connect() as con:
            con.execute("CREATE TABLE goal (name VARCHAR)")
            con.executemany("INSERT INTO goal VALUES (?)", [(name,) for name in goal])
            self._paths = con.sql(f"""
                WITH touch AS (SELECT account, "at", channel, name IN (FROM goal) AS goal
                               FROM read_parquet({files!r}) WHERE account IS NOT NULL),
                    won AS (SELECT account, min("at") AS c FROM touch WHERE goal GROUP BY account),
                    path AS (SELECT string_agg(channel, '>' ORDER BY "at") AS path, any_value(c) IS NOT NULL AS won
                             FROM touch LEFT JOIN won USING (account) WHERE c IS NULL OR "at" < c GROUP BY account)
                SELECT path, count(*) FILTER (won) AS conv, count(*) FILTER (NOT won) AS "null" FROM path GROUP BY path
            """).df()

    def markov(self, order: int) -> dict[str, float]:
        """Conversions per channel under the chain of an order, sampled."""
        found = markov_model(self._paths, "path", "conv", var_null="null", order=order, flg_pro=False, verbose=False)
        return dict(zip(found["channel_name"], found["total_conversions"].astype(float), strict=True))


if __name__ == "__main__":
    answer(Chain)
