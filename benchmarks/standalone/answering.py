"""The side of an engine that runs in an environment of its own: methods are asked for by name, a line each, and answered as JSON.

Nothing here imports tabiji or the benchmark, which are not there. Imported before the library is: what that prints goes to
standard error."""

import json
import os
import sys
import time
from typing import Any

_SAID = os.fdopen(os.dup(sys.stdout.fileno()), "w")
os.dup2(sys.stderr.fileno(), sys.stdout.fileno())


def answer(make: Any) -> None:
    """Make the engine from the JSON on the command line, and answer until there are no more questions."""
    engine = make(**json.loads(sys.argv[1]))
    print(json.dumps({"seconds": 0.0, "answer": None}), file=_SAID, flush=True)
    for line in sys.stdin:
        method, *arguments = json.loads(line)
        began = time.perf_counter()
        found = getattr(engine, method)(*arguments)
        print(json.dumps({"seconds": time.perf_counter() - began, "answer": found}), file=_SAID, flush=True)
