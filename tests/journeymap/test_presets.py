import pytest

from tabiji.errors import NotFoundError
from tabiji.i18n import use
from tabiji.journeymap import check, dump, load, preset, presets, rewrite


@pytest.fixture(params=presets())
def name(request):
    return request.param


def test_the_presets():
    assert presets() == ("five-stage", "six-stage", "revenue-waterfall", "post-sale", "account-engagement")
    stages = {n: [s.id for s in load(preset(n)).main_line] for n in presets()}
    assert stages == {
        "five-stage": ["awareness", "consideration", "decision", "retention", "advocacy"],
        "six-stage": ["unknown", "aware", "interest", "consider", "order", "continue"],
        "revenue-waterfall": ["inquiry", "mql", "sal", "sql", "sqo", "won"],
        "post-sale": ["onboarding", "adoption", "value", "renewal", "expansion", "advocacy"],
        "account-engagement": ["aware", "engaged", "mqa", "opportunity", "customer"],
    }
    assert [s.id for s in load(preset("six-stage")).failures] == ["lost", "churned"]
    assert [s.id for s in load(preset("post-sale")).failures] == ["churned"]


def test_a_preset_has_nothing_to_find(name):
    assert [p.render() for p in check(preset(name))] == []
    assert load(preset(name)).id == name


def test_a_preset_speaks_both_languages(name):
    journey_map = load(preset(name))
    texts = [journey_map.name, journey_map.description]
    texts += [t for s in journey_map.stages for t in (s.name, s.goal) if t]
    texts += [t.name for t in journey_map.touchpoints]
    texts += [n.text for c in journey_map.cells for n in (*c.actions, *c.questions, *c.thoughts)]
    assert all(set(t) == {"ja", "en"} and all(t.values()) for t in texts)


def test_a_preset_is_a_hypothesis_about_three_roles(name):
    journey_map = load(preset(name))
    assert {"champion", "decision_maker", "influencer"} <= {c.role for c in journey_map.cells}
    assert {c.evidence for c in journey_map.cells} == {"hypothesis"}
    assert all(s.enters_when for s in journey_map.stages)
    assert all(s.goal for s in journey_map.main_line)
    assert journey_map.buying_group


def test_a_preset_survives_dump_and_rewrite(name):
    text = preset(name)
    assert load(dump(load(text))) == load(text)
    assert rewrite(text, load(text)) == text


def test_an_unknown_preset_is_told_with_the_nearest():
    with use("en"), pytest.raises(NotFoundError, match="did you mean 'six-stage'"):
        preset("six-stages")
