"""What `dwell` answers: stays per stage, per group, and whether groups leave at one pace."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tabiji.i18n import N_, pick, sentences, text, value_name
from tabiji.result import Result

NOT_REACHED = N_("not reached")
NOBODY_LEFT = N_("nobody has left")
LAST_STAGE = N_("the last stage: there is none to go on to")
FEW_GROUPS = N_("fewer than two groups to compare")
NEVER_TOGETHER = N_("nobody left while two groups were there")
ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Stays:
    """Stays in a stage of the main line: `n` = `advanced` + `back` + `lost` + `dormant` + `open`; `skipped` of them passed over it (a
    stay of 0); `back` ended by going back to an earlier stage that says `regress`, whose journey may come again. Days; None with its reason under the name of the figure in `reasons`.

    median_days: half have left, by any cause (Kaplan–Meier), with its 95 % interval · quartiles_days: a quarter, half, three
    quarters have left · advance_median_days: half have gone on (Aalen–Johansen against going back, lost and dormant) ·
    closed_only_median_days: ordinary median over those that have left, which are the short ones."""

    id: str
    n: int
    open: int
    advanced: int
    back: int
    lost: int
    dormant: int
    skipped: int
    median_days: float | None
    low_days: float | None
    high_days: float | None
    closed_only_median_days: float | None
    quartiles_days: tuple[float | None, float | None, float | None]
    advance_median_days: float | None
    reasons: Mapping[str, str] = field(default_factory=dict)
    name: Mapping[str, str] = field(default_factory=dict)
    resampled: bool = False  # whether the interval comes from resampled units

    def to_dict(self) -> dict[str, Any]:
        """The keys above without `name` and `resampled`; `reasons` only where a figure is null."""
        out: dict[str, Any] = {key: getattr(self, key) for key in _KEYS}
        out["quartiles_days"] = list(self.quartiles_days)
        return {**out, "reasons": dict(self.reasons)} if self.reasons else out


_KEYS = (
    "id", "n", "open", "advanced", "back", "lost", "dormant", "skipped", "median_days", "low_days", "high_days",
    "closed_only_median_days", "quartiles_days", "advance_median_days",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GroupPace:
    """A group in a test: its stays, those that have left, and how many would have if all groups left at one pace."""

    value: str
    n: int
    left: int
    expected: float

    def to_dict(self) -> dict[str, Any]:
        """{"value", "n", "left", "expected"}."""
        return {"value": self.value, "n": self.n, "left": self.left, "expected": self.expected}


@dataclass(frozen=True, slots=True)
class PaceTest:
    """Log-rank test of a stage over the groups of at least `min_n` stays; statistic, df and p are None with a reason.

    clustered: some units have several stays, and the covariance is the robust one over units."""

    id: str
    statistic: float | None
    df: int | None
    p: float | None
    groups: tuple[GroupPace, ...]
    reason: str | None = None
    name: Mapping[str, str] = field(default_factory=dict)
    clustered: bool = False

    def meaning(self, lang: str | None = None, called: Callable[[str | None], str] | None = None) -> str:
        """What the test says, in words. called: what a value of `--by` is called (default: as the data call it)."""
        stage = pick(self.name, lang) or self.id
        if self.p is None or not self.groups:
            return text(
                N_("No test of {stage}: {reason}."), lang, stage=stage, reason=text(self.reason or NOT_REACHED, lang)
            )
        if self.p >= ALPHA:
            return text(
                N_(
                    "In {stage} the groups cannot be told apart: if all left at one pace, differences as large as these would come"
                    " up with probability {p:.2g}. That does not show that they are alike."
                ),
                lang, stage=stage, p=self.p,
            )  # fmt: skip
        fastest = max(self.groups, key=lambda g: g.left / g.expected if g.expected else 0.0)
        value = called(fastest.value) if called is not None else value_name(fastest.value, lang)
        return text(
            N_(
                "In {stage} the groups leave at different paces: if all left at one pace, differences as large as these would come"
                " up with probability {p:.2g}. Fastest: {value}, {left:,} left where {expected:,.0f} were expected."
            ),
            lang, stage=stage, p=self.p, value=value, left=fastest.left, expected=fastest.expected,
        )  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """{"id", "test", "statistic", "df", "p", "groups", "meaning"}; `reason` where there is no test."""
        out: dict[str, Any] = {
            "id": self.id,
            "test": "log_rank_clustered" if self.clustered else "log_rank",
            "statistic": self.statistic,
            "df": self.df,
            "p": self.p,
            "groups": [g.to_dict() for g in self.groups],
            "meaning": self.meaning(),
        }
        return out if self.reason is None else {**out, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class DwellFigures:
    """Stays of a set of journeys: the total (`value` None), or one value of `--by`."""

    value: str | None
    n: int  # journeys
    stages: tuple[Stays, ...]

    def to_dict(self) -> dict[str, Any]:
        """{"value", "n", "stages"}; only `stages` of the total."""
        head = {} if self.value is None else {"value": self.value, "n": self.n}
        return {**head, "stages": [s.to_dict() for s in self.stages]}


@dataclass(frozen=True, repr=False)
class DwellResult(Result):
    """Answer of `dwell`. `groups`: one per value of `--by`, largest first; `tests`: one per stage where there are groups."""

    total: DwellFigures
    groups: tuple[DwellFigures, ...] = ()
    tests: tuple[PaceTest, ...] = ()

    name: ClassVar[str] = "dwell"

    @property
    def stages(self) -> tuple[Stays, ...]:
        """Stages of the total, in the order of the main line."""
        return self.total.stages

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the verb; `groups` and `tests` only where the question asked for groups."""
        out = {"question": self.question.to_dict(), "provenance": self.provenance.to_dict(), **self.total.to_dict()}
        if self.groups:
            out["groups"] = [g.to_dict() for g in self.groups]
            out["tests"] = [t.to_dict() for t in self.tests]
        return {**out, "notices": [n.to_dict() for n in self.notices]}

    def rows(self) -> list[dict[str, Any]]:
        """One record per (group and) stage."""
        out: list[dict[str, Any]] = []
        for figures in self.groups or (self.total,):
            head = {"group": figures.value} if self.groups else {}
            for s in figures.stages:
                told = {k: getattr(s, k) for k in _KEYS if k != "quartiles_days"}
                quartiles: Sequence[float | None] = s.quartiles_days
                out.append({**head, **told, "quarter_days": quartiles[0], "three_quarters_days": quartiles[2]})
        return out

    def explain(self, lang: str | None = None) -> str:
        """Where journeys stay longest, and how much shorter it looks without those that are still there."""
        if self.total.n == 0:
            return self.no_journey(lang)
        back = sum(s.back for s in self.stages)
        went_back = (
            "" if back == 0 else text(N_("Stays that ended by going back to an earlier stage: {n:,}."), lang, n=back)
        )
        return sentences([self._longest(lang), went_back], lang)

    def _longest(self, lang: str | None) -> str:
        # Of the last stage nobody goes on, so its stay is no delay.
        known = [s for s in self.stages[:-1] if s.median_days is not None]
        if not known:
            return text(
                N_("Of no stage is the median stay known: too few journeys, or fewer than half have left."), lang
            )
        longest = max(known, key=lambda s: s.median_days or 0.0)
        if longest.median_days == 0:
            return text(
                N_("Half of all stays last no time: journeys go on at the instant they come, in every stage."), lang
            )
        said = text(
            N_("Journeys stay longest in {stage}: half have left after {days} {days:day|days}."),
            lang, stage=pick(longest.name, lang) or longest.id, days=f"{longest.median_days:,.0f}",
        )  # fmt: skip
        told = [said]
        if longest.closed_only_median_days is not None and longest.open:
            told.append(
                text(
                    N_("Without the {open:,} that {open:is|are} still there it would look like {days:,.0f} days."),
                    lang,
                    open=longest.open,
                    days=longest.closed_only_median_days,
                )
            )
        if longest.skipped:
            told.append(text(N_("{n:,} passed over it, which counts as a stay of 0 days."), lang, n=longest.skipped))
        return sentences(told, lang)
