import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabiji.ingest.errors import LineTooLongError
from tabiji.ingest.sources.line_shape import LineShape


def chunks(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[a:b] for a, b in pairwise(places)]


@given(
    lines=st.lists(st.sampled_from([b"", b"a", b"bc,d", b'"']), max_size=12),
    end=st.sampled_from([b"\n", b"\r\n"]),
    closed=st.booleans(),
    cuts=st.lists(st.integers(0, 60), max_size=6),
)
def test_lines_are_counted_whatever_the_chunks(lines, end, closed, cuts):
    data = end.join(lines) + (end if closed else b"")
    shape = LineShape("x", 1)
    for chunk in chunks(data, cuts):
        shape.feed(chunk)
    kept = data.split(end)
    while kept and kept[-1] == b"":
        kept.pop()
    # A chunk that is nothing but the \n of a \r\n may look like a blank line: then the file is read the exact way.
    if not (end == b"\r\n" and any(c.startswith(b"\n") for c in chunks(data, cuts))):
        assert shape.n_lines == len(kept)
    assert shape.line_ends == (end.decode() if end in data else "\n")


@given(
    data=st.text(st.sampled_from("ab\r\n"), max_size=30).map(str.encode), cuts=st.lists(st.integers(0, 30), max_size=5)
)
def test_kinds_of_line_ends_are_told_apart_whatever_the_chunks(data, cuts):
    shape = LineShape("x", 1)
    for chunk in chunks(data, cuts):
        shape.feed(chunk)
    kinds = {end.decode() for end in re.findall(rb"\r\n|\n|\r", data)}
    assert shape.line_ends == ("mixed" if len(kinds) > 1 else kinds.pop() if kinds else "\n")


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("size", [2**16, 2**20, 2**22])
def test_the_limit_holds_across_chunks(end, size):
    good, bad = b"x" * (2**20 - 2), b"y" * (2**20 + 1)
    data = good + end + good + end + bad + end + good
    shape = LineShape("x", 1)
    with pytest.raises(LineTooLongError) as caught:
        for at in range(0, len(data), size):
            shape.feed(data[at : at + size])
    assert caught.value.line == 3
