"""What the page of a map shows: the sheet, and where on the screen its drawn figures stand. The template only lays it out."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from tabiji.charts import lettering
from tabiji.charts.emotion import tag_left
from tabiji.charts.icons import symbols
from tabiji.charts.map import About, Measured, Sheet, sheet
from tabiji.exports import FORMATS
from tabiji.i18n import N_, text
from tabiji.journeymap.model import JourneyMap

EVIDENCE_WORDS = {"hypothesis": N_("hypothesis"), "reported": N_("reported"), "observed": N_("observed")}
CURVE_HEIGHT = 120


@dataclass(frozen=True, slots=True)
class Link:
    """A line of a menu."""

    text: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Spot:
    """A point of the emotion curve: `x` in per cent of the width, `y` in pixels."""

    x: float
    y: float
    low: bool = False


@dataclass(frozen=True, slots=True)
class Tag:
    """What is said at the lowest point: `left` and `width` of its box relative to (`x` %, `y`)."""

    x: float
    y: float
    left: float
    width: float
    words: str
    value: str
    fair: bool  # even the lowest point is not below zero: nothing to warn of


@dataclass(frozen=True, slots=True)
class MapPage:
    """Everything that the template needs."""

    sheet: Sheet
    pinned: int | None  # the version, where it is not the newest: receipts must be of the same one
    version_text: str
    versions: tuple[Link, ...]
    exports: tuple[Link, ...]
    flow_words: str
    n_rows: int
    emotion_row: int
    dots: tuple[Spot, ...]
    lone_plans: tuple[Spot, ...]
    tag: Tag | None
    next_move: tuple[str, str, str]  # before, the strong part, after
    next_move_rest: tuple[str, str]  # what of `after` stands before its figure, and behind it
    evidence: dict[str, str]
    funnel_href: str
    accounts_hrefs: dict[str, str]  # by stage: the list of those who stand there
    separates_href: str  # of what separates those who went on; empty where nothing is at stake
    symbols: str


def build(
    journey_map: JourneyMap,
    measured: Measured,
    about: About,
    *,
    lang: str,
    versions: Sequence[tuple[int, str]] = (),
    query: str = "",
) -> MapPage:
    """The page of a map. versions: (number, day) oldest first; query: the filters of the address, kept in every link."""
    made = sheet(journey_map, measured, about, lang, curve_height=CURVE_HEIGHT)
    here = f"/maps/{journey_map.id}"
    rows = [made.touchpoints, made.triggers, made.pain_points, made.initiatives, made.kpis]
    before_emotion = 3 + len(made.lanes)
    return MapPage(
        sheet=made,
        pinned=about.version if versions and about.version != versions[-1][0] else None,
        version_text=_version_text(about, versions),
        versions=tuple(
            Link(f"v{number} · {day}", f"{here}?{_with(query, version=number)}", number == about.version)
            for number, day in reversed(versions)
        ),
        exports=tuple(
            Link(f.label, f"{here}/export.{f.extension}?{_with(query, version=about.version)}")
            for f in FORMATS
            if f.ready
        ),
        flow_words=_flow_words(journey_map.unit, lang),
        n_rows=before_emotion + bool(made.emotion) + sum(map(bool, rows)),
        emotion_row=before_emotion + 1,
        dots=_dots(made),
        lone_plans=_lone_plans(made),
        tag=_tag(made),
        next_move=made.next_move.partition(made.next_move_strong) if made.next_move_strong else ("", "", ""),
        next_move_rest=_around_figure(made),
        evidence={name: text(words, lang) for name, words in EVIDENCE_WORDS.items()},
        funnel_href=f"{here}/funnel" + (f"?{query}" if query else ""),
        accounts_hrefs=_accounts(journey_map, query),
        separates_href=f"{here}/separates?{_with(query, version=about.version)}" if made.next_move_figure else "",
        symbols=symbols(),
    )


def _around_figure(made: Sheet) -> tuple[str, str]:
    after = made.next_move.partition(made.next_move_strong)[2] if made.next_move_strong else ""
    before, _, behind = after.partition(made.next_move_figure.text) if made.next_move_figure else (after, "", "")
    return before, behind


def _accounts(journey_map: JourneyMap, query: str) -> dict[str, str]:
    """Who stands in a stage now: open journeys up to the success stage, won ones from there on."""
    out, outcome = {}, "open"
    for stage in journey_map.main_line:
        outcome = "won" if stage.kind == "success" else outcome
        out[stage.id] = f"/maps/{journey_map.id}/accounts?{_with(query, stage=stage.id, outcome=outcome)}"
    return out


def _with(query: str, **more: object) -> str:
    added = urlencode({k: v for k, v in more.items() if v is not None})
    return "&".join(part for part in (query, added) if part)


def _version_text(about: About, versions: Sequence[tuple[int, str]]) -> str:
    if about.version is None:
        return "v—"
    day = dict(versions).get(about.version) or (f"{about.changed_on:%Y-%m-%d}" if about.changed_on else "")
    return f"v{about.version} · {day}" if day else f"v{about.version}"


def _flow_words(unit: str, lang: str) -> str:
    if unit == "opportunity":
        return text("opportunities and where they are lost", lang)
    return (
        text("people and where they are lost", lang)
        if unit == "person"
        else text("companies and where they are lost", lang)
    )


def _dots(made: Sheet) -> tuple[Spot, ...]:
    if made.emotion is None:
        return ()
    curve = made.emotion.curve
    return tuple(Spot(round(100 * d.x / curve.width, 3), round(d.y, 2), d is curve.lowest) for d in curve.measured_dots)


def _lone_plans(made: Sheet) -> tuple[Spot, ...]:
    """Planned points without a neighbour: no line runs through them, so they are drawn themselves."""
    if made.emotion is None:
        return ()
    curve = made.emotion.curve
    stages = {d.stage for d in curve.planned_dots}
    return tuple(
        Spot(round(100 * d.x / curve.width, 3), round(d.y, 2))
        for d in curve.planned_dots
        if not {d.stage - 1, d.stage + 1} & stages
    )


def _tag(made: Sheet) -> Tag | None:
    if made.emotion is None or made.emotion.curve.lowest is None:
        return None
    curve, low = made.emotion.curve, made.emotion.curve.lowest
    words, value = made.emotion.lowest, made.emotion.lowest_value
    width = round(18 + lettering.width(words, 11) + 5 * bool(words) + lettering.width(value, 11, bold=True), 1)
    fraction = low.x / curve.width
    return Tag(
        round(100 * fraction, 3),
        round(low.y + 20, 2),
        round(tag_left(fraction, width), 1),
        width,
        words,
        value,
        low.value >= 0,
    )
