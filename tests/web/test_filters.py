"""The filter bar: what stands in the address, and the question that it asks."""

import pytest

from tabiji.web.filters import BY_SIZE, Filters, read_filters


def test_an_address_without_filters_asks_about_everything():
    filters = read_filters({})
    assert (filters.query, filters.flags, filters.sql, filters.narrow) == ("", {}, "", False)


def test_filters_stay_as_they_were_typed():
    filters = read_filters({"from": " 2026-01-01 ", "horizon_days": "90", "lang": "en", "cohort": "month"})
    assert filters.parameters == {"from": "2026-01-01", "horizon_days": "90"}
    assert filters.query == "from=2026-01-01&horizon_days=90"
    assert filters.flags == {"from": "2026-01-01", "horizon_days": "90"}


@pytest.mark.parametrize(
    ("given", "sql"),
    [
        ({"industry": "製造業"}, "industry = '製造業'"),
        ({"industry": "O'Neil"}, "industry = 'O''Neil'"),
        ({"region": "東京都", "size": "100-299"}, "region = '東京都' AND employees BETWEEN 100 AND 299"),
        ({"size": "1000-"}, "employees >= 1000"),
        ({"size": "nonsense"}, ""),
        ({"segment": "a = 1 OR b = 2"}, "a = 1 OR b = 2"),
        ({"industry": "x", "segment": "a = 1 OR b = 2"}, "industry = 'x' AND (a = 1 OR b = 2)"),
    ],
)
def test_picks_become_one_condition(given: dict[str, str], sql: str):
    filters = read_filters(given)
    assert filters.sql == sql
    assert filters.flags == ({"segment": sql} if sql else {})


def test_dividing_by_size_divides_by_bands_of_employees():
    assert read_filters({"by": "size"}).flags == {"by": BY_SIZE}
    assert read_filters({"by": "industry"}).flags == {"by": "industry"}


def test_a_query_with_changes():
    filters = Filters(industry="x", as_of="2026-01-01")
    assert filters.query_with(industry="") == "as_of=2026-01-01"
    assert filters.query_and(**{"from": "2026-02-01"}) == "industry=x&as_of=2026-01-01&from=2026-02-01"
