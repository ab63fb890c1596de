"""The first question of its kind on a machine waits for its kernels, and says so."""

from pathlib import Path

import numba
import pytest
from tests.cli.conftest import Crm, Tabiji

from tabiji.cli.compiling import telling_of_compilation, while_compiling
from tabiji.workspace.measured import MeasuredMap

SAID = {
    "en": "Compiling for this question, once on this machine; up to a minute. tabiji doctor --warm compiles for all of them.\n",
    "ja": "この質問のための準備（コンパイル）をしています。この機械で最初の 1 回だけで、長くて 1 分ほどです。tabiji doctor --warm を実行すると、すべてをまとめて準備します。\n",
}


def test_compiling_is_told_once_and_not_again(capsys: pytest.CaptureFixture[str]) -> None:
    one, other = numba.njit(lambda x: x + 1), numba.njit(lambda x: x + 2)
    verb = telling_of_compilation(lambda: (one(1), other(1)))
    assert verb() == (2, 3)
    assert capsys.readouterr().err == SAID["en"]
    assert verb() == (2, 3)
    assert capsys.readouterr().err == ""


def test_what_is_compiled_is_counted() -> None:
    counts: list[int] = []
    one, other = numba.njit(lambda x: x + 1), numba.njit(lambda x: x + 2)
    with while_compiling(counts.append):
        assert one(1) == 2 and other(1) == 3
    assert counts == [1, 2]


def test_the_doctor_tells_that_it_compiles(tabiji: Tabiji, crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    unseen = numba.njit(lambda x: x + 4)
    monkeypatch.setattr("tabiji.compute.warm", lambda: unseen(1))
    ran = tabiji("-w", crm.root, "doctor", "--warm", "--json")
    assert (ran.status, ran.err) == (0, "compiling …\n")


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_question_says_so_on_standard_error(
    tabiji: Tabiji, crm: Crm, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    asked = ("-w", crm.root, "funnel", "deals", "--json")
    before = tabiji(*asked)
    ask = MeasuredMap.funnel
    unseen = numba.njit(lambda x: x + 3)

    def slower(self, **flags):
        unseen(1)
        return ask(self, **flags)

    monkeypatch.setattr(MeasuredMap, "funnel", slower)
    ran = tabiji(*asked, TABIJI_LANG=lang)
    assert (ran.status, ran.err) == (0, SAID[lang])
    assert ran.json["transitions"] == before.json["transitions"]


def test_a_verb_that_asks_nothing_says_nothing(tabiji: Tabiji, tmp_path: Path) -> None:
    assert tabiji("init", tmp_path / "ws").err == ""
