"""What `timeline` answers: the people of one unit and their touches, the stages it went through, and who is missing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from tabiji.i18n import N_, pick, sentences, text
from tabiji.metrics.account.event_words import event_word
from tabiji.metrics.account.near_misses import MESSAGES, NearMiss
from tabiji.metrics.account.outlook import Outlook
from tabiji.metrics.account.why_result import Interval, JourneyTold, WhyResult
from tabiji.metrics.dwell.pace import StagePace
from tabiji.metrics.roles import NOBODY_IS_MISSING, called
from tabiji.result import Result


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


@dataclass(frozen=True, slots=True)
class PersonTold:
    """A person of the unit. roles: at the latest touch in a role, or by membership where there was none · n_touches: by as-of, 0 = known, but
    never met."""

    id: str | None
    name: str | None
    title: str | None
    department: str | None
    roles: tuple[str, ...]
    n_touches: int
    first_at: datetime | None
    last_at: datetime | None

    def to_dict(self) -> dict[str, Any]:
        """JSON of a person; instants in ISO 8601, UTC."""
        keys = ("id", "name", "title", "department", "n_touches")
        told = {key: getattr(self, key) for key in keys}
        return {**told, "roles": list(self.roles), "first_at": _iso(self.first_at), "last_at": _iso(self.last_at)}


@dataclass(frozen=True, slots=True)
class TouchSeen:
    """An event of the journey's offering. person: place in `people`, None = nobody named · touchpoint: of the map, where one
    matches · kind: one of `channels.KINDS`."""

    at: datetime
    person: int | None
    event: str | None
    touchpoint: str | None
    channel: str | None
    content: str | None
    kind: str

    def to_dict(self) -> dict[str, Any]:
        """JSON of a touch."""
        keys = ("person", "event", "touchpoint", "channel", "content", "kind")
        return {"at": self.at.isoformat(), **{key: getattr(self, key) for key in keys}}


@dataclass(frozen=True, slots=True)
class RoleTold:
    """A role that the map expects. people: distinct persons in that role in the latest journey · required: how many the buying
    group needs · due: it should have shown up by the stage in which the journey stands (never where nobody's role is known) · known: persons who hold the role, but
    whom nobody has met in this journey (places in `people`)."""

    role: str
    required: int
    people: int
    due: bool
    known: tuple[int, ...] = ()

    @property
    def missing(self) -> bool:
        """Whether it should have shown up by now and has not."""
        return self.due and not self.people

    def to_dict(self) -> dict[str, Any]:
        """{"role", "required", "people", "due", "missing", "known"}."""
        return {
            "role": self.role, "required": self.required, "people": self.people, "due": self.due, "missing": self.missing,
            "known": list(self.known),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Company:
    """A company as the lake tells it."""

    id: str
    name: str | None = None
    domain: str | None = None
    corporate_number: str | None = None
    industry: str | None = None
    employees: int | None = None
    annual_revenue: float | None = None
    currency: str | None = None
    country: str | None = None
    region: str | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Opportunity:
    """An opportunity as the lake tells it."""

    id: str
    offering: str | None
    owner: str | None
    amount: float | None
    currency: str | None
    stage: str | None
    opened_at: datetime | None
    closed_at: datetime | None

    def to_dict(self) -> dict[str, Any]:
        """JSON of an opportunity."""
        keys = ("id", "offering", "owner", "amount", "currency", "stage")
        told = {key: getattr(self, key) for key in keys}
        return {**told, "opened_at": _iso(self.opened_at), "closed_at": _iso(self.closed_at)}


@dataclass(frozen=True, repr=False)
class TimelineResult(Result):
    """Answer of `timeline`: what `why` tells of the unit, and its people and touches.

    touches: the latest of `n_touches`, in order · roles: that the map expects, in the order of the buying group · pace: the
    median stay of each stage over all journeys of the map · knows_roles: whether the data tell anybody's role (else nobody is
    missing) · outlook: of the latest journey, None where there is none."""

    why: WhyResult
    people: tuple[PersonTold, ...]
    touches: tuple[TouchSeen, ...]
    n_touches: int
    roles: tuple[RoleTold, ...]
    pace: tuple[StagePace, ...]
    company: Company | None
    opportunities: tuple[Opportunity, ...]
    role_names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # of the map's own roles
    touchpoint_names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    outlook: Outlook | None = None
    unused: tuple[str, ...] = ()  # touchpoints planned for the stage in which it stands, and not met since it got there
    knows_roles: bool = True

    name: ClassVar[str] = "timeline"

    @property
    def journey(self) -> JourneyTold | None:
        """The latest journey."""
        return self.why.journeys[-1] if self.why.journeys else None

    @property
    def standing(self) -> Interval | None:
        """The interval in which the latest journey stands, or stood when it ended."""
        journey = self.journey
        line = {p.id for p in self.pace}
        mine = [
            s for s in self.why.stages if journey and s.attempt == journey.attempt and s.id in line and s.moved
        ]  # fmt: skip
        return mine[-1] if mine else None

    @property
    def stay_days(self) -> float | None:
        """Days in that interval so far, or until the journey ended."""
        at = self.standing
        if at is None or self.journey is None:
            return None
        until = self.journey.ended_at or self.provenance.as_of
        return (until - at.entered_at).total_seconds() / 86_400

    @property
    def median(self) -> StagePace | None:
        """The median stay of that stage; None for the last stage, from which there is nothing to go on to."""
        at = self.standing
        return next((p for p in self.pace[:-1] if at is not None and p.id == at.id), None)

    @property
    def longer(self) -> bool:
        """Whether an open journey has been in its stage for longer than the median."""
        journey, median, stay = self.journey, self.median, self.stay_days
        if journey is None or journey.ended_at or median is None or median.median_days is None or stay is None:
            return False
        return stay > median.median_days

    @property
    def missing(self) -> tuple[RoleTold, ...]:
        """Roles that should have shown up by now and have not."""
        return tuple(r for r in self.roles if r.missing)

    def touch_name(self, touch: TouchSeen, lang: str | None = None) -> str:
        """What a touch is called: its touchpoint in the reader's language, else the event with its content."""
        named = pick(self.touchpoint_names.get(touch.touchpoint or ""), lang)
        said = (event_word(touch.event or "", lang), touch.content)
        return named or " ".join(x for x in said if x) or touch.channel or "—"

    def ending(self, journey: JourneyTold, lang: str | None = None) -> str:
        """How a journey ended, in a word: the failure stage that it entered, or that it went silent; empty while it is open."""
        if journey.outcome == "dormant":
            return text(N_("went silent"), lang)
        line = {p.id for p in self.pace}
        failed = [s.id for s in self.why.stages if s.attempt == journey.attempt and s.id not in line]
        return self.why.stage_name(failed[-1], lang) if journey.outcome == "lost" and failed else ""

    def role_name(self, role: str, lang: str | None = None) -> str:
        """A role as the map calls it, else as everybody does."""
        return called(self.role_names, role, lang)

    def lacking(self, miss: NearMiss, lang: str | None = None) -> str:
        """A near miss in words, with the names of roles and touchpoints in the reader's language."""
        names, values = self.touchpoint_names, dict(miss.values)
        values["what"] = _each(values["what"], lambda word: pick(names.get(word), lang) or event_word(word, lang), lang)
        if "role" in values:
            values["role"] = _each(values["role"], lambda role: self.role_name(role, lang), lang)
        return text(MESSAGES[miss.code], lang, **values)

    def to_dict(self) -> dict[str, Any]:
        """What `why` gives, and "stay_days", "median_days", "outlook", "people", "touches", "n_touches", "roles",
        "knows_roles", "unused_touchpoints", "company", "opportunities"."""
        median = self.median
        return {
            **self.why.to_dict(),
            "question": self.question.to_dict(),
            "notices": [n.to_dict() for n in self.notices],
            "stay_days": self.stay_days,
            "median_days": None if median is None else median.median_days,
            "outlook": None if self.outlook is None else self.outlook.to_dict(),
            "people": [p.to_dict() for p in self.people],
            "n_touches": self.n_touches,
            "touches": [t.to_dict() for t in self.touches],
            "roles": [r.to_dict() for r in self.roles],
            "knows_roles": self.knows_roles,
            "unused_touchpoints": list(self.unused),
            "company": None if self.company is None else {k: getattr(self.company, k) for k in Company.__slots__},
            "opportunities": [o.to_dict() for o in self.opportunities],
        }

    def rows(self) -> list[dict[str, Any]]:
        """One record per touch."""
        out: list[dict[str, Any]] = []
        for t in self.touches:
            person = None if t.person is None else self.people[t.person]
            out.append(
                {
                    "at": t.at, "person": person and (person.name or person.id),
                    "roles": ", ".join(person.roles) if person else None,
                    "touch": self.touch_name(t), "event": t.event, "channel": t.channel, "content": t.content,
                }
            )  # fmt: skip
        return out

    def explain(self, lang: str | None = None) -> str:
        """Where it stands, for how long, and who has not been seen."""
        said, journey, stay = [self.why.stands(lang)], self.journey, self.stay_days
        if journey is not None and journey.ended_at is None and stay is not None:
            said.append(text(N_("It has been there for {days:,.0f} days."), lang, days=stay))
            if self.median is not None and self.median.median_days is not None:
                said.append(
                    text(N_("Half of all journeys have left it after {days:,.0f}."), lang, days=self.median.median_days)
                )
        if self.outlook is not None and self.outlook.onward.share is not None:
            said.append(self.outlook.explain(lang))
        if self.missing:
            roles = text(", ", lang).join(self.role_name(r.role, lang) for r in self.missing)
            said.append(text(N_("Not seen, though expected by now: {roles}."), lang, roles=roles))
        if journey is not None and self.roles and not self.knows_roles:
            said.append(text(NOBODY_IS_MISSING, lang))
        return sentences(said, lang)


def _each(words: str, named: Callable[[str], str], lang: str | None) -> str:
    """Words that a near miss lists, one by one."""
    return text(", ", lang).join(dict.fromkeys(named(word) for word in words.split(", ")))
