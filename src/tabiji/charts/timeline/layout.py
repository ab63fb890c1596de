"""What a timeline shows: the span of time, the lines of people, the bands of stages."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from tabiji.charts.scale import linear
from tabiji.i18n import N_, plural, text
from tabiji.metrics.account.posts import post
from tabiji.metrics.account.timeline_result import PersonTold, TimelineResult, TouchSeen

WIDTH, LEFT, EDGE = 1180.0, 220.0, 14.0
MOST_ROWS = 12  # people drawn one by one


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the picture: who, in which role, and the touches on it."""

    name: str
    role: str
    touches: tuple[TouchSeen, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """A stay: stage, from when to when; `now`: the latest journey stands there."""

    stage: str
    depth: float  # 0 first stage … 1 last
    begin: datetime
    end: datetime
    now: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """From when to when the picture shows, in which language and zone."""

    begin: datetime
    end: datetime
    lang: str | None
    zone: tzinfo

    def x(self, at: datetime) -> float:
        """Where an instant lies."""
        inside = (at - self.begin).total_seconds()
        return linear(inside, (0.0, max(1.0, (self.end - self.begin).total_seconds())), (LEFT, WIDTH - EDGE))

    def day(self, at: datetime) -> str:
        """A day in the reader's zone."""
        return f"{at.astimezone(self.zone):%Y-%m-%d}"


def frame_of(result: TimelineResult, lang: str | None, zone: tzinfo) -> Frame:
    """The time to be shown: from the first touch to as-of, or to the end of the last journey. A long history before the
    latest journey is cut, so that this one fills most of the picture."""
    ends = [t.at for t in result.touches[-1:]] + [j.ended_at for j in result.why.journeys[-1:] if j.ended_at]
    journey = result.journey
    still = journey is None or journey.ended_at is None
    end = result.provenance.as_of if still or not ends else max(ends)
    begins = [t.at for t in result.touches[:1]] + [j.started_at for j in result.why.journeys[:1]]
    begin = min(begins, default=end - timedelta(days=30))
    if journey is not None:
        span = max(end - journey.started_at, timedelta(days=90))
        if end - begin > 3 * span:
            begin = end - 1.2 * span
    return Frame(begin, max(end, begin + timedelta(days=1)), lang, zone)


def bands_of(result: TimelineResult, frame: Frame) -> list[Band]:
    """The stays that reach into the frame, in order."""
    place = {p.id: k for k, p in enumerate(result.pace)}
    out: list[Band] = []
    for s in result.why.stages:
        end = s.left_at or frame.end
        if s.id in place and s.moved and end > frame.begin:
            depth = place[s.id] / max(1, len(place) - 1)
            out.append(Band(s.id, depth, max(s.entered_at, frame.begin), end, s is result.standing))
    return out


def rows_of(result: TimelineResult, frame: Frame) -> list[Row]:
    """The people by role (in the order in which the map expects roles), then by first touch; those beyond MOST_ROWS together,
    and the touches of nobody in particular."""
    order = [r.role for r in result.roles]
    seen = [t for t in result.touches if t.at >= frame.begin]
    of: dict[int | None, list[TouchSeen]] = {}
    for touch in seen:
        of.setdefault(touch.person, []).append(touch)

    def rank(x: int) -> tuple[int, datetime]:
        places = [order.index(r) for r in result.people[x].roles if r in order]
        return min(places, default=len(order)), of[x][0].at

    known = sorted((x for x in of if x is not None), key=rank)
    alone = known if len(known) <= MOST_ROWS else known[: MOST_ROWS - 1]
    out = [
        Row(who(result.people[x], frame.lang), part(result, result.people[x], frame.lang), tuple(of[x])) for x in alone
    ]
    rest = known[len(alone) :]
    if rest:
        together = sorted((t for x in rest for t in of[x]), key=lambda t: t.at)
        out.append(Row(plural("{n} more person", "{n} more people", len(rest), frame.lang), "", tuple(together)))
    if None in of:
        out.append(Row(text(N_("The company"), frame.lang), text(N_("nobody named"), frame.lang), tuple(of[None])))
    return out


def who(person: PersonTold, lang: str | None = None) -> str:
    """What a person is called."""
    return person.name or person.id or text(N_("Unknown person"), lang)


def part(result: TimelineResult, person: PersonTold, lang: str | None) -> str:
    """Role · title and department."""
    roles = text(", ", lang).join(result.role_name(r, lang) for r in person.roles)
    return " · ".join(x for x in (roles, post(person.title, person.department, lang)) if x)
