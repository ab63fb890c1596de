"""Pieces of a picture that know their height: text set in lines, icons, things under and beside each other."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from tabiji.charts import lettering
from tabiji.charts.palette import INK
from tabiji.charts.scale import num

LEADING = 1.5  # line height over type size; Japanese needs the air


@dataclass(frozen=True, slots=True)
class Block:
    """SVG drawn from (0, 0) down to `height`."""

    svg: str = ""
    height: float = 0.0


def word(
    content: str, x: float, y: float, size: float, colour: str = INK, bold: bool = False, anchor: str = "start"
) -> str:
    """One line of text with its baseline at `y`."""
    weight = ' font-weight="700"' if bold else ""
    place = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{num(x)}" y="{num(y)}" font-size="{num(size)}" fill="{colour}"{weight}{place}>{escape(content)}</text>'


def paragraph(
    content: str, limit: float, size: float, colour: str = INK, bold: bool = False, max_lines: int | None = None
) -> Block:
    """Text in lines of at most `limit` pixels."""
    lines = lettering.wrap(content, limit, size, bold, max_lines)
    step = size * LEADING
    return Block(
        "".join(word(line, 0, step * i + 0.5 * step + 0.36 * size, size, colour, bold) for i, line in enumerate(lines)),
        step * len(lines),
    )


def icon(name: str, x: float, y: float, size: float, colour: str) -> str:
    """A symbol of `icons.symbols`, its corner at (x, y)."""
    return (
        f'<use href="#i-{name}" x="{num(x)}" y="{num(y)}" width="{num(size)}" height="{num(size)}" color="{colour}"/>'
    )


def moved(block: Block, x: float, y: float) -> str:
    """The block drawn elsewhere."""
    return f'<g transform="translate({num(x)} {num(y)})">{block.svg}</g>' if block.svg else ""


def stacked(blocks: Iterable[Block], gap: float = 0.0) -> Block:
    """Blocks under each other; empty ones take no place."""
    svg, y = "", 0.0
    for block in blocks:
        if not block.height:
            continue
        y += gap if y else 0.0
        svg += moved(block, 0, y)
        y += block.height
    return Block(svg, y)


def indented(block: Block, x: float, before: str = "") -> Block:
    """The block shifted to the right, with something drawn in front of it."""
    return Block(before + moved(block, x, 0), block.height)


def chip(
    content: str, x: float, y: float, size: float, colour: str, ground: str, radius: float = 4
) -> tuple[str, float]:
    """A word on a ground of its own, its top left corner at (x, y), and its width."""
    wide = lettering.width(content, size, bold=True) + size * 1.1
    high = size * 1.55
    box = f'<rect x="{num(x)}" y="{num(y)}" width="{num(wide)}" height="{num(high)}" rx="{num(min(radius, high / 2))}" fill="{ground}"/>'
    return box + word(content, x + size * 0.55, y + high / 2 + 0.36 * size, size, colour, bold=True), wide
