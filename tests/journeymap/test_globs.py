import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabiji.journeymap.globs import content_patterns, is_glob, matcher


def brute(pattern, value):
    """By definition: `*` is any run, `?` any one character."""
    if not pattern:
        return not value
    if pattern[0] == "*":
        return any(brute(pattern[1:], value[i:]) for i in range(len(value) + 1))
    return bool(value) and pattern[0] in ("?", value[0]) and brute(pattern[1:], value[1:])


@given(st.lists(st.text("ab*?[\n", max_size=6), max_size=3), st.text("ab*[]\n", max_size=6))
def test_globs_match_as_defined(patterns, value):
    assert matcher(patterns)(value) == any(brute(p, value) for p in patterns)


def test_what_is_missing_matches_nothing():
    assert not matcher(["*"])(None)
    assert matcher(["*"])("")
    assert not matcher([])("a")


def test_case_and_brackets_are_literal():
    assert not matcher(["Won"])("won")
    assert matcher(["[ab]*"])("[ab]c")
    assert not matcher(["[ab]"])("a")
    assert is_glob("a?") and is_glob("*") and not is_glob("[a]")


def test_a_hostile_glob_does_not_hang():
    began = time.monotonic()
    assert not matcher(["a*" * 50 + "b"])("a" * 5000)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("pattern", "forms"),
    [
        ("/pricing*", ("/pricing*",)),
        ("/pricing/", ("/pricing/", "/pricing")),
        ("/", ("/",)),
        ("https://example.jp/pricing/?utm=1#top", ("https://example.jp/pricing/?utm=1#top", "/pricing")),
        ("https://example.jp", ("https://example.jp", "/")),
        ("https://example.jp*", ("https://example.jp*", "/*")),
        ("a.html?x=*", ("a.html?x=*", "a.html")),
        ("/plan?", ("/plan?",)),
        ("Why CX?", ("Why CX?",)),
        ("*", ("*",)),
    ],
)
def test_contents_are_looked_for_as_the_index_keeps_them(pattern, forms):
    assert content_patterns([pattern]) == forms
