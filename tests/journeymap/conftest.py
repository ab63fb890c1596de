"""Random maps that a file can hold: every attribute, awkward texts, ids that are unique where they must be."""

import pytest
from hypothesis import strategies as st

from tabiji.journeymap import model

AWKWARD = [
    "",
    "on",
    "null",
    "12",
    "0.5",
    "~",
    "a: b",
    "- x",
    "#1",
    "*",
    "/pricing*",
    "認知",
    "行\n二行\n",
    "a\n\nb",
    " x ",
    "'",
    '"\\',
]
texts = st.one_of(
    st.sampled_from(AWKWARD),
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=12
    ),
    st.text(st.sampled_from("a \n\t#:-漢　é\u2028\x85\ufeff🙂"), max_size=12),
)
ids = st.sampled_from(["a", "b", "c", "d", "e", "認知", "x-1", "on", "7", "two words"])
words = st.one_of(ids, texts)
localized = st.dictionaries(st.sampled_from(["ja", "en", ""]), texts, max_size=2)
names = localized.filter(lambda t: any(t.values()))
globs = st.lists(words, max_size=3).map(tuple)
days = st.one_of(st.integers(1, 400), st.floats(0.01, 1e6, allow_nan=False))
maybe = lambda s: st.one_of(st.none(), s)  # noqa: E731
id_lists = st.lists(ids, max_size=3).map(tuple)
evidence = st.sampled_from(model.EVIDENCE)


def unique(strategy, key=lambda v: v.id, most=3):
    return st.lists(strategy, max_size=most, unique_by=key).map(tuple)


fields = st.builds(model.FieldChange, name=globs, from_=globs, to=globs)
clauses = st.builds(
    model.Clause,
    event=globs, touchpoint=globs, channel=globs, source=globs, campaign=globs, content=globs, offering=globs, role=globs,
    properties=st.dictionaries(words, globs, max_size=2), field_change=maybe(fields), at_least=st.integers(1, 5),
    within_days=maybe(days), people=maybe(st.integers(1, 5)), inherited=st.booleans(),
)  # fmt: skip
clause_lists = st.lists(clauses, max_size=2).map(tuple)
notes = st.lists(st.builds(model.Note, localized, evidence), max_size=2).map(tuple)
stages = st.builds(
    model.Stage,
    id=ids, name=names, kind=st.sampled_from(model.STAGE_KINDS), goal=localized, enters_when=clause_lists,
    limit_days=maybe(days), target_share=maybe(st.floats(0, 1)), optional=st.booleans(), repeatable=st.booleans(),
    regress=st.booleans(), next=id_lists, milestone=maybe(st.sampled_from(model.MILESTONES)), roles=id_lists,
    touchpoints=id_lists, parent=maybe(ids), scope=id_lists,
)  # fmt: skip
touchpoints = st.builds(
    model.Touchpoint,
    id=ids, name=names, channel=maybe(words), matches=clause_lists, stages=id_lists, offline=st.booleans(), owner=maybe(words),
)  # fmt: skip
cells = st.builds(
    model.Cell,
    role=ids, stage=ids, actions=notes, questions=notes, thoughts=notes, emotion=maybe(st.floats(-2, 2)), content=id_lists,
    evidence=evidence,
)  # fmt: skip
findings = st.builds(model.Finding, id=ids, stage=ids, text=localized, role=maybe(ids), evidence=evidence)
initiatives = st.builds(
    model.Initiative,
    id=ids, stage=ids, name=names, role=maybe(ids), kind=st.sampled_from(["direct", "indirect"]), hypothesis=localized,
    owner=maybe(words), cost=maybe(st.floats(0, 1e9)), currency=maybe(words), kpi=maybe(ids),
    grade=st.sampled_from(model.GRADES), touchpoint=maybe(ids),
)  # fmt: skip
measures = st.one_of(
    st.builds(model.Measure, count=clauses, days=maybe(st.integers(1, 90))),
    st.builds(model.Measure, reached=ids),
    st.builds(model.Measure, share=ids),
    st.builds(model.Measure, survey=st.sampled_from(["nps", "csat", "ces"])),
)
kpis = st.builds(
    model.Kpi,
    id=ids, stage=ids, name=names, measure=measures, target=maybe(st.floats(-1e6, 1e6)), owner=maybe(words),
    rhythm=maybe(st.sampled_from(["weekly", "monthly", "quarterly"])),
)  # fmt: skip
personas = st.builds(
    model.Persona,
    id=ids, kind=st.sampled_from(["company", "person"]), name=names, role=maybe(ids), rule=maybe(words), department=localized,
    seniority=localized, narrative=localized, goals=notes, worries=notes, sources=notes, questions=notes,
)  # fmt: skip
groups = st.builds(model.GroupRole, role=ids, required=st.integers(0, 5), weight=st.floats(0, 10))
influences = st.builds(
    model.Influence, from_role=ids, to_role=ids, stage=maybe(ids), strength=st.floats(-1, 1), evidence=evidence
)
journey_maps = st.builds(
    model.JourneyMap,
    id=ids, name=names, stages=unique(stages, most=4), unit=st.sampled_from(model.UNITS), offering=maybe(words),
    inactive_days=maybe(days), horizon_days=maybe(st.integers(1, 900)), inherit_days=st.integers(0, 900),
    description=localized, touchpoints=unique(touchpoints), cells=unique(cells, lambda c: (c.role, c.stage), 4),
    triggers=unique(findings), pain_points=unique(findings), initiatives=unique(initiatives), kpis=unique(kpis),
    personas=unique(personas), buying_group=unique(groups, lambda g: g.role), roles=st.dictionaries(words, localized, max_size=2),
    influences=st.lists(influences, max_size=2).map(tuple), owners=st.lists(words, max_size=2).map(tuple),
)  # fmt: skip


@pytest.fixture(scope="session")
def any_map():
    """A strategy of maps."""
    return st.deferred(lambda: journey_maps)


@pytest.fixture(scope="session")
def any_stage():
    """A strategy of stages."""
    return st.deferred(lambda: stages)


@pytest.fixture(scope="session")
def any_clause():
    """A strategy of clauses."""
    return st.deferred(lambda: clauses)
