"""What `why` answers: the journeys of one unit, its stage intervals with their receipts, and what it lacked to go on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from tabiji.i18n import N_, pick, sentences, text
from tabiji.metrics.account.near_misses import NearMiss
from tabiji.result import Result


@dataclass(frozen=True, slots=True)
class Touch:
    """An event of a receipt, as the lake tells it. event_id: None where the lake does not hold it any more."""

    event_id: str | None
    name: str | None
    at: datetime
    person: str | None
    channel: str | None
    content: str | None
    roles: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """JSON of an event; its instant in ISO 8601, UTC."""
        keys = ("event_id", "name", "person", "channel", "content")
        return {**{k: getattr(self, k) for k in keys}, "at": self.at.isoformat(), "roles": list(self.roles)}


@dataclass(frozen=True, slots=True)
class Interval:
    """A journey in a stage. left_at: None = it is there. again: a return to a stage that was entered or passed before; it
    ends no stay unless the stage says `regress`, and then lasts as long as its firings · clause, rule: the way in that was
    completed, its number in the map (from 0) and its text · events: what completed it, the last one fired · moved: whether it
    took the journey there (a return that ended no stay did not)."""

    attempt: int
    id: str
    entered_at: datetime
    left_at: datetime | None
    again: bool
    clause: int | None
    rule: str | None
    events: tuple[Touch, ...]
    moved: bool = True

    def to_dict(self) -> dict[str, Any]:
        """{"attempt", "id", "entered_at", "left_at", "return", "rule": {"clause", "text"}, "events"}."""
        return {
            "attempt": self.attempt,
            "id": self.id,
            "entered_at": self.entered_at.isoformat(),
            "left_at": self.left_at.isoformat() if self.left_at else None,
            "return": self.again,
            "rule": {"clause": self.clause, "text": self.rule},
            "events": [e.to_dict() for e in self.events],
        }


@dataclass(frozen=True, slots=True)
class JourneyTold:
    """A journey: when it began and ended, how (open, lost, dormant), the stage in which it stands, stages passed over, and, where
    there is a stage to go on to, the near misses of it, the nearest first. next: the stages to go on to, optional ones and the first
    that is not; the misses of optional ones stand behind the others · furthest: the furthest stage (None: the one in which it
    stands), from which a stage that says `regress` may have taken it back."""

    attempt: int
    started_at: datetime
    ended_at: datetime | None
    outcome: str
    stage: str
    skipped: tuple[str, ...]
    next: tuple[str, ...]
    near_misses: tuple[NearMiss, ...]
    furthest: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON of a journey."""
        return {
            "attempt": self.attempt,
            "started_at": self.started_at.isoformat(),
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
            "outcome": self.outcome,
            "stage": self.stage,
            "skipped": list(self.skipped),
            "next": list(self.next),
            "near_misses": [m.to_dict() for m in self.near_misses],
        }


@dataclass(frozen=True, repr=False)
class WhyResult(Result):
    """Answer of `why`. account: id of the unit; account_name: what it is called."""

    account: str
    account_name: str | None
    journeys: tuple[JourneyTold, ...]
    stages: tuple[Interval, ...]
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # of stages, by id

    name: ClassVar[str] = "why"

    def to_dict(self) -> dict[str, Any]:
        """{"question", "provenance", "account", "name", "journeys", "stages", "notices"}."""
        return {
            "question": self.question.to_dict(),
            "provenance": self.provenance.to_dict(),
            "account": self.account,
            "name": self.account_name,
            "journeys": [j.to_dict() for j in self.journeys],
            "stages": [s.to_dict() for s in self.stages],
            "notices": [n.to_dict() for n in self.notices],
        }

    def rows(self) -> list[dict[str, Any]]:
        """One record per interval."""
        return [
            {
                "attempt": s.attempt, "stage": s.id, "entered_at": s.entered_at, "left_at": s.left_at, "return": s.again,
                "rule": s.rule, "n_events": len(s.events),
            }
            for s in self.stages
        ]  # fmt: skip

    def explain(self, lang: str | None = None) -> str:
        """Where the latest journey stands, and what it lacks to go on."""
        if not self.journeys:
            return self.no_journey(lang) if self.nothing_known else self.stands(lang)
        said, latest = self.stands(lang), self.journeys[-1]
        if latest.near_misses:
            miss = latest.near_misses[0]
            kept = text(
                N_("What kept it from {stage}: {what}."),
                lang, stage=self.stage_name(miss.stage, lang), what=miss.message(lang),
            )  # fmt: skip
            return sentences([said, kept], lang)
        return said

    def stands(self, lang: str | None = None) -> str:
        """Where the latest journey stands."""
        who = self.account_name or self.account
        if not self.journeys:
            return text(N_("{account} has not entered any stage."), lang, account=who)
        latest = self.journeys[-1]
        stage = latest.stage if latest.outcome == "open" else latest.furthest or latest.stage
        loss = self.question.lost(lang)
        return text(OUTCOMES[latest.outcome], lang, account=who, stage=self.stage_name(stage, lang), loss=loss)

    def stage_name(self, stage: str, lang: str | None = None) -> str:
        """Name of a stage in the reader's language, else its id."""
        return pick(self.names.get(stage), lang) or stage


OUTCOMES = {
    "open": N_("{account} is in {stage}."),
    "lost": N_("{account} was lost; the furthest stage was {stage}."),
    "dormant": N_("{account} has gone silent; the furthest stage was {stage}."),
}
