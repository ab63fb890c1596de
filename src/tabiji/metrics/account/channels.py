"""Kinds of channels, for pictures: web, material, mail and ads, events, sales, use; by the words in a channel's name.

Channels are free text, so this is a reading of names and nothing more: no figure is worked out from it.
"""

from functools import lru_cache

KINDS = ("web", "material", "mail", "event", "sales", "use", "other")

# The first kind with a word that occurs in the name; longer words stand before the shorter ones that they contain.
_WORDS = (
    ("material", ("white_paper", "whitepaper", "document", "download", "material", "ebook", "brochure", "calculator", "case_study",
                  "資料", "白書", "カタログ", "事例")),
    ("event", ("webinar", "seminar", "exhibition", "trade_show", "tradeshow", "conference", "workshop", "briefing", "展示", "セミナー",
               "ウェビナー", "イベント")),
    ("use", ("product", "support", "onboarding", "training", "login", "usage", "chat", "ticket", "qbr", "success", "community",
             "製品", "サポート", "問い合わせ対応", "利用")),
    ("mail", ("mail", "newsletter", "display", "banner", "advert", "search_ad", "paid", "cpc", "ppc", "print", "メール", "広告", "メルマガ")),
    ("sales", ("sales", "call", "phone", "meeting", "visit", "demo", "quote", "contract", "opportunity", "deal", "proposal", "crm",
               "営業", "商談", "訪問", "電話", "架電", "見積", "契約")),
    ("web", ("web", "site", "page", "organic", "search", "seo", "referral", "social", "video", "blog", "form", "direct", "サイト", "検索",
             "ウェブ", "動画", "sns")),
)  # fmt: skip
_EXACT = {"ad": "mail", "ads": "mail", "dm": "mail", "event": "event", "app": "use", "line": "mail", "is": "sales"}


@lru_cache(maxsize=4096)
def channel_kind(channel: str | None, event: str | None = None) -> str:
    """One of KINDS: what a channel is, or, where it does not tell, what the name of the event says."""
    for name in (channel, event):
        if not name:
            continue
        said = name.strip().lower().replace("-", "_").replace(" ", "_")
        if said in _EXACT:
            return _EXACT[said]
        for kind, words in _WORDS:
            if any(word in said for word in words) or any(_EXACT.get(part) == kind for part in said.split("_")):
                return kind
    return "other"
