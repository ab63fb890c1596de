"""From a map and what was measured to the sheet that is shown."""

from tabiji import i18n
from tabiji.charts import wording
from tabiji.charts.map import flow, mood, rows, stake
from tabiji.charts.map.lanes import lanes
from tabiji.charts.map.measured import About, Measured
from tabiji.charts.map.personas import personas
from tabiji.charts.map.sheet import Sheet
from tabiji.i18n import pick, text
from tabiji.journeymap.model import JourneyMap
from tabiji.metrics.funnel.result import FunnelResult


def sheet(
    journey_map: JourneyMap,
    measured: Measured | None = None,
    about: About | None = None,
    lang: str | None = None,
    *,
    column: float = 210,
    river_height: float = 126,
    curve_height: float = 112,
) -> Sheet:
    """The whole map in the reader's language, everything computed and in words. Sizes are those of the drawn rows."""
    measured, about, lang = measured or Measured(), about or About(), lang or i18n.language()
    funnel = measured.funnel if measured.funnel is not None and measured.funnel.total.n else None
    stakes = measured.stakes if funnel is not None else None
    worst = flow.bottleneck(funnel, stakes)
    move = stake.next_move(funnel, stakes, journey_map.unit, lang)
    sentence, strong, detail, figure = move or (*flow.next_move(funnel, journey_map.unit, lang), None)
    return Sheet(
        lang=lang,
        id=journey_map.id,
        name=pick(journey_map.name, lang) or journey_map.id,
        description=pick(journey_map.description, lang),
        chips=_chips(journey_map, about, lang),
        facts=_facts(journey_map, funnel, about, lang),
        unit=journey_map.unit,
        stages=flow.columns(journey_map, funnel, lang, stakes),
        river=flow.draw_river(funnel, stakes, column=column, height=river_height),
        river_note=flow.river_note(funnel, lang),
        lanes=lanes(journey_map, measured, lang, None if worst is None else worst.from_),
        emotion=mood.emotion_row(journey_map, measured, lang, column=column, height=curve_height),
        touchpoints=rows.touchpoints(journey_map, measured, lang),
        triggers=rows.findings(journey_map, journey_map.triggers, lang),
        pain_points=rows.findings(journey_map, journey_map.pain_points, lang),
        initiatives=rows.initiatives(journey_map, lang),
        kpis=rows.kpis(journey_map, measured, lang),
        personas=personas(journey_map, lang),
        next_move=sentence,
        next_move_strong=strong,
        next_move_detail=detail,
        next_move_figure=figure,
        bring=_bring(funnel, about, lang),
        notices=tuple(n.render(lang) for n in measured.funnel.notices) if measured.funnel is not None else (),
        has_data=about.began_on is not None,
    )


def _chips(journey_map: JourneyMap, about: About, lang: str) -> tuple[str, ...]:
    companies = [pick(p.name, lang) for p in journey_map.personas if p.kind == "company"]
    return tuple(c for c in (about.offering.get(lang) or journey_map.offering or "", *companies) if c)


def _facts(
    journey_map: JourneyMap, funnel: FunnelResult | None, about: About, lang: str
) -> tuple[tuple[str, str], ...]:
    facts = []
    if about.version is not None:
        day = "" if about.changed_on is None else f" · {about.changed_on:%Y-%m-%d}"
        facts.append(("", f"v{about.version}{day}"))
    if funnel is not None:
        asked = funnel.question.flags
        as_of = funnel.provenance.as_of.astimezone(about.zone) if about.zone else funnel.provenance.as_of
        begin = asked.get("from") or (about.began_on and f"{about.began_on:%Y-%m}")
        end = asked.get("to") or f"{as_of:%Y-%m}"
        facts.append(
            (text("period", lang), f"{begin} → {end}") if begin else (text("as of", lang), f"{as_of:%Y-%m-%d}")
        )
        facts.append((text("about", lang), _who(journey_map, funnel, about, lang)))
    return tuple(facts)


def _who(journey_map: JourneyMap, funnel: FunnelResult, about: About, lang: str) -> str:
    """Units on the map; the people beside them where all units of the data are on it."""
    units = min(funnel.total.n, funnel.provenance.accounts)
    who = wording.units(units, journey_map.unit, lang)
    if journey_map.unit == "person" or not about.n_persons or units < funnel.provenance.accounts:
        return who
    return f"{who} / {wording.units(about.n_persons, 'person', lang)}"


def _bring(funnel: FunnelResult | None, about: About, lang: str) -> str:
    if funnel is not None:
        return ""
    if about.began_on is not None:
        return text(
            "No journey meets these conditions. Widen the period or the segment, or look at what lets a stage begin.",
            lang,
        )
    return text(
        "Nothing was measured on this map yet. Bring a file of events (who, what, when: a CRM export, a web log, a list of"
        " seminar guests) and the river, the shares and the reach appear here.",
        lang,
    )
