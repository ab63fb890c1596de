from collections import Counter
from types import SimpleNamespace
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tabiji.index.dictionary.kinds import kind_columns, kind_keys, kind_table
from tabiji.index.dictionary.pairs import Pairs
from tabiji.index.dictionary.scan import KIND_COLUMNS, OTHER
from tabiji.index.dictionary.vocabulary import coded

said = st.tuples(
    st.sampled_from(["a", "b", None]),
    st.sampled_from(["x", "y", None]),
    st.sampled_from(["/1", "/2", "/3", "/4", None]),
)


def table(rows: dict[tuple[Any, ...], tuple[int, int]], most: int) -> tuple[Any, list[tuple[Any, ...]]]:
    """The kinds of (name, campaign, content) → (own, inherited events), and the rows in the order of the pairs."""
    rests = sorted({row[:2] for row in rows}, key=str)
    contents = sorted({row[2] for row in rows if row[2] is not None})
    columns = {name: coded([None] * len(rests)) for name in KIND_COLUMNS}
    columns |= {"name": coded([r[0] for r in rests]), "campaign": coded([r[1] for r in rests])}
    vocabulary: Any = SimpleNamespace(columns=columns, contents=contents, shortened=())
    pairs, listed = Pairs(), list(rows)
    code = {None: 0, **{c: i for i, c in enumerate(contents, start=1)}}
    pairs.add(np.array([(rests.index(r[:2]) << 32) + code[r[2]] + 1 for r in listed], np.uint64))
    pairs.counts[:] = [n for r in listed for n in rows[r]]
    return kind_table(vocabulary, pairs, most), listed


def told(found: Any) -> list[tuple[Any, ...]]:
    kinds = found.kinds
    return list(zip(kinds.name, kinds.campaign, kinds.content, kinds.inherited.tolist(), strict=True))


@settings(deadline=None)
@given(rows=st.dictionaries(said, st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1))
def test_kinds_are_what_occurs_in_the_order_of_their_texts(rows: dict[tuple[Any, ...], tuple[int, int]]) -> None:
    found, listed = table(rows, 1000)
    occurring = {(*row, inherited) for row in rows for inherited in (False, True) if rows[row][inherited]}
    assert told(found) == sorted(occurring, key=lambda r: tuple((x is not None, x) for x in r))
    for p, row in enumerate(listed):
        for inherited in (False, True):
            if rows[row][inherited]:
                assert told(found)[found.of_pair[2 * p + inherited]] == (*row, inherited)
    assert found.shortened == ()


def shortened(rows: dict[tuple[Any, ...], tuple[int, int]], m: int) -> set[tuple[Any, ...]]:
    """The kinds that there are when only the m commonest contents keep their name."""
    n: Counter[str] = Counter()
    for row, counts in rows.items():
        if row[2] is not None and sum(counts):
            n[row[2]] += sum(counts)
    kept = {None, *sorted(n, key=lambda c: (-n[c], c))[:m]}
    return {
        (*row[:2], row[2] if row[2] in kept else OTHER, inherited)
        for row in rows for inherited in (False, True) if rows[row][inherited]
    }  # fmt: skip


@settings(deadline=None)
@given(rows=st.dictionaries(said, st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1), most=st.integers(1, 20))
def test_as_many_contents_keep_their_name_as_there_is_room_for(
    rows: dict[tuple[Any, ...], tuple[int, int]], most: int
) -> None:
    found, _ = table(rows, most)
    fitting = [m for m in range(5) if len(shortened(rows, m)) <= most]
    if fitting:
        assert set(told(found)) == shortened(rows, max(fitting))
        assert found.shortened == (() if 4 in fitting else ("content",))
    else:
        assert len(found.kinds) <= most or set(found.kinds.name) <= {OTHER, None}
        assert found.shortened[:2] == ("content", "campaign")


def test_a_kind_has_the_same_key_in_every_dictionary() -> None:
    one, _ = table({("a", None, "/1"): (1, 0), ("b", "x", None): (1, 1)}, 10)
    other, _ = table({("b", "x", None): (0, 1), ("c", "y", "/2"): (1, 0)}, 10)
    keys = dict(zip(told(one), kind_keys(one.kinds).tolist(), strict=True))
    others = dict(zip(told(other), kind_keys(other.kinds).tolist(), strict=True))
    assert set(keys) & set(others) == {("b", "x", None, True)}
    assert keys["b", "x", None, True] == others["b", "x", None, True]
    assert len({*keys.values(), *others.values()}) == 4
    assert list(kind_columns(one.kinds)) == ["name", "channel", "source", "campaign", "content", "offering"]
