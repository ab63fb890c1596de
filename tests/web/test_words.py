from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from tabiji import i18n
from tabiji.settings import Settings
from tabiji.web.words import breakable, day, exact, industry, moment, money, money_range, size, value_label

TOKYO = ZoneInfo("Asia/Tokyo")


def test_an_instant_is_told_as_a_day_of_the_workspace():
    late = datetime(2026, 1, 31, 15, 30, tzinfo=UTC)  # 00:30 on the next day in Tokyo
    assert (day(late), day(late, TOKYO), moment(late, TOKYO)) == ("2026-01-31", "2026-02-01", "2026-02-01 00:30")


def test_what_is_not_there_is_a_dash():
    assert (day(None), moment(None)) == ("—", "—")
    assert (day(date(2026, 1, 2)), day("2026-01-02T10:00")) == ("2026-01-02", "2026-01-02")


@pytest.mark.parametrize(
    ("n_bytes", "told"),
    [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KB"), (12_345_678, "11.8 MB"), (5 * 1024**3, "5.0 GB")],
)
def test_sizes(n_bytes: int, told: str):
    assert size(n_bytes) == told


def test_names_may_be_broken_after_an_underscore_and_are_escaped():
    assert str(breakable("page_viewed_<b>")) == "page_<wbr>viewed_<wbr>&lt;b&gt;"


def test_codes_of_industries_are_told_in_words_and_other_names_as_they_are():
    with i18n.use("ja"):
        assert [industry(v) for v in ("wholesale_retail", "製造業", None)] == ["卸売業・小売業", "製造業", ""]
    with i18n.use("en"):
        assert industry("wholesale_retail") == "Wholesale and retail"


def test_values_are_called_by_labels_then_by_common_words_else_as_they_are() -> None:
    settings = Settings(labels={"channel": {"email": {"en": "Our mails"}}, "industry": {"finance": {"ja": "金融"}}})
    with i18n.use("en"):
        assert value_label(settings, "channel", "email") == "Our mails"
        told = [value_label(settings, "channel", c) for c in ("search_ad", "carrier_pigeon", None)]
        assert told == ["Search ads", "carrier_pigeon", ""]
        assert value_label(settings, "industry", "finance") == "Finance and insurance"
        assert value_label(settings, "region", "web") == "web"
    with i18n.use("ja"):
        assert [value_label(settings, "channel", c) for c in ("email", "search_ad")] == ["メール", "検索広告"]
        assert value_label(settings, "industry", "finance") == "金融"


def test_money_is_short_on_pages_and_exact_on_hover():
    with i18n.use("en"):
        assert [money(8_400_000, "JPY"), money(0.5, "USD"), money(3, "CHF"), money(3, None), money(None, "JPY")] == [
            "¥8.4M", "$0.5", "CHF 3", "3", "—",
        ]  # fmt: skip
        assert [money_range(33e6, 112.2e6, "JPY"), money_range(5, None, "USD"), money_range(1, 2, None)] == [
            "¥33M–112.2M", "$5–∞", "1–2",
        ]  # fmt: skip
    with i18n.use("ja"):
        assert (money(8_400_000, "JPY"), money_range(33e6, 112.2e6, "JPY")) == ("840万円", "3,300万–1.1億円")
    assert [exact(v, "JPY") for v in (523_860_000.0, 7_567_746.4, 12.25, None)] == [
        "523,860,000 JPY", "7,567,746 JPY", "12.25 JPY", "—",
    ]  # fmt: skip
    assert exact(3, None) == "3"
