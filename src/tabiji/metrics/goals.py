"""The stage that a question is asked toward: the one that was named, else the success stage, else the last of the main line."""

from tabiji.errors import NotFoundError, UsageError
from tabiji.i18n import N_
from tabiji.journeymap.model import JourneyMap, Stage
from tabiji.result import Notice

NO_SUCCESS = N_("The map has no success stage: {stage}, the last stage of its main line, is taken for it.")


class NoGoalError(UsageError):
    """Name the stage to reach, or give the map a stage that is not `kind: failure`. HTTP 400."""

    code = "no_goal"
    message = N_("this map has failure stages only; say which stage to reach: {known}")


def goal_of(journey_map: JourneyMap, named: str | None) -> tuple[Stage, tuple[Notice, ...]]:
    """The goal, and a notice where it was neither named nor marked.

    named: id of a stage. Raises NotFoundError for an unknown one, NoGoalError where none is named and there is no main line."""
    known = {s.id: s for s in journey_map.stages}
    if named is not None:
        if named not in known:
            raise NotFoundError("stage", named, known)
        return known[named], ()
    line = journey_map.main_line
    success = next((s for s in line if s.kind == "success"), None)
    if success is not None:
        return success, ()
    if not line:
        raise NoGoalError(known=", ".join(known))
    return line[-1], (Notice("no_success_stage", NO_SUCCESS, {"stage": line[-1].id}),)
