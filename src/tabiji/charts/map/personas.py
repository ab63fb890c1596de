"""Personas: the companies and the people that a map is drawn for."""

from tabiji.charts import wording
from tabiji.charts.map.sheet import PersonaCard
from tabiji.i18n import pick, text
from tabiji.journeymap.model import JourneyMap, Persona


def personas(journey_map: JourneyMap, lang: str) -> tuple[PersonaCard, ...]:
    """Company personas, then person personas."""
    ordered = sorted(journey_map.personas, key=lambda p: p.kind != "company")
    return tuple(_persona(journey_map, p, lang) for p in ordered)


def position(persona: Persona, lang: str) -> str:
    """Department and seniority, as they stand on a card: 経理課長, Accounting manager."""
    parts = [pick(persona.department, lang), pick(persona.seniority, lang)]
    return ("" if lang == "ja" else " ").join(p for p in parts if p)


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
        who=" · ".join(w for w in (role, position(persona, lang)) if w),
        rule=persona.rule or "",
        narrative=pick(persona.narrative, lang),
        points=tuple((label, tuple(pick(n.text, lang) for n in notes)) for label, notes in labelled if notes),
    )
