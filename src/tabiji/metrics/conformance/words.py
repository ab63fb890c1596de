"""The words for deviations from the plan."""

from collections.abc import Mapping

from tabiji.i18n import N_, text

CLASS_NAMES = {
    "missing": N_("missing"),
    "extra": N_("extra"),
    "out_of_order": N_("out of order"),
    "late": N_("late"),
    "wrong_role": N_("role missing"),
    "touchpoint_not_met": N_("touchpoint not met"),
}
_SENTENCES = {
    "missing": N_("{stage} is passed over"),
    "extra": N_("{stage} comes again, or where it is not planned"),
    "out_of_order": N_("{stage} comes after what was to follow it"),
    "late": N_("{stage} takes longer than planned"),
    "wrong_role": N_("{stage} is left without the role {role}"),
    "touchpoint_not_met": N_("{stage} is left without the touchpoint {touchpoint}"),
}
_PROPOSALS = {
    "missing": N_("Could {stage} be optional?"),
    "extra": N_("Could {stage} be repeatable?"),
    "out_of_order": N_("Could {stage} come later in the plan?"),
    "late": N_("Is the limit of {stage} too short?"),
    "wrong_role": N_("Is the role {role} needed this early?"),
    "touchpoint_not_met": N_("Is the touchpoint {touchpoint} needed in {stage}?"),
}


def sentence(kind: str, names: Mapping[str, str], lang: str | None = None) -> str:
    """What a deviation of this kind means. names: of its stage, role and touchpoint."""
    return text(_SENTENCES[kind], lang, **names)


def proposal(kind: str, names: Mapping[str, str], lang: str | None = None) -> str:
    """What one might ask about the plan where a deviation of this kind does better."""
    return text(_PROPOSALS[kind], lang, **names)
