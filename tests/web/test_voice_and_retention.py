"""The pages about voice and retention: what customers said and felt, who stayed, receipts for every figure, and empty states."""

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

import tabiji
from tabiji.charts.wording import interval, percent
from tabiji.workspace import Workspace
from web_cast import client_of

VOICE, RETENTION = "/maps/after/voice", "/maps/after/retention"
MAP = """\
id: after
name: {ja: 導入後, en: After the sale}
stages:
  - {id: signed, name: {ja: 契約, en: Contract}, enters_when: [{event: subscription_started}]}
  - {id: value, name: {ja: 効果, en: Value}, enters_when: [{event: review_held}]}
  - {id: churned, name: {ja: 解約, en: Churned}, kind: failure, enters_when: [{event: subscription_cancelled}]}
touchpoints: [{id: qbr, name: {ja: 四半期レビュー, en: Review}, matches: [{event: review_held}]}]
lanes: {user: {signed: {emotion: 0.5}, value: {emotion: 1.0}}}
"""
MAPPING = """\
source: app
tables:
  - {file: accounts.csv, to: account, key: id, columns: {name: name, industry: industry}, properties: [licences]}
  - {file: people.csv, to: person, key: id, columns: {account: account, name: id}}
  - {file: members.csv, to: membership, key: id, columns: {account: account, person: id, role: role}}
  - {file: events.csv, to: event, key: id, columns: {account: account, person: person, name: name, at: at, channel: channel, value: value}, properties: [sentiment]}
  - {file: answers.csv, to: survey, key: id, columns: {account: account, person: person, at: at, kind: kind, score: score, comment: comment, touchpoint: touchpoint}}
"""
N = 40


def rows() -> dict[str, list[list[object]]]:
    """Forty customers: every fifth cancels after 400 days, those complain before; all answer surveys and log in."""
    begin, out = date(2024, 1, 10), {"accounts": [], "people": [], "members": [], "events": [], "answers": []}

    def event(
        account: str, person: str, name: str, on: date, channel: str, value: object = "", sentiment: str = ""
    ) -> None:
        out["events"].append([f"e{len(out['events'])}", account, person, name, on, channel, value, sentiment])

    for i in range(N):
        account, person, on = f"c{i:02}", f"p{i:02}", begin + timedelta(days=5 * i)
        leaves = i % 5 == 0
        out["accounts"].append([account, f"会社{i:02}", "製造業" if i % 2 else "卸売業", 10])
        out["people"].append([person, account])
        out["members"].append([person, account, "user"])
        event(account, person, "subscription_started", on, "contract", 1000 * (i + 1))
        event(account, person, "review_held", on + timedelta(days=100), "qbr")
        event(account, person, "subscription_renewed", on + timedelta(days=365), "contract", 1100 * (i + 1))
        for d in range(5, 330 if leaves else 720, 30):
            event(account, person, "login", on + timedelta(days=d), "product")
        event(
            account,
            person,
            "ticket_opened",
            on + timedelta(days=370),
            "support",
            "",
            "negative" if leaves else "neutral",
        )
        if leaves:
            event(account, person, "subscription_cancelled", on + timedelta(days=400), "contract")
        answered = [("nps", 2 if leaves else 9 + i % 2, 200), ("csat", 2 + i % 4, 50)]
        for kind, score, after in answered:
            words = "<script>alert(1)</script> 遅い" if leaves and kind == "nps" else ""
            out["answers"].append(
                [f"{kind}{i}", account, person, on + timedelta(days=after), kind, score, words, "qbr"]
            )
    return out


HEADS = {
    "accounts": "id,name,industry,licences", "people": "id,account", "members": "id,account,role",
    "events": "id,account,person,name,at,channel,value,sentiment", "answers": "id,account,person,at,kind,score,comment,touchpoint",
}  # fmt: skip


@pytest.fixture(scope="module")
def customers_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("customers")
    for name, listed in rows().items():
        lines = [HEADS[name], *(",".join(str(x) for x in row) for row in listed)]
        (root / f"{name}.csv").write_text("\n".join(lines) + "\n", "utf-8")
    (root / "mapping.yaml").write_text(MAPPING, "utf-8")
    with tabiji.init(root / "ws") as made:
        made.import_(root / "mapping.yaml")
        made.maps.add(MAP)
    return root / "ws"


@pytest.fixture
def customers(customers_folder: Path) -> Iterator[Workspace]:
    with tabiji.open(customers_folder) as opened:
        opened.map("after").emotion()
        yield opened


@pytest.fixture
def reads(customers: Workspace) -> TestClient:
    client = client_of(customers)
    client.headers["Accept-Language"] = "en"
    client.get(f"{VOICE}?lang=en")  # the first question waits for the index behind a page of its own
    client.app.state.measured.add("after")
    return client


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def links(page: str) -> list[str]:
    return [link.replace("&amp;", "&") for link in re.findall(r'data-receipt href="([^"]+)"', page)]


def test_scores_feelings_and_comments(reads: TestClient, customers: Workspace) -> None:
    page = reads.get(f"{VOICE}?lang=en").text
    result = customers.map("after").voice()
    nps = result.of("nps")
    assert nps is not None and nps.total.score.mean == 60.0  # 32 promoters, 8 detractors
    words = plain(page)
    assert "The net promoter score is +60" in words
    assert "promoters 9–10 32" in words and "detractors 0–6 8" in words
    assert "Emotion along the map" in words and "everybody" in words and "User" in words
    assert "&lt;script&gt;alert(1)" in page and "<script>alert(1)" not in page
    comments = re.search(r'<ul class="comments">.*?</ul>', page, re.S)
    assert comments is not None and ">会社35</a>" in comments.group(0)  # by its name, as on every other page
    assert "All stages 40 8 20% 10–35%" in words
    assert "is not known: only 8 journeys were lost, at least 10 are needed." in words
    assert "nobody was lost without a negative touch" in plain(reads.get(f"{VOICE}?lang=en&min_n=5").text)


def test_feelings_are_divided_by_segment_too(reads: TestClient, customers: Workspace) -> None:
    assert 'class="moods small"' not in reads.get(f"{VOICE}?lang=en").text
    page = reads.get(f"{VOICE}?lang=en&by=industry").text
    result = customers.map("after").emotion(by="industry")
    small = page.split('class="moods small"')[1].split("</table>")[0]
    shown = dict(re.findall(r"<h3>([^<]+) <small>n=([\d,]+)</small>", small))
    assert shown == {
        g.value: str(sum(f.measured.n for f in g.feelings if f.role is None)) for g in result.groups
    }  # fmt: skip
    told = [f.measured for f in result.groups[0].feelings if f.role is None and f.measured.mean is not None]
    assert told and all(f"n={m.n}" in small for m in told)
    found = [link for link in links(page) if "/receipt/felt" in link and "value=" in link]
    assert len(found) == sum(f.role is None for g in result.groups for f in g.feelings)
    sheets = [plain(reads.get(link).text) for link in found]
    assert all("--by industry" in sheet for sheet in sheets) and "卸売業" in sheets[0]
    of_all = [link for link in links(page) if "/receipt/felt" in link and "value=" not in link]
    assert of_all and not any("by=" in link for link in of_all)
    assert reads.get("/maps/after/receipt/felt?stage=signed&by=industry&value=x").status_code == 404


def test_every_figure_of_the_voice_page_opens_its_receipt(reads: TestClient) -> None:
    for cut in ("stage", "role", "touchpoint", "month"):
        found = links(reads.get(f"{VOICE}?lang=en&cut={cut}&industry=製造業").text)
        assert len(found) > 12 and all("industry=" in link for link in found)
        for link in sorted(set(found))[:: 3 if cut == "month" else 1]:
            answer = reads.get(link)
            assert answer.status_code == 200, link


def test_scores_are_divided_by_segment_too(reads: TestClient, customers: Workspace) -> None:
    page = reads.get(f"{VOICE}?lang=en&by=industry").text
    groups = customers.map("after").voice(by="industry").groups
    assert [g.value for g in groups] == ["卸売業", "製造業"]
    found = [link for link in links(page) if "value=" in link and "/receipt/voice" in link]
    assert len(found) == 2 * sum(len(g.surveys) for g in groups)
    sheet = plain(reads.get(next(link for link in found if "survey=nps" in link)).text)
    nps = next(s for s in groups[0].surveys if s.kind == "nps")
    assert f"{nps.total.score.n} answers" in sheet and "--by industry" in sheet and "卸売業" in sheet
    assert all(reads.get(link).status_code == 200 for link in found)
    assert reads.get("/maps/after/receipt/voice?survey=nps&by=industry&value=x").status_code == 404


def test_the_horizon_and_the_window_reach_the_questions_of_the_pages(reads: TestClient) -> None:
    words = plain(reads.get(f"{RETENTION}?lang=en&horizon_days=77&from=2024-03-01").text)
    assert "After 77 days 100% of the subscriptions" in words and "Customers ever 29 companies" in words
    told = next(
        link
        for link in links(reads.get(f"{RETENTION}?lang=en&horizon_days=77&from=2024-03-01").text)
        if "part=auc" in link
    )
    sheet = plain(reads.get(told).text)
    assert "--from 2024-03-01" in sheet and "--horizon-days 77" in sheet and "every 77 days back" in sheet
    voice = plain(reads.get(f"{VOICE}?lang=en&horizon_days=77").text)
    assert "--horizon-days does not change the scores" in voice


def test_retention_by_every_definition(reads: TestClient, customers: Workspace) -> None:
    page = reads.get(f"{RETENTION}?lang=en&as_of=2025-09-30").text
    words = plain(page)
    result = customers.map("after").retention(as_of="2025-09-30")
    assert result.total.customers == {"ever": 40, "start": 40, "new": 0, "left": 8, "ended": 8, "end": 32}
    assert "Of 40 customers at the start of the 365 days, 8 are none any more." in words
    assert "20% 10–35%" in words and "8 / 40" in words
    for name in (
        "left, of those at the start",
        "cohort (Kaplan–Meier)",
        "failure stage of the map",
        "renewals that came up",
    ):
        assert name in words
    assert "subscription_started (40)" in words
    assert page.count("<svg") > 15
    money = result.total.money[0]
    assert money.currency == "JPY"
    assert money.definitions[0].net.share == pytest.approx(
        1.1 * sum(i + 1 for i in range(N) if i % 5) / sum(range(1, N + 1))
    )


def test_every_figure_of_the_retention_page_opens_its_receipt(reads: TestClient) -> None:
    found = links(reads.get(f"{RETENTION}?lang=en&as_of=2025-09-30&period_days=180").text)
    assert len(found) > 25
    kinds = {re.search(r"receipt/(\w+)", link)[1] for link in found}
    assert kinds == {"churn", "revenue", "lasting", "lifetime", "health"}
    for link in sorted(set(found)):
        answer = reads.get(link)
        assert answer.status_code == 200, link
        assert "health" in link or "Period (days) 180" in plain(answer.text), link


def test_retention_is_divided_by_segment(reads: TestClient, customers: Workspace) -> None:
    asked = f"{RETENTION}?lang=en&as_of=2025-09-30&period_days=180"
    assert "by=industry" in reads.get(asked).text  # offered, not asked for
    page = reads.get(f"{asked}&by=industry").text
    groups = customers.map("after").retention(as_of="2025-09-30", period_days=180, by="industry").groups
    assert [g.value for g in groups] == ["卸売業", "製造業"]
    table = page[page.index('id="segments"') :]
    words = plain(table)
    for g in groups:
        share = g.churn[0].share
        assert f"{g.value} {g.customers['start']} {percent(share.share)} {interval(share)} n={share.n}" in words
    found = [link for link in links(table) if "value=" in link]
    assert len(found) == 8 and all("by=industry" in link and "period_days=180" in link for link in found)
    assert all("製造業" in reads.get(link).text for link in found if quote("製造業") in link)
    assert reads.get(found[0].replace(quote("卸売業"), "x")).status_code == 404


def test_health_and_its_check(reads: TestClient, customers: Workspace) -> None:
    health = customers.map("after").health(as_of="2025-03-20", churn_days=60)
    assert health.measured == ("deployment", "engagement", "adoption", "roi")
    assert health.components[0].told("en") == "people who used the product in the last 90 days ÷ licences"
    words = plain(reads.get(f"{RETENTION}?lang=en&as_of=2025-03-20").text)
    assert "Lowest health now" in words and "Engagement" in words
    assert json.loads(reads.get("/api/v1/maps/after/health?as_of=2025-03-20").text)["customers"] == health.customers


def test_events_of_other_names_are_named_in_the_address(filled: Workspace) -> None:
    client = client_of(filled)
    client.app.state.measured.add("new-business")
    page = "/maps/new-business/retention"
    assert 'name="starts"' in client.get(f"{page}?lang=en").text
    answer = client.get(f"{page}?lang=en&starts=opportunity_won&ends=opportunity_lost").text
    assert "opportunity_won (8)" in plain(answer) and 'type="hidden" name="starts" value="opportunity_won"' in answer
    links_ = links(answer)
    assert links_ and all("starts=opportunity_won" in link for link in links_)
    assert {client.get(link).status_code for link in links_} == {200}


def test_a_name_that_no_event_has_is_refused_with_the_nearest(filled: Workspace) -> None:
    client = client_of(filled)
    client.app.state.measured.add("new-business")
    answer = client.get("/maps/new-business/retention?lang=en&starts=oportunity_won")
    assert answer.status_code == 404
    assert "there is no event 'oportunity_won'; did you mean 'opportunity_won'?" in plain(answer.text).replace(
        "&#39;", "'"
    )


def test_every_column_has_a_name_and_no_heading_is_passed_over(reads: TestClient) -> None:
    for page in (reads.get(VOICE).text, reads.get(RETENTION).text):
        assert not re.search(r"<th[^>]*></th>", page)
        levels = [int(n) for n in re.findall(r"<h([1-4])[ >]", page)]
        assert all(b <= a + 1 for a, b in pairwise(levels))


def test_curves_are_drawn_for_a_desk_and_for_a_phone(reads: TestClient) -> None:
    moods = re.findall(
        r'<div class="at-desk"><svg[^>]*width="(\d+)".*?<div class="at-phone"><svg[^>]*width="(\d+)"',
        reads.get(VOICE).text,
        re.S,
    )
    assert moods and all(int(phone) <= 328 for _, phone in moods)
    lasting = reads.get(RETENTION).text.split('id="survival"')[1]
    assert re.findall(r'<div class="at-(\w+)"><svg[^>]*width="(\d+)"', lasting)[:2] == [
        ("desk", "1100"),
        ("phone", "330"),
    ]


def test_the_files_say_the_same(reads: TestClient, customers: Workspace) -> None:
    for page, name in ((VOICE, "voice"), (RETENTION, "retention")):
        answer = reads.get(f"{page}.csv")
        assert answer.headers["content-disposition"].endswith(f'"after-{name}.csv"')
        assert len(answer.text.splitlines()) == 1 + len(getattr(customers.map("after"), name)().rows())


def test_too_few_and_nobody(reads: TestClient) -> None:
    words = plain(reads.get(f"{VOICE}?lang=en&min_n=100").text)
    assert "too few to say (n = 40, at least 100)" in words
    cards = reads.get(f"{RETENTION}?lang=en&min_n=100").text.split("Lifetime value")[1].split("How long")[0]
    assert (
        cards.count('<span aria-hidden="true">too few (n = ') == 4
    )  # in a card a few words, the rest on hover and read out
    assert 'title="too few to say (n = ' in cards and '<span class="unseen">too few to say (n = ' in cards
    assert "No answer fits these filters" in reads.get(f"{VOICE}?lang=en&segment=industry = 'x'").text
    assert "No customer fits these filters" in reads.get(f"{RETENTION}?lang=en&segment=industry = 'x'").text


def test_without_data_the_pages_say_what_to_bring(workspace: Workspace) -> None:
    workspace.maps.add(MAP)
    client = client_of(workspace)
    assert "Bring a survey table" in client.get(f"{VOICE}?lang=en").text
    assert "Bring events of contracts with their value" in client.get(f"{RETENTION}?lang=en").text


@pytest.mark.parametrize("page", [VOICE, RETENTION])
def test_in_japanese(reads: TestClient, page: str) -> None:
    text = reads.get(f"{page}?lang=ja").text
    assert '<html lang="ja">' in text
    assert ("感情と声" if page == VOICE else "継続") in text


def test_where_no_stage_confirms_outcomes_the_page_says_which_map_does(reads: TestClient, customers: Workspace) -> None:
    sales = MAP.replace("id: after", "id: sales").replace(
        "  - {id: value, name: {ja: 効果, en: Value}, enters", "  - {id: met, enters"
    )
    customers.maps.add(sales.replace("value: {emotion", "met: {emotion"))
    customers.map("sales").emotion()
    reads.app.state.measured.add("sales")  # type: ignore[attr-defined]
    page = reads.get("/maps/sales/retention?lang=en").text
    told = "Measured where a stage of the map confirms outcomes:"
    assert customers.map("sales").health().measured == ("deployment", "engagement", "adoption")
    assert f'{told} <a href="/maps/after/retention#health">After the sale · Value</a>' in page
    assert told not in reads.get("/maps/after/retention?lang=en").text
    # and on the page itself the events can be named: a reader of pages has no command line
    assert "--outcomes" not in page and '<input name="outcomes" value=""' in page
    named = reads.get("/maps/sales/retention?lang=en&outcomes=review_held&period_days=180").text
    with_ = customers.map("sales").health(outcomes="review_held")
    assert "roi" in with_.measured and '<input name="outcomes"' not in named.split('id="health"')[1]
    sheets = [link for link in links(named) if "/receipt/health" in link]
    assert sheets and all("outcomes=review_held" in link and reads.get(link).status_code == 200 for link in sheets)
    assert all(reads.get(link).status_code == 200 for link in links(named) if "/receipt/churn" in link)
