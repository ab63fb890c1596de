"""The bundled font: where its files are, and how wide its glyphs run.

Only the tables that say the advance widths are read (cmap format 12, hhea, hmtx, head; OpenType 1.9), so that text can be laid
out where there is no browser.
"""

import struct
from bisect import bisect_right
from functools import lru_cache
from pathlib import Path

FAMILY = "Noto Sans JP"
FALLBACK = f"'{FAMILY}', 'Noto Sans CJK JP', 'Hiragino Kaku Gothic ProN', 'Yu Gothic UI', Meiryo, sans-serif"
FOLDER = Path(__file__).parent / "fonts"
REGULAR = FOLDER / "NotoSansJP-Regular.ttf"
BOLD = FOLDER / "NotoSansJP-Bold.ttf"


class FontFile:
    """Advance widths of one OpenType file, in em."""

    def __init__(self, path: Path) -> None:
        data = path.read_bytes()
        (n_tables,) = struct.unpack_from(">H", data, 4)
        records = (struct.unpack_from(">4sIII", data, 12 + 16 * i) for i in range(n_tables))
        tables = {tag: offset for tag, _, offset, _ in records}
        (self._per_em,) = struct.unpack_from(">H", data, tables[b"head"] + 18)
        (n_metrics,) = struct.unpack_from(">H", data, tables[b"hhea"] + 34)
        self._advances = struct.unpack_from(">" + "Hh" * n_metrics, data, tables[b"hmtx"])[::2]
        self._groups = _groups(data, tables[b"cmap"])
        self._starts = [start for start, _, _ in self._groups]

    def glyph(self, char: str) -> int:
        """Number of the character's glyph; 0 where the font has none."""
        code = ord(char)
        at = bisect_right(self._starts, code) - 1
        if at < 0:
            return 0
        start, end, first = self._groups[at]
        return first + code - start if code <= end else 0

    def advance(self, char: str) -> float:
        """Width of one character in em (that of the missing glyph where the font has none)."""
        return float(self._advances[min(self.glyph(char), len(self._advances) - 1)]) / float(self._per_em)


def _groups(data: bytes, cmap: int) -> list[tuple[int, int, int]]:
    """(first code, last code, glyph of the first code) of the format 12 subtable, ascending."""
    (n,) = struct.unpack_from(">H", data, cmap + 2)
    for i in range(n):
        _, _, offset = struct.unpack_from(">HHI", data, cmap + 4 + 8 * i)
        if struct.unpack_from(">H", data, cmap + offset) == (12,):
            (count,) = struct.unpack_from(">I", data, cmap + offset + 12)
            return [struct.unpack_from(">III", data, cmap + offset + 16 + 12 * g) for g in range(count)]
    raise ValueError("the font has no cmap of format 12")


@lru_cache
def font(bold: bool = False) -> FontFile:
    """The bundled face, read once."""
    return FontFile(BOLD if bold else REGULAR)
