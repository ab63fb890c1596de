"""Maps, their versions, and the import history."""

import sqlalchemy as sa
from alembic import op

from tabiji.workspace.models import Instant

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "map",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_map"),
    )
    op.create_table(
        "map_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("map_id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["map_id"], ["map.id"], name="fk_map_version_map_id_map", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_map_version"),
        sa.UniqueConstraint("map_id", "number", name="uq_map_version_map_id"),
    )
    op.create_index("ix_map_version_map_id", "map_version", ["map_id"])
    op.create_table(
        "import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("finished_at", Instant(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_import"),
    )
    op.create_index("ix_import_source", "import", ["source"])


def downgrade() -> None:
    """Drop the first tables."""
    op.drop_table("import")
    op.drop_table("map_version")
    op.drop_table("map")
