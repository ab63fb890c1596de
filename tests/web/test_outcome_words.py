"""How a journey ended, in the words of the map."""

import re
import shutil
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import tabiji
from tabiji.journeymap import load
from tabiji.web.outcome_words import outcome_words
from web_cast import MAP, client_of

AFTER = MAP.replace("{ja: 失注, en: Lost}", "{ja: 解約, en: Cancelled}")


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.fixture
def reads(filled_folder: Path, tmp_path: Path):
    shutil.copytree(filled_folder, tmp_path / "copied")
    with tabiji.open(tmp_path / "copied") as opened:
        opened.maps.add(AFTER)
        client: TestClient = client_of(opened)
        client.cookies.set("tabiji_lang", "en")
        yield client


def test_the_only_failure_of_a_map_names_what_was_lost() -> None:
    assert outcome_words(load(AFTER))["lost"] == "Cancelled"


def test_funnel_and_paths_say_it_as_the_map_does(reads: TestClient) -> None:
    funnel = reads.get("/maps/new-business/funnel").text
    assert "went silent Cancelled" in plain(funnel) and '<span class="unseen">Cancelled</span>' in funnel
    paths = reads.get("/maps/new-business/paths").text
    assert re.search(r'<span class="bad">Cancelled \d+</span>', paths) and ">Cancelled</text>" in paths
