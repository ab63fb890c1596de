"""Which pairs of a flow are drawn: as many as stay readable, and the ways in and out however rare."""

from dataclasses import dataclass

from tabiji.charts.wording import count
from tabiji.i18n import N_, text
from tabiji.metrics.paths.result import LOST, START, WON, Edge, PathsResult

MOST_DRAWN = 40  # pairs that are drawn where nobody asks for more
STEP = 5  # percent, of the slider
ALWAYS = 3  # ways from the start, to success, and to a loss, that are drawn in any case


@dataclass(frozen=True, slots=True)
class Shown:
    """The pairs that are drawn: the most frequent ones that together carry at least `cover` percent of all steps, and the most
    frequent ways from the start, to success and to a loss, however rare.

    pairs, steps: of all pairs; drawn_steps: of those drawn."""

    cover: int
    edges: tuple[Edge, ...]
    pairs: int
    steps: int

    @property
    def drawn_steps(self) -> int:
        """Steps of the pairs that are drawn."""
        return sum(e.n for e in self.edges)

    def told(self, lang: str | None = None) -> str:
        """How much of the flow is drawn, in words."""
        share = self.drawn_steps / self.steps if self.steps else 1.0
        return text(
            N_("Drawn: {drawn} of {pairs} pairs, which carry {share} of the {steps} steps."),
            lang, drawn=count(len(self.edges)), pairs=count(self.pairs), steps=count(self.steps),
            share="100%" if self.drawn_steps == self.steps else f"{int(share * 1000) / 10:.1f}%",
        )  # fmt: skip


def shown(result: PathsResult, cover: int | None = None) -> Shown:
    """Which pairs are drawn. cover: percent of the steps; None = as many as stay readable."""
    flow = [e for e in result.edges if e.from_ != e.to and not (e.from_ in result.failures and e.to == LOST)]
    steps = sum(e.n for e in flow)
    if cover is None:
        readable = sum(e.n for e in flow[:MOST_DRAWN])
        cover = 100 if len(flow) <= MOST_DRAWN else max(STEP, int(100 * readable / steps) // STEP * STEP)
    kept, done = 0, 0
    while kept < len(flow) and 100 * done < cover * steps:
        done += flow[kept].n
        kept += 1
    lost = (LOST, *result.failures)
    rare = flow[kept:]
    begins = [e for e in rare if e.from_ == START][:ALWAYS]
    ends = [e for to in ((WON,), lost) for e in [x for x in rare if x.to in to and x not in begins][:ALWAYS]]
    return Shown(cover, (*flow[:kept], *begins, *ends), len(flow), steps)
