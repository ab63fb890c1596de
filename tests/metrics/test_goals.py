"""The stage that `cohorts` and `credit` are asked toward, on maps that mark a success stage and on maps that do not."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

import credit_world
import small_world
from small_world import DAY
from tabiji.compute import LocalExecutor
from tabiji.errors import NotFoundError
from tabiji.index.journal import journal
from tabiji.journeymap.model import JourneyMap, Stage
from tabiji.metrics.cohorts.question import cohorts
from tabiji.metrics.goals import NoGoalError, goal_of
from tabiji.metrics.scope import Scope, instant

LEAD, DEAL, WON, LOST = (
    Stage("lead", {}), Stage("deal", {"en": "Deal"}), Stage("won", {}, kind="success"), Stage("lost", {}, kind="failure"),
)  # fmt: skip
UNMARKED = JourneyMap("m", {}, (LEAD, DEAL, LOST))
RULES = small_world.rules(8, 3, {0: [0], 1: [1], 2: [3]}, failures=[2], stage_ids=("lead", "deal", "lost"))
TOLD = "The map has no success stage: deal, the last stage of its main line, is taken for it."


def test_the_goal_is_named_else_success_else_the_last_of_the_main_line() -> None:
    assert goal_of(JourneyMap("m", {}, (LEAD, WON, DEAL, LOST)), None) == (WON, ())
    assert goal_of(UNMARKED, "lead") == (LEAD, ())
    assert goal_of(UNMARKED, "lost") == (LOST, ())
    stage, notices = goal_of(UNMARKED, None)
    assert stage == DEAL and [n.render("en") for n in notices] == [TOLD]
    with pytest.raises(NotFoundError, match="did you mean 'lead'"):
        goal_of(UNMARKED, "leed")
    with pytest.raises(NoGoalError, match="failure stages only; say which stage to reach: lost"):
        goal_of(JourneyMap("m", {}, (LOST,)), None)


def test_both_questions_take_it_and_say_so() -> None:
    events = credit_world.history(0, (0, "lead"), (2, "deal")) + credit_world.history(1, (0, "lead"))
    index = small_world.index(events, 2, credit_world.KINDS)
    with LocalExecutor(1) as executor:
        asked: Any = (index, UNMARKED, RULES, journal(index, RULES, executor), Scope(instant(30 * DAY), min_n=1))
        found = cohorts(*asked, executor=executor, zone=ZoneInfo("UTC"))
    assert (found.stage, found.total.reached) == ("deal", 1)
    credited = credit_world.ask(events, 2, journey_map=UNMARKED, rules=RULES, level="channel")
    assert (credited.asked.goal, credited.conversions, credited.goal_name) == ("deal", 1, {"en": "Deal"})
    assert [n.render("en") for r in (found, credited) for n in r.notices] == [TOLD, TOLD]
