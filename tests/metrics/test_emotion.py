from typing import Any

import numpy as np
import pytest

import small_world
from small_world import E, answers
from tabiji.compute.executor import LocalExecutor
from tabiji.index.journal import journal
from tabiji.journeymap.model import Cell, JourneyMap, Stage
from tabiji.metrics.feelings.answers import Answers, feelings
from tabiji.metrics.feelings.emotion import EmotionResult, emotion
from tabiji.metrics.scope import Scope, instant

NPS, CSAT, CES = range(3)
MAP = JourneyMap(
    "m",
    {},
    (Stage("aware", {"en": "Awareness"}), Stage("use", {"en": "Use"})),
    cells=(Cell("champion", "use", emotion=1.5),),
)
RULES = small_world.rules(3, 2, {0: [0], 1: [1]}, stage_ids=("aware", "use"), n_role_sets=3)
ROLE_SETS = ((), ("champion",), ("champion", "user"))


def scaled(kind: int, score: float, scale_max: float = np.nan) -> float:
    one = np.array([kind], np.uint8)
    made = Answers(
        *(np.zeros(1, d) for d in (np.int64, np.int32, np.int32)), one, np.array([score]), np.array([scale_max])
    )
    return float(feelings(made)[0])


def test_the_table() -> None:
    assert [scaled(NPS, s) for s in range(11)] == [-2, -2, -2, -1, -1, -1, -1, 0, 0, 1, 2]
    assert [scaled(CSAT, s) for s in range(1, 6)] == [-2, -1, 0, 1, 2]
    assert [scaled(CES, s) for s in (1, 4, 7)] == [-2, 0, 2]
    assert scaled(CSAT, 10, scale_max=10) == 2
    assert scaled(CSAT, 5.5, scale_max=10) == 0


@pytest.mark.parametrize(("kind", "score"), [(NPS, 11), (NPS, -1), (CSAT, 0), (CSAT, 6), (CES, 8), (CES, np.nan)])
def test_a_score_off_its_scale_says_nothing(kind: int, score: float) -> None:
    assert np.isnan(scaled(kind, score))


EVENTS = [e for u in range(4) for e in (E(u, 10, 0), E(u, 20, 1))]


def ask(given: Answers, as_of: int = 100, min_n: int = 1, **scope: Any) -> EmotionResult:
    index = small_world.index(EVENTS, 5, ["k"] * 3, ROLE_SETS)
    executor = LocalExecutor(1)
    journals = journal(index, RULES, executor)
    return emotion(index, MAP, RULES, journals, Scope(instant(as_of), min_n=min_n, **scope), given, executor=executor)


def means(found: EmotionResult) -> dict[tuple[str, str | None], tuple[float | None, int]]:
    return {(f.stage, f.role): (f.measured.mean, f.measured.n) for f in found.feelings if f.measured.n}


def test_an_answer_belongs_to_the_stage_of_its_time_and_to_every_role_of_its_giver() -> None:
    given = answers((0, 15, 1, CSAT, 2), (1, 19, 2, CSAT, 4), (0, 20, 0, NPS, 10), (1, 50, 1, NPS, 7))
    assert means(ask(given)) == {
        ("aware", None): (0.0, 2),
        ("use", None): (1.0, 2),
        ("aware", "champion"): (0.0, 2),
        ("use", "champion"): (None, 1),  # one unit only
        ("aware", "user"): (None, 1),
    }


def test_later_answers_other_units_and_answers_outside_journeys() -> None:
    given = answers(
        (0, 15, 0, CSAT, 1), (1, 15, 0, CSAT, 1), (2, 99, 0, CSAT, 5), (3, 5, 0, CSAT, 5), (4, 15, 0, CSAT, 5)
    )
    found = ask(given, as_of=98)
    assert means(found) == {("aware", None): (-2.0, 2)}
    assert [(n.code, n.values["n"]) for n in found.notices] == [("answers_outside", 2)]
    assert means(ask(given, selection=np.arange(5) < 1)) == {("aware", None): (None, 1)}
    assert means(ask(given, from_at=instant(11))) == {}


def test_scores_off_their_scale_are_told() -> None:
    found = ask(answers((0, 15, 0, CSAT, 9), (1, 15, 0, CSAT, 5), (0, 15, 0, CSAT, 5)))
    assert means(found) == {("aware", None): (2.0, 2)}
    assert [(n.code, n.render("en")) for n in found.notices] == [
        ("score_off_scale", "1 survey answer has a score outside its scale and was left out.")
    ]


def test_planned_beside_measured_and_min_n() -> None:
    found = ask(answers((0, 30, 1, NPS, 9), (1, 30, 1, NPS, 9)), min_n=3)
    cell = next(f for f in found.feelings if (f.stage, f.role) == ("use", "champion"))
    assert cell.to_dict() == {
        "stage": "use", "role": "champion", "planned": 1.5, "mean": None, "low": None, "high": None, "n": 2,
        "reason": "n<3", "sources": {"nps": 2},
    }  # fmt: skip
    assert found.explain("en") == "No stage has enough survey answers or notes to tell how people felt."


def test_it_explains_itself() -> None:
    found = ask(answers((0, 15, 0, CSAT, 2), (1, 15, 0, CSAT, 2), (0, 30, 0, NPS, 10), (1, 30, 0, NPS, 10)))
    assert (
        found.explain("en")
        == "People felt worst in Awareness: −1.0 on a scale from −2 to +2, from 2 answers and notes."
    )
    assert found.to_dict()["stages"] == found.rows()


def test_no_answers() -> None:
    assert means(ask(answers())) == {}


def test_each_value_of_by_is_told_as_if_it_had_been_asked_for_alone() -> None:
    given = answers(
        (0, 15, 1, CSAT, 2), (1, 19, 2, CSAT, 4), (0, 20, 0, NPS, 10), (1, 50, 1, NPS, 7), (2, 15, 0, CSAT, 1)
    )
    codes = np.array([0, 0, 1, 2, 2], np.int32)
    found = ask(given, groups=(codes, ("a", "b", "(none)")))
    assert [g.value for g in found.groups] == ["a", "(none)", "b"]  # the one with most journeys first, then by name
    for g in found.groups:
        alone = ask(given, selection=codes == ("a", "b", "(none)").index(str(g.value))).to_dict()
        assert g.to_dict() == {"value": g.value, **{k: alone[k] for k in ("stages", "negative", "link")}}
    assert "groups" not in ask(given).to_dict() and "group" not in ask(given).rows()[0]
    assert {row["group"] for row in found.rows()} == {"a", "b", "(none)"}
    assert means(found) == means(ask(given))  # the whole stays the whole
