"""The REST questions: the flags of the CLI as parameters, the same JSON."""

import json

import pytest
from starlette.testclient import TestClient

from tabiji.cli.main import main
from tabiji.workspace import Workspace
from tabiji.workspace.questions import QUESTIONS

MAP = "/api/v1/maps/new-business"


def test_maps_are_listed(reader: TestClient, filled: Workspace):
    [entry] = filled.maps.list()
    assert reader.get("/api/v1/maps").json() == {
        "maps": [
            {
                "id": "new-business",
                "name": {"ja": "新規導入", "en": "New business"},
                "unit": "account",
                "version": 1,
                "stages": ["aware", "quote", "won", "lost"],
                "changed_at": entry.changed_at.isoformat(),
            }
        ]
    }


def test_a_name_in_no_language_is_a_text(client: TestClient, workspace: Workspace, capsys: pytest.CaptureFixture[str]):
    workspace.maps.add("id: k\nname: K\nstages:\n  - {id: a, enters_when: [{event: seen}]}\n")
    assert main(["-w", str(workspace.folder.root), "map", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["maps"]
    assert [m["name"] for m in listed] == [m["name"] for m in client.get("/api/v1/maps").json()["maps"]] == ["K"]


def test_a_map_is_told_whole(reader: TestClient):
    told = reader.get(MAP).json()
    assert (told["id"], told["version"]) == ("new-business", 1)
    assert [s["id"] for s in told["stages"]] == ["aware", "quote", "won", "lost"]


@pytest.mark.parametrize(
    "flags",
    [
        {},
        {"as_of": "2026-03-01"},
        {"from": "2026-01-20", "to": "2026-02-20"},
        {"segment": "industry = '製造業'", "horizon_days": "30", "min_n": "5"},
        {"by": "industry"},
        {"mode": "ordered", "window_days": "60"},
    ],
)
def test_the_funnel_is_the_one_of_the_workspace(reader: TestClient, filled: Workspace, flags: dict[str, str]):
    answer = reader.get(f"{MAP}/funnel", params=flags)
    assert answer.status_code == 200
    expected = filled.map("new-business").funnel(**flags).to_dict()
    assert answer.json() == json.loads(json.dumps(expected))


@pytest.mark.parametrize("flags", [{}, {"as_of": "2026-03-01", "min_n": "5"}, {"by": "industry", "min_n": "1"}])
def test_the_stays_are_those_of_the_workspace(reader: TestClient, filled: Workspace, flags: dict[str, str]):
    answer = reader.get(f"{MAP}/dwell", params=flags)
    assert answer.status_code == 200
    assert answer.json() == json.loads(json.dumps(filled.map("new-business").dwell(**flags).to_dict()))
    assert [s["id"] for s in answer.json()["stages"]] == ["aware", "quote", "won"]


def test_the_velocity_is_that_of_the_workspace(reader: TestClient, filled: Workspace):
    answer = reader.get(f"{MAP}/velocity", params={"by": "industry", "min_n": "1"})
    assert answer.status_code == 200
    expected = filled.map("new-business").velocity(by="industry", min_n="1").to_dict()
    assert answer.json() == json.loads(json.dumps(expected))
    assert (answer.json()["from"], answer.json()["to"]) == ("aware", "won")


def test_the_bottleneck_is_that_of_the_workspace(reader: TestClient, filled: Workspace):
    answer = reader.get(f"{MAP}/bottleneck", params={"stage": "aware", "min_n": "1"})
    assert answer.status_code == 200
    expected = filled.map("new-business").bottleneck(stage="aware", min_n="1").to_dict()
    assert answer.json() == json.loads(json.dumps(expected))
    assert answer.json()["factors_of"]["from"] == "aware"
    assert reader.get(f"{MAP}/bottleneck", params={"stage": "avare"}).json()["error"]["code"] == "not_found"


@pytest.mark.parametrize("question", ["emotion", "voice", "retention", "health", "accounts", "dwell", "paths"])
def test_the_common_flags_are_those_of_the_workspace(reader: TestClient, filled: Workspace, question: str):
    flags = {"by": "industry", "horizon_days": "40", "from": "2026-01-15", "to": "2026-04-01", "min_n": "1"}
    answer = reader.get(f"{MAP}/{question}", params=flags, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    expected = getattr(filled.map("new-business"), question)(**flags).to_dict()
    assert answer.json() == json.loads(json.dumps(expected))
    assert {name: answer.json()["question"][name] for name in flags} == flags | {"horizon_days": 40, "min_n": 1}


def test_one_account_is_told_as_by_the_workspace(reader: TestClient, filled: Workspace):
    answer = reader.get(f"{MAP}/why", params={"account": "会社04"})
    assert answer.status_code == 200
    assert answer.json() == json.loads(json.dumps(filled.map("new-business").why("会社04").to_dict()))
    assert reader.get(f"{MAP}/why").json()["error"]["code"] == "bad_flag"
    assert reader.get(f"{MAP}/why", params={"account": "会社"}).json()["error"]["code"] == "ambiguous_name"
    assert reader.get(f"{MAP}/why", params={"account": "x"}).status_code == 404


def test_dashes_in_a_parameter_are_as_good_as_underscores(reader: TestClient):
    assert reader.get(f"{MAP}/funnel?horizon-days=30").json() == reader.get(f"{MAP}/funnel?horizon_days=30").json()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("horizon=30", "did you mean 'horizon_days'?"),
        ("as_of=tomorrow", "write it like 2026-03-31"),
        ("mode=best", "'best' is not one of: reached, ordered"),
        ("min_n=few", "'few' is not a whole number"),
        ("version=x", "'x' is not a whole number"),
        ("as_of=2026-01-01&as_of=2026-02-01", "given more than once"),
        ("from=2026-02-01&to=2026-01-01", "is after"),
    ],
)
def test_a_parameter_that_cannot_be_used_is_a_bad_request(reader: TestClient, query: str, said: str):
    answer = reader.get(f"{MAP}/funnel?{query}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_flag")
    assert said in answer.json()["error"]["message"]


def test_what_is_wrong_with_a_parameter_is_said_in_the_language_of_the_reader(reader: TestClient):
    answer = reader.get(f"{MAP}/funnel?as_of=2026-01-01&as_of=2026-02-01&lang=ja")
    assert "2 回以上指定されています" in answer.json()["error"]["message"]


def test_the_language_of_messages_is_not_a_flag(reader: TestClient):
    assert reader.get(f"{MAP}/funnel?lang=ja").status_code == 200
    assert "lang" not in reader.get(f"{MAP}/funnel?lang=ja").json()["question"]


def test_what_is_not_there_is_not_found(reader: TestClient):
    for path in ("/api/v1/maps/new-busines", "/api/v1/maps/new-busines/funnel", f"{MAP}?version=9"):
        answer = reader.get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    assert "did you mean 'new-business'?" in reader.get("/api/v1/maps/new-busines").json()["error"]["message"]


def test_the_questions_are_described_without_another_host(reader: TestClient):
    described = reader.get("/api/openapi.json").json()
    questions = {f"/api/v1/maps/{{map_id}}/{name}" for name in QUESTIONS}
    assert set(described["paths"]) >= {"/api/v1/maps", "/api/v1/maps/{map_id}", *questions}
    names = {p["name"] for p in described["paths"]["/api/v1/maps/{map_id}/funnel"]["get"]["parameters"]}
    assert {
        "map_id",
        "as_of",
        "known_as_of",
        "from",
        "to",
        "segment",
        "by",
        "horizon_days",
        "min_n",
        "mode",
        "window_days",
    } <= names
    for page in ("/docs", "/redoc"):
        assert reader.get(page).status_code == 404
