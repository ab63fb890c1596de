"""The verbs `accounts` and `timeline` on the example CRM export."""

import csv

from tests.cli.conftest import Crm, Tabiji


def test_a_page_of_open_deals(tabiji: Tabiji, crm: Crm) -> None:
    answer = tabiji(
        "-w", crm.root, "accounts", "deals", "--outcome", "open", "--page-size", "3", "--page", "2", "--json"
    ).json
    n = answer["total"]
    assert (answer["page"], answer["pages"], len(answer["accounts"])) == (2, -(-n // 3), 3)
    assert answer["outcomes"]["open"] == n > 0 and answer["outcomes"]["dormant"] == 0
    stays = [a["stay_days"] for a in answer["accounts"]]
    assert stays == sorted(stays, reverse=True)
    assert {s["id"]: s["n"] for s in answer["stages"]} == {"engaging": n, "won": 0}
    assert {(a["stage"], a["outcome"], a["ended_at"]) for a in answer["accounts"]} == {("engaging", "open", None)}


def test_the_stalled_ones_as_a_table(tabiji: Tabiji, crm: Crm) -> None:
    ran = tabiji("-w", crm.root, "accounts", "deals", "--stalled", "--page-size", "2")
    assert ran.out.splitlines()[0].split("\t")[:5] == ["id", "name", "stage", "entered", "days"]
    assert "fit." in ran.out and "Page 1 of" in ran.out
    asked = tabiji("-w", crm.root, "accounts", "deals", "--stalled", "--json").json["question"]
    assert asked["stalled"] is True


def test_the_outcome_is_told_in_the_reader_s_language(tabiji: Tabiji, crm: Crm) -> None:
    rows = {
        lang: tabiji("-w", crm.root, "accounts", "deals", "--outcome", "lost", "--page-size", "1", TABIJI_LANG=lang).out
        for lang in ("en", "ja")
    }
    assert [rows[lang].splitlines()[1].split("\t")[7] for lang in ("en", "ja")] == ["lost", "失注"]


def test_a_stage_that_the_map_does_not_have(tabiji: Tabiji, crm: Crm) -> None:
    ran = tabiji("-w", crm.root, "accounts", "deals", "--stage", "engagin")
    assert ran.status == 2 and "engaging, won" in ran.err


def test_the_timeline_of_a_deal(tabiji: Tabiji, crm: Crm) -> None:
    with (crm.export / "sales_pipeline.csv").open(encoding="utf-8") as file:
        wanted = next(r["opportunity_id"] for r in csv.DictReader(file) if r["deal_stage"] == "Won" and r["account"])
    answer = tabiji("-w", crm.root, "timeline", "deals", wanted, "--json").json
    assert (answer["account"], answer["n_touches"], [t["kind"] for t in answer["touches"]]) == (
        wanted,
        2,
        ["sales"] * 2,
    )
    (deal,) = answer["opportunities"]
    assert deal["id"] == wanted and answer["company"]["name"] == answer["name"]
    ran = tabiji("-w", crm.root, "timeline", "deals", wanted)
    assert ran.out.splitlines()[0] == "when\tperson\troles\ttouch\tchannel" and len(ran.out.splitlines()) == 4
