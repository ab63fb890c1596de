"""Accounts: who is where, since when, who is missing; one page of the list at a time.

Positions, entries, outcomes and roles come from the journals and one pass over the events, as arrays over all units; only the
units of the page are looked up in the lake (`Directory`), and, where the question needs it, the order of names or amounts.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from tabiji.compute.executor import Executor
from tabiji.i18n import N_
from tabiji.index.jit import NEVER
from tabiji.index.journeys import Journal
from tabiji.index.layout import F8, I8, Index
from tabiji.journeymap.model import JourneyMap
from tabiji.metrics.account.expected import expected_by, expected_roles
from tabiji.metrics.account.outlook import Outlooks, waited
from tabiji.metrics.accounts.counts import by_outcome, by_stage, group_of, groups, in_group
from tabiji.metrics.accounts.due import due_order, medians
from tabiji.metrics.accounts.result import AccountRow, AccountsResult, Described, Listing
from tabiji.metrics.accounts.standings import OUTCOMES, Standings, standings
from tabiji.metrics.dwell.pace import stage_pace
from tabiji.metrics.entries import entries, main_line
from tabiji.metrics.moves import with_moves
from tabiji.metrics.provenance import chosen, provenance
from tabiji.metrics.roles import NOBODY_IS_MISSING, knows_roles, role_names
from tabiji.metrics.scope import DAY, Scope, instant, seconds
from tabiji.result import Notice, Question, Share

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

__all__ = ["AccountRow", "AccountsResult", "Described", "Directory", "Listing", "accounts"]

Bools = npt.NDArray[np.bool_]
CODES = {name: code for code, name in OUTCOMES.items()}


class Directory(Protocol):
    """What only the lake knows of units. Instants in seconds since EPOCH; arrays over the units given."""

    def matching(self, words: str) -> Bools:
        """bool[n_units]: units whose name or id contains `words`, case aside."""
        ...

    def name_order(self) -> I8:
        """int64[n_units]: place of each unit in the order of names; those without a name last, by id."""
        ...

    def amounts(self, found: Standings) -> tuple[F8, tuple[str, ...]]:
        """float64[u]: amount, in the main currency, of the opportunities that were open at some time during each journey (NaN where
        there is none); and the other currencies that occur."""
        ...

    def described(self, found: Standings) -> Sequence[Described]:
        """Name, company and amounts of each unit, with the same number of queries however many there are."""
        ...


def accounts(
    index: Index,
    journey_map: JourneyMap,
    rules: "Rules",
    journals: Sequence[Journal],
    scope: Scope,
    *,
    executor: Executor,
    directory: Directory,
    listing: Listing | None = None,
    question: Question | None = None,
) -> AccountsResult:
    """A page of the units of a scope, with their latest journeys (other arguments as those of `funnel`).

    Raises NotFoundError for a listing of a group that there is not."""
    listing = listing or Listing()
    roles = list(dict.fromkeys([*expected_roles(journey_map), *role_names(index, journey_map)]))
    found = standings(index, journey_map, rules, journals, scope, roles, executor)
    line = main_line(journey_map, rules)
    every = with_moves(entries(journals, line, seconds(scope.as_of), executor), journals, line, rules, executor)
    pace = stage_pace(every, journey_map, scope.min_n, executor)
    known = knows_roles(index, scope)
    missing = _missing(found, journey_map) if known else np.zeros(len(found), np.uint64)
    median = medians(pace)
    longer = _longer(found, median)
    fits = _fits(found, journey_map, listing, missing, longer, directory)
    if listing.group is not None:
        fits["group"] = in_group(scope, listing.group)[found.unit]
    fitting = np.flatnonzero(np.logical_and.reduce(list(fits.values())))
    clock = waited(every, found.unit, found.stage)
    outlooks = Outlooks(every, scope.horizon_of(journey_map), scope.min_n)
    onward = outlooks.shares(found.stage, clock)[fitting] if listing.sort == "outlook" else None
    order, notices = _ordered(found.take(fitting), listing, directory, onward, median)
    first = (listing.page - 1) * listing.page_size
    shown = fitting[order[first : first + listing.page_size]]
    asked = question or Question("accounts", journey_map.id)
    told = directory.described(found.take(shown))
    return AccountsResult(
        question=asked,
        provenance=provenance(
            index, rules, journals, scope, every, chosen(every, scope), asked, executor, verb="accounts",
            horizon_days=scope.horizon_of(journey_map),
        ),
        notices=(*notices, *_unknown(journey_map, known)),
        listing=listing,
        total=len(fitting),
        stalled=int(np.count_nonzero(longer[fitting] == 1)),
        accounts=tuple(
            _row(
                index, journey_map, found, x, d, missing, longer, outlooks.told(int(found.stage[x]), int(clock[x]))[0],
                group_of(scope, int(found.unit[x])),
            )
            for x, d in zip(shown.tolist(), told, strict=True)
        ),
        horizon_days=outlooks.horizon_days,
        pace=pace,
        by_stage=by_stage(journey_map, fits, found),
        by_outcome=by_outcome(fits, found),
        roles=expected_roles(journey_map),
        knows_roles=known,
        names={s.id: s.name for s in journey_map.stages},
        groups=groups(scope, journey_map, found, fits, longer),
    )  # fmt: skip


def _unknown(journey_map: JourneyMap, known: bool) -> tuple[Notice, ...]:
    """That nobody's role is known, where the map expects some."""
    return () if known or not expected_roles(journey_map) else (Notice("no_role_known", NOBODY_IS_MISSING),)


def _missing(found: Standings, journey_map: JourneyMap) -> npt.NDArray[np.uint64]:
    """uint64[u]: bits of the roles (`found.names`) that are expected by the stage of a unit and did not show up."""
    place = {name: np.uint64(1) << np.uint64(x) for x, name in enumerate(found.names)}
    due = [sum((int(place[r]) for r in roles if r in place), 0) for roles in expected_by(journey_map)]
    out: npt.NDArray[np.uint64] = np.array(due, np.uint64)[found.stage] & ~found.roles
    return out


def _longer(found: Standings, median: F8) -> npt.NDArray[np.int8]:
    """int8[u]: 1 = in its stage for longer than the median, 0 = not, −1 = not to be said (see `AccountRow`)."""
    here = median[found.stage]
    known = (found.ended == NEVER) & ~np.isnan(here)
    return np.where(known, (found.stay > here).astype(np.int8), np.int8(-1)).astype(np.int8)


def _fits(
    found: Standings,
    journey_map: JourneyMap,
    listing: Listing,
    missing: npt.NDArray[np.uint64],
    longer: npt.NDArray[np.int8],
    directory: Directory,
) -> dict[str, Bools]:
    """Which units fit, condition by condition; "all" is one that always holds."""
    out: dict[str, Bools] = {"all": np.ones(len(found), bool)}
    if listing.stage:
        out["stage"] = found.stage == [s.id for s in journey_map.main_line].index(listing.stage)
    if listing.outcome:
        out["outcome"] = found.outcome == CODES[listing.outcome]
    if listing.missing_role:
        bit = np.uint64(1) << np.uint64(found.names.index(listing.missing_role))
        out["missing_role"] = missing & bit != 0
    if listing.stalled:
        out["stalled"] = longer == 1
    if listing.search and listing.search.strip():
        out["search"] = directory.matching(listing.search.strip())[found.unit]
    return out


def _ordered(
    found: Standings, listing: Listing, directory: Directory, onward: F8 | None, median: F8
) -> tuple[npt.NDArray[np.intp], tuple[Notice, ...]]:
    """Places of the units in the order asked for; equal ones in the order of the index. onward: float64[u], their outlooks,
    where it is the order of these · median: float64[n_stages], stays."""
    key: npt.NDArray[Any]
    notices: tuple[Notice, ...] = ()
    if listing.sort in ("amount", "due"):
        amount, others = directory.amounts(found)
        if others:
            notices = (Notice("other_currencies", OTHER_CURRENCIES, {"currencies": ", ".join(others)}),)
        if listing.sort == "due":
            return due_order(found, median, amount), notices
        key = np.where(np.isnan(amount), np.inf, -amount)
    elif onward is not None:
        key = np.where(np.isnan(onward), np.inf, -onward)
    elif listing.sort == "name":
        key = directory.name_order()[found.unit]
    elif listing.sort == "silence":
        key = found.last_touch
    else:
        latest: dict[str, npt.NDArray[Any]] = {"entered": found.since, "touch": found.last_touch}
        key = -latest.get(listing.sort, found.stay).astype(np.int64)
    return np.argsort(key, kind="stable"), notices


OTHER_CURRENCIES = N_("Amounts in {currencies} cannot be compared with the others; such rows stand at the end.")


def _row(
    index: Index,
    journey_map: JourneyMap,
    found: Standings,
    x: int,
    described: Described,
    missing: npt.NDArray[np.uint64],
    longer: npt.NDArray[np.int8],
    onward: Share,
    group: str | None,
) -> AccountRow:
    def told(bits: int) -> tuple[str, ...]:
        return tuple(name for place, name in enumerate(found.names) if bits >> place & 1)

    ended = int(found.ended[x])
    return AccountRow(
        id=index.units[int(found.unit[x])],
        described=described,
        stage=journey_map.main_line[int(found.stage[x])].id,
        entered_at=instant(int(found.since[x])),
        stay_days=int(found.stay[x]) / DAY,
        longer=None if longer[x] < 0 else bool(longer[x]),
        outcome=OUTCOMES[int(found.outcome[x])],
        attempt=int(found.attempt[x]),
        started_at=instant(int(found.start[x])),
        ended_at=None if ended == NEVER else instant(ended),
        last_touch_at=instant(int(found.last_touch[x])),
        roles=told(int(found.roles[x])),
        missing=told(int(missing[x])),
        onward=onward,
        group=group,
    )
