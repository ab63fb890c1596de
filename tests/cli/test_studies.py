"""The verbs of studies."""

from pathlib import Path

import pytest
from tests.cli.conftest import Tabiji


@pytest.fixture
def root(tabiji: Tabiji, tmp_path: Path) -> Path:
    """Twenty deals, each of an account of its own, all opened in January and every second won in February."""
    ws = tmp_path / "ws"
    bring(tmp_path, [(n, "Won" if n % 2 else "Engaging") for n in range(20)])
    (tmp_path / "map.yaml").write_text(MAP, "utf-8")
    for args in (
        ["init", ws],
        ["-w", ws, "import", tmp_path / "mapping.yaml"],
        ["-w", ws, "map", "add", tmp_path / "map.yaml"],
    ):
        ran = tabiji(*args)
        assert ran.status == 0, ran.err
    return ws


MAP = """\
id: deals
name: {en: Deals}
stages:
  - {id: open, enters_when: [{event: opened}]}
  - {id: won, kind: success, enters_when: [{event: won}]}
"""


def bring(folder: Path, deals: list[tuple[int, str]]) -> None:
    rows = [f"D{n},A{n},2026-01-{n + 1:02},{'2026-02-10' if stage == 'Won' else ''}" for n, stage in deals]
    (folder / "deals.csv").write_text("\n".join(["id,account,opened,won", *rows]) + "\n", "utf-8")
    (folder / "mapping.yaml").write_text(
        "source: crm\ntables:\n  - file: deals.csv\n    to: opportunity\n    key: id\n    columns: {account: account}\n"
        "    events: [{name: opened, at: opened}, {name: won, at: won}]\n",
        "utf-8",
    )


def test_save_list_show_remove(tabiji: Tabiji, root: Path, tmp_path: Path) -> None:
    saved = tabiji(
        "-w", root, "study", "save", "spring", "funnel", "deals", "--min-n", "5", "--as-of", "2026-03-31", "--json"
    )
    assert saved.status == 0, saved.err
    assert saved.json["question"]["as_of"] == "2026-03-31" and saved.json["answer"]["stages"][1]["n"] == 10
    listed = tabiji("-w", root, "study", "list", "--json").json["studies"]
    assert [(s["name"], s["question"]["verb"]) for s in listed] == [("spring", "funnel")]
    assert tabiji("-w", root, "study", "show", "spring").out.startswith("Equal: all ")
    bring(tmp_path, [(n, "Won" if n % 2 or n == 4 else "Engaging") for n in range(20)])
    assert tabiji("-w", root, "import", tmp_path / "mapping.yaml").status == 0
    shown = tabiji("-w", root, "study", "show", "spring", "--json").json
    assert (
        shown["equal"] is False
        and shown["frozen"]["stages"][1]["n"] == 10
        and shown["restated"]["stages"][1]["n"] == 11
    )
    assert [(r["cause"], r["code"]) for r in shown["reasons"]] == [("late", "late_events")]
    won = next(f for f in shown["figures"] if f["path"] == ["stages", "won", "n"])
    assert (won["frozen"], won["restated"], won["difference"], won["by_cause"]) == (10, 11, 1, {"late": 1})
    table = tabiji("-w", root, "study", "show", "spring")
    assert table.out.splitlines()[0] == "figure\tfrozen\trestated\tdifference\tlate data"
    assert "stages · won · n\t10\t11\t1\t1" in table.out.splitlines()
    assert "Events that had happened by then but came in afterwards: 1 (from crm 1)." in table.out
    assert tabiji("-w", root, "study", "remove", "spring").status == 0
    assert tabiji("-w", root, "study", "show", "spring").status == 1


def test_verbs_about_one_account_and_wrong_usage(tabiji: Tabiji, root: Path) -> None:
    why = tabiji("-w", root, "study", "save", "A1", "why", "deals", "A1", "--json")
    assert why.status == 0 and why.json["question"]["account"] == "A1"
    assert tabiji("-w", root, "study", "show", "A1", "--json").json["equal"] is True
    again = tabiji("-w", root, "study", "save", "A1", "funnel", "deals")
    assert again.status == 1 and "error[study_exists]: there is a study 'A1' already" in again.err
    unknown = tabiji("-w", root, "study", "save", "x", "funel", "deals")
    assert unknown.status == 1 and "there is no question 'funel'; did you mean 'funnel'?" in unknown.err
    flag = tabiji("-w", root, "study", "save", "x", "funnel", "deals", "--horizn-days", "3")
    assert flag.status == 2 and "--horizon-days" in flag.err
    assert [s["name"] for s in tabiji("-w", root, "study", "list", "--json").json["studies"]] == ["A1"]
