"""A workspace with touches, deals and spend of forty companies, for the tests of the doors and the page of credit."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path

from tabiji.workspace import Workspace

MAP = """\
id: deals
name: {ja: 商談, en: Deals}
attempt: {inactive_days: 200}
stages:
  - {id: lead, name: {ja: リード, en: Lead}, milestone: lead, enters_when: [{event: form_sent}]}
  - {id: deal, name: {ja: 商談, en: Deal}, milestone: opportunity, enters_when: [{event: opportunity_opened}]}
  - {id: won, name: {ja: 受注, en: Won}, kind: success, milestone: won, enters_when: [{event: opportunity_won}]}
  - {id: lost, name: {ja: 失注, en: Lost}, kind: failure, enters_when: [{event: opportunity_lost}]}
touchpoints:
  - {id: search, name: {ja: 検索広告, en: Search ads}, channel: search_ad, stages: [lead], matches: [{event: ad_clicked}]}
  - {id: webinar, name: {ja: ウェビナー, en: Webinar}, channel: webinar, matches: [{event: webinar_attended}]}
  - {id: expo, name: {ja: 展示会, en: Exhibition}, channel: exhibition, matches: [{event: exhibition_visited}]}
"""
MAPPING = """\
source: all
tables:
  - {file: companies.csv, to: account, key: company, columns: {name: company, industry: industry}}
  - file: events.csv
    to: event
    columns: {account: company, name: name, at: at, channel: channel, campaign: campaign, value: value}
"""
SPEND = """\
  - file: spend.csv
    to: cost
    columns: {on: day, channel: channel, campaign: campaign, amount: jpy, currency: "'JPY'"}
"""


def events(n: int = 40) -> str:
    """Everybody clicks an ad and leaves a form; every second attends a webinar; two of three win, the others are lost."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["company", "name", "at", "channel", "campaign", "value"])
    for i in range(n):
        day = date(2026, 1, 5) + timedelta(days=i)
        steps: list[tuple[int, str, str, str, str]] = [
            (0, "ad_clicked", "search_ad", "brand", ""),
            (2, "form_sent", "", "", ""),
        ]
        if i % 2:
            steps.append((5, "webinar_attended", "webinar", "law", ""))
        steps.append((8, "opportunity_opened", "", "", ""))
        if i % 3:
            steps.append((10, "ad_clicked", "search_ad", "again", ""))
        steps.append((20, "opportunity_won", "", "", "1000000") if i % 3 else (20, "opportunity_lost", "", "", ""))
        for after, name, channel, campaign, value in steps:
            writer.writerow([f"C{i:02}", name, day + timedelta(days=after), channel, campaign, value])
    return out.getvalue()


def spend() -> str:
    """100 days of search ads at 1,000 a day, one webinar, and an exhibition that nobody visited."""
    rows = [
        f"{date(2026, 1, 1) + timedelta(days=i)},search_ad,{'brand' if i % 2 else 'again'},1000" for i in range(100)
    ]
    rows += ["2026-02-01,webinar,law,50000", "2026-03-01,exhibition,expo-2026,300000"]
    return "\n".join(["day,channel,campaign,jpy", *rows]) + "\n"


def fill(workspace: Workspace, folder: Path, with_spend: bool = True) -> None:
    """Import the files and add the map."""
    folder.mkdir(exist_ok=True)
    companies = "".join(f"C{i:02},{'maker' if i % 2 else 'shop'}\n" for i in range(40))
    (folder / "companies.csv").write_text(f"company,industry\n{companies}", "utf-8")
    (folder / "events.csv").write_text(events(), "utf-8")
    (folder / "spend.csv").write_text(spend(), "utf-8")
    (folder / "mapping.yaml").write_text(MAPPING + (SPEND if with_spend else ""), "utf-8")
    workspace.import_(folder / "mapping.yaml")
    workspace.maps.add(MAP)
