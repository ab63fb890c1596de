"""What every question answers with: the question, its provenance, notices, and figures that carry n and interval.

A result is frozen and always has the same members: a short `__repr__`, `_repr_html_`, `table()`, `to_dict()` (the JSON of
the CLI, the API and MCP), `explain(lang)` (plain sentences) and `plot()`. No member formats a number inside it.
"""

import html
import keyword
import shlex
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import entry_points
from typing import Any, ClassVar
from urllib.parse import urlencode

from tabiji.i18n import N_, language, text


@dataclass(frozen=True, slots=True)
class Share:
    """A rate: `share` in 0–1 of `n`, with its 95 % interval; None with its `reason` where it is refused or undefined."""

    share: float | None
    low: float | None
    high: float | None
    n: int
    reason: str | None = None  # "n<10" · "nobody at risk at 180 d" · …
    horizon_days: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON keys share, low, high, n; `horizon_days` and `reason` only where they say something."""
        out: dict[str, Any] = {"share": self.share, "low": self.low, "high": self.high, "n": self.n}
        if self.horizon_days is not None:
            out["horizon_days"] = self.horizon_days
        if self.reason is not None:
            out["reason"] = self.reason
        return out


def percent(share: float | None) -> str:
    """0.264 → 26%, −0.89 → −89%, 30.39 → 3,039%; None → —.

    Below 1 % and above 99 % one decimal, so that little is not taken for nothing."""
    if share is None:
        return "—"
    shown = share * 100
    if 0 < shown < 0.95 or 99.05 < shown < 100:
        return f"{shown:.1f}%"
    return f"{shown:,.0f}%".replace("-", "−")


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a reader of the figures must know: a stable code, and a message template with its values."""

    code: str
    message: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def render(self, lang: str | None = None) -> str:
        """The notice in the reader's language."""
        return text(self.message, lang, **self.values)

    def to_dict(self) -> dict[str, Any]:
        """{"code", "message", "values"}."""
        return {"code": self.code, "message": self.render(), "values": dict(self.values)}


NOTHING_KNOWN = N_("Nothing was known yet: no event of those asked about had been received by {day}.")
METHODS = {"conform": "conformance"}  # of the map, where their verb has another name


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, so that it can be asked again: a verb, a map version and the flags that differ from default.

    account: of questions about one unit, as it was named · segments: saved segments that the flags name, name → condition ·
    loss: what the map calls a loss, by language; for sentences only, it is no part of what was asked."""

    verb: str
    map_id: str
    map_version: int | None = None
    flags: Mapping[str, Any] = field(default_factory=dict)
    account: str | None = None
    segments: Mapping[str, str] = field(default_factory=dict)
    loss: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def lost(self, lang: str | None = None) -> str:
        """The word for a loss on the map that was asked about; the general one where the map has none in the reader's language."""
        return self.loss.get(lang or language()) or text(N_("lost"), lang)

    def to_dict(self) -> dict[str, Any]:
        """{"verb", "map", "version", …flags}; `account` where the question is about one, `segments` where saved ones are named."""
        about = {} if self.account is None else {"account": self.account}
        named = {"segments": dict(self.segments)} if self.segments else {}
        return {"verb": self.verb, "map": self.map_id, "version": self.map_version, **about, **self.flags, **named}

    def as_cli(self, workspace: str = ".") -> str:
        """The same question as a shell command."""
        words = ["tabiji", "-w", workspace, self.verb, self.map_id]
        words += [] if self.account is None else [self.account]
        for name, value in self.flags.items():
            option = f"--{name.replace('_', '-')}"
            words += [option] if value is True else [option, str(value)]
        return " ".join(_shell_word(word) for word in words)

    def as_python(self, workspace: str = ".") -> str:
        """The same question as Python."""
        named = {f"{name}_" if keyword.iskeyword(name) else name: value for name, value in self.flags.items()}
        about = [] if self.account is None else [repr(self.account)]
        flags = ", ".join([*about, *(f"{name}={value!r}" for name, value in named.items())])
        return f"tabiji.open({workspace!r}).map({self.map_id!r}).{METHODS.get(self.verb, self.verb)}({flags})"

    def as_query(self) -> str:
        """The flags as a URL query (without the question mark)."""
        about = {} if self.account is None else {"account": self.account}
        return urlencode(about | {k: str(v) for k, v in self.flags.items()})


def _shell_word(word: str) -> str:
    """A word of a command line; SQL with its single quotes is easier to read inside double ones."""
    if "'" in word and not set(word) & set('"$`\\!'):
        return f'"{word}"'
    return shlex.quote(word)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the figures come from. Counts are of the units that were asked about; instants are UTC."""

    unit: str  # account | opportunity | person
    accounts: int  # units with at least one event by as-of
    journeys: int
    events: int
    as_of: datetime
    fingerprint: str  # of the data, the rules and the question: equal fingerprints, equal figures
    excluded: Mapping[str, int] = field(default_factory=dict)
    known_as_of: datetime | None = None
    map_version: int | None = None
    software: str = ""

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; instants as ISO 8601 in UTC."""
        return {
            "unit": self.unit,
            "accounts": self.accounts,
            "journeys": self.journeys,
            "events": self.events,
            "as_of": self.as_of.isoformat(),
            "known_as_of": self.known_as_of.isoformat() if self.known_as_of else None,
            "fingerprint": self.fingerprint,
            "excluded": dict(self.excluded),
            "map_version": self.map_version,
            "software": self.software,
        }


@dataclass(frozen=True, repr=False)
class Result(ABC):
    """Base of every answer."""

    question: Question
    provenance: Provenance
    notices: tuple[Notice, ...]

    name: ClassVar[str] = "result"

    @abstractmethod
    def rows(self) -> list[dict[str, Any]]:
        """The figures as flat records, one name per column; the table twin of the picture."""

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """The JSON of the contract."""

    @abstractmethod
    def explain(self, lang: str | None = None) -> str:
        """The answer in plain sentences."""

    @property
    def nothing_known(self) -> bool:
        """Whether no event of those asked about had been received by the known-as-of of the question."""
        return self.provenance.known_as_of is not None and self.provenance.accounts == 0

    def no_journey(self, lang: str | None = None) -> str:
        """Why there is no journey to tell of."""
        if self.nothing_known:
            return text(NOTHING_KNOWN, lang, day=self.question.flags.get("known_as_of", self.provenance.known_as_of))
        if {"segment", "from", "to"} & set(self.question.flags):
            return text(N_("No journey fits the segment and the window of this question."), lang)
        return text(N_("No journey has started by the date of this question."), lang)

    def table(self, kind: str = "records") -> Any:
        """The figures as `records` (list of dicts), `pyarrow`, `pandas` or `polars` (extra `dataframes`)."""
        rows = self.rows()
        if kind == "records":
            return rows
        if kind == "pyarrow":
            import pyarrow as pa

            names = dict.fromkeys(
                name for row in rows for name in row
            )  # of all records: it would take those of the first
            return pa.Table.from_pylist([{name: row.get(name) for name in names} for row in rows])
        if kind == "pandas":
            import pandas as pd

            return pd.DataFrame(rows)
        if kind == "polars":
            import polars as pl

            return pl.DataFrame(rows, infer_schema_length=None)
        raise ValueError(f"table(kind={kind!r}): records, pyarrow, pandas or polars")

    def plot(self, lang: str | None = None) -> "Drawing":
        """The picture of this result, drawn by the drawer that `tabiji.drawers` registers for it."""
        return drawer(type(self))(self, lang)

    def __repr__(self) -> str:
        p = self.provenance
        return f"<{type(self).__name__} {self.question.map_id} · {p.journeys:,} journeys · as of {p.as_of:%Y-%m-%d}>"

    def _repr_html_(self) -> str:
        rows = self.rows()
        if not rows:
            return html.escape(repr(self))
        head = "".join(f"<th>{html.escape(str(k))}</th>" for k in rows[0])
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape('—' if v is None else str(v))}</td>" for v in r.values()) + "</tr>"
            for r in rows
        )
        return f"<p>{html.escape(self.explain())}</p><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A finished picture: SVG text (self-contained), with its size in pixels."""

    svg: str
    width: int
    height: int

    def _repr_svg_(self) -> str:
        return self.svg


Drawer = Callable[[Any, str | None], Drawing]
_drawers: dict[type[Result], Drawer] = {}


def register_drawer(kind: type[Result], draw: Drawer) -> None:
    """Tell `plot()` how a kind of result is drawn (called by the entry points of `tabiji.drawers`)."""
    _drawers[kind] = draw


def drawer(kind: type[Result]) -> Drawer:
    """The drawer of a kind of result; loads the registered entry points on first need."""
    if kind not in _drawers:
        for entry in entry_points(group="tabiji.drawers"):
            entry.load()()
    if kind not in _drawers:
        raise LookupError(f"no drawer is registered for {kind.__name__}")
    return _drawers[kind]
