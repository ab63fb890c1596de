"""What units are told apart by without anybody asking."""

from pathlib import Path

from tabiji.workspace import Workspace
from tabiji.workspace.laid.traits import segments_of, traits_of
from web_cast import MAP, fill, filled, filled_folder, workspace

__all__ = ["filled", "filled_folder", "workspace"]


def test_segments_are_the_attributes_that_divide_the_units(filled: Workspace) -> None:
    index = filled.index(filled.map("new-business").map)
    found = {a.name: a for a in segments_of(filled.lake, index)}
    assert set(found) == {"industry", "employees"}  # all are in one region, and no country is told
    assert sorted(found["industry"].labels) == ["卸売業", "製造業"]
    codes = found["industry"].codes
    assert [found["industry"].labels[codes[x]] for x in (list(index.units).index(u) for u in ("会社00", "会社01"))] == ["卸売業", "製造業"]  # fmt: skip
    assert sorted(found["employees"].labels) == ["1-99", "100-299", "1000-", "300-999"]


def test_size_and_the_channel_of_the_first_touch_where_no_source_is_told(filled: Workspace) -> None:
    traits = traits_of(filled.lake, filled.index(filled.map("new-business").map))
    assert traits.size is not None and traits.size.name == "employees"
    assert traits.source is None


def test_they_are_kept_until_the_data_change(workspace: Workspace, tmp_path: Path) -> None:
    fill(workspace, tmp_path / "files")
    workspace.maps.add(MAP)
    of = workspace.map("new-business").map
    first = segments_of(workspace.lake, workspace.index(of))
    assert [a.codes is b.codes for a, b in zip(first, segments_of(workspace.lake, workspace.index(of)), strict=True)] == [True, True]  # fmt: skip
    companies = tmp_path / "files" / "companies.csv"
    companies.write_text(companies.read_text("utf-8").replace("会社00,卸売業", "会社00,小売業"), "utf-8")
    workspace.import_(tmp_path / "files" / "mapping.yaml")
    again = {a.name: a for a in segments_of(workspace.lake, workspace.index(of))}
    assert "小売業" in again["industry"].labels
