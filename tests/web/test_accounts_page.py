"""The Accounts pages: the list with its filters and pages, and one account."""

import re
from html import unescape
from urllib.parse import urljoin
from urllib.request import urlopen

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from tabiji.journeymap import load
from tabiji.web.addresses import of_account, path_of
from tabiji.web.pages.accounts.account import account_page
from tabiji.web.pages.accounts.listing import letter_of
from tabiji.web.serve import serve_beside
from tabiji.workspace import Workspace
from web_cast import MAP, client_of

LIST = "/maps/new-business/accounts"


def plain(page: str) -> str:
    """The words of a page, without its elements."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def listed(page: str) -> list[str]:
    """Names of the rows."""
    return re.findall(r'<th scope="row"><a href="[^"]*">([^<]+)</a>', page)


def tabs(page: str) -> dict[str, int]:
    found = re.findall(r'<a class="tab[^"]*"[^>]*>([^<]+) <b>([\d,]+)</b></a>', page)
    return {label: int(n.replace(",", "")) for label, n in found}


def test_everybody_stands_somewhere(reader: TestClient, filled: Workspace):
    page = reader.get(LIST).text
    result = filled.map("new-business").accounts(sort="due")
    assert listed(page) == [a.described.name for a in result.accounts] and len(listed(page)) == 30
    assert "Shown 30 companies" in plain(page)
    assert tabs(page) == {
        "All stages": 30, **{result.stage_name(s, "en"): n for s, n in result.by_stage.items()},
        "All": 30, "Open": result.by_outcome["open"], "Won": 8, "Lost": 8, "Went silent": result.by_outcome["dormant"],
    }  # fmt: skip
    first = plain(re.findall(r"<tr>\s*<th scope=\"row\">(.*?)</tr>", page, re.S)[0])
    assert f"{result.accounts[0].stay_days:.0f} days" in first and "¥" in first and "employees" in first


def test_filters_narrow_the_list_and_stay_in_every_link(reader: TestClient):
    page = reader.get(f"{LIST}?outcome=open&industry=製造業&sort=name").text
    names = listed(page)
    assert names == sorted(names) and 0 < len(names) < 14
    links = [link.replace("&amp;", "&") for link in re.findall(r'<a class="tab[^"]*" href="([^"]+)"', page)]
    assert all("industry=" in link and "sort=name" in link for link in links)
    assert sum("outcome=open" in link for link in links) == 4 + 1  # of every stage, and of all; and its own tab
    for link in links:
        assert reader.get(link).status_code == 200
    assert 'name="outcome" value="open"' in page and '<option value="name" selected>' in page
    assert listed(reader.get(f"{LIST}?search=会社07").text) == ["会社07"]


def test_the_list_opens_with_whom_to_look_at_and_headings_order_it(reader: TestClient, filled: Workspace):
    page = reader.get(f"{LIST}?outcome=open").text
    assert '<option value="due" selected>' in page and "just passed the median of their stage" in plain(page)
    assert "aria-sort" not in page
    heads = dict(re.findall(r'<a class="sort" href="([^"]+)"[^>]*>([^<]+)<', page))
    orders = {label: unescape(href).split("sort=")[1].split("&")[0] for href, label in heads.items()}
    assert orders == {
        "Name": "name", "Stage, entered": "entered", "Days in the stage": "stay", "Goes on within 60 days": "outlook",
        "Last touch": "touch", "Opportunities": "amount",
    }  # fmt: skip
    assert all("outcome=open" in href for href in heads)
    measured = filled.map("new-business")
    touched = reader.get(f"{LIST}?sort=touch").text
    assert listed(touched) == [a.described.name for a in measured.accounts(sort="touch").accounts]
    assert touched.count("aria-sort") == 1 and re.search(
        r'aria-sort="descending"><a class="sort" href="[^"]*sort=silence', touched
    )
    silent = reader.get(f"{LIST}?sort=silence").text
    assert re.search(r'aria-sort="ascending"><a class="sort" href="[^"]*sort=touch', silent)
    assert "just passed the median" not in plain(silent)


def test_figures_open_receipts(reader: TestClient):
    page = reader.get(f"{LIST}?stage=quote&stalled=true").text
    links = [link.replace("&amp;", "&") for link in re.findall(r'data-receipt href="([^"]+)"', page)]
    assert len(links) >= 2
    for link in links:
        assert reader.get(link).status_code == 200, link
    sheet = plain(reader.get(links[0]).text)
    assert "Who fits" in sheet and "--stage quote --stalled" in sheet
    assert reader.get("/maps/new-business/receipt/accounts?measure=x").status_code == 404
    assert reader.get("/maps/new-business/receipt/accounts?measure=stay&stage=x").status_code == 404


def test_pages_follow_each_other(workspace: Workspace, tmp_path):
    (tmp_path / "e.csv").write_text(
        "company,at\n" + "".join(f"C{x:03},2026-01-{x % 28 + 1:02}\n" for x in range(120)), "utf-8"
    )
    (tmp_path / "m.yaml").write_text(
        "source: s\ntables: [{file: e.csv, to: event, columns: {account: company, name: \"'seen'\", at: at}}]\n",
        "utf-8",
    )
    workspace.import_(tmp_path / "m.yaml")
    workspace.maps.add("id: m\nstages: [{id: a, enters_when: [{event: seen}]}]\n")
    client = client_of(workspace)
    address, seen = "/maps/m/accounts?sort=name&lang=en", []
    for expected in (50, 50, 20):
        page = client.get(address).text
        seen += listed(page)
        assert len(listed(page)) == expected
        following = re.findall(r'rel="next" href="([^"]+)"', page)
        address = following[0].replace("&amp;", "&") if following else ""
    assert not address and seen == [f"C{x:03}" for x in range(120)]
    beyond = plain(client.get("/maps/m/accounts?page=9&lang=en").text)
    assert "There are only 3 pages." in beyond
    assert "Role missing" not in beyond  # the map expects nobody


def test_nobody_fits_and_no_data(reader: TestClient, client: TestClient, workspace: Workspace):
    page = reader.get(f"{LIST}?search=nobody").text
    assert "Nobody fits all of these conditions" in page and f'href="{LIST}"' in page
    workspace.maps.add(MAP)
    empty = client.get(f"{LIST}?lang=en").text
    assert "No event in the data fires a stage of this map yet" in empty and 'href="/data"' in empty


@pytest.mark.parametrize("query", ["stage=nowhere", "sort=luck", "page=0", "missing_role=king", "segment=nix"])
def test_what_cannot_be_asked_is_said(reader: TestClient, query: str):
    answer = reader.get(f"{LIST}?{query}")
    assert answer.status_code in (400, 422) and query.split("=")[1] in answer.text


def test_one_account(reader: TestClient, filled: Workspace):
    page = reader.get(f"{LIST}/会社05?as_of=2026-02-01").text
    words = plain(page)
    result = filled.map("new-business").timeline("会社05", as_of="2026-02-01")
    assert "Quote" in words and "製造業 · 300 employees" in words and "東京都" in words
    assert f"{result.stay_days:.0f} days" in words
    assert "<svg" in page and 'aria-label="会社05 is in Quote.' in page
    assert "Opportunity opened" in words and 'title="{event: quoted}"' in page  # receipts: the event and the rule
    assert re.search(r'title="{event: quoted}">Quote<', page) and "v1" in words
    assert "Why not in Won yet" in words and "no Opportunity won" in words
    assert "¥600k" in words and "D5" in words and 'title="600,000 JPY"' in page
    for link in re.findall(r'data-receipt href="([^"]+)"', page):
        assert reader.get(link.replace("&amp;", "&")).status_code == 200
    assert f'href="{LIST}?stage=quote"' in page


def test_the_outlook_of_an_account_opens_its_receipt(reader: TestClient, filled: Workspace):
    query = "min_n=1&horizon_days=30"
    row = next(
        a for a in filled.map("new-business").accounts(min_n=1, horizon_days=30).accounts if a.onward.share is not None
    )
    page = reader.get(f"{LIST}/{row.id}?{query}").text
    outlook = filled.map("new-business").timeline(row.id, min_n=1, horizon_days=30).outlook
    assert outlook is not None and outlook.onward == row.onward and outlook.stage == row.stage
    assert "Goes on within 30 days" in plain(page) and f"n={outlook.onward.n}" in plain(page)
    links = [
        link.replace("&amp;", "&") for link in re.findall(r'data-receipt href="([^"]+/receipt/outlook[^"]+)"', page)
    ]
    assert len(links) == 2 + 2 * sum(
        r.with_role.share is not None and r.without.share is not None for r in outlook.roles
    )
    sheets = [plain(reader.get(link).text) for link in links]
    assert all("not what will become of this one" in sheet and "--horizon-days 30" in sheet for sheet in sheets)
    assert f"goes on from {filled.map('new-business').accounts().stage_name(row.stage, 'en')}" in sheets[0]
    for wrong in ("side=x", "role=king"):
        assert reader.get(f"/maps/new-business/receipt/outlook?account={row.id}&{wrong}&{query}").status_code == 404


def test_the_list_tells_the_outlook_or_why_there_is_none(reader: TestClient):
    page = reader.get(f"{LIST}?sort=outlook&min_n=1&horizon_days=30").text
    assert "Goes on within 30 days" in plain(page) and "/receipt/outlook?" in page
    assert "too few to say" in reader.get(f"{LIST}?min_n=1000").text


def test_a_lost_account_says_so(reader: TestClient):
    words = plain(reader.get(f"{LIST}/会社01").text)
    assert "was lost" in words and "Next move" not in words
    assert "What it lacked for Won" in words and "Why not in" not in words  # it can enter nothing any more
    assert "People 0 Id" in words


def test_what_was_lacking_for_an_optional_stage_stands_behind(filled: Workspace):
    journey_map = load(MAP.replace("  - id: quote\n", "  - id: quote\n    optional: true\n"))
    measured = filled.measured(journey_map)
    page = account_page(journey_map, measured.timeline("会社03", as_of="2026-01-20"), "en")
    assert page.next_stage == "Won"
    assert [(m.stage, m.optional) for m in page.misses] == [("Won", False), ("Quote", True)]


def test_every_journey_tells_what_it_lacked(workspace: Workspace, tmp_path):
    rows = "C1,seen,2026-01-01\nC1,seen,2026-01-02\nC1,gone,2026-01-10\nC1,seen,2026-02-01\n"
    (tmp_path / "e.csv").write_text(f"company,name,at\n{rows}", "utf-8")
    (tmp_path / "m.yaml").write_text(
        "source: s\ntables: [{file: e.csv, to: event, columns: {account: company, name: name, at: at}}]\n", "utf-8"
    )
    workspace.import_(tmp_path / "m.yaml")
    workspace.maps.add(
        "id: m\nstages:\n- {id: a, name: {en: Here, ja: ここ}, enters_when: [{event: seen}]}\n"
        "- {id: b, name: {en: There, ja: あちら}, enters_when: [{event: met}, {event: seen, at_least: 3, within_days: 30}]}\n"
        "- {id: l, kind: failure, enters_when: [{event: gone}]}\n"
    )
    page = client_of(workspace).get("/maps/m/accounts/C1?lang=en").text
    words = plain(page)
    assert "Why not in There yet" in words and "1 of 3 seen within 30 days" in words  # the journey that runs
    assert "seen, at least 3 times within 30 days" in words  # the way in, in words
    assert "What it lacked for There : 2 of 3 seen within 30 days · no met" in words  # the one before it
    japanese = plain(client_of(workspace).get("/maps/m/accounts/C1?lang=ja").text)
    assert "あちらに足りなかったもの" in japanese and "seenが30日以内に3回以上" in japanese


def test_an_account_that_nobody_knows_is_told_in_the_language_of_the_reader(reader: TestClient):
    answer = reader.get(f"{LIST}/会社99x")
    assert answer.status_code == 404 and "there is no account" in answer.text and "会社99x" in answer.text
    assert "企業 &#39;nobody&#39; はありません" in reader.get(f"{LIST}/nobody?lang=ja").text
    assert reader.get(f"{LIST}/会社").status_code == 422  # many go by a name with that part


def test_an_account_before_its_first_event(reader: TestClient):
    words = plain(reader.get(f"{LIST}/会社29?as_of=2026-01-05").text)
    assert "has not entered any stage" in words and "No touch by that day" in words


ODD = [
    "..",
    ".",
    "a/b",
    "a%2Fb",
    "a/../b",
    "../x",
    "/a",
    "a/",
    "a//b",
    "%2e%2e",
    "a/b c?d",
    "a&b=c#d",
    "日本 商事",
    "a\\b",
    "-",
]


@pytest.fixture
def odd(workspace: Workspace, tmp_path) -> TestClient:
    """Persons whose ids are hard to write into an address."""
    rows = "".join(f'"{who}",2026-01-01\n' for who in ODD)
    (tmp_path / "e.csv").write_text("who,at\n" + rows, "utf-8")
    (tmp_path / "m.yaml").write_text(
        "source: s\ntables: [{file: e.csv, to: event, columns: {person: who, name: \"'seen'\", at: at}}]\n", "utf-8"
    )
    workspace.import_(tmp_path / "m.yaml")
    workspace.maps.add("id: m\nunit: person\nstages: [{id: a, enters_when: [{event: seen}]}]\n")
    return client_of(workspace)


def browsed(here: str, link: str) -> str:
    """Where a browser goes: dots between slashes are taken away first, also where they are escaped."""
    path, mark, query = unescape(link).partition("?")
    dots = {"%2e": ".", ".%2e": "..", "%2e.": "..", "%2e%2e": ".."}
    path = "/".join(dots.get(part.lower(), part) for part in path.split("/"))
    return urljoin(f"http://x{here}", path).removeprefix("http://x") + mark + query


def test_every_id_has_a_page_that_a_browser_can_open(odd: TestClient):
    links = re.findall(r'<th scope="row"><a href="([^"]+)"', odd.get("/maps/m/accounts?as_of=2026-06-30&lang=en").text)
    assert len(links) == len(ODD)
    address, opened = serve_beside(odd.app.state.workspace).rstrip("/"), []  # the client of the tests unescapes twice
    for link in links:
        assert "as_of=2026-06-30" in link
        with urlopen(address + browsed("/maps/m/accounts", link), timeout=30) as answer:
            page = answer.read().decode()
        opened.append(unescape(re.sub(r"\s*<.*", "", re.findall(r"<h1>(.*)", page)[0])).strip())
        assert 'aria-current="page"' in page  # the rail still says where one is
    assert sorted(opened) == sorted(ODD)


def test_an_address_leads_back_to_itself_as_it_was_written(odd: TestClient):
    scope = {
        "type": "http",
        "path": "/maps/m/accounts/a%2Fb c",
        "raw_path": b"/maps/m/accounts/a%252Fb%20c",
        "headers": [],
    }
    assert path_of(Request(scope)) == "/maps/m/accounts/a%252Fb%20c"
    assert path_of(Request({**scope, "raw_path": None})) == "/maps/m/accounts/a%252Fb%20c"
    page = odd.get("/maps/m/accounts/a%2Fb%20c%3Fd?as_of=x&lang=en").text  # a wrong flag offers the page again
    assert 'action="/maps/m/accounts/a%2Fb%20c%3Fd"' in page and 'href="/maps/m/accounts/a%2Fb%20c%3Fd"' in page


def test_the_address_of_an_account_can_be_read_back(odd: TestClient):
    assert of_account("m", "会社 1") == "/maps/m/accounts/%E4%BC%9A%E7%A4%BE%201"
    assert of_account("m", "..") == "/maps/m/accounts/?id=.."
    page = odd.get("/maps/m/accounts/?id=..&lang=en").text
    assert 'href="?id=..&amp;lang=ja"' in page  # the language is switched on the same page
    assert odd.get("/maps/m/accounts/").status_code == 200  # nobody named: the list


def test_the_map_leads_to_those_who_stand_in_a_stage(reader: TestClient):
    links = re.findall(
        r'<a class="there no-print" href="([^"]+)"', reader.get("/maps/new-business?as_of=2026-03-01").text
    )
    assert [link.replace("&amp;", "&") for link in links][1] == f"{LIST}?as_of=2026-03-01&stage=quote&outcome=open"
    assert links[2].endswith("stage=won&amp;outcome=won")  # who has won is not open
    assert listed(reader.get(links[1].replace("&amp;", "&")).text)


def test_letters_of_roles():
    assert [letter_of(n) for n in ("決裁者", "Decision maker", "User", "IT and security", "x")] == [
        "決",
        "DM",
        "U",
        "I",
        "X",
    ]


def test_the_list_can_be_divided_and_cut_to_one_value(reader: TestClient, filled: Workspace):
    result = filled.map("new-business").accounts(by="industry")
    page = reader.get(f"{LIST}?by=industry").text
    counts = tabs(page)
    assert {g.value: counts[g.value] for g in result.groups} == {g.value: g.total for g in result.groups}
    assert '<option value="industry" selected>' in page
    links = [link.replace("&amp;", "&") for link in re.findall(r'<a class="tab[^"]*" href="([^"]+)"', page)]
    chosen = next(link for link in links if "group=" in link)
    one = reader.get(chosen).text
    assert len(listed(one)) == result.groups[0].total < 30 and tabs(one)[result.groups[0].value] == len(listed(one))
    sheet = next(link.replace("&amp;", "&") for link in re.findall(r'data-receipt href="([^"]+)"', one))
    assert f"accounts(by='industry', group='{result.groups[0].value}')" in unescape(plain(reader.get(sheet).text))
    undivided = reader.get(chosen.replace("by=industry", "")).text
    assert len(listed(undivided)) == 30  # a group of nothing asks for nothing
