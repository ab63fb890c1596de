"""The maps of the demo, with targets of counted KPIs that fit the number of accounts."""

from importlib.resources import files
from io import StringIO
from pathlib import Path

from ruamel.yaml import YAML

MAPS = ("post-sale.yaml", "new-business.yaml")  # the one that is added last stands first
WRITTEN_FOR = 2000  # accounts that the targets in the files are meant for


def write_maps(folder: Path, accounts: int) -> None:
    """Write both maps into `folder`, as they are in the package for 2,000 accounts."""
    folder.mkdir()
    for name in MAPS:
        content = (files("tabiji.demo") / "maps" / name).read_text("utf-8")
        if accounts != WRITTEN_FOR:
            content = _with_targets_for(content, accounts)
        (folder / name).write_text(content, encoding="utf-8", newline="\n")


def _with_targets_for(content: str, accounts: int) -> str:
    yaml = YAML()
    yaml.width = 10_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    document = yaml.load(content)
    for kpi in document["kpis"]:
        if {"count", "reached"} & set(kpi["measure"]):
            kpi["target"] = _two_digits(kpi["target"] * accounts / WRITTEN_FOR)
    out = StringIO()
    yaml.dump(document, out)
    return out.getvalue()


def _two_digits(value: float) -> int:
    """A target as somebody would set it: two significant digits, at least 1."""
    return max(1, round(float(f"{value:.1e}")))
