"""The way down a chain by an index alone: from a calibration to those that used it, a hundred thousand at a time."""

from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Put the new index in the place of the one that named the upper end only."""
    op.create_index(
        op.f("ix_traceability_link_upstream_calibration_id_calibration_id"),
        "traceability_link",
        ["upstream_calibration_id", "calibration_id"],
        unique=False,
    )
    op.drop_index(op.f("ix_traceability_link_upstream_calibration_id"), table_name="traceability_link")
