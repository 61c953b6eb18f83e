"""Who decided a recognition: of a designation, the authority."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Add the column; no designation was recorded before."""
    op.add_column("recognition", sa.Column("authority_id", sa.Text(), nullable=True))
