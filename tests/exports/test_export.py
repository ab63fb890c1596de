"""A map as a file."""

import struct
from pathlib import Path

import pytest

from sample_map import ABOUT, MAP, MEASURED
from tabiji.exports import FORMATS, NotYetError, UnknownFormatError, export_bytes, export_map, format_of, png
from tabiji.journeymap.model import JourneyMap, Stage
from tabiji.journeymap.yaml_file import from_json

TEXT = """# 新規導入 – our own words
id: new-business
name: {ja: 新規導入ジャーニー}
stages:
  - {id: on, limit_days: 60}   # a word, not a truth value
  - {id: lost, kind: failure, enters_when: [{event: "lost*"}]}
"""


def size(content: bytes) -> tuple[int, int]:
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", content[16:24])


def test_yaml_is_the_text_as_written(tmp_path: Path) -> None:
    assert export_map(MAP, TEXT, tmp_path / "map.yaml").read_text("utf-8") == TEXT
    assert export_map(MAP, TEXT, tmp_path / "map.yml").read_text("utf-8") == TEXT


def test_json_can_be_read_back_as_the_same_map(tmp_path: Path) -> None:
    written = export_map(MAP, TEXT, tmp_path / "map.json").read_text("utf-8")
    assert from_json(written).map == MAP
    assert "新規導入ジャーニー" in written


def test_svg_and_png_are_the_same_picture(tmp_path: Path) -> None:
    svg = export_map(MAP, TEXT, tmp_path / "map.svg", measured=MEASURED, about=ABOUT, lang="ja").read_text("utf-8")
    drawn = export_map(MAP, TEXT, tmp_path / "map.PNG", measured=MEASURED, about=ABOUT, lang="ja").read_bytes()
    width, height = size(drawn)
    assert svg.startswith(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width // 2}" height="{height // 2}"')
    assert width / height == pytest.approx(2**0.5, rel=0.01)


def test_letters_of_a_png_come_from_the_bundled_font_alone() -> None:
    def picture(words: str, family: str) -> bytes:
        return png(
            '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="24">'
            f'<text x="2" y="18" font-size="16" font-family="{family}">{words}</text></svg>'
        )

    empty = picture("", "Noto Sans JP")
    assert picture("稟議", "Noto Sans JP") != empty
    assert picture("稟議", "Noto Sans JP") == picture("稟議", "sans-serif")


def test_a_file_is_replaced_as_a_whole_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "map.svg"
    target.write_text("old")
    export_map(MAP, TEXT, target)
    assert target.read_text("utf-8").startswith("<svg ")
    assert [p.name for p in tmp_path.iterdir()] == ["map.svg"]


@pytest.mark.parametrize("name", ["map.pdf", "map.PPTX", "map.xlsx", "map.cjml.xml", "cjml.xml"])
def test_a_format_that_is_planned_says_what_works_until_then(name: str) -> None:
    with pytest.raises(NotYetError) as caught:
        format_of(name)
    assert str(caught.value).endswith("yet; what works: .svg, .png, .yaml, .json")
    assert caught.value.code == "format_not_yet"


@pytest.mark.parametrize(("name", "hint"), [("map.svgz", "did you mean 'svg'?"), ("map.doc", ""), ("map", "")])
def test_an_unknown_ending_names_the_nearest(name: str, hint: str) -> None:
    with pytest.raises(UnknownFormatError) as caught:
        format_of(name)
    said = f"a map cannot be written as {name!r}{hint and '; ' + hint}; what works: .svg, .png, .yaml, .json"
    assert str(caught.value) == said  # the endings are listed once


def test_nothing_is_written_where_the_ending_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(NotYetError):
        export_map(MAP, TEXT, tmp_path / "map.pdf")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", [f for f in FORMATS if f.ready], ids=lambda f: f.extension)
def test_the_smallest_map_can_be_written_in_every_format(kind: object) -> None:
    small = JourneyMap("small", {}, (Stage("only", {}),))
    assert export_bytes(small, "id: small", kind)  # type: ignore[arg-type]
