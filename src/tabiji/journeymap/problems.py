"""What a check of a map finds: problems with their place in the file, and the error that carries them all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from tabiji.errors import TabijiError, nearest_hint
from tabiji.i18n import N_, text, use

Severity = Literal["error", "warning"]
Path = tuple[str | int, ...]

MOST_PROBLEMS = 300  # a file that is no map at all need not be told so a hundred thousand times


class Phrase(str):
    """A value of a message that is itself translated when the message is shown (mark it with `N_`)."""

    __slots__ = ()

    def render(self, lang: str | None) -> str:
        """The phrase in the reader's language."""
        return text(str(self), lang)


@dataclass(frozen=True, slots=True)
class Hint:
    """A value of a message: what comes nearest to `name` among `known`, put into words when the message is shown."""

    name: str
    known: tuple[str, ...]

    def render(self, lang: str | None) -> str:
        """`; did you mean 'x'?`, else what there is, else empty."""
        if lang is None:
            return nearest_hint(self.name, self.known)
        with use(lang):
            return nearest_hint(self.name, self.known)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that a check found.

    An `error` keeps the map from being used, a `warning` does not. `line` and `column` count from 1 and point to the key or
    the list item; 0 = the whole file. `path` leads there inside the map, e.g. `stages[2].enters_when[0].event`."""

    severity: Severity
    code: str
    line: int
    column: int
    path: str
    message: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def render(self, lang: str | None = None) -> str:
        """The sentence in the reader's language: what is wrong, with which value, and what would work."""
        return text(self.message, lang, **self._shown(lang)) if self.values else text(self.message, lang)

    def to_dict(self) -> dict[str, Any]:
        """{"severity", "code", "line", "column", "path", "message", "values"}, JSON-ready."""
        return {
            "severity": self.severity,
            "code": self.code,
            "line": self.line,
            "column": self.column,
            "path": self.path,
            "message": self.render(),
            "values": self._shown(None),
        }

    def _shown(self, lang: str | None) -> dict[str, Any]:
        return {k: v.render(lang) if isinstance(v, Phrase | Hint) else v for k, v in self.values.items()}


class MapError(TabijiError):
    """The map has errors; mend the lines that the message names."""

    code: ClassVar[str] = "bad_map"
    message: ClassVar[str] = N_("the map has errors:\n{listed}")

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__()

    def render(self, lang: str | None = None) -> str:
        """Every problem on a line of its own, errors first, in the reader's language."""
        return text(self.message, lang, listed="\n".join(lines(self.problems, lang)))

    def to_dict(self) -> dict[str, Any]:
        """The JSON shape of an error, with `problems` in its details."""
        return {
            "error": {
                "code": self.code,
                "message": self.render(),
                "details": {"problems": [p.to_dict() for p in self.problems]},
            }
        }


def lines(problems: Sequence[Problem], lang: str | None = None) -> list[str]:
    """One line of text per problem, errors first: `line 3, column 5: error: …`."""
    words: dict[Severity, str] = {"error": text(N_("error"), lang), "warning": text(N_("warning"), lang)}
    out = []
    for p in sorted(problems, key=lambda p: p.severity != "error"):
        place = text(N_("line {line}, column {column}"), lang, line=p.line, column=p.column) + ": " if p.line else ""
        out.append(f"{place}{words[p.severity]}: {p.render(lang)}")
    return out


def show_path(path: Path) -> str:
    """`("stages", 2, "id")` as `stages[2].id`."""
    out = ""
    for part in path:
        out += f"[{part}]" if isinstance(part, int) else f".{part}" if out else part
    return out
