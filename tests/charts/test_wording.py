"""Figures in words."""

import pytest

from tabiji.charts import wording
from tabiji.metrics.transitions import NOBODY_AT_RISK
from tabiji.result import Share


def test_many_days_are_written_like_any_other_number() -> None:
    assert (wording.days(1095.4, "en"), wording.days(1, "en"), wording.days(1095.4, "ja")) == (
        "1,095 days",
        "1 day",
        "1,095 日",
    )


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "—"), (318, "318"), (1842, "1,842"), (9999, "9,999"), (12431, "12.4k"), (12000, "12k"), (3_100_000, "3.1M"), (26.4, "26.4"), (-1842, "−1,842")],
)  # fmt: skip
def test_compact(value: float | None, shown: str) -> None:
    assert wording.compact(value) == shown


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (None, "—"),
        (0.264, "26%"),
        (0.0, "0%"),
        (0.004, "0.4%"),
        (0.996, "99.6%"),
        (1.0, "100%"),
        (-0.89, "−89%"),
        (30.39, "3,039%"),
    ],
)
def test_percent_does_not_round_little_to_nothing(share: float | None, shown: str) -> None:
    assert wording.percent(share) == shown


@pytest.mark.parametrize(("value", "shown"), [(-1.2, "−1.2"), (0.4, "+0.4"), (0.0, "0.0"), (-0.04, "0.0"), (None, "—")])
def test_signed(value: float | None, shown: str) -> None:
    assert wording.signed(value) == shown


def test_a_share_is_told_with_its_interval_and_n_and_a_refusal_with_its_reason() -> None:
    assert wording.described(Share(0.264, 0.231, 0.298, 1702)) == "26% (95% interval 23–30%), n = 1,702"
    assert wording.described(Share(None, None, None, 4, "n<10")) == "too few to say (n = 4, at least 10)"
    assert wording.described(Share(None, None, None, 40, "not asked")) == "not asked"
    early = Share(None, None, None, 40, NOBODY_AT_RISK, 180)
    assert wording.described(early) == (
        "too early to say (nobody has been watched for 180 days yet; a shorter horizon may tell)"
    )


def test_a_refusal_has_a_short_form_for_the_cells_of_tables() -> None:
    assert wording.refusal_brief(Share(None, None, None, 1004, "n<2000")) == "too few (n = 1,004)"
    assert wording.refusal_brief(Share(None, None, None, 40, NOBODY_AT_RISK, 180)) == "too early"
    assert wording.refusal_brief(Share(None, None, None, 40, "not asked")) == "not asked"
    assert wording.refusal_brief(Share(0.5, 0.4, 0.6, 40)) == ""
    assert wording.refusal_words("not reached", 40) == "fewer than half so far"  # the stage was reached, the median not


@pytest.mark.parametrize(
    ("value", "shown"),
    [(5.14, "5.1 days"), (0.0, "0 days"), (1.0, "1 day"), (9.96, "10 days"), (146.9, "147 days"), (None, "—")],
)
def test_days_are_told_finely_where_they_are_few(value: float | None, shown: str) -> None:
    assert wording.fine_days(value, "en") == shown


@pytest.mark.parametrize(
    ("unit", "n", "shown"),
    [
        ("account", 1, "1 company"),
        ("account", 1842, "1,842 companies"),
        ("opportunity", 2, "2 opportunities"),
        ("person", 0, "0 people"),
    ],
)
def test_units_have_their_own_words(unit: str, n: int, shown: str) -> None:
    assert wording.units(n, unit, "en") == shown
