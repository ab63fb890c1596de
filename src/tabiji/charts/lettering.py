"""Setting text without a browser: measured widths, and line breaks that Japanese readers accept.

Japanese has no spaces: a line may break between any two full-width characters, except where kinsoku (JIS X 4051) forbids
a character at the head or the foot of a line. Latin words and numbers stay whole unless they are longer than the line.
"""

from functools import lru_cache
from unicodedata import combining, east_asian_width

from tabiji.charts.fontfile import font

NOT_AT_HEAD = frozenset(
    "、。，．・：；？！)）]］}｝〕〉》」』】〙〗〟’”»ー～〜…‥ヽヾゝゞ々ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ%％℃‰,.:;?!"
)
NOT_AT_FOOT = frozenset("(（[［{｛〔〈《「『【〘〖〝‘“«¥￥$＄#＃№")


@lru_cache(maxsize=20_000)
def width(text: str, size: float, bold: bool = False) -> float:
    """Width of a line of `text` in pixels at `size` pixels per em."""
    face = font(bold)
    return size * sum(face.advance(char) for char in text if not combining(char))


def wrap(text: str, limit: float, size: float, bold: bool = False, max_lines: int | None = None) -> list[str]:
    """Lines of at most `limit` pixels. Beyond `max_lines` the last line ends in "…". Empty text gives no line.

    Line breaks in the text are kept. Punctuation that may not stand at the head of a line takes its neighbour along."""
    lines: list[str] = []
    for paragraph in text.splitlines():
        lines += _fill(_atoms(paragraph.strip()), limit, size, bold)
    if max_lines is not None and len(lines) > max_lines:
        lines = [*lines[: max_lines - 1], _shorten(lines[max_lines - 1], limit, size, bold)]
    return lines


def _full_width(char: str) -> bool:
    return east_asian_width(char) in "WF"


def _atoms(text: str) -> list[str]:
    """Pieces that may not be broken; a space stands as an atom of its own."""
    atoms: list[str] = []
    for char in text:
        if char.isspace():
            atoms.append(" ")
        elif char in NOT_AT_HEAD and len(atoms) > 1 and atoms[-1] == " ":
            atoms[-2:] = [atoms[-2] + " " + char]
        elif atoms and atoms[-1] != " " and not _may_break(atoms[-1][-1], char):
            atoms[-1] += char
        else:
            atoms.append(char)
    return atoms


def _may_break(before: str, after: str) -> bool:
    if after in NOT_AT_HEAD or before in NOT_AT_FOOT:
        return False
    if before in "-–—/→" and not after.isdigit():
        return True
    return _full_width(before) or _full_width(after)


def _fill(atoms: list[str], limit: float, size: float, bold: bool) -> list[str]:
    lines: list[str] = []
    line = ""
    for atom in atoms:
        if width((line + atom).rstrip(), size, bold) <= limit:
            line += atom if line or atom != " " else ""
            continue
        if line.strip():
            lines.append(line.rstrip())
        line = "" if atom == " " else atom
        while width(line, size, bold) > limit:
            cut = max(1, sum(width(line[: i + 1], size, bold) <= limit for i in range(len(line))))
            if cut >= len(line):
                break
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line.rstrip()] if line.strip() else lines


def _shorten(line: str, limit: float, size: float, bold: bool) -> str:
    while line and width(line + "…", size, bold) > limit:
        line = line[:-1]
    return line.rstrip("、。・ ") + "…"
