"""A CMC that grows with the value: its second term, that term's unit, and how the two combine."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Add the columns; the CMC of every line before has one term."""
    for name in ("cmc_slope", "cmc_slope_unit", "cmc_form"):
        op.add_column("scope_line", sa.Column(name, sa.Text(), nullable=True))
