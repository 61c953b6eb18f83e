"""Notices of issued certificates, and the addresses to which they go."""

import sqlalchemy as sa
from alembic import op

from lims.store import triggers

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create the two tables and the triggers that keep the addresses."""
    op.create_table(
        "body_contact",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("body_id", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_body_contact_body_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_body_contact")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_body_contact_body_id"), "body_contact", ["body_id"], unique=False)
    op.create_table(
        "notice",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("centre_id", sa.String(), nullable=False),
        sa.Column("certificate_id", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["centre_id"], ["body.id"], name=op.f("fk_notice_centre_id")),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificate.id"], name=op.f("fk_notice_certificate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_notice_centre_id"), "notice", ["centre_id"], unique=False)
    op.create_index(op.f("ix_notice_certificate_id"), "notice", ["certificate_id"], unique=False)
    op.create_index("ix_notice_state_due_at", "notice", ["state", "due_at"], unique=False)
    triggers.create_all(op.get_bind())
