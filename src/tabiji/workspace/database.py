"""The workspace database: SQLite beside the lake, brought to the newest schema when it is opened."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, event, inspect
from sqlalchemy import text as sql
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from tabiji.errors import TabijiError
from tabiji.i18n import N_

HEAD = "0002"


class DatabaseError(TabijiError):
    """The database file cannot be used; restore it from a backup, or move it away to begin with no maps."""

    code = "database"
    message = N_("the workspace database {path} cannot be used: {reason}")


class Database:
    """Sessions on `tabiji.db`. Thread-safe; open one per workspace."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 15})
        event.listen(self._engine, "connect", _pragmas)
        self._migrate(self._engine)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session that commits at the end of the block, or rolls back when it raises."""
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def _migrate(self, engine: Engine) -> None:
        from sqlalchemy.exc import DatabaseError as DriverError

        try:
            with engine.begin() as connection:
                # The lock comes first, so that two processes that open a new workspace do not both migrate it.
                connection.execute(sql("BEGIN IMMEDIATE"))
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


def _pragmas(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # Explicit transactions (the driver would otherwise begin them late and break BEGIN IMMEDIATE).
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()
