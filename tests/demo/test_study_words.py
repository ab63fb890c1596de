"""A study's page calls every figure of every question by a name, in both languages."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tabiji
from tabiji.i18n import text
from tabiji.metrics.roles import ROLE_NAMES
from tabiji.web.pages.studies.wording import KEYS, label
from tabiji.workspace.questions import QUESTIONS
from tabiji.workspace.studies.figures import NO_FIGURES, WORDS, plain

BY_DATA = ("counts", "touched", "excluded", "meanings", "activities")  # tables whose keys are values of the data
INTERVALS = {"low", "high", "low_days", "high_days"}  # stand beside their figure
SAME = {"KPI", "NPS", "CSAT", "CES", "ID", "p", "Document", "ROI"}  # the same word in both languages


def keys(node: Any) -> Iterator[str]:
    """The keys of an answer that stand in the paths of its figures."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key not in WORDS and key not in NO_FIGURES:
                yield key
                yield from keys(list(value.values()) if key in BY_DATA and isinstance(value, dict) else value)
    elif isinstance(node, list):
        for item in node:
            yield from keys(item)


def test_every_key_of_every_answer_has_a_name(demo_root: Path) -> None:
    found: set[str] = set()
    with tabiji.open(demo_root) as workspace:
        for entry in workspace.maps.list():
            measured = workspace.map(entry.id)
            account = measured.accounts(page_size=1).accounts[0].id
            for ask in QUESTIONS.values():
                by = {"by": "region"} if "by" in {flag.name for flag in ask.flags} else {}
                result = getattr(measured, ask.name)(*([account] if ask.subject else []), **by)
                found |= set(keys({k: v for k, v in plain(result.to_dict()).items() if k not in NO_FIGURES}))
            journey_map = entry.map
            named = {s.id for s in journey_map.stages} | {t.id for t in journey_map.touchpoints}
            unnamed = {key for key in found if key not in KEYS and key not in ROLE_NAMES and key not in named}
            assert unnamed - INTERVALS == set()
            found -= named
    assert len(found) > 200


def test_every_name_is_there_in_japanese() -> None:
    assert sorted({name for name in KEYS.values() if text(name, "ja") == name} - SAME) == []


def test_the_parts_of_a_deviation_are_named_each(demo_root: Path) -> None:
    with tabiji.open(demo_root) as workspace:
        journey_map = workspace.map("new-business").map
    with tabiji.i18n.use("ja"):
        assert label("wrong_role → consider → decision_maker", journey_map) == "役割の不在 → 検討 → 決裁者"
        assert label("onward_low", journey_map) == "前進の差の下限"
        assert label("some new_key", journey_map) == "some new key"
