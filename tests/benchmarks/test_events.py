import numpy as np
import pytest
from benchmarks.events import CHANNELS, CONVERSION, DAYS, FIRST_DAY, NAMES, Day, join, stream

N = 200_000


@pytest.fixture(scope="module")
def events() -> Day:
    return join(list(stream(N)))


def test_the_number_of_events_and_accounts_is_what_was_asked_for(events: Day) -> None:
    assert abs(len(events) - N) < 0.02 * N
    assert events.account.max() < N // 100
    assert np.unique(events.account).size > 0.9 * N // 100


def test_the_same_seed_gives_the_same_events_and_another_gives_others(events: Day) -> None:
    again, other = join(list(stream(N))), join(list(stream(N, seed=8)))
    for field in Day.__slots__:
        assert np.array_equal(getattr(events, field), getattr(again, field), equal_nan=field == "value")
    assert len(other) != len(events) or not np.array_equal(other.name, events.name)


def test_events_come_in_order_of_arrival_and_one_in_a_hundred_late(events: Day) -> None:
    assert (np.diff(events.received) >= 0).all()
    delay = events.received - events.at
    assert delay.min() == 0 and delay.max() <= 14 * 86400
    assert 0.008 < (delay > 0).mean() < 0.012
    assert events.at.min() >= FIRST_DAY * 86400 and events.at.max() < (FIRST_DAY + DAYS) * 86400


def test_no_account_does_two_things_in_one_second(events: Day) -> None:
    order = np.lexsort((events.at, events.account))
    same = np.diff(events.account[order].astype(np.int64)) == 0
    assert (np.diff(events.at[order])[same] > 0).all()


def test_names_channels_and_values_are_in_range(events: Day) -> None:
    assert events.name.max() < NAMES and events.channel.max() < CHANNELS
    won = events.name == CONVERSION
    assert 0 < won.sum() < 0.01 * len(events)
    assert np.isfinite(events.value).sum() <= won.sum()
