"""The verb `cohorts` on the example CRM export."""

from tests.cli.conftest import Crm, Tabiji


def test_every_deal_is_in_one_cohort(tabiji: Tabiji, crm: Crm) -> None:
    answer = tabiji("-w", crm.root, "cohorts", "deals", "--json", "--every", "quarter", "--as-of", "2017-12-31").json
    began = crm.told["Won"] + crm.told["Lost"] + crm.told["Engaging"]
    assert sum(c["n"] for c in answer["cohorts"]) == answer["all"]["n"] == began
    assert sum(c["reached"] for c in answer["cohorts"]) == crm.told["Won"]
    assert answer["stage"] == "won" and answer["question"]["every"] == "quarter"
    for cohort in answer["cohorts"]:
        shares = [c["share"] for c in cohort["cells"] if c["share"] is not None]
        assert shares == sorted(shares)


def test_fiscal_years_by_flag_and_by_setting(tabiji: Tabiji, crm: Crm) -> None:
    flags = ("-w", crm.root, "cohorts", "deals", "--json", "--every", "year")
    by_flag = tabiji(*flags, "--year-from", "4").json
    assert all(c["cohort"].startswith("FY20") and c["from"][5:7] == "04" for c in by_flag["cohorts"])
    assert tabiji(*flags, TABIJI_YEAR_FROM="4").json["cohorts"] == by_flag["cohorts"]
    assert [c["cohort"] for c in tabiji(*flags).json["cohorts"]] == ["2016", "2017"]


def test_the_table_and_its_errors(tabiji: Tabiji, crm: Crm) -> None:
    ran = tabiji("-w", crm.root, "cohorts", "deals", "--age-days", "60", "--stage", "lost")
    assert ran.out.splitlines()[0].startswith("began in\tjourneys\treached so far\t60 d\t120 d")
    assert "had reached Lost after" in ran.out
    wrong = tabiji("-w", crm.root, "cohorts", "deals", "--every", "week")
    assert (wrong.status, wrong.out) == (2, "") and "'week' is not one of: month, quarter, half, year" in wrong.err
    unknown = tabiji("-w", crm.root, "cohorts", "deals", "--stage", "wan")
    assert unknown.status == 1 and "there is no stage 'wan'; did you mean 'won'?" in unknown.err
