"""Emotion along the map, group by group: small curves of everybody in a group beside that of all."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tabiji.charts import voice as drawn
from tabiji.i18n import pick
from tabiji.journeymap import JourneyMap
from tabiji.metrics.feelings.emotion_result import EmotionResult, Feeling
from tabiji.settings import Settings
from tabiji.web.segments import groups_of

MOST_GROUPS = 12
PHONE = 328  # pixels inside a card at 390


@dataclass(frozen=True, slots=True)
class GroupMood:
    """A group of `--by`: its value in the address, what it is called, answers and notes in all stages, feelings of everybody by
    stage, and their curve."""

    value: str
    label: str
    n: int
    feelings: tuple[Feeling, ...]
    picture: Markup


def group_moods(result: EmotionResult, journey_map: JourneyMap, by: str, settings: Settings) -> list[GroupMood]:
    """The groups of which somebody has said anything, in the order of the result; sizes in their own order."""
    whole = _everybody(result.feelings)
    out = []
    for value, label, figures in groups_of(result.groups, by, settings):
        feelings = _everybody(figures.feelings)
        n = sum(f.measured.n for f in feelings)
        if n:
            picture = both_widths(feelings, journey_map, column=62, height=132, beside=whole)
            out.append(GroupMood(value, label, n, feelings, picture))
    return out


def both_widths(
    feelings: Sequence[Feeling],
    journey_map: JourneyMap,
    *,
    column: int = 82,
    height: int = 150,
    beside: Sequence[Feeling] = (),
) -> Markup:
    """The curve of a role or a group twice, for a desk and for a phone, of which the style sheet shows one; its figures stand in
    the table beside, so it is hidden from screen readers. column: pixels of a stage at a desk."""
    names = [pick(s.name) or s.id for s in journey_map.main_line]
    wide = drawn.mood(feelings, names, width=max(300, column * len(names)), height=height, beside=beside)
    narrow = drawn.mood(feelings, names, width=PHONE, height=height, beside=beside, staggered=True)
    return Markup(f'<div class="at-desk">{wide}</div><div class="at-phone">{narrow}</div>')  # noqa: S704 - names are escaped there


def _everybody(feelings: Sequence[Feeling]) -> tuple[Feeling, ...]:
    return tuple(f for f in feelings if f.role is None)
