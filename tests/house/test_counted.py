"""Words that depend on a number: `{n:one|many}` in an English message, nothing in a Japanese one."""

import re
from gettext import GNUTranslations
from pathlib import Path

import pytest

import tabiji
from tabiji.i18n import N_, text

CATALOGUE = Path(tabiji.__file__).parent / "i18n/locale/ja/LC_MESSAGES/tabiji.mo"
COUNTED = re.compile(r"\{(\w+):[^{}|]*\|[^{}|]*\}")


def catalogue() -> dict[str, str]:
    """English message → Japanese, without those that have a plural of their own."""
    with CATALOGUE.open("rb") as file:
        found = vars(GNUTranslations(file))["_catalog"]
    return {source: said for source, said in found.items() if isinstance(source, str) and source}


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "0 journeys of 0"),
        (1, "1 journey of 1"),
        ("1", "1 journey of 1"),
        (2, "2 journeys of 2"),
        ("1,001", "1,001 journeys of 1,001"),
    ],
)
def test_a_word_follows_its_number(n: object, said: str) -> None:
    assert text("{n} {n:journey|journeys} of {n}", "en", n=n) == said


def test_other_formats_and_bars_in_values_are_left_alone() -> None:
    assert text("{share:.0%} of {n:,} {n:one|ones}: {what}", "en", share=0.5, n=1200, what="a|b {c|d}") == (
        "50% of 1,200 ones: a|b {c|d}"
    )


def test_the_catalogue_chooses_no_word_in_japanese_and_keeps_every_number() -> None:
    counted = {source: said for source, said in catalogue().items() if COUNTED.search(source)}
    assert len(counted) > 50
    for source, said in counted.items():
        assert "|" not in said, source
        for name in {found.group(1) for found in COUNTED.finditer(source)}:
            assert re.search(rf"\{{{name}[:}}]", source) and re.search(rf"\{{{name}[:}}]", said), source


SLIPS = (  # once said "1 warnings", "the 1 conversions" and the like
    N_("{errors} {errors:error|errors}, {warnings} {warnings:warning|warnings}"),
    N_("{n:,} survey {n:answer was|answers were} given outside every journey and {n:belongs|belong} to no stage."),
    N_("{n:,} of them {n:has|have} been in {n:its|their} stage for longer than half of all journeys stay there."),
    N_("Goes on within {days} {days:day|days}"),
)


def test_what_was_said_of_one_thing_is_said_as_of_one() -> None:
    one = [text(message, "en", n=1, errors=1, warnings=1, days=1) for message in SLIPS]
    assert one == [
        "1 error, 1 warning",
        "1 survey answer was given outside every journey and belongs to no stage.",
        "1 of them has been in its stage for longer than half of all journeys stay there.",
        "Goes on within 1 day",
    ]
    assert set(SLIPS) <= set(catalogue())  # the words above are those of the source


def test_no_message_counts_days_without_asking_whether_it_is_one() -> None:
    assert [m for m in catalogue() if re.search(r"\{(days|horizon|waited|landmark)(:,)?\} days\b", m)] == []
