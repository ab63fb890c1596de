"""Saved segments, and studies."""

import sqlalchemy as sa
from alembic import op

from tabiji.workspace.models import Instant

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the two tables."""
    op.create_table(
        "segment",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_segment"),
    )
    op.create_table(
        "study",
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("verb", sa.String(40), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("map_id", sa.String(64), nullable=False),
        sa.Column("map_version", sa.Integer(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("segments", sa.JSON(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("lake_number", sa.Integer(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("taken_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["map_id"], ["map.id"], name="fk_study_map_id_map", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("name", name="pk_study"),
    )
    op.create_index("ix_study_map_id", "study", ["map_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("study")
    op.drop_table("segment")
