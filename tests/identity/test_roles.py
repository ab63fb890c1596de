import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabiji.identity.roles import canonical_role, slug
from tabiji.journeymap.model import ROLES


@pytest.mark.parametrize(
    ("written", "role"),
    [
        ("決裁者", "decision_maker"),
        ("Decision Maker", "decision_maker"),
        ("DECISION_MAKER", "decision_maker"),
        ("decision-maker", "decision_maker"),
        ("　決裁者 ", "decision_maker"),
        ("Ｄｅｃｉｓｉｏｎ　Ｍａｋｅｒ", "decision_maker"),
        ("キーパーソン", "champion"),
        ("ｷｰﾊﾟｰｿﾝ", "champion"),
        ("導入推進者", "champion"),
        ("Advisor", "influencer"),
        ("End User", "user"),
        ("購買窓口", "purchasing"),
        ("情シス", "it_security"),
        ("IT/Security", "it_security"),
        ("Executive Sponsor", "executive"),
        ("経営層", "executive"),
    ],
)
def test_spellings_of_the_known_roles(written: str, role: str) -> None:
    assert canonical_role(written) == role


@pytest.mark.parametrize(
    ("written", "role"), [("Legal & Compliance", "legal_compliance"), ("法務 担当", "法務_担当"), ("財務", "財務")]
)
def test_unknown_roles_are_kept_as_slugs(written: str, role: str) -> None:
    assert canonical_role(written) == role


@pytest.mark.parametrize("written", ["", "  ", "--", "＿"])
def test_nothing_is_no_role(written: str) -> None:
    assert canonical_role(written) is None


def test_every_role_of_the_product_is_its_own_name() -> None:
    assert [canonical_role(role) for role in ROLES] == list(ROLES)


@given(st.text())
def test_a_role_is_canonical_once_and_for_all(written: str) -> None:
    role = canonical_role(written)
    assert role is None or canonical_role(role) == role
    assert "\x1f" not in slug(written)
