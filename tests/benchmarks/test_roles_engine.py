"""What is measured of buying groups is the same for every engine."""

from pathlib import Path

import pytest
from benchmarks.data import prepare
from benchmarks.engines.ours import Ours


def test_coverage_of_roles_is_that_of_a_frame(tmp_path: Path) -> None:
    pytest.importorskip("polars", reason="needs polars (group oracles)")
    from benchmarks.engines.frame import Frame
    from benchmarks.engines.roles import OurRoles, coverage_of

    data = prepare(tmp_path, 20_000)
    base, frame = Ours(data, 1), Frame(data, 1)
    ours = OurRoles(base, 1)
    found = ours.coverage()
    assert found == ours.question() == coverage_of(frame)
    assert sum(map(sum, found)) > 0
    for engine in (ours, base, frame):
        engine.close()
