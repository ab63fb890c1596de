"""A known-as-of before the first receipt: nothing was known, which is not that nothing had begun."""

from pathlib import Path
from typing import Any

import pytest

import tabiji
from credit_lake import fill
from tabiji.i18n import text
from tabiji.result import NOTHING_KNOWN
from tabiji.workspace import Workspace
from web_cast import client_of

DAY = "2020-01-01"
WORDS = f"Nothing was known yet: no event of those asked about had been received by {DAY}."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with touches and deals, received when it was made."""
    root = tmp_path_factory.mktemp("known")
    with tabiji.init(root / "ws") as made:
        fill(made, root / "files")
    return root / "ws"


@pytest.fixture
def deals(folder: Path) -> Any:
    """The workspace, opened."""
    with tabiji.open(folder) as opened:
        yield opened


@pytest.mark.parametrize(
    "question", ["funnel", "dwell", "bottleneck", "cohorts", "paths", "group", "accounts", "credit"]
)  # fmt: skip
def test_it_is_said_in_words(deals: Workspace, question: str) -> None:
    known = getattr(deals.map("deals"), question)(known_as_of=DAY)
    assert known.explain("en") == WORDS
    assert known.notices[0].to_dict() == {"code": "nothing_known", "message": WORDS, "values": {"day": DAY}}
    assert known.to_dict()["notices"][0]["code"] == "nothing_known"


def test_what_had_happened_later_only_is_told_as_before(deals: Workspace) -> None:
    early = deals.map("deals").funnel(as_of=DAY)
    assert early.explain("en") == "No journey has started by the date of this question."
    assert [n.code for n in early.notices] == []
    assert "nothing_known" not in [n.code for n in deals.map("deals").funnel(known_as_of="2199-01-01").notices]


@pytest.mark.parametrize("page", ["funnel", "dwell", "paths", "group"])
def test_the_page_says_it(deals: Workspace, page: str) -> None:
    shown = client_of(deals).get(f"/maps/deals/{page}?known_as_of={DAY}").text
    assert text(NOTHING_KNOWN, "ja", day=DAY) in shown
    assert text("No journey fits these filters. Take one away, or widen the period.", "ja") not in shown
