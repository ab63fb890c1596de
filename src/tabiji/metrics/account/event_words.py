"""What common events are called, for readers; an event of another name is called by it. No figure depends on this."""

from tabiji.i18n import N_, text

EVENT_WORDS = {
    "ad_clicked": N_("Ad clicked"),
    "ad_viewed": N_("Ad seen"),
    "call_attempted": N_("Call attempted"),
    "call_connected": N_("Call"),
    "chat_started": N_("Chat"),
    "contract_signed": N_("Contract signed"),
    "demo_given": N_("Demo"),
    "demo_requested": N_("Demo requested"),
    "direct_mail_sent": N_("Direct mail sent"),
    "email_clicked": N_("Link in a mail clicked"),
    "email_delivered": N_("Mail delivered"),
    "email_opened": N_("Mail opened"),
    "exhibition_visited": N_("Visit to an exhibition"),
    "form_submitted": N_("Form sent"),
    "inquiry_submitted": N_("Inquiry"),
    "kickoff_held": N_("Kick-off"),
    "lead_disqualified": N_("Lead disqualified"),
    "login": N_("Login"),
    "meeting_held": N_("Meeting"),
    "onboarding_completed": N_("Onboarding completed"),
    "opportunity_lost": N_("Opportunity lost"),
    "opportunity_opened": N_("Opportunity opened"),
    "opportunity_won": N_("Opportunity won"),
    "page_viewed": N_("Page viewed"),
    "quote_requested": N_("Quote requested"),
    "quote_sent": N_("Quote sent"),
    "quoted": N_("Quote"),
    "referral_received": N_("Referral"),
    "seminar_attended": N_("Seminar attended"),
    "subscription_cancelled": N_("Subscription cancelled"),
    "subscription_renewed": N_("Subscription renewed"),
    "subscription_started": N_("Subscription started"),
    "target_listed": N_("Put on the target list"),
    "ticket_opened": N_("Support ticket opened"),
    "ticket_solved": N_("Support ticket solved"),
    "training_attended": N_("Training attended"),
    "video_watched": N_("Video watched"),
    "webinar_attended": N_("Webinar attended"),
    "webinar_registered": N_("Webinar registered"),
    "white_paper_downloaded": N_("White paper downloaded"),
}


def event_word(event: str, lang: str | None = None) -> str:
    """What an event is called."""
    return text(EVENT_WORDS[event], lang) if event in EVENT_WORDS else event
