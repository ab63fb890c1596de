"""The demo's maps: free of findings, complete in both languages, and about what the data really holds."""

from dataclasses import replace
from importlib.resources import files

import pytest

import tabiji
from tabiji.demo.export.maps import MAPS, write_maps
from tabiji.demo.world.parameters import TARGETS
from tabiji.journeymap import check, load
from tabiji.journeymap.model import JourneyMap, Note

LANES = ("champion", "decision_maker", "influencer", "user")


def text_of(name: str) -> str:
    return (files("tabiji.demo") / "maps" / name).read_text("utf-8")


@pytest.fixture(scope="module")
def new_business() -> JourneyMap:
    return load(text_of("new-business.yaml"))


@pytest.mark.parametrize("name", MAPS)
def test_a_check_finds_nothing(name):
    assert check(text_of(name)) == []


@pytest.mark.parametrize("name", MAPS)
def test_every_text_is_there_in_both_languages(name):
    journey_map = load(text_of(name))
    texts = [journey_map.name, journey_map.description]
    for s in journey_map.stages:
        texts += [s.name, *([s.goal] if s.kind != "failure" else [])]
    texts += [t.name for t in journey_map.touchpoints]
    for c in journey_map.cells:
        texts += [n.text for n in (*c.actions, *c.questions, *c.thoughts)]
    texts += [f.text for f in (*journey_map.triggers, *journey_map.pain_points)]
    texts += [t for i in journey_map.initiatives for t in (i.name, *([i.hypothesis] if i.hypothesis else []))]
    texts += [k.name for k in journey_map.kpis]
    notes: list[Note] = [n for p in journey_map.personas for n in (*p.goals, *p.worries, *p.sources, *p.questions)]
    texts += [n.text for n in notes] + [p.name for p in journey_map.personas]
    assert all(set(t) == {"ja", "en"} and all(t.values()) for t in texts)


def test_no_row_of_the_page_has_a_gap_where_the_mock_has_something(new_business):
    steps = [s.id for s in new_business.main_line]
    assert steps == ["unknown", "aware", "interest", "consider", "order", "continue"]
    for rows in (new_business.triggers, new_business.pain_points, new_business.initiatives, new_business.kpis):
        assert {r.stage for r in rows} == set(steps)
    assert {s for t in new_business.touchpoints for s in t.stages} == set(steps)
    cells = {(c.role, c.stage) for c in new_business.cells}
    assert {role for role, _ in cells} == set(LANES)
    assert {stage for role, stage in cells if role == "champion"} == set(steps)
    assert all((role, "consider") in cells for role in LANES)
    assert {i.grade for i in new_business.initiatives} >= {"A", "B", "D", "testing"}
    assert {i.kind for i in new_business.initiatives} == {"direct", "indirect"}


def test_targets_are_those_by_which_the_truth_finds_the_bottleneck(new_business):
    written = {s.id: s.target_share for s in new_business.main_line if s.target_share is not None}
    assert written == TARGETS


def test_every_rule_names_what_occurs_in_the_data(demo_root):
    with tabiji.open(demo_root) as workspace:
        for name in MAPS:
            assert workspace.check(text_of(name)) == []


def test_targets_of_counts_follow_the_number_of_accounts_and_nothing_else_changes(tmp_path, new_business):
    write_maps(tmp_path / "same", 2000)
    write_maps(tmp_path / "more", 20_000)
    for name in MAPS:
        assert (tmp_path / "same" / name).read_text("utf-8") == text_of(name)
    more = load((tmp_path / "more/new-business.yaml").read_text("utf-8"))
    targets = {k.id: k.target for k in new_business.kpis}
    counted = {"coverage", "visits", "downloads", "demos", "contracts"}
    assert {k.id: k.target for k in more.kpis} == {k: 10 * v if k in counted else v for k, v in targets.items()}
    assert replace(more, kpis=()) == replace(new_business, kpis=())
