"""Line breaking by measured widths."""

import itertools
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tabiji.charts.fontfile import BOLD, REGULAR, font
from tabiji.charts.lettering import NOT_AT_FOOT, NOT_AT_HEAD, width, wrap


def test_full_width_characters_are_one_em_and_digits_are_even() -> None:
    assert width("決裁者", 10) == 30
    assert len({font().advance(d) for d in "0123456789"}) == 1
    assert font(bold=True).advance("W") > font().advance("W") > font().advance("i")


def test_the_font_has_what_the_pictures_write() -> None:
    for char in "−–—…·→●○「」¥％%±々〜旅路":
        assert font().glyph(char), char
    assert font().glyph("🙂") == 0


def test_both_faces_are_bundled() -> None:
    assert REGULAR.stat().st_size > 5_000_000
    assert BOLD.stat().st_size > 5_000_000


@pytest.mark.parametrize(
    ("text", "limit", "lines"),
    [
        ("締め作業の残業を数え始める", 60, ["締め作業の残", "業を数え始め", "る"]),
        ("これは、長い。", 30, ["これ", "は、長", "い。"]),  # the comma and the full stop take their neighbour along
        ("説明「上に」は", 30, ["説明", "「上", "に」は"]),  # an opening bracket is never the last
        ("カード", 20, ["カー", "ド"]),
        ("デモを2社に", 40, ["デモを2", "社に"]),
        ("compare two vendors", 50, ["compare", "two", "vendors"]),
        ("compare two vendors", 70, ["compare two", "vendors"]),
        ("ROI試算", 35, ["ROI試", "算"]),
        ("上に\n説明", 200, ["上に", "説明"]),
        ("締め作業 ー長い", 50, ["締め作", "業 ー長い"]),  # a space does not save it
        ("", 100, []),
        ("   ", 100, []),
    ],
)
def test_lines_break_where_a_reader_accepts_it(text: str, limit: float, lines: list[str]) -> None:
    assert wrap(text, limit, 10) == lines


def test_a_word_longer_than_the_line_is_cut() -> None:
    lines = wrap("incomprehensibilities", 40, 10)
    assert "".join(lines) == "incomprehensibilities"
    assert all(width(line, 10) <= 40 for line in lines)


def test_too_many_lines_end_in_an_ellipsis_inside_the_limit() -> None:
    lines = wrap("決裁者につながらないまま止まる", 50, 10, max_lines=2)
    assert lines == ["決裁者につ", "ながらな…"]


PIECES = st.sampled_from(
    ["決裁者", "に、", "つながる。", "「上に」", "（例）", "ーっ", "abc", " ", "12%", "¥300", "・", "カード"]
)


@given(st.lists(PIECES, max_size=14).map("".join), st.integers(120, 300))
def test_nothing_is_lost_and_no_line_begins_or_ends_wrongly(text: str, limit: int) -> None:
    lines = wrap(text, limit, 10)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width(line, 10) <= limit for line in lines)
    assume(not re.search(r"[^ぁ-ん決-者]{10}", text))  # a run of marks longer than a line is cut where it must be
    for before, after in itertools.pairwise(lines):
        assert after[0] not in NOT_AT_HEAD
        assert before[-1] not in NOT_AT_FOOT
