from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from tabiji.settings import end_of_day, start_of_day
from tabiji.workspace.ask import FUNNEL, FlagError, read_flags
from tabiji.workspace.flags import days, switch, whole

TOKYO = ZoneInfo("Asia/Tokyo")


def test_nothing_given_is_every_default() -> None:
    asked = read_flags({"as_of": None, "segment": ""})
    assert (asked.as_of, asked.segment, asked.mode, asked.flags) == (None, None, "reached", {})


def test_text_and_python_values_read_the_same() -> None:
    as_text = read_flags({"as-of": "2017-12-31", "horizon-days": "90", "from": "2017-01-01"})
    as_values = read_flags({"as_of": date(2017, 12, 31), "horizon_days": 90, "from_": date(2017, 1, 1)})
    assert (as_text.as_of, as_text.horizon_days, as_text.from_) == (date(2017, 12, 31), 90, date(2017, 1, 1))
    assert (as_values.as_of, as_values.horizon_days, as_values.from_) == (date(2017, 12, 31), 90, date(2017, 1, 1))
    assert as_text.flags == as_values.flags == {"as_of": "2017-12-31", "horizon_days": 90, "from": "2017-01-01"}


def test_a_question_tells_numbers_as_numbers_whoever_asks() -> None:
    own = (whole("page", "", 1, 9), days("half_life_days", ""), switch("stalled", ""), switch("once", ""))
    given = {
        "min_n": "5",
        "window_days": "30",
        "half_life_days": "7.5",
        "page": "2",
        "stalled": "true",
        "once": "false",
    }
    told = read_flags({**given, "mode": "ordered", "segment": "1"}, FUNNEL, own).flags
    assert told == {
        "min_n": 5, "window_days": 30, "half_life_days": 7.5, "page": 2, "stalled": True, "mode": "ordered", "segment": "1",
    }  # fmt: skip
    assert {name: type(value) for name, value in told.items()} == {
        "min_n": int, "window_days": int, "half_life_days": float, "page": int, "stalled": bool, "mode": str, "segment": str,
    }  # fmt: skip
    assert read_flags(told, FUNNEL, own).flags == told  # a saved question is read again as it was


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"horizon": "90"}, "horizon: unknown flag; did you mean 'horizon_days'?"),
        ({"as_of": "31/12/2017"}, "as_of: '31/12/2017' is not a day; write it like 2026-03-31"),
        ({"horizon_days": "ninety"}, "horizon_days: 'ninety' is not a whole number"),
        ({"min_n": "0"}, "min_n: 0 is outside 1–1000000"),
        ({"mode": "strict"}, "mode: 'strict' is not one of: reached, ordered"),
        ({"from": "2018-01-01", "to": "2017-01-01"}, "from: 2018-01-01 is after to=2017-01-01"),
        ({"window_days": "-1"}, "window_days: -1 is not a number of days above 0, up to 36,500"),
        ({"window_days": "0"}, "window_days: 0 is not a number of days above 0, up to 36,500"),
        ({"as_of": "9999-12-31"}, "as_of: 9999-12-31 is outside 1900–2199"),
        ({"known_as_of": date.max}, "known_as_of: 9999-12-31 is outside 1900–2199"),
        ({"from": "0001-01-01"}, "from: 0001-01-01 is outside 1900–2199"),
    ],
)
def test_a_flag_that_cannot_be_used_says_what_would_work(given: dict[str, object], message: str) -> None:
    with pytest.raises(FlagError) as caught:
        read_flags(given, FUNNEL)
    assert caught.value.render("en") == message


def test_a_day_ends_in_the_zone_of_the_workspace() -> None:
    assert end_of_day(date(2017, 12, 31), TOKYO) == datetime(2017, 12, 31, 14, 59, 59, tzinfo=UTC)
    assert start_of_day(date(2018, 1, 1), TOKYO) == datetime(2017, 12, 31, 15, 0, 0, tzinfo=UTC)
