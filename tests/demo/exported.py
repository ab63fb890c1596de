"""Read what the simulator exported, by the mapping files' meaning but without the code that imports them."""

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path

from tabiji.journeymap.model import Clause, JourneyMap

JST = timedelta(hours=9)
_KNOWN: dict[tuple[object, ...], tuple[Clause, bool]] = {}  # holds the clause, so that its id stays its own


@dataclass(frozen=True)
class Event:
    """One event; `at` is Japanese wall clock."""

    at: datetime
    account: str
    name: str
    person: str = ""
    channel: str = ""
    campaign: str = ""
    content: str = ""
    offering: str = ""
    deal: str = ""
    received: datetime | None = None
    id: str = ""


@dataclass
class Attempt:
    """A journey by the rules of a map: first firing of each stage, and how it ended."""

    number: int
    first: dict[str, datetime] = field(default_factory=dict)
    ended: str = ""
    last: datetime | None = None


def rows(path: Path, encoding: str = "utf-8") -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def instant(text: str) -> datetime:
    text = text.replace("/", "-")
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S" if ":" in text else "%Y-%m-%d")


def account_of_person(folder: Path) -> dict[str, str]:
    contacts = rows(folder / "crm/contacts.csv", "utf-8-sig")
    return {r["メールアドレス"].lower(): r["取引先ID"] for r in contacts}


def roles(folder: Path) -> dict[str, str]:
    """Person → role as the CRM names it."""
    return {r["メールアドレス"].lower(): r["役割"] for r in rows(folder / "crm/contact_roles.csv")}


def events(folder: Path) -> list[Event]:
    """Every event of every source, each once, by time."""
    owner = account_of_person(folder)
    found: dict[str, Event] = {}

    def add(id_: str, at: datetime, account: str, name: str, person: str = "", **more: object) -> None:
        person = person.lower()
        found[id_] = Event(at, account or owner[person], name, person, id=id_, **more)  # type: ignore[arg-type]

    for r in rows(folder / "crm/activities.csv"):
        add(
            r["活動ID"], instant(r["活動日時"]), r["取引先ID"], r["活動コード"], r["メールアドレス"], channel=r["チャネル"],
            campaign=r["キャンペーン"], offering=r["商材"], deal=r["商談ID"], received=instant(r["登録日時"]),
        )  # fmt: skip
    for r in rows(folder / "crm/opportunities.csv"):
        told = [("opened", r["作成日時"]), ({"受注": "won", "失注": "lost"}.get(r["フェーズ"], ""), r["完了日"])]
        for what, at in told:
            if what and at:
                name = f"opportunity_{what}"
                add(f"{r['商談ID']}/{what}", instant(at), r["取引先ID"], name, offering=r["商材"], deal=r["商談ID"])
    for r in rows(folder / "marketing/activities.csv"):
        add(
            r["activity_id"], instant(r["occurred_at"]), r["crm_account_id"], r["activity"], r["email"],
            channel=r["channel"], campaign=r["campaign"], content=r["asset"], received=instant(r["synced_at"]),
        )  # fmt: skip
    for r in rows(folder / "web/hits.csv"):
        path = r["url"].removeprefix("https://www.tabiji-demo.example").partition("?")[0]
        add(
            r["hit_id"], instant(r["hit_at"]) + JST, r["ip_company"], r["hit_type"], r["user_email"],
            channel=r["channel"], content=path, received=instant(r["loaded_at"]) + JST,
        )  # fmt: skip
    for r in rows(folder / "ads/events.csv"):
        add(
            r["ad_event_id"], instant(r["happened_at"]), r["company"], r["ad_event"], channel=r["network"],
            campaign=r["campaign"], content=r["landing_page"], received=instant(r["reported_at"]),
        )  # fmt: skip
    for r in rows(folder / "product/usage.csv"):
        add(r["usage_id"], instant(r["used_at"]) + JST, r["tenant"], r["action"], r["user_email"], channel="product")
    for r in rows(folder / "success/activities.csv"):
        add(r["activity_id"], instant(r["held_at"]), r["customer"], r["activity"], r["attendee"], channel=r["channel"])
    for r in rows(folder / "support/tickets.csv"):
        add(r["log_id"], instant(r["logged_at"]), r["customer"], r["action"], r["requester"], channel="support")
    for r in rows(folder / "billing/subscriptions.csv"):
        add(
            r["entry_id"], instant(r["effective_at"]), r["customer"], r["entry"], channel="contract", offering=r["plan"]
        )
    return sorted(found.values(), key=lambda e: (e.at, e.id))


def by_account(found: list[Event]) -> dict[str, list[Event]]:
    out: dict[str, list[Event]] = defaultdict(list)
    for event in found:
        out[event.account].append(event)
    return out


def matches(clause: Clause, event: Event, role: str) -> bool:
    """Whether an event is of the kind that a clause names."""
    key = (id(clause), event.name, event.channel, event.campaign, event.content, event.offering, role)
    if key not in _KNOWN:
        asked = [
            (clause.event, event.name), (clause.channel, event.channel), (clause.campaign, event.campaign),
            (clause.content, event.content), (clause.offering, event.offering), (clause.role, role),
        ]  # fmt: skip
        _KNOWN[key] = clause, all(not globs or any(fnmatchcase(v, g) for g in globs) for globs, v in asked)
    return _KNOWN[key][1]


def attempts(journey_map: JourneyMap, own: list[Event], roles_: dict[str, str]) -> list[Attempt]:
    """Journeys of one account by the definitions, written for clarity and not for speed."""
    done: list[Attempt] = []
    running: Attempt | None = None
    scope: list[Event] = []
    for event in own:
        if journey_map.offering and event.offering not in ("", journey_map.offering):
            continue
        if running and scope and event.at - scope[-1].at > timedelta(days=journey_map.inactive_days or 10**6):
            running.ended = "dormant"
            running, scope = None, []
        scope.append(event)
        fired = [s for s in journey_map.stages if any(_fires(c, event, scope, roles_) for c in s.enters_when)]
        if running is None and any(s.kind != "failure" for s in fired):
            running = Attempt(len(done) + 1)
            done.append(running)
        if running is None:
            continue
        running.last = event.at
        for stage in fired:
            running.first.setdefault(stage.id, event.at)
        if any(s.kind == "failure" for s in fired):
            running.ended = "failure"
            running, scope = None, []
    return done


def _fires(clause: Clause, event: Event, scope: list[Event], roles_: dict[str, str]) -> bool:
    if not matches(clause, event, roles_.get(event.person, "")):
        return False
    if not clause.counts:
        return True
    since = event.at - timedelta(days=clause.within_days or 10**5)
    people, count = set(), 0
    for e in reversed(scope):
        if e.at < since:
            break
        if matches(clause, e, roles_.get(e.person, "")):
            count += 1
            people.add(e.person)
    return count >= clause.at_least and len(people - {""}) >= (clause.people or 0)
