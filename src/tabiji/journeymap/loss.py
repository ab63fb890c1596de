"""What a map calls a loss: a lost deal before the sale, an ended contract after it."""

from collections.abc import Mapping

from tabiji.journeymap.model import JourneyMap

NAMED = 2  # failure stages whose names still read as one word


def is_won(journey_map: JourneyMap) -> bool:
    """Whether success on this map is a won deal; also where it has no success stage, for nothing else is said then."""
    success = next((s for s in journey_map.main_line if s.kind == "success"), None)
    return success is None or success.milestone == "won" or success.id == "won"


def loss_of(journey_map: JourneyMap) -> Mapping[str, str]:
    """The name of the only failure stage, by language; after the sale those of two together. Empty where the general word
    serves: where deals are won and there are several ways to lose, or where nothing ends a journey."""
    failures = journey_map.failures
    if len(failures) != 1 and (is_won(journey_map) or not 0 < len(failures) <= NAMED):
        return {}
    languages = {lang for stage in failures for lang, name in stage.name.items() if name}
    told = {lang: [name for stage in failures if (name := stage.name.get(lang))] for lang in languages}
    return {
        lang: ("・" if lang == "ja" else ", ").join(names)
        for lang, names in told.items()
        if len(names) == len(failures)
    }
