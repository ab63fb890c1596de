"""The flags that the contract calls common: every question takes each of them, tells that it was asked, and either answers
otherwise or says in a notice why it does not."""

import json
from typing import Any

import pytest

import tabiji
from tabiji.workspace.questions import QUESTIONS

FLAGS = {
    "as_of": "2026-04-30", "known_as_of": "2026-06-30", "from": "2025-12-01", "to": "2026-05-31", "segment": "employees >= 300",
    "by": "industry", "horizon_days": 77, "min_n": 100_000,
}  # fmt: skip
SINGLE = {"as_of", "known_as_of"}  # may change nothing for the account at hand


@pytest.fixture(scope="module")
def asked(demo_root: Any) -> Any:
    """Asks a question of the map after the sale: (its JSON, its figures)."""
    with tabiji.open(demo_root) as workspace:
        measured = workspace.map("post-sale")
        account = measured.accounts(page_size=1).accounts[0].id

        def ask(name: str, **flags: Any) -> tuple[dict[str, Any], str]:
            subject = [account] if QUESTIONS[name].subject else []
            told = getattr(measured, name)(*subject, **flags).to_dict()
            figures = {k: v for k, v in told.items() if k not in ("question", "provenance", "notices")}
            return told, json.dumps(figures, default=str, sort_keys=True)

        yield ask


@pytest.mark.parametrize(
    "name", [name for name in QUESTIONS if name != "kpis"]
)  # its KPIs say over which time they count
def test_every_question_takes_the_common_flags(asked: Any, name: str) -> None:
    _, plain = asked(name)
    for flag, value in FLAGS.items():
        told, figures = asked(name, **{flag: value})
        assert told["question"][flag] == value
        idle = [n for n in told["notices"] if n["code"] == "flag_without_effect"]
        assert [n["values"]["flag"] for n in idle] == ["--" + flag.replace("_", "-")] * (flag in QUESTIONS[name].idle)
        if idle:
            assert figures == plain
        elif not (QUESTIONS[name].subject and flag in SINGLE):
            assert figures != plain, flag


def test_the_horizon_of_health_yields_to_its_own_flag(asked: Any) -> None:
    own, figures = asked("health", churn_days=120)
    both, same = asked("health", churn_days=120, horizon_days=77)
    assert same == figures and own["notices"] == []
    assert [n["message"] for n in both["notices"]] == [
        "--horizon-days changes nothing: --churn-days says that health is compared with who left in the next 120 days."
    ]
    assert asked("health", horizon_days=120)[1] == figures


@pytest.mark.parametrize("name", list(QUESTIONS))
def test_no_answer_in_japanese_has_a_blank_after_a_full_stop(demo_root: Any, name: str) -> None:
    with tabiji.open(demo_root) as workspace:
        for entry in workspace.maps.list():
            measured = workspace.map(entry.id)
            subject = [measured.accounts(page_size=1).accounts[0].id] if QUESTIONS[name].subject else []
            told = getattr(measured, name)(*subject)
            assert "。 " not in told.explain("ja"), told.explain("ja")
            assert "。 " not in "".join(n.render("ja") for n in told.notices)
