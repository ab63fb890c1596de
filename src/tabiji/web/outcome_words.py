"""How a journey may have ended, as pages call it."""

from tabiji.i18n import N_, pick, text
from tabiji.journeymap.model import JourneyMap

OUTCOMES = {"open": N_("open"), "won": N_("won"), "lost": N_("lost"), "dormant": N_("went silent")}


def outcome_words(journey_map: JourneyMap) -> dict[str, str]:
    """Outcome → its word, that of the map where it says more: on a map of what follows the sale nothing is "won", and what ends
    is a contract."""
    out = {outcome: text(words) for outcome, words in OUTCOMES.items()}
    success = next((s for s in journey_map.main_line if s.kind == "success"), None)
    if success is not None and success.milestone != "won" and success.id != "won":
        out["won"] = pick(success.name) or success.id
    if len(journey_map.failures) == 1:
        out["lost"] = pick(journey_map.failures[0].name) or out["lost"]
    return out
