"""Words for the keys of a map, for readers who never see the file."""

from typing import Any

from tabiji.i18n import LANGUAGES, N_, listed, pick, text
from tabiji.journeymap.model import ANY_LANGUAGE
from tabiji.journeymap.yaml_file.emit import flow

# One of the things that stand under a key of the map.
THINGS = {
    "stages": N_("stage"), "touchpoints": N_("touchpoint"), "lanes": N_("lane"), "triggers": N_("trigger"),
    "pain_points": N_("pain point"), "initiatives": N_("initiative"), "kpis": N_("KPI"), "personas": N_("persona"),
    "buying_group": N_("role of the buying group"), "influence": N_("influence"), "roles": N_("own role"),
}  # fmt: skip

# What a key says.
KEYS = {
    "name": N_("name"), "description": N_("description"), "unit": N_("unit"), "offering": N_("offering"),
    "attempt": N_("days of silence until dormant"), "horizon_days": N_("horizon in days"),
    "inherit_days": N_("days in which an opportunity inherits"), "owners": N_("departments"), "kind": N_("kind"),
    "goal": N_("goal"), "enters_when": N_("way in"), "limit_days": N_("planned longest stay in days"),
    "target_share": N_("planned share that goes on"), "optional": N_("optional"), "repeatable": N_("repeatable"),
    "regress": N_("can be fallen back to"), "next": N_("leads to"), "milestone": N_("milestone"),
    "roles": N_("expected roles"), "touchpoints": N_("expected touchpoints"), "parent": N_("part of"),
    "scope": N_("departments that work in it"), "channel": N_("channel"), "matches": N_("events that are touches"),
    "stages": N_("stages"), "offline": N_("offline"), "owner": N_("owner"), "actions": N_("actions"),
    "questions": N_("questions"), "thoughts": N_("thoughts"), "emotion": N_("planned emotion"),
    "content": N_("content"), "evidence": N_("evidence"), "text": N_("text"), "stage": N_("stage"), "role": N_("role"),
    "hypothesis": N_("hypothesis"), "cost": N_("cost"), "currency": N_("currency"), "kpi": N_("KPI"),
    "grade": N_("evidence grade"), "touchpoint": N_("touchpoint"), "measure": N_("measure"), "target": N_("target"),
    "rhythm": N_("review rhythm"), "rule": N_("rule"), "department": N_("department"), "seniority": N_("seniority"),
    "narrative": N_("narrative"), "goals": N_("goals"), "worries": N_("worries"), "sources": N_("sources"),
    "required": N_("required number"), "weight": N_("weight"), "strength": N_("strength"),
}  # fmt: skip


def say_key(key: str, lang: str | None = None) -> str:
    """What a key says, in the reader's language."""
    return text(KEYS[key], lang) if key in KEYS else key


def say_value(value: Any, lang: str | None = None) -> str:
    """A value of the plain data of a map, for a sentence; None = not set."""
    if value is None:
        return text(N_("not set"), lang)
    if isinstance(value, bool):
        return text(N_("yes"), lang) if value else text(N_("no"), lang)
    if is_text(value):
        return pick(value, lang)
    if isinstance(value, list):
        return listed((say_value(v, lang) for v in value), lang)
    if isinstance(value, dict) and set(value) == {"inactive_days"}:
        days = value["inactive_days"]
        return text(N_("never"), lang) if days is None else str(days)
    if isinstance(value, dict) and "text" in value:
        return say_value(value["text"], lang)
    return flow(value)


def is_text(value: Any) -> bool:
    """Whether plain data is a text, alone or in several languages."""
    return isinstance(value, str) or (
        isinstance(value, dict) and bool(value) and set(value) <= {*LANGUAGES, ANY_LANGUAGE}
    )
