"""What came in from outside: files of calibrations, checks of recognition, imported lists, as found and as left."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from lims.store import triggers

revision = "0003"
down_revision = "0002"


def _texts(*names: str) -> Iterator[sa.Column[str]]:
    for name in names:
        yield sa.Column(name, sa.Text(), nullable=False)


def _keys(table: str, *foreign: tuple[str, str]) -> Iterator[sa.Constraint]:
    yield sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))
    for column, target in foreign:
        yield sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    """Add the columns of a result and the tables, and the triggers that keep their rows."""
    for name in ("phase", "measuring_range"):
        op.add_column("calibration_result", sa.Column(name, sa.Text(), nullable=True))
    op.create_table(
        "calibration_source",
        *_texts("id", "calibration_id", "kind", "file_sha256", "file_name"),
        sa.Column("size", sa.Integer(), nullable=False),
        *_texts("signature", "signer", "findings", "accepted_because"),
        *_keys("calibration_source", ("calibration_id", "calibration.id")),
        sqlite_strict=True,
    )
    op.create_table(
        "recognition_check",
        *_texts("id", "result_id"),
        sa.Column("checked_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("claimed", "recognition_id", "scope_line_id")),
        sa.Column("held", sa.Boolean(), nullable=False),
        *_keys(
            "recognition_check",
            ("recognition_id", "recognition.id"),
            ("result_id", "calibration_result.id"),
            ("scope_line_id", "scope_line.id"),
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "list_import",
        *_texts("id", "body_id", "file_sha256", "file_name"),
        sa.Column("imported_on", sa.Date(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        *_texts("first_code", "last_code", "rows_sha256"),
        *_keys("list_import", ("body_id", "body.id")),
        sqlite_strict=True,
    )
    op.create_table(
        "column_mapping",
        *_texts("id", "body_id", "kind", "columns"),
        *_keys("column_mapping", ("body_id", "body.id")),
        sqlite_strict=True,
    )
    for table, column in (
        ("calibration_source", "calibration_id"),
        ("recognition_check", "result_id"),
        ("list_import", "body_id"),
        ("column_mapping", "body_id"),
    ):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
    triggers.create_all(op.get_bind())
