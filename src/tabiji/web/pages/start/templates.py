"""Templates of maps, as they come with tabiji."""

from dataclasses import dataclass
from functools import lru_cache

from tabiji.journeymap import JourneyMap, load, preset, presets


@dataclass(frozen=True, slots=True)
class Template:
    """A map to start from: its name among the templates, its YAML, and what it says."""

    name: str
    map: JourneyMap
    text: str


@lru_cache(maxsize=1)
def templates() -> tuple[Template, ...]:
    """All templates, in the order in which they are offered."""
    return tuple(template(name) for name in presets())


def template(name: str) -> Template:
    """A template by its name. Raises NotFoundError."""
    text = preset(name)
    return Template(name, load(text), text)
