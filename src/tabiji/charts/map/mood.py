"""The emotion row of the map: planned over the roles of the lanes, measured over all answers."""

from statistics import fmean

from tabiji.charts import wording
from tabiji.charts.emotion import emotion_curve
from tabiji.charts.icons import face
from tabiji.charts.map.measured import Felt, Measured
from tabiji.charts.map.sheet import EmotionRow, Figure, Mood, Receipt
from tabiji.i18n import pick, sentences, text
from tabiji.journeymap.model import Cell, JourneyMap
from tabiji.result import Share

TAG_ROOM = 34  # pixels under the lowest point, where it is said what is felt there
LONGEST_QUOTE = 14  # characters of a thought that still fit beside the curve


def planned_emotion(journey_map: JourneyMap) -> list[float | None]:
    """Per stage: mean of what the lanes plan; None where no lane says anything."""
    by_stage = {
        s.id: [c.emotion for c in journey_map.cells if c.stage == s.id and c.emotion is not None]
        for s in journey_map.main_line
    }
    return [fmean(values) if values else None for values in by_stage.values()]


def emotion_row(
    journey_map: JourneyMap, measured: Measured, lang: str, *, column: float = 210, height: float = 112
) -> EmotionRow | None:
    """The row; None where nothing is planned or measured."""
    planned = planned_emotion(journey_map)
    felt = [measured.felt.get(s.id) for s in journey_map.main_line]
    if all(p is None for p in planned) and not any(felt):
        return None
    curve = emotion_curve(
        planned,
        [None if f is None else f.mean for f in felt],
        column=column,
        height=height,
        below=TAG_ROOM if any(felt) else 12,
    )
    moods = tuple(
        Mood(
            planned=wording.signed(plan) if plan is not None else "",
            measured=None if f is None else _figure(f, stage.id, lang),
            face="" if f is None or f.mean is None else face(f.mean),
        )
        for stage, plan, f in zip(journey_map.main_line, planned, felt, strict=True)
    )
    value = "" if curve.lowest is None else wording.signed(curve.lowest.value)
    where = None if curve.lowest is None else journey_map.main_line[curve.lowest.stage].id
    lowest = "" if where is None else _quote(journey_map, measured, where, lang)
    return EmotionRow(curve, moods, lowest, value)


def _figure(felt: Felt, stage: str, lang: str) -> Figure:
    receipt = Receipt("emotion", {"stage": stage})
    if felt.mean is None:
        return Figure(wording.DASH, wording.refusal(Share(None, None, None, felt.n, felt.reason), lang), receipt)
    tip = text(
        "mean {mean} of {n} {n:answer|answers}, on −2 to +2",
        lang,
        mean=wording.signed(felt.mean),
        n=wording.count(felt.n),
    )
    if felt.low is not None and felt.high is not None:
        between = text(
            "(95% interval {low} to {high})", lang, low=wording.signed(felt.low), high=wording.signed(felt.high)
        )
        tip = sentences([tip, between], lang)
    return Figure(f"{wording.signed(felt.mean)} n={wording.count(felt.n)}", tip, receipt)


def _quote(journey_map: JourneyMap, measured: Measured, stage: str, lang: str) -> str:
    """What is thought there (else asked), the first short sentence: of the role that was measured lowest there, else of the one
    whose planned emotion is lowest."""

    def mean(cell: Cell) -> float | None:
        felt = measured.felt_by.get((stage, cell.role or ""))
        return None if felt is None else felt.mean

    cells = sorted((c for c in journey_map.cells if c.stage == stage), key=lambda c: _first(c.emotion))
    told = sorted((c for c in cells if mean(c) is not None), key=lambda c: _first(mean(c)))
    own = [notes for c in told for notes in (c.thoughts, c.questions)]
    longest = LONGEST_QUOTE if lang == "ja" else 2 * LONGEST_QUOTE
    for notes in (*own, *(c.thoughts for c in cells), *(c.questions for c in cells)):
        for note in notes:
            words = pick(note.text, lang)
            if words and len(words) <= longest:
                return text("“{words}”", lang, words=words)
    return ""


def _first(value: float | None) -> float:
    """A key that puts the lowest first, and what is not known last."""
    return float("inf") if value is None else value
