"""What `paths` answers: what follows what and after how long, the sequences that occur, and what is come back to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, overload

from tabiji.i18n import N_, pick, plural, sentences, text
from tabiji.result import Result, Share

START = "(start)"
WON, LOST, DORMANT, OPEN = "(won)", "(lost)", "(dormant)", "(open)"
ENDS = (WON, LOST, DORMANT, OPEN)
LABELS = {
    START: N_("start"),
    WON: N_("reached success"),
    LOST: N_("lost"),
    DORMANT: N_("went silent"),
    OPEN: N_("still open"),
}
NO_INSTANT = N_("this end has no instant")
NO_STEP = N_("no step was taken")
NO_SUCCESS = N_("the map has no success stage")


class Edge(NamedTuple):
    """`to` came directly after `from_`, `n` times; median_days: from the one to the other (exact; None before an end other than
    a loss)."""

    from_: str
    to: str
    n: int
    median_days: float | None

    def to_dict(self) -> dict[str, Any]:
        """{"from", "to", "n", "median_days"}; `reason` where that is null."""
        out = {"from": self.from_, "to": self.to, "n": self.n, "median_days": self.median_days}
        return out if self.median_days is not None else {**out, "reason": NO_INSTANT}


@dataclass(frozen=True, slots=True, eq=False)
class Edges(Sequence[Edge]):
    """Edges as columns of equal length; each is made when it is looked at, for a map of 400 touchpoints has 100,000."""

    from_: Sequence[str]
    to: Sequence[str]
    n: Sequence[int]
    median_days: Sequence[float | None]

    def __len__(self) -> int:
        return len(self.n)

    def __iter__(self) -> Iterator[Edge]:
        return map(Edge, self.from_, self.to, self.n, self.median_days)

    @overload
    def __getitem__(self, at: int) -> Edge: ...
    @overload
    def __getitem__(self, at: slice) -> "Edges": ...
    def __getitem__(self, at: int | slice) -> "Edge | Edges":
        columns = self.from_[at], self.to[at], self.n[at], self.median_days[at]
        return Edges(*columns) if isinstance(at, slice) else Edge(*columns)  # type: ignore[arg-type]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))


@dataclass(frozen=True, slots=True)
class Variant:
    """A sequence of steps, repeats left out, and the journeys that took exactly these steps: `n` of them, as a `share` of all.

    won, lost, dormant, open: how they stand at as-of (won: reached success, and not lost later) · success: share of them
    that have reached success by then · median_days: from the first step to the last (None where there is none)."""

    path: tuple[str, ...]
    n: int
    share: Share
    success: Share
    median_days: float | None
    won: int
    lost: int
    dormant: int
    open: int

    def to_dict(self) -> dict[str, Any]:
        """{"path", "n", "share", "low", "high", "of", "median_days", "won", "lost", "dormant", "open", "success"}; `median_reason`
        where the median is null."""
        out = {
            "path": list(self.path), "n": self.n, **_flat(self.share), "median_days": self.median_days, "won": self.won,
            "lost": self.lost, "dormant": self.dormant, "open": self.open, "success": self.success.to_dict(),
        }  # fmt: skip
        return out if self.median_days is not None else {**out, "median_reason": NO_STEP}


@dataclass(frozen=True, slots=True)
class Rest:
    """The variants that are not listed: how many, and their journeys."""

    variants: int
    n: int
    share: Share

    def to_dict(self) -> dict[str, Any]:
        """{"variants", "n", "share", "low", "high", "of"}."""
        return {"variants": self.variants, "n": self.n, **_flat(self.share)}


@dataclass(frozen=True, slots=True)
class Loop:
    """Journeys that left `at` for `via` and came back: `n` times, in `journeys` journeys (a `share` of all), `direct` of these
    times straight back. median_days: from one arrival at `at` to the next."""

    at: str
    via: str
    n: int
    direct: int
    journeys: int
    share: Share
    median_days: float

    def to_dict(self) -> dict[str, Any]:
        """{"at", "via", "n", "direct", "journeys", "share", "low", "high", "of", "median_days"}."""
        return {
            "at": self.at, "via": self.via, "n": self.n, "direct": self.direct, "journeys": self.journeys,
            **_flat(self.share), "median_days": self.median_days,
        }  # fmt: skip


def _flat(share: Share) -> dict[str, Any]:
    out = share.to_dict()
    return {("of" if key == "n" else key): value for key, value in out.items()}


@dataclass(frozen=True, slots=True)
class PathFigures:
    """Paths of a set of journeys: the total (`value` None), or one value of `--by`.

    edges, loops: the most frequent first · touches, other_events: of the journeys at touch level, those of a touchpoint and
    those of none (None at stage level) · edges_rest, loops_rest: (how many, their n) that are not listed."""

    value: str | None
    n: int  # journeys
    edges: Sequence[Edge]
    variants: tuple[Variant, ...]
    rest: Rest
    loops: tuple[Loop, ...]
    edges_rest: tuple[int, int] = (0, 0)
    loops_rest: tuple[int, int] = (0, 0)
    touches: int | None = None
    other_events: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """{"value", "n", "edges", "edges_rest", "variants", "rest", "loops", "loops_rest"}, at touch level also "touches", "other_events"."""
        head: dict[str, Any] = {} if self.value is None else {"value": self.value}
        events = {} if self.touches is None else {"touches": self.touches, "other_events": self.other_events}
        return {
            **head,
            "n": self.n,
            **events,
            "edges": [e.to_dict() for e in self.edges],
            "edges_rest": {"edges": self.edges_rest[0], "n": self.edges_rest[1]},
            "variants": [v.to_dict() for v in self.variants],
            "rest": self.rest.to_dict(),
            "loops": [x.to_dict() for x in self.loops],
            "loops_rest": {"loops": self.loops_rest[0], "n": self.loops_rest[1]},
        }

    def from_to(self, from_: str, to: str) -> int:
        """How often one node follows another."""
        return next((e.n for e in self.edges if (e.from_, e.to) == (from_, to)), 0)


@dataclass(frozen=True, repr=False)
class PathsResult(Result):
    """Answer of `paths`. names: of stages or touchpoints by id · planned: pairs that the map plans to follow each other (at
    stage level) · order: the nodes in the order of the map · failures: ids of failure stages."""

    level: str  # stage | touch
    collapse: bool
    once: bool
    total: PathFigures
    names: Mapping[str, Mapping[str, str]]
    planned: tuple[tuple[str, str], ...] = ()
    failures: tuple[str, ...] = ()
    groups: tuple[PathFigures, ...] = ()

    name: ClassVar[str] = "paths"

    @property
    def edges(self) -> Sequence[Edge]:
        """Edges of the total."""
        return self.total.edges

    @property
    def variants(self) -> tuple[Variant, ...]:
        """Variants of the total."""
        return self.total.variants

    def label(self, node: str, lang: str | None = None) -> str:
        """A node in the reader's language."""
        if node == LOST and node not in self.names:
            return self.question.lost(lang)
        if node in LABELS and node not in self.names:
            return text(LABELS[node], lang)
        return pick(self.names.get(node), lang) or node

    def spelled(self, path: tuple[str, ...], lang: str | None = None) -> str:
        """A path in words."""
        return " → ".join(self.label(node, lang) for node in path) or text(N_("no touch"), lang)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the verb; `groups` only where the question asked for them."""
        out: dict[str, Any] = {"question": self.question.to_dict(), "provenance": self.provenance.to_dict()}
        out |= {"level": self.level, "collapse": self.collapse, "once": self.once, **self.total.to_dict()}
        if self.groups:
            out["groups"] = [g.to_dict() for g in self.groups]
        return {**out, "notices": [n.to_dict() for n in self.notices]}

    def rows(self) -> list[dict[str, Any]]:
        """One record per (group and) edge."""
        out = []
        for figures in self.groups or (self.total,):
            head = {"group": figures.value} if self.groups else {}
            out += [
                {**head, "from": e.from_, "to": e.to, "n": e.n, "median_days": e.median_days} for e in figures.edges
            ]
        return out

    def explain(self, lang: str | None = None) -> str:
        """The most frequent path, how many different ones there are, and the most frequent way back."""
        if self.total.n == 0:
            return self.no_journey(lang)
        n_paths, first = len(self.variants) + self.total.rest.variants, self.variants[0]
        journeys, path = _journeys(self.total.n, lang), self.spelled(first.path, lang)
        if self.total.n == 1:
            said = text(N_("The only journey took this path: {path}."), lang, path=path)
        elif n_paths == 1:
            said = text(N_("All {journeys} took the same path: {path}."), lang, journeys=journeys, path=path)
        elif first.n == 1:
            said = text(N_("{journeys}, and no two of them took the same path."), lang, journeys=journeys)
        elif [v.n for v in self.variants].count(first.n) > 1:
            said = text(
                N_("{journeys} took {paths:,} different paths. One of the most frequent ({first} each): {path}."),
                lang, journeys=journeys, paths=n_paths, first=_journeys(first.n, lang), path=path,
            )  # fmt: skip
        else:
            said = text(
                N_("{journeys} took {paths:,} different paths. The most frequent one ({first}): {path}."),
                lang, journeys=journeys, paths=n_paths, first=_journeys(first.n, lang), path=path,
            )  # fmt: skip
        if self.total.loops:
            loop = max(self.total.loops, key=lambda x: x.journeys)
            back = text(
                N_("Most often journeys return to {at}: {journeys} after going on to {via}."),
                lang, at=self.label(loop.at, lang), journeys=_journeys(loop.journeys, lang),
                via=self.label(loop.via, lang),
            )  # fmt: skip
            return sentences([said, back], lang)
        return said


def _journeys(n: int, lang: str | None) -> str:
    return plural("{shown} journey", "{shown} journeys", n, lang, shown=f"{n:,}")
