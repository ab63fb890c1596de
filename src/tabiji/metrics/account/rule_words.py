"""A way into a stage in a sentence, for readers who never see the map's file."""

from collections.abc import Callable, Mapping, Sequence

from tabiji.i18n import N_, pick, text
from tabiji.journeymap.model import Clause, JourneyMap
from tabiji.metrics.account.event_words import event_word
from tabiji.metrics.roles import called

FIELDS = {
    "channel": N_("channel {values}"),
    "source": N_("source {values}"),
    "campaign": N_("campaign {values}"),
    "content": N_("content {values}"),
    "offering": N_("offering {values}"),
}


def rule_words(clause: Clause, journey_map: JourneyMap, lang: str | None = None) -> str:
    """What a clause asks for: what happened, where, by whom, how often. Globs stand as they were written."""
    said = _what(clause, journey_map, lang)
    where = [
        text(message, lang, values=_any(getattr(clause, name), lang))
        for name, message in FIELDS.items()
        if getattr(clause, name)
    ]
    where += [f"{name} = {_any(values, lang)}" for name, values in clause.properties.items()]
    if where:
        said = text(N_("{what} ({where})"), lang, what=said, where=text(", ", lang).join(where))
    if clause.role:
        roles = _any(clause.role, lang, lambda role: called(journey_map.roles, role, lang))
        said = text(N_("{what} by {roles}"), lang, what=said, roles=roles)
    said = _counted(clause, said, lang)
    return text(N_("{rule}; inherited events count, too"), lang, rule=said) if clause.inherited else said


def _what(clause: Clause, journey_map: JourneyMap, lang: str | None) -> str:
    names: Mapping[str, Mapping[str, str]] = {t.id: t.name for t in journey_map.touchpoints}
    if clause.field_change is not None:
        change, anything = clause.field_change, text(N_("anything"), lang)
        return text(
            N_("{field} changed from {old} to {new}"), lang,
            field=_any(change.name, lang) or text(N_("a field"), lang),
            old=_any(change.from_, lang) or anything, new=_any(change.to, lang) or anything,
        )  # fmt: skip
    parts = [
        _any(clause.event, lang, lambda event: event_word(event, lang)),
        _any(clause.touchpoint, lang, lambda t: pick(names.get(t), lang) or t),
    ]
    return text(N_(", at "), lang).join(p for p in parts if p) or text(N_("any event"), lang)


def _counted(clause: Clause, said: str, lang: str | None) -> str:
    """The sentence with how often, within how long, and by how many."""
    if clause.at_least > 1 and clause.within_days is not None:
        said = text(
            N_("{what}, at least {n} times within {days:g} days"), lang,
            what=said, n=clause.at_least, days=clause.within_days,
        )  # fmt: skip
    elif clause.at_least > 1:
        said = text(N_("{what}, at least {n} times"), lang, what=said, n=clause.at_least)
    elif clause.people and clause.people > 1 and clause.within_days is not None:
        said = text(N_("{what}, within {days:g} days"), lang, what=said, days=clause.within_days)
    if clause.people and clause.people > 1:
        return text(N_("{what}, by at least {n} persons"), lang, what=said, n=clause.people)
    return text(N_("{what}, by a known person"), lang, what=said) if clause.people else said


def _any(values: Sequence[str], lang: str | None, named: Callable[[str], str] = str) -> str:
    """Values of which any will do: "a, b or c"."""
    told = list(dict.fromkeys(named(value) for value in values))
    if len(told) < 2:
        return "".join(told)
    first, last = text(", ", lang).join(told[:-1]), told[-1]
    return text(N_("{first} or {last}"), lang, first=first, last=last)
