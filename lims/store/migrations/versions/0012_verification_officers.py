"""The regime of a verification, the cards of verification officers, and labels and seals that were spoiled."""

import sqlalchemy as sa
from alembic import op

from lims.store import triggers

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the column and the table, and the legal move of spoiling a label or seal."""
    op.add_column("job", sa.Column("regime", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "officer_card",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("centre_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("issued_by", sa.String(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["body.id"], name=op.f("fk_officer_card_centre_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_officer_card_person_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_officer_card_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer_card")),
        sqlite_strict=True,
    )
    for column in ("centre_id", "person_id"):
        op.create_index(op.f(f"ix_officer_card_{column}"), "officer_card", [column], unique=False)
    moves = sa.table("legal_move", *(sa.column(name) for name in ("act", "from_state", "to_state")))
    op.bulk_insert(moves, [{"act": "spoil_seal", "from_state": "MEASURING", "to_state": "MEASURING"}])
    triggers.create_all(op.get_bind())
