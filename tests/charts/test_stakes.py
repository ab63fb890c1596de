"""What is at stake in words and as intervals: the next move, the pill, the axes."""

import html
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from sample_map import MAP, MEASURED, funnel
from tabiji.charts import stakes, wording
from tabiji.charts.bottleneck import draw_bottleneck
from tabiji.charts.map import Measured, sheet, stake
from tabiji.metrics.bottleneck.factor_result import Factor, Factors
from tabiji.metrics.bottleneck.result import BottleneckResult, Reference, Stake, StakeFigures, TransitionStake
from tabiji.result import Share

MONEY = Stake(190_000_000, 130_000_000, 240_000_000, "JPY")
TARGET = Reference(0.35, "target")


def at(
    stage: str, to: str, told: Stake | None, rank: int | None, reference: Reference | None = TARGET
) -> TransitionStake:
    names = {s.id: s.name for s in MAP.stages}
    share = Share(0.264, 0.231, 0.298, 702, horizon_days=180)
    return TransitionStake(stage, to, 402, share, reference, 1.0, told, told, rank, None, names[stage], names[to])


def answer(*told: TransitionStake, currency: str | None = "JPY") -> BottleneckResult:
    made = funnel()
    return BottleneckResult(made.question, made.provenance, (), 180, StakeFigures(None, 40, told, currency=currency))


def shown(found: BottleneckResult, lang: str = "ja"):
    return sheet(MAP, replace(MEASURED, stakes=found), lang=lang)


def test_the_next_move_is_one_plain_sentence_with_money_and_interval() -> None:
    made = shown(answer(at("consider", "order", MONEY, 1)))
    assert made.next_move == "検討 → 発注で年 1.9億円（95 % 区間 1.3億–2.4億円）を失っています。"
    assert (made.next_move_strong, made.next_move_figure.text) == ("検討 → 発注", "1.9億円")
    assert made.next_move_figure.receipt.kind == "stake"
    assert made.next_move_detail == "702 社のうち 180 日以内に前進するのは 26%（計画 35%）。"
    english = shown(answer(at("consider", "order", MONEY, 1)), "en")
    assert english.next_move == "Consideration → Order loses ¥190M a year (95% interval ¥130M–240M)."
    assert english.next_move_detail == "Of 702 companies, 26% go on within 180 days (planned 35%)."


def test_the_column_with_most_at_stake_is_tinted_though_another_loses_more_journeys() -> None:
    found = answer(at("consider", "order", Stake(5e6, 1e6, 9e6, "JPY"), 2), at("aware", "interest", MONEY, 1))
    made = shown(found, "en")
    assert [(s.id, s.pill) for s in made.stages if s.hot] == [("aware", "¥190M a year")]
    assert [f.after for f in made.river.falls if f.biggest] == [1]
    assert [s.id for s in made.stages if s.step is not None and s.step.share.bad] == ["interest"]


@pytest.mark.parametrize("told", [(), (at("aware", "interest", Stake(0, 0, 3e6, "JPY"), 1),), (at("aware", "interest", None, None, None),)])  # fmt: skip
def test_where_nothing_is_at_stake_it_is_told_how_many_leave(told: tuple[TransitionStake, ...]) -> None:
    made = shown(answer(*told), "en")
    assert made.next_move == sheet(MAP, replace(MEASURED, stakes=None), lang="en").next_move
    assert made.next_move_figure is None
    assert [s.pill for s in made.stages if s.hot] == ["biggest loss"]


def test_an_interval_from_zero_is_said_and_journeys_are_not_money() -> None:
    doubtful = answer(at("consider", "order", Stake(29.2, 0.0, 43.0), 1), currency=None)
    made = shown(doubtful, "en")
    assert (
        made.next_move
        == "Consideration → Order loses 29 journeys a year that would have come to the end (95% interval 0–43)."
    )
    assert made.next_move_detail.endswith("The interval begins at 0: it may be that nothing is lost.")


def test_a_segment_is_named_where_nothing_is_planned() -> None:
    segment = Reference(0.41, "segment", "industry", "retail", 80, 0.35, 0.44)
    made = shown(answer(at("consider", "order", MONEY, 1, segment)), "en")
    assert made.next_move_detail == "Of 702 companies, 26% go on within 180 days (industry = retail: 41%)."


def test_without_a_funnel_nothing_is_said() -> None:
    made = sheet(MAP, Measured(stakes=answer(at("consider", "order", MONEY, 1))), lang="en")
    assert made.next_move == ""


FACTOR = Factor("role", "decision_maker", 291, 443, 129, 75, 2000, 4000, 4.36, 3.22, 5.91, 1e-9, 1e-8)


def test_what_separates_is_said_with_its_interval_and_how_many_never_had_it() -> None:
    found = Factors("consider", "order", 734, 204, ("employees",), (FACTOR, replace(FACTOR, key="user", low=1.1)))
    assert stake.separating(found, "en") == (
        "What separates those who went on: Decision maker. From the week after it appeared, the odds of going on were 4.4 times as high"
        " (95% interval 3.2–5.9; with 291, without 443); 60% never had it."
    )
    assert "決裁者" in stake.separating(found, "ja")
    nothing = Factors("consider", "order", 734, 204, (), (replace(FACTOR, q=0.4),))
    assert stake.separating(nothing, "en").startswith("Nothing that was looked at")
    assert stake.separating(Factors("a", "b", 0, 0, (), ()), "en").startswith("Too few went on")
    assert stake.separating(None, "en").startswith("Too few went on")


@pytest.mark.parametrize(("highest", "top"), [(0, 1), (3, 5), (100, 100), (101, 200), (112e6, 200e6), (0.4, 0.5)])
def test_the_axis_ends_at_a_round_number(highest: float, top: float) -> None:
    assert stakes.top_of([Stake(0, 0, highest, "JPY")]) == pytest.approx(top)


def test_the_interval_lies_where_its_figures_are() -> None:
    drawn = stakes.stake_strip(Stake(50, 25, 100, "JPY"), 100, width=212)
    assert re.findall(r'<line x1="([\d.]+)" x2="([\d.]+)"', drawn)[-1] == ("56", "206")
    assert re.search(r'cx="106"', drawn)
    assert stakes.ratio_at(1, 206) == pytest.approx(6 + 0.4 * 194)
    assert stakes.ratio_at(100, 206) == 200  # held at the end
    assert stakes.ratio_strip(replace(FACTOR, odds_ratio=None)) == ""


@pytest.mark.parametrize(
    ("value", "currency", "lang", "told"),
    [
        (74_333_779, "JPY", "en", "¥74.3M"), (74_333_779, "JPY", "ja", "7,433万円"), (190_000_000, "JPY", "ja", "1.9億円"),
        (1_900_000_000, "JPY", "ja", "19億円"), (100_000_000, "JPY", "ja", "1億円"), (9_999, "JPY", "ja", "9,999円"), (0, "JPY", "ja", "0円"), (-50_000, "JPY", "ja", "−5万円"),
        (1_234_567, "USD", "ja", "$1.2M"), (1_500, "CHF", "en", "CHF 1,500"), (None, "JPY", "en", "—"), (-12e6, "EUR", "en", "−€12M"),
    ],
)  # fmt: skip
def test_money(value: float | None, currency: str, lang: str, told: str) -> None:
    assert wording.money(value, currency, lang) == told


def test_an_interval_of_money_names_the_currency_once() -> None:
    assert wording.money_interval(33e6, 112.4e6, "JPY", "ja") == "3,300万–1.1億円"
    assert wording.money_interval(33e6, 112.4e6, "USD", "en") == "$33M–112.4M"
    assert wording.money_interval(0, 2_000, "CHF", "en") == "CHF 0–2,000"


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_picture_has_a_row_for_each_transition_and_each_factor_that_separates(lang: str) -> None:
    factors = Factors("consider", "order", 734, 204, (), (FACTOR, replace(FACTOR, key="user", q=0.5)))
    refused = replace(at("order", "use", None, None, None), reason="n<10")
    found = replace(answer(refused, at("consider", "order", MONEY, 1)), factors=factors)
    drawn = draw_bottleneck(found, lang)
    told = [html.unescape(words) for words in re.findall(r"<text[^>]*>([^<]*)</text>", drawn.svg)]
    assert drawn.svg.count("<circle") == 2
    assert [w for w in told if " → " in w] == [t.title(lang) for t in (found.transitions[1], refused)]
    assert any("4.4" in w for w in told) and stake.amount(MONEY, lang) in told
    ElementTree.fromstring(drawn.svg)


def test_a_picture_of_nothing_is_a_picture() -> None:
    assert draw_bottleneck(answer()).height > 0


@pytest.mark.parametrize(
    ("value", "widest", "currency", "lang", "told"),
    [
        (3_297, 1_750_000, "JPY", "ja", "0.3万円"), (-9_267, 1_750_000, "JPY", "ja", "−0.9万円"), (-180_000, 1_750_000, "JPY", "ja", "−18万円"),
        (-200, 1_750_000, "JPY", "ja", "0万円"), (3_297, 9_000, "JPY", "ja", "3,297円"), (9_000_000, 250_000_000, "JPY", "ja", "0.1億円"),
        (-1_750_000, 1_750_000, "JPY", "en", "−¥1,750k"), (3_297, 1_750_000, "JPY", "en", "¥3.3k"), (3_297, 175_000, "JPY", "en", "¥3.3k"), (-3_297, 175_000, "USD", "ja", "−$3.3k"),
        (3_297, 9_000, "CHF", "en", "CHF 3,297"),
    ],
)  # fmt: skip
def test_money_in_the_unit_of_its_table(value: float, widest: float, currency: str, lang: str, told: str) -> None:
    assert wording.money_beside(value, widest, currency, lang) == told
