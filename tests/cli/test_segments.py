"""The verbs of saved segments."""

from pathlib import Path

import pytest
from tests.cli.conftest import Crm, Tabiji


@pytest.fixture
def kept(tabiji: Tabiji, crm: Crm) -> Crm:
    """The example with the segment @tech."""
    assert tabiji("-w", crm.root, "segment", "add", "tech", "industry = 'technology'", "--en", "Technology").status == 0
    return crm


def test_a_segment_is_used_by_its_name_and_told_by_what_it_says(tabiji: Tabiji, kept: Crm) -> None:
    by_name = tabiji("-w", kept.root, "funnel", "deals", "--json", "--segment", "@tech").json
    by_hand = tabiji("-w", kept.root, "funnel", "deals", "--json", "--segment", "industry = 'technology'").json
    assert by_name["question"]["segments"] == {"tech": "industry = 'technology'"}
    assert by_name["transitions"] == by_hand["transitions"]
    assert by_name["provenance"] == by_hand["provenance"]
    wrong = tabiji("-w", kept.root, "funnel", "deals", "--segment", "@teck")
    assert wrong.status == 1 and "there is no segment 'teck'; did you mean 'tech'?" in wrong.err


def test_a_segment_without_its_at_sign_is_told_how_it_is_written(tabiji: Tabiji, kept: Crm) -> None:
    wrong = tabiji("-w", kept.root, "dwell", "deals", "--segment", "tech", "--json")
    assert (wrong.status, wrong.json["error"]["code"]) == (2, "bad_expression")
    assert "the segment of that name is written @tech" in wrong.json["error"]["message"]
    assert wrong.json["error"]["details"]["near"] == "@tech"


def test_list_show_remove(tabiji: Tabiji, kept: Crm) -> None:
    [listed] = tabiji("-w", kept.root, "segment", "list", "--json").json["segments"]
    assert (listed["id"], listed["condition"], listed["name"]) == (
        "tech",
        "industry = 'technology'",
        {"en": "Technology"},
    )
    shown = tabiji("-w", kept.root, "segment", "show", "@tech", "--json").json
    assert shown["units"]["account"] > 0 and shown["units"]["opportunity"] >= shown["units"]["account"]
    again = tabiji("-w", kept.root, "segment", "add", "tech", "industry = 'technology'", "--json").json
    assert (again["new"], again["name"]) == (False, {"en": "Technology"})
    assert tabiji("-w", kept.root, "segment", "remove", "tech").status == 0
    assert tabiji("-w", kept.root, "segment", "list", "--json").json == {"segments": []}


def test_an_unknown_attribute_is_answered_with_the_nearest(tabiji: Tabiji, tmp_path: Path) -> None:
    assert tabiji("init", tmp_path / "ws").status == 0
    ran = tabiji("-w", tmp_path / "ws", "segment", "add", "big", "employes >= 300")
    assert (ran.status, ran.out) == (2, "") and "did you mean 'employees'?" in ran.err
    refused = tabiji("-w", tmp_path / "ws", "segment", "add", "two words", "employees >= 300", "--json")
    assert refused.status == 2 and refused.json["error"]["code"] == "bad_segment_name"
