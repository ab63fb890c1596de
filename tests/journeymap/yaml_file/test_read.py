"""Every way in which a file can be wrong ends in findings with lines; none in a traceback or an endless wait."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabiji.i18n import use
from tabiji.journeymap.model import ANY_LANGUAGE, Cell, Clause, FieldChange, GroupRole, Note
from tabiji.journeymap.problems import MOST_PROBLEMS, MapError
from tabiji.journeymap.yaml_file import parse, read_map
from tabiji.journeymap.yaml_file.composing import MAX_BYTES, compose
from tabiji.journeymap.yaml_file.scalars import resolve


def found(source):
    return [(p.line, p.column, p.code, p.path) for p in parse(source).problems]


def messages(source):
    with use("en"):
        return [p.render() for p in parse(source).problems]


@pytest.mark.parametrize(
    ("source", "line", "code"),
    [
        ("", 0, "empty"),
        ("# only a comment\n", 0, "empty"),
        ("~\n", 0, "empty"),
        (b"id: \x94F\x92m\n", 1, "not_utf8"),
        ("id: 認知".encode("utf-16"), 1, "not_utf8"),
        ("id: a\nname: b\nid: c\n", 3, "duplicate_key"),
        ("id: a\nstages:\n\t- id: b\n", 3, "tab"),
        ("id: a\nstages: [\n", 3, "syntax"),
        ("id: a: b\n", 1, "syntax"),
        ("id: 'a\n", 2, "syntax"),
        ("id: a\n---\nid: b\n", 2, "several_documents"),
        ("id: *x\n", 1, "unknown_alias"),
        ("id: &x [*x]\n", 1, "unknown_alias"),
        ("id: a\nstages: !stage []\n", 2, "tag"),
        ("id: !!python/name:os.system x\n", 1, "tag"),
        ("? [a]\n: b\n", 1, "complex_key"),
        ("id: a\nname: \x00\n", 2, "bad_character"),
        ('id: a\nname: "\\0"\n', 2, "bad_character"),
        ('id: a\nname: "\\ud800"\n', 2, "bad_character"),
        ("id: \ud800\n", 1, "bad_character"),
        ('id: "\\U00110000"\n', 0, "syntax"),
        ("id: " + "[" * 200, 1, "too_deep"),
        ("id:\n" + "- a\n" * 100_001, 99_997, "too_many_nodes"),
        ("id: " + "a" * MAX_BYTES, 0, "too_large"),
        (b"id: " + b"a" * MAX_BYTES, 0, "too_large"),
        ("- id: a\n", 1, "wrong_type"),
        ("just words\n", 1, "wrong_type"),
    ],
)
def test_a_file_that_cannot_be_a_map(source, line, code):
    problems = [p for p in parse(source).problems if p.code == code]
    assert [p.line for p in problems] == [line]
    assert parse(source).map is None
    assert all("{" not in p.render("en").replace("{ja", "") for p in problems)


def test_aliases_are_followed_and_bombs_are_not():
    source = "id: m\nstages:\n  - {id: a, enters_when: &w [{event: x}]}\n  - {id: b, enters_when: *w}\n"
    a, b = read_map(source).stages
    assert a.enters_when == b.enters_when == (Clause(event=("x",)),)
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for i in range(9):
        bomb += f"a{i + 1}: &a{i + 1} [{', '.join([f'*a{i}'] * 10)}]\n"
    assert [p.code for p in parse(bomb).problems] == ["too_many_nodes"]


def test_scalars_follow_yaml_1_2():
    plain = {
        "on": "on", "yes": "yes", "No": "No", "null": None, "~": None, "": None, "true": True, "FALSE": False, "012": 12,
        "0o17": 15, "0x1F": 31, "-3": -3, "1_000": "1_000", "1:30": "1:30", "2020-01-01": "2020-01-01", ".5": 0.5,
        "1e3": 1000.0, "+1.": 1.0, ".inf": float("inf"), "-.INF": float("-inf"), "0b1": "0b1", ".": ".", "-": "-",
    }  # fmt: skip
    assert {text: resolve(text) for text in plain} == plain
    assert resolve(".nan") != resolve(".nan")


def test_words_are_taken_as_written():
    journey_map = read_map(
        "id: on\nname: 1.0\nstages: [{id: no, roles: champion, enters_when: [{event: [404, true, 1e3]}]}]\n"
    )
    assert journey_map.id == "on"
    assert journey_map.name == {ANY_LANGUAGE: "1.0"}
    assert journey_map.stages[0].id == "no"
    assert journey_map.stages[0].roles == ("champion",)
    assert journey_map.stages[0].enters_when[0].event == ("404", "true", "1e3")


def test_all_shapes_are_read():
    journey_map = read_map(
        """
id: m
unit: opportunity
attempt: {inactive_days: null}
roles: {engineer: {ja: 技術者}}
stages:
  - id: a
    enters_when:
      - {field: {name: StageName, from: [A, B*], to: C}, property: {plan: [x, y], n: 3}, within_days: 1.5, inherited: true}
      - {field: StageName}
lanes:
  champion: {a: {actions: [見る, {ja: 聞く, en: ask}, {text: 書く, evidence: observed}], emotion: -2}}
buying_group: [champion, {role: user, required: 2, weight: 0.5}]
triggers: [{stage: a, text: x}, {id: trigger-1, stage: a, text: y}, {stage: a, text: z}]
kpis: [{stage: a, measure: {count: {event: x}, days: 30}}]
influence: [{from: user, to: champion}]
"""
    )
    assert journey_map.inactive_days is None
    first, second = journey_map.stages[0].enters_when
    assert first.field_change == FieldChange(("StageName",), ("A", "B*"), ("C",))
    assert first.properties == {"plan": ("x", "y"), "n": ("3",)}
    assert (first.within_days, first.inherited) == (1.5, True)
    assert second.field_change == FieldChange(("StageName",))
    assert journey_map.cells == (
        Cell(
            "champion",
            "a",
            actions=(Note({"": "見る"}), Note({"ja": "聞く", "en": "ask"}), Note({"": "書く"}, "observed")),
            emotion=-2,
        ),
    )
    assert journey_map.buying_group == (GroupRole("champion"), GroupRole("user", 2, 0.5))
    assert [t.id for t in journey_map.triggers] == ["trigger-2", "trigger-1", "trigger-3"]
    assert journey_map.kpis[0].id == "kpi-1"
    assert journey_map.kpis[0].measure.count == Clause(event=("x",))
    assert journey_map.influences[0].from_role == "user"
    assert journey_map.roles == {"engineer": {"ja": "技術者"}}


def test_everything_wrong_is_found_at_once_with_its_place():
    source = """\
id: [1]
nmae: x
stages:
  - {id: a, enters_when: {event: x}, target_share: 60, kind: sucess}
  - 3
  - {name: x, optional: yes, goal: {jp: x}, limit_days: 0}
  - id: b
    enters_when:
      - {evnt: x, at_least: 0, within_days: .inf, people: 1.5}
lanes: {champion: {a: {emotion: 3}}}
kpis: [{stage: a, measure: {count: {event: x}, reached: a}}, {stage: b}]
"""
    assert sorted(found(source)) == [
        (1, 1, "wrong_type", "id"),
        (2, 1, "unknown_key", "nmae"),
        (4, 13, "wrong_type", "stages[0].enters_when"),
        (4, 38, "out_of_range", "stages[0].target_share"),
        (4, 56, "unknown_value", "stages[0].kind"),
        (5, 5, "wrong_type", "stages[1]"),
        (6, 5, "missing_key", "stages[2]"),
        (6, 15, "wrong_type", "stages[2].optional"),
        (6, 37, "unknown_key", "stages[2].goal.jp"),
        (6, 45, "out_of_range", "stages[2].limit_days"),
        (9, 10, "unknown_key", "stages[3].enters_when[0].evnt"),
        (9, 19, "out_of_range", "stages[3].enters_when[0].at_least"),
        (9, 32, "wrong_type", "stages[3].enters_when[0].within_days"),
        (9, 51, "wrong_type", "stages[3].enters_when[0].people"),
        (10, 24, "out_of_range", "lanes.champion.a.emotion"),
        (11, 19, "not_exactly_one", "kpis[0].measure"),
        (11, 62, "missing_key", "kpis[1]"),
    ]
    said = messages(source)
    assert "the key 'nmae' is unknown here; did you mean 'name'?" in said
    assert "target_share is a share between 0 and 1, not 60; write 0.6 for 60 %" in said
    assert "kind may be step | success | failure, not 'sucess'; did you mean 'success'?" in said
    assert "optional must be true or false, not 'yes'" in said
    assert "emotion must be between -2 and 2, not 3" in said
    assert parse(source).map is None
    assert len(parse(source).sketch.stages) == 4


def test_load_raises_with_every_line():
    with pytest.raises(MapError) as error, use("en"):
        read_map("id: a\nnmae: b\nstages: 3\n")
    assert [p.line for p in error.value.problems] == [2, 3]
    assert error.value.render("en") == (
        "the map has errors:\n"
        "line 2, column 1: error: the key 'nmae' is unknown here; did you mean 'name'?\n"
        "line 3, column 1: error: stages must be a list (each item after a dash), not '3'"
    )
    assert [p["line"] for p in error.value.to_dict()["error"]["details"]["problems"]] == [2, 3]


def test_problems_do_not_pile_up_without_end():
    assert len(parse("\n".join(f"k{i}: 1" for i in range(5000))).problems) == MOST_PROBLEMS


def test_surrogate_pairs_of_json_are_one_character():
    assert read_map('{"id": "m", "name": "\\ud83d\\ude42", "stages": []}').name == {ANY_LANGUAGE: "🙂"}


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("id: stages\n  -[]{},'\"#&*!|>%@`\t\\?~ab"), max_size=40) | st.binary(max_size=40))
def test_no_text_raises(source):
    parsed = parse(source)
    assert parsed.map is None or parsed.document is not None
    assert (compose(source)[0] is None) == (parsed.document is None)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_change_of_a_valid_file_raises(any_map, data):
    from tabiji.journeymap.yaml_file import dump

    text = dump(data.draw(any_map))
    at = data.draw(st.integers(0, len(text)))
    parse(
        text[:at]
        + data.draw(st.sampled_from(["", "\t", ":", "- ", "{", "]", "\n", "'", "*a", "null"]))
        + text[at + 1 :]
    )
