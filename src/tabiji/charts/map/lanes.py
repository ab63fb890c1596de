"""Role lanes: who a role is, in how many journeys it appears, and what it does, asks and thinks in each stage."""

from collections.abc import Iterable

from tabiji.charts import wording
from tabiji.charts.map.measured import Measured
from tabiji.charts.map.personas import position
from tabiji.charts.map.sheet import Figure, Lane, LaneCell, Line, Receipt
from tabiji.i18n import N_, pick, text
from tabiji.journeymap.model import EVIDENCE, ROLES, Cell, JourneyMap, Note, Stage
from tabiji.result import Share


def roles_of(journey_map: JourneyMap) -> list[str]:
    """Roles that the map has: those of its lanes in the order written, then those it asks for elsewhere."""
    named = [c.role for c in journey_map.cells]
    named += [g.role for g in journey_map.buying_group]
    asked = [role for s in journey_map.stages for role in s.roles]
    rest = sorted(set(asked), key=lambda r: ROLES.index(r) if r in ROLES else len(ROLES))
    return list(dict.fromkeys([*named, *rest]))


def lanes(journey_map: JourneyMap, measured: Measured, lang: str, hot: str | None = None) -> tuple[Lane, ...]:
    """One lane per role of the map. hot: the bottleneck's stage.

    A role's presence is told for the stage at which it is expected (the bottleneck first), else over all journeys; not at
    all where the data knows no roles (then nobody is absent, nobody was looked for)."""
    knows_roles = any(share.share for share in measured.presence.values())
    cells = {(c.role, c.stage): c for c in journey_map.cells}
    names = {t.id: pick(t.name, lang) or t.id for t in journey_map.touchpoints}
    made = []
    for role in roles_of(journey_map):
        stage = _expected_at(journey_map, role, hot)
        share = measured.presence.get(role) if stage is None else measured.presence_at.get((stage.id, role))
        share = share if knows_roles else None
        made.append(
            Lane(
                role=role,
                name=wording.role_name(journey_map, role, lang),
                who=_who(journey_map, role, lang),
                presence=_presence(role, stage, share, journey_map.unit, lang),
                missing=_missing(journey_map, role, share, lang),
                cells=tuple(_cell(cells.get((role, s.id)), names, lang) for s in journey_map.main_line),
            )
        )
    return tuple(made)


def _who(journey_map: JourneyMap, role: str, lang: str) -> str:
    """The person persona of the role: department and seniority, else its name."""
    for persona in journey_map.personas:
        if persona.kind == "person" and persona.role == role:
            return position(persona, lang) or pick(persona.name, lang)
    return ""


def _expected_at(journey_map: JourneyMap, role: str, hot: str | None) -> Stage | None:
    """The stage by whose end the role should have shown up: the bottleneck where it is one of them, else the first."""
    expected = [s for s in journey_map.main_line if role in s.roles]
    return next((s for s in expected if s.id == hot), expected[0] if expected else None)


def _presence(role: str, stage: Stage | None, share: Share | None, unit: str, lang: str) -> Figure | None:
    if share is None:
        return None
    receipt = Receipt("presence", {"role": role} | ({} if stage is None else {"stage": stage.id}))
    tip = wording.described(share, lang)
    if share.share is None:
        return Figure(wording.DASH if share.n else "n=0", tip, receipt)
    shown = wording.percent(share.share)
    if stage is not None:
        return Figure(text("in {share} at {stage}", lang, share=shown, stage=pick(stage.name, lang)), tip, receipt)
    message = N_("in {share} of companies")
    if unit == "opportunity":
        message = N_("in {share} of opportunities")
    elif unit == "person":
        message = N_("{share} of people")
    return Figure(text(message, lang, share=shown), tip, receipt)


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
