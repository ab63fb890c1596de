from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tabiji.index import build_index, open_index
from tabiji.settings import Settings

DAY = datetime(2024, 1, 1)


def event(id: str, day: float, **said: Any) -> dict[str, Any]:
    return {"id": id, "at": DAY + timedelta(days=day), "name": "visit", **said}


ACCOUNTS = ["a1", "a2", "a3", None]
PERSONS = ["p1", "p2", "p3", None]
OPPORTUNITIES = ["o1", "o2", "o3", None]
MOMENTS = st.one_of(st.none(), st.integers(-3, 6).map(lambda d: DAY + timedelta(days=d)))

events = st.lists(
    st.fixed_dictionaries(
        {
            "at": st.tuples(st.integers(-3, 6), st.sampled_from([0, 1, 1_000_000])).map(
                lambda x: DAY + timedelta(days=x[0], microseconds=x[1])
            ),
            "name": st.sampled_from(["visit", "call", "訪問", None]),
            "account": st.sampled_from(ACCOUNTS),
            "person": st.sampled_from([*PERSONS, "p4"]),
            "opportunity": st.sampled_from([None, *OPPORTUNITIES, "o4"]),
            "channel": st.sampled_from(["web", None]),
            "content": st.sampled_from(["/a/", "/a?x=1", "https://h.jp/a#f", "Why CX?", None]),
            "offering": st.sampled_from(["crm", "ma", None]),
            "value": st.sampled_from([None, None, 0.0, 7.5]),
            "currency": st.sampled_from(["JPY", "USD", None]),
            "properties": st.sampled_from([None, '{"plan": "pro"}', '{"plan": "free", "x": "1"}']),
            "received_at": st.sampled_from([datetime(2024, 6, 1), datetime(2024, 6, 2)]),
        }
    ),
    max_size=30,
)
memberships = st.lists(
    st.fixed_dictionaries(
        {
            "account": st.sampled_from(ACCOUNTS),
            "person": st.sampled_from(PERSONS),
            "opportunity": st.sampled_from(OPPORTUNITIES),
            "role": st.sampled_from(["決裁者", "User", "法務", None]),
            "valid_from": MOMENTS,
            "valid_to": MOMENTS,
        }
    ),
    max_size=8,
)
opportunities = st.dictionaries(
    st.sampled_from(OPPORTUNITIES[:-1]),
    st.fixed_dictionaries(
        {
            "account": st.sampled_from(ACCOUNTS),
            "offering": st.sampled_from(["crm", "ma", "erp", None]),
            "opened_at": MOMENTS,
            "closed_at": MOMENTS,
        }
    ),
)
people = st.dictionaries(st.sampled_from(PERSONS[:-1]), st.fixed_dictionaries({"account": st.sampled_from(ACCOUNTS)}))


@st.composite
def lakes(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    return {
        "event": [{"id": f"e{i}", **e} for i, e in enumerate(draw(events))],
        "account": [{"id": a} for a in draw(st.sets(st.sampled_from(["a1", "a2", "a9"])))],
        "person": [{"id": p, **row} for p, row in draw(people).items()],
        "membership": [{"id": f"m{i}", **m} for i, m in enumerate(draw(memberships))],
        "opportunity": [{"id": o, **row} for o, row in draw(opportunities).items()],
    }


@pytest.mark.parametrize("unit", ["account", "opportunity", "person"])
@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=lakes(), inherit_days=st.sampled_from([0, 2, 365]), data=st.data())
def test_random_lakes_agree_with_the_row_by_row_builder(
    unit: str,
    rows: dict[str, list[dict[str, Any]]],
    inherit_days: int,
    data: st.DataObject,
    tmp_path_factory: pytest.TempPathFactory,
    make_lake: Callable[..., Any],
    decoded: Callable[..., Any],
    reference: Any,
    settings: Settings,
) -> None:
    folder = tmp_path_factory.mktemp("lake")
    expected = reference(rows, unit, ["plan"], inherit_days)
    lake = make_lake(folder, rows)
    build_index(lake, folder, unit, properties=["plan"], settings=settings, inherit_days=inherit_days)
    index = open_index(folder, unit)
    assert decoded(index, ["p1", "p2", "p3", "p4"]) == expected.build()
    assert index.manifest["unresolved"] == expected.unresolved
    shuffled = rows | {"event": data.draw(st.permutations(rows["event"]))}
    again = make_lake(tmp_path_factory.mktemp("lake"), shuffled)
    build_index(again, again.path.parent, unit, properties=["plan"], settings=settings, inherit_days=inherit_days)
    other = open_index(again.path.parent, unit)
    assert index.version == other.version
    for mine, its in zip(index.partitions, other.partitions, strict=True):
        for name in ("unit", "off", "kind", "person", "role", "at", "received", "value_at", "value", "currency"):
            assert (getattr(mine.tiers[0], name) == getattr(its.tiers[0], name)).all()
