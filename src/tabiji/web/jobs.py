"""Long work beside the pages: in threads, with what it is doing and how much is left. Imports take turns.

Jobs live as long as the server. That is enough: an import that is cut off leaves the data as it was, and doing it again adds
only what is missing.
"""

import contextvars
import logging
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from tabiji.errors import NotFoundError, TabijiError
from tabiji.i18n import N_, text
from tabiji.web.problem import told_plainly

log = logging.getLogger("tabiji.web")

Progress = Callable[[str, int, int | None], None]
Work = Callable[[Progress], str]
State = Literal["waiting", "running", "done", "failed"]
KEPT = 50
STAGES = {"check": N_("Checking every row"), "write": N_("Writing what is new")}  # of an import, as readers call them


@dataclass(slots=True)
class Job:
    """One piece of work. `next_url` is where the reader goes when it is done, `back_url` when it failed."""

    id: str
    title: str
    back_url: str
    state: State = "waiting"
    doing: str = ""
    done: int = 0
    total: int | None = None
    next_url: str = ""
    error: TabijiError | None = None
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    finished: threading.Event = field(default_factory=threading.Event)

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ("done", "failed")

    def tell(self, doing: str, done: int = 0, total: int | None = None) -> None:
        """Progress of the work: what is being done, how much of it, out of how much (None = not known)."""
        self.doing = text(STAGES[doing]) if doing in STAGES else doing
        self.done, self.total = done, total

    @property
    def share(self) -> float | None:
        """How much of the present step is done, 0–1; None where its size is not known."""
        return min(1.0, self.done / self.total) if self.total else None


class Jobs:
    """The jobs of one server, which work on the workspace in `root`."""

    def __init__(self, root: Path = Path()) -> None:
        self._root = root
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._joined: dict[Hashable, Job] = {}
        self._lock = threading.Lock()
        self._turn = threading.Lock()  # imports lock the lake anyway; work that waits is told as waiting

    def start(self, title: str, work: Work, *, back_url: str) -> Job:
        """Run `work(progress)` in a thread when its turn comes, in the reader's language.

        It returns the address to go to when it is done."""
        return self._begin(Job(secrets.token_urlsafe(9), title, back_url), work, self._turn)

    def join(self, key: Hashable, title: str, work: Work, *, back_url: str) -> Job:
        """Like `start`, but at once, and not again while a job of the same `key` runs: that one is given instead."""
        with self._lock:
            running = self._joined.get(key)
            if running is not None and not running.over:
                return running
            self._joined = {k: j for k, j in self._joined.items() if not j.over}
            job = self._joined[key] = Job(secrets.token_urlsafe(9), title, back_url)
        return self._begin(job, work, nullcontext())

    def _begin(self, job: Job, work: Work, turn: AbstractContextManager[object]) -> Job:
        self._jobs[job.id] = job
        while len(self._jobs) > KEPT:
            oldest = next((i for i, j in self._jobs.items() if j.over), None)
            if oldest is None:
                break
            del self._jobs[oldest]
        context = contextvars.copy_context()
        threading.Thread(
            target=context.run, args=(self._run, job, work, turn), name=f"job-{job.id}", daemon=True
        ).start()
        return job

    def get(self, job_id: str) -> Job:
        """A job. Raises NotFoundError, also for one that an earlier server ran."""
        if job_id not in self._jobs:
            raise NotFoundError("job", job_id)
        return self._jobs[job_id]

    def running(self) -> list[Job]:
        """Jobs that are not over, oldest first."""
        return [j for j in self._jobs.values() if not j.over]

    def _run(self, job: Job, work: Work, turn: AbstractContextManager[object]) -> None:
        with turn:
            job.state = "running"
            try:
                job.next_url = work(job.tell)
                job.state = "done"
            except TabijiError as error:
                job.error, job.state = error, "failed"
            except Exception as error:  # the reader must learn of it, whatever it is; the cause goes to the log
                log.error("job %s (%s)", job.id, job.title, exc_info=error)
                job.error, job.state = told_plainly(error, self._root), "failed"
            finally:
                job.finished.set()
