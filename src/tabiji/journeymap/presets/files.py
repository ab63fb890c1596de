"""The preset maps, one YAML file each beside this module."""

from importlib.resources import files

from tabiji.errors import NotFoundError
from tabiji.i18n import N_

# In the order in which they are offered.
NAMES = ("five-stage", "six-stage", "revenue-waterfall", "post-sale", "account-engagement")


def presets() -> tuple[str, ...]:
    """The names of the presets."""
    return NAMES


def preset(name: str) -> str:
    """The YAML text of a preset. Raises NotFoundError with the nearest name."""
    if name not in NAMES:
        raise NotFoundError(N_("preset"), name, NAMES)
    return files(__package__).joinpath(f"{name}.yaml").read_text("utf-8")
