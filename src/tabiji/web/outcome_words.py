"""How a journey may have ended, as pages call it."""

from tabiji.i18n import N_, language, pick, text
from tabiji.journeymap.loss import is_won, loss_of
from tabiji.journeymap.model import JourneyMap

OUTCOMES = {"open": N_("open"), "won": N_("won"), "lost": N_("lost"), "dormant": N_("went silent")}


def outcome_words(journey_map: JourneyMap) -> dict[str, str]:
    """Outcome → its word, that of the map where it says more: on a map of what follows the sale nothing is "won", and what ends
    is a contract."""
    out = {outcome: text(words) for outcome, words in OUTCOMES.items()}
    success = next((s for s in journey_map.main_line if s.kind == "success"), None)
    if success is not None and not is_won(journey_map):
        out["won"] = pick(success.name) or success.id
    out["lost"] = loss_of(journey_map).get(language()) or out["lost"]
    return out


def headed(word: str) -> str:
    """A word as it stands alone, in a chip or a tab: with a capital where its letters have one."""
    return word[:1].upper() + word[1:]
