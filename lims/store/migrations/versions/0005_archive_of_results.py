"""Calibration results keep the archive of their evaluation: all elementary influences with their ids."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the archive; results from before have none."""
    op.add_column("calibration_result", sa.Column("archive", sa.Text(), nullable=True))
