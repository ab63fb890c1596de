"""What a guess is made of: the head of a file, and what it is taken for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tabiji.i18n import text
from tabiji.ingest.guess.values import TimeFormat


@dataclass(frozen=True, slots=True)
class Sample:
    """The head of a file: per column some values as text, None where empty."""

    file: str
    columns: Mapping[str, Sequence[str | None]]


@dataclass(frozen=True, slots=True)
class EventGuess:
    """What a row of another table also tells: an event `name` at the time in column `at`, if `when` (SQL) holds."""

    name: str
    at: str
    when: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence for a reader, in whatever language it is read."""

    message: str
    values: Mapping[str, str] = field(default_factory=dict)

    def render(self) -> str:
        """The sentence in the reader's language."""
        return text(self.message, **self.values)


@dataclass(frozen=True, slots=True)
class LookupGuess:
    """Columns of another file, of the row whose `key` is what `by` says: name here → column there; `key` and `by` are columns."""

    file: str
    by: str
    key: str
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TableGuess:
    """A file and what it is taken for; `to` is empty where it is left out. `fields`: canonical column → columns of the file,
    joined where there are several."""

    file: str
    to: str
    key: str | None
    fields: Mapping[str, tuple[str, ...]]
    properties: tuple[str, ...] = ()
    events: tuple[EventGuess, ...] = ()
    times: Mapping[str, TimeFormat] = field(default_factory=dict)
    expressions: Mapping[str, str] = field(default_factory=dict)  # column → SQL that mends its values
    constants: Mapping[str, str] = field(default_factory=dict)  # canonical column → a text for every row
    when: str = ""  # SQL: which rows count
    lookups: tuple[LookupGuess, ...] = ()
    found: Mapping[str, str] = field(
        default_factory=dict
    )  # canonical column → SQL that needs more than columns of the file
    named: Mapping[str, str] = field(default_factory=dict)  # property → the column that it is
    notes: tuple[Note, ...] = ()  # what a reader of the draft should know; why the file is left out

    def field_of(self, column: str) -> str | None:
        """The canonical column that a column of the file stands for."""
        return next((name for name, columns in self.fields.items() if column in columns), None)
