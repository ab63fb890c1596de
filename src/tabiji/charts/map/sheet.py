"""The living map as it is shown: every text chosen, every figure in words. Pages and pictures only lay it out.

`build.sheet` computes it. Sequences with one entry per stage follow the order of `Sheet.stages`. Positions of drawn figures
are shares of 1; None means that there is nothing to draw.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tabiji.charts.emotion import EmotionCurve
from tabiji.charts.river import River

Parameters = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Receipt:
    """Which receipt a figure opens: its kind and parameters."""

    kind: str
    parameters: Parameters = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in words; `tip` tells its n and interval, or why there is none."""

    text: str
    tip: str = ""
    receipt: Receipt | None = None
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """How units came into a stage from the one before: the share with its interval, the naive one beside it, the time it took.

    `naive` is the position of the naive share and `target` of the planned one."""

    share: Figure
    days: Figure | None
    value: float | None
    low: float | None
    high: float | None
    naive: float | None
    naive_text: str
    target: float | None
    target_text: str


@dataclass(frozen=True, slots=True)
class StageColumn:
    """The head of a column. `pill` is set on the bottleneck only; `step` is None on the first stage."""

    number: int
    id: str
    name: str
    goal: str
    count: Figure | None
    caption: str
    step: Step | None
    hot: bool
    pill: str
    within: str  # name of the stage that this one is part of


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence with how it is known: hypothesis, reported or observed."""

    text: str
    evidence: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class LaneCell:
    """What one role does, asks and thinks in a stage; `evidence` is empty where the cell is."""

    actions: tuple[Line, ...]
    questions: tuple[Line, ...]
    thoughts: tuple[Line, ...]
    content: tuple[str, ...]
    evidence: str

    @property
    def empty(self) -> bool:
        """Whether there is nothing in it."""
        return not (self.actions or self.questions or self.thoughts or self.content)


@dataclass(frozen=True, slots=True)
class Lane:
    """A role: who it is, in how many journeys it appears, and its cells."""

    role: str
    name: str
    who: str
    presence: Figure | None
    missing: str  # "too few", in words, where the buying group needs more of the role
    cells: tuple[LaneCell, ...]


@dataclass(frozen=True, slots=True)
class Mood:
    """Planned and measured emotion of a stage, in words."""

    planned: str
    measured: Figure | None
    face: str  # name of its icon, empty where nothing was measured


@dataclass(frozen=True, slots=True)
class EmotionRow:
    """The curves, one mood per stage, and what is said at the lowest measured point."""

    curve: EmotionCurve
    moods: tuple[Mood, ...]
    lowest: str  # what is thought there, quoted; may be empty
    lowest_value: str


@dataclass(frozen=True, slots=True)
class TouchpointLine:
    """A touchpoint in a stage, with the share of the stage's journeys that it reached."""

    id: str
    name: str
    offline: bool
    channel: str
    reach: Figure | None
    value: float | None


@dataclass(frozen=True, slots=True)
class InitiativeLine:
    """An action of ours, with the grade of the evidence for its effect."""

    id: str
    name: str
    direct: bool
    role: str
    grade: str  # A B C D testing hypothesis
    grade_text: str
    note: str  # hypothesis, owner, cost in one sentence


@dataclass(frozen=True, slots=True)
class KpiLine:
    """Actual against target."""

    id: str
    name: str
    actual: Figure
    target: str
    rhythm: str
    met: bool | None  # None where there is no actual or no target


@dataclass(frozen=True, slots=True)
class PersonaCard:
    """An archetype, in a strip below the map."""

    id: str
    company: bool
    name: str
    who: str
    rule: str  # which companies it is about, as SQL
    narrative: str
    points: tuple[tuple[str, tuple[str, ...]], ...]  # label, sentences


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole map. Rows that hold nothing for any stage are empty tuples and are not shown."""

    lang: str
    id: str
    name: str
    description: str
    chips: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]  # label, value: version, period, who it is about
    unit: str
    stages: tuple[StageColumn, ...]
    river: River | None
    river_note: str
    lanes: tuple[Lane, ...]
    emotion: EmotionRow | None
    touchpoints: tuple[tuple[TouchpointLine, ...], ...]
    triggers: tuple[tuple[Line, ...], ...]
    pain_points: tuple[tuple[Line, ...], ...]
    initiatives: tuple[tuple[InitiativeLine, ...], ...]
    kpis: tuple[tuple[KpiLine, ...], ...]
    personas: tuple[PersonaCard, ...]
    next_move: str
    next_move_strong: str  # the part of `next_move` to be read first
    next_move_detail: str  # what became of those so far
    next_move_figure: Figure | None  # the figure that stands in `next_move`, where one opens its receipt
    bring: str  # what to bring or to change, where nothing was measured
    has_data: bool  # whether the workspace holds events at all
    notices: tuple[str, ...]

    @property
    def has_flow(self) -> bool:
        """Whether anything was counted."""
        return self.river is not None

    @property
    def uses_evidence(self) -> bool:
        """Whether any cell carries a mark of how it is known."""
        return any(not cell.empty for lane in self.lanes for cell in lane.cells) or any(
            self.triggers + self.pain_points
        )
