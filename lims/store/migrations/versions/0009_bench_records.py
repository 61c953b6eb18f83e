"""Checks, adjustments, labels and seals of a job."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from lims.store import triggers

revision = "0009"
down_revision = "0008"

LEGAL_MOVES = (
    ("record_item_adjustment", "MEASURING", "MEASURING"),
    ("record_check", "ASSIGNED", "MEASURING"),
    ("record_check", "MEASURING", "MEASURING"),
    ("record_seal", "MEASURING", "MEASURING"),
)


def upgrade() -> None:
    """Create the tables, the legal moves of their acts, and the triggers."""
    _table(
        "item_adjustment",
        [sa.Column("text_vi", sa.String(), nullable=False), sa.Column("text_en", sa.String(), nullable=False)],
        unique=("job_id",),
    )
    _table(
        "check_outcome",
        [
            sa.Column("name", sa.String(), nullable=False),
            sa.Column("sequence", sa.Integer(), nullable=False),
            sa.Column("outcome", sa.String(), nullable=False),
            sa.Column("reason", sa.String(), nullable=False),
        ],
        unique=("job_id", "name", "sequence"),
    )
    _table(
        "seal",
        [sa.Column(name, sa.String(), nullable=False) for name in ("kind", "number", "place_vi", "place_en")],
        unique=("job_id", "kind", "number"),
    )
    for table in ("check_outcome", "seal"):
        op.create_index(op.f(f"ix_{table}_job_id"), table, ["job_id"], unique=False)
    op.create_index(op.f("ix_seal_centre_id"), "seal", ["centre_id"], unique=False)
    moves = sa.table("legal_move", *(sa.column(name) for name in ("act", "from_state", "to_state")))
    op.bulk_insert(moves, [dict(zip(("act", "from_state", "to_state"), move, strict=True)) for move in LEGAL_MOVES])
    triggers.create_all(op.get_bind())


def _table(name: str, columns: list[sa.Column[Any]], *, unique: tuple[str, ...]) -> None:
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
        sa.UniqueConstraint(*unique, name=op.f(f"uq_{name}_{'_'.join(unique)}")),
        sqlite_strict=True,
    )
