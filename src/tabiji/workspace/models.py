"""Tables of the workspace database."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, MetaData, String, Text, TypeDecorator, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """An instant in UTC; refuses naive values, gives back aware ones whatever the database keeps."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store as naive UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a zone, got {value!r}")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Read back as aware UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Declarative base with named constraints, so that migrations can name them too."""

    metadata = MetaData(naming_convention=NAMES)


class MapRow(Base):
    """A map; its content lives in its versions."""

    __tablename__ = "map"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    versions: Mapped[list["MapVersionRow"]] = relationship(
        back_populates="map", order_by="MapVersionRow.number", cascade="all, delete-orphan"
    )


class MapVersionRow(Base):
    """One version of a map: the YAML as its author wrote it, comments included. Never changed once written."""

    __tablename__ = "map_version"
    __table_args__ = (UniqueConstraint("map_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    map_id: Mapped[str] = mapped_column(ForeignKey("map.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Instant)
    map: Mapped[MapRow] = relationship(back_populates="versions")


class ImportRow(Base):
    """One finished import and its report."""

    __tablename__ = "import"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(200), index=True)
    mapping: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime] = mapped_column(Instant)
    report: Mapped[dict[str, Any]] = mapped_column(JSON)


class SegmentRow(Base):
    """A saved segment: a condition over attributes under a name."""

    __tablename__ = "segment"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[dict[str, str]] = mapped_column(JSON)  # language → text
    condition: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)


class StudyRow(Base):
    """A question with its answer at a moment, and everything that the answer hung on then. Never changed once written."""

    __tablename__ = "study"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    verb: Mapped[str] = mapped_column(String(40))  # name of the question
    subject: Mapped[str | None] = mapped_column(Text)  # whom it asks about, where it is about one
    map_id: Mapped[str] = mapped_column(ForeignKey("map.id", ondelete="RESTRICT"), index=True)
    map_version: Mapped[int]
    flags: Mapped[dict[str, Any]] = mapped_column(JSON)  # as given, with as_of
    segments: Mapped[dict[str, str]] = mapped_column(JSON)  # saved segments that they name → condition
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)  # those that decide figures
    lake_number: Mapped[int]
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
    taken_at: Mapped[datetime] = mapped_column(Instant)
