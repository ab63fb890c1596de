"""The first question of its kind on a machine waits for its kernels, and says so."""

from pathlib import Path

import numba
import pytest
from tests.cli.conftest import Crm, Tabiji

from tabiji.cli.compiling import told_when_compiling
from tabiji.workspace.measured import MeasuredMap

SAID = {
    "en": "Compiling for this question, once on this machine; up to a minute. tabiji doctor --warm compiles for all of them.\n",
    "ja": "この質問のための準備（コンパイル）をしています。この機械で最初の 1 回だけで、長くて 1 分ほどです。tabiji doctor --warm を実行すると、すべてをまとめて準備します。\n",
}


def test_compiling_is_told_once_and_not_again(capsys: pytest.CaptureFixture[str]) -> None:
    one, other = numba.njit(lambda x: x + 1), numba.njit(lambda x: x + 2)
    with told_when_compiling():
        assert one(1) == 2 and other(1) == 3
    assert capsys.readouterr().err == SAID["en"]
    with told_when_compiling():
        assert one(1) == 2
    assert capsys.readouterr().err == ""


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
