"""The exported files: the same bytes again, whole scales, every kind of dirt, nothing outside the period."""

import hashlib
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import duckdb
import exported
import pytest

from tabiji.demo import CLEAN, DIRTY, Dirt, simulate
from tabiji.demo.block import BLOCK
from tabiji.demo.records.catalogue import KINDS
from tabiji.demo.simulate import SimulationFolderError


def digest(folder: Path) -> dict[str, str]:
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_the_same_seed_gives_the_same_bytes(tmp_path, form):
    for name in ("a", "b"):
        simulate(tmp_path / name, 150, 6, seed=7, form=form, truth_accounts=500)
    simulate(tmp_path / "c", 150, 6, seed=8, form=form, truth_accounts=500)
    first, again, other = (digest(tmp_path / name) for name in "abc")
    assert first == again
    data = [name for name in first if not name.endswith(".yaml")]
    assert data
    assert not [name for name in data if first[name] == other[name]]


def test_nine_sources_have_their_mapping_and_the_maps_are_there(simulated):
    mappings = sorted(p.parent.name for p in simulated.folder.glob("*/mapping.yaml"))
    assert mappings == ["ads", "billing", "crm", "marketing", "product", "success", "support", "survey", "web"]
    assert sorted(p.name for p in (simulated.folder / "maps").iterdir()) == ["new-business.yaml", "post-sale.yaml"]


def test_counts_of_the_truth_are_the_rows_of_the_files(simulated, events):
    for path, n in simulated.truth.files.items():
        encoding = {"crm/accounts": "cp932", "crm/contacts": "utf-8-sig"}.get(path, "utf-8")
        assert len(exported.rows(simulated.folder / f"{path}.csv", encoding)) == n, path
    assert simulated.truth.events == len(events)


def test_events_are_of_the_size_of_the_demo(simulated):
    assert 100_000 < simulated.truth.events < 200_000


def test_everything_happens_inside_the_period(simulated, events):
    start = exported.instant(simulated.truth.start_on)
    end = exported.instant(simulated.truth.end_on) + timedelta(days=1)
    assert (simulated.truth.start_on, simulated.truth.end_on) == ("2025-05-01", "2026-10-31")
    assert start <= events[0].at
    assert end - timedelta(days=1) <= events[-1].at < end
    assert all(e.received is None or e.received > e.at for e in events)


def test_every_channel_and_kind_of_event_occurs(simulated, events):
    assert {k.event for k in KINDS} <= {e.name for e in events}
    assert {k.channel for k in KINDS} <= {e.channel for e in events}
    spent = {r["channel"] for r in exported.rows(simulated.folder / "ads/spend.csv")}
    assert {"search_ad", "display_ad", "exhibition", "seminar", "webinar", "email", "social", "direct_mail"} <= spent


def test_nobody_acts_before_appearing_or_after_leaving(simulated, events):
    people = {r["person"]: r for r in exported.rows(simulated.folder / "truth/people.csv")}
    left = 0
    for event in events:
        if event.person:
            person = people[event.person]
            assert event.at >= exported.instant(person["since"])
            if person["until"]:
                left += 1
                assert event.at <= exported.instant(person["until"]) + timedelta(days=10)  # a reported ticket is closed
    assert left > 0


def test_deals_are_won_once_and_close_after_they_open(simulated):
    won = Counter()
    for r in exported.rows(simulated.folder / "crm/opportunities.csv"):
        if r["完了日"]:
            assert exported.instant(r["完了日"]) > exported.instant(r["作成日時"])
        assert (r["フェーズ"] in ("受注", "失注")) == bool(r["完了日"])
        assert (r["失注理由"] != "") == (r["フェーズ"] == "失注")
        assert int(r["年額"]) == 12 * int(r["月額"]) > 0
        won[r["取引先ID"], r["商材"]] += r["フェーズ"] == "受注"
    assert max(won.values()) == 1


def test_a_customer_comes_back_after_a_loss(simulated):
    again = [r for r in exported.rows(simulated.folder / "truth/stays.csv") if r["attempt"] == "2"]
    assert {r["stage"] for r in again} >= {"aware", "interest", "consider"}


def test_blocks_do_not_depend_on_their_number(tmp_path):
    one = simulate(tmp_path / "one", BLOCK, 4, seed=3, truth_accounts=500)
    two = simulate(tmp_path / "two", 2 * BLOCK, 4, seed=3, truth_accounts=500)
    first = exported.rows(tmp_path / "one/crm/accounts.csv", "cp932")
    assert exported.rows(tmp_path / "two/crm/accounts.csv", "cp932")[:BLOCK] == first
    both = exported.rows(tmp_path / "two/truth/stays.csv")
    assert [r for r in both if r["account"] <= f"A{BLOCK:07d}"] == exported.rows(tmp_path / "one/truth/stays.csv")
    for stage in ("aware", "interest", "consider"):
        shares = [t.entered[stage] / t.entered["unknown"] for t in (one, two)]
        assert shares[0] == pytest.approx(shares[1], abs=0.03)
    assert two.events / one.events == pytest.approx(2, abs=0.15)
    assert one.advance == two.advance


def test_parts_hold_the_same_rows_as_one_file(tmp_path):
    simulate(tmp_path / "csv", BLOCK + 50, 3, seed=3, dirt=CLEAN, form="csv", truth_accounts=500)
    simulate(tmp_path / "parts", BLOCK + 50, 3, seed=3, dirt=CLEAN, form="parquet", truth_accounts=500)
    con = duckdb.connect()
    for path, keys in (
        ("crm/accounts", "取引先ID, 取引先名, 従業員数"),
        ("truth/stays", "account, attempt, stage, entered_at"),
    ):
        whole = (
            con.sql(f"SELECT {keys} FROM '{tmp_path}/csv/{path}.csv' ORDER BY ALL") if path != "crm/accounts" else None
        )
        parts = con.sql(f"SELECT {keys} FROM '{tmp_path}/parts/{path}-*.parquet' ORDER BY ALL").fetchall()
        if whole is not None:
            assert parts == whole.fetchall()
        assert len(set(parts)) == len(parts)


def test_dirt_is_what_was_asked_for(tmp_path):
    truth = simulate(tmp_path / "dirty", 1000, 9, seed=2, dirt=DIRTY, truth_accounts=500)
    accounts = exported.rows(tmp_path / "dirty/crm/accounts.csv", "cp932")
    twins = [r for r in accounts if r["取引先ID"].endswith("D")]
    assert len(twins) == truth.duplicates == pytest.approx(30, abs=20)
    originals = {r["取引先ID"]: r["取引先名"] for r in accounts}
    assert all(r["取引先名"] != originals[r["取引先ID"][:-1]] for r in twins)
    hits = exported.rows(tmp_path / "dirty/marketing/activities.csv")
    assert 1 - len({r["activity_id"] for r in hits}) / len(hits) == pytest.approx(0.02, abs=0.006)
    dates = exported.rows(tmp_path / "dirty/crm/activities.csv")
    assert sum("/" in r["活動日時"] for r in dates) / len(dates) == pytest.approx(0.5, abs=0.03)
    late = [exported.instant(r["synced_at"]) - exported.instant(r["occurred_at"]) > timedelta(days=3) for r in hits]
    assert sum(late) / len(late) == pytest.approx(0.10, abs=0.015)
    mails = [r["メールアドレス"].lower() for r in exported.rows(tmp_path / "dirty/crm/contacts.csv", "utf-8-sig")]
    free = [m.partition("@")[2] in ("freemail.example", "webmail.example", "mail-box.example") for m in mails]
    assert sum(free) / len(free) == pytest.approx(0.08, abs=0.03)
    with pytest.raises(UnicodeDecodeError):
        (tmp_path / "dirty/crm/accounts.csv").read_text("utf-8")


def test_clean_files_have_no_dirt_and_the_same_stays(tmp_path):
    for name, dirt in (("clean", CLEAN), ("dirty", DIRTY), ("usual", Dirt())):
        simulate(tmp_path / name, 300, 6, seed=2, dirt=dirt, truth_accounts=500)
    stays = [(tmp_path / name / "truth/stays.csv").read_text("utf-8") for name in ("clean", "dirty", "usual")]
    assert stays[0] == stays[1] == stays[2]
    hits = exported.rows(tmp_path / "clean/marketing/activities.csv")
    assert len({r["activity_id"] for r in hits}) == len(hits)
    assert not any("/" in r["活動日時"] for r in exported.rows(tmp_path / "clean/crm/activities.csv"))
    assert len(exported.rows(tmp_path / "clean/crm/accounts.csv")) == 300


def test_the_last_day_can_be_chosen(tmp_path):
    truth = simulate(tmp_path / "d", 100, 3, seed=2, end=date(2024, 2, 29), truth_accounts=500)
    assert (truth.start_on, truth.end_on) == ("2023-12-01", "2024-02-29")


def test_a_folder_with_files_in_it_is_refused(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(SimulationFolderError) as caught:
        simulate(tmp_path, 100, 3)
    assert caught.value.code == "simulation_folder"
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(("accounts", "months"), [(1, 1), (3, 3), (40, 60)])
def test_small_and_long_simulations_have_every_file(tmp_path, accounts, months):
    truth = simulate(tmp_path / "d", accounts, months, truth_accounts=300)
    assert truth.files["crm/accounts"] == accounts
    assert truth.entered["unknown"] >= accounts
    assert sorted(p.stem for p in (tmp_path / "d").glob("*/*.csv")) == sorted(
        [path.partition("/")[2] for path in truth.files] + ["spend"]
    )


def test_any_whole_number_is_a_seed(tmp_path):
    assert simulate(tmp_path / "d", 20, 2, seed=-7, truth_accounts=100).seed == -7


def test_what_nobody_could_show_is_undefined(tmp_path):
    truth = simulate(tmp_path / "d", 2, 1, truth_accounts=10)
    assert truth.advance["order"] is None
    assert truth.interventions["training_attended"]["difference"] is None
    assert truth.bottleneck["stage"] is None


@pytest.mark.parametrize(("accounts", "months"), [(0, 3), (10, 0)])
def test_an_empty_simulation_is_refused(tmp_path, accounts, months):
    with pytest.raises(ValueError, match="at least 1"):
        simulate(tmp_path / "d", accounts, months)


def test_progress_tells_what_is_done(tmp_path):
    told = []
    simulate(tmp_path / "d", 60, 3, truth_accounts=500, progress=lambda *args: told.append(args))
    assert told[0] == ("simulating accounts", 0, 60)
    assert ("simulating accounts", 60, 60) in told
    assert told[-1][0] == "computing the planted truth"
