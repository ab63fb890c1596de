"""Checks of everything around the stages: touchpoints, lanes, triggers, initiatives, KPIs, personas, the buying group."""

from collections.abc import Callable

from tabiji.i18n import N_
from tabiji.journeymap.check.review import Review
from tabiji.journeymap.problems import Hint


def _touchpoints(review: Review) -> None:
    touchpoints = review.map.touchpoints
    review.ids(("touchpoints",), [t.id for t in touchpoints], N_("the touchpoint"))
    for i, touchpoint in enumerate(touchpoints):
        review.each(("touchpoints", i, "stages"), touchpoint.stages, review.stage)
        if not touchpoint.matches and touchpoint.id:
            message = N_(
                "the touchpoint {id!r} has no `matches`, so no event is ever counted for it; "
                "write e.g. `matches: [{{channel: {channel}}}]`"
            )
            channel = touchpoint.channel or "webinar"
            review.warning(("touchpoints", i), "no_matches", message, id=touchpoint.id, channel=channel)


def _lanes(review: Review) -> None:
    for role in dict.fromkeys(c.role for c in review.map.cells):
        review.role(("lanes", role), role)
    for cell in review.map.cells:
        here = ("lanes", cell.role, cell.stage)
        review.stage(here, cell.stage)
        review.each((*here, "content"), cell.content, review.touchpoint)


def _findings(review: Review) -> None:
    told = (
        ("triggers", review.map.triggers, N_("the trigger")),
        ("pain_points", review.map.pain_points, N_("the pain point")),
    )
    for key, findings, what in told:
        review.ids((key,), [f.id for f in findings], what)
        for i, finding in enumerate(findings):
            review.stage((key, i, "stage"), finding.stage)
            review.role((key, i, "role"), finding.role)


def _initiatives(review: Review) -> None:
    initiatives = review.map.initiatives
    review.ids(("initiatives",), [i.id for i in initiatives], N_("the initiative"))
    kpis = tuple(k.id for k in review.map.kpis)
    for i, initiative in enumerate(initiatives):
        here = ("initiatives", i)
        review.stage((*here, "stage"), initiative.stage)
        review.role((*here, "role"), initiative.role)
        review.touchpoint((*here, "touchpoint"), initiative.touchpoint)
        if initiative.kpi and initiative.kpi not in kpis:
            message = N_("there is no KPI {name!r} under `kpis`{hint}")
            hint = Hint(initiative.kpi, kpis)
            review.warning((*here, "kpi"), "unknown_kpi", message, name=initiative.kpi, hint=hint)


def _kpis(review: Review) -> None:
    kpis = review.map.kpis
    review.ids(("kpis",), [k.id for k in kpis], N_("the KPI"))
    for i, kpi in enumerate(kpis):
        here = ("kpis", i)
        review.stage((*here, "stage"), kpi.stage)
        review.stage((*here, "measure", "reached"), kpi.measure.reached)
        review.stage((*here, "measure", "share"), kpi.measure.share)


def _personas(review: Review) -> None:
    personas = review.map.personas
    review.ids(("personas",), [p.id for p in personas], N_("the persona"))
    for i, persona in enumerate(personas):
        review.role(("personas", i, "role"), persona.role)
        if persona.kind == "person" and persona.rule is not None:
            message = N_("`rule` selects companies; it says nothing for a persona of kind person")
            review.warning(("personas", i, "rule"), "no_effect", message)


def _buying_group(review: Review) -> None:
    group = review.map.buying_group
    first: dict[str, int] = {}
    for i, member in enumerate(group):
        here = ("buying_group", i)
        review.role((*here, "role"), member.role)
        if member.role and first.setdefault(member.role, i) != i:
            line = review.document.place(("buying_group", first[member.role]))[0]
            message = N_(
                "the role {role!r} stands here a second time (first in line {line}); raise its `required` instead"
            )
            review.error(here, "duplicate_role", message, role=member.role, line=line)
    if group and not any(member.weight for member in group):
        message = N_("every weight is 0; give at least one role of the buying group a weight")
        review.error(("buying_group",), "no_weight", message)


def _influences(review: Review) -> None:
    for i, influence in enumerate(review.map.influences):
        here = ("influence", i)
        review.role((*here, "from"), influence.from_role)
        review.role((*here, "to"), influence.to_role)
        review.stage((*here, "stage"), influence.stage)
        if influence.from_role and influence.from_role == influence.to_role:
            message = N_("the role {role!r} sways itself; name two roles")
            review.warning(here, "no_effect", message, role=influence.from_role)


PARTS: tuple[Callable[[Review], None], ...] = (
    _touchpoints, _lanes, _findings, _initiatives, _kpis, _personas, _buying_group, _influences,
)  # fmt: skip
