"""Files of an export of a whole database (HubSpot, Salesforce, Marketo): most of them tell nothing of a journey by themselves.

Beside companies, people, deals and what happened there are files of pairs (which deal belongs to which company), histories of
fields, the settings of the system, and columns of the tool that copied it all. They are recognised by their columns, and settings
by the name of the file."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from tabiji.i18n import N_
from tabiji.ingest.guess.model import Sample
from tabiji.ingest.guess.values import present
from tabiji.ingest.guess.words import (
    ACCOUNT_ID,
    ACCOUNT_NAME,
    EMAIL,
    OPPORTUNITY_ID,
    OPPORTUNITY_NAME,
    PERSON_ID,
    plain,
)
from tabiji.lake.views import quote

_COPYING = re.compile(r"^(_(fivetran|airbyte|sdc|dlt|hevo|estuary|stitch)_\w*|system_?modstamp)$", re.I)
_DELETED = ("fivetrandeleted", "isdeleted")
_ENTITY = {
    "account": ACCOUNT_ID.split(), "person": PERSON_ID.split(), "opportunity": OPPORTUNITY_ID.split(),
}  # fmt: skip
_BESIDE_PAIRS = {"typeid", "category", "isprimary", "isdirect", "isdeleted", "label", "role", "roles", "id"}
_TOKENS = re.compile(r"[A-Za-z]+|\d+|[^\W\d_]+")
_SETTINGS = {
    "property", "properties", "pipeline", "pipelines", "template", "templates", "form", "forms", "describe",
    "role", "roles", "team", "teams", "product", "products", "pricebook", "program", "programs", "campaign", "campaigns", "option",
    "options", "dictionary", "recordtype", "currency", "lineitem",
}  # fmt: skip
_MERGES = {"merge", "merged", "merges", "delete", "deleted"}
_STAFF = {"profileid", "userroleid", "forecastenabled", "primaryteamid", "activeuserid", "superadmin"}
_PERHAPS_STAFF = {"salesagent", "manager", "managerid"}
_WHO = {
    word.removeprefix("=")
    for words in (ACCOUNT_ID, ACCOUNT_NAME, PERSON_ID, EMAIL, OPPORTUNITY_ID, OPPORTUNITY_NAME)
    for word in words.split()
}  # fmt: skip
_OLD, _NEW = ("oldvalue", "fromvalue", "変更前", "変更前の値"), ("newvalue", "tovalue", "value", "変更後", "変更後の値")
_FIELD = ("field", "fieldname", "property", "propertyname", "name", "primaryattributevalue", "項目", "項目名")
STEPS = (
    "dealstage",
    "hs_pipeline_stage",
    "stagename",
    "stage",
    "lifecyclestage",
    "status",
    "leadstatus",
    "フェーズ",
    "ステージ",
)


def _by_name(sample: Sample) -> Mapping[str, str]:
    """Plain name → the column that has it."""
    return {plain(c): c for c in sample.columns}


def _first(by_name: Mapping[str, str], names: Iterable[str]) -> str:
    """The column with the first of some plain names that any has; empty where none has."""
    return next((by_name[name] for name in names if name in by_name), "")


def without_copying(sample: Sample) -> Sample:
    """The file without the columns of the tool that copied it."""
    kept = {c: v for c, v in sample.columns.items() if not _COPYING.match(c)}
    return replace(sample, columns=kept) if kept else sample


def not_deleted(sample: Sample) -> str:
    """SQL that holds for the rows that were not deleted in the system, where a column says it of some; else empty."""
    for column, values in sample.columns.items():
        if plain(column) in _DELETED and {v.lower() for v in present(values)} == {"true", "false"}:
            return f"lower(coalesce(CAST({quote(column)} AS VARCHAR), '')) <> 'true'"
    return ""


def entity_of(column: str) -> str:
    """Whose number a column holds: account, person, opportunity, or another word before `id`; empty where it is no number."""
    name = plain(column)
    for entity, words in _ENTITY.items():
        if name in words:
            return entity
    return name.removesuffix("id") if name.endswith("id") and name != "id" else ""


def pairs_in(sample: Sample) -> dict[str, str]:
    """Entity → its column, in a file that says nothing but what belongs to what; empty where it is another kind of file."""
    names = [
        c for c in without_copying(sample).columns if plain(c) not in _BESIDE_PAIRS and not plain(c).endswith("type")
    ]
    found = {entity: c for c in names if (entity := entity_of(c))}
    return found if len(found) == len(names) == 2 else {}


def field_history(sample: Sample, times: Sequence[str]) -> dict[str, str]:
    """Columns `field`, `old` and `new` of a history of fields: its rows say when which field of whom became what."""
    by_name = _by_name(sample)
    new = _first(by_name, _NEW)
    old = _first(by_name, _OLD)
    field = _first(by_name, _FIELD)
    whose = [c for c in sample.columns if entity_of(c) in _ENTITY]
    if not (new and field and whose and times) or (plain(new) == "value" and len(sample.columns) > 10):
        return {}
    return {"field": field, "new": new} | ({"old": old} if old else {})


def steps_in(values: Sequence[str | None]) -> list[str]:
    """Names of fields that say how far somebody is."""
    return [v for v in dict.fromkeys(present(values)) if plain(v) in {plain(s) for s in STEPS}]


def says_who(sample: Sample) -> bool:
    """Whether a column is called as those of a company, a person or a deal are."""
    return any(plain(column) in _WHO for column in sample.columns)


def why_left_out(sample: Sample) -> str:
    """Why a file of a database is no table of a journey (a message of the catalogue); empty where it may be one."""
    stem = Path(sample.file).stem.lower()
    tokens = set(_TOKENS.findall(stem))
    names = {plain(c) for c in sample.columns}
    who = says_who(sample)
    if tokens & _MERGES:
        return N_("it tells which records were merged or deleted in the system")
    if names & _STAFF or (names & _PERHAPS_STAFF and not who):
        return N_("it lists your own people, not the customer's")
    if re.search("line_?items?", stem) and "opportunityid" in names | {n.replace("deal", "opportunity") for n in names}:
        return N_("it lists what the deals are made of; their amounts stand in the deals")
    if (tokens & _SETTINGS or re.search("contact_lists?(_data)?$", stem)) and not who:
        return N_("it describes the settings of the system, and nothing that a customer did")
    return ""


def name_of(file: str) -> str:
    """What the name of a file of events says that they are, without the system's name and what only says that they are some."""
    stem = re.sub(r"([ _-]*(一覧|リスト|データ|履歴|list|export|data|\d+))+$", "", Path(file).stem, flags=re.I)
    short = re.sub(r"^((marketo|hubspot|hs|salesforce|sf|pardot|activity|activities)_)+", "", stem, flags=re.I)
    return short or stem or "event"


def labels(sample: Sample, of: str) -> dict[str, str]:
    """`key` and `label` of a file that says what the numbers of an entity mean, with the columns `won` and `closed` where it has
    them; empty where it is another kind of file."""
    by_name = _by_name(sample)
    key = by_name.get(f"{of}id") or by_name.get("id", "")
    label = _first(by_name, ("label", "name", "masterlabel", "displayname", "名称", "名前"))
    if not key or not label:
        return {}
    won = _first(by_name, ("closedwon", "iswon"))
    closed = by_name.get("isclosed", "")
    return {"key": key, "label": label} | ({"won": won, "closed": closed} if won and closed else {})


def stage_history(sample: Sample, times: Sequence[str]) -> dict[str, str]:
    """Columns `opportunity`, `at` and `name` (the stage) of a file whose rows say when deals came to which stage; empty where it
    is another kind of file. `times`: its columns of times."""
    by_name = _by_name(sample)
    stem = Path(sample.file).stem.lower()
    start = by_name.get("fivetranstart", "")
    deal = _first(by_name, OPPORTUNITY_ID.split())
    if not deal and start and re.search("opportunit|deal", stem):
        deal = by_name.get("id", "")
    stage = _first(by_name, ("stagename", "dealstage", "stage"))
    if not stage and "dateentered" in by_name:
        stage = by_name.get("value", "")
    there = present(sample.columns[deal]) if deal else []
    many = bool(start) or "dateentered" in by_name or "history" in stem or len(set(there)) < len(there)
    dated = ("dateentered", "fivetranstart", "createddate", "createdat", "timestamp")
    at = _first(by_name, dated)
    if not (deal and stage and many and (at in times)):
        return {}
    return {"opportunity": deal, "at": at, "name": stage}


def is_of_versions(sample: Sample) -> bool:
    """Whether rows are states of a record, each with the time from which it held."""
    return any(plain(c) == "fivetranstart" for c in sample.columns)


def flags_of_outcome(sample: Sample) -> tuple[str, str]:
    """The columns that say true or false of won and of closed; empty where there are none."""
    by_name = {
        plain(c): c for c in sample.columns if {v.lower() for v in present(sample.columns[c])} <= {"true", "false"}
    }
    won = _first(by_name, ("iswon", "closedwon", "hsisclosedwon"))
    closed = _first(by_name, ("isclosed", "hsisclosed"))
    return (won, closed) if won and closed else ("", "")
