import subprocess
import sys
from pathlib import Path

BUILD_AFTER_WARMING = """
import sys
from datetime import timedelta
from pathlib import Path

from numba.core.dispatcher import Dispatcher
from small_lake import DAY, SETTINGS, append, make_lake
from tabiji.index import refresh_index
from tabiji.index.delta import appending
from tabiji.index.warming import warm

def compiled():
    modules = [m for name, m in sys.modules.items() if name.startswith("tabiji.index")]
    return {id(d): (d.py_func.__name__, len(d.signatures)) for m in modules for d in vars(m).values()
            if isinstance(d, Dispatcher)}

warm()
before = compiled()
appending.FOLD_SHARE = 10.0
folder = Path(sys.argv[1])
event = {"at": DAY, "name": "n", "account": "a", "person": "p", "opportunity": "o", "value": 1.0, "currency": "JPY"}
member = {"id": "m", "person": "p", "account": "a", "role": "User", "valid_from": DAY, "valid_to": DAY + timedelta(days=1)}
lake = make_lake(folder, {"event": [{"id": "1", **event}, {"id": "2", "at": DAY, "person": "p"}], "membership": [member],
                          "opportunity": [{"id": "o", "account": "a"}, {"id": "x", "account": "a", "opened_at": DAY}]})
for unit in ("account", "opportunity", "person"):
    refresh_index(lake, folder / "index", unit, settings=SETTINGS)
append(lake, {"event": [{"id": "3", **event}, {"id": "4", **event, "account": "b", "name": "other"}]})
for unit in ("account", "opportunity", "person"):
    assert refresh_index(lake, folder / "index", unit, settings=SETTINGS).n_events > 2
print(len(before), "then:", *(name for key, (name, n) in compiled().items() if n != before.get(key, (name, 0))[1]))
"""


def test_after_warming_no_build_and_no_append_waits_for_the_compiler(tmp_path: Path) -> None:
    command = [sys.executable, "-c", BUILD_AFTER_WARMING, str(tmp_path)]
    tests = str(Path(__file__).parents[1])
    done = subprocess.run(command, capture_output=True, text=True, env={"PYTHONPATH": tests}, check=False)
    assert done.returncode == 0, done.stderr
    n, later = done.stdout.split("then:")
    assert int(n) > 25
    assert later.split() == []
