"""How many units fit a list: by the stage where they stand, by how their journey ended, and by their value of `--by`.

Each count leaves out the condition on what it counts by, so that it tells what choosing another value would show.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tabiji.errors import NotFoundError
from tabiji.journeymap.model import JourneyMap
from tabiji.metrics.accounts.result import OUTCOME_NAMES, GroupCount
from tabiji.metrics.accounts.standings import OUTCOMES, Standings
from tabiji.metrics.scope import Scope

Bools = npt.NDArray[np.bool_]
Fits = Mapping[str, Bools]  # condition → bool[u], units that fit it; at least one


def by_stage(journey_map: JourneyMap, fits: Fits, found: Standings) -> dict[str, int]:
    """Stage → units that stand there."""
    return _counted(fits, "stage", found.stage, [s.id for s in journey_map.main_line])


def by_outcome(fits: Fits, found: Standings) -> dict[str, int]:
    """Outcome → units whose journey ended so."""
    counted = _counted(fits, "outcome", found.outcome, [OUTCOMES[code] for code in range(len(OUTCOMES))])
    return {name: counted[name] for name in OUTCOME_NAMES}


def groups(
    scope: Scope, journey_map: JourneyMap, found: Standings, fits: Fits, longer: npt.NDArray[np.int8]
) -> tuple[GroupCount, ...]:
    """The counts of every group in which some unit has a journey, the largest first. longer: int8[u], 1 = stalled."""
    if scope.groups is None:
        return ()
    codes, labels = scope.groups
    code, out = codes[found.unit], []
    for x in np.unique(code[code >= 0]).tolist():
        mine = {**fits, "group": code == x}
        here = np.logical_and.reduce(list(mine.values()))
        n, stalled = int(np.count_nonzero(here)), int(np.count_nonzero(longer[here] == 1))
        out.append(GroupCount(str(labels[x]), n, stalled, by_stage(journey_map, mine, found), by_outcome(mine, found)))
    return tuple(sorted(out, key=lambda g: (-g.total, g.value)))


def in_group(scope: Scope, value: str) -> Bools:
    """bool[n_units]: those of a group. Raises NotFoundError where there is no such group."""
    codes, labels = scope.groups or (np.empty(0, np.int32), ())
    known = [str(label) for label in labels]
    if value not in known:
        raise NotFoundError("group", value, known)
    return np.asarray(codes == known.index(value), bool)


def group_of(scope: Scope, unit: int) -> str | None:
    """The group of a unit (its ordinal); None where there are no groups, or it is in none."""
    if scope.groups is None or scope.groups[0][unit] < 0:
        return None
    return str(scope.groups[1][int(scope.groups[0][unit])])


def _counted(fits: Fits, name: str, codes: npt.NDArray[Any], labels: Sequence[str]) -> dict[str, int]:
    rest: Bools = np.logical_and.reduce([held for condition, held in fits.items() if condition != name])
    return dict(zip(labels, np.bincount(codes[rest], minlength=len(labels)).tolist(), strict=True))
