"""Survey answers and comments of the lake: touchpoints, the newest comments first, and what came later left out."""

from datetime import timedelta

import numpy as np
import pytest

from small_lake import DAY, EPOCH, RECEIVED, make_lake
from tabiji.index import build_index, open_index
from tabiji.settings import Settings
from tabiji.workspace.laid.surveys import answers_of, comments_of


def answer(number: int, comment: str | None, **more):
    row = {
        "id": f"s{number}",
        "at": DAY + timedelta(days=number),
        "account": "a",
        "kind": "nps",
        "score": 9.0,
        "comment": comment,
    }
    return {**row, **more}


@pytest.fixture
def found(tmp_path):
    rows = {
        "account": [{"id": "a"}, {"id": "b"}],
        "person": [{"id": "p", "account": "b"}],
        "membership": [{"id": "m", "account": "b", "person": "p", "role": "user"}],
        "event": [
            {"id": "e", "at": DAY, "name": "x", "account": "a"},
            {"id": "f", "at": DAY, "name": "x", "account": "b", "person": "p"},
        ],
        "survey": [
            answer(1, "first", touchpoint="demo"),
            answer(2, "  "),
            answer(3, "<b>third</b>\n  line", account=None, person="p", touchpoint="qbr"),
            answer(4, "x" * 900),
            answer(5, None),
            answer(6, "late", received_at=RECEIVED + timedelta(days=9)),
        ],
    }
    lake = make_lake(tmp_path, rows)
    build_index(lake, tmp_path / "index", "account", settings=Settings(threads=1, memory_mb=500))
    return lake, open_index(tmp_path / "index", "account")


def seconds(at) -> int:
    return int((at - EPOCH).total_seconds())


def test_answers_tell_what_they_were_asked_after(found):
    lake, index = found
    given = answers_of(lake, index)
    told = [given.touchpoints[t] if t >= 0 else None for t in given.touchpoint.tolist()]
    assert told == ["demo", None, "qbr", None, None, None]
    assert len(answers_of(lake, index, seconds(RECEIVED))) == 5


def test_comments_are_the_newest_of_the_wanted_units(found):
    lake, index = found
    until = seconds(DAY + timedelta(days=30))
    said = comments_of(lake, index, None, until, 3)
    assert [c.text[:5] for c in said] == ["late", "xxxxx", "<b>th"]
    assert len(said[1].text) == 500 and said[1].text.endswith("…")
    assert (said[2].text, said[2].unit, said[2].roles, said[2].touchpoint) == (
        "<b>third</b> line",
        "b",
        ("user",),
        "qbr",
    )
    only_b = np.array([u == "b" for u in index.units])
    assert [c.unit for c in comments_of(lake, index, only_b, until, 9)] == ["b"]
    assert [c.text for c in comments_of(lake, index, None, seconds(DAY + timedelta(days=1)), 9)] == ["first"]
    assert len(comments_of(lake, index, None, until, 9, seconds(RECEIVED))) == 3


def test_an_answer_lies_in_the_second_in_which_it_was_given(tmp_path):
    """As an event does: the last answer of a day is not taken for one of the next."""
    at = DAY + timedelta(hours=23, minutes=59, seconds=59, milliseconds=700)
    lake = make_lake(
        tmp_path, {"event": [{"id": "e", "at": at, "name": "x", "account": "a"}], "survey": [answer(1, "good", at=at)]}
    )
    build_index(lake, tmp_path / "index", "account", settings=Settings(threads=1, memory_mb=500))
    index = open_index(tmp_path / "index", "account")
    events = np.concatenate([tier.at for partition in index.partitions for tier in partition.tiers])
    assert answers_of(lake, index).at.tolist() == events.tolist() == [seconds(at.replace(microsecond=0))]
    assert [c.text for c in comments_of(lake, index, None, int(events[0]), 9)] == ["good"]
