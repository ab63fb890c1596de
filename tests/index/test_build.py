from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from small_lake import SETTINGS, THOROUGH, Reference, Rows, decoded, lakes, make_lake
from tabiji.index import Index, build_index, open_index

UNITS = ["account", "opportunity", "person"]
PERSONS = ["p1", "p2", "p3", "p4"]
COLUMNS = ("unit", "live", "off", "kind", "person", "role", "at", "received", "value_at", "value", "currency")


def build(folder: Path, rows: Rows, unit: str = "account", **how: Any) -> Index:
    build_index(make_lake(folder, rows), folder / "index", unit, settings=SETTINGS, **how)
    return open_index(folder / "index", unit)


@pytest.mark.parametrize("unit", UNITS)
@hypothesis_settings(max_examples=8 * THOROUGH, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=lakes(), inherit_days=st.sampled_from([0, 2, 365]), data=st.data())
def test_random_lakes_agree_with_the_row_by_row_builder_in_any_order_of_arrival(
    unit: str, rows: Rows, inherit_days: int, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    expected = Reference(rows, unit, ["plan"], inherit_days)
    how = {"properties": ["plan"], "inherit_days": inherit_days}
    index = build(tmp_path_factory.mktemp("lake"), rows, unit, **how)
    assert decoded(index, PERSONS) == expected.build()
    assert index.manifest["unresolved"] == expected.unresolved
    shuffled = rows | {"event": data.draw(st.permutations(rows["event"]))}
    other = build(tmp_path_factory.mktemp("lake"), shuffled, unit, **how)
    assert index.version == other.version
    for mine, its in zip(index.partitions, other.partitions, strict=True):
        for name in COLUMNS:
            assert np.array_equal(getattr(mine.tiers[0], name), getattr(its.tiers[0], name))
