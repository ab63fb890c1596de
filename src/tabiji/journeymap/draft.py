"""A first map from data: the events that most units have, in the order in which they first happen.

A draft is a place to start from, so its text says with every stage why it is there, and what to do next.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from tabiji.errors import TabijiError
from tabiji.i18n import N_, text
from tabiji.journeymap.model import JourneyMap, Unit
from tabiji.journeymap.yaml_file import read_map
from tabiji.journeymap.yaml_file.emit import entry, item
from tabiji.journeymap.yaml_file.scalars import UNPRINTABLE

MOST_STAGES = 7  # on the main line
MOST_OUTCOMES = 8  # names of wins (and of losses) that are taken together

Kind = Literal["step", "success", "failure"]

_LOST = {"lost", "closedlost", "churn", "churned", "cancelled", "canceled", "cancellation", "disqualified"}
_WON = {"won", "closedwon", "contract", "contracted", "ordered", "purchase", "purchased"}
_NOT_YET = {
    "renewed",
    "renewal",
    "expired",
    "sent",
    "viewed",
    "page",
    "draft",
    "drafted",
    "requested",
    "review",
    "reviewed",
}
_LOST_JA = re.compile("失注|解約|退会|契約終了")
_WON_JA = re.compile("受注|成約|契約|購入(?!検討)")
_NOT_YET_JA = re.compile("更新|送付|予定|確認|契約書|検討")
_STEPS = re.compile("stage|phase|status|lifecycle|フェーズ|ステージ|段階|進捗|状況|状態|確度", re.I)
MOST_STATES = 12  # values of a field that says how far one is, where its name does not say so
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


class NothingToDraftError(TabijiError):
    """There are no events yet; import some, or start from a preset."""

    code: ClassVar[str] = "nothing_to_draft"
    message: ClassVar[str] = N_("there are no events to draft a map from; import data first, or start from a preset")


class NothingOfUnitError(NothingToDraftError):
    """There are events, but none of them can be traced to such a unit; draft the map for another one."""

    code: ClassVar[str] = "nothing_of_unit"
    message: ClassVar[str] = N_(
        "none of the {n} {n:event|events} can be traced to a unit of the kind {unit}; draft a map of another kind (--unit {other})"
    )


class OnlyFieldChangesError(NothingToDraftError):
    """All that is known of such units are changes of fields, and no field says how far they are; import what was done, too."""

    code: ClassVar[str] = "only_field_changes"
    message: ClassVar[str] = N_(
        "all that is known of the units of the kind {unit} are changes of fields ({fields}), and none of these has {least} to {most} values, as stages have; bring in activities too, or draft a map of another kind (--unit {other})"
    )


@dataclass(frozen=True, slots=True)
class FieldSeen:
    """What the data says about changes of one field: how many units had one, and how many different values it took."""

    name: str
    n_units: int
    n_values: int


@dataclass(frozen=True, slots=True)
class EventSeen:
    """What the data says about one event name. Units = accounts, opportunities or persons, as the draft is about.

    n_units: units that have it · n_events: how often it occurs · median_position: median over these units of where its first
    occurrence stands among the first occurrences of all names of the unit, 0 (first) – 1 (last) · share_followed: share of
    these units in which another name first occurs after it, 0–1 · field: where it is set, the event is a change of that field
    to the value `name`."""

    name: str
    n_units: int
    n_events: int
    median_position: float
    share_followed: float | None = None
    field: str = ""


def field_of_stages(fields: Sequence[FieldSeen]) -> str | None:
    """The field whose values are stages: of those whose names say so, else of those with few values, the one of most units.

    All changes of fields have the same name; as one stage they would say nothing."""
    named = [f for f in fields if _STEPS.search(f.name)]
    few = [f for f in fields if 1 < f.n_values <= MOST_STATES]
    best = min(named or few, key=lambda f: (-f.n_units, f.name), default=None)
    return best.name if best else None


def kind_of(name: str) -> Kind:
    """Whether an event's name speaks of a loss, of a win, or of neither."""
    words = {w.lower() for w in _WORD.findall(name)}
    if words & _LOST or _LOST_JA.search(name):
        return "failure"
    won = words & _WON or {"order", "placed"} <= words or _WON_JA.search(name)
    return "success" if won and not words & _NOT_YET and not _NOT_YET_JA.search(name) else "step"


def draft_text(map_id: str, observed: Sequence[EventSeen], unit: Unit = "account") -> str:
    """YAML of a first map, with comments that explain it. The same statistics (in any order) give the same text.

    On the main line stand at most seven stages: the event names that most units have, in the order of their median first
    position. All wins together are the success stage, at the place of the commonest; what usually happens after it stays
    behind it. All losses together are the failure stage. Raises NothingToDraftError."""
    usable = [e for e in observed if e.name.strip() and e.n_units > 0 and not UNPRINTABLE.search(e.name)]
    ranked = sorted(usable, key=lambda e: (-e.n_units, e.name))
    if not ranked:
        raise NothingToDraftError
    wins, losses = ([e for e in ranked if kind_of(e.name) == kind][:MOST_OUTCOMES] for kind in ("success", "failure"))
    steps = [e for e in ranked if kind_of(e.name) == "step"][: MOST_STAGES - bool(wins)]
    if not steps and not wins:  # a map of losses alone would have no main line
        steps, losses = losses[:MOST_STAGES], []
    line: list[tuple[Kind, list[EventSeen]]] = [("step", [e]) for e in steps]
    line += [("success", wins)] if wins else []
    line.sort(key=lambda stage: (stage[1][0].median_position, stage[1][0].name))
    line += [("failure", losses)] if losses else []
    field = next((e.field for e in ranked if e.field), "")
    return (
        "\n".join([*_head(map_id, unit, len(ranked), field), *_stages(line), *_tail(bool(wins), bool(losses))]) + "\n"
    )


def draft(map_id: str, observed: Sequence[EventSeen], unit: Unit = "account") -> JourneyMap:
    """The map that `draft_text` writes. Raises NothingToDraftError."""
    return read_map(draft_text(map_id, observed, unit))


def _head(map_id: str, unit: Unit, n: int, field: str) -> list[str]:
    said = [
        text(N_("Drafted from the data ({n} event {n:name|names}): the ones that most units have, in the order in which they usually first happen."), n=n),
        text(N_("It shows what was recorded, not yet what your customers go through. Name the stages in their words, join what is one step to them, delete what is none.")),
    ]  # fmt: skip
    if field:
        said.append(
            text(
                N_("Of the fields whose changes are recorded, {field} gives stages: one for each of its values."),
                field=field,
            )
        )
    head = {"id": map_id, "name": {"ja": "データからの下書き", "en": "Draft from the data"}}
    lines = [line for key, value in head.items() for line in entry(key, value, 0)]
    return [*(f"# {s}" for s in said), *lines, *([f"unit: {unit}"] if unit != "account" else []), "stages:"]


def _stages(line: Sequence[tuple[Kind, list[EventSeen]]]) -> list[str]:
    lines: list[str] = []
    taken: set[str] = set()
    for kind, events in line:
        names = [e.name for e in events]
        stage: dict[str, Any] = {"id": _id({"success": "won", "failure": "lost"}.get(kind, names[0]), taken)}
        stage["name"] = {
            "success": {"ja": "成約", "en": "Won"},
            "failure": {"ja": "失注・解約", "en": "Lost"},
        }.get(kind, _title(names[0]))
        if kind != "step":
            stage["kind"] = kind
        stage["enters_when"] = _clauses(events)
        lines += [f"  # {_why(events[0])}", *item(stage, 2, open_=1)]
    return lines


def _clauses(events: Sequence[EventSeen]) -> list[dict[str, Any]]:
    """One clause for all names of events, and one for every field of which values are among them."""
    clauses: list[dict[str, Any]] = []
    for field in dict.fromkeys(e.field for e in events):
        names = [e.name for e in events if e.field == field]
        said = names[0] if len(names) == 1 else names
        clauses.append({"field": {"name": field, "to": said}} if field else {"event": said})
    return clauses


def _why(event: EventSeen) -> str:
    values = {
        "n": event.n_units,
        "events": event.n_events,
        "position": round(100 * event.median_position),
        "followed": round(100 * (event.share_followed or 0)),
    }
    if event.share_followed is None:
        return text(
            N_(
                "{n} {n:unit has|units have} it ({events} {events:event|events}), usually after {position} % of what they do first"
            ),
            **values,
        )
    return text(
        N_(
            "{n} {n:unit has|units have} it ({events} {events:event|events}), usually after {position} % of what they do first; "
            "for {followed} % of them something else follows"
        ),
        **values,
    )


def _tail(won: bool, lost: bool) -> list[str]:
    said = []
    if not won:
        said.append(N_("No event name speaks of a win. Give the stage that means one `kind: success`."))
    if not lost:
        said.append(N_("No event name speaks of a loss. Add a stage of `kind: failure` where one is recorded."))
    return [f"# {text(s)}" for s in said]


def _title(name: str) -> str:
    words = " ".join(re.sub(r"[_\s]+", " ", name).split())
    return words[:1].upper() + words[1:] if words else name


def _id(name: str, taken: set[str]) -> str:
    """An id from a name: letters and digits of any script, joined by `-`; numbered where it is taken."""
    base = re.sub(r"[\W_]+", "-", name).strip("-").lower()[:60] or "stage"
    ids = (base if i == 1 else f"{base}-{i}" for i in range(1, len(taken) + 2))
    found = next(i for i in ids if i not in taken)
    taken.add(found)
    return found
