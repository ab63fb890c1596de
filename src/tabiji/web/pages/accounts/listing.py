"""What the page of the list shows beside the rows: tabs with counts, links that keep the rest of the address, badges of roles."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from tabiji.charts.wording import role_name
from tabiji.i18n import N_, text
from tabiji.journeymap.model import JourneyMap
from tabiji.metrics.accounts.result import AccountRow, AccountsResult
from tabiji.settings import Settings
from tabiji.web.addresses import and_query, of_account
from tabiji.web.filters import PICKS, Filters
from tabiji.web.outcome_words import headed, outcome_words
from tabiji.web.segments import groups_of

OWN = (
    "stage",
    "missing_role",
    "stalled",
    "outcome",
    "search",
    "sort",
    "page",
    "group",
)  # of the address, beside the filters
SORTS = {
    "due": N_("due for a look"),
    "stay": N_("longest in the stage"),
    "entered": N_("latest entry"),
    "touch": N_("latest touch"),
    "silence": N_("longest silence"),
    "outlook": N_("best outlook"),
    "amount": N_("largest amount"),
    "name": N_("name"),
}
DUE = N_(
    "First those that have just passed the median of their stage, up to one and a half times as long; then those within it, then those far beyond "
    "it; at the end those that have ended. In each, the largest amount first, then the latest entry."
)
DAILY = "due"  # the order where the address names none: the list is opened every morning
HEADS = {  # column → the orders that its heading offers, each press the next one
    "name": ("name",), "stage": ("entered",), "stay": ("stay",), "onward": ("outlook",), "touch": ("touch", "silence"),
    "amount": ("amount",),
}  # fmt: skip
UPWARD = ("name", "silence")  # smallest first; all others: largest first
UNFILTERED = dict.fromkeys(("from", "to", *PICKS), "")  # of figures over all journeys of the map
_SCALE = 3.0  # medians that the bar of a stay is long


@dataclass(frozen=True, slots=True)
class Tab:
    """A choice that is a link, with how many it would show."""

    label: str
    n: int
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Head:
    """A heading that orders the list. direction: as in `aria-sort`, empty where the list is ordered otherwise · order: what a press
    leads to, in words."""

    href: str
    direction: str
    order: str


@dataclass(frozen=True, slots=True)
class Badge:
    """A role on a row: there, missing, or not expected yet."""

    letter: str
    name: str
    state: str  # there | missing | later


@dataclass(frozen=True, slots=True)
class Line:
    """A row: its link, the bar of its stay in 0–100 with the mark of the median, its roles."""

    row: AccountRow
    name: str
    href: str
    bar: float | None
    badges: tuple[Badge, ...]
    missing: str  # in words


@dataclass(frozen=True, slots=True)
class ListPage:
    """Everything that the template needs beside the result."""

    stages: tuple[Tab, ...]
    outcomes: tuple[Tab, ...]
    groups: tuple[Tab, ...]  # empty where the list is not divided
    heads: Mapping[str, Head]
    roles: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    before: str  # address of the page before, empty on the first
    after: str
    everything: str  # address without any condition
    narrow: bool
    median_at: float


def list_page(
    journey_map: JourneyMap, result: AccountsResult, filters: Filters, own: Mapping[str, str], version: int | None,
    settings: Settings,
) -> ListPage:  # fmt: skip
    """The page of a result. own: what the address says beside the filters · settings: hold the labels of values."""
    here = f"/maps/{journey_map.id}/accounts"
    pinned = {} if version is None else {"version": str(version)}

    def at(**changes: str) -> str:
        """The address with changes; another choice leads to the first page."""
        query = {**filters.parameters, **pinned, **{k: v for k, v in own.items() if k != "page"}, **changes}
        return f"{here}?{urlencode({k: v for k, v in query.items() if v})}".rstrip("?")

    n_stages, n_outcomes = sum(result.by_stage.values()), sum(result.by_outcome.values())
    stage, outcome = own.get("stage", ""), own.get("outcome", "")
    stages = [Tab(text(N_("All stages")), n_stages, at(stage=""), not stage)]
    stages += [Tab(result.stage_name(s), n, at(stage=s), s == stage) for s, n in result.by_stage.items()]
    outcomes = [Tab(text(N_("All")), n_outcomes, at(outcome=""), not outcome)]
    words = outcome_words(journey_map)
    outcomes += [Tab(headed(words[o]), n, at(outcome=o), o == outcome) for o, n in result.by_outcome.items()]
    group, groups = own.get("group", ""), list[Tab]()
    if result.groups:
        groups = [Tab(text(N_("All")), sum(g.total for g in result.groups), at(group=""), not group)]
        told = groups_of(result.groups, filters.by, settings)
        groups += [Tab(label, g.total, at(group=value), value == group) for value, label, g in told]
    number = result.listing.page
    kept = urlencode(
        {
            **pinned,
            **{k: v for k, v in filters.parameters.items() if k in ("as_of", "known_as_of", "horizon_days", "min_n")},
        }
    )
    return ListPage(
        stages=tuple(stages),
        outcomes=tuple(outcomes),
        groups=tuple(groups),
        heads={column: _head(orders, result.listing.sort, at) for column, orders in HEADS.items()},
        roles=tuple((role, role_name(journey_map, role)) for role in result.roles if result.knows_roles),
        lines=tuple(
            _line(journey_map, result, row, and_query(of_account(journey_map.id, row.id), kept))
            for row in result.accounts
        ),
        before=at(page=str(number - 1)) if number > 1 else "",
        after=at(page=str(number + 1)) if number < result.pages else "",
        everything=here,
        narrow=filters.narrow or any(k not in ("sort", "page") for k in own),
        median_at=100 / _SCALE,
    )


def _head(orders: Sequence[str], sort: str, at: Callable[..., str]) -> Head:
    """The heading of a column."""
    following = orders[(orders.index(sort) + 1) % len(orders)] if sort in orders else orders[0]
    direction = "" if sort not in orders else "ascending" if sort in UPWARD else "descending"
    return Head(at(sort=following), direction, text(SORTS[following]))


def _line(journey_map: JourneyMap, result: AccountsResult, row: AccountRow, href: str) -> Line:
    median = next((p.median_days for p in result.pace[:-1] if p.id == row.stage), None)
    return Line(
        row=row,
        name=row.described.name or row.id,
        href=href,
        bar=None if not median else min(100.0, 100 * row.stay_days / (_SCALE * median)),
        badges=tuple(badge(journey_map, role, role in row.roles, role in row.missing) for role in result.roles),
        missing=text(", ").join(role_name(journey_map, role) for role in row.missing),
    )


def badge(journey_map: JourneyMap, role: str, there: bool, missing: bool) -> Badge:
    """The badge of a role."""
    name = role_name(journey_map, role)
    return Badge(letter_of(name), name, "there" if there else "missing" if missing else "later")


def letter_of(name: str) -> str:
    """One letter for a Japanese name, the initials of the words of another."""
    if not name[:1].isascii():
        return name[:1]
    words = [w for w in name.split() if w[:1].isupper() or len(name.split()) == 2]
    return "".join(w[0].upper() for w in words[:2]) or name[:1].upper()
