"""The map as data: what a team believes about its customers' journey, and the rules that lay real events on it.

Everything here is frozen and free of behaviour that needs data. `yaml_file` reads and writes it; `check` finds what is
wrong with it; `rules` turns its clauses into dictionary masks.

Texts are `{language: text}` mappings (see `i18n.pick`); a text written without a language stands under `ANY_LANGUAGE`.
A thing without a name is named by its id, so that a name can always be shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Text = Mapping[str, str]
ANY_LANGUAGE = ""
Unit = Literal["account", "opportunity", "person"]
StageKind = Literal["step", "success", "failure"]
Evidence = Literal["hypothesis", "reported", "observed"]
Grade = Literal["A", "B", "C", "D", "testing", "hypothesis"]

UNITS: tuple[Unit, ...] = ("account", "opportunity", "person")
STAGE_KINDS: tuple[StageKind, ...] = ("step", "success", "failure")
EVIDENCE: tuple[Evidence, ...] = ("hypothesis", "reported", "observed")
GRADES: tuple[Grade, ...] = ("A", "B", "C", "D", "testing", "hypothesis")
MILESTONES = ("lead", "opportunity", "won")
MOST_STAGES = 64  # the index packs the stages of an event in one 64-bit word
MOST_ROLE_CONDITIONS = 8  # different conditions on roles in one touchpoint: they share a byte per kind of event
FIELD_CHANGED = "field_changed"  # the event that a clause's `field` means, with these properties:
FIELD_PROPERTIES = ("field", "old", "new")
ROLES = (
    "decision_maker", "champion", "influencer", "user", "purchasing", "it_security", "executive",
)  # a workspace may add its own  # fmt: skip


def _name(id_: str, name: Text) -> Text:
    return name if any(name.values()) else {ANY_LANGUAGE: id_}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A CRM field that changed: globs over its name, its old (`from`) and its new value (empty = any).

    The same as an event `field_changed` with the properties `field`, `old` and `new`."""

    name: tuple[str, ...] = ()
    from_: tuple[str, ...] = ()
    to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clause:
    """One way into a stage (or one match of a touchpoint): a predicate over an event, and how often it must hold.

    The pattern fields are tuples of globs (`*` any run, `?` one character), an event matches a field when any of them
    does; an empty tuple means "any". All fields must match. Counting fields: at least `at_least` matching events inside
    the last `within_days` days (ending at the event, inclusive; None = the whole attempt), by at least `people` distinct
    persons."""

    event: tuple[str, ...] = ()
    touchpoint: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    campaign: tuple[str, ...] = ()
    content: tuple[str, ...] = ()
    offering: tuple[str, ...] = ()
    role: tuple[str, ...] = ()
    properties: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # key `property` in YAML
    field_change: FieldChange | None = None  # key `field` in YAML
    at_least: int = 1
    within_days: float | None = None
    people: int | None = None
    inherited: bool = False

    @property
    def counts(self) -> bool:
        """Whether one matching event may not be enough (`people: 1` still asks that the event has a person)."""
        return self.at_least > 1 or self.people is not None


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the journey, from the customer's side."""

    id: str
    name: Text
    kind: StageKind = "step"
    goal: Text = field(default_factory=dict)
    enters_when: tuple[Clause, ...] = ()
    limit_days: float | None = None  # planned longest stay
    target_share: float | None = None  # planned share that goes on, 0–1
    optional: bool = False
    repeatable: bool = False
    regress: bool = False  # a later firing of it ends the stay of a further stage
    next: tuple[str, ...] = ()  # branches; empty = the stage written after it
    milestone: str | None = None  # lead | opportunity | won
    roles: tuple[str, ...] = ()  # expected to have shown up by the end of it
    touchpoints: tuple[str, ...] = ()  # expected
    parent: str | None = None  # the stage that this one is a sub-stage of
    scope: tuple[str, ...] = ()  # departments that work in it

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", _name(self.id, self.name))


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """A designed moment on a channel."""

    id: str
    name: Text
    channel: str | None = None
    matches: tuple[Clause, ...] = ()
    stages: tuple[str, ...] = ()
    offline: bool = False
    owner: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", _name(self.id, self.name))


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence of a lane, with how we know it."""

    text: Text
    evidence: Evidence = "hypothesis"


@dataclass(frozen=True, slots=True)
class Cell:
    """What one role does, asks, thinks and feels in one stage."""

    role: str
    stage: str
    actions: tuple[Note, ...] = ()
    questions: tuple[Note, ...] = ()
    thoughts: tuple[Note, ...] = ()
    emotion: float | None = None  # planned, −2…+2
    content: tuple[str, ...] = ()  # touchpoint ids that serve the questions
    evidence: Evidence = "hypothesis"


@dataclass(frozen=True, slots=True)
class Finding:
    """A trigger (きっかけ) or pain point (課題) at a stage, of a role or of everybody (None)."""

    id: str
    stage: str
    text: Text
    role: str | None = None
    evidence: Evidence = "hypothesis"


@dataclass(frozen=True, slots=True)
class Initiative:
    """An action of ours (施策): direct (we intervene) or indirect (we equip somebody inside)."""

    id: str
    stage: str
    name: Text
    role: str | None = None
    kind: Literal["direct", "indirect"] = "direct"
    hypothesis: Text = field(default_factory=dict)
    owner: str | None = None
    cost: float | None = None
    currency: str | None = None
    kpi: str | None = None
    grade: Grade = "hypothesis"
    touchpoint: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", _name(self.id, self.name))


@dataclass(frozen=True, slots=True)
class Measure:
    """What a KPI counts. Exactly one is set: `count` events matching the clause in the last `days` before as-of, the number
    of journeys that `reached` a stage, the `share` that goes on from a stage, or the mean of a survey kind (`survey`)."""

    count: Clause | None = None
    reached: str | None = None
    share: str | None = None
    survey: str | None = None  # nps | csat | ces
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Kpi:
    """Metric + target + owner + review rhythm, shown under its stage."""

    id: str
    stage: str
    name: Text
    measure: Measure
    target: float | None = None
    owner: str | None = None
    rhythm: str | None = None  # weekly | monthly | quarterly

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", _name(self.id, self.name))


@dataclass(frozen=True, slots=True)
class Persona:
    """An archetype: a company (firmographic rule + narrative) or a person (role, worries, sources, questions)."""

    id: str
    kind: Literal["company", "person"]
    name: Text
    role: str | None = None
    rule: str | None = None  # SQL over account attributes (company)
    department: Text = field(default_factory=dict)
    seniority: Text = field(default_factory=dict)
    narrative: Text = field(default_factory=dict)
    goals: tuple[Note, ...] = ()
    worries: tuple[Note, ...] = ()
    sources: tuple[Note, ...] = ()
    questions: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", _name(self.id, self.name))


@dataclass(frozen=True, slots=True)
class GroupRole:
    """How many of a role the buying group needs, and how much that role weighs."""

    role: str
    required: int = 1
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Influence:
    """Who sways whom, at which stage (None = everywhere)."""

    from_role: str
    to_role: str
    stage: str | None = None
    strength: float = 1.0
    evidence: Evidence = "hypothesis"


@dataclass(frozen=True, slots=True)
class JourneyMap:
    """The whole map. `stages` are in the order written, which is the main line.

    `cells` are kept by role (in the order in which roles first appear), then by stage, whatever order they come in."""

    id: str
    name: Text
    stages: tuple[Stage, ...]
    unit: Unit = "account"
    offering: str | None = None
    inactive_days: float | None = 365  # None: a silent journey never becomes dormant
    horizon_days: int | None = None
    inherit_days: int = 365
    description: Text = field(default_factory=dict)
    touchpoints: tuple[Touchpoint, ...] = ()
    cells: tuple[Cell, ...] = ()
    triggers: tuple[Finding, ...] = ()
    pain_points: tuple[Finding, ...] = ()
    initiatives: tuple[Initiative, ...] = ()
    kpis: tuple[Kpi, ...] = ()
    personas: tuple[Persona, ...] = ()
    buying_group: tuple[GroupRole, ...] = ()
    influences: tuple[Influence, ...] = ()
    roles: Mapping[str, Text] = field(default_factory=dict)  # names of the workspace's own roles
    owners: tuple[str, ...] = ()  # departments

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", _name(self.id, self.name))
        roles = {role: i for i, role in enumerate(dict.fromkeys(c.role for c in self.cells))}
        stages = {s.id: i for i, s in reversed(list(enumerate(self.stages)))}
        if len({(c.role, c.stage) for c in self.cells}) < len(self.cells):
            raise ValueError("two cells of one role at one stage")
        cells = sorted(self.cells, key=lambda c: (roles[c.role], stages.get(c.stage, len(stages)), c.stage))
        object.__setattr__(self, "cells", tuple(cells))

    @property
    def main_line(self) -> tuple[Stage, ...]:
        """Steps and success stages in order; failure stages are outcomes."""
        return tuple(s for s in self.stages if s.kind != "failure")

    @property
    def failures(self) -> tuple[Stage, ...]:
        """Stages that end a journey without success."""
        return tuple(s for s in self.stages if s.kind == "failure")
