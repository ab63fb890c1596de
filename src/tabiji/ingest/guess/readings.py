"""What a column is by its values, where its name says little: who and what in a log, won and lost in a list of deals."""

import re
from collections.abc import Mapping, Sequence

from tabiji.ingest.guess.model import Sample
from tabiji.ingest.guess.values import Shape, present
from tabiji.ingest.guess.words import LEAST, LOST, NAMES, WON, WON_OR_LOST, fit, plain

MOST_STATES = 12  # distinct values of a column of states
MOST_LETTERS = 60  # of the name of an event
_FIRM = re.compile(
    r"株式会社|有限会社|合同会社|\(株\)|（株）|㈱|\b(inc|ltd|llc|corp|gmbh|co|plc|k\.k|s\.a|ag|bv)\b\.?$", re.I
)
Fields = dict[str, tuple[str, ...]]


def values_like(values: Sequence[str | None], words: Sequence[str]) -> list[str]:
    """Values that say won (or lost). A longer word of the other kind inside it wins: 失注 is not 受注, 未契約 neither."""
    whole = {w for w in WON_OR_LOST if WON_OR_LOST[w] == words[0]}
    distinct = dict.fromkeys(present(values))
    return [
        v
        for v in distinct
        if (any(w in plain(v) for w in words) or plain(v) in whole) and not plain(v).startswith(("未", "非", "not"))
    ]


def column_of_outcomes(sample: Sample, shapes: Mapping[str, Shape]) -> str | None:
    """The column that says of each row whether it was won or lost; None where there is none, or where it may be a log.

    One of the two is enough between days that are called opening and end; a single time asks for the name of a state."""
    times = [plain(c) for c, s in shapes.items() if s == "time"]
    dated = all(any(fit(t, NAMES["opportunity"][name]) >= LEAST for t in times) for name in ("opened_at", "closed_at"))
    for column, values in sample.columns.items():
        if shapes[column] != "text" or len(set(present(values))) > MOST_STATES:
            continue
        won, lost = values_like(values, WON), values_like(values, LOST)
        is_state = fit(plain(column), NAMES["opportunity"]["stage"]) >= LEAST
        if not is_state and fit(plain(column), NAMES["event"]["name"]) >= LEAST:
            continue  # what happened, in a log
        if (won and lost and (len(times) >= 2 or (times and is_state))) or ((won or lost) and is_state and dated):
            return column
    return None


def deal_by_values(sample: Sample, shapes: Mapping[str, Shape], fields: Fields) -> Fields:
    """The state and the two days of a list of deals, as far as names have not told them: every row has an opening, only some an end."""
    found = dict(fields)
    taken = {c for columns in fields.values() for c in columns}
    if "stage" not in found and (column := column_of_outcomes(sample, shapes)) and column not in taken:
        found["stage"] = (column,)
    left = [c for c, s in shapes.items() if s == "time" and c not in taken]
    filled = {c: len(present(sample.columns[c])) for c in left}
    if "opened_at" not in found and "closed_at" not in found and len(left) == 2 and len(set(filled.values())) == 2:
        found["opened_at"], found["closed_at"] = (
            (max(left, key=filled.__getitem__),),
            (min(left, key=filled.__getitem__),),
        )
    return {name: found[name] for name in NAMES["opportunity"] if name in found}


def log_by_values(sample: Sample, shapes: Mapping[str, Shape], fields: Fields) -> Fields:
    """The columns of a log: a firm under `who` is no person; and where no name but that of the time says anything, what happened is
    the column with the fewest different values, and whom it happened to the one with the most, both with some twice."""
    found = dict(fields)
    if "account" not in found and "person" in found and is_firm(sample.columns[found["person"][0]]):
        found["account"] = found.pop("person")
    if set(found) == {"at"}:
        repeated = {
            c: len(set(there))
            for c, values in sample.columns.items()
            if shapes[c] in ("text", "email", "number")
            and 1 < len(set(there := present(values))) < len(there)
            and max(map(len, there)) <= MOST_LETTERS
        }
        names = [c for c in repeated if shapes[c] == "text"]
        what = min(names, key=repeated.__getitem__, default=None)
        whom = max((c for c in repeated if c != what), key=repeated.__getitem__, default=None)
        if what and whom and repeated[whom] >= repeated[what]:
            found["name"] = (what,)
            found["person" if shapes[whom] == "email" else "account"] = (whom,)
    return {name: found[name] for name in NAMES["event"] if name in found}


def is_firm(values: Sequence[str | None]) -> bool:
    """Whether at least half of the values are names of firms (株式会社…, … Inc.)."""
    there = present(values)
    return bool(there) and 2 * sum(bool(_FIRM.search(v)) for v in there) >= len(there)
