"""What the page of one account shows: who of the buying group is there, what it lacks to go on, its receipts in words."""

from dataclasses import dataclass, replace

from tabiji.i18n import N_, pick, text
from tabiji.journeymap.model import JourneyMap
from tabiji.metrics.account.event_words import event_word
from tabiji.metrics.account.near_misses import NearMiss
from tabiji.metrics.account.rule_words import rule_words
from tabiji.metrics.account.timeline_result import Opportunity, TimelineResult
from tabiji.metrics.account.why_result import Interval, JourneyTold, Touch
from tabiji.result import Share
from tabiji.settings import Settings
from tabiji.web.outcome_words import headed
from tabiji.web.pages.accounts.listing import Badge, badge
from tabiji.web.words import value_label

MOST_LISTED = 300  # touches in the table
MOST_PLANNED = 4  # touchpoints named in the next move


@dataclass(frozen=True, slots=True)
class RoleCard:
    """A role of the buying group with the people in it."""

    badge: Badge
    people: int
    required: int


@dataclass(frozen=True, slots=True)
class Stay:
    """An interval with its rule and the events that completed it, in words. ways: how many ways into the stage there are."""

    interval: Interval
    stage: str
    rule: str
    ways: int
    failure: bool
    days: float
    events: tuple[tuple[Touch, str, str], ...]  # event, what it is called, who


@dataclass(frozen=True, slots=True)
class Attempt:
    """A journey with its stays and returns, in the order in which they began."""

    journey: JourneyTold
    outcome: str
    stays: tuple[Stay, ...]
    returns: tuple[Stay, ...]  # to earlier stages, which ended no stay
    skipped: str
    next: str  # stages that it could have gone on to, optional ones aside
    misses: tuple["Miss", ...]


@dataclass(frozen=True, slots=True)
class Miss:
    """A near miss in words: what was lacking, of which stage (optional: nobody need enter it), the rule (and as the map's file has
    it), and how much of it was there (0–100)."""

    stage: str
    lacking: str
    rule: str
    written: str
    share: float
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Chance:
    """What became of those in which a role had shown up by the same time, and of the others."""

    role: str
    name: str
    there: bool
    with_role: Share
    without: Share


@dataclass(frozen=True, slots=True)
class AccountPage:
    """Everything that the template needs beside the result."""

    name: str
    stage: str
    outcome: str
    ending: str
    roles: tuple[RoleCard, ...]
    n_there: int
    attempts: tuple[Attempt, ...]
    misses: tuple[Miss, ...]
    next_stage: str
    moves: tuple[str, ...]
    chances: tuple[Chance, ...]
    deal: Opportunity | None  # the latest that is open, else the latest
    n_anonymous: int
    listed: int


def labelled(result: TimelineResult, settings: Settings) -> TimelineResult:
    """The timeline with the values of its people, company and opportunities as the reader calls them."""

    def told(attribute: str, value: str | None) -> str | None:
        return value_label(settings, attribute, value) or None

    company = result.company
    if company is not None:
        company = replace(
            company,
            industry=told("industry", company.industry),
            region=told("region", company.region),
            country=told("country", company.country),
        )
    return replace(
        result,
        people=tuple(
            replace(p, title=told("title", p.title), department=told("department", p.department)) for p in result.people
        ),
        company=company,
        opportunities=tuple(
            replace(
                o, offering=told("offering", o.offering), stage=told("stage", o.stage), owner=told("owner", o.owner)
            )
            for o in result.opportunities
        ),
    )


def account_page(journey_map: JourneyMap, result: TimelineResult, lang: str) -> AccountPage:
    """The page of a timeline."""
    journey, standing = result.journey, result.standing
    roles = tuple(
        RoleCard(badge(journey_map, r.role, bool(r.people), r.missing), r.people, r.required) for r in result.roles
    )
    open_deals = [o for o in result.opportunities if o.closed_at is None or o.closed_at > result.provenance.as_of]
    latest = [*open_deals, *result.opportunities]
    return AccountPage(
        name=result.why.account_name or result.why.account,
        stage="" if standing is None else result.why.stage_name(standing.id, lang),
        outcome="" if journey is None else journey.outcome,
        ending="" if journey is None else headed(result.ending(journey, lang)),
        roles=roles,
        n_there=sum(r.people >= r.required for r in roles),
        attempts=tuple(_attempt(journey_map, result, j, lang) for j in reversed(result.why.journeys)),
        misses=() if journey is None else _misses(journey_map, result, journey, lang),
        next_stage="" if journey is None else _next(journey_map, result, journey, lang),
        moves=_moves(result, lang),
        chances=_chances(result, lang),
        deal=latest[0] if latest else None,
        n_anonymous=sum(p.name is None for p in result.people),
        listed=MOST_LISTED,
    )


def _chances(result: TimelineResult, lang: str) -> tuple[Chance, ...]:
    """Role by role, where both sides are enough to be told; those that are missing first."""
    told = [
        Chance(r.role, result.role_name(r.role, lang), r.there, r.with_role, r.without)
        for r in (() if result.outlook is None else result.outlook.roles)
        if r.with_role.share is not None and r.without.share is not None
    ]
    return tuple(sorted(told, key=lambda c: c.there))


def _moves(result: TimelineResult, lang: str) -> tuple[str, ...]:
    """What to do next, from what was measured only: the roles that are missing, the touchpoints that the map plans here and that
    were not met, and the nearest miss of the next stage."""
    journey, standing = result.journey, result.standing
    if journey is None or standing is None or journey.outcome != "open":
        return ()
    stage, comma = result.why.stage_name(standing.id, lang), text(", ", lang)
    out: list[str] = []
    if result.missing:
        names = comma.join(result.role_name(r.role, lang) for r in result.missing)
        out.append(
            text(
                N_("Find a way to: {roles}. Expected by the end of {stage}, not seen so far."),
                lang,
                roles=names,
                stage=stage,
            )
        )
        known = [result.people[x] for r in result.missing for x in r.known]
        if known:
            who = comma.join(dict.fromkeys(p.name or p.id or "—" for p in known))
            out.append(text(N_("Known in that role, but never met in this journey: {people}."), lang, people=who))
    if result.unused:
        planned = comma.join(pick(result.touchpoint_names[t], lang) for t in result.unused[:MOST_PLANNED])
        out.append(
            text(N_("Planned in {stage}, not met there yet: {touchpoints}."), lang, stage=stage, touchpoints=planned)
        )
    # That the event of the next stage itself has not happened is no advice.
    near = [m for m in journey.near_misses if m.closeness > 0 or m.code in ("no_role", "other_role")]
    for miss in near[:1]:
        next_ = result.why.stage_name(miss.stage, lang)
        out.append(
            text(N_("Nearest way into {stage}: {what} so far."), lang, stage=next_, what=result.lacking(miss, lang))
        )
    return tuple(out)


def _misses(journey_map: JourneyMap, result: TimelineResult, journey: JourneyTold, lang: str) -> tuple[Miss, ...]:
    optional = {s.id for s in journey_map.stages if s.optional}

    def told(miss: NearMiss) -> Miss:
        stage, rule = result.why.stage_name(miss.stage, lang), _rule(journey_map, miss.stage, miss.clause, lang)
        share = round(100 * miss.closeness, 1)
        return Miss(stage, result.lacking(miss, lang), rule, miss.rule, share, miss.stage in optional)

    return tuple(told(miss) for miss in journey.near_misses)


def _next(journey_map: JourneyMap, result: TimelineResult, journey: JourneyTold, lang: str) -> str:
    """The next stages of a journey that are not optional; where all are, these."""
    optional = {s.id for s in journey_map.stages if s.optional}
    needed = [s for s in journey.next if s not in optional]
    return text(", ", lang).join(result.why.stage_name(s, lang) for s in needed or journey.next)


def _rule(journey_map: JourneyMap, stage: str, clause: int | None, lang: str) -> str:
    """A way into a stage in words; empty where none is known to have been completed."""
    ways = next(s.enters_when for s in journey_map.stages if s.id == stage)
    return "" if clause is None else rule_words(ways[clause], journey_map, lang)


def _attempt(journey_map: JourneyMap, result: TimelineResult, journey: JourneyTold, lang: str) -> Attempt:
    failures = {s.id for s in journey_map.failures}
    until = journey.ended_at or result.provenance.as_of
    stays = tuple(
        Stay(
            interval=s,
            stage=result.why.stage_name(s.id, lang),
            rule=_rule(journey_map, s.id, s.clause, lang),
            ways=next(len(stage.enters_when) for stage in journey_map.stages if stage.id == s.id),
            failure=s.id in failures,
            days=((s.left_at or until) - s.entered_at).total_seconds() / 86_400,
            events=tuple((e, _event_name(result, e, lang), _who(result, e)) for e in s.events),
        )
        for s in result.why.stages
        if s.attempt == journey.attempt
    )
    skipped = text(", ", lang).join(result.why.stage_name(s, lang) for s in journey.skipped)
    moves = tuple(s for s in stays if s.interval.moved)
    returns = tuple(s for s in stays if not s.interval.moved)
    outcome = result.ending(journey, lang) or text(N_("open"), lang)
    misses = _misses(journey_map, result, journey, lang)
    return Attempt(journey, outcome, moves, returns, skipped, _next(journey_map, result, journey, lang), misses)


def _event_name(result: TimelineResult, event: Touch, lang: str) -> str:
    """What an event of a receipt is called: as the touch that it is."""
    second = int(event.at.timestamp())
    touch = next((t for t in result.touches if t.event == event.name and int(t.at.timestamp()) == second), None)
    if touch is not None:
        return result.touch_name(touch, lang)
    return " ".join(x for x in (event_word(event.name or "", lang), event.content) if x) or "—"


def _who(result: TimelineResult, event: Touch) -> str:
    if event.person is None:
        return ""
    return next((p.name for p in result.people if p.id == event.person and p.name), event.person)
