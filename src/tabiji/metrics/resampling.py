"""What a result says where its intervals take the journeys of a unit together."""

from tabiji.i18n import N_
from tabiji.metrics.bootstrap import REPLICATES, SEED
from tabiji.result import Notice

_MESSAGES = {
    "account": N_("Some accounts have several journeys: intervals come from {n} resamples of accounts (seed {seed})."),
    "opportunity": N_(
        "Some opportunities have several journeys: intervals come from {n} resamples of opportunities (seed {seed})."
    ),
    "person": N_("Some persons have several journeys: intervals come from {n} resamples of persons (seed {seed})."),
}
_AGAIN = {
    "account": N_(
        "Journeys go back on this map, so an account may stay in a stage several times: intervals come from {n} resamples of"
        " accounts (seed {seed})."
    ),
    "opportunity": N_(
        "Journeys go back on this map, so an opportunity may stay in a stage several times: intervals come from {n} resamples of"
        " opportunities (seed {seed})."
    ),
    "person": N_(
        "Journeys go back on this map, so a person may stay in a stage several times: intervals come from {n} resamples of"
        " persons (seed {seed})."
    ),
}
_ALIKE = {
    "account": N_("Some accounts have several journeys: intervals treat the journeys of one account as alike."),
    "opportunity": N_("Some opportunities have several journeys: intervals treat the journeys of one opportunity as alike."),
    "person": N_("Some persons have several journeys: intervals treat the journeys of one person as alike."),
}  # fmt: skip


def resampled_notice(unit: str) -> Notice:
    """The notice, for account, opportunity or person."""
    return Notice("resampled_units", _MESSAGES[unit], {"n": REPLICATES, "seed": SEED})


def stays_again_notice(unit: str) -> Notice:
    """The notice where units have one journey each, which stays in a stage several times."""
    return Notice("resampled_units", _AGAIN[unit], {"n": REPLICATES, "seed": SEED})


def alike_notice(unit: str) -> Notice:
    """The notice where intervals come from the residuals of units, for account, opportunity or person."""
    return Notice("clustered_units", _ALIKE[unit])
