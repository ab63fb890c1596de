"""The Data page: what is there, from where, how fresh, and what could not be used."""

import re
from pathlib import Path

from starlette.testclient import TestClient

from tabiji.workspace import Workspace


def words(page: str) -> str:
    """The words of a page, without its elements."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.replace("<wbr>", "")))


def test_an_empty_workspace_is_told_what_to_bring(client: TestClient):
    page = client.get("/data?lang=en").text
    assert "No data yet" in page
    assert 'href="/start#bring"' in page


def test_counts_events_sources_and_history(reader: TestClient):
    said = words(reader.get("/data").text)
    assert "30 Companies" in said
    assert "30 Opportunities" in said
    assert re.search(r"opportunity_opened 30 ", said)
    assert re.search(r"quoted 20 ", said)
    told = words(reader.get("/data?lang=ja").text)  # by the reader's word, and by the name that rules are written with
    assert re.search(r"商談開始 ?opportunity_opened 30 ", told) and " 最初 " in told
    assert "Events from 2026-01-05 → 2026-04-" in said
    assert "None: every event finds its company." in said
    assert re.search(r"Imports .* sfa mapping\.yaml 60 0 ", said)


def test_what_could_not_be_used_is_shown_by_reason_with_examples(
    workspace: Workspace, client: TestClient, tmp_path: Path
):
    (tmp_path / "log.csv").write_text(
        "company,what,when\nA,seen,2026-01-01\nA,seen,not a day\n,seen,2026-01-02\nB,seen,2026-02-30\n", "utf-8"
    )
    (tmp_path / "mapping.yaml").write_text(
        "source: log\ntables:\n  - {file: log.csv, to: event, columns: {account: company, name: what, at: '\"when\"'}}\n",
        "utf-8",
    )
    workspace.import_(tmp_path / "mapping.yaml")
    said = words(client.get("/data?lang=en").text)
    assert re.search(r"the time cannot be read 2 log\.csv · line 3", said)
    assert re.search(r"no company, person or opportunity is named 1 log\.csv · line 4", said)
    assert "1 event names a company that is on no list" in said


def test_a_text_from_a_file_is_never_markup(workspace: Workspace, client: TestClient, tmp_path: Path):
    (tmp_path / "log.csv").write_text("company,what,when\nA,<script>alert(1)</script>,2026-01-01\n", "utf-8")
    (tmp_path / "mapping.yaml").write_text(
        "source: '<b>x</b>'\ntables:\n  - {file: log.csv, to: event, columns: {account: company, name: what, at: '\"when\"'}}\n",
        "utf-8",
    )
    workspace.import_(tmp_path / "mapping.yaml")
    page = client.get("/data").text
    assert "<script>alert" not in page
    assert "<b>x</b>" not in page
