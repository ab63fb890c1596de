"""The keys of a map's file: one table per class of the model, in the order in which they are written."""

from tabiji.journeymap.model import (
    EVIDENCE,
    GRADES,
    MILESTONES,
    STAGE_KINDS,
    UNITS,
    Clause,
    FieldChange,
    Finding,
    GroupRole,
    Influence,
    Initiative,
    JourneyMap,
    Kpi,
    Measure,
    Persona,
    Stage,
    Touchpoint,
)
from tabiji.journeymap.yaml_file.records import Key, Lanes, ListOf, NoteShape, OneOf, Record
from tabiji.journeymap.yaml_file.shapes import Choice, Flag, Localized, Number, Table, Word, Words, Wrapped

MEASURES = ("count", "reached", "share", "survey")
SURVEYS = ("nps", "csat", "ces")
RHYTHMS = ("weekly", "monthly", "quarterly")

_WORD = Word()
_IDS = Words()
_GLOBS = Words(single=True)
_TEXT = Localized()
_EVIDENCE = Choice(EVIDENCE)
_NOTE = NoteShape(_EVIDENCE)
_NOTES = ListOf(_NOTE)
_DAYS = Number(low=0, above=True)
_WHOLE_DAYS = Number(low=0, above=True, whole=True)

FIELD_CHANGE = Record(
    FieldChange, (Key("name", _GLOBS), Key("from", _GLOBS, attribute="from_"), Key("to", _GLOBS)), lone="name"
)

CLAUSE = Record(
    Clause,
    (
        Key("event", _GLOBS),
        Key("touchpoint", _GLOBS),
        Key("field", FIELD_CHANGE, attribute="field_change"),
        Key("channel", _GLOBS),
        Key("source", _GLOBS),
        Key("campaign", _GLOBS),
        Key("content", _GLOBS),
        Key("offering", _GLOBS),
        Key("role", _GLOBS),
        Key("property", Table(_GLOBS), attribute="properties"),
        Key("at_least", Number(low=1, whole=True)),
        Key("within_days", _DAYS),
        Key("people", Number(low=1, whole=True)),
        Key("inherited", Flag()),
    ),
)

STAGE = Record(
    Stage,
    (
        Key("id", _WORD, needed=True),
        Key("name", _TEXT),
        Key("kind", Choice(STAGE_KINDS)),
        Key("goal", _TEXT),
        Key("enters_when", ListOf(CLAUSE)),
        Key("limit_days", _DAYS),
        Key("target_share", Number(low=0, high=1)),
        Key("optional", Flag()),
        Key("repeatable", Flag()),
        Key("regress", Flag()),
        Key("next", _IDS),
        Key("milestone", Choice(MILESTONES)),
        Key("roles", _IDS),
        Key("touchpoints", _IDS),
        Key("parent", _WORD),
        Key("scope", _IDS),
    ),
)

TOUCHPOINT = Record(
    Touchpoint,
    (
        Key("id", _WORD, needed=True),
        Key("name", _TEXT),
        Key("channel", _WORD),
        Key("matches", ListOf(CLAUSE)),
        Key("stages", _IDS),
        Key("offline", Flag()),
        Key("owner", _WORD),
    ),
)

LANES = Lanes(
    (
        Key("actions", _NOTES),
        Key("questions", _NOTES),
        Key("thoughts", _NOTES),
        Key("emotion", Number(low=-2, high=2)),
        Key("content", _IDS),
        Key("evidence", _EVIDENCE),
    )
)

FINDING = Record(
    Finding,
    (
        Key("id", _WORD),
        Key("stage", _WORD, needed=True),
        Key("role", _WORD),
        Key("text", _TEXT, needed=True),
        Key("evidence", _EVIDENCE),
    ),
)

INITIATIVE = Record(
    Initiative,
    (
        Key("id", _WORD),
        Key("stage", _WORD, needed=True),
        Key("name", _TEXT),
        Key("role", _WORD),
        Key("kind", Choice(("direct", "indirect"))),
        Key("hypothesis", _TEXT),
        Key("owner", _WORD),
        Key("cost", Number(low=0)),
        Key("currency", _WORD),
        Key("kpi", _WORD),
        Key("grade", Choice(GRADES)),
        Key("touchpoint", _WORD),
    ),
)

MEASURE = OneOf(
    Record(
        Measure,
        (
            Key("count", CLAUSE),
            Key("reached", _WORD),
            Key("share", _WORD),
            Key("survey", Choice(SURVEYS)),
            Key("days", _WHOLE_DAYS),
        ),
    ),
    MEASURES,
)

KPI = Record(
    Kpi,
    (
        Key("id", _WORD),
        Key("stage", _WORD, needed=True),
        Key("name", _TEXT),
        Key("measure", MEASURE, needed=True),
        Key("target", Number()),
        Key("owner", _WORD),
        Key("rhythm", Choice(RHYTHMS)),
    ),
)

PERSONA = Record(
    Persona,
    (
        Key("id", _WORD),
        Key("kind", Choice(("company", "person")), needed=True),
        Key("name", _TEXT),
        Key("role", _WORD),
        Key("rule", _WORD),
        Key("department", _TEXT),
        Key("seniority", _TEXT),
        Key("narrative", _TEXT),
        Key("goals", _NOTES),
        Key("worries", _NOTES),
        Key("sources", _NOTES),
        Key("questions", _NOTES),
    ),
)

GROUP_ROLE = Record(
    GroupRole,
    (
        Key("role", _WORD, needed=True),
        Key("required", Number(low=0, whole=True)),
        Key("weight", Number(low=0)),
    ),
    lone="role",
)

INFLUENCE = Record(
    Influence,
    (
        Key("from", _WORD, attribute="from_role", needed=True),
        Key("to", _WORD, attribute="to_role", needed=True),
        Key("stage", _WORD),
        Key("strength", Number()),
        Key("evidence", _EVIDENCE),
    ),
)

MAP = Record(
    JourneyMap,
    (
        Key("id", _WORD, needed=True),
        Key("name", _TEXT),
        Key("description", _TEXT),
        Key("unit", Choice(UNITS)),
        Key("offering", _WORD),
        Key("attempt", Wrapped("inactive_days", _DAYS, 365), attribute="inactive_days"),
        Key("horizon_days", _WHOLE_DAYS),
        Key("inherit_days", Number(low=0, whole=True)),
        Key("owners", _IDS),
        Key("roles", Table(_TEXT)),
        Key("stages", ListOf(STAGE), needed=True),
        Key("touchpoints", ListOf(TOUCHPOINT)),
        Key("lanes", LANES, attribute="cells"),
        Key("triggers", ListOf(FINDING, numbered="trigger")),
        Key("pain_points", ListOf(FINDING, numbered="pain-point")),
        Key("initiatives", ListOf(INITIATIVE, numbered="initiative")),
        Key("kpis", ListOf(KPI, numbered="kpi")),
        Key("personas", ListOf(PERSONA, numbered="persona")),
        Key("buying_group", ListOf(GROUP_ROLE)),
        Key("influence", ListOf(INFLUENCE), attribute="influences"),
    ),
)
