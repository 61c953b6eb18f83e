"""Instruments by kind and code, in the order in which lists show them."""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the index."""
    op.create_index(op.f("ix_instrument_kind_code"), "instrument", ["kind", "code"], unique=False)
