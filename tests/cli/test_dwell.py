"""The verb `dwell` on the example CRM export."""

import pytest
from tests.cli.conftest import Crm, Tabiji


def test_stays_of_every_deal(tabiji: Tabiji, crm: Crm) -> None:
    answer = tabiji("-w", crm.root, "dwell", "deals", "--json", "--as-of", "2017-12-31").json
    told = crm.told
    engaging, won = answer["stages"]
    assert (engaging["id"], engaging["n"]) == ("engaging", told["Won"] + told["Lost"] + told["Engaging"])
    assert (engaging["advanced"], engaging["lost"], engaging["open"]) == (told["Won"], told["Lost"], told["Engaging"])
    assert engaging["low_days"] <= engaging["median_days"] <= engaging["high_days"]
    assert engaging["closed_only_median_days"] < engaging["median_days"]
    assert engaging["quartiles_days"][1] == engaging["median_days"]
    funnel = tabiji("-w", crm.root, "funnel", "deals", "--json", "--as-of", "2017-12-31").json["transitions"][0]
    assert [engaging[k] for k in ("median_days", "low_days", "high_days")] == [
        funnel[k] for k in ("median_days", "low_days", "high_days")
    ]
    assert (won["open"], won["median_days"], won["reasons"]["median_days"]) == (told["Won"], None, "not reached")


def test_groups_are_compared_in_words(tabiji: Tabiji, crm: Crm) -> None:
    answer = tabiji("-w", crm.root, "dwell", "deals", "--json", "--by", "offering").json
    test = answer["tests"][0]
    assert test["df"] == len(test["groups"]) - 1 == len([g for g in answer["groups"] if g["n"] >= 10]) - 1
    assert 0 <= test["p"] <= 1 and "one pace" in test["meaning"]
    assert sum(g["expected"] for g in test["groups"]) == pytest.approx(sum(g["left"] for g in test["groups"]))
    plain = tabiji("-w", crm.root, "dwell", "deals", "--by", "offering")
    assert plain.status == 0 and test["meaning"] in plain.out


def test_the_table_says_why_there_is_no_figure(tabiji: Tabiji, crm: Crm) -> None:
    ran = tabiji("-w", crm.root, "dwell", "deals")
    assert ran.out.splitlines()[0].startswith(
        "stage\tentered\tpassed over\twent on\twent back\tlost\tdormant\topen\tmedian days"
    )
    assert "not reached" in ran.out.splitlines()[2]
    japanese = tabiji("-w", crm.root, "dwell", "deals", TABIJI_LANG="ja")
    assert "not reached" not in japanese.out and japanese.status == 0
