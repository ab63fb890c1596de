import json

from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tabiji.journeymap.model import Cell, Clause, JourneyMap, Stage
from tabiji.journeymap.yaml_file import dump, from_dict, from_json, parse, read_map, to_dict, to_json


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_a_map_survives_yaml_and_json(any_map, data):
    journey_map = data.draw(any_map)
    assert read_map(dump(journey_map)) == journey_map
    assert read_map(dump(journey_map).encode()) == journey_map
    assert from_json(to_json(journey_map)).map == journey_map
    assert from_dict(to_dict(journey_map)).map == journey_map


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_another_yaml_reader_sees_the_same_data(any_map, data):
    journey_map = data.draw(any_map)
    assert YAML(typ="safe", pure=True).load(dump(journey_map)) == json.loads(to_json(journey_map))


def test_canonical_text_is_short_and_in_reading_order():
    journey_map = JourneyMap(
        "m",
        {"en": "My map", "ja": "地図"},
        (
            Stage("aware", {"ja": "認知"}, limit_days=30.0, enters_when=(Clause(event=("a*", "b"), at_least=3),)),
            Stage("won", {"": "won"}, kind="success", enters_when=(Clause(event=("opportunity_won",)),)),
        ),
        inactive_days=None,
        description={"ja": "一行目\n二行目\n"},
        cells=(Cell("champion", "won", emotion=1.0), Cell("champion", "aware", emotion=-0.5)),
    )
    assert dump(journey_map) == (
        "id: m\n"
        "name: {ja: 地図, en: My map}\n"
        "description:\n"
        "  ja: |\n"
        "    一行目\n"
        "    二行目\n"
        "attempt: {inactive_days: null}\n"
        "stages:\n"
        '  - {id: aware, name: {ja: 認知}, enters_when: [{event: ["a*", b], at_least: 3}], limit_days: 30}\n'
        "  - {id: won, kind: success, enters_when: [{event: opportunity_won}]}\n"
        "lanes:\n"
        "  champion:\n"
        "    aware: {emotion: -0.5}\n"
        "    won: {emotion: 1}\n"
    )


def test_plain_data_that_is_no_map_is_told():
    assert [p.code for p in from_dict({"id": {1, 2}}).problems] == ["not_plain"]
    assert [p.code for p in from_json("{").problems] == ["syntax"]
    assert from_json("{").problems[0].line == 1
    assert [p.code for p in from_json("[" * 100_000).problems] == ["syntax"]
    deep: list = []
    for _ in range(100):
        deep = [deep]
    assert [p.code for p in from_dict({"id": deep}).problems] == ["not_plain"]
    assert parse(json.dumps({"id": "m", "stages": []})).map == JourneyMap("m", {}, ())
