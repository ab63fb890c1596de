"""What can happen: the kinds of events, the system that records each, and the contents and campaigns that they name."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Kind(NamedTuple):
    """A kind of event as one system records it."""

    key: str  # name inside the simulator
    event: str  # name in the export
    system: str  # crm | marketing | web | ads | product | success | support | billing
    channel: str
    content: str = ""  # group of contents that it is about
    campaign: str = ""  # campaign, or group of campaigns with a trailing *


KINDS: tuple[Kind, ...] = (
    Kind("target_listed", "target_listed", "crm", "target_list"),
    Kind("direct_mail_sent", "direct_mail_sent", "crm", "direct_mail", campaign="dm-*"),
    Kind("call_attempted", "call_attempted", "crm", "call"),
    Kind("call_connected", "call_connected", "crm", "call"),
    Kind("exhibition_visited", "exhibition_visited", "crm", "exhibition", campaign="expo-*"),
    Kind("seminar_attended", "seminar_attended", "crm", "seminar", campaign="seminar-*"),
    Kind("referral_received", "referral_received", "crm", "referral"),
    Kind("lead_disqualified", "lead_disqualified", "crm", "call"),
    Kind("meeting_held", "meeting_held", "crm", "meeting"),
    Kind("demo_given", "demo_given", "crm", "demo"),
    Kind("quote_sent", "quote_sent", "crm", "quote"),
    Kind("ringi_pack_sent", "ringi_pack_sent", "crm", "sales_document", campaign="ringi-pack"),
    Kind("executive_briefing_attended", "executive_briefing_attended", "crm", "seminar", campaign="executive-briefing"),
    Kind("security_review_done", "security_review_done", "crm", "meeting"),
    Kind("contract_signed", "contract_signed", "crm", "contract"),
    Kind("email_delivered", "email_delivered", "marketing", "email", campaign="newsletter-*"),
    Kind("email_opened", "email_opened", "marketing", "email", campaign="newsletter-*"),
    Kind("email_clicked", "email_clicked", "marketing", "email", campaign="newsletter-*"),
    Kind("comparison_email", "email_delivered", "marketing", "email", campaign="comparison-mail"),
    Kind("comparison_opened", "email_opened", "marketing", "email", campaign="comparison-mail"),
    Kind("white_paper_downloaded", "white_paper_downloaded", "marketing", "white_paper", "paper"),
    Kind("webinar_registered", "webinar_registered", "marketing", "webinar", "webinar", "law-webinar-*"),
    Kind("webinar_attended", "webinar_attended", "marketing", "webinar", "webinar", "law-webinar-*"),
    Kind("inquiry_submitted", "inquiry_submitted", "marketing", "web_form", "inquiry"),
    Kind("demo_requested", "demo_requested", "marketing", "web_form", "demo_form"),
    Kind("quote_requested", "quote_requested", "marketing", "web_form", "quote_form"),
    Kind("social_engaged", "social_engaged", "marketing", "social", campaign="social-always-on"),
    Kind("blog_viewed", "page_viewed", "web", "web", "blog"),
    Kind("product_viewed", "page_viewed", "web", "web", "product"),
    Kind("case_viewed", "page_viewed", "web", "web", "case"),
    Kind("pricing_viewed", "page_viewed", "web", "web", "pricing"),
    Kind("security_viewed", "page_viewed", "web", "web", "security"),
    Kind("help_viewed", "page_viewed", "web", "web", "help"),
    Kind("video_watched", "video_watched", "web", "video", "video"),
    Kind("roi_calculated", "roi_calculated", "web", "roi_calculator", "roi"),
    Kind("chat_started", "chat_started", "web", "chat", "product"),
    Kind("ad_viewed", "ad_viewed", "ads", "display_ad", campaign="display-awareness"),
    Kind("ad_clicked", "ad_clicked", "ads", "search_ad", "landing", "search-*"),
    Kind("display_clicked", "ad_clicked", "ads", "display_ad", "landing", "display-retarget"),
    Kind("login", "login", "product", "product"),
    Kind("report_submitted", "report_submitted", "product", "product"),
    Kind("report_approved", "report_approved", "product", "product"),
    Kind("kickoff_held", "kickoff_held", "success", "onboarding"),
    Kind("training_attended", "training_attended", "success", "training"),
    Kind("onboarding_completed", "onboarding_completed", "success", "onboarding"),
    Kind("qbr_held", "qbr_held", "success", "qbr"),
    Kind("reference_given", "reference_given", "success", "reference"),
    Kind("ticket_opened", "ticket_opened", "support", "support"),
    Kind("complaint_opened", "ticket_opened", "support", "support"),
    Kind("ticket_solved", "ticket_solved", "support", "support"),
    Kind("subscription_started", "subscription_started", "billing", "contract"),
    Kind("subscription_renewed", "subscription_renewed", "billing", "contract"),
    Kind("subscription_expanded", "subscription_expanded", "billing", "contract"),
    Kind("subscription_cancelled", "subscription_cancelled", "billing", "contract"),
)
CODE: dict[str, int] = {kind.key: code for code, kind in enumerate(KINDS)}
SYSTEMS = tuple(dict.fromkeys(kind.system for kind in KINDS))

CONTENTS: dict[str, tuple[str, ...]] = {
    "blog": (
        "/blog/expense-overtime", "/blog/denshichobo-guide", "/blog/invoice-system", "/blog/paperless-first-step",
        "/blog/month-end-closing", "/blog/internal-control", "/blog/travel-policy", "/blog/audit-ready",
    ),
    "product": ("/product", "/product/features", "/product/mobile", "/product/integration", "/product/approval-flow"),
    "case": ("/cases/manufacturing-800", "/cases/wholesale-350", "/cases/construction-1200", "/cases/it-500", "/cases/health-600"),
    "pricing": ("/pricing", "/pricing/plans", "/pricing/options"),
    "security": ("/security", "/security/sso", "/security/audit-log"),
    "help": ("/help/first-setup", "/help/import-employees", "/help/approval-routes", "/help/faq"),
    "paper": ("/papers/law-checklist", "/papers/roi-whitepaper", "/papers/case-book", "/papers/comparison-sheet"),
    "webinar": ("/webinars/law-basics", "/webinars/law-practice"),
    "video": ("/videos/three-minutes", "/videos/customer-voice"),
    "roi": ("/tools/roi",),
    "inquiry": ("/contact",), "demo_form": ("/demo-request",), "quote_form": ("/quote-request",),
    "landing": ("/lp/expense", "/lp/denshichobo"),
}  # fmt: skip
CONTENT_LIST: tuple[str, ...] = tuple(c for group in CONTENTS.values() for c in group)

# Campaigns of a group are numbered by half-year of the event; the others have one name.
CAMPAIGNS: tuple[str, ...] = tuple(dict.fromkeys(k.campaign for k in KINDS if k.campaign))

NONE = -1


def code(key: str) -> int:
    """Code of a kind. Raises KeyError where there is none."""
    return CODE[key]


def draw_contents(kinds: NDArray[np.int16], rng: np.random.Generator) -> NDArray[np.int16]:
    """A content for each event (NONE where its kind has none); early ones of a group are read more."""
    out = np.full(len(kinds), NONE, np.int16)
    chance = rng.random(len(kinds))
    first = 0
    for group, members in CONTENTS.items():
        of_group = np.isin(kinds, [c for c, kind in enumerate(KINDS) if kind.content == group])
        weights = 1 / np.arange(1, len(members) + 1) ** 0.6
        edges = np.cumsum(weights / weights.sum())[:-1]
        out[of_group] = first + np.searchsorted(edges, chance[of_group])
        first += len(members)
    return out
