"""Deviations from the method of a job, and how its item was sampled."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from lims.store import triggers

revision = "0016"
down_revision = "0015"
LEGAL_MOVES = (
    ("record_deviation", "ASSIGNED", "ASSIGNED"),
    ("record_deviation", "MEASURING", "MEASURING"),
    ("record_sampling", "ASSIGNED", "MEASURING"),
    ("record_sampling", "MEASURING", "MEASURING"),
)


def upgrade() -> None:
    """Create the two tables, the legal moves of their acts, and the triggers."""
    _table(
        "method_deviation",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("text_vi", "text_en", "justification")),
        sa.Column("accepted_by", sa.String(), nullable=False),
        sa.Column("accepted_on", sa.Date(), nullable=False),
    )
    op.create_index(op.f("ix_method_deviation_job_id"), "method_deviation", ["job_id"], unique=False)
    _table(
        "sampling_record",
        sa.Column("sampled_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("text_vi", "text_en")),
        unique=("job_id",),
    )
    moves = sa.table("legal_move", *(sa.column(name) for name in ("act", "from_state", "to_state")))
    op.bulk_insert(moves, [dict(zip(("act", "from_state", "to_state"), move, strict=True)) for move in LEGAL_MOVES])
    triggers.create_all(op.get_bind())


def _table(name: str, *columns: sa.Column[Any], unique: tuple[str, ...] = ()) -> None:
    """A table of a job's record: who entered it and when stands in every row."""
    op.create_table(
        name,
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("centre_id", sa.String(), nullable=False),
        sa.Column("job_id", sa.String(), nullable=False),
        *columns,
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["body.id"], name=op.f(f"fk_{name}_centre_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f(f"fk_{name}_job_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f(f"fk_{name}_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        *([sa.UniqueConstraint(*unique, name=op.f(f"uq_{name}_{'_'.join(unique)}"))] if unique else []),
        sqlite_strict=True,
    )
