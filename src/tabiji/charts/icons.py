"""Icons as strokes in a box of 16 × 16, in the colour of the text around them. No emoji: the bundled font has none."""

_FACE = '<circle cx="8" cy="8" r="6.25" fill="none" stroke="currentColor" stroke-width="1.3"/>'
_EYES = (
    '<path d="M5.8 6.1v.9M10.2 6.1v.9" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round"/>'
)


def _mouth(path: str) -> str:
    return f'<path d="{path}" fill="none" stroke="currentColor" stroke-width="1.3" stroke-linecap="round"/>'


def _line(path: str) -> str:
    return (
        f'<path d="{path}" fill="none" stroke="currentColor" stroke-width="1.3" stroke-linecap="round"'
        ' stroke-linejoin="round"/>'
    )


ICONS = {
    "glad": _FACE + _EYES + _mouth("M5.2 9.4C6.2 11.4 9.8 11.4 10.8 9.4"),
    "calm": _FACE + _EYES + _mouth("M5.5 10.3H10.5"),
    "uneasy": _FACE + _EYES + _mouth("M5.3 11.2C6.3 9.4 9.7 9.4 10.7 11.2"),
    "in_person": _line(
        "M8 7.4a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6ZM3.4 13.4c.3-2.7 2.1-4.2 4.6-4.2s4.3 1.5 4.6 4.2"
    ),
    "online": _line("M2.4 3.4h11.2v7.4H2.4ZM6 13.4h4M8 10.8v2.6"),
    "hypothesis": '<circle cx="8" cy="8" r="4.2" fill="none" stroke="currentColor" stroke-width="1.4" stroke-dasharray="1.9 1.4"/>',
    "reported": (
        '<circle cx="8" cy="8" r="4.2" fill="none" stroke="currentColor" stroke-width="1.4"/>'
        '<path d="M8 3.8a4.2 4.2 0 0 1 0 8.4Z" fill="currentColor"/>'
    ),
    "observed": '<circle cx="8" cy="8" r="4.9" fill="currentColor"/>',
    "thought": _line("M5.2 11.2a3 3 0 0 1-.3-6 3.6 3.6 0 0 1 6.9.5 2.8 2.8 0 0 1-.6 5.5ZM4.2 13.6h.1"),
    "direct": '<circle cx="8" cy="8" r="4.4" fill="currentColor"/>',
    "indirect": '<circle cx="8" cy="8" r="3.8" fill="none" stroke="currentColor" stroke-width="1.3"/>',
}


def face(value: float) -> str:
    """Name of the icon of an emotion in −2…+2: glad from +0.5, uneasy from −0.5 down, calm between."""
    return "glad" if value >= 0.5 else "uneasy" if value <= -0.5 else "calm"


def symbols(prefix: str = "i-") -> str:
    """Every icon as a `<symbol>`, to be placed once in a document and shown with `<use href="#i-…"/>`."""
    return "".join(f'<symbol id="{prefix}{name}" viewBox="0 0 16 16">{body}</symbol>' for name, body in ICONS.items())
