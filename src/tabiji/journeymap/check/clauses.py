"""Checks of clauses: conditions that can never hold, always hold, or say nothing."""

from tabiji.i18n import N_
from tabiji.journeymap.check.review import Review, clauses
from tabiji.journeymap.globs import is_glob, matcher
from tabiji.journeymap.model import FIELD_CHANGED, MOST_ROLE_CONDITIONS, Clause
from tabiji.journeymap.problems import Hint, Path

CONDITIONS = ("event", "touchpoint", "channel", "source", "campaign", "content", "offering", "role")


def check_clauses(review: Review) -> None:
    """Every clause of stages, touchpoints and KPIs."""
    for path, clause in clauses(review.map):
        _conditions(review, path, clause)
        _counts(review, path, clause)
        for i, role in enumerate(clause.role):
            if not is_glob(role):
                review.role((*path, "role", i), role)
        if path[0] == "touchpoints":
            _in_touchpoint(review, path, clause)
        else:
            _touchpoints(review, path, clause)
    _touchpoint_roles(review)


def _conditions(review: Review, path: Path, clause: Clause) -> None:
    named = any(getattr(clause, key) for key in CONDITIONS)
    if not named and clause.field_change is None and not any(clause.properties.values()):
        message = N_('the clause names no condition, so every event would match; write `event: "*"` if that is meant')
        review.error(path, "empty_clause", message)
    if clause.field_change is not None and clause.event and not matcher(clause.event)(FIELD_CHANGED):
        message = N_("`field` is the event {event!r}, so it never comes together with another event; remove `event`")
        review.error((*path, "event"), "never_matches", message, event=FIELD_CHANGED)
    offering = review.map.offering
    if clause.offering and offering is not None and not matcher(clause.offering)(offering):
        message = N_("the map is about the offering {offering!r}, so this clause never matches")
        review.warning((*path, "offering"), "never_matches", message, offering=offering)
    if clause.inherited and review.map.unit != "opportunity":
        message = N_("`inherited` says something only where the map has `unit: opportunity`")
        review.warning((*path, "inherited"), "no_effect", message)


def _counts(review: Review, path: Path, clause: Clause) -> None:
    if clause.within_days is not None and not clause.counts:
        message = N_("`within_days` says nothing without `at_least` or `people`")
        review.warning((*path, "within_days"), "no_effect", message)
    if review.map.unit == "person" and (clause.people or 0) > 1:
        message = N_("the map follows single persons, so {n} persons never come together; remove `people`")
        review.warning((*path, "people"), "never_matches", message, n=clause.people)


def _touchpoints(review: Review, path: Path, clause: Clause) -> None:
    """A clause can only rest on touchpoints that are described."""
    for i, name in enumerate(clause.touchpoint):
        found = [t for t in review.map.touchpoints if matcher((name,))(t.id)]
        here = (*path, "touchpoint", i)
        if not found:
            message = N_("no touchpoint {name!r} is described under `touchpoints`, so the clause never matches{hint}")
            hint = Hint(name, review.touchpoint_ids)
            review.add(
                "warning" if is_glob(name) else "error", here, "unknown_touchpoint", message, name=name, hint=hint
            )
        elif not any(t.matches for t in found):
            message = N_("the touchpoint {name!r} has no `matches`, so the clause never matches")
            review.warning(here, "never_matches", message, name=name)
    if clause.counts and clause.touchpoint:
        wanted = matcher(clause.touchpoint)
        roles = {m.role for t in review.map.touchpoints if wanted(t.id) for m in t.matches}
        if len(roles) > 1:
            message = N_(
                "touches cannot be counted together whose `matches` ask for different roles; make one touchpoint per role"
            )
            review.error((*path, "touchpoint"), "mixed_roles", message)


def _in_touchpoint(review: Review, path: Path, clause: Clause) -> None:
    """A match looks at one event, and at nothing but the event."""
    if clause.touchpoint:
        message = N_("a touchpoint cannot rest on another one; write the conditions of {name!r} here")
        review.error((*path, "touchpoint"), "nested_touchpoint", message, name=clause.touchpoint[0])
    if clause.counts:
        message = N_("a touchpoint matches single events; put `at_least` and `people` into the stage's `enters_when`")
        review.warning(path, "no_effect", message)


def _touchpoint_roles(review: Review) -> None:
    for i, touchpoint in enumerate(review.map.touchpoints):
        n = len({m.role for m in touchpoint.matches})
        if n > MOST_ROLE_CONDITIONS:
            message = N_("{n} different roles in the `matches` of one touchpoint, {most} at most; make two of it")
            review.error(("touchpoints", i, "matches"), "mixed_roles", message, n=n, most=MOST_ROLE_CONDITIONS)
