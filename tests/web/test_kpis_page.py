"""The KPI page: every KPI beside its target, its receipt, the same by segment, and a map that has none."""

import html
import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tabiji.workspace import Workspace
from web_cast import MAP, ORIGIN, client_of, fill

PAGE = "/maps/new-business/kpis"
KPIS = MAP + """\
kpis:
  - {id: quotes, stage: quote, name: {ja: 見積数, en: Quotes}, measure: {count: {event: quoted}, days: 60}, target: 1, owner: sales, rhythm: weekly}
  - {id: on, stage: aware, name: {ja: 認知 → 見積, en: Awareness to quote}, measure: {share: aware}, target: 0.99, rhythm: quarterly}
  - {id: nps, stage: won, name: {ja: 推奨度, en: Recommendation}, measure: {survey: nps}, target: 30}
"""  # fmt: skip


@pytest.fixture
def aimed(workspace: Workspace, tmp_path: Path) -> TestClient:
    """The deals with a map that has KPIs."""
    fill(workspace, tmp_path / "files")
    workspace.maps.add(KPIS)
    made = client_of(workspace)
    made.cookies.set("tabiji_lang", "en")
    return made


def plain(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def rows(page: str, n: int) -> list[str]:
    """The rows of the nth table of KPIs, in words."""
    table = page.split('class="grid multiples kpis"')[n].split("<tbody>")[1].split("</tbody>", maxsplit=1)[0]
    return [plain(row).strip() for row in table.split("<tr>")[1:]]


def test_each_kpi_stands_beside_its_target_and_the_value_before(aimed: TestClient, workspace: Workspace) -> None:
    result = workspace.map("new-business").kpis()
    quotes, share, nps = result.values
    page = aimed.get(PAGE).text
    assert result.explain("en") in plain(page)
    first, second, third = rows(page, 1)
    assert quotes.previous is not None and quotes.previous.value
    assert re.fullmatch(
        rf"Quotes Quote · Sales · every week {quotes.actual.value:.0f} 1 target reached {quotes.previous.value:.0f}",
        first,
    )
    assert share.actual.value is not None
    assert second.startswith("Awareness to quote Awareness · every quarter")
    assert f"{share.actual.value:.0%}" in second and "below the target" in second and f"n={share.actual.n}" in second
    assert nps.actual.value is None and "target reached" not in third and "below the target" not in third
    assert (
        page.count("<svg") - page.split('class="grid multiples kpis"')[0].count("<svg") == 2
    )  # none of what has no value


def test_segments_have_their_own_values_and_receipts(aimed: TestClient, workspace: Workspace) -> None:
    page = aimed.get(f"{PAGE}?by=industry&min_n=5").text
    result = workspace.map("new-business").kpis(by="industry", min_n=5)
    assert len(result.groups) == 2
    for told, figures in zip(rows(page, 2), result.groups, strict=True):
        assert told.startswith(f"{figures.value} {figures.n} {figures.values[0].actual.value:.0f} ")
        assert "target reached" not in told.split(" ", 3)[2]  # a count of one segment has no target
    links = [html.unescape(x) for x in re.findall(r'data-receipt href="([^"]+)"', page)]
    of_groups = [x for x in links if "/receipt/kpi" in x and "value=" in x]
    assert len(of_groups) == 2 * 3
    sheet = plain(aimed.get(of_groups[0]).text)
    assert (
        str(result.groups[0].value) in sheet
        and "--by industry" in sheet
        and f" {result.groups[0].values[0].actual.value:.0f} " in sheet
    )
    assert aimed.get("/maps/new-business/receipt/kpi?kpi=quotes&by=industry&value=nobody").status_code == 404
    assert all("by=" not in x for x in links if "/receipt/kpi" in x and "value=" not in x)


def test_a_rhythm_is_told_in_the_language_of_the_reader(aimed: TestClient) -> None:
    assert "見積 · 営業 · 毎週" in plain(aimed.get(f"{PAGE}?lang=ja").text)
    assert "毎週" in aimed.get("/maps/new-business/receipt/kpi?kpi=quotes&lang=ja").text


def test_a_map_without_kpis_says_how_to_write_one(reader: TestClient) -> None:
    page = reader.get(f"{PAGE}?lang=en").text
    assert "This map has no KPIs." in page and "rhythm: weekly" in page


def test_the_figures_can_be_saved_and_kept(aimed: TestClient, workspace: Workspace) -> None:
    answer = aimed.get(f"{PAGE}.csv?by=industry")
    assert answer.headers["content-disposition"].endswith('"new-business-kpis.csv"')
    assert len(answer.text.splitlines()) == 1 + len(workspace.map("new-business").kpis(by="industry").rows())
    kept = aimed.post(
        "/studies",
        data={"verb": "kpis", "map_id": "new-business", "version": "1", "flags": "", "name": "Quarter"},
        headers=ORIGIN,
    )
    assert kept.status_code == 200 and "Quarter" in kept.text
