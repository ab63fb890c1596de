"""Check a map against the names that occur in the data: a rule that names what never occurs will never fire."""

from collections.abc import Callable
from dataclasses import dataclass

from tabiji.i18n import N_
from tabiji.journeymap.check.review import Review, clauses
from tabiji.journeymap.globs import content_patterns, matcher
from tabiji.journeymap.model import FIELD_CHANGED, FIELD_PROPERTIES
from tabiji.journeymap.problems import Hint, Path

MOST_HINTS = 2_000  # names that are compared for the nearest one


@dataclass(frozen=True, slots=True)
class KnownData:
    """Distinct names that occur in the data, the commonest first; None = not known, so nothing is said about them.

    fields: CRM fields that changed in them · condition: tells what is wrong with an SQL condition over the attributes of a company, None = nothing."""

    events: tuple[str, ...] | None = None
    channels: tuple[str, ...] | None = None
    sources: tuple[str, ...] | None = None
    campaigns: tuple[str, ...] | None = None
    contents: tuple[str, ...] | None = None
    offerings: tuple[str, ...] | None = None
    roles: tuple[str, ...] | None = None
    fields: tuple[str, ...] | None = None
    condition: Callable[[str], str | None] | None = None


_KEYS = {
    "event": "events", "channel": "channels", "source": "sources", "campaign": "campaigns", "content": "contents",
    "offering": "offerings", "role": "roles",
}  # fmt: skip


def check_known(review: Review, known: KnownData) -> None:
    """Warn about every pattern of a clause that matches nothing in the data, with the nearest name."""
    for path, clause in clauses(review.map):
        for key, attribute in _KEYS.items():
            seen = getattr(known, attribute)
            for i, pattern in enumerate(getattr(clause, key)):
                _pattern(review, (*path, key, i), key, pattern, seen)
        if clause.field_change is not None:
            _field(review, (*path, "field"), clause.field_change.name, known)
    if review.map.offering is not None:
        _pattern(review, ("offering",), "offering", review.map.offering, known.offerings)
    for i, persona in enumerate(review.map.personas):
        problem = known.condition(persona.rule) if known.condition is not None and persona.rule else None
        if problem is not None:
            message = N_("the rule {rule!r} cannot be used: {problem}")
            review.error(("personas", i, "rule"), "bad_condition", message, rule=persona.rule, problem=problem)


def _pattern(review: Review, path: Path, key: str, pattern: str, seen: tuple[str, ...] | None) -> None:
    if seen is None or not pattern:
        return
    wanted = matcher(content_patterns((pattern,)) if key == "content" else (pattern,))
    if not any(map(wanted, seen)):
        message = N_("no {key} {pattern!r} occurs in the data{hint}")
        hint = Hint(pattern.strip("*"), seen[:MOST_HINTS])
        review.warning(path, "never_seen", message, key=key, pattern=pattern, hint=hint)


def _field(review: Review, path: Path, names: tuple[str, ...], known: KnownData) -> None:
    """A clause on a changed field rests on events that say so; where there are some, on one of that field."""
    if known.events is not None and FIELD_CHANGED not in known.events:
        message = N_(
            "no event {event!r} occurs in the data, so the clause never matches: `field` looks at events of that name with the properties"
            " {properties}"
        )
        review.warning(path, "never_seen", message, event=FIELD_CHANGED, properties=", ".join(FIELD_PROPERTIES))
        return
    for i, name in enumerate(names):
        _pattern(review, (*path, "name", i), "field", name, known.fields)
