"""Write a CRM export of the usual shape and dirt, to follow the how-to without data of your own.

    python make_export.py FOLDER [DEALS]

It writes accounts.csv and sales_pipeline.csv: misspelt sectors and products, American dates, deals without an account,
deals that were never dated, deals that are still open."""

import csv
import random
import sys
from datetime import date, timedelta
from pathlib import Path

SECTORS = ("technolgy", "medical", "retail", "software", "finance", "marketing", "services")
PRODUCTS = ("GTX Basic", "GTXPro", "MG Special", "MG Advanced", "GTX Plus Basic", "GTK 500")
FIRST, LAST = date(2016, 10, 20), date(2017, 12, 31)


def write_export(folder: Path, deals: int = 8800, seed: int = 7) -> dict[str, int]:
    """Write the two files into `folder` and say how many deals of each kind are in them."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)
    accounts = [f"Company {n:02d}" for n in range(1, 86)]
    with (folder / "accounts.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(
            ["account", "sector", "year_established", "revenue", "employees", "office_location", "subsidiary_of"]
        )
        for name in accounts:
            place = chance.choice(("United States", "Kenya", "Philipines", "Japan"))
            parent = chance.choice(accounts) if chance.random() < 0.15 else ""
            revenue, employees = round(chance.lognormvariate(6.5, 1), 2), int(chance.lognormvariate(7.5, 1))
            rows.writerow([name, chance.choice(SECTORS), chance.randint(1975, 2015), revenue, employees, place, parent])
    told = dict.fromkeys(("Won", "Lost", "Engaging", "Prospecting", "without_account"), 0)
    with (folder / "sales_pipeline.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        head = (
            "opportunity_id",
            "sales_agent",
            "product",
            "account",
            "deal_stage",
            "engage_date",
            "close_date",
            "close_value",
        )
        rows.writerow(head)
        for number in range(deals):
            stage, engaged, closed, value = _deal(chance)
            account = "" if chance.random() < 0.16 else chance.choice(accounts)
            told[stage] += 1
            told["without_account"] += not account
            agent = f"Agent {chance.randint(1, 30)}"
            rows.writerow(
                [
                    f"D{number:06d}",
                    agent,
                    chance.choice(PRODUCTS),
                    account,
                    stage,
                    _american(engaged),
                    _american(closed),
                    value,
                ]
            )
    return told


def _deal(chance: random.Random) -> tuple[str, date | None, date | None, str]:
    if chance.random() < 0.057:
        return "Prospecting", None, None, ""
    engaged = FIRST + timedelta(days=chance.randrange((LAST - FIRST).days))
    won = chance.random() < 0.63
    days = int(chance.lognormvariate(3.9 if won else 3.4, 0.8)) + 1
    closed = engaged + timedelta(days=days)
    if closed > LAST:
        return "Engaging", engaged, None, ""
    return ("Won", engaged, closed, str(chance.randint(40, 6000))) if won else ("Lost", engaged, closed, "0")


def _american(day: date | None) -> str:
    return f"{day.month}/{day.day}/{day.year}" if day else ""


if __name__ == "__main__":
    print(write_export(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 8800))  # noqa: T201
