"""`prepare` makes a whole workspace or none, and leaves alone what is not its own."""

import json
from pathlib import Path

import pytest

import tabiji
from tabiji.demo import prepare, run
from tabiji.demo.run import MARKER, UNFINISHED, NotADemoError


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare(tmp_path_factory.mktemp("run") / "tabiji-demo", accounts=120, months=6, seed=4)


def test_everything_is_imported_and_nothing_is_rejected(demo):
    truth = json.loads((demo / "demo-data/truth.json").read_text("utf-8"))
    with tabiji.open(demo) as workspace:
        rows, by_reason, _ = workspace.quarantine()
        assert (rows, by_reason) == (0, {})
        tables = {name: workspace.lake.head().of(name).current for name in ("event", "account", "person", "survey")}
        assert len(workspace.imports()) == 9
    assert tables == {
        "event": truth["events"],
        "account": 120,
        "person": truth["files"]["crm/contacts"],
        "survey": truth["files"]["survey/responses"],
    }


def test_the_lake_holds_dates_roles_money_and_texts_as_they_were_meant(demo):
    with tabiji.open(demo) as workspace:
        con = workspace.lake.connect()
        roles = con.execute("SELECT DISTINCT role FROM membership").fetchall()
        assert {r for (r,) in roles} <= {
            "decision_maker", "champion", "influencer", "user", "purchasing", "it_security", "executive",
        }  # fmt: skip
        span = con.execute('SELECT min("at"), max("at") FROM event').fetchone()
        assert span is not None
        assert (str(span[0])[:10] >= "2026-04-30", str(span[1])[:10] <= "2026-10-31") == (True, True)
        name = con.execute("SELECT name, region, country FROM account WHERE id = 'A0000001'").fetchone()
        assert name is not None
        assert name[1][-1] in "都道府県"
        assert name[2] == "JP"
        early = con.execute('SELECT count(*) FROM event WHERE received_at < "at"').fetchone()
        costs = con.execute("SELECT count(*), min(amount), count(DISTINCT channel) FROM cost").fetchone()
        assert costs is not None
        assert costs[1] > 0
        assert costs[2] >= 9
        assert early is not None
        assert early[0] == 0


def test_the_newest_map_is_the_one_before_the_sale(demo):
    with tabiji.open(demo) as workspace:
        assert [entry.id for entry in workspace.maps.list()] == ["new-business", "post-sale"]


def test_a_finished_demo_is_reused_as_it_is(demo):
    before = {p: p.stat().st_mtime_ns for p in demo.rglob("*") if p.is_file() and "tabiji.db" not in p.name}
    assert prepare(demo, accounts=999, seed=5) == demo
    assert {p: p.stat().st_mtime_ns for p in before} == before


def test_an_interrupted_run_leaves_no_demo_and_is_made_anew(tmp_path, monkeypatch):
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(run, "simulate", interrupted)
        with pytest.raises(KeyboardInterrupt):
            prepare(tmp_path / "demo", accounts=60, months=3)
    assert [p.name for p in tmp_path.iterdir()] == ["demo" + UNFINISHED]
    assert (prepare(tmp_path / "demo", accounts=60, months=3) / MARKER).is_file()
    assert [p.name for p in tmp_path.iterdir()] == ["demo"]


def test_an_empty_folder_is_taken_and_progress_names_what_is_being_done(tmp_path):
    told = []
    (tmp_path / "demo").mkdir()
    prepare(tmp_path / "demo", accounts=60, months=3, progress=lambda what, done, total: told.append(what))
    assert (tmp_path / "demo" / MARKER).is_file()
    assert {"simulating accounts", "computing the planted truth", "importing crm", "importing survey"} <= set(told)


def test_a_folder_of_somebody_is_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(NotADemoError) as caught:
        prepare(tmp_path, accounts=60, months=3)
    assert caught.value.code == "not_a_demo"
    assert [p.name for p in tmp_path.iterdir()] == ["notes.txt"]
