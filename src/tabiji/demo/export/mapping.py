"""The mapping file of each source, beside the files that it maps."""

from copy import deepcopy
from importlib.resources import files
from io import StringIO
from pathlib import Path

from ruamel.yaml import YAML

from tabiji.demo.export.write import Writer

SOURCES = ("crm", "marketing", "web", "ads", "product", "success", "support", "billing", "survey")
WRITTEN_ONCE = ("ads/spend",)  # CSV at every scale


def write_mappings(writer: Writer) -> list[Path]:
    """Write `<source>/mapping.yaml` for every source; at large scale each table is named once per part."""
    return [_write(writer, source) for source in SOURCES]


def _write(writer: Writer, source: str) -> Path:
    text = (files("tabiji.demo.export") / "mappings" / f"{source}.yaml").read_text("utf-8")
    target = writer.folder / source / "mapping.yaml"
    if writer.form == "parquet":
        text = _in_parts(text, writer, source)
    target.write_text(text, encoding="utf-8", newline="\n")
    return target


def _in_parts(text: str, writer: Writer, source: str) -> str:
    yaml = YAML()
    yaml.width = 400
    document = yaml.load(text)
    tables = []
    for table in document["tables"]:
        path = f"{source}/{Path(table['file']).stem}"
        names = [table["file"]] if path in WRITTEN_ONCE else writer.names(path)
        tables += [{**deepcopy(table), "file": name} for name in names]
    document["tables"] = tables
    out = StringIO()
    yaml.dump(document, out)
    return out.getvalue()
