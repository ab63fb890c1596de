"""What `accounts` answers: a page of the units (accounts, opportunities, persons), where each stands and since when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from tabiji.i18n import N_, pick, sentences, text
from tabiji.metrics.dwell.pace import StagePace
from tabiji.result import Result, Share

SORTS = ("stay", "due", "entered", "touch", "silence", "outlook", "amount", "name")
OUTCOME_NAMES = ("open", "won", "lost", "dormant")


@dataclass(frozen=True, slots=True)
class Listing:
    """Which of the units, in which order, and which page of them (from 1). stage: those that stand there · missing_role: the
    role should have shown up by now and has not · stalled: still in the stage, for longer than half of all journeys · outcome:
    one of OUTCOME_NAMES · search: words of the name or id · sort: one of SORTS · group: a value of `--by`."""

    stage: str | None = None
    missing_role: str | None = None
    stalled: bool = False
    outcome: str | None = None
    search: str | None = None
    sort: str = "stay"
    page: int = 1
    page_size: int = 50
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Money:
    """The amounts of `n` opportunities in one currency (None: not named)."""

    currency: str | None
    amount: float
    n: int

    def to_dict(self) -> dict[str, Any]:
        """{"currency", "amount", "n"}."""
        return {"currency": self.currency, "amount": self.amount, "n": self.n}


@dataclass(frozen=True, slots=True)
class Described:
    """What the lake tells of a unit: its name (an opportunity: that of its account), company, and opportunities that were open
    at some time during its journey."""

    name: str | None = None
    industry: str | None = None
    employees: int | None = None
    amounts: tuple[Money, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A unit and its latest journey. stay_days: in the stage so far, or until the journey ended · longer: whether that is longer
    than the median of the stage (None where there is no median, nothing to go on to, or the journey has ended) · last_touch_at:
    of the unit, by as-of · roles: that showed up in the journey · missing: that the map expects by this stage and that did not ·
    onward: of those who had been in the stage for as long, the share that went on within the horizon from then on (see
    `account.outlook`) · group: its value of `--by`, where the question divides by something."""

    id: str
    described: Described
    stage: str
    entered_at: datetime
    stay_days: float
    longer: bool | None
    outcome: str
    attempt: int
    started_at: datetime
    ended_at: datetime | None
    last_touch_at: datetime
    roles: tuple[str, ...]
    missing: tuple[str, ...]
    onward: Share
    group: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON of a row; instants in ISO 8601, UTC; `group` only where there is one."""
        told = {} if self.group is None else {"group": self.group}
        return {
            "id": self.id,
            **told,
            "name": self.described.name,
            "industry": self.described.industry,
            "employees": self.described.employees,
            "stage": self.stage,
            "entered_at": self.entered_at.isoformat(),
            "stay_days": self.stay_days,
            "longer_than_median": self.longer,
            "outcome": self.outcome,
            "attempt": self.attempt,
            "started_at": self.started_at.isoformat(),
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
            "last_touch_at": self.last_touch_at.isoformat(),
            "roles": list(self.roles),
            "missing": list(self.missing),
            "outlook": self.onward.to_dict(),
            "amounts": [m.to_dict() for m in self.described.amounts],
        }


@dataclass(frozen=True, slots=True)
class GroupCount:
    """How many units of one value of `--by` fit everything but a condition on the group, where they stand and how it ended."""

    value: str
    total: int
    stalled: int
    by_stage: Mapping[str, int]
    by_outcome: Mapping[str, int]

    def to_dict(self) -> dict[str, Any]:
        """{"value", "total", "stalled", "stages": [{"id", "n"}], "outcomes"}."""
        stages = [{"id": stage, "n": n} for stage, n in self.by_stage.items()]
        told = {"value": self.value, "total": self.total, "stalled": self.stalled}
        return {**told, "stages": stages, "outcomes": dict(self.by_outcome)}


@dataclass(frozen=True, repr=False)
class AccountsResult(Result):
    """Answer of `accounts`: `total` units fit, of which `accounts` are the page asked for; `stalled` of the total have stayed
    longer than the median.

    horizon_days: of the outlooks · pace: the median stay of each stage, over all journeys of the map · by_stage, by_outcome: units that fit everything else,
    by where they stand and how their journey ended · roles: that the map expects · knows_roles: whether the data tell anybody's
    role (else nobody is missing) · groups: the same counts for each value of `--by`,
    the largest first."""

    listing: Listing
    total: int
    stalled: int
    accounts: tuple[AccountRow, ...]
    horizon_days: int
    pace: tuple[StagePace, ...]
    by_stage: Mapping[str, int]
    by_outcome: Mapping[str, int]
    roles: tuple[str, ...] = ()
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # of stages, by id
    groups: tuple[GroupCount, ...] = ()
    knows_roles: bool = True

    name: ClassVar[str] = "accounts"

    @property
    def pages(self) -> int:
        """How many pages there are (at least one)."""
        return max(1, -(-self.total // self.listing.page_size))

    def stage_name(self, stage: str, lang: str | None = None) -> str:
        """Name of a stage in the reader's language, else its id."""
        return pick(self.names.get(stage), lang) or stage

    def to_dict(self) -> dict[str, Any]:
        """{"question", "provenance", "total", "stalled", "page", "pages", "page_size", "horizon_days", "stages", "outcomes",
        "roles", "knows_roles", "accounts", "notices"}; `groups` only where the question asked for groups."""
        groups = {"groups": [g.to_dict() for g in self.groups]} if self.groups else {}
        return {
            "question": self.question.to_dict(),
            "provenance": self.provenance.to_dict(),
            "total": self.total,
            "stalled": self.stalled,
            "page": self.listing.page,
            "pages": self.pages,
            "page_size": self.listing.page_size,
            "horizon_days": self.horizon_days,
            "stages": [{"id": p.id, "n": self.by_stage[p.id], **_stay(p)} for p in self.pace],
            "outcomes": dict(self.by_outcome),
            "roles": list(self.roles),
            "knows_roles": self.knows_roles,
            "accounts": [a.to_dict() for a in self.accounts],
            **groups,
            "notices": [n.to_dict() for n in self.notices],
        }

    def rows(self) -> list[dict[str, Any]]:
        """One record per account of the page."""
        return [
            {
                "id": a.id, **({"group": a.group} if self.groups else {}), "name": a.described.name, "stage": a.stage, "entered_at": a.entered_at, "stay_days": a.stay_days,
                "longer_than_median": a.longer, "outcome": a.outcome, "last_touch_at": a.last_touch_at,
                "missing": ", ".join(a.missing), "onward_share": a.onward.share, "onward_low": a.onward.low,
                "onward_high": a.onward.high, "onward_n": a.onward.n,
            }
            for a in self.accounts
        ]  # fmt: skip

    def explain(self, lang: str | None = None) -> str:
        """How many fit, and how many of them have stayed for long."""
        if not self.total:
            return self.no_journey(lang) if self.nothing_known else text(N_("Nobody fits."), lang)
        said = text(N_("{n:,} {n:fits|fit}."), lang, n=self.total)
        if self.stalled:
            longer = text(
                N_("{n:,} of them {n:has|have} been in {n:its|their} stage for longer than half of all journeys stay there."),
                lang, n=self.stalled,
            )  # fmt: skip
            return sentences([said, longer], lang)
        return said


def _stay(pace: StagePace) -> dict[str, Any]:
    out: dict[str, Any] = {"median_days": pace.median_days}
    return out if pace.reason is None else {**out, "reason": pace.reason}
