"""The verb `group` on a small workspace with roles, and on deals without any."""

from pathlib import Path

import pytest
from tests.cli.conftest import Crm, Tabiji

import tabiji as product
from group_lake import fill


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace."""
    folder = tmp_path_factory.mktemp("group")
    with product.init(folder / "ws") as made:
        fill(made, folder / "files")
    return folder / "ws"


def test_the_json_of_the_verb(tabiji: Tabiji, root: Path) -> None:
    told = tabiji("-w", root, "group", "deals", "--json").json
    cells = {(c["stage"], c["role"]): c for c in told["coverage"]}
    assert (cells["consider", "decision_maker"]["share"], cells["consider", "decision_maker"]["n"]) == (0.5, 40)
    assert cells["consider", "champion"]["share"] == 1.0
    # One of two required champions everywhere; decision makers in every second journey.
    assert told["completeness"]["adobe"]["share"] == pytest.approx((0.5 + 0.5) / 2)
    assert told["completeness"]["salesforce"]["share"] == pytest.approx((0.5 + 0) / 2)
    assert told["order"]["typical"] == ["champion", "decision_maker", "user"]
    onward = {(o["stage"], o["role"]): o for o in told["onward_difference"]}["consider", "decision_maker"]
    assert onward["with"]["share"] == pytest.approx(0.75, abs=0.06) and onward["low"] > 0
    assert told["handover"]["from"] == "champion" and told["handover"]["median_days"] is not None
    assert {"aligned", "split", "blocked", "unknown"} < set(told["consensus"]["states"][0])


def test_flags_groups_and_errors(tabiji: Tabiji, root: Path) -> None:
    by = tabiji("-w", root, "group", "deals", "--json", "--by", "industry").json
    assert {g["value"]: g["n"] for g in by["groups"]} == {"製造業": 26, "卸売業": 14}
    assert sum(g["n"] for g in by["groups"]) == by["provenance"]["journeys"]
    early = tabiji("-w", root, "group", "deals", "--json", "--as-of", "2026-01-15").json
    assert early["provenance"]["as_of"] < by["provenance"]["as_of"]
    swapped = tabiji("-w", root, "group", "deals", "--json", "--from-role", "decision_maker", "--to-role", "user").json
    assert (swapped["handover"]["from"], swapped["handover"]["to"]) == ("decision_maker", "user")
    wrong = tabiji("-w", root, "group", "deals", "--to-role", "usr")
    assert wrong.status == 1 and "did you mean 'user'?" in wrong.err
    assert tabiji("-w", root, "group", "deals", "--landmark-days", "-1").status == 2


def test_the_tables_of_a_reader(tabiji: Tabiji, root: Path) -> None:
    out = tabiji("-w", root, "group", "deals").out.splitlines()
    assert out[0] == "had shown up by the end of\taware\tconsider\twon"
    assert out[1].startswith("decision_maker\t") and "* 50.0 %" in out[1]
    assert any(line.startswith("Adobe\t") for line in out)
    assert out[-1].startswith("Decision maker shows up in only 50%")


def test_deals_without_roles_say_what_to_import(tabiji: Tabiji, crm: Crm) -> None:
    ran = tabiji("-w", crm.root, "group", "deals")
    assert ran.status == 0
    assert ran.out.splitlines() == [
        "No role is known: no event belongs to a person with a role. Import a `membership` table."
    ]
    assert tabiji("-w", crm.root, "group", "deals", "--json").json["coverage"] == []
