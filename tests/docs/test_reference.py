"""What a user can name, the reference pages name: verbs, flags, errors, settings, keys of files, columns, addresses."""

import importlib.util
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from docs.transcript import ROOT
from tabiji.ingest.mapping import file as mapping_file
from tabiji.ingest.mapping.model import columns_for
from tabiji.ingest.quarantine import BAD_ROW
from tabiji.ingest.rows.faults import REASONS
from tabiji.ingest.values.types import TYPE_NAMES
from tabiji.journeymap.model import EVIDENCE, GRADES, MILESTONES, ROLES, STAGE_KINDS, UNITS
from tabiji.journeymap.yaml_file.grammar import MAP, MEASURES, RHYTHMS, SURVEYS
from tabiji.journeymap.yaml_file.records import Key
from tabiji.lake.schema import TABLES
from tabiji.settings import Settings
from tabiji.workspace.ask import FUNNEL

REFERENCE = ROOT / "docs" / "reference"
SCRIPT = importlib.util.spec_from_file_location("reference_pages", ROOT / "scripts" / "reference.py")
assert SCRIPT is not None and SCRIPT.loader is not None
pages = importlib.util.module_from_spec(SCRIPT)
SCRIPT.loader.exec_module(pages)


def read(name: str) -> str:
    return (REFERENCE / f"{name}.md").read_text("utf-8")


def section(page: str, heading: str) -> str:
    """The text below a heading, up to the next heading of the same or a higher level."""
    match = re.search(rf"^(#+) {re.escape(heading)}$(.*?)(?=^#{{1,6}} |\Z)", page, re.M | re.S)
    assert match is not None, f"no heading {heading!r}"
    return match[2]


def missing(names: Any, page: str) -> list[str]:
    """Names that a page does not write as code."""
    prose = re.sub(r"^( *)```.*?^\1```", "", page, flags=re.M | re.S)
    written = set(re.findall(r"`([^`\n]+)`", prose))
    return sorted(n for n in names if n not in written)


@pytest.mark.parametrize("page", pages.PAGES, ids=lambda p: p.name)
def test_generated_parts_are_up_to_date(page: Path) -> None:
    text = page.read_text("utf-8")
    assert text == pages.written(text), "run: .uv/bin/uv run scripts/reference.py"


def test_every_verb_has_its_help() -> None:
    page = read("cli")
    verbs = dict(pages.verbs())
    assert {"tabiji init", "tabiji map add", "tabiji funnel"} <= set(verbs)
    for verb, context in verbs.items():
        told = section(page, verb)
        shown = [p for p in context.command.params if not getattr(p, "hidden", False)]
        flags = [o for p in shown for o in p.opts if o.startswith("--")]
        assert [f for f in flags if f not in told] == [], verb


def test_the_table_of_verbs_names_every_verb() -> None:
    table = re.findall(r"^\| \[`(\w+)`\]\(#([\w-]+)\) \|", read("cli"), re.M)
    assert [verb for verb, _ in table] == list(dict.fromkeys(verb for verb, _ in table))
    assert {verb for verb, _ in table} == {path.split()[1] for path, _ in pages.verbs()}


def test_every_error_is_listed_with_its_remedy() -> None:
    rows = re.findall(r"^\| `(\w+)` \|(.*)\|(.*)\|.*\|$", pages.part("errors"), re.M)
    kinds = pages.errors()
    assert [code for code, _, _ in rows] == [k.code for k in kinds] and len(rows) > 20
    assert [code for code, _, remedy in rows if len(remedy.strip()) < 15] == []
    assert pages.part("errors") in read("errors")


def test_errors_share_a_code_only_where_they_mean_the_same() -> None:
    codes = [kind.code for kind in pages.errors()]
    assert sorted({code for code in codes if codes.count(code) > 1}) == []


def test_every_problem_of_a_map_is_listed() -> None:
    told = pages.problems()
    assert {"unknown_key", "missing_key", "duplicate_key", "no_stages"} <= set(told)
    assert [code for code, (_, message) in told.items() if len(message) < 10 and code != "bad_expression"] == []
    assert pages.problem_table() in read("errors")


def test_every_setting_is_listed_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| `([^`]+)` \|", read("settings"), re.M))
    plain = [f for f in fields(Settings) if f.name != "labels"]
    assert rows == {f.name: str(f.default) if f.type is int else f'"{f.default}"' for f in plain} | {"labels": "{}"}


def keys(shape: Any) -> Iterator[Key]:
    """Every key that may stand somewhere in a map's file."""
    for key in getattr(shape, "keys", ()):
        yield key
        yield from keys(key.shape)
    for inner in ("items", "record", "values", "inner"):
        if hasattr(shape, inner):
            yield from keys(getattr(shape, inner))


def test_every_key_and_word_of_a_map_is_listed() -> None:
    found = {k.key for k in keys(MAP)}
    assert {"stages", "enters_when", "at_least", "emotion", "from", "measure", "required"} <= found
    words = (*UNITS, *STAGE_KINDS, *EVIDENCE, *GRADES, *MILESTONES, *ROLES, *MEASURES, *SURVEYS, *RHYTHMS)
    page = read("map-file")
    written = set(
        re.findall(r"\w+", " ".join(re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", page, flags=re.M | re.S))))
    )
    assert sorted({*found, *words} - written) == []


def test_every_key_column_and_reason_of_a_mapping_is_listed() -> None:
    page = read("mapping-file")
    names = {*mapping_file._FILE, *mapping_file._TABLE, *mapping_file._LOOKUP, *TYPE_NAMES.values(), *TABLES}
    names |= {c for table in TABLES for c in columns_for(table)}
    assert missing({*names, *REASONS, BAD_ROW}, page) == []


def test_every_address_is_listed() -> None:
    import tabiji
    from tabiji.web.app import create_app

    page = read("api")
    with pytest.MonkeyPatch.context() as patch, __import__("tempfile").TemporaryDirectory() as folder:
        patch.chdir(folder)
        with tabiji.init("w") as workspace:
            paths = create_app(workspace).openapi()["paths"]
    assert any(path.endswith("/funnel") for path in paths)
    assert [p for p in paths if re.sub(r"{\w+}", "{id}", p) not in page] == []


def test_every_flag_of_a_question_is_listed() -> None:
    assert [f for f in FUNNEL if f"--{f.replace('_', '-')}" not in read("cli")] == []
    assert missing(FUNNEL, read("api")) == []
