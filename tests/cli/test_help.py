"""Help is in the reader's language, answers a call without a verb, and comes before anything heavy is loaded."""

import json
import subprocess
import sys

import pytest
from tests.cli.conftest import Tabiji

from tabiji.cli.helping import said
from tabiji.cli.main import VerbGroup, cli
from tabiji.i18n import text, use

HEAVY = ("duckdb", "deltalake", "numba", "numpy", "scipy", "sqlalchemy")


def test_help_is_in_the_language_of_the_reader(tabiji: Tabiji) -> None:
    for lang, meaning, flag in (
        ("en", "How long journeys stay in each stage of MAP", "Refuse rates of fewer."),
        ("ja", "MAP の各ステージにどれだけ留まるか。", "これより少ない件数の率には答えない。"),
        ("en", "How long journeys stay in each stage of MAP", "Refuse rates of fewer."),
    ):
        shown = tabiji("dwell", "--help", TABIJI_LANG=lang)
        assert shown.status == 0
        assert meaning in shown.out and flag in shown.out


@pytest.mark.parametrize("group", ["map", "study", "segment"])
def test_so_is_that_of_verbs_below_a_verb(tabiji: Tabiji, group: str) -> None:
    japanese = tabiji(group, "list", "--help", TABIJI_LANG="ja")
    assert (japanese.status, "並べる。" in japanese.out) == (0, True)
    assert "List the" in tabiji(group, "list", "--help").out


def test_every_help_has_its_translation() -> None:
    with use("en"):
        texts = set(said(cli))
    assert len(texts) > len(VerbGroup.VERBS)
    assert [message for message in texts if text(message, "ja") == message] == []


@pytest.mark.parametrize("args", [(), ("map",)])
def test_a_call_without_a_verb_is_answered_with_what_there_is(tabiji: Tabiji, args: tuple[str, ...]) -> None:
    ran = tabiji(*args)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("Usage: tabiji") and "error[" not in ran.err and "Commands:" in ran.err


def test_an_unknown_verb_is_refused_in_the_language_of_the_reader(tabiji: Tabiji) -> None:
    assert tabiji("funel").err.endswith("error[usage]: there is no verb 'funel'; did you mean 'funnel'?\n")
    japanese = tabiji("funel", TABIJI_LANG="ja")
    assert japanese.status == 2
    assert japanese.err.endswith("'funel' というコマンドはありません。もしかして 'funnel' ですか？\n")


@pytest.mark.parametrize(
    "words", [["--help"], ["funnel", "--help"], ["accounts", "--help"], ["study", "save", "--help"], ["funel"]]
)
def test_help_loads_nothing_that_answers_questions(words: list[str]) -> None:
    program = (
        f"import json, sys\nfrom tabiji.cli.main import main\nmain({words!r})\n"
        f"print(json.dumps([m for m in {HEAVY!r} if m in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120)
    assert json.loads(done.stdout.splitlines()[-1]) == []
