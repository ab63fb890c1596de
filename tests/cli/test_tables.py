"""Tables on a terminal: nothing is cut, however narrow it is, and nothing is taken for markup."""

import subprocess
import sys

import pytest
from tests.cli.conftest import Crm

from tabiji.cli.output import parts, print_table

COLUMNS = ("id", "name", "median days", "95 % interval", "amount")
ROWS = [
    ("A1", "Aoba Foods of Yokohama and Kobe", "184.2", "148.5 – 214.2", "756,000 JPY"),
    ("A2", "Iris [Logistics] :house:", "n<10", None, "12 JPY"),
]


def drawn(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: int) -> list[str]:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("LINES", "50")  # without it a dumb terminal is taken for 80 columns
    print_table(COLUMNS, ROWS)
    return capsys.readouterr().out.splitlines()


def test_a_table_that_fits_is_drawn_in_one_part(capsys, monkeypatch) -> None:
    lines = drawn(capsys, monkeypatch, 110)
    assert len(lines) == 3
    assert lines[2].split() == ["A2", "Iris", "[Logistics]", ":house:", "n<10", "—", "12", "JPY"]


@pytest.mark.parametrize("width", [66, 56, 40, 24])
def test_figures_stay_whole_and_no_line_is_longer_than_the_terminal(capsys, monkeypatch, width: int) -> None:
    lines = drawn(capsys, monkeypatch, width)
    assert max(map(len, lines)) <= width
    for whole in ("184.2", "148.5 – 214.2", "756,000 JPY", "n<10", "12 JPY", "[Logistics]"):
        assert any(whole in line for line in lines), whole
    assert {"Aoba", "Foods", "of", "Yokohama", "and", "Kobe"} <= {w for line in lines for w in line.split()}


def test_columns_without_room_follow_below_beside_the_name_of_the_row(capsys, monkeypatch) -> None:
    lines = drawn(capsys, monkeypatch, 40)
    begin = [line.split()[:2] for line in lines if line.startswith("A1")]
    assert begin == [["A1", "Aoba"], ["A1", "148.5"]]


def test_parts_hold_a_column_more_than_the_names_of_the_rows() -> None:
    assert parts([5, 5, 5], 1, 2, 30) == [[0, 1, 2]]
    assert parts([5, 5, 5], 1, 2, 20) == [[0, 1], [0, 2]]
    assert parts([5, 50, 5], 1, 2, 20) == [[0, 1], [0, 2]]
    assert parts([5], 1, 2, 3) == [[0]]


@pytest.mark.parametrize("terminal", [True, False])
def test_a_reader_who_leaves_early_is_no_failure(crm: Crm, terminal: bool) -> None:
    call = f"'{sys.executable}' -m tabiji.cli.main -w '{crm.root}' accounts deals --page-size 500 | head -1"
    terms = {"FORCE_COLOR": "1", "TERM": "dumb"} if terminal else {}
    environ = {"PATH": "/usr/bin:/bin", "TABIJI_LANG": "en", "PYTHONUTF8": "1", **terms}
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", call], env=environ, capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("id")
