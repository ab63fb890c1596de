"""Data that tell nobody's role: who is missing is not known, and nothing of it is told as 0."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import tabiji
from tabiji.metrics.roles import NO_ROLE_KNOWN, NOBODY_IS_MISSING
from tabiji.workspace import Workspace
from web_cast import MAP, client_of, fill

WITH_ROLES = (
    MAP.replace("enters_when: [{event: quoted}]", "enters_when: [{event: quoted}]\n    roles: [champion]")
    + "buying_group: [{role: decision_maker, required: 1}]\n"
)
MEMBERS = "person,account,role,day\nmika,会社00,champion,2026-01-10\nnobody,会社01,champion,\n"
MAPPING = """\
source: crm
tables:
  - file: members.csv
    to: membership
    key: person
    columns: {person: person, account: account, role: role}
"""
EVENT = """\
    events: [{name: called, at: day, person: person}]
"""


@pytest.fixture(scope="module")
def deals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    root = tmp_path_factory.mktemp("roles")
    with tabiji.init(root / "ws") as made:
        fill(made, root / "files")
        made.maps.add(WITH_ROLES)
        yield made


def test_completeness_and_coverage_are_undefined_with_a_reason(deals: Workspace) -> None:
    told = deals.map("new-business").group().to_dict()
    complete = [told["completeness"], *told["completeness"]["stages"]]
    shares = [row[which] for row in complete for which in ("adobe", "salesforce")]
    shares += told["coverage"] + [c["during"] for c in told["coverage"]] + [r["shown"] for r in told["order"]["roles"]]
    assert {(s["share"], s["low"], s["high"], s["reason"]) for s in shares} == {(None, None, None, NO_ROLE_KNOWN)}
    assert told["completeness"]["adobe"]["n"] == 30
    assert {r["reason"] for r in deals.map("new-business").reach().to_dict()["roles"]} == {NO_ROLE_KNOWN}


def test_nobody_is_missing_and_it_is_said_why(deals: Workspace) -> None:
    listed = deals.map("new-business").accounts()
    assert {a.missing for a in listed.accounts} == {()}
    assert [n.code for n in listed.notices] == ["no_role_known"]
    told = listed.to_dict()
    assert (told["knows_roles"], told["roles"]) == (False, ["decision_maker", "champion"])
    assert deals.map("new-business").accounts(missing_role="decision_maker").total == 0
    one = deals.map("new-business").timeline("会社00")
    assert (one.missing, one.to_dict()["knows_roles"]) == ((), False)
    assert {(r["due"], r["missing"]) for r in one.to_dict()["roles"]} == {(False, False)}
    assert one.explain("en").endswith(NOBODY_IS_MISSING)


def test_the_pages_say_it_too(deals: Workspace) -> None:
    client = client_of(deals)
    listed = client.get("/maps/new-business/accounts?lang=en").text
    assert NOBODY_IS_MISSING in listed
    assert 'class="role missing"' not in listed and 'name="missing_role"' not in listed
    one = client.get("/maps/new-business/accounts/会社00?lang=en").text
    assert NOBODY_IS_MISSING in one
    assert 'id="group"' not in one
    group = client.get("/maps/new-business/group?lang=en").text
    assert "No role is known" in group and "0%" not in group


def test_one_known_role_makes_the_others_missing(deals: Workspace, tmp_path: Path) -> None:
    (tmp_path / "members.csv").write_text(MEMBERS, "utf-8")
    for mapping, known in ((MAPPING, False), (MAPPING + EVENT, True)):  # who did nothing has not shown up
        (tmp_path / "mapping.yaml").write_text(mapping, "utf-8")
        deals.import_(tmp_path / "mapping.yaml")
        assert deals.map("new-business").timeline("会社00").knows_roles == known
    assert [r.role for r in deals.map("new-business").timeline("会社00").missing] == ["decision_maker"]
    assert deals.map("new-business").group().total.completeness[0].adobe.share == 0
