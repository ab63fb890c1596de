"""The map as one SVG: well formed, self-contained, complete, in the proportion of A3 landscape."""

import re
from dataclasses import replace
from math import sqrt
from xml.etree import ElementTree

import pytest

from sample_map import ABOUT, MAP, MEASURED
from tabiji.charts.lettering import width
from tabiji.charts.map import Measured, draw
from tabiji.journeymap.model import Cell, JourneyMap, Note, Stage
from tabiji.result import Notice

SVG = "{http://www.w3.org/2000/svg}"


def parsed(
    journey_map: JourneyMap = MAP, measured: Measured | None = MEASURED, lang: str = "en"
) -> ElementTree.Element:
    about = ABOUT if measured is not None else None
    return ElementTree.fromstring(draw(journey_map, measured, about, lang).svg)


def words(root: ElementTree.Element) -> str:
    """Everything that is written, without spaces and line breaks."""
    return re.sub(r"\s", "", "".join("".join(t.itertext()) for t in root.iter(f"{SVG}text")))


def squeezed(*texts: str) -> list[str]:
    return [re.sub(r"\s", "", t) for t in texts]


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_everything_of_the_map_is_in_the_picture(lang: str) -> None:
    drawn = words(parsed(lang=lang))
    said = [
        MAP.name,
        *(s.name for s in MAP.main_line),
        *(s.goal for s in MAP.main_line),
        *(t.name for t in MAP.touchpoints),
    ]
    said += [n.text for c in MAP.cells for n in (*c.actions, *c.questions, *c.thoughts)]
    said += [f.text for f in MAP.pain_points] + [i.name for i in MAP.initiatives] + [k.name for k in MAP.kpis]
    said += [p.name for p in MAP.personas]
    missing = [text for localized in said for text in squeezed(localized[lang]) if text not in drawn]
    assert missing == []


def test_every_figure_is_in_the_picture() -> None:
    drawn = words(parsed())
    figures = ("1,842", "1,204", "913", "702", "186", "161", "74% · 41 days", "26% · 94 days", "−1.2 n=214", "71%", "12.4k", "/ 12k", "+32", "in 86% at Consideration", "too few", "biggest loss")  # fmt: skip
    assert [f for f, s in zip(figures, squeezed(*figures), strict=True) if s not in drawn] == []


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_it_has_the_proportion_of_a3_landscape(lang: str) -> None:
    drawn = draw(MAP, MEASURED, ABOUT, lang)
    assert drawn.width / drawn.height == pytest.approx(sqrt(2), rel=0.002)


def test_it_needs_nothing_but_itself_and_draws_what_it_refers_to() -> None:
    root = parsed()
    ids = {e.get("id") for e in root.iter() if e.get("id")}
    hrefs = [e.get("href", "") for e in root.iter(f"{SVG}use")]
    assert hrefs
    assert all(h.startswith("#") and h[1:] in ids for h in hrefs)
    assert not any(e.tag.removeprefix(SVG) in ("image", "style", "script", "foreignObject") for e in root.iter())


def test_what_a_reader_must_know_stands_under_it() -> None:
    told = replace(MEASURED, funnel=replace(MEASURED.funnel, notices=(Notice("late", "Half of the data is late."),)))
    assert squeezed("Half of the data is late.")[0] in words(parsed(measured=told))


def test_it_can_be_read_aloud() -> None:
    root = parsed()
    assert (root.findtext(f"{SVG}title"), root.get("role")) == ("New business", "img")
    assert (root.findtext(f"{SVG}desc") or "").startswith("Consideration → Order loses most")


def test_words_of_a_map_are_never_markup() -> None:
    hostile = replace(MAP, name={"en": "<script>alert('1')</script> & Co"}, offering='"quoted" <b>')
    drawn = draw(hostile, MEASURED, ABOUT, "en").svg
    assert "<script" not in drawn
    assert ElementTree.fromstring(drawn).findtext(f"{SVG}title") == "<script>alert('1')</script> & Co"


@pytest.mark.parametrize("n", [1, 2, 12, 20])
def test_any_number_of_stages_fits(n: int) -> None:
    stages = tuple(Stage(f"s{i}", {"en": f"Stage number {i}"}) for i in range(n))
    cells = tuple(
        Cell("user", s.id, (Note({"en": "compares what is on offer and writes it down for the others"}),))
        for s in stages
    )
    root = parsed(JourneyMap("m", {"en": "Many"}, stages, cells=cells), None)
    drawn = words(root)
    assert all(squeezed(f"Stage number {i}")[0] in drawn for i in range(n))
    assert float(root.get("width", "0")) / float(root.get("height", "1")) == pytest.approx(sqrt(2), rel=0.002)


def test_no_line_of_a_cell_is_wider_than_its_column() -> None:
    drawn = draw(MAP, MEASURED, ABOUT, "ja")
    column = (drawn.width - 2 * 36 - 148) / 6
    root = ElementTree.fromstring(drawn.svg)
    table = next(g for g in root.iter(f"{SVG}g") if g.get("clip-path"))
    for text in table.iter(f"{SVG}text"):
        size, bold = float(text.get("font-size", "0")), text.get("font-weight") == "700"
        assert width(text.text or "", size, bold) <= column - 14, text.text


def test_a_map_without_data_shows_what_is_planned_and_what_to_bring() -> None:
    root = parsed(measured=None)
    drawn = words(root)
    assert squeezed("Counts overtime at closing")[0] in drawn
    assert squeezed("Nothing was measured on this map yet.")[0] in drawn
    assert "fall" not in {e.get("fill", "").strip("url(#)") for e in root.iter(f"{SVG}path")}
