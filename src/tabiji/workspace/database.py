"""The workspace database: SQLite beside the lake, brought to the newest schema when it is opened."""

import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Engine, create_engine, event, inspect
from sqlalchemy import text as sql
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from tabiji.errors import TabijiError
from tabiji.i18n import N_
from tabiji.room import DiskFullError, room_for

HEAD = "0002"


class DatabaseError(TabijiError):
    """The database file cannot be used; restore it from a backup, or move it away to begin with no maps."""

    code = "database"
    message = N_("the workspace database {path} cannot be used: {reason}")


class Database:
    """Sessions on `tabiji.db`. Thread-safe; open one per workspace. A file that cannot be written, or beside which there is no room
    for its log, is read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._is_read_only = path.exists() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))
        self._full: DiskFullError | None = None  # why it is only read for now
        self._lock = threading.Lock()
        self._engine = self._opened()

    def _opened(self) -> Engine:
        """The engine as the file allows it. Raises DatabaseError, and DiskFullError where not even reading works without room."""
        try:
            engine = self._engine_on(self._is_read_only)
            self._full = None
        except DiskFullError as full:
            try:
                engine = self._engine_on(True)
            except DatabaseError:  # nothing there yet, an older schema, or a log that must be shared to be read
                raise full from None
            self._full = full
        return engine

    def _engine_on(self, is_read_only: bool) -> Engine:
        address = _read_only(self._path) if is_read_only else f"sqlite:///{self._path}"
        engine = create_engine(address, connect_args={"timeout": 15})
        event.listen(engine, "connect", _plain if is_read_only else _pragmas)
        try:
            self._migrate(engine, is_read_only)
        except TabijiError:
            engine.dispose()
            raise
        return engine

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session that commits at the end of the block, or rolls back when it raises.

        Raises DatabaseError where something is to be written in a database that can only be read, DiskFullError where there is no
        room for it."""
        from sqlalchemy.exc import OperationalError

        if self._full is not None:
            self._try_again()
        full = self._full
        try:
            with self._room(), Session(self._engine, expire_on_commit=False) as session, session.begin():
                yield session
        except OperationalError as error:
            if full is not None:
                raise full from error
            if self._is_read_only:
                raise DatabaseError(path=self._path.name, reason=str(error.orig)) from error
            raise

    def _room(self) -> AbstractContextManager[None]:
        return room_for("the workspace database", self._path.parent)

    def _try_again(self) -> None:
        """Open it for writing once there is room again."""
        with self._lock:
            if self._full is not None:
                before, self._engine = self._engine, self._opened()
                before.dispose()

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def _migrate(self, engine: Engine, is_read_only: bool) -> None:
        from sqlalchemy.exc import DatabaseError as DriverError

        try:
            with self._room(), engine.begin() as connection:
                # The lock comes first, so that two processes that open a new workspace do not both migrate it.
                connection.execute(sql("BEGIN" if is_read_only else "BEGIN IMMEDIATE"))
                if inspect(connection).has_table("alembic_version"):
                    found = connection.execute(sql("SELECT version_num FROM alembic_version")).scalar()
                    if found == HEAD:
                        return
                import alembic.command
                from alembic.config import Config

                config = Config(attributes={"connection": connection})
                config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
                alembic.command.upgrade(config, "head")
        except DriverError as error:
            raise DatabaseError(path=self._path.name, reason=str(error.orig)) from error


def _read_only(path: Path) -> str:
    # Without its folder SQLite cannot share the log of a database in WAL mode. Where nothing waits in the log, nobody writes: the
    # file is all there is, and is read as it stands.
    log = path.with_name(path.name + "-wal")
    settled = not log.exists() or log.stat().st_size == 0
    return f"sqlite:///file:{quote(str(path))}?mode=ro{'&immutable=1' if settled else ''}&uri=true"


def _plain(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None


def _pragmas(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # Explicit transactions (the driver would otherwise begin them late and break BEGIN IMMEDIATE).
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()
