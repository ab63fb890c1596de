"""The Buying group page: matrix, differences, order, influence, consensus, engagement; receipts, switches, empty states."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import tabiji
from group_lake import fill
from tabiji import i18n
from tabiji.lake import Lake
from tabiji.workspace import Workspace
from web_cast import client_of

PAGE = "/maps/deals/group"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with roles and answers."""
    root = tmp_path_factory.mktemp("group")
    with tabiji.init(root / "ws") as made:
        fill(made, root / "files")
    return root / "ws"


@pytest.fixture
def opened(folder: Path) -> Iterator[Workspace]:
    """The workspace, opened."""
    with tabiji.open(folder) as workspace:
        yield workspace


@pytest.fixture
def visitor(opened: Workspace) -> TestClient:
    """An English reader."""
    made = client_of(opened)
    made.cookies.set("tabiji_lang", "en")
    return made


def plain(page: str) -> str:
    """The words of a page, without its elements."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_answer_stands_above_and_the_loss_is_marked_once(visitor: TestClient, opened: Workspace) -> None:
    page = visitor.get(PAGE).text
    with i18n.use("en"):
        said = opened.map("deals").group().explain()
    assert said.startswith("Decision maker shows up in only 50% of the 40 journeys in Consideration")
    assert said in plain(page)
    assert page.count('class="loses"') == 1
    assert re.search(r"with it [\d.]+ times as many go on", plain(page))


def test_the_matrix_has_a_row_per_role_and_both_completenesses(visitor: TestClient) -> None:
    page = visitor.get(PAGE).text
    matrix = page[page.index('<table class="grid group">') : page.index("</table>")]
    rows = [plain(row) for row in re.findall(r"<tr[^>]*>(.*?)</tr>", matrix, re.S)]
    heads = [row.strip().split(" required")[0] for row in rows]
    assert heads[1:4] == ["Decision maker", "Champion", heads[3]] and heads[3].startswith("User")
    assert rows[4].strip().startswith("Complete (Adobe)") and rows[5].strip().startswith("Complete (Salesforce)")
    assert "required: 2" in rows[2]
    # Champions: one of two required everywhere; decision makers in half of the journeys.
    assert "50%" in rows[4] and "25%" in rows[5]
    assert matrix.count("planned") == 2 + 1  # both cells, and the legend above


def test_figures_open_receipts_with_filters_and_switches(visitor: TestClient) -> None:
    page = visitor.get(f"{PAGE}?industry=製造業&landmark_days=14&min_n=3").text
    links = {link.replace("&amp;", "&") for link in re.findall(r'data-receipt href="([^"]+)"', page)}
    assert {re.search(r"measure=(\w+)", link)[1] for link in links} >= {  # type: ignore[index]
        "by_end", "adobe", "salesforce", "shown", "first", "with", "without", "within", "active", "days",
        "difference", "pair", "state", "score",
    }  # fmt: skip
    assert all("landmark_days=14" in link and "industry=%E8%A3%BD" in link for link in links)
    for link in links:
        assert visitor.get(link).status_code == 200, link
    told = plain(visitor.get("/maps/deals/receipt/group?measure=with&stage=consider&role=decision_maker").text)
    assert "30 days after entering it" in told and "difference, adjusted" in told
    assert "tabiji -w" in told and " group deals" in told
    pair = plain(visitor.get("/maps/deals/receipt/group?measure=pair&role=champion&second=decision_maker").text)
    assert "Champion → Decision maker" in pair and "by chance" in pair
    days = plain(visitor.get("/maps/deals/receipt/group?measure=days&role=decision_maker").text)
    assert "15 days" in days and "middle half" in days
    for wrong in ("pair&role=champion&second=x", "days&role=x", "difference&stage=won&role=user", "state&stage=x"):
        assert visitor.get(f"/maps/deals/receipt/group?measure={wrong}").status_code == 404, wrong
    assert visitor.get("/maps/deals/receipt/group?measure=nonsense").status_code == 404
    assert visitor.get("/maps/deals/receipt/group?measure=by_end&stage=consider&role=champio").status_code == 404


def test_switches_change_the_question_and_stay(visitor: TestClient, opened: Workspace) -> None:
    page = visitor.get(f"{PAGE}?landmark_days=40&within_days=7&from=2026-01-08").text
    assert "still in the stage on day 40" in plain(page)
    assert "within 7 days after the first" in plain(page) or "No role is seen to follow" in plain(page)
    assert 'name="landmark_days" value="40"' in page
    expected = opened.map("deals").group(from_="2026-01-08").total.n
    assert f"{expected} journeys" in plain(page)
    assert re.search(r"landmark_days=0(&amp;|#)", page)


def test_order_handover_and_influence(visitor: TestClient) -> None:
    words = plain(visitor.get(PAGE).text)
    assert re.search(r"Role, in the usual order.*Champion.*0 days.*Decision maker.*15 days.*User.*20 days", words)
    assert "From Champion to Decision maker:" in words
    assert "All pairs as a table" in words and "(drawn in the map)" in words
    assert 'aria-label="Who shows up soon after whom, more often than chance"' in visitor.get(PAGE).text


def test_consensus_and_engagement(visitor: TestClient, opened: Workspace) -> None:
    words = plain(visitor.get(PAGE).text)
    total = opened.map("deals").group().total.consensus.states[0]
    assert total.blocked > 0
    assert f"{total.blocked} blocked; of {total.unknown} it is not known." in words
    assert "Groups to look at: blocked or split" in words
    assert "the most active one is 100" in words
    assert "Weights: every touchpoint of the map weighs alike; the weights of the map's buying group." in words.replace(
        "&#39;", "'"
    )


def test_segments_are_compared_where_the_role_is_missing(visitor: TestClient) -> None:
    assert "Choose what to divide the journeys by." in plain(visitor.get(PAGE).text)
    page = visitor.get(f"{PAGE}?by=industry").text
    table = page[page.index('id="segments"') :]
    assert "Who had shown up by the end of Consideration" in plain(table)
    assert [plain(row).split()[0] for row in re.findall(r'<th scope="row">(.*?)</tr>', table, re.S)] == [
        "製造業",
        "卸売業",
    ]
    links = [link.replace("&amp;", "&") for link in re.findall(r'data-receipt href="([^"]+)"', table)]
    assert len(links) == 2 * 4 and all("industry=%E" in link for link in links)
    told = plain(visitor.get(links[0]).text)
    assert "industry = '製造業'" in told.replace("&#39;", "'") and "n 26" in told
    assert visitor.get(f"{PAGE}?by=size").status_code == 200
    assert "industry" in plain(visitor.get(f"{PAGE}?by=nonsense").text).lower()


def test_the_csv_has_the_matrix(visitor: TestClient) -> None:
    rows = list(csv.DictReader(io.StringIO(visitor.get(f"{PAGE}.csv").text.removeprefix("\ufeff"))))
    cell = next(r for r in rows if (r["stage"], r["role"]) == ("consider", "decision_maker"))
    assert (float(cell["share"]), cell["n"], cell["planned"]) == (0.5, "40", "True")
    assert float(cell["onward_difference"]) > 0


def test_the_same_over_http(visitor: TestClient, opened: Workspace) -> None:
    told = visitor.get("/api/v1/maps/deals/group?landmark_days=14&segment=industry = '製造業'").json()
    expected = opened.map("deals").group(landmark_days=14, segment="industry = '製造業'").to_dict()
    assert told["coverage"] == expected["coverage"]
    assert told["completeness"]["adobe"]["share"] == expected["completeness"]["adobe"]["share"]
    assert visitor.get("/api/v1/maps/deals/group?from_role=nobody").status_code == 404
    assert visitor.get("/api/v1/maps/deals/group?landmark=3").status_code in (400, 422)


def test_a_japanese_reader_meets_no_english(opened: Workspace) -> None:
    made = client_of(opened)
    made.cookies.set("tabiji_lang", "ja")
    words = plain(made.get(PAGE).text)
    assert "決裁者は検討の 50%（40 件中）にしか現れず" in words
    assert not re.search(r"Who |shows up|journeys|Decision|planned", words)


def test_the_lake_is_asked_a_fixed_number_of_times(visitor: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    # Everything but statements and attributes is read from the index, and those are kept: nothing is asked per account.
    visitor.get(PAGE)
    asked: list[int] = []
    connect = Lake.connect

    def counted(lake: Lake, **named: Any) -> Any:
        asked.append(1)
        return connect(lake, **named)

    monkeypatch.setattr(Lake, "connect", counted)
    visitor.get(PAGE)
    once = len(asked)
    visitor.get(f"{PAGE}?min_n=1")
    assert len(asked) == 2 * once <= 12


def test_filters_that_leave_nobody_are_said_to(visitor: TestClient) -> None:
    words = plain(visitor.get(f"{PAGE}?from=2030-01-01").text)
    assert "No journey fits these filters" in words


def test_without_roles_the_page_says_what_to_bring(reader: TestClient) -> None:
    words = plain(reader.get("/maps/new-business/group").text)
    assert "No role is known" in words and "to: membership" in words


def test_an_empty_workspace_is_told_to_bring_data(client: TestClient, workspace: Workspace) -> None:
    from web_cast import MAP

    workspace.maps.add(MAP)
    client.cookies.set("tabiji_lang", "en")
    page = client.get("/maps/new-business/group")
    assert page.status_code == 200 and "No journey to show" in plain(page.text)


def test_the_members_of_one_group_are_told_where_asked(visitor: TestClient, opened: Workspace) -> None:
    disputes = opened.map("deals").group().total.consensus.disputes
    unit = disputes[0].unit
    page = visitor.get(PAGE).text
    assert f"members_of={unit}#members" in page and "Who stands where in" not in page
    shown = plain(visitor.get(f"{PAGE}?members_of={unit}").text)
    assert f"Who stands where in {unit}" in shown and "against" in shown
    told = opened.map("deals").group(members_of=unit).members
    assert told is not None and {m.person for m in told.members} >= {f"c{unit[1:]}", f"u{unit[1:]}"}
    assert told.state == disputes[0].state
    counts = disputes[0]
    assert sum(m.stance == "against" for m in told.members) == counts.against
    assert sum(m.stance == "silent" for m in told.members) == counts.silent
    assert visitor.get(f"{PAGE}?members_of=nobody-at-all").status_code == 404
    answer = visitor.get("/api/v1/maps/deals/group", params={"members_of": unit}).json()
    assert [m["person"] for m in answer["members_of"]["members"]] == [m.person for m in told.members]
