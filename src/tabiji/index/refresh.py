"""Keeping an index up to date with the lake: open it while it is fresh, add what is new, build it anew otherwise."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tabiji.index.build.building import Order, Progress, build_generation, sorted_properties
from tabiji.index.delta import append_delta
from tabiji.index.layout import Index
from tabiji.index.opening import open_folder
from tabiji.index.store import Manifest, MissingIndexError, TornIndexError, builder_lock
from tabiji.index.store.manifest import FILE, read_manifest, verify

if TYPE_CHECKING:
    from tabiji.lake import Lake
    from tabiji.settings import Settings

_MOMENTS_KEPT = 4  # indexes of earlier knowledge


def build_index(
    lake: "Lake",
    root: Path,
    unit: str,
    *,
    properties: Sequence[str] = (),
    settings: "Settings",
    progress: Progress | None = None,
    inherit_days: int = 365,
) -> None:
    """Build the index of a unit (account, opportunity or person) from the whole lake into `root`/<unit>.

    properties: of events, that a map names; they become columns of the kinds · inherit_days: how long before it opened an
    opportunity inherits the events of its account. The index that was there holds until the new one is complete."""
    order = Order(lake, settings, unit, sorted_properties(properties), inherit_days, progress=progress)
    with builder_lock(root / unit):
        build_generation(order, root / unit)


def refresh_index(
    lake: "Lake",
    root: Path,
    unit: str,
    *,
    properties: Sequence[str] = (),
    inherit_days: int = 365,
    settings: "Settings",
    progress: Progress | None = None,
) -> Index:
    """The index of a unit, brought up to date with the lake.

    Opened as it is where it is fresh; where only new events came they are added to it; built anew where there is none, it
    is damaged, it lacks one of `properties` (those it has are kept), or the change reaches what was there before."""
    folder = root / unit
    order = Order(lake, settings, unit, sorted_properties(properties), inherit_days, progress=progress)
    found = _fresh(folder, order)
    if found is not None:
        return found
    with builder_lock(folder):
        found = _fresh(folder, order)  # another process may have built it meanwhile
        return found or _appended(folder, order) or _built(folder, order)


def _appended(folder: Path, order: Order) -> Index | None:
    """The index in `folder` with what is new added to it; None where it is damaged or that is not enough."""
    try:
        body = read_manifest(folder)
        verify(folder, body["files"])
        return open_folder(folder) if fits(body, order) and append_delta(order, folder, body) else None
    except (MissingIndexError, TornIndexError):
        return None


def _built(folder: Path, order: Order) -> Index:
    build_generation(_with_known_properties(folder, order), folder)
    return open_folder(folder)


def _fresh(folder: Path, order: Order) -> Index | None:
    """The index in `folder` if it answers `order` as the lake is now."""
    try:
        body = read_manifest(folder)
        return open_folder(folder) if is_fresh(body, order) else None
    except (MissingIndexError, TornIndexError):
        return None


def is_fresh(body: Manifest, order: Order) -> bool:
    """Whether an index was made from the lake as it is now, in the way that is asked."""
    return fits(body, order) and body["lake_number"] == order.lake.head().number


def fits(body: Manifest, order: Order) -> bool:
    """Whether an index was made in the way that is asked, from whatever state of the lake."""
    return set(order.properties) <= set(body["properties"]) and (
        order.unit != "opportunity" or body["inherit_days"] == order.inherit_days
    )


def _with_known_properties(folder: Path, order: Order) -> Order:
    try:
        known = read_manifest(folder)["properties"]
    except (MissingIndexError, TornIndexError):
        return order
    return replace(order, properties=sorted_properties([*order.properties, *known]))


def index_known_at(
    lake: "Lake",
    root: Path,
    unit: str,
    known_as_of: datetime,
    *,
    properties: Sequence[str] = (),
    inherit_days: int = 365,
    settings: "Settings",
    progress: Progress | None = None,
) -> Index:
    """The index of a unit as it would have been built at `known_as_of` (an aware instant): only from records received by
    then, in the versions of then. Kept in a folder of its own below `root`/<unit>; of several, the latest few are kept."""
    stamp = known_as_of.astimezone(UTC).strftime("%Y%m%dT%H%M%S%f")
    folder = root / unit / f"known-{stamp}"
    order = Order(lake, settings, unit, sorted_properties(properties), inherit_days, known_as_of, progress)
    found = _fresh(folder, order)
    if found is None:
        with builder_lock(folder):
            found = _fresh(folder, order) or _built(folder, order)
        _forget_oldest(folder)
    return found


def _forget_oldest(folder: Path) -> None:
    """Remove the indexes of other moments but for the latest that were built (whoever has one open keeps it)."""
    others = [p for p in folder.parent.glob("known-*") if p != folder and (p / FILE).exists()]
    others.sort(key=lambda p: (p / FILE).stat().st_mtime_ns, reverse=True)
    for path in others[_MOMENTS_KEPT - 1 :]:
        shutil.rmtree(path, ignore_errors=True)
