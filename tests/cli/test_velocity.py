"""The verb `velocity` on the example CRM export."""

import csv
from datetime import datetime
from statistics import median

import pytest
from tests.cli.conftest import Crm, Tabiji


def day(text: str) -> datetime:
    return datetime.strptime(text, "%m/%d/%Y")


def test_velocity_of_the_deals(tabiji: Tabiji, crm: Crm) -> None:
    answer = tabiji("-w", crm.root, "velocity", "deals", "--json", "--as-of", "2017-12-31").json
    told = crm.told
    assert (answer["from"], answer["to"]) == ("engaging", "won")
    assert (answer["open"], answer["won"], answer["lost"]) == (told["Engaging"], told["Won"], told["Lost"])
    assert answer["win_rate"]["share"] == pytest.approx(told["Won"] / (told["Won"] + told["Lost"]))
    with (crm.export / "sales_pipeline.csv").open(encoding="utf-8") as file:
        won = [row for row in csv.DictReader(file) if row["deal_stage"] == "Won"]
    mean = sum(float(row["close_value"]) for row in won) / len(won)
    assert (answer["mean_deal"], answer["n_valued"], answer["currency"]) == (pytest.approx(mean), len(won), "USD")
    cycle = median((day(r["close_date"]) - day(r["engage_date"])).days for r in won)
    assert answer["median_cycle_days"] == cycle
    product = answer["open"] * answer["win_rate"]["share"] * mean / cycle
    assert answer["velocity_per_day"] == pytest.approx(product)
    assert answer["low"] < product < answer["high"]


def test_the_table(tabiji: Tabiji, crm: Crm) -> None:
    ran = tabiji("-w", crm.root, "velocity", "deals", "--by", "offering")
    lines = ran.out.splitlines()
    assert (ran.status, lines[0].split("\t")[0]) == (0, "group")
    assert lines[1].startswith("All\t") and any(line.startswith("GTX Pro\t") for line in lines)
    assert "USD a day" in lines[-1]
    mean, _, per_day = lines[1].split("\t")[6:9]
    assert mean.replace(",", "").isdigit() and per_day.replace(",", "").isdigit()  # no tenths of a cent
