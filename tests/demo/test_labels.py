"""The English labels of the demo cover the values that it exports, and the pages speak them."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

import tabiji
from tabiji.demo import prepare
from tabiji.demo.export.labels import LABELS
from tabiji.demo.export.write import WORDS
from tabiji.demo.world import words
from tabiji.web.app import create_app


def test_every_exported_value_has_one() -> None:
    assert LABELS["region"].keys() == {p[0] for p in words.PREFECTURES}
    for attribute, column in (("offering", "offerings"), ("title", "titles"), ("department", "departments")):
        assert LABELS[attribute].keys() == set(WORDS[column]), attribute


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare(tmp_path_factory.mktemp("labels") / "tabiji-demo", accounts=120, months=6, seed=4)


def test_pages_call_regions_offerings_and_posts_by_them(demo: Path) -> None:
    with tabiji.open(demo) as workspace:
        regions = {r for (r,) in workspace.lake.connect().execute("SELECT DISTINCT region FROM account").fetchall()}
        client = TestClient(create_app(workspace), base_url="http://127.0.0.1:8321")
        english = client.get("/maps/new-business/funnel?by=region&lang=en").text
        assert all(LABELS["region"][r] in english for r in regions) and 'value="東京都"' in english
        assert ">東京都<" not in english and "Expense service" in english
        japanese = client.get("/maps/new-business/funnel?by=region&lang=ja").text
        assert ">東京都<" in japanese and "Tokyo" not in japanese
        account = workspace.map("new-business").accounts(sort="touch").accounts[0].id
        page = client.get(f"/maps/new-business/accounts/{account}?lang=en").text
        assert not [value for names in LABELS.values() for value in names if f">{value}<" in page]
        assert "Expense service" in client.get("/maps/new-business?lang=en").text
