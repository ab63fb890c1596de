"""Rows of sums at the end of an export (合計, 小計, Total): they look like a deal with the amount of all of them.

Only a row that says such a word, and nothing else but numbers, is one: a company may well be called Total."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from tabiji.ingest.guess.model import Sample
from tabiji.ingest.guess.values import shape
from tabiji.lake.views import literal, quote

_WORDS = {
    "合計", "小計", "総計", "総合計", "計", "累計", "平均", "total", "totals", "grandtotal", "subtotal", "sum", "average", "overall",
}  # fmt: skip
_BARE = re.compile(r"[\s:：()（）_-]+")


def is_total(row: Sequence[str | None]) -> bool:
    """Whether a row says the word of a sum, and beside it only numbers."""
    there = [str(v).strip() for v in row if v is not None and str(v).strip()]
    words = [v for v in there if _is_word(v)]
    return len(words) == 1 and len(row) > 2 and all(v in words or shape([v]) in ("number", "amount") for v in there)


def _is_word(value: str) -> bool:
    return _BARE.sub("", unicodedata.normalize("NFKC", value)).lower() in _WORDS


def without_totals(sample: Sample) -> tuple[Sample, str]:
    """The file without its rows of sums, and SQL that holds for the others; empty where there are no such rows."""
    rows = list(zip(*sample.columns.values(), strict=True))
    totals = [i for i, row in enumerate(rows) if is_total(row)]
    if not totals or len(totals) * 2 > len(rows):
        return sample, ""
    said: dict[str, dict[str, None]] = {}
    for i in totals:
        column, word = next(
            (c, v) for c, v in zip(sample.columns, rows[i], strict=True) if v and _is_word(str(v).strip())
        )
        said.setdefault(column, {})[str(word).strip()] = None
    kept = {c: [v for i, v in enumerate(values) if i not in set(totals)] for c, values in sample.columns.items()}
    conditions = [
        f"coalesce(trim(CAST({quote(c)} AS VARCHAR)), '') NOT IN ({', '.join(map(literal, words))})"
        for c, words in said.items()
    ]
    return replace(sample, columns=kept), " AND ".join(conditions)
