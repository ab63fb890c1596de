"""Studies: what was frozen stays, what is asked again is compared, and every difference has its reasons."""

import subprocess
import sys
from pathlib import Path

import pytest

import tabiji
from tabiji.errors import NotFoundError
from tabiji.workspace import Workspace
from tabiji.workspace.flags import FlagError
from tabiji.workspace.questions import QUESTIONS
from tabiji.workspace.studies import Figure, StudyExistsError, StudyNameError, StudyResult
from tabiji.workspace.studies.figures import figures
from web_cast import MAP, deals

MAP_ID = "new-business"


def bring(ws: Workspace, rows: str, columns: str, to: str = "event", source: str = "other", key: str = "") -> None:
    """Import one more file."""
    folder = ws.folder.root.parent / "files"
    (folder / f"{source}.csv").write_text(rows, "utf-8")
    keyed = f"key: {key}, " if key else ""
    (folder / f"{source}.yaml").write_text(
        f"source: {source}\ntables:\n  - {{file: {source}.csv, to: {to}, {keyed}columns: {{{columns}}}}}\n", "utf-8"
    )
    ws.import_(folder / f"{source}.yaml")


def late(ws: Workspace, *rows: str) -> None:
    bring(ws, "\n".join(["account,at,name", *rows]) + "\n", "account: account, at: at, name: name", source="late")


def again(ws: Workspace, **files: str) -> None:
    """Import the files of the cast once more, some of them changed."""
    folder = ws.folder.root.parent / "files"
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    ws.import_(folder / "mapping.yaml")


def shown(found: StudyResult, *path: str) -> Figure:
    [figure] = [f for f in found.figures if f.path == path]
    return figure


def check_sums(found: StudyResult) -> None:
    """The shares of the causes are the difference."""
    for figure in found.figures:
        if figure.by_cause:
            assert sum(figure.by_cause.values()) == pytest.approx(figure.difference, abs=1e-9)


def test_nothing_changed_and_so_it_says(ws: Workspace) -> None:
    saved = ws.studies.save("spring", "funnel", MAP_ID, min_n=1, segment="industry = '製造業'")
    assert saved.flags == {"min_n": 1, "segment": "industry = '製造業'", "as_of": "2026-04-22"}
    with tabiji.open(ws.folder.root) as later:
        found = later.studies.show("spring")
    assert found.is_equal and found.reasons == () and found.restated == found.frozen == saved.answer
    assert found.explain("en") == f"Equal: all {found.n_figures} figures are what they were."
    told = found.to_dict()
    assert (told["equal"], told["figures"], told["reasons"]) == (True, [], [])
    assert (
        told["fingerprints"]["frozen"] == told["fingerprints"]["restated"] == saved.answer["provenance"]["fingerprint"]
    )


def test_an_event_that_came_in_late_names_its_reason(ws: Workspace) -> None:
    ws.studies.save("spring", "funnel", MAP_ID, min_n=1)
    late(
        ws, "会社03,2026-02-20,opportunity_won", "会社03,2026-12-31,opportunity_won"
    )  # the second is after the day of the study
    found = ws.studies.show("spring")
    won = shown(found, "stages", "won", "n")
    assert (won.frozen, won.restated, won.difference, dict(won.by_cause)) == (8, 9, 1, {"late": 1})
    [reason] = found.reasons
    assert (reason.cause, reason.code, reason.values["n"], reason.values["by_source"]) == (
        "late",
        "late_events",
        1,
        {"late": 1},
    )
    assert reason.render("en") == "Events that had happened by then but came in afterwards: 1 (from late 1)."
    assert found.causes == ("late",)
    check_sums(found)


def test_what_happened_after_the_day_of_the_study_changes_nothing(ws: Workspace) -> None:
    ws.studies.save("spring", "funnel", MAP_ID, as_of="2026-03-31")
    late(ws, "会社03,2026-04-01,opportunity_won", "会社06,2026-05-01,opportunity_lost")
    found = ws.studies.show("spring")
    assert found.is_equal and found.reasons == ()


def test_a_changed_rule_names_its_reason(ws: Workspace) -> None:
    ws.studies.save("spring", "funnel", MAP_ID, min_n=1)
    ws.maps.add(MAP.replace("{event: quoted}", "{event: quoted, at_least: 2}"))
    found = ws.studies.show("spring")
    quoted = shown(found, "stages", "quote", "n")
    assert (quoted.frozen, quoted.restated, dict(quoted.by_cause)) == (23, 8, {"rules": -15})
    [reason] = found.reasons
    assert (reason.cause, reason.code) == ("rules", "changed_rule")
    assert (reason.values["was"], reason.values["now"]) == (1, 2)
    assert "way in: {event: quoted, at_least: 2} was added" in reason.render("en")
    check_sums(found)


def test_a_comment_in_the_map_is_no_reason(ws: Workspace) -> None:
    ws.studies.save("spring", "funnel", MAP_ID)
    ws.maps.add("# as agreed in May\n" + MAP)
    assert ws.studies.show("spring").reasons == ()


def test_each_of_two_causes_has_its_share(ws: Workspace) -> None:
    """By hand: n of `quote` is 23; the late win passes over it (+1) under both rules, the new rule takes away 15."""
    ws.studies.save("spring", "funnel", MAP_ID, min_n=1)
    late(ws, "会社03,2026-02-20,opportunity_won")
    ws.maps.add(MAP.replace("{event: quoted}", "{event: quoted, at_least: 2}"))
    found = ws.studies.show("spring")
    quoted = shown(found, "stages", "quote", "n")
    assert (quoted.frozen, quoted.restated, dict(quoted.by_cause)) == (23, 9, {"late": 1, "rules": -15})
    naive = shown(found, "transitions", "aware → quote", "naive", "share")
    assert naive.by_cause == {"late": pytest.approx(1 / 30), "rules": pytest.approx(-0.5)}
    # 8/23 → 9/24 (late) → 9/9, or 8/23 → 8/8 (rules) → 9/9: the mean of both orders
    passed = shown(found, "transitions", "quote → won", "naive", "share")
    assert passed.by_cause["late"] == pytest.approx(((9 / 24 - 8 / 23) + 0) / 2)
    assert passed.by_cause["rules"] == pytest.approx(((1 - 9 / 24) + (1 - 8 / 23)) / 2)
    assert {r.code for r in found.reasons} == {"late_events", "changed_rule"} and all(r.moved for r in found.reasons)
    check_sums(found)


def test_a_merged_account_names_its_reason(ws: Workspace) -> None:
    """会社01 turns out to be 会社00: its deal, lost, now belongs to that account, which won on the same days before."""
    ws.studies.save("spring", "funnel", MAP_ID, min_n=1)
    again(ws, deals=deals().replace("D1,会社01", "D1,会社00"))
    found = ws.studies.show("spring")
    assert shown(found, "provenance", "accounts").by_cause == {"moved": -1}
    moved = next(r for r in found.reasons if r.cause == "moved")
    assert moved.code == "merged_accounts" and moved.values["pairs"] == [
        "会社01 → 会社00 (4)"
    ]  # the deal and its three events
    assert moved.render("en") == "Records that now belong to another account: 4 (会社01 → 会社00 (4))."
    assert found.causes == ("moved",)
    check_sums(found)


def test_corrected_and_withdrawn_events_name_their_reason(ws: Workspace) -> None:
    ws.studies.save("spring", "funnel", MAP_ID, min_n=1)
    again(ws, deals=deals().replace("D0,会社00,受注", "D0,会社00,提案"))  # not won after all
    found = ws.studies.show("spring")
    assert shown(found, "stages", "won", "n").by_cause == {"corrected": -1}
    reason = next(r for r in found.reasons if r.cause == "corrected")
    assert (reason.code, reason.values["n"], reason.values["withdrawn"]) == ("corrected_data", 1, 1)
    assert {r.code for r in found.reasons} == {"corrected_data", "changed_opportunities"}
    assert next(r for r in found.reasons if r.cause == "records").render("en").endswith("It moved no figure.")


def test_changed_attributes_name_their_reason(ws: Workspace, tmp_path: Path) -> None:
    ws.studies.save("spring", "funnel", MAP_ID, min_n=1, segment="industry = '製造業'")
    companies = (tmp_path / "files" / "companies.csv").read_text("utf-8")
    again(ws, companies=companies.replace("会社01,製造業", "会社01,卸売業"))
    found = ws.studies.show("spring")
    assert shown(found, "provenance", "journeys").by_cause == {"records": -1}
    [reason] = found.reasons
    assert reason.render("en") == "Companies: 1 changed (industry), 0 are new."
    assert reason.code == "changed_attributes"


def test_changed_roles_name_their_reason(ws: Workspace) -> None:
    role = "account,person,role\n会社00,p0,{}\n"
    columns = {
        "columns": "account: account, person: person, role: role",
        "to": "membership",
        "source": "crm",
        "key": "person",
    }
    bring(ws, role.format("champion"), **columns)
    ws.maps.add(MAP.replace("{event: opportunity_opened}", "{event: opportunity_opened}, {event: met, role: champion}"))
    bring(
        ws, "account,person,at,name\n会社00,p0,2026-01-02,met\n", "account: account, person: person, at: at, name: name"
    )
    ws.studies.save("spring", "why", MAP_ID, "会社00")
    bring(ws, role.format("user"), **columns)
    found = ws.studies.show("spring")
    assert [r.code for r in found.reasons] == ["changed_roles"] and found.reasons[0].moved
    assert "Roles in buying groups: 1 changed (role), 0 are new." in found.explain("en")
    assert any(f.frozen == "2026-01-01T15:00:00+00:00" for f in found.figures)  # when the first stage was entered


def test_a_changed_segment_names_its_reason_and_a_removed_one_holds(ws: Workspace) -> None:
    ws.segments.add("big", "employees >= 300")
    saved = ws.studies.save("spring", "funnel", MAP_ID, min_n=1, segment="@big")
    assert saved.segments == {"big": "employees >= 300"}
    ws.segments.add("big", "employees >= 1000")
    found = ws.studies.show("spring")
    assert shown(found, "provenance", "journeys").by_cause == {"segment": -14}
    assert found.reasons[0].render("en") == "Segment @big said employees >= 300 then, and says employees >= 1000 now."
    ws.segments.remove("big")
    found = ws.studies.show("spring")
    assert found.is_equal
    assert found.reasons[0].code == "removed_segment" and not found.reasons[0].moved


def test_a_changed_setting_names_its_reason(ws: Workspace) -> None:
    ws.studies.save("spring", "dwell", MAP_ID)
    with tabiji.open(ws.folder.root, min_n=30) as stricter:
        found = stricter.studies.show("spring")
    assert [r.render("en") for r in found.reasons] == ["Setting min_n was 10, and is 30."]
    quoted = shown(found, "stages", "quote", "median_days")
    assert quoted.restated is None and quoted.by_cause == {} and found.reasons[0].moved


def test_another_tabiji_names_its_reason(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    ws.studies.save("spring", "funnel", MAP_ID, min_n=1)
    monkeypatch.setattr("tabiji.workspace.studies.reasons.__version__", "9.9.9")
    found = ws.studies.show("spring")
    assert found.is_equal and found.reasons[0].code == "newer_tabiji"
    assert found.reasons[0].render("en").endswith("; this is tabiji 9.9.9. It moved no figure.")


def test_a_question_that_can_no_longer_be_asked_keeps_its_answer(ws: Workspace) -> None:
    ws.studies.save("spring", "cohorts", MAP_ID, stage="quote")
    ws.maps.add(MAP.replace("id: quote", "id: offer"))
    found = ws.studies.show("spring")
    assert found.restated is None and found.problem is not None and not found.is_equal
    assert "there is no stage 'quote'" in found.explain("en") and found.frozen["stage"] == "quote"
    assert [r.code for r in found.reasons] == ["changed_rule"]
    assert found.to_dict()["problem"] == found.problem


@pytest.mark.parametrize("verb", [ask.name for ask in QUESTIONS.values() if not ask.subject])
def test_every_question_can_be_studied(ws: Workspace, verb: str) -> None:
    ws.studies.save("spring", verb, MAP_ID)
    found = ws.studies.show("spring")
    assert found.is_equal and found.n_figures > 0


def test_studies_are_listed_and_removed_and_never_overwritten(ws: Workspace) -> None:
    saved = ws.studies.save("spring", "funnel", MAP_ID)
    with pytest.raises(StudyExistsError, match="there is a study 'spring' already"):
        ws.studies.save("spring", "dwell", MAP_ID)
    [listed] = ws.studies.list()
    assert listed.to_dict() == saved.to_dict() and set(listed.answer) == {"question", "provenance"}
    assert ws.studies.get("spring") == saved
    with pytest.raises(NotFoundError, match="there is no study 'sprin'; did you mean 'spring'"):
        ws.studies.get("sprin")
    assert ws.studies.remove("spring") == saved
    assert ws.studies.list() == []


def test_what_cannot_be_saved_says_why(ws: Workspace) -> None:
    for name in ("", " ", "a/b", "x" * 101, "two\nlines"):
        with pytest.raises(StudyNameError):
            ws.studies.save(name, "funnel", MAP_ID)
    with pytest.raises(NotFoundError, match="there is no question 'funel'; did you mean 'funnel'"):
        ws.studies.save("spring", "funel", MAP_ID)
    with pytest.raises(NotFoundError, match="there is no map"):
        ws.studies.save("spring", "funnel", "nothing")
    with pytest.raises(FlagError, match="horizon: unknown flag"):
        ws.studies.save("spring", "funnel", MAP_ID, horizon=3)
    assert ws.studies.list() == []


def test_indexes_of_earlier_data_do_not_pile_up(ws: Workspace) -> None:
    for n in range(6):
        ws.studies.save(f"s{n}", "funnel", MAP_ID)
        late(ws, f"会社03,2026-02-{10 + n},seen")
        ws.studies.show(f"s{n}")
    assert len(list(ws.folder.index.glob("past-*"))) == 4


@pytest.mark.parametrize("acknowledged", [1, 7])
def test_killed_at_any_time_every_acknowledged_study_is_there(ws: Workspace, acknowledged: int) -> None:
    ws.map(MAP_ID).funnel()
    saver = Path(__file__).with_name("study_saver.py")
    with subprocess.Popen([sys.executable, saver, ws.folder.root], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            first = [process.stdout.readline() for _ in range(acknowledged)]
        finally:
            process.kill()
        assert first == [f"{n}\n" for n in range(acknowledged)]
        said = acknowledged + len(process.stdout.read().splitlines())
    with tabiji.open(ws.folder.root) as after:
        names = {study.name for study in after.studies.list()}
        assert {f"study {n}" for n in range(said)} <= names and len(names) <= said + 1
        assert after.studies.show("study 0").is_equal


def test_items_of_lists_go_by_their_names() -> None:
    answer = {
        "stages": [{"id": "a", "n": 1, "name": {"en": "A"}}, {"id": "b", "n": None}],
        "edges": [{"from": "a", "to": "b", "n": 2}], "variants": [{"path": ["a", "b"], "n": 3}],
        "pair": [4.5, 5], "notices": [{"code": "x"}], "provenance": {"events": 6, "fingerprint": "f", "excluded": {"no_event": 0}},
    }  # fmt: skip
    assert figures(answer) == {
        ("stages", "a", "n"): 1, ("stages", "b", "n"): None, ("edges", "a → b", "n"): 2, ("variants", "a → b", "n"): 3,
        ("pair", "1"): 4.5, ("pair", "2"): 5, ("provenance", "events"): 6, ("provenance", "excluded", "no_event"): 0,
    }  # fmt: skip
