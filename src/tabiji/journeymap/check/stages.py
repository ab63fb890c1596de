"""Checks of the stages: ids, order, branches, ways in."""

from tabiji.i18n import N_
from tabiji.journeymap.check.review import Review
from tabiji.journeymap.model import MOST_STAGES, Stage
from tabiji.journeymap.problems import Path


def check_stages(review: Review) -> None:
    """Everything about stages."""
    stages = review.map.stages
    review.ids(("stages",), [s.id for s in stages], N_("the stage"))
    if not stages:
        return
    if len(stages) > MOST_STAGES:
        message = N_("{n} stages; a map may have at most {most}. Split it, e.g. before and after the purchase")
        review.error(("stages", MOST_STAGES), "too_many_stages", message, n=len(stages), most=MOST_STAGES)
    _kinds(review)
    _milestones(review)
    for i, stage in enumerate(stages):
        here = ("stages", i)
        _ways_in(review, here, i, stage)
        review.each((*here, "next"), stage.next, review.stage)
        review.each((*here, "roles"), stage.roles, review.role)
        review.each((*here, "touchpoints"), stage.touchpoints, review.touchpoint)
        _parent(review, (*here, "parent"), stage)
        if stage.id and stage.id in stage.next:
            message = N_("the stage {id!r} leads to itself; write `repeatable: true` instead")
            review.warning((*here, "next"), "leads_to_itself", message, id=stage.id)
    _reachable(review)


def _kinds(review: Review) -> None:
    kinds = [s.kind for s in review.map.stages]
    if all(kind == "failure" for kind in kinds):
        message = N_("every stage is a failure; a map needs at least one stage of kind step or success")
        review.error(("stages",), "no_steps", message)
    elif "success" not in kinds:
        message = N_("no stage has `kind: success`; without it nothing can be said about won journeys")
        review.warning(("stages",), "no_success", message)
    for i in [i for i, kind in enumerate(kinds) if kind == "success"][1:]:
        first = review.map.stages[kinds.index("success")].id
        message = N_("{first!r} is the success stage already; a later one counts as a step after the sale")
        review.warning(("stages", i, "kind"), "several_successes", message, first=first)


def _milestones(review: Review) -> None:
    seen: dict[str, str] = {}
    for i, stage in enumerate(review.map.stages):
        if stage.milestone is not None and seen.setdefault(stage.milestone, stage.id) != stage.id:
            message = N_("the milestone {milestone!r} belongs to the stage {first!r} already")
            values = {"milestone": stage.milestone, "first": seen[stage.milestone]}
            review.error(("stages", i, "milestone"), "duplicate_milestone", message, **values)


def _ways_in(review: Review, here: Path, i: int, stage: Stage) -> None:
    """A stage without clauses is never entered by an event of its own."""
    if stage.enters_when or not stage.id:
        return
    has_children = any(s.parent == stage.id for s in review.map.stages)
    if stage.kind == "step" and has_children:
        return
    if i == 0 and stage.kind == "step":
        message = N_(
            "no event leads into the first stage {id!r}: it counts journeys only once they are further on. To count companies "
            "that were never in touch, import your target list with an event (e.g. target_listed) and write "
            "`enters_when: [{{event: target_listed}}]`"
        )
    else:
        message = N_(
            "no event leads into the stage {id!r}; write e.g. `enters_when: [{{event: demo_requested}}]`, or leave it as a plan"
        )
    review.warning(here, "no_clauses", message, id=stage.id)


def _parent(review: Review, path: Path, stage: Stage) -> None:
    review.stage(path, stage.parent)
    parents = {s.id: s.parent for s in review.map.stages}
    seen, at = {stage.id}, stage.parent
    while at is not None and at not in seen:
        seen.add(at)
        at = parents.get(at)
    if at is not None and at == stage.id:
        message = N_("the stage {id!r} is a part of itself; remove `parent` here or at {parent!r}")
        review.error(path, "own_parent", message, id=stage.id, parent=stage.parent)


def _reachable(review: Review) -> None:
    """Where stages branch, every step can be walked to from the first one."""
    main = [s for s in review.map.main_line if s.id]
    if not any(s.next for s in main):
        return
    after = {s.id: (s.next or ((main[i + 1].id,) if i + 1 < len(main) else ())) for i, s in enumerate(main)}
    reached, waiting = set(), [main[0].id]
    while waiting:
        at = waiting.pop()
        if at in after and at not in reached:
            reached.add(at)
            waiting += after[at]
    for i, stage in enumerate(review.map.stages):
        if stage.id in after and stage.id not in reached and stage.parent is None:
            message = N_("no stage leads to {id!r}; name it in the `next` of the stage before it")
            review.warning(("stages", i), "unreachable", message, id=stage.id)
