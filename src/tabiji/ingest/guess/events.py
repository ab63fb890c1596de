"""What rows of companies, people and deals also tell: what happened, at the times that stand in their columns."""

import re
from collections.abc import Mapping

from tabiji.ingest.guess.database.signs import flags_of_outcome
from tabiji.ingest.guess.model import EventGuess, Sample
from tabiji.ingest.guess.readings import values_like
from tabiji.ingest.guess.values import TimeFormat
from tabiji.ingest.guess.words import LOST, NOT_AN_EVENT, WON, own_name, plain
from tabiji.ingest.mapping.model import SUBJECTS
from tabiji.lake.views import literal, quote

_TAIL = re.compile(r"(日時|日付|年月日|時刻|日|[ _]?(date|datetime|time|at|on))$", re.I)


def events_of(
    sample: Sample, to: str, fields: Mapping[str, tuple[str, ...]], times: Mapping[str, TimeFormat]
) -> tuple[EventGuess, ...]:
    """What the rows of a file of companies, people or deals also tell: an event at each of their times, and of deals how they ended.

    fields: canonical column → columns · times: by column."""
    if to not in SUBJECTS:
        return ()
    amount = fields.get("amount", ("",))[0]
    found: list[EventGuess] = []
    closed = fields.get("closed_at", ("",))[0]
    stage = fields.get("stage", ("",))[0]
    opened = fields.get("opened_at", ("",))[0]
    if closed and stage:
        own = {_event_name(c, to, c == opened): c for c in times}  # 失注日 beside 受注日
        for name, words, value in (("opportunity_won", WON, amount), ("opportunity_lost", LOST, "")):
            if _event_name(closed, to, False) == "opportunity_lost" and name not in own:
                continue  # the day on which it was lost
            if values := values_like(sample.columns[stage], words):
                listed = ", ".join(literal(v) for v in values)
                found.append(EventGuess(name, own.get(name, closed), f"{quote(stage)} IN ({listed})", value))
    won, over = flags_of_outcome(sample)
    if closed and won and not found:
        found.append(EventGuess("opportunity_won", closed, quote(won), amount))
        found.append(EventGuess("opportunity_lost", closed, f"{quote(over)} AND NOT {quote(won)}"))
    for column in times:
        if column == closed and (stage or won):
            continue  # it is told above, or the stage says neither won nor lost
        name = _event_name(column, to, column == opened)
        if name and name not in {e.name for e in found}:
            found.append(EventGuess(name, column, "", amount if name == "opportunity_won" else ""))
    return tuple(sorted(found, key=lambda e: e.name != "opportunity_opened"))


def closing_day(to: str, fields: Mapping[str, tuple[str, ...]], times: Mapping[str, TimeFormat]) -> dict[str, str]:
    """When a deal was closed, where the days of winning and of losing stand in columns of their own."""
    if to != "opportunity" or "closed_at" not in fields:
        return {}
    own = {name: c for c in times if (name := _event_name(c, to, False)) in ("opportunity_won", "opportunity_lost")}
    if len(own) < 2 or fields["closed_at"][0] not in own.values():
        return {}
    return {"closed_at": f"coalesce({quote(own['opportunity_won'])}, {quote(own['opportunity_lost'])})"}


def _event_name(column: str, to: str, is_opening: bool) -> str:
    name = plain(column)
    if is_opening:
        return "opportunity_opened"
    if any(word in name for word in NOT_AN_EVENT):
        return ""
    for event, words in (("opportunity_lost", ("失注", "lost")), ("opportunity_won", ("受注", "成約", "won"))):
        if to == "opportunity" and any(w in name for w in words):
            return event
    if any(w in name for w in ("作成", "登録", "created", "createdate")):
        return f"{to}_created" if to != "account" else ""
    return _TAIL.sub("", own_name(column)).strip(" _") or column
