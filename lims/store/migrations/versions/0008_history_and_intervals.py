"""What befalls an instrument between its calibrations, interval proposals, and calendar feeds."""

import sqlalchemy as sa
from alembic import op

from lims.store import triggers

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Create the tables and the triggers that keep them."""
    op.create_table(
        "adjustment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("instrument_id", sa.Text(), nullable=False),
        sa.Column("calibration_id", sa.Text(), nullable=True),
        sa.Column("performed_on", sa.Date(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["instrument_id"], ["instrument.id"], name=op.f("fk_adjustment_instrument_id")),
        sa.ForeignKeyConstraint(["calibration_id"], ["calibration.id"], name=op.f("fk_adjustment_calibration_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjustment")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_adjustment_calibration_id"), "adjustment", ["calibration_id"], unique=False)
    op.create_index(op.f("ix_adjustment_instrument_id"), "adjustment", ["instrument_id"], unique=False)
    op.create_table(
        "as_found_result",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("adjustment_id", sa.Text(), nullable=False),
        sa.Column("result_id", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("expanded_uncertainty", sa.Text(), nullable=False),
        sa.Column("uncertainty_unit", sa.Text(), nullable=False),
        sa.Column("coverage_factor", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["adjustment_id"], ["adjustment.id"], name=op.f("fk_as_found_result_adjustment_id")),
        sa.ForeignKeyConstraint(["result_id"], ["calibration_result.id"], name=op.f("fk_as_found_result_result_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_as_found_result")),
        sa.UniqueConstraint("result_id", name=op.f("uq_as_found_result_result_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_as_found_result_adjustment_id"), "as_found_result", ["adjustment_id"], unique=False)
    op.create_table(
        "intermediate_check",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("instrument_id", sa.Text(), nullable=False),
        sa.Column("performed_on", sa.Date(), nullable=False),
        sa.Column("quantity", sa.Text(), nullable=False),
        sa.Column("nominal", sa.Text(), nullable=True),
        sa.Column("nominal_unit", sa.Text(), nullable=True),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("lower", sa.Text(), nullable=False),
        sa.Column("upper", sa.Text(), nullable=False),
        sa.Column("limits_from", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["instrument_id"], ["instrument.id"], name=op.f("fk_intermediate_check_instrument_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intermediate_check")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_intermediate_check_instrument_id"), "intermediate_check", ["instrument_id"], unique=False)
    op.create_table(
        "hold_release",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("check_id", sa.Text(), nullable=False),
        sa.Column("released_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["check_id"], ["intermediate_check.id"], name=op.f("fk_hold_release_check_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold_release")),
        sa.UniqueConstraint("check_id", name=op.f("uq_hold_release_check_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "interval_proposal",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("instrument_id", sa.Text(), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("old_months", sa.Integer(), nullable=False),
        sa.Column("new_months", sa.Integer(), nullable=False),
        sa.Column("reliability", sa.Text(), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["instrument_id"], ["instrument.id"], name=op.f("fk_interval_proposal_instrument_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interval_proposal")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_interval_proposal_instrument_id"), "interval_proposal", ["instrument_id"], unique=False)
    op.create_table(
        "interval_decision",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("proposal_id", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["interval_proposal.id"], name=op.f("fk_interval_decision_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interval_decision")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_interval_decision_proposal_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_calendar_feed_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feed_token_hash")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_calendar_feed_account_id"), "calendar_feed", ["account_id"], unique=False)
    triggers.create_all(op.get_bind())
