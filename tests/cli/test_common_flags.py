"""The common flags on the command line: each verb takes all of them at once, and groups are printed under their names."""

import pytest
from tests.cli.conftest import Crm, Tabiji

COMMON = {
    "as_of": "2017-12-31", "known_as_of": "2199-12-31", "from": "2016-11-01", "to": "2017-10-31", "segment": "offering = 'GTX Pro'",
    "by": "offering", "horizon_days": "60", "min_n": "5",
}  # fmt: skip
VERBS = {
    "funnel": set(), "dwell": {"--horizon-days"}, "velocity": {"--horizon-days"}, "bottleneck": set(), "paths": {"--horizon-days"},
    "conform": set(), "credit": {"--horizon-days"}, "group": set(), "cohorts": set(), "emotion": set(), "voice": {"--horizon-days"},
    "retention": set(), "health": set(), "accounts": set(), "reach": {"--horizon-days"}, "kpis": set(),
    "why": {"--from", "--to", "--segment", "--by", "--horizon-days", "--min-n"}, "timeline": {"--from", "--to", "--segment", "--by"},
}  # fmt: skip


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_takes_all_common_flags_and_says_which_change_nothing(tabiji: Tabiji, crm: Crm, verb: str) -> None:
    flags = [word for name, value in COMMON.items() for word in ("--" + name.replace("_", "-"), value)]
    subject = [tabiji("-w", crm.root, "accounts", "deals", "--json").json["accounts"][0]["id"]]
    args = ("-w", crm.root, verb, "deals", *(subject if verb in ("why", "timeline") else []), *flags)
    ran = tabiji(*args, "--json")
    assert ran.status == 0, ran.out
    assert {name: str(ran.json["question"][name]) for name in COMMON} == COMMON
    said = {n["values"]["flag"]: n["message"] for n in ran.json["notices"] if n["code"] == "flag_without_effect"}
    assert set(said) == VERBS[verb]
    printed = tabiji(*args).err
    assert all(f"Notice: {message}" in printed for message in said.values())


@pytest.mark.parametrize(
    ("verb", "heading"),
    [
        ("emotion", "stage\trole"),
        ("health", "part\tmean"),
        ("accounts", "group\tall"),
        ("reach", "role\tAll"),
        ("kpis", "KPI\tstage"),
    ],
)
def test_groups_are_printed_and_the_one_without_a_value_is_named_in_the_reader_s_language(
    tabiji: Tabiji, crm: Crm, verb: str, heading: str
) -> None:
    by = ("-w", crm.root, verb, "deals", "--by", "CASE WHEN offering = 'GTX Pro' THEN 'one' END")
    names = ("--starts", "opportunity_opened", "--ends", "opportunity_lost") if verb == "health" else ()
    out = tabiji(*by, *names).out
    assert heading in out and "one" in out and "(none)" in out
    japanese = tabiji(*by, *names, TABIJI_LANG="ja").out
    assert "（値なし）" in japanese and "(none)" not in japanese
    assert "(none)" in {g["value"] for g in tabiji(*by, *names, "--json", TABIJI_LANG="ja").json["groups"]}


def test_the_list_is_cut_to_one_group(tabiji: Tabiji, crm: Crm) -> None:
    asked = ("-w", crm.root, "accounts", "deals", "--by", "offering", "--json")
    groups = tabiji(*asked).json["groups"]
    one = tabiji(*asked, "--group", groups[1]["value"]).json
    assert one["total"] == groups[1]["total"] and one["groups"] == groups
    assert {a["group"] for a in one["accounts"]} == {groups[1]["value"]}
    nothing = tabiji("-w", crm.root, "accounts", "deals", "--group", "x", "--json")
    assert nothing.status == 2 and nothing.json["error"]["code"] == "bad_flag"
    unknown = tabiji(*asked, "--group", "GTX Prro")
    assert unknown.status == 1 and "there is no group 'GTX Prro'; did you mean" in unknown.out
