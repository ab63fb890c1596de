"""What is planted can be found again: a person-week regression on 40,000 accounts recovers the hazard ratios."""

from datetime import date

import numpy as np
import pytest

from tabiji.demo.block import exhibitions
from tabiji.demo.process.customers import serve
from tabiji.demo.process.prospects import StageStays, draw_prospects, live
from tabiji.demo.process.stay import ADVANCED, Entrants
from tabiji.demo.world.clock import Clock
from tabiji.demo.world.parameters import (
    CHAMPION,
    CONSIDER,
    DECISION_MAKER,
    INFLUENCER,
    INTEREST,
    ORDER,
    STAGES,
    WORLD,
)  # fmt: skip

CLOCK = Clock.ending(date(2026, 10, 31), 18)


@pytest.fixture(scope="module")
def lived() -> dict[int, StageStays]:
    """All stays by stage."""
    rng = np.random.default_rng(11)
    size = rng.standard_normal(40_000).astype(np.float32)
    groups: dict[int, list[StageStays]] = {}
    for s in live(draw_prospects(size, WORLD, rng), CLOCK, WORLD, exhibitions(CLOCK), rng):
        groups.setdefault(s.stage, []).append(s)
    return {stage: together(parts) for stage, parts in groups.items()}


def together(parts: list[StageStays]) -> StageStays:
    leaving = type(parts[0].leaving)(*(np.concatenate(c) for c in zip(*(p.leaving for p in parts), strict=True)))
    return StageStays(
        parts[0].stage,
        Entrants.together(*(p.entrants for p in parts)),
        np.concatenate([p.treated for p in parts]),
        np.concatenate([p.joined for p in parts]),
        leaving,
    )


def person_weeks(s: StageStays) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Design (one row per stay and week) and outcome; columns: touches, roles, size, and the weeks since entry."""
    e = s.entrants
    weeks = CLOCK.n_weeks
    stays, column = np.nonzero(
        np.arange(1, weeks)[None, :] <= np.minimum(s.leaving.week, weeks - 1)[:, None] - e.week[:, None]
    )
    after = column + 1
    when = e.week[stays] + after
    names = [t.kind for t in WORLD.stays[s.stage].treatments]
    x = [when >= s.treated[stays, k] for k in range(len(names))]
    roles = {CHAMPION: "champion", DECISION_MAKER: "decision_maker", INFLUENCER: "influencer"}
    gone = (when >= e.champion_gone[stays]) & (s.joined[stays, CHAMPION] < e.champion_gone[stays])
    x += [(when >= s.joined[stays, r]) & ~(gone if r == CHAMPION else False) for r in roles]
    x += [e.size[stays], *(e.source[stays] == k for k in (1, 2, 3))]
    month = np.array([(d.month) for d in CLOCK.mondays(weeks)])[when]
    x += [np.isin(month, (2, 3)), np.isin(month, (8, 9))]
    x += [after > edge for edge in (2, 4, 8, 13, 20, 30, 45)]
    y = (s.leaving.outcome[stays] == ADVANCED) & (when == s.leaving.week[stays])
    design = np.column_stack([np.ones(len(stays)), *x]).astype(float)
    return design, y.astype(float), [*names, *roles.values(), "size"]


def log_hazard_ratios(s: StageStays) -> dict[str, tuple[float, float]]:
    """Name → (estimate, standard error) of a Poisson regression on person-weeks (Newton)."""
    x, y, names = person_weeks(s)
    beta = np.zeros(x.shape[1])
    beta[0] = np.log(y.mean())
    for _ in range(25):
        mean = np.exp(x @ beta)
        information = x.T @ (x * mean[:, None])
        step = np.linalg.solve(information, x.T @ (y - mean))
        beta += step
        if np.abs(step).max() < 1e-8:
            break
    error = np.sqrt(np.diag(np.linalg.inv(information)))
    return {name: (float(beta[k]), float(error[k])) for k, name in enumerate(names, start=1)}


@pytest.mark.parametrize("stage", [INTEREST, CONSIDER], ids=[STAGES[INTEREST], STAGES[CONSIDER]])
def test_hazard_ratios_of_touches_are_recovered(lived, stage):
    found = log_hazard_ratios(lived[stage])
    for treatment in WORLD.stays[stage].treatments:
        estimate, error = found[treatment.kind]
        assert error < 0.16
        assert estimate == pytest.approx(np.log(treatment.hazard_ratio), abs=3.5 * error), treatment.kind


def test_hazard_ratios_of_roles_and_size_are_recovered_in_consideration(lived):
    found = log_hazard_ratios(lived[CONSIDER])
    stay = WORLD.stays[CONSIDER]
    names = {CHAMPION: "champion", DECISION_MAKER: "decision_maker", INFLUENCER: "influencer"}
    for role, ratio in stay.role_ratio.items():
        estimate, error = found[names[role]]
        assert estimate == pytest.approx(np.log(ratio), abs=3.5 * error), names[role]
    assert found["size"][0] == pytest.approx(stay.advance.size, abs=3.5 * found["size"][1])


def test_churn_at_a_renewal_follows_its_ratios(lived):
    customers = serve(lived[ORDER], CLOCK.n_weeks, WORLD, np.random.default_rng(3))
    e = customers.ordered.entrants
    due = e.week + customers.term_weeks < CLOCK.n_weeks
    refused = customers.churned_at_term[due] == 1
    negative = customers.negative[due, 0]
    shares = [refused[negative].mean(), refused[~negative].mean()]
    hazards = [-np.log(1 - share) for share in shares]
    assert due.sum() > 1000
    assert hazards[0] / hazards[1] == pytest.approx(WORLD.churn_negative, rel=0.35)
    assert WORLD.churn * WORLD.churn_qbr < hazards[1] < WORLD.churn * 1.3


def received(s: StageStays, kind: str) -> np.ndarray:
    column = [t.kind for t in WORLD.stays[s.stage].treatments].index(kind)
    return s.treated[:, column] <= np.minimum(s.leaving.week, CLOCK.n_weeks - 1)


def difference(s: StageStays, kind: str, rows: np.ndarray | None = None) -> tuple[float, float]:
    """Share of those who advanced, with the touch minus without, and its standard error."""
    rows = np.ones(len(s.leaving.week), bool) if rows is None else rows
    had, won = received(s, kind)[rows], s.leaving.outcome[rows] == ADVANCED
    shares = [won[had].mean(), won[~had].mean()]
    error = np.sqrt(sum(p * (1 - p) / n for p, n in zip(shares, (had.sum(), (~had).sum()), strict=True)))
    return float(shares[0] - shares[1]), float(error)


def test_the_confounded_initiative_looks_as_if_it_worked_and_does_not_within_a_size(lived):
    s = lived[CONSIDER]
    naive, error = difference(s, "executive_briefing_attended")
    assert naive > 0.04
    assert naive > 4 * error
    size = s.entrants.size
    edges = np.quantile(size, np.linspace(0, 1, 13))[1:-1]
    strata = np.digitize(size, edges)
    within = [difference(s, "executive_briefing_attended", strata == k) for k in range(12)]
    weights = np.array([1 / e**2 for _, e in within])
    adjusted = float(np.dot(weights, [d for d, _ in within]) / weights.sum())
    assert abs(adjusted) < 3.5 / np.sqrt(weights.sum())
    assert abs(adjusted) < naive / 3


def test_the_mail_without_effect_shows_none(lived):
    plain, error = difference(lived[CONSIDER], "comparison_email")
    assert abs(plain) < 3.5 * error


def test_the_initiative_that_works_shows_it(lived):
    plain, error = difference(lived[CONSIDER], "roi_calculated")
    assert plain > 6 * error


def test_the_decision_maker_is_missing_where_deals_stall(lived):
    s = lived[CONSIDER]
    there = s.joined[:, DECISION_MAKER] <= np.minimum(s.leaving.week, CLOCK.n_weeks - 1)
    won = s.leaving.outcome == ADVANCED
    assert there.mean() == pytest.approx(0.41, abs=0.04)
    assert won[there].mean() > 0.40
    assert won[~there].mean() < 0.16
