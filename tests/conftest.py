"""What holds for every test."""

import os

import pytest
from hypothesis import HealthCheck, settings

# How fast an example is generated or runs says something about the machine, nothing about the product.
settings.register_profile(
    "here", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
# The same examples every time: what fails on CI fails at home, too. At home other ones are tried at every run.
settings.register_profile("ci", settings.get_profile("here"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages are compared in the language of the source, whatever the machine speaks."""
    monkeypatch.setenv("TABIJI_LANG", "en")
    monkeypatch.delenv("FORCE_COLOR", raising=False)  # what is printed is compared as a pipe gets it
