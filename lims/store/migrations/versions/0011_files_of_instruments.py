"""The day of a photograph or document, its thumbnail, and the customer who may see it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the columns; no file could be attached before."""
    op.add_column("instrument_file", sa.Column("taken_on", sa.Date(), nullable=True))
    op.add_column("instrument_file", sa.Column("thumbnail_sha256", sa.Text(), nullable=True))
    op.add_column("instrument_file", sa.Column("shown_to_id", sa.Text(), nullable=True))
