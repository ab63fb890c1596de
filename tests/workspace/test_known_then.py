"""`--known-as-of`: answers, notes, stances, roles and attributes as they had been received by then, with the content of then."""

from pathlib import Path

import pytest

import tabiji
from tabiji.errors import NotFoundError
from tabiji.workspace import Workspace

MAPPING = """\
source: crm
timezone: UTC
tables:
  - {file: accounts.csv, to: account, key: id, columns: {name: id, industry: industry, received_at: told}}
  - {file: people.csv, to: person, key: id, columns: {account: account, name: id, received_at: told}}
  - {file: roles.csv, to: membership, key: id, columns: {account: account, person: person, role: role, received_at: told}}
  - {file: events.csv, to: event, key: id, columns: {account: account, person: person, name: name, at: at, received_at: told}, properties: [sentiment, stance]}
  - {file: answers.csv, to: survey, key: id, columns: {account: account, person: person, kind: kind, score: score, at: at, received_at: told}}
"""
MAP = """\
id: m
stages:
  - {id: aware, enters_when: [{event: visit}]}
  - {id: use, enters_when: [{event: login}]}
buying_group: [{role: champion}]
"""
FIRST = {
    "accounts": "id,industry,told\nA,retail,2026-02-01\nB,retail,2026-02-01\n",
    "people": "id,account,told\np,A,2026-02-01\nq,B,2026-02-01\n",
    "roles": "id,account,person,role,told\nr1,A,p,champion,2026-02-01\n",
    "events": "id,account,person,name,at,sentiment,stance,told\n"
    "e1,A,p,visit,2026-01-10,,,2026-02-01\ne2,B,q,visit,2026-01-10,,,2026-02-01\n"
    "e3,A,p,ticket,2026-01-12,negative,,2026-02-01\ne4,B,q,call,2026-01-12,,for,2026-02-01\n",
    "answers": "id,account,person,kind,score,at,told\ns1,A,p,nps,3,2026-01-11,2026-02-01\ns2,B,q,nps,10,2026-01-11,2026-02-01\n",
}
CORRECTED = {
    "accounts": "id,industry,told\nA,retail,2026-02-01\nB,bank,2026-05-01\nC,bank,2026-05-01\n",
    "events": "id,account,person,name,at,sentiment,stance,told\n"
    "e3,A,p,ticket,2026-01-12,positive,,2026-05-01\ne4,B,q,call,2026-01-12,,against,2026-05-01\n",
    "answers": "id,account,person,kind,score,at,told\ns1,A,p,nps,10,2026-01-11,2026-05-01\n",
}
LATE_ROLE = {"roles": "id,account,person,role,told\nr1,A,p,champion,2026-02-01\nr2,B,q,champion,2026-05-01\n"}


def bring(workspace: Workspace, folder: Path, files: dict[str, str]) -> None:
    folder.mkdir(exist_ok=True)
    for name, rows in files.items():
        (folder / f"{name}.csv").write_text(rows, "utf-8")
    kept = [
        line for line in MAPPING.splitlines() if "file:" not in line or line.split("file: ")[1].split(".")[0] in files
    ]
    (folder / "mapping.yaml").write_text("\n".join(kept), "utf-8")
    workspace.import_(folder / "mapping.yaml")


def made(folder: Path, *imports: dict[str, str]) -> Workspace:
    workspace = tabiji.init(folder / "ws")
    for x, files in enumerate((FIRST, *imports)):
        bring(workspace, folder / f"import{x}", files)
    workspace.maps.add(MAP)
    return workspace


THEN = {"known_as_of": "2026-03-01", "min_n": 1}


def test_what_was_corrected_later_counts_as_it_was_then(tmp_path: Path) -> None:
    with made(tmp_path, CORRECTED) as workspace:
        measured = workspace.map("m")

        def told(**flags: object) -> tuple[object, object, object]:
            nps = measured.voice(**flags).of("nps")
            notes = next(f for f in measured.emotion(**flags).negative if f.stage is None)
            members = measured.group(members_of="B", **flags).members
            assert nps is not None and members is not None
            return dict(nps.groups), (notes.negative, notes.share.n), [m.stance for m in members.members]

        assert told(min_n=1) == ({"promoters": 2, "passives": 0, "detractors": 0}, (0, 1), ["against"])
        assert told(**THEN) == ({"promoters": 1, "passives": 0, "detractors": 1}, (1, 1), ["for"])


def test_a_role_that_was_told_later_was_not_known(tmp_path: Path) -> None:
    with made(tmp_path, LATE_ROLE) as workspace:
        measured = workspace.map("m")

        def shown(**flags: object) -> object:
            return next(r.shown.share for r in measured.group(**flags).total.order if r.role == "champion")

        assert shown(min_n=1) == 1.0
        assert shown(**THEN) == 0.5


def test_a_unit_of_which_nothing_had_been_told_by_then_is_taken_for_what_it_is_now(tmp_path: Path) -> None:
    with made(tmp_path) as workspace:
        events = "id,account,person,name,at,sentiment,stance,told\ne9,D,,visit,2026-01-10,,,2026-02-01\n"
        bring(workspace, tmp_path / "d", {"events": events, "accounts": "id,industry,told\nD,bank,2026-06-01\n"})
        found = workspace.map("m").funnel(by="industry", **THEN)
        assert {g.value: g.n for g in found.groups} == {"retail": 2, "bank": 1}


@pytest.mark.parametrize("imports", [(), (CORRECTED,)])
def test_attributes_are_those_of_then(tmp_path: Path, imports: tuple[dict[str, str], ...]) -> None:
    with made(tmp_path, *imports) as workspace:
        measured = workspace.map("m")

        def n(**flags: object) -> int:
            return measured.funnel(**flags).provenance.journeys

        assert n(segment="industry = 'retail'", **THEN) == 2
        assert n(segment="industry = 'retail'", min_n=1) == (1 if imports else 2)
        groups = {g.value: g.n for g in measured.funnel(by="industry", **THEN).groups}
        assert groups == {"retail": 2}


def test_an_account_that_was_not_known_then_is_not_offered_as_its_own_neighbour(tmp_path: Path) -> None:
    with made(tmp_path, CORRECTED) as workspace, pytest.raises(NotFoundError) as raised:
        workspace.map("m").why("C", known_as_of="2026-03-01")
    assert "did you mean 'C'" not in str(raised.value)
