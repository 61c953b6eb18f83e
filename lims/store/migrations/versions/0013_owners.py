"""Who owned an instrument from when on."""

import sqlalchemy as sa
from alembic import op

from lims.store import triggers

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Create the table and its triggers; an instrument without rows has the owner that it always had."""
    op.create_table(
        "instrument_owner",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("instrument_id", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("former_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["instrument_id"], ["instrument.id"], name=op.f("fk_instrument_owner_instrument_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["body.id"], name=op.f("fk_instrument_owner_owner_id")),
        sa.ForeignKeyConstraint(["former_id"], ["body.id"], name=op.f("fk_instrument_owner_former_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument_owner")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_instrument_owner_instrument_id"), "instrument_owner", ["instrument_id"], unique=False)
    op.create_index(op.f("ix_instrument_owner_owner_id"), "instrument_owner", ["owner_id"], unique=False)
    op.create_index(op.f("ix_instrument_owner_former_id"), "instrument_owner", ["former_id"], unique=False)
    triggers.create_all(op.get_bind())
