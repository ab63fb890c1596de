"""Voice: scores by hand, intervals against the multinomial variance and statsmodels, scales kept apart, cuts and comments."""

from dataclasses import replace
from math import sqrt
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

import small_world
from small_world import DAY, E, answers
from tabiji.compute.executor import LocalExecutor
from tabiji.index.journal import journal
from tabiji.journeymap.model import JourneyMap, Stage
from tabiji.metrics.feelings.answers import Answers
from tabiji.metrics.feelings.voice import VoiceResult, voice
from tabiji.metrics.feelings.voice_result import Comment
from tabiji.metrics.means import mean_of, share_of, t_value
from tabiji.metrics.scope import Scope, instant

NPS, CSAT, CES = range(3)
MAP = JourneyMap("m", {}, (Stage("aware", {"en": "Awareness"}), Stage("use", {"en": "Use"})))
RULES = small_world.rules(3, 2, {0: [0], 1: [1]}, stage_ids=("aware", "use"), n_role_sets=3)
ROLE_SETS = ((), ("champion",), ("champion", "user"))
EVENTS = [e for u in range(9) for e in (E(u, 10 * DAY, 0), E(u, 40 * DAY, 1))]


def ask(given: Answers, as_of: int = 100, min_n: int = 1, comments: Any = None, cuts=(), **scope: Any) -> VoiceResult:
    index = small_world.index(EVENTS, 10, ["k"] * 3, ROLE_SETS, cuts=cuts)
    executor = LocalExecutor(1)
    asked = Scope(instant(as_of * DAY), min_n=min_n, **scope)
    return voice(
        index,
        MAP,
        RULES,
        journal(index, RULES, executor),
        asked,
        given,
        comments,
        executor=executor,
        zone=ZoneInfo("Asia/Tokyo"),
    )


def said(
    *rows: tuple[int, int, int, int, float], scale_max: float = np.nan, touchpoints: tuple[str, ...] = ()
) -> Answers:
    """(unit, day, role set, kind, score) each."""
    found = answers(*((u, d * DAY, r, k, s) for u, d, r, k, s in rows))
    codes = np.arange(len(found), dtype=np.int32) % 2 if touchpoints else None
    return replace(found, scale_max=np.full(len(found), scale_max), touchpoint=codes, touchpoints=touchpoints)


def test_recommendation_by_hand() -> None:
    scores = [10, 9, 9, 8, 7, 6, 0, 10]
    found = ask(said(*((u, 15, 0, NPS, s) for u, s in enumerate(scores)))).of("nps")
    assert found is not None
    assert dict(found.groups) == {"promoters": 4, "passives": 2, "detractors": 2}
    m = found.total.score
    assert (m.mean, m.n, found.total.units) == (25.0, 8, 8)
    variance = 4 / 8 + 2 / 8 - 0.25**2  # of one answer: p₊ + p₋ − (p₊ − p₋)²
    assert m.high - m.mean == pytest.approx(100 * t_value(7) * sqrt(variance / 7))
    assert found.total.top.share == 0.5 and found.total.top_two is None


def test_satisfaction_and_ease_keep_their_scale() -> None:
    given = said((0, 15, 0, CSAT, 5), (1, 15, 0, CSAT, 4), (2, 15, 0, CSAT, 2), (3, 15, 0, CES, 7), (4, 15, 0, CES, 1))
    found = ask(given)
    csat, ces = found.of("csat"), found.of("ces")
    assert csat is not None and ces is not None
    assert (csat.lowest, csat.highest, csat.total.score.mean) == (1, 5, pytest.approx(11 / 3))
    assert (csat.total.top.share, csat.total.top_two.share) == (pytest.approx(1 / 3), pytest.approx(2 / 3))
    assert (ces.total.score.mean, ces.total.top.share) == (4.0, 0.5)
    assert csat.to_dict()["counts"] == {"2": 1, "4": 1, "5": 1}


def test_scales_that_differ_are_never_mixed() -> None:
    given = said((0, 15, 0, CSAT, 5), (1, 15, 0, CSAT, 5), (2, 15, 0, CSAT, 5), (3, 15, 0, NPS, 5))
    mixed = replace(given, scale_max=np.array([5.0, 10.0, np.nan, 5.0]))
    found = ask(mixed)
    assert [(s.name, s.total.score.n) for s in found.surveys] == [("csat", 2), ("csat 1-10", 1)]
    assert [(n.code, n.values["n"]) for n in found.notices] == [
        ("score_off_scale", 1),
        ("several_scales", 2),
    ]  # NPS has one scale


def test_it_is_divided_by_stage_role_touchpoint_and_month() -> None:
    given = said(
        (0, 15, 1, CSAT, 1), (1, 30, 2, CSAT, 3), (2, 45, 0, CSAT, 5), (3, 5, 0, CSAT, 5), (9, 50, 0, CSAT, 5), touchpoints=("demo", "qbr")
    )  # fmt: skip
    found = ask(given)
    parts = {cut: {s.value: (s.score.n, [1, 3, 5].index(s.score.mean) if s.score.mean in (1, 3, 5) else None) for s in scores}
             for cut, scores in found.surveys[0].parts.items()}  # fmt: skip
    assert {cut: {value: n for value, (n, _) in values.items()} for cut, values in parts.items()} == {
        "stage": {"aware": 2, "use": 1}, "role": {"champion": 2, "user": 1}, "touchpoint": {"demo": 2, "qbr": 1},
        "month": {"2000-01": 2, "2000-02": 1},
    }  # fmt: skip
    assert {n.code: n.values["n"] for n in found.notices} == {"answers_outside": 2}


def test_one_who_answers_often_does_not_make_it_surer() -> None:
    once = ask(said(*((u, 15, 0, NPS, 10 if u % 2 else 3) for u in range(8)))).of("nps")
    often = ask(said(*((u, 15 + d, 0, NPS, 10 if u % 2 else 3) for u in range(8) for d in range(5)))).of("nps")
    assert once is not None and often is not None
    assert (once.total.score.low, once.total.score.high) == pytest.approx(
        (often.total.score.low, often.total.score.high)
    )
    assert often.total.top.low == pytest.approx(once.total.top.low, abs=0.02)


def test_where_all_say_the_same_the_interval_is_not_empty() -> None:
    mean = mean_of(np.full(12, 100.0), np.arange(12), 10, (-100, 100))
    assert mean.high == 100 and mean.low == pytest.approx(
        -100 + 200 * share_of(np.ones(12, bool), np.arange(12), 1).low
    )


def test_refusals_and_nothing_at_all() -> None:
    few = ask(said((0, 15, 0, NPS, 10), (1, 15, 0, NPS, 1)), min_n=10)
    assert few.surveys[0].total.score.reason == "n<10" and few.surveys[0].total.top.reason == "n<10"
    assert "too few answers" in few.explain("en")
    nothing = ask(said())
    assert nothing.surveys == () and "bring a survey table" in nothing.explain("en")
    one = ask(said((0, 15, 0, NPS, 10)))
    assert one.surveys[0].total.score.reason == "all values come from one unit"


def test_later_answers_other_units_and_other_shards_change_nothing() -> None:
    given = [(u, 15, 0, CSAT, 1 + u % 5) for u in range(9)]
    whole = ask(said(*given), as_of=60).to_dict()
    assert ask(said(*given, (3, 61, 0, CSAT, 5)), as_of=60).to_dict() == whole
    assert ask(said(*given[::-1]), as_of=60, cuts=(2, 5)).to_dict() == whole
    picked = ask(said(*given), selection=np.arange(10) < 4)
    assert picked.surveys[0].total.score.n == 4
    assert ask(said(*given), from_at=instant(11 * DAY)).surveys == ()


def test_comments_are_those_of_journeys_with_their_stage() -> None:
    asked: list[Any] = []

    def read(wanted: Any, until: int, most: int) -> list[Comment]:
        asked.append((wanted, until, most))
        return [
            Comment("u1", 1, 45 * DAY, ("user",), "nps", 3, None, None, "<b>slow</b>"),
            Comment("u2", 2, 5 * DAY, (), "nps", 9, None, None, "before any journey"),
        ]

    found = ask(said((1, 45, 0, NPS, 3)), comments=read)
    assert [(c.text, c.stage) for c in found.comments] == [("<b>slow</b>", "use")]
    assert found.to_dict()["comments"][0]["at"].startswith("2000-02-15")
    assert asked == [(None, 100 * DAY, 20)]


def test_it_explains_itself() -> None:
    nps = ask(said(*((u, 15, 0, NPS, s) for u, s in enumerate([10, 9, 9, 8, 7, 6, 0, 10]))))
    assert nps.explain("en").startswith("The net promoter score is +25 (95% interval -")
    csat = ask(said((0, 15, 0, CSAT, 2), (1, 15, 0, CSAT, 4), (2, 45, 0, CSAT, 4), (3, 45, 0, CSAT, 5)))
    assert "Lowest in Awareness: 3.00." in csat.explain("en")
    assert {r["cut"] for r in csat.rows()} == {"", "stage", "month"}


@pytest.mark.oracle
@pytest.mark.parametrize("hit", [0, 3, 11, 20])
def test_shares_of_single_answers_are_those_of_statsmodels(hit: int) -> None:
    proportion = pytest.importorskip("statsmodels.stats.proportion")
    found = share_of(np.arange(20) < hit, np.arange(20), 10)
    assert (found.low, found.high) == pytest.approx(proportion.proportion_confint(hit, 20, method="wilson"), abs=1e-9)


@pytest.mark.oracle
def test_means_over_clusters_are_those_of_statsmodels() -> None:
    api = pytest.importorskip("statsmodels.api")
    rng = np.random.default_rng(5)
    unit = rng.integers(0, 25, 120)
    score = rng.normal(size=25)[unit] + rng.normal(size=120) + 5
    fit = api.OLS(score, np.ones(120)).fit(
        cov_type="cluster", cov_kwds={"groups": unit, "use_correction": False}, use_t=True
    )
    found = mean_of(score, unit, 10, (-100, 100))
    g = len(set(unit.tolist()))
    half = t_value(g - 1) * float(fit.bse[0]) * sqrt(g / (g - 1))
    assert (found.low, found.high) == pytest.approx((score.mean() - half, score.mean() + half), abs=1e-9)


def test_each_value_of_by_is_told_as_if_it_had_been_asked_for_alone() -> None:
    given = said(*((u, 15, 0, CSAT, 1 + u % 5) for u in range(6)), (6, 41, 0, NPS, 9), (7, 41, 0, NPS, 2))
    codes = np.array([0, 0, 0, 0, 1, 1, 1, 1, 2, 2], np.int32)
    found = ask(given, groups=(codes, ("a", "b", "silent")))
    assert [(g.value, [s.name for s in g.surveys]) for g in found.groups] == [
        ("a", ["csat"]), ("b", ["nps", "csat"]), ("silent", []),
    ]  # fmt: skip
    for code, g in enumerate(found.groups):
        assert g.to_dict()["surveys"] == ask(given, selection=codes == code).to_dict()["surveys"]
    assert found.to_dict()["surveys"] == ask(given).to_dict()["surveys"]
    assert "groups" not in ask(given).to_dict() and {row["group"] for row in found.rows()} == {"a", "b"}


def test_the_part_that_scores_lowest_is_told_in_the_reader_s_language() -> None:
    found = ask(said((0, 15, 0, CSAT, 5), (1, 15, 0, CSAT, 4), (2, 45, 0, CSAT, 1), (3, 45, 0, CSAT, 2)))
    assert found.explain("en").endswith("from 4 answers. Lowest in Use: 1.50.")
    assert found.explain("ja").endswith("です。最も低いのはUseの 1.50 です。")


def test_comments_of_a_window_are_found_however_many_were_said_since() -> None:
    """30 comments of unit 0 came later; the window holds the journeys of unit 1 only."""

    def of(unit: int, day: int) -> Comment:
        return Comment(f"u{unit}", unit, day * DAY, (), "nps", 3.0, None, None, f"{unit} on {day}")

    every = [of(0, 90 - x) for x in range(30)] + [of(1, 55), of(1, 50)]

    def read(wanted: Any, until: int, most: int) -> list[Comment]:
        return every[:most]

    later = [*EVENTS, E(11, 30 * DAY, 0)]
    index = small_world.index([replace(e, at=e.at + 2 * DAY * (e.unit == 1)) for e in later], 12, ["k"] * 3, ROLE_SETS)
    executor = LocalExecutor(1)
    scope = Scope(instant(100 * DAY), min_n=1, from_at=instant(11 * DAY), to_at=instant(13 * DAY))
    given = said((1, 50, 0, NPS, 3))
    found = voice(
        index,
        MAP,
        RULES,
        journal(index, RULES, executor),
        scope,
        given,
        read,
        executor=executor,
        zone=ZoneInfo("Asia/Tokyo"),
    )
    assert [c.text for c in found.comments] == ["1 on 55", "1 on 50"]
