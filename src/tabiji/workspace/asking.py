"""A map with the data laid on it, and how a question is asked of it."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from tabiji.journeymap.loss import loss_of
from tabiji.result import NOTHING_KNOWN, Notice, Question, Result
from tabiji.workspace.ask import Asked
from tabiji.workspace.ground import Ground, ground_of
from tabiji.workspace.maps import MapVersion

if TYPE_CHECKING:
    from tabiji.journeymap import JourneyMap
    from tabiji.metrics.feelings.answers import Answers
    from tabiji.workspace.data import Data

Answer = TypeVar("Answer", bound=Result)


class Asking:
    """A version of a map in a workspace, ready to be asked."""

    def __init__(self, workspace: "Data", version: MapVersion) -> None:
        self.workspace = workspace
        self.version = version

    @property
    def map(self) -> "JourneyMap":
        """The map itself."""
        return self.version.map

    @property
    def text(self) -> str:
        """Its YAML as written."""
        return self.version.text

    def ground(self, asked: Asked) -> Ground:
        """Everything that a metric needs to answer `asked`."""
        return ground_of(self.workspace, self.map, asked)

    def _ask(
        self, verb: str, metric: Callable[..., Answer], asked: Asked, ground: Ground | None = None, **more: Any
    ) -> Answer:
        """Call a metric with the arguments that all have, and `more`."""
        g = ground or self.ground(asked)
        question = Question(
            verb, self.map.id, self.version.number or None, asked.flags, segments=g.segments, loss=loss_of(self.map)
        )
        answer = metric(
            g.index, self.map, g.rules, g.journals, g.scope,
            executor=self.workspace.executor, question=question, **more,
        )  # fmt: skip
        return self._noticed(answer, asked)

    def _noticed(self, answer: Answer, asked: Asked) -> Answer:
        """An answer with what is to be said of its flags."""
        first = (
            (Notice("nothing_known", NOTHING_KNOWN, {"day": asked.flags["known_as_of"]}),)
            if answer.nothing_known
            else ()
        )
        return replace(answer, notices=(*first, *answer.notices, *asked.notices))

    def _answers(self, ground: Ground) -> "Answers":
        return self.workspace.answers(ground.index, ground.received_by)
