"""Maps to start from. Everything in them is a hypothesis until it is measured."""

from tabiji.journeymap.presets.files import preset, presets

__all__ = ["preset", "presets"]
