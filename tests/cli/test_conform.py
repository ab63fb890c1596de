"""The verb `conform` on the example CRM export, and the same question over HTTP."""

from starlette.testclient import TestClient
from tests.cli.conftest import Crm, Tabiji

import tabiji as product
from tabiji.web.app import create_app


def test_every_deal_is_held_to_the_plan(tabiji: Tabiji, crm: Crm) -> None:
    answer = tabiji("-w", crm.root, "conform", "deals", "--json", "--as-of", "2017-12-31").json
    told = crm.told
    fitness = answer["fitness"]
    n = told["Won"] + told["Lost"] + told["Engaging"]
    assert (fitness["n"], fitness["cost"], fitness["log"], fitness["mean_trace"]) == (n, 0, 1.0, 1.0)
    assert fitness["fitting"]["share"] == 1.0
    assert [d for d in answer["deviations"] if d["class"] in ("missing", "extra", "out_of_order")] == []
    assert answer["provenance"]["journeys"] == n
    steps = {s["stage"]: (s["passed"], s["as_planned"]) for s in answer["plan"]["steps"]}
    assert steps == {"engaging": (n, n), "won": (told["Won"], told["Won"])}


def test_the_table_and_the_notices(tabiji: Tabiji, crm: Crm) -> None:
    ran = tabiji("-w", crm.root, "conform", "deals", "--by", "offering")
    assert ran.status == 0
    assert ran.out.splitlines()[0].split("\t")[:3] == ["group", "journeys", "as planned"]
    assert "log fitness" in ran.out and "limit_days" in ran.err
    assert tabiji("-w", crm.root, "conform", "deals", "--landmark-days", "soon").status == 2
    japanese = tabiji("-w", crm.root, "conform", "deals", TABIJI_LANG="ja")
    assert japanese.status == 0 and "適合度" in japanese.out


def test_the_same_question_over_http(tabiji: Tabiji, crm: Crm) -> None:
    told = tabiji("-w", crm.root, "conform", "deals", "--json", "--min-n", "20").json
    with product.open(crm.root) as workspace:
        client = TestClient(create_app(workspace), base_url="http://127.0.0.1:8321")
        asked = client.get("/api/v1/maps/deals/conformance?min_n=20").json()
    assert asked["fitness"] == told["fitness"]
    assert asked["deviations"] == told["deviations"]
    assert asked["question"] == {**told["question"], "min_n": 20}
