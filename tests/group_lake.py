"""Forty companies with roles: decision makers that go along with deals, champions that come first, answers to surveys."""

import csv
import io
from datetime import date, datetime, timedelta
from pathlib import Path

from tabiji.workspace import Workspace

MAP = """\
id: deals
name: {ja: 商談, en: Deals}
horizon_days: 120
stages:
  - {id: aware, name: {ja: 認知, en: Awareness}, enters_when: [{event: visited}]}
  - id: consider
    name: {ja: 検討, en: Consideration}
    roles: [champion, decision_maker]
    enters_when: [{event: demo}]
  - {id: won, name: {ja: 受注, en: Won}, kind: success, enters_when: [{event: signed}]}
  - {id: lost, name: {ja: 失注, en: Lost}, kind: failure, enters_when: [{event: declined}]}
touchpoints:
  - {id: meeting, name: {ja: 商談, en: Meeting}, matches: [{event: met}]}
buying_group:
  - {role: decision_maker, required: 1, weight: 0.6}
  - {role: champion, required: 2, weight: 0.4}
influence:
  - {from: champion, to: decision_maker}
  - {from: decision_maker, to: champion}
"""
MAPPING = """\
source: test
timezone: UTC
tables:
  - file: accounts.csv
    to: account
    key: id
    columns: {name: name, industry: industry, employees: employees}
  - file: roles.csv
    to: membership
    key: account || person
    columns: {account: account, person: person, role: role, valid_from: since}
  - file: events.csv
    to: event
    key: id
    columns: {account: account, person: person, name: name, at: at}
    properties: [sentiment]
  - file: answers.csv
    to: survey
    key: id
    columns: {account: account, person: person, kind: "'csat'", score: score, at: at}
"""
DAY = datetime(2026, 1, 5, 9)
N = 40


def fill(workspace: Workspace, folder: Path) -> None:
    """Write the files into `folder`, bring them in and keep the map.

    Company u begins on day u % 10 and has its demo a day later. Every second one meets its decision maker on day 15; of those
    with one 3 of 4 sign on day 60, of the others 1 of 4; half of the rest decline on day 70. The last event is on day 200."""
    folder.mkdir(parents=True)
    accounts, roles, events, answers = [], [], [], []

    def happened(u: int, day: float, name: str, person: str = "", sentiment: str = "") -> None:
        events.append([f"e{len(events)}", f"A{u}", person, name, DAY + timedelta(days=day), sentiment])

    for u in range(N):
        start, decider = u % 10, u % 2 == 0
        accounts.append([f"A{u}", f"Company {u}", "製造業" if u % 3 else "卸売業", 100 * (u + 1)])
        for person, role in (("c", "導入推進者"), ("d", "決裁者"), ("u", "User")):
            roles.append([f"A{u}", f"{person}{u}", role, date(2026, 1, 1)])
        happened(u, start, "visited", f"c{u}")
        happened(u, start + 1, "demo", f"c{u}")
        happened(u, start + 20, "met", f"u{u}")
        if decider:
            happened(u, start + 15, "met", f"d{u}")
        if (decider and (u // 2) % 4) or (not decider and (u // 2) % 4 == 0):
            happened(u, start + 60, "signed", f"d{u}" if decider else "")
        elif u % 5 == 0:
            happened(u, start + 70, "declined")
        if u % 4 == 0:
            answers.append([f"s{u}", f"A{u}", f"c{u}", 5 if u % 8 else 1, DAY + timedelta(days=start + 30)])
        if u % 8 == 0:
            answers.append([f"t{u}", f"A{u}", f"u{u}", 1 if u % 16 else 4, DAY + timedelta(days=start + 30)])
    happened(1, 150, "ticket", "c1", "negative")
    happened(0, 200, "met", "u0")
    for name, head, rows in (
        ("accounts", "id,name,industry,employees", accounts), ("roles", "account,person,role,since", roles),
        ("events", "id,account,person,name,at,sentiment", events), ("answers", "id,account,person,score,at", answers),
    ):  # fmt: skip
        out = io.StringIO()
        csv.writer(out).writerows([head.split(","), *rows])
        (folder / f"{name}.csv").write_text(out.getvalue(), "utf-8")
    (folder / "mapping.yaml").write_text(MAPPING, "utf-8")
    (folder / "map.yaml").write_text(MAP, "utf-8")
    workspace.import_(folder / "mapping.yaml")
    workspace.maps.add(MAP)
