"""Funnel: how many journeys reached each stage, and which share of a stage goes on to the next.

Shares of a transition k → k+1 come three ways, side by side. *Naive*: all who entered k. *Mature*: those who entered k at
least H before as-of, advanced within H. *Censoring-aware*: the Aalen–Johansen incidence of advance at H, where lost and
dormant compete and open journeys are censored (Aalen & Johansen 1978; Kalbfleisch & Prentice 2002, ch. 8).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from tabiji.i18n import N_, pick, sentences, text
from tabiji.result import Result, Share


@dataclass(frozen=True, slots=True)
class StageCount:
    """Journeys that reached a stage of the main line.

    `n` counts reached(k), those included that passed over it; `skipped` are these."""

    id: str
    n: int
    skipped: int
    name: Mapping[str, str]

    def to_dict(self) -> dict[str, Any]:
        """{"id", "n", "skipped"}."""
        return {"id": self.id, "n": self.n, "skipped": self.skipped}


@dataclass(frozen=True, slots=True)
class Transition:
    """From one stage of the main line to the next: `n_from` = `n_to` + `outside` + `lost` + `dormant` + `open`.

    `outside` (of `ordered` only, else 0): got to `to` or further all the same, out of order or after the window, or the window of
    their latest chain has run out.

    `skipped` of the `n_from` passed over `from_`. `gone_share` is the Aalen–Johansen incidence of being lost or dormant at
    the horizon, beside that of advancing in `censoring_aware`; what both leave of 1 is still there. `median_days` is the Kaplan–Meier median of the stay in `from_` until
    leaving it by any cause, with its 95 % interval (Brookmeyer & Crowley 1982, log(−log)); None = not reached, or below
    the minimum n."""

    from_: str
    to: str
    n_from: int
    n_to: int
    lost: int
    dormant: int
    open: int
    skipped: int
    naive: Share
    mature: Share
    censoring_aware: Share
    gone_share: float | None = None
    median_days: float | None = None
    low_days: float | None = None
    high_days: float | None = None
    outside: int = 0
    resampled: bool = False  # whether its intervals come from resampled units

    @property
    def share(self) -> Share:
        """The share to show: the censoring-aware one; where the question has none (`ordered`), the naive one."""
        return self.naive if self.censoring_aware.horizon_days is None else self.censoring_aware

    @property
    def expected_gone(self) -> float | None:
        """Journeys out of `n_from` that are lost or dormant at the horizon; None where that is not known."""
        return None if self.gone_share is None else self.n_from * self.gone_share

    @property
    def expected_not_on(self) -> float | None:
        """Journeys out of `n_from` that have not gone on at the horizon, for whatever reason; None where that is not known."""
        return None if self.share.share is None else self.n_from * (1 - self.share.share)

    def to_dict(self) -> dict[str, Any]:
        """JSON of a transition."""
        return {
            "from": self.from_,
            "to": self.to,
            "n_from": self.n_from,
            "n_to": self.n_to,
            "lost": self.lost,
            "dormant": self.dormant,
            "open": self.open,
            "outside": self.outside,
            "skipped": self.skipped,
            "naive": self.naive.to_dict(),
            "mature": self.mature.to_dict(),
            "censoring_aware": self.censoring_aware.to_dict(),
            "gone_share": self.gone_share,
            "median_days": self.median_days,
            "low_days": self.low_days,
            "high_days": self.high_days,
        }


_NOBODY = 1e-6  # fewer lost journeys are what rounding left over


@dataclass(frozen=True, slots=True)
class FunnelFigures:
    """The funnel of a set of journeys: the total, or one value of `--by` (`value` is None for the total)."""

    value: str | None
    n: int  # journeys
    stages: tuple[StageCount, ...]
    transitions: tuple[Transition, ...]

    @property
    def loss_is_leaving(self) -> bool:
        """Whether a loss is a journey that was lost or went silent by the horizon: where none is known to have done so (a map
        without a failure stage), it is one that has not gone on. One definition holds for a whole funnel."""
        return any((t.expected_gone or 0.0) > _NOBODY for t in self.transitions)

    def expected_loss(self, transition: Transition) -> float | None:
        """Journeys that a transition loses within the horizon (see `loss_is_leaving`); None where that is not known."""
        return transition.expected_gone if self.loss_is_leaving else transition.expected_not_on

    @property
    def biggest_loss(self) -> Transition | None:
        """The transition that loses most journeys within the horizon; None where nothing is lost or nothing is known."""
        losing = [t for t in self.transitions if (self.expected_loss(t) or 0.0) > _NOBODY]
        return max(losing, key=lambda t: self.expected_loss(t) or 0.0, default=None)

    def to_dict(self) -> dict[str, Any]:
        """{"value", "n", "stages", "transitions"}; `value` is left out of the total."""
        head = {} if self.value is None else {"value": self.value, "n": self.n}
        return {
            **head,
            "stages": [s.to_dict() for s in self.stages],
            "transitions": [t.to_dict() for t in self.transitions],
        }


@dataclass(frozen=True, repr=False)
class FunnelResult(Result):
    """Answer of the funnel. `total` over all selected journeys; `groups` one per value of `--by`, largest first."""

    mode: str  # reached | ordered
    horizon_days: int
    total: FunnelFigures
    groups: tuple[FunnelFigures, ...] = ()

    name: ClassVar[str] = "funnel"

    @property
    def stages(self) -> tuple[StageCount, ...]:
        """Stages of the total, in the order of the main line."""
        return self.total.stages

    @property
    def transitions(self) -> tuple[Transition, ...]:
        """Transitions of the total, in the order of the main line."""
        return self.total.transitions

    @property
    def biggest_loss(self) -> Transition | None:
        """The transition of the total that loses most journeys within the horizon."""
        return self.total.biggest_loss

    def stage_name(self, stage: str, lang: str | None = None) -> str:
        """Name of a stage in the reader's language, else its id."""
        return next((pick(s.name, lang) for s in self.stages if s.id == stage), "") or stage

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the contract; `groups` only where the question asked for them."""
        out = {"question": self.question.to_dict(), "provenance": self.provenance.to_dict(), **self.total.to_dict()}
        if self.groups:
            out["groups"] = [g.to_dict() for g in self.groups]
        return {**out, "notices": [n.to_dict() for n in self.notices]}

    def rows(self) -> list[dict[str, Any]]:
        """One record per (group and) transition."""
        out: list[dict[str, Any]] = []
        for figures in self.groups or (self.total,):
            head = {"group": figures.value} if self.groups else {}
            for t in figures.transitions:
                shares = {
                    f"{kind}_{part}": getattr(share, part)
                    for kind, share in (("naive", t.naive), ("mature", t.mature), ("aware", t.censoring_aware))
                    for part in ("share", "low", "high", "n")
                }
                counts = {k: v for k, v in t.to_dict().items() if not isinstance(v, dict)}
                out.append({**head, **counts, **shares})
        return out

    def explain(self, lang: str | None = None) -> str:
        """How many reached the end of the main line, and where most are lost."""
        if not self.stages or self.total.n == 0:
            return self.no_journey(lang)
        last = self.stages[-1]
        message = N_("Of {n:,} {n:journey|journeys}, {n_last:,} reached {stage}.")
        if self.mode == "ordered":  # others may have reached it, too, by another way
            message = N_("Of {n:,} {n:journey|journeys}, {n_last:,} came to {stage} strictly in order.")
        end = text(message, lang, n=self.total.n, n_last=last.n, stage=self.stage_name(last.id, lang))
        return sentences([end, self.explain_loss(lang)], lang)

    def explain_loss(self, lang: str | None = None) -> str:
        """Where most are lost; that nobody is, or why that cannot be told. Empty on a map of one stage."""
        worst = self.biggest_loss
        if worst is None:
            return self._explain_no_loss(lang)
        if worst.share.share is None or worst.share.low is None or worst.share.high is None:
            return text(N_("There are too few journeys to tell where the largest loss lies."), lang)
        message = N_(
            "The largest loss lies between {from_} and {to}: {share:.0%} of {n:,} go on"
            " (95% interval {low:.0%} to {high:.0%}). Lost there: {lost:,}; gone silent: {dormant:,}; still open: {open:,}."
        )
        if worst.share.horizon_days is not None:
            message = N_(
                "The largest loss lies between {from_} and {to}: {share:.0%} of {n:,} go on within {days:,} {days:day|days}"
                " (95% interval {low:.0%} to {high:.0%}). Lost there: {lost:,}; gone silent: {dormant:,}; still open: {open:,}."
            )
        said = text(
            message,
            lang,
            from_=self.stage_name(worst.from_, lang),
            to=self.stage_name(worst.to, lang),
            share=worst.share.share,
            low=worst.share.low,
            high=worst.share.high,
            n=worst.n_from,
            days=worst.share.horizon_days,
            loss=self.question.lost(lang),
            lost=worst.lost,
            dormant=worst.dormant,
            open=worst.open,
        )
        return sentences([said, self._explain_outside(worst, lang)], lang)

    def _explain_outside(self, worst: Transition, lang: str | None) -> str:
        if not worst.outside:
            return ""
        return text(
            N_("Outside the order or the window: {outside:,}; only a chain that begins anew could take them on."),
            lang, outside=worst.outside,
        )  # fmt: skip

    def _explain_no_loss(self, lang: str | None) -> str:
        from tabiji.metrics.transitions import NOBODY_AT_RISK

        if not self.transitions:
            return ""  # a map of one stage
        unknown = {t.share.reason for t in self.transitions if self.total.expected_loss(t) is None}
        if not unknown and self.transitions[0].share.horizon_days is None:
            return text(N_("No transition has lost anybody."), lang)
        if not unknown:
            return text(
                N_("No transition has lost anybody within {days:,} {days:day|days}."), lang, days=self.horizon_days
            )
        if NOBODY_AT_RISK in unknown:
            message = N_(
                "Where the largest loss lies cannot be told: somewhere nobody has been watched for {days:,} {days:day|days} without going on"
                " or leaving. A shorter horizon may tell."
            )
            return text(message, lang, days=self.horizon_days)
        return text(N_("There are too few journeys to tell where the largest loss lies."), lang)
