"""Rules against a matcher that looks at one event at a time, by the words of the definition."""

from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabiji.journeymap.masks import MissingPropertyError
from tabiji.journeymap.model import Clause, FieldChange, JourneyMap, Kpi, Measure, Stage, Touchpoint
from tabiji.journeymap.rules import (
    MixedRolesError,
    TooManyStagesError,
    compile_rules,
    digest,
    named_properties,
)

COLUMNS = ("name", "channel", "source", "campaign", "content", "offering")
PROPERTIES = ("field", "old", "new", "plan")
ROLE_SETS = [(), ("champion",), ("decision_maker",), ("champion", "user"), ("decision_maker", "user")]


@dataclass
class Kinds:
    """A dictionary of kinds, written by hand."""

    rows: list

    def __getattr__(self, column):
        return [row.get(column) for row in self.rows]

    @property
    def inherited(self):
        return np.array([bool(row.get("inherited")) for row in self.rows])

    @property
    def properties(self):
        return {name: [row.get(f"property:{name}") for row in self.rows] for name in PROPERTIES}

    def __len__(self):
        return len(self.rows)


values = st.sampled_from([None, "a", "ab", "b", "field_changed"])
rows = st.fixed_dictionaries(
    {**dict.fromkeys(COLUMNS, values), **{f"property:{p}": values for p in PROPERTIES}, "inherited": st.booleans()}
)
globs = st.lists(st.sampled_from(["a", "b", "a*", "?", "*", "field*", "z"]), max_size=2).map(tuple)
few = st.one_of(st.just(()), st.just(()), globs)  # most fields are left open, or nothing would ever match
role_globs = st.one_of(
    st.just(()), st.sampled_from([("champion",), ("user", "champ*"), ("decision_maker",), ("nobody",)])
)
plain = st.builds(
    Clause,
    event=few, channel=few, source=few, campaign=few, content=few, offering=few, role=role_globs,
    properties=st.one_of(st.just({}), st.fixed_dictionaries({"plan": globs})),
    field_change=st.one_of(st.none(), st.none(), st.builds(FieldChange, few, few, few)),
)  # fmt: skip
clauses = st.builds(
    lambda clause, extra: replace(clause, **extra),
    plain,
    st.fixed_dictionaries(
        {
            "touchpoint": st.sampled_from([(), (), ("t",), ("t", "u"), ("*",), ("none",)]),
            "at_least": st.sampled_from([1, 1, 3]),
            "within_days": st.sampled_from([None, 1.5]),
            "people": st.sampled_from([None, None, 1, 2]),
            "inherited": st.booleans(),
        }
    ),
)
touchpoint_sets = st.tuples(st.lists(plain, max_size=3), st.lists(plain, max_size=2)).map(
    lambda m: (Touchpoint("t", {}, matches=tuple(m[0])), Touchpoint("u", {}, matches=tuple(m[1])))
)
stage_sets = st.lists(st.lists(clauses, max_size=3), min_size=1, max_size=4).map(
    lambda sets: tuple(
        Stage(f"s{i}", {}, kind=("step", "success", "failure")[i % 3], enters_when=tuple(c), regress=i == 1)
        for i, c in enumerate(sets)
    )
)
maps = st.builds(
    JourneyMap,
    st.just("m"),
    st.just({}),
    stage_sets,
    offering=st.sampled_from([None, "a", "ab"]),
    touchpoints=touchpoint_sets,
)


def any_of(patterns, value):
    return not patterns or (value is not None and any(fnmatchcase(value, p) for p in patterns))


def event_matches(clause, row, roles, touchpoints):
    """Whether one event (its kind as a row, the roles of its person) matches a clause, counts and inheritance aside."""
    fields = zip(
        (clause.event, clause.channel, clause.source, clause.campaign, clause.content, clause.offering),
        COLUMNS,
        strict=True,
    )
    if not all(any_of(patterns, row[column]) for patterns, column in fields):
        return False
    if not all(any_of(patterns, row[f"property:{name}"]) for name, patterns in clause.properties.items()):
        return False
    change = clause.field_change
    if change is not None:
        asked = zip((change.name, change.from_, change.to), ("field", "old", "new"), strict=True)
        if row["name"] != "field_changed" or not all(any_of(p, row[f"property:{name}"]) for p, name in asked):
            return False
    if clause.role and not any(any_of(clause.role, role) for role in roles):
        return False
    if clause.touchpoint:
        named = [t for t in touchpoints if any_of(clause.touchpoint, t.id)]
        return any(event_matches(m, row, roles, touchpoints) for t in named for m in t.matches)
    return True


def belongs(journey_map, row):
    return journey_map.offering is None or row["offering"] in (None, journey_map.offering)


@settings(max_examples=150, deadline=None)
@given(maps, st.lists(rows, max_size=12))
def test_masks_agree_with_a_look_at_every_event(journey_map, kind_rows):
    try:
        rules = compile_rules(journey_map, Kinds(kind_rows), ROLE_SETS)
    except MixedRolesError:
        counted = [c for s in journey_map.stages for c in s.enters_when if c.counts and c.touchpoint]
        assert any(len({m.role for t in journey_map.touchpoints for m in t.matches}) > 1 for _ in counted)
        return
    for k, row in enumerate(kind_rows):
        member = belongs(journey_map, row)
        assert rules.member[k] == member
        assert rules.inherited[k] == row["inherited"]
        for r, roles in enumerate(ROLE_SETS):
            seen = int(rules.simple_mask[k])
            for stage, kind_mask, role_mask in rules.role_simple:
                seen |= (kind_mask[k] & role_mask[r]) << stage
            expected = 0
            for s, stage in enumerate(journey_map.stages):
                for clause in stage.enters_when:
                    enters = member and (clause.inherited or not row["inherited"]) and not clause.counts
                    expected |= (enters and event_matches(clause, row, roles, journey_map.touchpoints)) << s
            assert seen == expected
            for t in journey_map.touchpoints:
                bits = rules.touchpoint_mask[t.id][k]
                touch = bits & rules.touchpoint_role_mask[t.id][r] if t.id in rules.touchpoint_role_mask else bits
                here = [m for m in t.matches if event_matches(m, row, roles, ())]
                assert bool(touch) == (member and bool(here))


@settings(max_examples=150, deadline=None)
@given(clauses.filter(lambda c: c.counts), touchpoint_sets, st.lists(rows, min_size=1, max_size=12))
def test_counting_clauses_count_the_right_events(clause, touchpoints, kind_rows):
    journey_map = JourneyMap("m", {}, (Stage("s", {}, enters_when=(clause,)),), touchpoints=touchpoints)
    try:
        rules = compile_rules(journey_map, Kinds(kind_rows), ROLE_SETS)
    except MixedRolesError:
        return
    assert rules.simple_mask.tolist() == [0] * len(kind_rows)
    assert rules.role_simple == ()
    assert len(rules.counting) <= 1
    for counting in rules.counting:
        assert (counting.stage, counting.at_least, counting.people) == (0, clause.at_least, clause.people or 0)
        assert counting.window_seconds == (-1 if clause.within_days is None else 129_600)
    for k, row in enumerate(kind_rows):
        for r, roles in enumerate(ROLE_SETS):
            counted = [c for c in rules.counting if c.kind_mask[k] and (c.role_mask is None or c.role_mask[r])]
            expected = (clause.inherited or not row["inherited"]) and event_matches(clause, row, roles, touchpoints)
            assert bool(counted) == expected


def one(*clauses, **changes):
    stages = (Stage("a", {}, enters_when=clauses), Stage("won", {}, kind="success"), Stage("lost", {}, kind="failure"))
    return JourneyMap("m", {}, (*stages, Stage("use", {}, regress=True)), **changes)


def test_stages_are_bits_in_the_order_written():
    rules = compile_rules(one(Clause(event=("x",)), inactive_days=1.5), Kinds([{"name": "x"}, {"name": "y"}]), [()])
    assert rules.stage_ids == ("a", "won", "lost", "use")
    assert rules.n_stages == 4
    assert rules.stage_order.tolist() == [0, 1, -1, 2]
    assert (int(rules.failure_bits), int(rules.regress_bits), rules.success) == (0b0100, 0b1000, 1)
    assert rules.simple_mask.tolist() == [1, 0]
    assert rules.inactive_seconds == 129_600
    assert compile_rules(one(inactive_days=None), Kinds([]), [()]).inactive_seconds == -1


def test_the_sixty_fourth_stage_is_the_last():
    stages = tuple(Stage(f"s{i}", {}, enters_when=(Clause(event=(f"e{i}",)),)) for i in range(64))
    rules = compile_rules(JourneyMap("m", {}, stages), Kinds([{"name": "e63"}, {"name": "e0"}]), [()])
    assert rules.simple_mask.tolist() == [1 << 63, 1]
    with pytest.raises(TooManyStagesError):
        compile_rules(JourneyMap("m", {}, (*stages, Stage("one too many", {}))), Kinds([]), [()])


def test_contents_are_found_as_the_index_keeps_them():
    kinds = Kinds([{"content": "/pricing"}, {"content": "/pricing/plans"}, {"content": "/"}, {"content": None}])
    clause = Clause(content=("https://example.jp/pricing/",))
    assert compile_rules(one(clause), kinds, [()]).simple_mask.tolist() == [1, 0, 0, 0]
    assert compile_rules(one(Clause(content=("/pricing*",))), kinds, [()]).simple_mask.tolist() == [1, 1, 0, 0]


def test_coded_columns_are_used_as_they_are():
    class Coded(list):
        codes = np.array([2, 0, 1], np.uint32)
        values = ("x", "y")

    kinds = Kinds([{}, {}, {}])
    kinds.name = Coded(["y", None, "x"])
    assert compile_rules(one(Clause(event=("y",))), kinds, [()]).simple_mask.tolist() == [1, 0, 0]
    assert compile_rules(one(Clause(event=("*",))), kinds, [()]).simple_mask.tolist() == [1, 0, 1]


def test_a_property_that_the_index_lacks_is_told():
    with pytest.raises(MissingPropertyError) as error:
        compile_rules(one(Clause(properties={"colour": ("red",)})), Kinds([{}]), [()])
    assert error.value.name == "colour"


def test_touches_with_different_roles_cannot_be_counted_together():
    matches = (Clause(event=("x",), role=("user",)), Clause(event=("y",), role=("champion",)))
    touchpoints = (Touchpoint("t", {}, matches=matches),)
    clause = Clause(touchpoint=("t",), at_least=2)
    with pytest.raises(MixedRolesError):
        compile_rules(one(clause, touchpoints=touchpoints), Kinds([{"name": "x"}, {"name": "y"}]), ROLE_SETS)
    simple = compile_rules(one(replace(clause, at_least=1), touchpoints=touchpoints), Kinds([{"name": "x"}]), ROLE_SETS)
    assert [(s, k.tolist(), r.tolist()) for s, k, r in simple.role_simple] == [(0, [1], [0, 0, 0, 1, 1])]


def test_named_properties():
    assert named_properties(one(Clause(event=("x",)))) == ()
    kpi = Kpi("k", "a", {}, Measure(count=Clause(properties={"seats": ("1",)})))
    touchpoint = Touchpoint("t", {}, matches=(Clause(properties={"plan": ()}),))
    journey_map = one(Clause(field_change=FieldChange(("Stage",))), touchpoints=(touchpoint,), kpis=(kpi,))
    assert named_properties(journey_map) == ("field", "new", "old", "plan", "seats")


def test_the_digest_changes_with_the_journal_and_only_then():
    x, y = Clause(event=("x",)), Clause(event=("y",), at_least=2)
    touchpoints = (Touchpoint("t", {}, matches=(x,)),)
    base = one(x, y, touchpoints=touchpoints)
    same = [
        replace(one(y, x, x, touchpoints=touchpoints), name={"ja": "別名"}, horizon_days=9),
        one(replace(x, within_days=3), y),
        replace(base, stages=tuple(replace(s, id=s.id + "!", target_share=0.1, limit_days=3) for s in base.stages)),
    ]
    other = [
        one(x, replace(y, at_least=3)), one(x, replace(y, people=1)), one(x, replace(y, within_days=3)), one(x),
        replace(base, stages=base.stages[::-1]), replace(base, unit="person"), replace(base, offering="A"),
        replace(base, inactive_days=None), replace(base, stages=tuple(replace(s, regress=True) for s in base.stages)),
        one(Clause(touchpoint=("t",)), y, touchpoints=touchpoints), one(x, replace(y, inherited=True)),
    ]  # fmt: skip
    assert {digest(m) for m in same} == {digest(base)}
    digests = [digest(m) for m in (base, *other)]
    assert len(set(digests)) == len(digests)
    by_touch = one(Clause(touchpoint=("t",)), touchpoints=touchpoints)
    moved = one(Clause(touchpoint=("t",)), touchpoints=(Touchpoint("t", {}, matches=(y,)),))
    assert digest(by_touch) != digest(moved)
    assert digest(base) == digest(one(x, y)), "the digest is stable between runs of the program"
    assert len(digest(base)) == 32
