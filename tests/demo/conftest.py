import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tabiji.demo import Truth, prepare, simulate

sys.path.insert(0, str(Path(__file__).parent))

import exported


@dataclass(frozen=True)
class Simulated:
    folder: Path
    truth: Truth


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    """The vendor of seed 1 with 2,000 accounts over 18 months, as `tabiji demo` has it."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    return Simulated(folder, simulate(folder, 2000, 18, seed=1))


@pytest.fixture(scope="session")
def demo_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace of the demo as it comes."""
    return prepare(tmp_path_factory.mktemp("root") / "tabiji-demo")


@pytest.fixture(scope="session")
def events(simulated: Simulated) -> list[exported.Event]:
    """Every exported event, by time."""
    return exported.events(simulated.folder)
