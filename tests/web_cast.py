"""A workspace of its own for every test, empty or with the deals of thirty companies, and a client that speaks like a browser."""

import csv
import io
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest
from starlette.testclient import TestClient

import tabiji
from tabiji.web.app import create_app
from tabiji.workspace import Workspace

ADDRESS = "http://127.0.0.1:8321"
ORIGIN = {"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin"}

MAP = """\
id: new-business
name: {ja: 新規導入, en: New business}
horizon_days: 60
attempt: {inactive_days: 200}
stages:
  - id: aware
    name: {ja: 認知, en: Awareness}
    enters_when: [{event: opportunity_opened}]
  - id: quote
    name: {ja: 見積, en: Quote}
    enters_when: [{event: quoted}]
  - id: won
    name: {ja: 受注, en: Won}
    kind: success
    enters_when: [{event: opportunity_won}]
  - {id: lost, name: {ja: 失注, en: Lost}, kind: failure, enters_when: [{event: opportunity_lost}]}
"""


def deals(n: int = 30) -> str:
    """A CSV of n deals: all opened, two of three quoted after ten days; every fourth won, every fourth lost after twenty."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["商談ID", "会社名", "フェーズ", "金額", "作成日", "見積提出日", "完了日"])
    for i in range(n):
        opened = date(2026, 1, 5) + timedelta(days=3 * i)
        stage = {0: "受注", 1: "失注"}.get(i % 4, "提案")
        quoted = opened + timedelta(days=10) if i % 3 else None
        closed = opened + timedelta(days=20) if i % 4 < 2 else None
        writer.writerow([f"D{i}", f"会社{i:02}", stage, 100_000 * (i + 1), opened, quoted or "", closed or ""])
    return out.getvalue()


def companies(n: int = 30) -> str:
    """A CSV of n companies of two industries."""
    rows = [f"会社{i:02},{'製造業' if i % 2 else '卸売業'},{50 * (i + 1)},東京都" for i in range(n)]
    return "\n".join(["会社名,業種,従業員数,都道府県", *rows]) + "\n"


MAPPING = """\
source: sfa
tables:
  - {file: companies.csv, to: account, key: '"会社名"', columns: {name: '"会社名"', industry: '"業種"', employees: '"従業員数"', region: '"都道府県"'}}
  - file: deals.csv
    to: opportunity
    key: '"商談ID"'
    columns: {account: '"会社名"', amount: '"金額"', stage: '"フェーズ"', opened_at: '"作成日"', closed_at: '"完了日"'}
    events:
      - {name: opportunity_opened, at: '"作成日"'}
      - {name: quoted, at: '"見積提出日"'}
      - {name: opportunity_won, at: '"完了日"', when: "\\"フェーズ\\" = '受注'", value: '"金額"'}
      - {name: opportunity_lost, at: '"完了日"', when: "\\"フェーズ\\" = '失注'"}
"""


def fill(workspace: Workspace, folder: Path) -> None:
    """Bring in thirty companies and their deals."""
    folder.mkdir(exist_ok=True)
    (folder / "deals.csv").write_text(deals(), "utf-8")
    (folder / "companies.csv").write_text(companies(), "utf-8")
    (folder / "mapping.yaml").write_text(MAPPING, "utf-8")
    workspace.import_(folder / "mapping.yaml")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """An empty workspace."""
    with tabiji.init(tmp_path / "ws") as made:
        yield made


@pytest.fixture(scope="session")
def filled_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with data, a map and a built index, to be opened by tests that only read."""
    root = tmp_path_factory.mktemp("filled")
    with tabiji.init(root / "ws") as made:
        fill(made, root / "files")
        made.maps.add(MAP)
        made.map("new-business").funnel()
    return root / "ws"


@pytest.fixture
def filled(filled_folder: Path) -> Iterator[Workspace]:
    """The workspace with data and a map; tests only read it."""
    with tabiji.open(filled_folder) as opened:
        yield opened


@pytest.fixture(scope="session")
def cast_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace `ws` with data and a map of which nothing was asked yet, beside the `files` that it was filled from."""
    root = tmp_path_factory.mktemp("cast")
    with tabiji.init(root / "ws") as made:
        fill(made, root / "files")
        made.maps.add(MAP)
    return root


@pytest.fixture
def ws(cast_folder: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A copy of that workspace, for tests that change it; its files lie beside it."""
    shutil.copytree(cast_folder, tmp_path, dirs_exist_ok=True)
    with tabiji.open(tmp_path / "ws") as opened:
        yield opened


def client_of(workspace: Workspace, **options: object) -> TestClient:
    """A client of the application over a workspace."""
    return TestClient(create_app(workspace, **options), base_url=ADDRESS, headers=ORIGIN)  # type: ignore[arg-type]


@pytest.fixture
def client(workspace: Workspace) -> TestClient:
    """A client of the empty workspace."""
    return client_of(workspace)


@pytest.fixture
def reader(filled: Workspace) -> TestClient:
    """A client of the workspace with data, in English."""
    made = client_of(filled)
    made.cookies.set("tabiji_lang", "en")
    return made


def follow(client: TestClient, address: str) -> str:
    """Wait at the page of a job until it leads on; gives the address that it leads to."""
    end = monotonic() + 60
    while monotonic() < end:
        answer = client.get(address, follow_redirects=False)
        if answer.status_code == 303:
            return answer.headers["location"]
        assert 'class="notice wrong' not in answer.text, answer.text
        sleep(0.02)
    raise AssertionError(f"{address} did not end")
