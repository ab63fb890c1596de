"""The verb `why` on the example CRM export."""

import csv

from tests.cli.conftest import Crm, Tabiji


def deal(crm: Crm, stage: str) -> str:
    with (crm.export / "sales_pipeline.csv").open(encoding="utf-8") as file:
        return next(row["opportunity_id"] for row in csv.DictReader(file) if row["deal_stage"] == stage)


def test_a_won_deal_and_the_events_behind_it(tabiji: Tabiji, crm: Crm) -> None:
    wanted = deal(crm, "Won")
    answer = tabiji("-w", crm.root, "why", "deals", wanted, "--json").json
    assert (answer["account"], [s["id"] for s in answer["stages"]]) == (wanted, ["engaging", "won"])
    first, last = answer["stages"]
    assert (first["left_at"], last["left_at"]) == (last["entered_at"], None)
    assert first["rule"] == {"clause": 0, "text": "{event: opportunity_opened}"}
    for stage in answer["stages"]:
        (event,) = stage["events"]
        assert set(event) >= {"event_id", "name", "at", "person", "channel", "content"}
        assert event["event_id"] and event["channel"] == "sales" and event["at"] == stage["entered_at"]


def test_an_open_deal_tells_what_it_lacks(tabiji: Tabiji, crm: Crm) -> None:
    ran = tabiji("-w", crm.root, "why", "deals", deal(crm, "Engaging"))
    assert ran.status == 0
    assert ran.out.splitlines()[0] == "journey\tstage\tentered\tleft\trule\tevents"
    assert "no opportunity_won" in ran.out


def test_an_unknown_deal_names_the_nearest(tabiji: Tabiji, crm: Crm) -> None:
    wanted = deal(crm, "Won")
    ran = tabiji("-w", crm.root, "why", "deals", wanted + "X", "--json")
    assert (ran.status, ran.json["error"]["code"]) == (1, "not_found")
    assert "did you mean" in ran.json["error"]["message"]
