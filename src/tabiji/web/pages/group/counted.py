"""Receipts of those figures of the Buying group page that are no shares: days, differences, pairs of roles, scores, states."""

from collections.abc import Callable, Mapping

from tabiji.charts.wording import count, days
from tabiji.errors import NotFoundError
from tabiji.i18n import N_, text
from tabiji.metrics.group.result import GroupResult
from tabiji.web.receipts import Receipt

DAYS = N_(
    "Days from the start of the journey to the first event of somebody in the role {role}; the middle one of the journeys in which the "
    "role showed up."
)
DIFFERENCE = N_(
    "Share that goes on from {stage} within {horizon} {horizon:day|days} with {role}, less that without: of journeys that were still there on day {days}, "
    "compared within bands of size and source and pooled."
)
PAIR = N_(
    "Journeys in which {second} first showed up after {first} did, and within {days} {days:day|days}, of those in which both did. By chance: within each "
    "journey the instants stay as they are, and every way of giving them to its roles is equally likely."
)
STATE = N_("Open groups with a known member by how their members stand; what the states mean is told below the table.")
SCORE = N_(
    "Scores of the groups whose journey is open, from what their members did in the last 30 days; the most active one is 100."
)
Asked = Mapping[str, str]


def _days(result: GroupResult, asked: Asked) -> Receipt:
    found = {a.role: a for a in result.total.order}
    role = asked.get("role", "")
    if role not in found:
        raise NotFoundError("role", role, found)
    a = found[role]
    name = result.role_name(role)
    value = days(a.median_days)
    low, high = a.quartiles_days[0], a.quartiles_days[2]
    beside = () if low is None else ((text(N_("middle half")), f"{low:.0f}–{high:.0f}"),)
    return _receipt(result, name, text(DAYS, role=name), value, a.n, beside, N_("ordinary quantiles"))


def _difference(result: GroupResult, asked: Asked) -> Receipt:
    found = {(o.stage, o.role): o for o in result.total.onward}
    key = asked.get("stage", ""), asked.get("role", "")
    if key not in found:
        raise NotFoundError("role", key[1], sorted({role for _, role in found}))
    o = found[key]
    names = {"stage": result.stage_name(o.stage), "role": result.role_name(o.role)}
    definition = text(DIFFERENCE, **names, days=f"{result.landmark_days:g}", horizon=result.horizon_days)
    beside = [
        (text(N_("with")), _share(o.with_role.share, o.with_role.n)),
        (text(N_("without")), _share(o.without.share, o.without.n)),
    ]
    if o.crude is not None:
        beside.append((text(N_("difference, not adjusted")), points(*o.crude)))
    if o.q is not None:
        beside.append((text(N_("false discovery rate")), f"{o.q:.2g}"))
    value = (
        points(o.difference, o.low, o.high) if o.difference is not None else "—" if o.reason is None else text(o.reason)
    )
    source = "Mantel & Haenszel 1959; Yan & Su 2010; Benjamini & Hochberg 1995"
    return _receipt(result, f"{names['role']} · {names['stage']}", definition, value, o.n_used, tuple(beside), source)


def _pair(result: GroupResult, asked: Asked) -> Receipt:
    found = {(i.from_role, i.to_role): i for i in result.total.influence}
    key = asked.get("role", ""), asked.get("second", "")
    if key not in found:
        raise NotFoundError("role", key[1], sorted({role for _, role in found}))
    i = found[key]
    names = {"first": result.role_name(i.from_role), "second": result.role_name(i.to_role)}
    definition = text(PAIR, **names, days=f"{result.within_days:g}")
    beside = [(text(N_("by chance")), f"{i.expected:.1f}")]
    if i.q is not None:
        beside.append((text(N_("false discovery rate")), f"{i.q:.2g}"))
    title = f"{names['first']} → {names['second']}"
    return _receipt(
        result, title, definition, count(i.observed), i.n, tuple(beside), "Hong 2013; Benjamini & Hochberg 1995"
    )


def _state(result: GroupResult, asked: Asked) -> Receipt:
    found = {s.stage or "": s for s in result.total.consensus.states}
    stage = asked.get("stage", "")
    if stage not in found:
        raise NotFoundError("stage", stage, found)
    s = found[stage]
    labels = {"aligned": N_("aligned"), "split": N_("split"), "blocked": N_("blocked"), "unknown": N_("not known")}
    beside = tuple((text(label), count(getattr(s, name))) for name, label in labels.items())
    title = result.stage_name(stage) if stage else text(N_("Do they agree"))
    return _receipt(result, title, text(STATE), text(N_("{n} {n:group|groups}"), n=count(s.n)), s.n, beside)


def _score(result: GroupResult, asked: Asked) -> Receipt:
    e = result.total.engagement
    value = "—" if e.quartiles[1] is None else f"{e.quartiles[1]:.0f}"
    beside = ((text(N_("Weight")), f"{text(e.activities)}; {text(e.role_weights)}"),)
    source = "Adobe Journey Optimizer B2B Edition, engagement score"
    return _receipt(result, text(N_("How active they are now")), text(SCORE), value, e.n, beside, source)


COUNTED: dict[str, Callable[[GroupResult, Asked], Receipt]] = {
    "days": _days, "difference": _difference, "pair": _pair, "state": _state, "score": _score,
}  # fmt: skip


def points(difference: float | None, low: float | None, high: float | None) -> str:
    """A difference of shares in words."""
    return text(
        N_("{difference:+.0f} points (95% interval {low:+.0f} to {high:+.0f})"),
        difference=100 * (difference or 0.0), low=100 * (low or 0.0), high=100 * (high or 0.0),
    )  # fmt: skip


def _share(share: float | None, n: int) -> str:
    return f"— (n={n:,})" if share is None else f"{share:.0%} (n={n:,})"


def _receipt(
    result: GroupResult, title: str, definition: str, value: str, n: int, beside: tuple[tuple[str, str], ...],
    source: str = "",
) -> Receipt:  # fmt: skip
    return Receipt(
        title=title,
        definition=definition,
        question=result.question,
        provenance=result.provenance,
        value=value,
        denominator=(text(N_("of so many")), n),
        source=text(source) if source else "",
        beside=beside,
        notices=result.notices,
    )
