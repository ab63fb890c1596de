"""What the checks share: the map as far as it could be read, its document, and checks of ids and references."""

import re
from collections.abc import Callable, Iterable, Sequence

from tabiji.i18n import N_
from tabiji.journeymap.model import ROLES, Clause, JourneyMap
from tabiji.journeymap.problems import Hint, Path, Phrase, Severity
from tabiji.journeymap.yaml_file.nodes import Document
from tabiji.journeymap.yaml_file.shapes import Findings

_ID = re.compile(r"\S(?:[^\x00-\x1f\x7f]*\S)?")


class Review(Findings):
    """Collects what is wrong with one map. Placeholders of values that could not be read (empty ids) are passed over."""

    def __init__(self, document: Document, journey_map: JourneyMap) -> None:
        super().__init__(document)
        self.map = journey_map
        self.stage_ids = tuple(s.id for s in journey_map.stages if s.id)
        self.touchpoint_ids = tuple(t.id for t in journey_map.touchpoints if t.id)
        self.roles = (*ROLES, *journey_map.roles)

    def add(self, severity: Severity, path: Path, code: str, message: str, /, **values: object) -> None:
        """Add a problem of either severity."""
        self._add(severity, path, code, message, values)

    def ids(self, path: Path, ids: Sequence[str], what: str) -> None:
        """Every id is usable and stands once. `what` = a phrase (N_) for one of the things."""
        first: dict[str, int] = {}
        for i, name in enumerate(ids):
            here = (*path, i, "id")
            if name and not _ID.fullmatch(name):
                message = N_("the id {id!r} begins or ends with a space, or has a character that cannot be shown")
                self.error(here, "bad_id", message, id=name)
            if name and name in first:
                line = self.document.place((*path, first[name], "id"))[0]
                message = N_("{what} {id!r} stands here a second time (first in line {line}); give it another id")
                self.error(here, "duplicate_id", message, what=Phrase(what), id=name, line=line)
            first.setdefault(name, i)

    def stage(self, path: Path, name: str | None) -> None:
        """A reference to a stage."""
        if name and name not in self.stage_ids:
            message = N_("there is no stage {name!r}{hint}")
            self.error(path, "unknown_stage", message, name=name, hint=Hint(name, self.stage_ids))

    def touchpoint(self, path: Path, name: str | None) -> None:
        """A touchpoint that is expected. One that is not described yet is a gap, no mistake."""
        if name and name not in self.touchpoint_ids:
            message = N_("the touchpoint {name!r} is not described under `touchpoints`{hint}")
            self.warning(path, "unknown_touchpoint", message, name=name, hint=Hint(name, self.touchpoint_ids))

    def role(self, path: Path, name: str | None) -> None:
        """A role: one of the usual, or one named under `roles` (a workspace may have its own)."""
        if name and name not in self.roles:
            message = N_("the role {name!r} is not known; name it under `roles` if it is your own{hint}")
            self.warning(path, "unknown_role", message, name=name, hint=Hint(name, self.roles))

    @staticmethod
    def each(path: Path, names: Iterable[str], check: Callable[[Path, str], None]) -> None:
        """Check every name of a list, e.g. with `stage`."""
        for i, name in enumerate(names):
            check((*path, i), name)


def clauses(journey_map: JourneyMap) -> list[tuple[Path, Clause]]:
    """Every clause of a map with its place: of stages, touchpoints and KPIs."""
    found: list[tuple[Path, Clause]] = []
    for i, stage in enumerate(journey_map.stages):
        found += [(("stages", i, "enters_when", j), c) for j, c in enumerate(stage.enters_when)]
    for i, touchpoint in enumerate(journey_map.touchpoints):
        found += [(("touchpoints", i, "matches", j), c) for j, c in enumerate(touchpoint.matches)]
    for i, kpi in enumerate(journey_map.kpis):
        if kpi.measure.count is not None:
            found.append((("kpis", i, "measure", "count"), kpi.measure.count))
    return found
