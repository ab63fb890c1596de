"""The rows of the map: role lanes, touchpoints, triggers and pain points, initiatives, KPIs, personas."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from tabiji.charts import wording
from tabiji.charts.map.measured import Measured
from tabiji.charts.map.sheet import (
    Figure,
    InitiativeLine,
    KpiLine,
    Lane,
    LaneCell,
    Line,
    PersonaCard,
    Receipt,
    TouchpointLine,
)
from tabiji.i18n import N_, pick, text
from tabiji.journeymap.model import (
    EVIDENCE,
    ROLES,
    Cell,
    Finding,
    Initiative,
    JourneyMap,
    Kpi,
    Note,
    Persona,
    Stage,
    Touchpoint,
)
from tabiji.result import Share

T = TypeVar("T")

GRADES = {
    "A": "A",
    "B": "B",
    "C": "C",
    "D": N_("no effect"),
    "testing": N_("in test"),
    "hypothesis": "",
}
OFFLINE_CHANNELS = frozenset(
    {"exhibition", "meeting", "seminar", "offline", "sales", "event", "phone", "visit", "print", "dm"}
)


def roles_of(journey_map: JourneyMap) -> list[str]:
    """Roles that the map has: those of its lanes in the order written, then those it asks for elsewhere."""
    named = [c.role for c in journey_map.cells]
    named += [g.role for g in journey_map.buying_group]
    asked = [role for s in journey_map.stages for role in s.roles]
    rest = sorted(set(asked), key=lambda r: ROLES.index(r) if r in ROLES else len(ROLES))
    return list(dict.fromkeys([*named, *rest]))


def lanes(journey_map: JourneyMap, measured: Measured, lang: str) -> tuple[Lane, ...]:
    """One lane per role of the map."""
    cells = {(c.role, c.stage): c for c in journey_map.cells}
    names = {t.id: pick(t.name, lang) or t.id for t in journey_map.touchpoints}
    return tuple(
        Lane(
            role=role,
            name=wording.role_name(journey_map, role, lang),
            who=_who(journey_map, role, lang),
            presence=_presence(role, measured.presence.get(role), journey_map.unit, lang),
            missing=_missing(journey_map, role, measured.presence.get(role), lang),
            cells=tuple(_cell(cells.get((role, s.id)), names, lang) for s in journey_map.main_line),
        )
        for role in roles_of(journey_map)
    )


def touchpoints(journey_map: JourneyMap, measured: Measured, lang: str) -> tuple[tuple[TouchpointLine, ...], ...]:
    """Touchpoints per stage, in the order written; one that names no stage stands where it reaches most."""
    return _rows(
        journey_map,
        lambda stage: (
            _touchpoint(t, stage, measured.reach.get((stage.id, t.id)), lang)
            for t in journey_map.touchpoints
            if stage.id in _stages_of(t, journey_map, measured)
        ),
    )


def findings(journey_map: JourneyMap, found: Iterable[Finding], lang: str) -> tuple[tuple[Line, ...], ...]:
    """Triggers or pain points per stage."""
    listed = tuple(found)
    return _rows(
        journey_map,
        lambda stage: (
            Line(
                pick(f.text, lang),
                f.evidence,
                "" if f.role is None else wording.role_name(journey_map, f.role, lang),
            )
            for f in listed
            if f.stage == stage.id
        ),
    )


def initiatives(journey_map: JourneyMap, lang: str) -> tuple[tuple[InitiativeLine, ...], ...]:
    """Initiatives per stage."""
    return _rows(
        journey_map,
        lambda stage: (_initiative(i, journey_map, lang) for i in journey_map.initiatives if i.stage == stage.id),
    )


def kpis(journey_map: JourneyMap, measured: Measured, lang: str) -> tuple[tuple[KpiLine, ...], ...]:
    """KPIs per stage."""
    return _rows(
        journey_map,
        lambda stage: (_kpi(k, measured.kpis.get(k.id), lang) for k in journey_map.kpis if k.stage == stage.id),
    )


def personas(journey_map: JourneyMap, lang: str) -> tuple[PersonaCard, ...]:
    """Company personas, then person personas."""
    ordered = sorted(journey_map.personas, key=lambda p: p.kind != "company")
    return tuple(_persona(journey_map, p, lang) for p in ordered)


def _rows(journey_map: JourneyMap, lines_of: Callable[[Stage], Iterable[T]]) -> tuple[tuple[T, ...], ...]:
    """One tuple per stage; nothing at all where no stage has any."""
    rows = tuple(tuple(lines_of(stage)) for stage in journey_map.main_line)
    return rows if any(rows) else ()


def _who(journey_map: JourneyMap, role: str, lang: str) -> str:
    """The person persona of the role: department and seniority, else its name."""
    for persona in journey_map.personas:
        if persona.kind == "person" and persona.role == role:
            return _position(persona, lang) or pick(persona.name, lang)
    return ""


def _position(persona: Persona, lang: str) -> str:
    parts = [pick(persona.department, lang), pick(persona.seniority, lang)]
    return ("" if lang == "ja" else " ").join(p for p in parts if p)


def _presence(role: str, share: Share | None, unit: str, lang: str) -> Figure | None:
    if share is None:
        return None
    receipt = Receipt("presence", {"role": role})
    tip = wording.described(share, lang)
    if share.share is None:
        return Figure(wording.DASH if share.n else "n=0", tip, receipt)
    message = N_("in {share} of companies")
    if unit == "opportunity":
        message = N_("in {share} of opportunities")
    elif unit == "person":
        message = N_("{share} of people")
    return Figure(text(message, lang, share=wording.percent(share.share)), tip, receipt)


def _missing(journey_map: JourneyMap, role: str, share: Share | None, lang: str) -> str:
    """Too few: a role that the buying group requires is, with 95 % confidence, absent from more than half."""
    required = any(g.role == role and g.required > 0 for g in journey_map.buying_group)
    if not required or share is None or share.high is None or share.high >= 0.5:
        return ""
    return text("too few", lang)


def _cell(cell: Cell | None, names: dict[str, str], lang: str) -> LaneCell:
    if cell is None:
        return LaneCell((), (), (), (), "")
    made = LaneCell(
        actions=_lines(cell.actions, lang),
        questions=_lines(cell.questions, lang),
        thoughts=_lines(cell.thoughts, lang),
        content=tuple(names.get(c, c) for c in cell.content),
        evidence=_evidence(cell),
    )
    return LaneCell((), (), (), (), "") if made.empty else made


def _evidence(cell: Cell) -> str:
    """How a cell is known: as its weakest sentence; a sentence that says nothing itself is known as its cell is."""
    own = [n.evidence for n in (*cell.actions, *cell.questions, *cell.thoughts)]
    return min((cell.evidence if e == "hypothesis" else e for e in own), key=EVIDENCE.index, default=cell.evidence)


def _lines(notes: Iterable[Note], lang: str) -> tuple[Line, ...]:
    return tuple(Line(pick(n.text, lang), n.evidence) for n in notes)


def _stages_of(touchpoint: Touchpoint, journey_map: JourneyMap, measured: Measured) -> set[str]:
    planned = set(touchpoint.stages) | {s.id for s in journey_map.main_line if touchpoint.id in s.touchpoints}
    if planned:
        return planned
    reached = {
        stage: share.share
        for (stage, name), share in measured.reach.items()
        if name == touchpoint.id and share.share is not None
    }
    return {max(reached, key=lambda s: reached[s])} if reached else set()


def _touchpoint(touchpoint: Touchpoint, stage: Stage, share: Share | None, lang: str) -> TouchpointLine:
    receipt = Receipt("reach", {"stage": stage.id, "touchpoint": touchpoint.id})
    reach = None
    if share is not None:
        shown = wording.percent(share.share) if share.share is not None else (share.reason or wording.DASH)
        reach = Figure(shown if len(shown) < 8 else wording.DASH, wording.described(share, lang), receipt)
    return TouchpointLine(
        id=touchpoint.id,
        name=pick(touchpoint.name, lang) or touchpoint.id,
        offline=touchpoint.offline or (touchpoint.channel or "").casefold() in OFFLINE_CHANNELS,
        channel=touchpoint.channel or "",
        reach=reach,
        value=None if share is None else share.share,
    )


def _initiative(initiative: Initiative, journey_map: JourneyMap, lang: str) -> InitiativeLine:
    cost = "" if initiative.cost is None else f"{wording.count(initiative.cost)} {initiative.currency or ''}".strip()
    notes = [pick(initiative.hypothesis, lang), initiative.owner or "", cost]
    grade = GRADES[initiative.grade]
    return InitiativeLine(
        id=initiative.id,
        name=pick(initiative.name, lang) or initiative.id,
        direct=initiative.kind == "direct",
        role="" if initiative.role is None else wording.role_name(journey_map, initiative.role, lang),
        grade=initiative.grade,
        grade_text=text(grade, lang) if grade else "",
        note=" · ".join(n for n in notes if n),
    )


def _kpi(kpi: Kpi, actual: float | None, lang: str) -> KpiLine:
    shown = wording.percent if kpi.measure.share is not None else _plain
    if kpi.measure.survey == "nps":
        shown = _signed
    met = None if actual is None or kpi.target is None else actual >= kpi.target
    return KpiLine(
        id=kpi.id,
        name=pick(kpi.name, lang) or kpi.id,
        actual=Figure(
            shown(actual), receipt=Receipt("kpi", {"kpi": kpi.id}), bad=met is False and kpi.measure.share is not None
        ),
        target="" if kpi.target is None else shown(kpi.target),
        rhythm=kpi.rhythm or "",
        met=met,
    )


def _plain(value: float | None) -> str:
    return wording.compact(value)


def _signed(value: float | None) -> str:
    return wording.signed(value, 0 if value is None or abs(value) >= 10 else 1)


def _persona(journey_map: JourneyMap, persona: Persona, lang: str) -> PersonaCard:
    role = "" if persona.role is None else wording.role_name(journey_map, persona.role, lang)
    labelled = (
        (text("Goals", lang), persona.goals),
        (text("Worries", lang), persona.worries),
        (text("Where they look", lang), persona.sources),
        (text("What they ask", lang), persona.questions),
    )
    return PersonaCard(
        id=persona.id,
        company=persona.kind == "company",
        name=pick(persona.name, lang) or persona.id,
        who=" · ".join(w for w in (role, _position(persona, lang)) if w),
        rule=persona.rule or "",
        narrative=pick(persona.narrative, lang),
        points=tuple((label, tuple(pick(n.text, lang) for n in notes)) for label, notes in labelled if notes),
    )
