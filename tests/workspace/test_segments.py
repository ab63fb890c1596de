"""Saved segments: kept, checked, named in questions, and told in their answers."""

import pytest

import tabiji
from tabiji.errors import NotFoundError
from tabiji.lake.expressions import ExpressionError
from tabiji.workspace import Workspace
from tabiji.workspace.segments import SegmentNameError

CONDITION = "industry = '製造業' AND employees >= 300"


def test_a_segment_is_kept_and_changed_in_its_place(ws: Workspace) -> None:
    kept, is_new = ws.segments.add("@big", CONDITION, {"ja": "大手製造業"})
    assert (kept.id, kept.condition, is_new) == ("big", CONDITION, True)
    assert ws.segments.add("big", CONDITION) == (kept, False)
    changed, is_new = ws.segments.add("big", "employees >= 500")
    assert (is_new, changed.name, changed.created_at) == (True, {"ja": "大手製造業"}, kept.created_at)
    assert [s.condition for s in ws.segments.list()] == ["employees >= 500"]
    with tabiji.open(ws.folder.root) as again:
        assert again.segments.get("big") == changed
    assert ws.segments.remove("big") == changed
    with pytest.raises(NotFoundError, match="there is no segment 'big'"):
        ws.segments.get("@big")


def test_how_many_a_condition_holds_for(ws: Workspace) -> None:
    ws.segments.add("big", CONDITION)
    n = sum(i % 2 == 1 and 50 * (i + 1) >= 300 for i in range(30))
    assert ws.segments.matching("big") == {"account": n, "opportunity": n, "person": 0}
    ws.segments.add("open", "stage = '提案'")  # only opportunities have a stage
    assert ws.segments.matching("open") == {"opportunity": 14}


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("industri = 'x'", "there is no column 'industri'; did you mean 'industry'?"),
        ("departmnt = 'x'", "there is no column 'departmnt'; did you mean 'department'?"),  # of persons
        ("stage = '提案' AND department = '営業'", "there is no column 'stage'"),  # each exists, but nobody has both
        ("employees = 'many'", "Could not convert string 'many' to INT"),
        ("(SELECT 1)", "subquery is not allowed here"),
        ("", "it is empty"),
    ],
)
def test_a_condition_is_checked_before_it_is_kept(ws: Workspace, condition: str, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        ws.segments.add("wrong", condition)
    assert message in caught.value.render("en")
    assert ws.segments.list() == []


@pytest.mark.parametrize("name", ["", "two words", "-x", "a'b", "x" * 65, "a.b"])
def test_a_name_must_be_one_word(ws: Workspace, name: str) -> None:
    with pytest.raises(SegmentNameError):
        ws.segments.add(name, CONDITION)


def test_a_name_stands_for_its_condition_wherever_a_condition_stands(ws: Workspace) -> None:
    ws.segments.add("製造業", "industry = '製造業' OR industry = '?'")
    by_hand = ws.map("new-business").funnel(
        segment="(industry = '製造業' OR industry = '?') AND employees >= 300", min_n=1
    )
    found = ws.map("new-business").funnel(segment="@製造業 AND employees >= 300", min_n=1)
    assert found.total == by_hand.total and found.total.n == 13
    assert found.provenance.fingerprint == by_hand.provenance.fingerprint
    assert found.question.to_dict()["segment"] == "@製造業 AND employees >= 300"
    assert found.question.to_dict()["segments"] == {"製造業": "industry = '製造業' OR industry = '?'"}
    assert "segments" not in by_hand.question.to_dict()
    groups = ws.map("new-business").dwell(by="@製造業", min_n=1).groups
    assert {g.value: g.n for g in groups} == {"true": 15, "false": 15}


def test_an_unknown_name_names_the_nearest(ws: Workspace) -> None:
    ws.segments.add("big", CONDITION)
    with pytest.raises(NotFoundError, match="there is no segment 'bigg'; did you mean 'big'"):
        ws.map("new-business").funnel(segment="@bigg")


def test_what_stands_in_quotes_is_left_alone(ws: Workspace) -> None:
    ws.segments.add("big", "employees >= 300")
    assert ws.segments.expand("name = 'mail@big.example' AND \"x@big\" = 1") == (
        "name = 'mail@big.example' AND \"x@big\" = 1",
        {},
    )
    assert ws.segments.expand("NOT @big") == ("NOT (employees >= 300)", {"big": "employees >= 300"})


def test_a_segment_made_of_another_keeps_what_that_said(ws: Workspace) -> None:
    ws.segments.add("big", "employees >= 300")
    made, _ = ws.segments.add("big-makers", "@big AND industry = '製造業'")
    assert made.condition == "(employees >= 300) AND industry = '製造業'"
    ws.segments.add("big", "employees >= 1000")
    assert ws.segments.get("big-makers") == made
