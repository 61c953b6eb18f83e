"""Amendments as documents of their own, and reasons in two languages."""

import sqlalchemy as sa
from alembic import op

from lims.store import triggers

revision = "0020"
down_revision = "0019"
LEGAL_MOVES = (("prepare_amendment", "ISSUED", "ISSUED"), ("prepare_amendment", "RECEIVED", "IN_REVIEW"))


def upgrade() -> None:
    """Add the columns, the fields that amendments state anew, the moves of their act, and the triggers."""
    op.add_column("job", sa.Column("amendment_reason_en", sa.String(), nullable=False, server_default=""))
    op.add_column("job", sa.Column("supplement", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("certificate", sa.Column("amends_id", sa.String(), nullable=True))
    op.create_index(op.f("ix_certificate_amends_id"), "certificate", ["amends_id"], unique=False)
    texts = ("id", "centre_id", "job_id", "place", "text_vi", "text_en", "person_id")
    op.create_table(
        "amended_field",
        *(sa.Column(name, sa.String(), nullable=False) for name in texts),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["body.id"], name=op.f("fk_amended_field_centre_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_amended_field_job_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_amended_field_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amended_field")),
        sa.UniqueConstraint("job_id", "place", name=op.f("uq_amended_field_job_id_place")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_amended_field_job_id"), "amended_field", ["job_id"], unique=False)
    moves = sa.table("legal_move", *(sa.column(name) for name in ("act", "from_state", "to_state")))
    op.bulk_insert(moves, [dict(zip(("act", "from_state", "to_state"), move, strict=True)) for move in LEGAL_MOVES])
    triggers.create_all(op.get_bind())
