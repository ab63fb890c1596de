"""The CRM how-to gives the figures of the export it was given: a generated one, and, where it is at hand, a real one."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import tabiji
from docs.transcript import ROOT
from tabiji.metrics.funnel.question import FunnelResult

EXAMPLE = ROOT / "examples" / "crm-export"
SAMPLE = os.environ.get("TABIJI_SAMPLE_DATA")
REAL = Path(SAMPLE) / "maven-crm" if SAMPLE else None
needs_real = pytest.mark.skipif(
    REAL is None or not REAL.is_dir(), reason="TABIJI_SAMPLE_DATA names no folder with maven-crm in it"
)


@dataclass(frozen=True)
class Followed:
    """The how-to, followed: what the import reported, the answer, and a way to ask the lake."""

    workspace: "tabiji.Workspace"
    report: dict[str, Any]
    result: FunnelResult

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        with self.workspace.lake.connect() as con:
            return con.execute(sql).fetchall()


def follow(folder: Path) -> Followed:
    """Mapping and map beside the export, then import, map add, funnel as of the last day of 2017."""
    for name in ("mapping.yaml", "map.yaml"):
        shutil.copy(EXAMPLE / name, folder / name)
    workspace = tabiji.init(folder / "deals")
    report = workspace.import_(folder / "mapping.yaml").to_dict()
    workspace.maps.add((folder / "map.yaml").read_text("utf-8"))
    return Followed(workspace, report, workspace.map("deals").funnel(as_of="2017-12-31"))


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, int], Followed]:
    folder = tmp_path_factory.mktemp("generated")
    script = f"import json, sys; sys.path.insert(0, {str(EXAMPLE)!r}); import make_export, pathlib; "
    script += f"print(json.dumps(make_export.write_export(pathlib.Path({str(folder)!r}), 2000)))"
    out = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
    return json.loads(out), follow(folder)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Followed:
    assert REAL is not None
    folder = tmp_path_factory.mktemp("real")
    for name in ("accounts.csv", "sales_pipeline.csv"):
        shutil.copy(REAL / name, folder / name)
    return follow(folder)


def test_the_figures_are_the_deals_of_the_export(generated: tuple[dict[str, int], Followed]) -> None:
    told, followed = generated
    (transition,) = followed.result.transitions
    assert (transition.from_, transition.to) == ("engaging", "won")
    assert (transition.n_to, transition.lost, transition.dormant, transition.open) == (
        told["Won"], told["Lost"], 0, told["Engaging"],
    )  # fmt: skip
    assert transition.n_from == told["Won"] + told["Lost"] + told["Engaging"]
    assert followed.result.provenance.excluded["no_event"] == told["Prospecting"]
    assert followed.result.provenance.journeys == transition.n_from


def test_no_row_is_dropped(generated: tuple[dict[str, int], Followed]) -> None:
    told, followed = generated
    assert [(t["file"], t["rows"], t["accepted"], t["quarantined"]) for t in followed.report["tables"]] == [
        ("accounts.csv", 85, 85, 0),
        ("sales_pipeline.csv", 2000, 2000, 0),
    ]
    assert followed.ask("SELECT count(*) FROM opportunity WHERE account IS NULL") == [(told["without_account"],)]
    dated = told["Won"] + told["Lost"] + told["Engaging"]
    assert followed.report["events"]["added"] == dated + told["Won"] + told["Lost"]


def test_dirt_is_mended_where_it_is_mapped(generated: tuple[dict[str, int], Followed]) -> None:
    _, followed = generated
    offerings = {o for (o,) in followed.ask("SELECT DISTINCT offering FROM opportunity")}
    industries = {i for (i,) in followed.ask("SELECT DISTINCT industry FROM account")}
    assert "GTX Pro" in offerings and "GTXPro" not in offerings
    assert "technology" in industries and "technolgy" not in industries


def test_importing_again_changes_nothing(generated: tuple[dict[str, int], Followed]) -> None:
    _, followed = generated
    mapping = followed.workspace.folder.root.parent / "mapping.yaml"
    again = followed.workspace.import_(mapping).to_dict()["events"]
    assert again == {"added": 0, "duplicates": followed.report["events"]["added"], "changed": 0, "withdrawn": 0}
    asked = followed.workspace.map("deals").funnel(as_of="2017-12-31")
    assert asked.total == followed.result.total


def keys(answer: Any) -> set[str]:
    """Every key of a JSON document, but not those that are values: reasons, flags, figures that are null."""
    if isinstance(answer, list):
        return {k for item in answer for k in keys(item)}
    if not isinstance(answer, dict):
        return set()
    named = {k for k in answer if k not in ("question", "values", "reasons")}
    return {*answer, *(k for name in named for k in keys(answer[name]))}


@pytest.mark.parametrize("verb", ["import", "funnel", "dwell", "velocity", "why"])
def test_every_key_of_an_answer_is_in_the_reference(verb: str, generated: tuple[dict[str, int], Followed]) -> None:
    _, followed = generated
    deals = followed.workspace.map("deals")
    day = {"as_of": "2017-12-31"}
    answer = {
        "import": lambda: followed.report,
        "funnel": lambda: deals.funnel(by="offering", **day).to_dict(),
        "dwell": lambda: deals.dwell(by="offering", **day).to_dict(),
        "velocity": lambda: deals.velocity(by="offering", **day).to_dict(),
        "why": lambda: deals.why("D000000", **day).to_dict(),
    }[verb]()
    page = (ROOT / "docs" / "reference" / "cli.md").read_text("utf-8")
    told = (
        page.split(f"### tabiji {verb}\n")[1].split("\n### ")[0]
        + page.split("### tabiji funnel\n")[1].split("\n### ")[0]
    )
    tables = {"account", "opportunity", "event"}  # keys of `records` are names of tables
    assert sorted(k for k in keys(answer) - tables if f'"{k}"' not in told and f"`{k}`" not in told) == []


@needs_real
def test_a_real_export_gives_its_known_figures(real: Followed) -> None:
    (transition,) = real.result.transitions
    assert (transition.n_from, transition.n_to, transition.lost, transition.dormant, transition.open) == (
        8300, 4238, 2473, 0, 1589,
    )  # fmt: skip
    assert real.result.provenance.excluded["no_event"] == 500
    assert real.ask("SELECT count(*), count(*) FILTER (account IS NULL) FROM opportunity") == [(8800, 1425)]
    assert real.ask("SELECT count(*) FROM opportunity WHERE offering = 'GTXPro'") == [(0,)]
    assert real.ask("SELECT count(*) FROM opportunity WHERE offering = 'GTX Pro'") == [(1480,)]
    assert real.ask("SELECT count(*) FROM account WHERE industry = 'technolgy'") == [(0,)]
    assert real.ask("SELECT count(*) FROM account WHERE industry = 'technology'") == [(12,)]


@needs_real
def test_open_deals_make_the_stay_longer_than_the_closed_ones_alone(real: Followed) -> None:
    (transition,) = real.result.transitions
    assert transition.median_days is not None and round(transition.median_days) == 69
    closed_only = real.ask("""
        SELECT median(date_diff('day', opened."at", closed."at"))
        FROM event opened JOIN event closed USING (opportunity)
        WHERE opened.name = 'opportunity_opened' AND closed.name IN ('opportunity_won', 'opportunity_lost')""")
    assert closed_only == [(45.0,)]
