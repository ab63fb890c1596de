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
    names = [pick(s.name) or s.id for s in journey_map.main_line]
    whole = _everybody(result.feelings)
    out = []
    for value, label, figures in groups_of(result.groups, by, settings):
        feelings = _everybody(figures.feelings)
        n = sum(f.measured.n for f in feelings)
        if n:
            picture = drawn.mood(feelings, names, width=max(300, 62 * len(names)), height=132, beside=whole)
            out.append(GroupMood(value, label, n, feelings, Markup(picture)))  # noqa: S704 - names are escaped there
    return out


def _everybody(feelings: Sequence[Feeling]) -> tuple[Feeling, ...]:
    return tuple(f for f in feelings if f.role is None)
