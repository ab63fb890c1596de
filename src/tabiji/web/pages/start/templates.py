"""Templates of maps, as they come with tabiji."""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from tabiji.errors import NotFoundError
from tabiji.journeymap import JourneyMap, load


@dataclass(frozen=True, slots=True)
class Template:
    """A map to start from: its YAML and what it says."""

    map: JourneyMap
    text: str


@lru_cache(maxsize=1)
def templates() -> tuple[Template, ...]:
    """All templates, in the order of their files."""
    folder = files("tabiji.journeymap.presets")
    found = sorted((f for f in folder.iterdir() if f.name.endswith(".yaml")), key=lambda f: f.name)
    texts = [f.read_text("utf-8") for f in found]
    return tuple(Template(load(text), text) for text in texts)


def template(map_id: str) -> Template:
    """A template by the id of its map. Raises NotFoundError."""
    for found in templates():
        if found.map.id == map_id:
            return found
    raise NotFoundError("template", map_id, [t.map.id for t in templates()])
