"""Names of roles as sources write them → the names of the product.

Sources call the same role many things (決裁者, "Decision Maker", `DECISION_MAKER`). What is not known here is kept as the
source wrote it, slugged, so that a workspace may use roles of its own.
"""

import re
import unicodedata

# The left side is the product's word (see the glossary), the right side what sources write for it.
_SPELLINGS: dict[str, tuple[str, ...]] = {
    "decision_maker": (
        "decision maker", "decisionmaker", "decider", "final decision maker", "economic decision maker",
        "economic buyer", "approver", "決裁者", "決裁権者", "最終決裁者", "意思決定者", "決定権者", "承認者",
    ),
    "champion": (
        "champion", "internal champion", "key person", "keyperson", "coach", "promoter", "project leader",
        "導入推進者", "推進者", "推進担当", "推進担当者", "導入担当者", "キーパーソン", "キーマン", "チャンピオン",
    ),
    "influencer": (
        "influencer", "adviser", "advisor", "evaluator", "recommender",
        "関与者", "助言者", "関与者・助言者", "影響者", "インフルエンサー", "アドバイザー", "評価者",
    ),
    "user": ("user", "end user", "enduser", "business user", "使用者", "利用者", "ユーザー", "ユーザ", "エンドユーザー", "現場"),
    "purchasing": (
        "purchasing", "purchaser", "procurement", "buyer", "purchasing contact",
        "購買窓口", "購買", "購買担当", "購買担当者", "購買部門", "調達", "調達担当", "調達担当者", "資材",
    ),
    "it_security": (
        "it security", "it/security", "it & security", "it and security", "it", "security", "information systems", "it department",
        "情報システム", "情シス", "情報システム部", "情報システム部門", "情報システム担当", "セキュリティ", "セキュリティ担当",
    ),
    "executive": (
        "executive", "executive sponsor", "sponsor", "c level", "c suite", "management", "top management",
        "経営層", "経営者", "経営陣", "役員", "エグゼクティブ", "スポンサー",
    ),
}  # fmt: skip

_BREAKS = re.compile(r"[^\w]+|_+")


def slug(name: str) -> str:
    """A name in lower case, its words joined by `_`; width and form of characters are evened out (NFKC)."""
    words = _BREAKS.split(unicodedata.normalize("NFKC", name).casefold())
    return "_".join(word for word in words if word)


_KNOWN = {slug(spelling): role for role, spellings in _SPELLINGS.items() for spelling in (role, *spellings)}


def canonical_role(name: str) -> str | None:
    """The product's word for a role as a source wrote it; its slug where it is not known; None where nothing is left.

    >>> canonical_role("Decision Maker"), canonical_role("決裁者"), canonical_role("法務 担当")
    ('decision_maker', 'decision_maker', '法務_担当')
    """
    found = slug(name)
    return _KNOWN.get(found, found) or None
