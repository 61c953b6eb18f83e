"""Until when the archive time stamps of certificates prove, and their renewals."""

import sqlalchemy as sa
from alembic import op

from lims.store import triggers

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Create the table and the triggers that keep its rows."""
    op.create_table(
        "archive_stamp",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("centre_id", sa.String(), nullable=False),
        sa.Column("certificate_id", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("file_sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("stamped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["body.id"], name=op.f("fk_archive_stamp_centre_id")),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificate.id"], name=op.f("fk_archive_stamp_certificate_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_archive_stamp_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_stamp")),
        sa.UniqueConstraint("certificate_id", "sequence", name=op.f("uq_archive_stamp_certificate_id_sequence")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_archive_stamp_centre_id"), "archive_stamp", ["centre_id"], unique=False)
    op.create_index(op.f("ix_archive_stamp_ends_at"), "archive_stamp", ["ends_at"], unique=False)
    triggers.create_all(op.get_bind())
