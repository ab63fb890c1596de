"""The verb `bottleneck` on the example CRM export."""

import pytest
from tests.cli.conftest import Crm, Tabiji

from tabiji.cli.output import amount


def test_the_json_and_what_it_is_worked_out_from(tabiji: Tabiji, crm: Crm) -> None:
    answer = tabiji("-w", crm.root, "bottleneck", "deals", "--json", "--as-of", "2017-12-31").json
    funnel = tabiji("-w", crm.root, "funnel", "deals", "--json", "--as-of", "2017-12-31").json
    first = answer["transitions"][0]
    assert (first["from"], first["to"]) == ("engaging", "won")
    assert first["share"] == funnel["transitions"][0]["censoring_aware"]
    reference, stake = first["reference"], first["at_stake"]
    assert reference["source"] == "segment" and reference["n"] >= 50
    assert stake["currency"] == "USD"
    gap = reference["share"] - first["share"]["share"]
    assert stake["value"] == pytest.approx(first["n_per_year"] * gap * first["onward_share"] * answer["mean_deal"])
    assert 0 <= stake["low"] <= stake["high"]
    assert first["rank"] == 1
    assert answer["interval"]["replicates"] >= 400
    assert {"from", "to", "n", "went", "adjusted_for", "method", "tested"} == set(answer["factors_of"])
    assert "best_segment" in {n["code"] for n in answer["notices"]}


def test_without_factors_and_an_unknown_stage(tabiji: Tabiji, crm: Crm) -> None:
    answer = tabiji("-w", crm.root, "bottleneck", "deals", "--no-factors", "--json").json
    assert (answer["factors_of"], answer["factors"]) == (None, [])
    ran = tabiji("-w", crm.root, "bottleneck", "deals", "--stage", "engagin", "--json")
    assert (ran.status, ran.json["error"]["code"]) == (1, "not_found")
    assert "engaging" in ran.json["error"]["message"]


def test_the_table(tabiji: Tabiji, crm: Crm) -> None:
    ran = tabiji("-w", crm.root, "bottleneck", "deals", "--as-of", "2017-12-31")
    lines = ran.out.splitlines()
    assert (ran.status, lines[0].split("\t")[:3]) == (0, ["from", "to", "entered in a year"])
    assert "USD" in lines[1]
    assert "a year (95% interval" in lines[-1]


def test_by_gives_one_result_per_value(tabiji: Tabiji, crm: Crm) -> None:
    day = ["--as-of", "2017-12-31", "--no-factors"]
    answer = tabiji("-w", crm.root, "bottleneck", "deals", "--json", "--by", "offering", *day).json
    funnel = tabiji("-w", crm.root, "funnel", "deals", "--json", "--by", "offering", "--as-of", "2017-12-31").json
    assert [(g["value"], g["n"]) for g in answer["groups"]] == [(g["value"], g["n"]) for g in funnel["groups"]]
    first = answer["groups"][0]
    alone = tabiji(
        "-w", crm.root, "bottleneck", "deals", "--json", "--segment", f"offering = '{first['value']}'", *day
    ).json
    assert first["transitions"] == alone["transitions"]
    lines = tabiji("-w", crm.root, "bottleneck", "deals", "--by", "offering", *day).out.splitlines()
    assert lines[0] == "All" and first["value"] in lines


@pytest.mark.parametrize(
    ("value", "currency", "shown"),
    [(0, "JPY", "0 JPY"), (74_333_779.4, "JPY", "74,333,779 JPY"), (12.34, None, "12.3"), (0.0, None, "0")],
)
def test_amounts_have_decimals_only_where_there_is_little_else(value: float, currency: str | None, shown: str) -> None:
    assert amount(value, currency) == shown
