"""The commands, exit statuses and JSON keys that programs outside build upon."""

import socket
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.cli.conftest import Crm, Tabiji

SHARE_KEYS = {"share", "low", "high", "n"}


def test_init_makes_a_folder_that_holds_everything(tabiji: Tabiji, tmp_path: Path) -> None:
    ran = tabiji("init", tmp_path / "ws", "--json")
    assert (ran.status, ran.json) == (0, {"workspace": str((tmp_path / "ws").resolve())})
    assert {p.name for p in (tmp_path / "ws").iterdir()} >= {"tabiji.toml", "tabiji.db", "lake", "index"}


def test_init_does_not_touch_a_folder_of_other_things(tabiji: Tabiji, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    ran = tabiji("init", tmp_path)
    assert ran.status == 1
    assert (
        ran.err
        == f"error[folder_not_empty]: {tmp_path} is not empty ('notes.txt' is in it); choose a new or empty folder\n"
    )
    assert [p.name for p in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize(
    ("args", "status", "code"),
    [
        (["-w", "nowhere", "funnel", "deals"], 1, "no_workspace"),
        (["funel"], 2, "usage"),
        (["init"], 2, "usage"),
    ],
)
def test_errors_have_one_shape_and_a_status(
    tabiji: Tabiji, tmp_path: Path, args: list[str], status: int, code: str
) -> None:
    with_json = tabiji(*args, "--json", cwd=tmp_path)
    assert with_json.status == status
    assert set(with_json.json) == {"error"}
    assert set(with_json.json["error"]) == {"code", "message", "details"}
    assert with_json.json["error"]["code"] == code
    plain = tabiji(*args, cwd=tmp_path)
    assert (plain.status, plain.out) == (status, "")
    assert plain.err.splitlines()[-1].startswith(f"error[{code}]: ")


def test_a_drafted_mapping_can_be_imported(tabiji: Tabiji, tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    deals = "商談ID,取引先名,フェーズ,金額,作成日,受注日\nD1,青葉,受注,120万円,令和7年3月1日,R7.4.1\nD2,奥,提案,￥500,2025/3/2,\n"
    (tmp_path / "export" / "商談.csv").write_text(deals, "cp932")
    tabiji("init", tmp_path / "ws")
    ran = tabiji("-w", "ws", "mapping", "export/商談.csv", "--source", "crm", "--to", "drafted.yaml", cwd=tmp_path)
    assert (ran.status, ran.out) == (
        0,
        "Wrote drafted.yaml. Look at it, change it, then: tabiji -w ws import drafted.yaml --dry-run\n",
    )
    without = tabiji("mapping", "export/商談.csv", "--to", "again.yaml", cwd=tmp_path)
    assert without.out.endswith("then: tabiji -w WORKSPACE import again.yaml --dry-run\n")
    report = tabiji("-w", "ws", "import", "drafted.yaml", "--json", cwd=tmp_path).json
    assert report["source"] == "crm"
    [table] = report["tables"]
    assert (table["file"], table["to"], table["accepted"]) == ("export/商談.csv", "opportunity", 2)
    assert report["events"]["added"] == 3
    printed = tabiji("mapping", "export/商談.csv", "--json", cwd=tmp_path).json
    assert printed["mapping"]["tables"][0]["file"] == "export/商談.csv"
    assert tabiji("mapping", "export/商談.csv", cwd=tmp_path).out == printed["yaml"]


def test_a_draft_of_a_file_that_is_not_there_names_the_nearest(tabiji: Tabiji, tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text("id\n1\n")
    ran = tabiji("mapping", "deal.csv", cwd=tmp_path)
    assert (ran.status, ran.err) == (
        1,
        "error[missing_file]: there is no file 'deal.csv' in .; did you mean 'deals.csv'?\n",
    )


def test_import_again_adds_nothing(tabiji: Tabiji, crm: Crm) -> None:
    ran = tabiji("-w", crm.root, "import", crm.export / "mapping.yaml", "--json")
    report = ran.json
    assert ran.status == 0
    assert (report["source"], report["events"]["added"]) == ("crm", 0)
    assert report["events"]["duplicates"] == crm.told["Won"] * 2 + crm.told["Lost"] * 2 + crm.told["Engaging"]
    funnel = tabiji("-w", crm.root, "funnel", "deals", "--json").json
    assert report["as_of"] == funnel["provenance"]["as_of"]
    for table in report["tables"]:
        assert set(table) >= {"file", "to", "rows", "accepted", "quarantined", "reasons"}
        assert (table["quarantined"], table["reasons"]) == (0, {})


def test_funnel_counts_every_deal_once(tabiji: Tabiji, crm: Crm) -> None:
    answer = tabiji("-w", crm.root, "funnel", "deals", "--json", "--as-of", "2017-12-31").json
    told = crm.told
    dated = told["Won"] + told["Lost"] + told["Engaging"]
    assert answer["stages"] == [
        {"id": "engaging", "n": dated, "skipped": 0},
        {"id": "won", "n": told["Won"], "skipped": 0},
    ]
    (step,) = answer["transitions"]
    assert (step["from"], step["to"], step["n_from"], step["n_to"]) == ("engaging", "won", dated, told["Won"])
    assert (step["lost"], step["dormant"], step["open"]) == (told["Lost"], 0, told["Engaging"])
    assert set(step["naive"]) == set(step["mature"]) == SHARE_KEYS
    assert set(step["censoring_aware"]) == SHARE_KEYS | {"horizon_days"}
    assert step["naive"]["share"] == pytest.approx(told["Won"] / dated, abs=1e-12)
    assert step["censoring_aware"]["share"] > step["naive"]["share"]
    provenance = answer["provenance"]
    assert set(provenance) >= {"accounts", "journeys", "events", "as_of", "fingerprint", "excluded"}
    assert provenance["excluded"]["no_event"] == told["Prospecting"]
    assert (provenance["accounts"], provenance["journeys"]) == (dated, dated)


def test_segment_by_and_refusal(tabiji: Tabiji, crm: Crm) -> None:
    whole = tabiji("-w", crm.root, "funnel", "deals", "--json").json
    by = tabiji("-w", crm.root, "funnel", "deals", "--json", "--by", "offering").json
    assert sum(g["stages"][0]["n"] for g in by["groups"]) == whole["stages"][0]["n"]
    assert "GTX Pro" in [g["value"] for g in by["groups"]]
    assert "GTXPro" not in [g["value"] for g in by["groups"]]
    one = tabiji("-w", crm.root, "funnel", "deals", "--json", "--segment", "offering = 'GTX Pro'").json
    assert one["stages"] == next(g["stages"] for g in by["groups"] if g["value"] == "GTX Pro")
    refused = tabiji("-w", crm.root, "funnel", "deals", "--json", "--min-n", "999999").json["transitions"][0]
    assert (refused["naive"]["share"], refused["naive"]["reason"]) == (None, "n<999999")


def test_a_segment_cannot_run_anything_but_a_condition(tabiji: Tabiji, crm: Crm) -> None:
    for attack in ("(SELECT 1) = 1", "read_text('x') = ''", "1=1; DROP TABLE account", "getenv('HOME') = ''"):
        ran = tabiji("-w", crm.root, "funnel", "deals", "--json", "--segment", attack)
        assert ran.status in (1, 2)
        assert set(ran.json) == {"error"}
    ran = tabiji("-w", crm.root, "funnel", "deals", "--segment", "offerng = 'GTX Pro'")
    assert "offering" in ran.err


def test_unknown_map_names_the_nearest(tabiji: Tabiji, crm: Crm) -> None:
    ran = tabiji("-w", crm.root, "funnel", "deal")
    assert ran.status == 1
    assert ran.err == "error[not_found]: there is no map 'deal'; did you mean 'deals'?\n"


def test_map_verbs(tabiji: Tabiji, crm: Crm, tmp_path: Path) -> None:
    listed = tabiji("-w", crm.root, "map", "list", "--json").json["maps"]
    assert [(m["id"], m["unit"], m["version"]) for m in listed] == [("deals", "opportunity", 1)]
    changed = datetime.fromisoformat(listed[0]["changed_at"]).astimezone(ZoneInfo("Asia/Tokyo"))
    assert f"{changed:%Y-%m-%d %H:%M}" in tabiji("-w", crm.root, "map", "list").out  # as studies tell their instants
    shown = tabiji("-w", crm.root, "map", "show", "deals")
    assert shown.out == (crm.export / "map.yaml").read_text("utf-8")
    assert tabiji("-w", crm.root, "map", "show", "deals", "--json").json["stages"][0]["id"] == "engaging"
    assert tabiji("-w", crm.root, "map", "check", crm.export / "map.yaml").status == 0
    for ending in ("yaml", "json", "svg", "png"):
        target = tmp_path / f"deals.{ending}"
        ran = tabiji("-w", crm.root, "map", "export", "deals", "--to", target)
        assert ran.status == 0, ran.err
        assert target.stat().st_size > 200
    assert (tmp_path / "deals.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "deals.yaml").read_text("utf-8") == shown.out


def test_map_check_finds_everything_at_once(tabiji: Tabiji, crm: Crm, tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(
        "id: broken\n"
        "name: Broken\n"
        "stages:\n"
        "  - id: first\n"
        "    name: First\n"
        "    enters_wen: [{event: opportunity_opened}]\n"
        "  - id: won\n"
        "    name: Won\n"
        "    kind: success\n"
        "    enters_when: [{event: oportunity_won, at_least: 0}]\n"
        "    touchpoints: [nowhere]\n",
        "utf-8",
    )
    ran = tabiji("-w", crm.root, "map", "check", file, "--json")
    assert ran.status == 1
    assert {(p["line"], p["severity"]) for p in ran.json["problems"]} >= {
        (6, "error"),
        (10, "error"),
        (10, "warning"),
        (11, "warning"),
    }
    plain = tabiji("-w", crm.root, "map", "check", file)
    assert "broken.yaml: line 6, column 5: error: " in plain.out
    assert "enters_when" in plain.out
    assert "opportunity_won" in plain.out


def test_draft_is_a_map_that_can_be_kept(tabiji: Tabiji, crm: Crm, tmp_path: Path) -> None:
    target = tmp_path / "draft.yaml"
    args = ["map", "draft", "--id", "first-look", "--unit", "opportunity", "--to", target]
    ran = tabiji("-w", crm.root, *args)
    assert ran.status == 0, ran.err
    assert ran.out.endswith(f"then: tabiji -w {crm.root} map add {target}\n")  # to be copied as it stands
    assert tabiji("-w", crm.root, "map", "check", target).status == 0
    drafted = tabiji("-w", crm.root, *args, "--force", "--json").json["map"]
    kinds = {s["id"]: s.get("kind", "step") for s in drafted["stages"]}
    assert sorted(kinds.values()) == ["failure", "step", "success"]


def test_a_draft_does_not_take_the_place_of_a_file_that_was_worked_on(tabiji: Tabiji, crm: Crm, tmp_path: Path) -> None:
    target, data = tmp_path / "mine.yaml", tmp_path / "deals.csv"
    target.write_text("# mine\n")
    data.write_text("id,created\n1,2026-01-01\n")
    for args in (["map", "draft", "--unit", "opportunity", "--to", target], ["mapping", data, "--to", target]):
        ran = tabiji("-w", crm.root, *args, "--json")
        assert (ran.status, ran.json["error"]["code"]) == (1, "file_there")
        assert "--force" in ran.json["error"]["message"]
        assert target.read_text() == "# mine\n"
        assert tabiji("-w", crm.root, *args, "--force").status == 0
        assert target.read_text() != "# mine\n"
        target.write_text("# mine\n")


def test_no_draft_under_an_id_that_no_map_may_have(tabiji: Tabiji, crm: Crm, tmp_path: Path) -> None:
    target = tmp_path / "draft.yaml"
    ran = tabiji("-w", crm.root, "map", "draft", "--unit", "opportunity", "--id", "bad id!", "--to", target, "--json")
    assert (ran.status, ran.json["error"]["code"], target.exists()) == (1, "bad_map", False)


@pytest.mark.parametrize("verb", [("draft", "--unit", "opportunity"), ("export", "deals")])
def test_a_place_that_cannot_be_written_is_told(
    tabiji: Tabiji, crm: Crm, tmp_path: Path, verb: tuple[str, ...]
) -> None:
    ran = tabiji("-w", crm.root, "map", *verb, "--to", tmp_path / "absent" / "map.yaml", "--json")
    assert (ran.status, ran.json["error"]["code"]) == (1, "file_unwritable")
    assert ran.json["error"]["details"]["reason"] == "No such file or directory"


def test_versions_and_their_difference(tabiji: Tabiji, crm: Crm, tmp_path: Path) -> None:
    first = tmp_path / "v.yaml"
    first.write_text((crm.export / "map.yaml").read_text("utf-8").replace("id: deals", "id: versions"), "utf-8")
    assert tabiji("-w", crm.root, "map", "add", first, "--json").json["version"] == 1
    assert tabiji("-w", crm.root, "map", "add", first, "--json").json == {
        "id": "versions", "version": 1, "new": False, "problems": [],
    }  # fmt: skip
    first.write_text(first.read_text("utf-8").replace("horizon_days: 180", "horizon_days: 90"), "utf-8")
    assert tabiji("-w", crm.root, "map", "add", first, "--json").json["version"] == 2
    changes = tabiji("-w", crm.root, "map", "diff", "versions", "1", "2", "--json").json["changes"]
    assert [(c["path"], c["before"], c["after"]) for c in changes] == [(["horizon_days"], 180, 90)]


def test_doctor_finds_a_sound_workspace(tabiji: Tabiji, crm: Crm) -> None:
    ran = tabiji("-w", crm.root, "doctor", "--json")
    assert (ran.status, ran.json["ok"]) == (0, True)


def test_quarantine_is_listed_with_its_reason(tabiji: Tabiji, tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("who,what,day\nA,seen,2026-01-05\nB,seen,0000-00-00\n,seen,2026-01-06\n", "utf-8")
    (tmp_path / "m.yaml").write_text(
        "source: log\ntables:\n  - file: log.csv\n    to: event\n    columns: {account: who, name: what, at: day}\n",
        "utf-8",
    )
    assert tabiji("init", tmp_path / "ws").status == 0
    report = tabiji("-w", tmp_path / "ws", "import", tmp_path / "m.yaml", "--json").json
    assert report["tables"][0]["reasons"] == {"no_subject": 1, "unreadable_time": 1}
    assert (report["tables"][0]["rows"], report["tables"][0]["accepted"]) == (3, 1)
    kept = tabiji("-w", tmp_path / "ws", "quarantine", "--json").json
    assert (kept["total"], kept["reasons"]) == (2, {"no_subject": 1, "unreadable_time": 1})


def test_a_rule_of_a_persona_is_checked_like_every_condition(tabiji: Tabiji, crm: Crm, tmp_path: Path) -> None:
    file = tmp_path / "personas.yaml"
    written = (crm.export / "map.yaml").read_text("utf-8")
    file.write_text(
        written + "personas:\n"
        "  - {id: a, kind: company, name: A, rule: \"industri = 'retail'\"}\n"
        '  - {id: b, kind: company, name: B, rule: "industry = (select 1)"}\n'
        "  - {id: c, kind: company, name: C, rule: \"industry = 'retail' AND employees > 300\"}\n",
        "utf-8",
    )
    for where in (["-w", crm.root], ["-w", tmp_path]):  # with the data, and without a workspace
        ran = tabiji(*where, "map", "check", file, "--json")
        assert [(p["code"], p["path"]) for p in ran.json["problems"] if p["severity"] == "error"] == [
            ("bad_condition", "personas[0].rule"),
            ("bad_condition", "personas[1].rule"),
        ]
        assert "did you mean 'industry'?" in ran.json["problems"][-2]["message"]


@pytest.mark.parametrize("verb", ["funnel", "dwell", "paths", "cohorts", "group", "bottleneck"])
def test_a_segment_that_nobody_is_in_is_told_as_such(tabiji: Tabiji, crm: Crm, verb: str) -> None:
    nobody = tabiji("-w", crm.root, verb, "deals", "--segment", "industry = 'retial'")
    assert nobody.status == 0 and "No journey fits the segment and the window of this question." in nobody.out
    later = tabiji("-w", crm.root, verb, "deals", "--from", "2030-01-01", TABIJI_LANG="ja")
    assert "条件に合うジャーニーはありません。" in later.out
    earlier = tabiji("-w", crm.root, verb, "deals", "--as-of", "1999-01-01")
    assert "No journey has started by the date of this question." in earlier.out


def test_a_demo_on_a_port_that_is_taken_says_so_before_it_makes_anything(tabiji: Tabiji, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        ran = tabiji("demo", "--port", str(port), "--no-browser", "--json", cwd=tmp_path)
        plain = tabiji("demo", "--port", str(port), "--no-browser", cwd=tmp_path)
    assert (ran.status, ran.json["error"]["code"]) == (1, "port_taken")
    assert ran.json["error"]["details"] == {"host": "127.0.0.1", "port": port}
    told = f"error[port_taken]: port {port} of 127.0.0.1 is taken by another program; name another with --port\n"
    assert (plain.status, plain.err) == (1, told)
    assert list(tmp_path.iterdir()) == []


def test_import_tells_what_was_changed_and_withdrawn(tabiji: Tabiji, tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(
        "source: s\ntables:\n  - file: deals.csv\n    to: opportunity\n    key: id\n    columns: {account: account, stage: stage}\n"
        "    events:\n      - {name: opportunity_opened, at: day, value: amount}\n"
        "      - {name: opportunity_won, at: day, when: stage = 'won'}\n",
        "utf-8",
    )
    head = "id,account,day,stage,amount\n"
    assert tabiji("init", tmp_path / "ws").status == 0
    told = []
    for rows in (
        "a,A,2024-01-01,won,1\nb,B,2024-01-01,open,1\n",
        "a,A,2024-01-01,open,1\nb,B,2024-01-01,open,2\nc,C,2024-01-01,open,1\n",
    ):
        (tmp_path / "deals.csv").write_text(head + rows, "utf-8")
        ran = tabiji("-w", tmp_path / "ws", "import", tmp_path / "m.yaml")
        told.append([line for line in ran.out.splitlines() if line.startswith(("Events", "Rows"))])
    assert told == [
        ["Events: 3 added, 0 known already."],
        ["Events: 1 added, 1 changed, 1 withdrawn, 1 known already.", "Rows of opportunity: 1 added, 1 changed, 1 known already."],
    ]  # fmt: skip


def test_import_names_files_by_their_names_where_these_tell_them_apart(tabiji: Tabiji, tmp_path: Path) -> None:
    tables = ""
    for file in ("far/away/a.csv", "far/b.csv", "near/b.csv"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("a,n,t\nA,seen,2024-01-01\n", "utf-8")
        tables += f"  - {{file: {file}, to: event, columns: {{account: a, name: n, at: t}}}}\n"
    (tmp_path / "mapping.yaml").write_text("source: s\ntables:\n" + tables, "utf-8")
    tabiji("init", tmp_path / "ws")
    ran = tabiji("-w", "ws", "import", "mapping.yaml", cwd=tmp_path)
    assert [line.split("\t")[0] for line in ran.out.splitlines()[1:4]] == ["a.csv", "far/b.csv", "near/b.csv"]
