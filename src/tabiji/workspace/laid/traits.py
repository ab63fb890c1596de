"""What units can be told apart by without anybody asking: size, industry, region, and where they came from."""

from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tabiji.index import Index
    from tabiji.lake import Lake
    from tabiji.metrics.bottleneck.factors import Traits
    from tabiji.metrics.bottleneck.stakes import Attribute

SIZE = (
    "CASE WHEN employees >= 1000 THEN '1000-' WHEN employees >= 300 THEN '300-999' "
    "WHEN employees >= 100 THEN '100-299' WHEN employees >= 1 THEN '1-99' END"
)
SEGMENTS = {"industry": "industry", "employees": SIZE, "region": "region", "country": "country"}
SOURCES = ("lead_source", "acquisition_source", "source")  # names that an attribute of where a unit came from may have
MOST_KEPT = 16

_kept: dict[tuple[str, str, str, int, str, datetime | None], "Attribute | None"] = {}
_turn = Lock()


def segments_of(lake: "Lake", index: "Index", known_as_of: datetime | None = None) -> "tuple[Attribute, ...]":
    """Attributes that divide the units, each with at least two values. known_as_of: as for `index.selection`."""
    found = [_attribute(lake, index, name, expression, known_as_of) for name, expression in SEGMENTS.items()]
    return tuple(a for a in found if a is not None and len(a.labels) > 1)


def traits_of(lake: "Lake", index: "Index", known_as_of: datetime | None = None) -> "Traits":
    """Size by bands of employees, and the first attribute that tells where a unit came from. known_as_of: as for `index.selection`."""
    from tabiji.metrics.bottleneck.factors import Traits

    sources = (_attribute(lake, index, name, name, known_as_of) for name in SOURCES)
    return Traits(
        _attribute(lake, index, "employees", SIZE, known_as_of), next((s for s in sources if s is not None), None)
    )


def _attribute(
    lake: "Lake", index: "Index", name: str, expression: str, known_as_of: datetime | None
) -> "Attribute | None":
    """The values of an expression by unit; None where it has none. Kept until the data change."""
    from tabiji.i18n import NO_VALUE
    from tabiji.index.selection import TooManyGroupsError, group_by
    from tabiji.lake.expressions import ExpressionError
    from tabiji.metrics.bottleneck.stakes import Attribute

    key = (str(lake.path), index.unit, index.version, lake.head().number, expression, known_as_of)
    with _turn:
        if key not in _kept:
            while len(_kept) >= MOST_KEPT:
                del _kept[next(iter(_kept))]
            try:
                codes, labels = group_by(lake, index, expression, known_as_of)
            except (ExpressionError, TooManyGroupsError):  # no such attribute here, or one that tells every unit apart
                _kept[key] = None
            else:
                known = [x for x, label in enumerate(labels) if label != NO_VALUE]
                place = np.full(len(labels) + 1, -1, np.int32)
                place[known] = np.arange(len(known), dtype=np.int32)
                _kept[key] = Attribute(name, place[codes], [labels[x] for x in known]) if known else None
        return _kept[key]
