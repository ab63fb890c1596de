from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tabiji.journeymap.diff import Change, diff
from tabiji.journeymap.model import Cell, Clause, GroupRole, Influence, JourneyMap, Note, Stage

A, B, C = (Stage(i, {"ja": f"段階{i}", "en": f"stage {i}"}, enters_when=(Clause(event=(i,)),)) for i in "abc")
MAP = JourneyMap("m", {"ja": "地図"}, (A, B, C), buying_group=(GroupRole("champion"),))


def stages(*stages):
    return replace(MAP, stages=stages)


def told(new, old=MAP, lang="en"):
    return [c.render(lang) for c in diff(old, new)]


def test_equal_maps_have_no_difference():
    assert diff(MAP, MAP) == []
    reordered = replace(A, enters_when=(Clause(event=("x",)), *A.enters_when))
    again = replace(A, enters_when=(*A.enters_when, Clause(event=("x",))))
    assert diff(stages(reordered), stages(again)) == []


def test_keys_of_the_map_and_of_an_element():
    new = replace(stages(replace(A, limit_days=90, target_share=0.5), B, C), unit="person", inactive_days=None)
    assert diff(MAP, new) == [
        Change("changed", ("unit",), None, "person"),
        Change("changed", ("attempt",), None, {"inactive_days": None}),
        Change("changed", ("stages", "a", "limit_days"), None, 90, (A.name,)),
        Change("changed", ("stages", "a", "target_share"), None, 0.5, (A.name,)),
    ]
    assert told(new) == [
        "unit: not set → person",
        "days of silence until dormant: not set → never",
        "stage stage a · planned longest stay in days: not set → 90",
        "stage stage a · planned share that goes on: not set → 0.5",
    ]


def test_elements_come_go_and_move():
    d = Stage("d", {"ja": "新"})
    changes = diff(MAP, stages(C, d, A))
    assert [(c.kind, c.path, c.before and True, c.after and True) for c in changes] == [
        ("moved", ("stages", "c"), True, None),
        ("added", ("stages", "d"), None, True),
        ("removed", ("stages", "b"), True, None),
    ]
    assert changes[0] == Change("moved", ("stages", "c"), "b", None, (C.name,))
    assert changes[1].after == {"id": "d", "name": {"ja": "新"}}
    assert told(stages(C, d, A), lang="en") == [
        "stage stage c moved to the front",
        "stage 新 was added",
        "stage stage b was removed",
    ]
    assert told(stages(B, C, A)) == ["stage stage a moved behind c"]


def test_clauses_and_notes_come_and_go_one_by_one():
    new = stages(replace(A, enters_when=(Clause(event=("a",), at_least=2), Clause(event=("z",)))), B, C)
    assert told(new) == [
        'stage stage a · way in: {event: a, at_least: 2} was added',
        'stage stage a · way in: {event: z} was added',
        'stage stage a · way in: {event: a} was removed',
    ]  # fmt: skip


def test_lanes_buying_group_and_influence():
    old = replace(MAP, cells=(Cell("champion", "a", actions=(Note({"ja": "見る"}),), emotion=1),))
    new = replace(
        old,
        cells=(
            Cell("champion", "a", actions=(Note({"ja": "聞く"}, "observed"),), emotion=-1),
            Cell("user", "b"),
        ),
        buying_group=(GroupRole("champion", required=2), GroupRole("user")),
        influences=(Influence("user", "champion"),),
        roles={"chef": {"ja": "料理長"}},
    )
    assert [(c.kind, c.path) for c in diff(old, new)] == [
        ("added", ("roles", "chef")),
        ("added", ("lanes", "champion", "a", "actions")),
        ("removed", ("lanes", "champion", "a", "actions")),
        ("changed", ("lanes", "champion", "a", "emotion")),
        ("added", ("lanes", "user", "b")),
        ("changed", ("buying_group", "champion", "required")),
        ("added", ("buying_group", "user")),
        ("added", ("influence", "user → champion")),
    ]
    assert told(new, old) == [
        "own role 料理長 was added",
        "lane champion stage a · actions: 聞く was added",
        "lane champion stage a · actions: 見る was removed",
        "lane champion stage a · planned emotion: 1 → -1",
        "lane user stage b was added",
        "role of the buying group champion · required number: not set → 2",
        "role of the buying group user was added",
        "influence user → champion was added",
    ]


def applied(plain, changes):
    """Ids of the stages after the added, removed and moved ones, done by hand."""
    ids = [s.id for s in plain.stages]
    for c in changes:
        if c.kind == "removed" and len(c.path) == 2:
            ids.remove(c.path[1])
        if c.kind == "moved":
            ids.remove(c.path[1])
    return ids


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_any_two_maps(any_map, data):
    a, b = data.draw(any_map), data.draw(any_map)
    changes = diff(a, b)
    assert diff(a, a) == []
    assert diff(a, b) == changes
    for change in changes:
        assert change.render("ja") and change.render("en")
        assert change.kind == "moved" or change.before != change.after
    kept = [i for i in (s.id for s in b.stages) if i in {s.id for s in a.stages}]
    of_stages = [c for c in changes if c.path[0] == "stages"]
    still = applied(a, of_stages)
    assert still == [i for i in kept if i in still], "what did not move keeps its order"
    added = {c.path[1] for c in of_stages if c.kind == "added" and len(c.path) == 2}
    assert added == {s.id for s in b.stages} - {s.id for s in a.stages}
