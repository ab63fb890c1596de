"""The verb `paths` on the example CRM export."""

from tests.cli.conftest import Crm, Tabiji


def test_what_follows_what_in_every_deal(tabiji: Tabiji, crm: Crm) -> None:
    answer = tabiji("-w", crm.root, "paths", "deals", "--json", "--as-of", "2017-12-31").json
    told = crm.told
    n = {(e["from"], e["to"]): e["n"] for e in answer["edges"]}
    assert n["engaging", "won"] == told["Won"] and n["engaging", "lost"] == told["Lost"]
    assert n["engaging", "(open)"] == told["Engaging"]
    assert n["(start)", "engaging"] == answer["n"] == told["Won"] + told["Lost"] + told["Engaging"]
    variants = {tuple(v["path"]): v for v in answer["variants"]}
    assert variants["engaging", "won"]["n"] == told["Won"] == variants["engaging", "won"]["won"]
    assert variants["engaging", "lost"]["share"] == told["Lost"] / answer["n"]
    assert answer["rest"]["n"] == 0 and answer["loops"] == []


def test_the_rest_is_summed_and_groups_are_told(tabiji: Tabiji, crm: Crm) -> None:
    answer = tabiji("-w", crm.root, "paths", "deals", "--json", "--max-variants", "1", "--by", "offering").json
    assert len(answer["variants"]) == 1
    assert answer["variants"][0]["n"] + answer["rest"]["n"] == answer["n"] == sum(g["n"] for g in answer["groups"])
    plain = tabiji("-w", crm.root, "paths", "deals", "--max-variants", "1")
    assert plain.out.splitlines()[0] == "from\tto\ttimes\tmedian days"
    assert "2 further paths of" in plain.out


def test_an_unknown_level_is_refused_with_what_would_work(tabiji: Tabiji, crm: Crm) -> None:
    ran = tabiji("-w", crm.root, "paths", "deals", "--level", "page")
    assert ran.status == 2 and "stage, touch" in ran.err


def test_as_many_pairs_are_printed_as_asked_for(tabiji: Tabiji, crm: Crm) -> None:
    ran = tabiji("-w", crm.root, "paths", "deals", "--top", "2")
    assert [line.split("\t")[:2] for line in ran.out.splitlines()[1:3]] == [
        ["(start)", "engaging"],
        ["engaging", "won"],
    ]
    assert "4 further pairs" in ran.out.splitlines()[3]


def test_the_start_and_the_ends_are_told_in_the_reader_s_language(tabiji: Tabiji, crm: Crm) -> None:
    lines = tabiji("-w", crm.root, "paths", "deals", TABIJI_LANG="ja").out.splitlines()
    pairs = {tuple(line.split("\t")[:2]) for line in lines}
    assert pairs >= {("(開始)", "engaging"), ("engaging", "won"), ("engaging", "(進行中)"), ("lost", "(失注)")}
