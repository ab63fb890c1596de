"""One line of YAML per mistake; each is found with its line, and a map without mistakes has no findings."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabiji.i18n import use
from tabiji.journeymap.check import KnownData, check, load
from tabiji.journeymap.model import Clause, JourneyMap, Stage
from tabiji.journeymap.problems import MapError
from tabiji.journeymap.rules import compile_rules
from tabiji.journeymap.yaml_file import dump

STAGES = """\
stages:
  - {id: aware, enters_when: [{event: page_viewed}]}
  - {id: won, kind: success, enters_when: [{event: opportunity_won}]}
"""
GOOD = "id: m\nname: 地図\n" + STAGES


def found(source, known=None):
    """(line, severity, code) of every problem."""
    return [(p.line, p.severity, p.code) for p in check(source, known)]


def said(source, known=None):
    with use("en"):
        return [p.render() for p in check(source, known)]


def stages(*lines):
    return "id: m\nname: m\nstages:\n" + "".join(f"  - {line}\n" for line in lines)


def test_the_example_of_the_documentation_has_no_errors():
    example = """\
id: new-business
name: {ja: 新規導入ジャーニー, en: New business}
unit: account                     # whose journey: account (default) | opportunity | person
offering: null                    # null = any
attempt: {inactive_days: 365}
stages:
  - id: aware
    name: {ja: 認知, en: Awareness}
    goal: {ja: 課題が気になり始める}
    enters_when:                  # any of these clauses
      - {event: page_viewed, content: "/pricing*", at_least: 3, within_days: 30, people: 2}
      - {event: [webinar_attended, white_paper_downloaded]}
    limit_days: 60                # planned longest stay
    target_share: 0.6             # planned share that goes on
    roles: [champion]             # expected to have shown up by the end of it
    touchpoints: [webinar, white-paper]
  - {id: won,  kind: success, enters_when: [{event: opportunity_won}]}
  - {id: lost, kind: failure, enters_when: [{event: opportunity_lost}]}
touchpoints:
  - {id: webinar, name: {ja: ウェビナー}, channel: webinar, matches: [{event: webinar_attended}]}
"""
    assert found(example) == [(16, "warning", "unknown_touchpoint")]
    assert [s.id for s in load(example).stages] == ["aware", "won", "lost"]


def test_a_good_map_has_no_problems():
    assert check(GOOD) == []
    assert check(GOOD.encode()) == []


@pytest.mark.parametrize(
    ("source", "problems"),
    [
        ("id: a/b\nname: m\n" + STAGES, [(1, "error", "bad_id")]),
        ("id: m\n" + STAGES, [(1, "warning", "no_name")]),
        ("id: m\nname: m\n", [(1, "error", "missing_key")]),
        ("id: m\nname: m\nstages: []\n", [(3, "error", "no_stages")]),
        ("name: m\n" + STAGES, [(1, "error", "missing_key")]),
        (GOOD + "  - {id: aware, enters_when: [{event: x}]}\n", [(6, "error", "duplicate_id")]),
        (GOOD + '  - {id: " x", enters_when: [{event: x}]}\n', [(6, "error", "bad_id")]),
        (stages("{id: lost, kind: failure, enters_when: [{event: x}]}"), [(3, "error", "no_steps")]),
        (stages("{id: a, enters_when: [{event: x}]}"), [(3, "warning", "no_success")]),
        (GOOD + "  - {id: b, kind: success, enters_when: [{event: x}]}\n", [(6, "warning", "several_successes")]),
        (GOOD + "  - {id: b}\n", [(6, "warning", "no_clauses")]),
        (stages("{id: unknown}", "{id: won, kind: success, enters_when: [{event: x}]}"), [(4, "warning", "no_clauses")]),
        (GOOD + "  - {id: b, enters_when: [{}]}\n", [(6, "error", "empty_clause")]),
        (GOOD + "  - {id: b, enters_when: [{at_least: 2}]}\n", [(6, "error", "empty_clause")]),
        (GOOD + "  - {id: b, enters_when: [{event: []}]}\n", [(6, "error", "empty_clause")]),
        (GOOD + "  - {id: b, enters_when: [{event: x, field: {name: Stage}}]}\n", [(6, "error", "never_matches")]),
        (GOOD + "  - {id: b, enters_when: [{event: x, within_days: 3}]}\n", [(6, "warning", "no_effect")]),
        (GOOD + "  - {id: b, enters_when: [{event: x, inherited: true}]}\n", [(6, "warning", "no_effect")]),
        (GOOD + "  - {id: b, enters_when: [{event: x, role: chef}]}\n", [(6, "warning", "unknown_role")]),
        (GOOD + '  - {id: b, enters_when: [{event: x, role: "*maker"}]}\n', []),
        (GOOD + "  - {id: b, enters_when: [{touchpoint: seminar}]}\n", [(6, "error", "unknown_touchpoint")]),
        (GOOD + '  - {id: b, enters_when: [{touchpoint: "sem*"}]}\n', [(6, "warning", "unknown_touchpoint")]),
        (
            GOOD + "  - {id: b, enters_when: [{touchpoint: t}]}\ntouchpoints: [{id: t, channel: web}]\n",
            [(6, "warning", "never_matches"), (7, "warning", "no_matches")],
        ),
        ("unit: person\n" + GOOD + "  - {id: b, enters_when: [{event: x, people: 2}]}\n", [(7, "warning", "never_matches")]),
        ("offering: A\n" + GOOD + "  - {id: b, enters_when: [{event: x, offering: B}]}\n", [(7, "warning", "never_matches")]),
        (GOOD + "  - {id: b, next: [awar], enters_when: [{event: x}]}\n", [(6, "error", "unknown_stage")]),
        (GOOD + "  - {id: b, next: [b], enters_when: [{event: x}]}\n", [(6, "warning", "leads_to_itself")]),
        (GOOD + "  - {id: b, parent: b, enters_when: [{event: x}]}\n", [(6, "error", "own_parent")]),
        (GOOD + "  - {id: b, parent: c, enters_when: [{event: x}]}\n", [(6, "error", "unknown_stage")]),
        (GOOD + "  - {id: b, roles: [chef], enters_when: [{event: x}]}\n", [(6, "warning", "unknown_role")]),
        (GOOD + "  - {id: b, roles: [chef], enters_when: [{event: x}]}\nroles: {chef: 料理長}\n", []),
        (GOOD + "  - {id: b, touchpoints: [x], enters_when: [{event: x}]}\n", [(6, "warning", "unknown_touchpoint")]),
        (
            stages("{id: a, milestone: won, enters_when: [{event: x}]}", "{id: b, kind: success, milestone: won, enters_when: [{event: x}]}"),
            [(5, "error", "duplicate_milestone")],
        ),
        (
            stages("{id: a, next: [c], enters_when: [{event: x}]}", "{id: b, enters_when: [{event: x}]}", "{id: c, kind: success, enters_when: [{event: x}]}"),
            [(5, "warning", "unreachable")],
        ),
        (
            stages("{id: a, next: [b, c], enters_when: [{event: x}]}", "{id: b, enters_when: [{event: x}]}", "{id: c, kind: success, enters_when: [{event: x}]}"),
            [],
        ),
        (
            stages("{id: a}", "{id: b, parent: a, enters_when: [{event: x}]}", "{id: c, kind: success, enters_when: [{event: x}]}"),
            [],
        ),
        (GOOD + "touchpoints: [{id: t, matches: [{touchpoint: t}]}]\n", [(6, "error", "nested_touchpoint")]),
        (GOOD + "touchpoints: [{id: t, matches: [{event: x, at_least: 2}]}]\n", [(6, "warning", "no_effect")]),
        (GOOD + "touchpoints: [{id: t, stages: [x], matches: [{event: x}]}]\n", [(6, "error", "unknown_stage")]),
        (GOOD + "touchpoints:\n  - &t {id: t, matches: [{event: x}]}\n  - *t\n", [(8, "error", "duplicate_id")]),
        (GOOD + "lanes: {chef: {aware: {}}}\n", [(6, "warning", "unknown_role")]),
        (GOOD + "lanes:\n  champion:\n    awar: {emotion: 1}\n", [(8, "error", "unknown_stage")]),
        (GOOD + "lanes:\n  champion:\n    aware:\n      emotion: 2.5\n", [(9, "error", "out_of_range")]),
        (GOOD + "lanes: {champion: {aware: {content: [x]}}}\n", [(6, "warning", "unknown_touchpoint")]),
        (GOOD + "triggers: [{stage: x, text: t}]\n", [(6, "error", "unknown_stage")]),
        (GOOD + "pain_points: [{id: a, stage: won, text: t}, {id: a, stage: won, text: t}]\n", [(6, "error", "duplicate_id")]),
        (GOOD + "initiatives: [{stage: won, kpi: k, touchpoint: t, role: r}]\n", [(6, "warning", "unknown_kpi"), (6, "warning", "unknown_touchpoint"), (6, "warning", "unknown_role")]),
        (GOOD + "kpis: [{stage: won, measure: {reached: x}}]\n", [(6, "error", "unknown_stage")]),
        (GOOD + "kpis: [{stage: won, measure: {share: won, survey: nps}}]\n", [(6, "error", "not_exactly_one")]),
        (GOOD + "kpis: [{stage: won, measure: {days: 3}}]\n", [(6, "error", "not_exactly_one")]),
        (GOOD + "kpis: [{stage: won, measure: {reached: won, days: 3}}, {id: b, stage: won, measure: {share: won, days: 3}}]\n", []),
        (GOOD + "kpis: [{stage: won, measure: {count: {}}}]\n", [(6, "error", "empty_clause")]),
        (GOOD + "personas: [{kind: person, rule: a > 1, role: chef}]\n", [(6, "warning", "no_effect"), (6, "warning", "unknown_role")]),
        (GOOD + "buying_group: [champion, {role: champion}]\n", [(6, "error", "duplicate_role")]),
        (GOOD + "buying_group: [{role: champion, weight: 0}]\n", [(6, "error", "no_weight")]),
        (GOOD + "influence: [{from: user, to: user, stage: x}]\n", [(6, "warning", "no_effect"), (6, "error", "unknown_stage")]),
        (GOOD + "  - {id: b, limit_days: 0, enters_when: [{event: x}]}\n", [(6, "error", "out_of_range")]),
        (GOOD + "  - {id: b, target_share: 60, enters_when: [{event: x}]}\n", [(6, "error", "out_of_range")]),
        (GOOD + "  - {id: b, enters_when: [{event: x, at_least: 0, within_days: -1}]}\n", [(6, "error", "out_of_range")] * 2),
        (
            GOOD + "  - {id: b, enters_when: [{touchpoint: t, at_least: 2}]}\n"
            "touchpoints: [{id: t, matches: [{event: x, role: user}, {event: y, role: champion}]}]\n",
            [(6, "error", "mixed_roles")],
        ),
    ],
)  # fmt: skip
def test_each_mistake_is_found_at_its_line(source, problems):
    assert sorted(found(source)) == sorted(problems)
    errors = any(severity == "error" for _, severity, _ in problems)
    if errors:
        with pytest.raises(MapError):
            load(source)
    else:
        assert load(source).id == "m"


def test_everything_at_once_in_the_order_of_the_lines():
    source = "id: m\nnmae: x\n" + STAGES + "  - {id: won, kind: failed, next: [awae], target_share: 2}\nunit: deal\n"
    assert [(p.line, p.column, p.code) for p in check(source)] == [
        (1, 1, "no_name"),
        (2, 1, "unknown_key"),
        (6, 5, "no_clauses"),
        (6, 6, "duplicate_id"),
        (6, 15, "unknown_value"),
        (6, 36, "unknown_stage"),
        (6, 43, "out_of_range"),
        (7, 1, "unknown_value"),
    ]


def test_messages_name_the_value_and_what_would_work():
    assert said(GOOD + "  - {id: b, next: [awar], enters_when: [{event: x}]}\n") == [
        "there is no stage 'awar'; did you mean 'aware'?"
    ]
    assert said(GOOD + "  - {id: aware, enters_when: [{event: x}]}\n") == [
        "the stage 'aware' stands here a second time (first in line 4); give it another id"
    ]
    assert said("id: m\nname: m\nstages: []\n") == [
        "the map has no stages; write e.g. `stages: [{id: aware, enters_when: [{event: page_viewed}]}]`"
    ]
    first = said(stages("{id: unknown}", "{id: won, kind: success, enters_when: [{event: x}]}"))
    assert first[0].endswith("write `enters_when: [{event: target_listed}]`")
    assert said(GOOD + "touchpoints: [{id: t, channel: web}]\n") == [
        "the touchpoint 't' has no `matches`, so no event is ever counted for it; write e.g. `matches: [{channel: web}]`"
    ]


def test_sixty_five_stages_are_too_many():
    lines = ["{id: won, kind: success, enters_when: [{event: x}]}"]
    lines += [f"{{id: s{i}, enters_when: [{{event: x}}]}}" for i in range(63)]
    assert found(stages(*lines)) == []
    assert found(stages(*lines, "{id: more, enters_when: [{event: x}]}")) == [(68, "error", "too_many_stages")]


def test_rules_that_name_what_never_occurs_are_warned_about():
    known = KnownData(events=("page_view", "opportunity_won"), channels=("web",), roles=("champion",))
    source = GOOD + '  - {id: b, enters_when: [{event: "opp*", channel: ["w*", mail], role: user, source: anything}]}\n'
    assert [(p.line, p.column, p.code) for p in check(source, known)] == [
        (4, 32, "never_seen"),
        (6, 59, "never_seen"),
        (6, 66, "never_seen"),
    ]
    assert said(source, known) == [
        "no event 'page_viewed' occurs in the data; did you mean 'page_view'?",
        "no channel 'mail' occurs in the data; there is: web",
        "no role 'user' occurs in the data; there is: champion",
    ]
    assert check(GOOD, KnownData()) == []
    contents = KnownData(contents=("/pricing",))
    at = GOOD + '  - {id: b, enters_when: [{content: "https://a.jp/pricing/"}, {content: /price}]}\n'
    assert found(at, contents) == [(6, "warning", "never_seen")]
    assert found("offering: GTX\n" + GOOD, KnownData(offerings=("GTX Pro",))) == [(1, "warning", "never_seen")]
    changed = GOOD + "  - {id: b, enters_when: [{field: Stage}]}\n"
    assert found(changed, KnownData(events=("field_changed", "page_viewed", "opportunity_won"))) == []
    assert found(changed, KnownData(events=("page_viewed", "opportunity_won"))) == [(6, "warning", "never_seen")]
    assert said(changed, KnownData(events=("page_viewed", "opportunity_won"))) == [
        "no event 'field_changed' occurs in the data, so the clause never matches: `field` looks at events of that name with the properties"
        " field, old, new"
    ]
    fields = KnownData(events=("field_changed", "page_viewed", "opportunity_won"), fields=("stage", "amount"))
    assert said(changed, fields) == ["no field 'Stage' occurs in the data; did you mean 'stage'?"]
    assert found(changed.replace("Stage", '{name: [amount, "st*"]}'), fields) == []


def test_a_text_that_is_no_yaml_has_one_finding():
    assert found("id: [") == [(1, "error", "syntax")]
    assert found("") == [(0, "error", "empty")]


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_any_map_can_be_checked(any_map, data):
    for problem in check(dump(data.draw(any_map))):
        assert problem.line > 0
        assert problem.render("en")
        assert problem.to_dict()["message"]


def test_what_passes_the_check_compiles():
    class NoKinds:
        name = channel = source = campaign = content = offering = ()
        inherited = ()
        properties = {}  # noqa: RUF012

        def __len__(self):
            return 0

    journey_map = load(GOOD)
    assert compile_rules(journey_map, NoKinds(), [()]).stage_ids == ("aware", "won")
    assert journey_map == JourneyMap(
        "m",
        {"": "地図"},
        (
            Stage("aware", {}, enters_when=(Clause(event=("page_viewed",)),)),
            Stage("won", {}, kind="success", enters_when=(Clause(event=("opportunity_won",)),)),
        ),
    )
