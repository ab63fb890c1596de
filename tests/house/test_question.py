import ast
import shlex

import pytest

from tabiji.result import Question

ASKED = Question(
    "funnel", "new-business", 3, {"from": "2026-01-01", "segment": "industry = 'retail'", "horizon_days": 30}
)


def test_a_question_as_a_command_is_read_back_word_by_word():
    assert ASKED.as_cli("/ws") == (
        "tabiji -w /ws funnel new-business --from 2026-01-01 --segment \"industry = 'retail'\" --horizon-days 30"
    )


@pytest.mark.parametrize("value", ["a b", "it's", 'say "x"', "it's $HOME", "back\\slash's", "wow!'s", "", "*", "`ls`'"])
def test_any_text_survives_the_shell(value: str):
    words = shlex.split(Question("funnel", "m", flags={"segment": value}).as_cli("my folder"))
    assert words == ["tabiji", "-w", "my folder", "funnel", "m", "--segment", value]


def test_a_question_as_python_can_be_run():
    written = ASKED.as_python("/ws")
    assert written == (
        "tabiji.open('/ws').map('new-business').funnel(from_='2026-01-01', segment=\"industry = 'retail'\", horizon_days=30)"
    )
    ast.parse(written)


def test_a_switch_is_an_option_without_a_value():
    asked = Question("accounts", "m", flags={"stalled": True, "page": 2})
    assert asked.as_cli() == "tabiji -w . accounts m --stalled --page 2"
    assert asked.as_python() == "tabiji.open('.').map('m').accounts(stalled=True, page=2)"
