"""The verbs `emotion`, `voice`, `retention` and `health`: on data that have nothing of the kind they say what to bring; with names
given, deals become contracts."""

import pytest
from tests.cli.conftest import Crm, Tabiji

from tabiji.cli.questions.emotion import signed


@pytest.mark.parametrize(
    ("verb", "said"),
    [
        ("emotion", "No stage has enough survey answers or notes"),
        ("voice", "bring a survey table"),
        ("retention", "no event starts a subscription"),
        ("health", "no event starts a subscription"),
    ],
)
def test_without_such_data_they_say_what_to_bring(tabiji: Tabiji, crm: Crm, verb: str, said: str) -> None:
    plain = tabiji("-w", crm.root, verb, "deals")
    assert plain.status == 0 and said in plain.out
    japanese = tabiji("-w", crm.root, verb, "deals", TABIJI_LANG="ja")
    assert japanese.status == 0 and said not in japanese.out
    answer = tabiji("-w", crm.root, verb, "deals", "--json").json
    assert answer["question"]["verb"] == verb and answer["provenance"]["unit"] == "opportunity"


def test_deals_as_contracts_by_the_names_given(tabiji: Tabiji, crm: Crm) -> None:
    names = ("--starts", "opportunity_opened", "--ends", "opportunity_lost")
    answer = tabiji(
        "-w", crm.root, "retention", "deals", "--as-of", "2017-12-31", "--period-days", "180", *names, "--json"
    ).json
    assert answer["meanings"]["start"] == {"events": ["opportunity_opened"], "n": answer["customers"]["ever"]}
    assert answer["meanings"]["end"] == {"events": ["opportunity_lost"], "n": crm.told["Lost"]}
    first = answer["logo_churn"][0]
    assert (first["id"], first["denominator"]) == ("left_of_start", answer["customers"]["start"])
    assert first["low"] < first["share"] < first["high"]
    assert answer["survival"][0]["ended"] == crm.told["Lost"]


def test_a_wrong_period_is_told(tabiji: Tabiji, crm: Crm) -> None:
    ran = tabiji("-w", crm.root, "retention", "deals", "--period-days", "3")
    assert ran.status == 2 and "period" in ran.err


def test_why_a_share_is_missing_is_told_in_the_reader_s_language(tabiji: Tabiji, crm: Crm) -> None:
    names = ("--starts", "opportunity_opened", "--ends", "opportunity_lost")
    said = {"en": "nobody has been watched so long", "ja": "そこまで長く観察した顧客がいません"}
    for lang, other in (("en", "ja"), ("ja", "en")):
        out = tabiji("-w", crm.root, "retention", "deals", *names, TABIJI_LANG=lang).out
        assert said[lang] in out and said[other] not in out


@pytest.mark.parametrize(("value", "shown"), [(-0.04, "0.0"), (0.0, "0.0"), (0.06, "+0.1"), (-1.25, "-1.2")])
def test_a_feeling_of_nothing_has_no_sign(value: float, shown: str) -> None:
    assert signed(value) == shown
