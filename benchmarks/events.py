"""Seeded journeys as a stream of days: what a marketing-and-sales stack sends, in the order in which it arrives.

Accounts differ in size (log-normal), begin on different days, act in bursts, move through eight families of events from
the first interest to the signed contract, and stop somewhere on the way. One event in a hundred arrives up to two weeks
late. Nothing is held but one number per account and the late ones, so a hundred million events need little memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numba import njit

DAYS = 548  # 18 months
FIRST_DAY = 9131  # 2025-01-01, in days since 2000-01-01
FAMILIES, RANKS, CHANNELS = 8, 50, 12
NAMES = FAMILIES * RANKS
CONVERSION = NAMES - 1
EVENTS_PER_ACCOUNT = 100
LATE_SHARE, LATE_DAYS = 0.01, 14
ACTIVE_SHARE = 0.3  # of the days of an account


@dataclass(frozen=True, slots=True)
class Day:
    """Events that arrive on one day, by time of arrival.

    account: uint32 · name: uint16 · channel: uint8 · person: uint16, within the account · at, received: int64 seconds
    since 2000-01-01 · value: float64, NaN where there is none."""

    account: np.ndarray
    name: np.ndarray
    channel: np.ndarray
    person: np.ndarray
    at: np.ndarray
    received: np.ndarray
    value: np.ndarray

    def __len__(self) -> int:
        return int(self.account.size)

    def pick(self, which: np.ndarray) -> "Day":
        """Those events, in that order."""
        return Day(*(getattr(self, f)[which] for f in self.__slots__))


def join(days: list[Day]) -> Day:
    """Several days as one, in their order."""
    return Day(*(np.concatenate([getattr(d, f) for d in days]) for f in Day.__slots__))


def stream(n_events: int, seed: int = 7) -> Iterator[Day]:
    """About `n_events` events (within one percent for a million and more) of `n_events` / 100 accounts, day by day."""
    accounts = _accounts(max(1, n_events // EVENTS_PER_ACCOUNT), n_events, seed)
    zipf = 1 / np.arange(1, RANKS + 1) ** 1.1
    ranks = np.cumsum(zipf / zipf.sum())
    channel_of = np.random.default_rng(seed).integers(0, CHANNELS, NAMES).astype(np.uint8)
    waiting: list[Day] = []
    last = np.full(len(accounts[0]), -1, np.int16)
    capacity = 2 * n_events // DAYS + 1000
    for day in range(DAYS):
        before = last.copy()
        out = _empty(capacity)
        n = _one_day(seed, day, *accounts, last, ranks, channel_of, *out)
        if n > capacity:
            last, capacity = before, 2 * n
            out = _empty(capacity)
            n = _one_day(seed, day, *accounts, last, ranks, channel_of, *out)
        born = Day(*(column[:n] for column in out))
        here = join([born, *waiting])
        today = here.received < (FIRST_DAY + day + 1) * 86400
        waiting = [here.pick(np.flatnonzero(~today))]
        arrived = here.pick(np.flatnonzero(today))
        yield arrived.pick(np.argsort(arrived.received, kind="stable"))
    yield waiting[0].pick(np.argsort(waiting[0].received, kind="stable"))


def _accounts(n: int, n_events: int, seed: int) -> tuple[np.ndarray, ...]:
    """Per account: first day, days, events per active day, how far it goes (0–1), persons."""
    chance = np.random.default_rng(seed)
    weight = np.exp(chance.normal(0, 1, n))
    events = np.maximum(1, weight * (n_events / weight.sum()))
    start = (chance.random(n) * DAYS * 0.8).astype(np.int32)
    days = np.minimum(DAYS - start, 20 + 400 * chance.random(n) ** 2 + events / 2).astype(np.int32)
    rate = events / (days * ACTIVE_SHARE)
    depth = 0.25 + 0.75 * chance.random(n)
    return start, days, rate, depth, (1 + events / 15).astype(np.int32)


def _empty(n: int) -> tuple[np.ndarray, ...]:
    kinds = (np.uint32, np.uint16, np.uint8, np.uint16, np.int64, np.int64, np.float64)
    return tuple(np.empty(n, kind) for kind in kinds)


@njit(inline="always")
def _next(state):  # type: ignore[no-untyped-def]
    """splitmix64: the next state, and a number in [0, 1)."""
    state += np.uint64(0x9E3779B97F4A7C15)
    z = state
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return state, (z >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@njit(cache=True)
def _one_day(
    seed,
    day,
    start,
    days,
    rate,
    depth,
    persons,
    last,
    ranks,
    channel_of,
    account,
    name,
    channel,
    person,
    at,
    received,
    value,
):  # type: ignore[no-untyped-def]
    """Fill the columns with the events that happen on `day`; returns how many there are, also beyond their capacity.

    Within an account no two events share a second, so that every engine orders them alike."""
    n = 0
    for a in range(start.size):
        since = day - start[a]
        if since < 0 or since >= days[a]:
            continue
        state = np.uint64(seed * 1_000_003 + a) * np.uint64(0xD1342543DE82EF95) + np.uint64(day)
        state, u = _next(state)
        if u >= ACTIVE_SHARE:
            continue
        state, u = _next(state)
        m = int(rate[a] + u)
        for j in range(m):
            if n + j >= account.size:
                break
            i = n + j
            account[i] = a
            state, u = _next(state)
            at[i] = (FIRST_DAY + day) * 86400 + int((j + u) * 86400 / m)
            state, code = _name(state, last[a], depth[a] * (since + (j + 0.5) / m) / days[a], ranks)
            value[i] = np.nan
            if since == days[a] - 1 and j == m - 1 and depth[a] > 0.6:
                state, u = _next(state)
                if u < 0.9:
                    code = CONVERSION
                    value[i] = 1000.0 + 50000.0 * u * u
            last[a] = code
            name[i] = code
            state, u = _next(state)
            channel[i] = channel_of[code] if u < 0.8 else int((u - 0.8) / 0.2 * CHANNELS)
            state, u = _next(state)
            person[i] = int(u * u * persons[a])
            state, u = _next(state)
            late = 1 + int(u / LATE_SHARE * LATE_DAYS) if u < LATE_SHARE else 0
            received[i] = at[i] + late * 86400
        n += m
    return n


@njit(inline="always")
def _name(state, previous, progress, ranks):  # type: ignore[no-untyped-def]
    """The same as before (3 in 10), else one of the family that fits how far the account has come."""
    state, u = _next(state)
    if previous >= 0 and u < 0.3:
        return state, np.int64(previous)
    state, u = _next(state)
    state, v = _next(state)
    family = min(FAMILIES - 1, max(0, int((progress + (u + v - 1.0) * 0.45) * FAMILIES)))
    state, u = _next(state)
    return state, family * RANKS + min(RANKS - 1, np.searchsorted(ranks, u))
