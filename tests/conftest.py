import pytest


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages are compared in the language of the source, whatever the machine speaks."""
    monkeypatch.setenv("TABIJI_LANG", "en")
