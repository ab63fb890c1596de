"""Maps of a workspace and their versions: each `add` of a changed text is a new version, nothing is overwritten."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from sqlalchemy import func, select

from tabiji.errors import NotFoundError
from tabiji.journeymap import JourneyMap, MapError, load, parse
from tabiji.workspace.database import Database
from tabiji.workspace.models import MapRow, MapVersionRow


@dataclass(frozen=True, slots=True)
class MapVersion:
    """One version: the text as written, and the map that it says."""

    map: JourneyMap
    number: int
    text: str
    created_at: datetime
    latest: int

    @property
    def id(self) -> str:
        """Id of the map."""
        return self.map.id


@dataclass(frozen=True, slots=True)
class MapEntry:
    """A line of the list of maps."""

    id: str
    map: JourneyMap
    version: int
    created_at: datetime
    changed_at: datetime

    @property
    def name(self) -> dict[str, str] | str:
        """What the map is called, as it is written: language → text, or a text in no language in particular."""
        name = dict(self.map.name)
        return name[""] if set(name) == {""} else name


class MapStore:
    """Maps in the workspace database."""

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._now = now

    def add(self, text: str) -> tuple[MapVersion, bool]:
        """Keep `text` as the newest version of the map that it names.

        Returns the version and whether it is new (the same text again is not). Raises MapError with every problem."""
        journey_map = load(text)
        digest = hashlib.sha256(text.encode()).hexdigest()
        now = self._now()
        with self._database.session() as session:
            row = session.get(MapRow, journey_map.id)
            if row is None:
                row = MapRow(id=journey_map.id, created_at=now)
                session.add(row)
            last = row.versions[-1] if row.versions else None
            if last is not None and last.digest == digest:
                return MapVersion(journey_map, last.number, text, last.created_at, last.number), False
            number = last.number + 1 if last else 1
            row.versions.append(MapVersionRow(number=number, text=text, digest=digest, created_at=now))
        return MapVersion(journey_map, number, text, now, number), True

    def list(self) -> list[MapEntry]:
        """All maps, the most recently changed first."""
        newest = select(MapVersionRow.map_id, func.max(MapVersionRow.number).label("number")).group_by(
            MapVersionRow.map_id
        )
        latest = newest.subquery()
        query = (
            select(MapRow, MapVersionRow)
            .join(MapVersionRow, MapVersionRow.map_id == MapRow.id)
            .join(latest, (latest.c.map_id == MapRow.id) & (latest.c.number == MapVersionRow.number))
            .order_by(MapVersionRow.created_at.desc(), MapRow.id)
        )
        with self._database.session() as session:
            return [
                MapEntry(row.id, _read(version.text), version.number, row.created_at, version.created_at)
                for row, version in session.execute(query)
            ]

    def get(self, map_id: str, version: int | None = None) -> MapVersion:
        """A version of a map, the newest by default. Raises NotFoundError with the nearest name."""
        with self._database.session() as session:
            numbers = list(
                session.scalars(
                    select(MapVersionRow.number).where(MapVersionRow.map_id == map_id).order_by(MapVersionRow.number)
                )
            )
            if not numbers:
                raise NotFoundError("map", map_id, session.scalars(select(MapRow.id)))
            number = numbers[-1] if version is None else version
            row = session.scalar(
                select(MapVersionRow).where(MapVersionRow.map_id == map_id, MapVersionRow.number == number)
            )
            if row is None:
                raise NotFoundError("version", str(version), [str(n) for n in numbers])
            return MapVersion(_read(row.text), row.number, row.text, row.created_at, numbers[-1])

    def versions(self, map_id: str) -> Sequence[MapVersion]:
        """Every version of a map, oldest first. Raises NotFoundError."""
        with self._database.session() as session:
            rows = list(
                session.scalars(
                    select(MapVersionRow).where(MapVersionRow.map_id == map_id).order_by(MapVersionRow.number)
                )
            )
            if not rows:
                raise NotFoundError("map", map_id, session.scalars(select(MapRow.id)))
        return [MapVersion(_read(r.text), r.number, r.text, r.created_at, rows[-1].number) for r in rows]


@lru_cache(maxsize=128)  # a version never changes, and every page asks for the names of all maps
def _read(text: str) -> JourneyMap:
    parsed = parse(text)
    if parsed.map is None:
        raise MapError(problems=parsed.problems)
    return parsed.map
