"""What stands above and below the map in its picture: name and facts, legend, next move, personas."""

from tabiji.charts import lettering
from tabiji.charts.map.picture import cells
from tabiji.charts.map.picture.blocks import Block, chip, icon, moved, paragraph, stacked, word
from tabiji.charts.map.sheet import PersonaCard, Sheet
from tabiji.charts.palette import AI, AI_2, AI_WASH, INK, INK_2, INK_3, MUTE, RULE, SHEET, SHU
from tabiji.charts.scale import num
from tabiji.i18n import text


def header(made: Sheet, width: float) -> Block:
    """Name and chips at the left, facts at the right or below."""
    svg = word(made.name, 0, 24, 25, INK, bold=True)
    x = lettering.width(made.name, 25, bold=True) + 14
    for words in made.chips:
        drawn, wide = chip(words, x, 6, 12, AI, AI_WASH, 99)
        svg, x = svg + drawn, x + wide + 8
    facts = "　".join(f"{label} {value}".strip() for label, value in made.facts)
    below = x + lettering.width(facts, 13) > width
    svg += word(facts, 0 if below else width, 48 if below else 24, 13, INK_2, anchor="start" if below else "end")
    return Block(svg, 56 if below else 34)


def below(made: Sheet, width: float, personas: Block) -> Block:
    """Legend, notices, the next move, and the personas where they do not stand beside the map."""
    small = [_legend(made), *(paragraph(notice, width, 11, INK_3) for notice in made.notices)]
    return stacked([stacked(small, 2), _next_move(made, width), personas], 12)


def _next_move(made: Sheet, width: float) -> Block:
    words = made.next_move or made.bring
    if not words:
        return Block()
    colour = SHU if made.next_move_strong else AI_2
    label = text("Next move", made.lang)
    left = 24 + lettering.width(label, 13, bold=True) + 22
    said = stacked(
        [
            paragraph(words, width - left - 20, 14, bold=bool(made.next_move_strong)),
            paragraph(made.next_move_detail, width - left - 20, 12, INK_2),
        ],
        2,
    )
    height = said.height + 24
    svg = (
        f'<rect x=".5" y=".5" width="{num(width - 1)}" height="{num(height - 1)}" rx="10" fill="{SHEET}" stroke="{RULE}"/>'
        f'<path d="M2,10V{num(height - 10)}" stroke="{colour}" stroke-width="4" stroke-linecap="round"/>'
    )
    return Block(
        svg
        + word(label, 22, height / 2 + 5, 13, colour if made.next_move_strong else AI, bold=True)
        + moved(said, left, 12),
        height,
    )


def personas(made: Sheet, width: float) -> Block:
    """Cards of the personas, as many beside each other as the width takes."""
    if not made.personas:
        return Block()
    per_row = min(len(made.personas), max(1, int(width // 330)))
    wide = (width - 12 * (per_row - 1)) / per_row
    strips = []
    for start in range(0, len(made.personas), per_row):
        cards = [_persona(p, wide - 28) for p in made.personas[start : start + per_row]]
        height = max(c.height for c in cards) + 22
        svg = "".join(
            f'<g transform="translate({num(i * (wide + 12))} 0)"><rect x=".5" y=".5" width="{num(wide - 1)}" height="{num(height - 1)}"'
            f' rx="10" fill="{SHEET}" stroke="{RULE}"/>{moved(card, 14, 10)}</g>'
            for i, card in enumerate(cards)
        )
        strips.append(Block(svg, height))
    return stacked(strips, 12)


def _persona(card: PersonaCard, width: float) -> Block:
    parts = [
        paragraph(card.name, width, 12.5, bold=True),
        paragraph(card.who, width, cells.TINY, INK_3),
        paragraph(card.narrative, width, 11.5, INK_2),
    ]
    for label, sentences in card.points:
        wide = lettering.width(label, cells.TINY) + 10
        said = paragraph(" / ".join(sentences), width - wide, 11.5)
        parts.append(Block(word(label, 0, 12.5, cells.TINY, INK_3) + moved(said, wide, 0), said.height))
    return stacked(parts, 1)


def _legend(made: Sheet) -> Block:
    lang, svg, x = made.lang, "", 2.0
    marks: list[tuple[str, str]] = []
    if made.uses_evidence:
        marks += [
            ("hypothesis", text("hypothesis", lang)),
            ("reported", text("reported", lang)),
            ("observed", text("observed", lang)),
        ]
    if made.touchpoints:
        marks += [("in_person", text("in person", lang)), ("online", text("online", lang))]
    for name, words in marks:
        svg += icon(name, x, 2, 12, MUTE) + word(words, x + 16, 12, 11, INK_3)
        x += 16 + lettering.width(words, 11) + 18
    if made.has_flow:
        keys = (
            (f'<path d="M0,8h26" stroke="{RULE}"/><path d="M6,8h14" stroke="{AI_2}" stroke-width="5" opacity=".4"/><path d="M13,4v8" stroke="{AI}" stroke-width="2"/>', text("share with its 95% interval, open journeys counted as open", lang)),
            (f'<path d="M0,8h26" stroke="{RULE}"/><path d="M8,5.5v5" stroke="{MUTE}" stroke-width="1.4"/><path d="M18,2.5v11" stroke="{INK}" stroke-width="1.2" stroke-dasharray="2 1.6"/>', text("grey: share of all so far · dashed: planned", lang)),
        )  # fmt: skip
        for key, words in keys:
            svg += moved(Block(key, 1), x, 0) + word(words, x + 32, 12, 11, INK_3)
            x += 32 + lettering.width(words, 11) + 18
    return Block(svg, 16 if svg else 0)
