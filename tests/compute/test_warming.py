import subprocess
import sys
from pathlib import Path

ASK_AFTER_WARMING = """
import sys
from pathlib import Path

import numpy as np
import small_world
from numba.core.dispatcher import Dispatcher
from small_world import DAY, E
from tabiji.compute import LocalExecutor
from tabiji.index.journal import journal
from tabiji.metrics import warming
from tabiji.metrics.bottleneck.question import bottleneck
from tabiji.metrics.credit import Options, credit
from tabiji.metrics.bottleneck.factors import Traits
from tabiji.metrics.funnel.question import funnel
from tabiji.metrics.group.question import group
from tabiji.metrics.reach.question import reach
from tabiji.metrics.scope import Scope, instant
from tabiji.metrics.bottleneck.stakes import Attribute

def compiled():
    modules = [m for name, m in sys.modules.items() if name.startswith(("tabiji.metrics", "tabiji.index"))]
    return {id(d): (d.py_func.__name__, len(d.signatures)) for m in modules for d in vars(m).values()
            if isinstance(d, Dispatcher)}

warming.warm()
before = compiled()
events = [E(u, d * DAY * (1 + 9 * (u // 2 % 2)) + u, k, person=u % 3, role=u % 2)  # some stay for more than a week
          for u in range(30) for d, k in enumerate((0, 1, 3, 0, 1, 2))]
index = small_world.index(events, 30, warming.NAMES, warming.ROLE_SETS, cuts=[10], overlay=[1, 2])
rules = warming.compile_rules(warming.MAP, index.kinds, index.role_sets)
executor = LocalExecutor(2)
for _ in range(2):  # swept, then read from disk
    journals = journal(index, rules, executor, Path(sys.argv[1]))
scope = Scope(instant(60 * DAY), groups=(np.arange(30, dtype=np.int32) % 2, ["a", "b"]), selection=np.ones(30, bool))
for mode in ("reached", "ordered"):
    assert funnel(index, warming.MAP, rules, journals, scope, executor=executor, mode=mode).total.n == 60
reach(index, warming.MAP, rules, journals, scope, executor=executor)
size = Attribute("size", np.arange(30, dtype=np.int32) % 2, ["a", "b"])
told = bottleneck(index, warming.MAP, rules, journals, scope, executor=executor, currency="JPY", stage="aware",
                  segments=lambda: [size], traits=lambda: Traits(size, None))
assert told.factors.tested == 2
group(index, warming.MAP, rules, journals, scope, executor=executor)
for options in (Options(), Options(level="channel", order=4, value_function="rate", open_as_null=True)):
    credit(index, warming.MAP, rules, journals, scope, executor=executor, options=options, currency="JPY")
print(len(before), "then:", *(name for key, (name, n) in compiled().items() if n != before[key][1]))
"""


def test_after_warming_no_question_waits_for_the_compiler(tmp_path: Path) -> None:
    command = [sys.executable, "-c", ASK_AFTER_WARMING, str(tmp_path)]
    tests = str(Path(__file__).parents[1])
    done = subprocess.run(command, capture_output=True, text=True, env={"PYTHONPATH": tests}, check=False)
    assert done.returncode == 0, done.stderr
    n, later = done.stdout.split("then:")
    assert int(n) > 15
    assert later.split() == []
