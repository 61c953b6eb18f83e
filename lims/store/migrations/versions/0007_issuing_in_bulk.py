"""Issuing in bulk: runs and their tasks."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the two tables."""
    op.create_table(
        "issuing_run",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("centre_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["body.id"], name=op.f("fk_issuing_run_centre_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_issuing_run_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issuing_run")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_issuing_run_centre_id"), "issuing_run", ["centre_id"], unique=False)
    op.create_table(
        "issuing_task",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_issuing_task_job_id")),
        sa.ForeignKeyConstraint(["run_id"], ["issuing_run.id"], name=op.f("fk_issuing_task_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issuing_task")),
        sa.UniqueConstraint("run_id", "job_id", name=op.f("uq_issuing_task_run_id_job_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_issuing_task_job_id"), "issuing_task", ["job_id"], unique=False)
    op.create_index(op.f("ix_issuing_task_run_id"), "issuing_task", ["run_id"], unique=False)
