"""The first form of the database."""

import sqlalchemy as sa
from alembic import op

from lims.store import triggers

revision = "0001"
down_revision = None

LEGAL_MOVES = (
    ("amend", "ISSUED", "ISSUED"),
    ("amend", "RECEIVED", "IN_REVIEW"),
    ("amend", "RECEIVED", "MEASURING"),
    ("approve", "REVIEWED", "APPROVED"),
    ("assign", "ASSIGNED", "ASSIGNED"),
    ("assign", "RECEIVED", "ASSIGNED"),
    ("bind_number", "APPROVED", "NUMBERED"),
    ("cancel", "APPROVED", "CANCELLED"),
    ("cancel", "ASSIGNED", "CANCELLED"),
    ("cancel", "IN_REVIEW", "CANCELLED"),
    ("cancel", "MEASURING", "CANCELLED"),
    ("cancel", "RECEIVED", "CANCELLED"),
    ("cancel", "REVIEWED", "CANCELLED"),
    ("choose_standard", "ASSIGNED", "MEASURING"),
    ("choose_standard", "MEASURING", "MEASURING"),
    ("complete_issue", "NUMBERED", "ISSUED"),
    ("correct_reading", "ASSIGNED", "MEASURING"),
    ("correct_reading", "MEASURING", "MEASURING"),
    ("decide_environment", "ASSIGNED", "ASSIGNED"),
    ("decide_environment", "MEASURING", "MEASURING"),
    ("evaluate", "MEASURING", "IN_REVIEW"),
    ("record_environment", "ASSIGNED", "MEASURING"),
    ("record_environment", "MEASURING", "MEASURING"),
    ("record_readings", "ASSIGNED", "MEASURING"),
    ("record_readings", "MEASURING", "MEASURING"),
    ("return_for_correction", "IN_REVIEW", "MEASURING"),
    ("return_for_correction", "REVIEWED", "MEASURING"),
    ("review", "IN_REVIEW", "REVIEWED"),
)


def upgrade() -> None:
    """Create the tables, the legal moves of a job, and the triggers."""
    op.create_table(
        "audit_head",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_audit_head")),
        sqlite_strict=True,
    )
    op.create_table(
        "audit_record",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("person_name", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("clause", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("object_type", sa.String(), nullable=False),
        sa.Column("object_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("chain", "sequence", name=op.f("pk_audit_record")),
        sqlite_strict=True,
    )
    op.create_index("audit_of_object", "audit_record", ["object_id"], unique=False)
    op.create_table(
        "body",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["body.id"], name=op.f("fk_body_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_body")),
        sa.UniqueConstraint("code", name=op.f("uq_body_code")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_body_parent_id"), "body", ["parent_id"], unique=False)
    op.create_table(
        "legal_move",
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("from_state", sa.String(), nullable=False),
        sa.Column("to_state", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("act", "from_state", "to_state", name=op.f("pk_legal_move")),
        sqlite_strict=True,
    )
    op.create_table(
        "person",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title_vi", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sqlite_strict=True,
    )
    op.create_table(
        "security_event",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_security_event")),
        sqlite_strict=True,
    )
    op.create_table(
        "account",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("user_name", name=op.f("uq_account_user_name")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_account_person_id"), "account", ["person_id"], unique=False)
    op.create_table(
        "body_name",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("body_id", sa.Text(), nullable=False),
        sa.Column("name_vi", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("address_vi", sa.Text(), nullable=False),
        sa.Column("address_en", sa.Text(), nullable=False),
        sa.Column("telephone", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_body_name_body_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_body_name")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_body_name_body_id"), "body_name", ["body_id"], unique=False)
    op.create_table(
        "body_policy",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("body_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_body_policy_body_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_body_policy")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_body_policy_body_id"), "body_policy", ["body_id"], unique=False)
    op.create_table(
        "competence",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("centre_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("procedure_id", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("function", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("granted_by", sa.String(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["body.id"], name=op.f("fk_competence_centre_id")),
        sa.ForeignKeyConstraint(["granted_by"], ["person.id"], name=op.f("fk_competence_granted_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_competence_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competence")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_competence_centre_id"), "competence", ["centre_id"], unique=False)
    op.create_index(op.f("ix_competence_person_id"), "competence", ["person_id"], unique=False)
    op.create_table(
        "instrument",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("keeper_id", sa.Text(), nullable=True),
        sa.Column("name_vi", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("maker", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("serial_number", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Text(), nullable=False),
        sa.Column("nominal", sa.Text(), nullable=True),
        sa.Column("nominal_unit", sa.Text(), nullable=True),
        sa.Column("accuracy_class", sa.Text(), nullable=False),
        sa.Column("material_vi", sa.Text(), nullable=False),
        sa.Column("material_en", sa.Text(), nullable=False),
        sa.Column("asset_code", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["keeper_id"], ["body.id"], name=op.f("fk_instrument_keeper_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["body.id"], name=op.f("fk_instrument_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument")),
        sa.UniqueConstraint("code", name=op.f("uq_instrument_code")),
        sa.UniqueConstraint("identity", name=op.f("uq_instrument_identity")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_instrument_keeper_id"), "instrument", ["keeper_id"], unique=False)
    op.create_index(op.f("ix_instrument_owner_id"), "instrument", ["owner_id"], unique=False)
    op.create_table(
        "letterhead",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("centre_id", sa.String(), nullable=False),
        sa.Column("monogram", sa.String(), nullable=False),
        sa.Column("accent", sa.String(), nullable=False),
        sa.Column("city_vi", sa.String(), nullable=False),
        sa.Column("city_en", sa.String(), nullable=False),
        sa.Column("national_header", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["body.id"], name=op.f("fk_letterhead_centre_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letterhead")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_letterhead_centre_id"), "letterhead", ["centre_id"], unique=False)
    op.create_table(
        "recognition",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("body_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_recognition_body_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recognition")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_recognition_body_id"), "recognition", ["body_id"], unique=False)
    op.create_table(
        "role_grant",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("body_id", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_role_grant_body_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_role_grant_body_id"), "role_grant", ["body_id"], unique=False)
    op.create_index(op.f("ix_role_grant_person_id"), "role_grant", ["person_id"], unique=False)
    op.create_table(
        "scope_line",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("body_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Text(), nullable=False),
        sa.Column("lower", sa.Text(), nullable=False),
        sa.Column("upper", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("cmc", sa.Text(), nullable=False),
        sa.Column("cmc_unit", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_scope_line_body_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scope_line")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_scope_line_body_id"), "scope_line", ["body_id"], unique=False)
    op.create_table(
        "access_session",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_access_session_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_access_session_token_hash")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_access_session_account_id"), "access_session", ["account_id"], unique=False)
    op.create_table(
        "calibration",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("instrument_id", sa.Text(), nullable=False),
        sa.Column("laboratory_id", sa.Text(), nullable=False),
        sa.Column("certificate_number", sa.Text(), nullable=False),
        sa.Column("performed_on", sa.Date(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("recognition", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("own_certificate_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["instrument_id"], ["instrument.id"], name=op.f("fk_calibration_instrument_id")),
        sa.ForeignKeyConstraint(["laboratory_id"], ["body.id"], name=op.f("fk_calibration_laboratory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_calibration_certificate_number"), "calibration", ["certificate_number"], unique=False)
    op.create_index(
        op.f("ix_calibration_instrument_id_performed_on"),
        "calibration",
        ["instrument_id", "performed_on"],
        unique=False,
    )
    op.create_index(op.f("ix_calibration_laboratory_id"), "calibration", ["laboratory_id"], unique=False)
    op.create_table(
        "confirmation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("target_id", sa.String(), nullable=False),
        sa.Column("seen", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_confirmation_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation")),
        sqlite_strict=True,
    )
    op.create_table(
        "instrument_property",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("instrument_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instrument_id"], ["instrument.id"], name=op.f("fk_instrument_property_instrument_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument_property")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_instrument_property_instrument_id"), "instrument_property", ["instrument_id"], unique=False
    )
    op.create_table(
        "job",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("centre_id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("amends_id", sa.String(), nullable=True),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("procedure_id", sa.String(), nullable=False),
        sa.Column("procedure_edition", sa.String(), nullable=False),
        sa.Column("languages", sa.String(), nullable=False),
        sa.Column("conformity", sa.JSON(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("received_by", sa.String(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("amendment_reason", sa.String(), nullable=False),
        sa.Column("condition_vi", sa.String(), nullable=False),
        sa.Column("condition_en", sa.String(), nullable=False),
        sa.Column("place_vi", sa.String(), nullable=False),
        sa.Column("place_en", sa.String(), nullable=False),
        sa.Column("assigned_to", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["amends_id"], ["job.id"], name=op.f("fk_job_amends_id")),
        sa.ForeignKeyConstraint(["assigned_to"], ["person.id"], name=op.f("fk_job_assigned_to")),
        sa.ForeignKeyConstraint(["centre_id"], ["body.id"], name=op.f("fk_job_centre_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["body.id"], name=op.f("fk_job_customer_id")),
        sa.ForeignKeyConstraint(["item_id"], ["instrument.id"], name=op.f("fk_job_item_id")),
        sa.ForeignKeyConstraint(["received_by"], ["person.id"], name=op.f("fk_job_received_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("centre_id", "number", "edition", name=op.f("uq_job_centre_id_number_edition")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_job_assigned_to"), "job", ["assigned_to"], unique=False)
    op.create_index(op.f("ix_job_centre_id"), "job", ["centre_id"], unique=False)
    op.create_index(op.f("ix_job_customer_id"), "job", ["customer_id"], unique=False)
    op.create_index(op.f("ix_job_item_id"), "job", ["item_id"], unique=False)
    op.create_table(
        "one_time_link",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_one_time_link_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_link_token_hash")),
        sqlite_strict=True,
    )
    op.create_table(
        "approval",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("centre_id", sa.String(), nullable=False),
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("seen", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["body.id"], name=op.f("fk_approval_centre_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_approval_job_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_approval_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sa.UniqueConstraint("job_id", name=op.f("uq_approval_job_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "calibration_result",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("calibration_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("nominal", sa.Text(), nullable=True),
        sa.Column("nominal_unit", sa.Text(), nullable=True),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("expanded_uncertainty", sa.Text(), nullable=True),
        sa.Column("uncertainty_unit", sa.Text(), nullable=True),
        sa.Column("coverage_factor", sa.Text(), nullable=True),
        sa.Column("coverage_probability", sa.Text(), nullable=True),
        sa.Column("dof", sa.Text(), nullable=True),
        sa.Column("influences", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["calibration_id"], ["calibration.id"], name=op.f("fk_calibration_result_calibration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration_result")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_calibration_result_calibration_id"), "calibration_result", ["calibration_id"], unique=False
    )
    op.create_table(
        "calibration_withdrawal",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("calibration_id", sa.Text(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("replaced_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["calibration_id"], ["calibration.id"], name=op.f("fk_calibration_withdrawal_calibration_id")
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by"], ["calibration.id"], name=op.f("fk_calibration_withdrawal_replaced_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration_withdrawal")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_calibration_withdrawal_calibration_id"), "calibration_withdrawal", ["calibration_id"], unique=False
    )
    op.create_index(
        op.f("ix_calibration_withdrawal_replaced_by"), "calibration_withdrawal", ["replaced_by"], unique=False
    )
    op.create_table(
        "certificate",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("centre_id", sa.String(), nullable=False),
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("check_code", sa.String(), nullable=False),
        sa.Column("seen", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("performed_on", sa.Date(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("replaces_id", sa.String(), nullable=True),
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["body.id"], name=op.f("fk_certificate_centre_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["body.id"], name=op.f("fk_certificate_customer_id")),
        sa.ForeignKeyConstraint(["item_id"], ["instrument.id"], name=op.f("fk_certificate_item_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_certificate_job_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["certificate.id"], name=op.f("fk_certificate_replaces_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint(
            "centre_id", "series", "year", "sequence", name=op.f("uq_certificate_centre_id_series_year_sequence")
        ),
        sa.UniqueConstraint("job_id", name=op.f("uq_certificate_job_id")),
        sa.UniqueConstraint("number", name=op.f("uq_certificate_number")),
        sa.UniqueConstraint("token", name=op.f("uq_certificate_token")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_certificate_centre_id"), "certificate", ["centre_id"], unique=False)
    op.create_index(op.f("ix_certificate_customer_id"), "certificate", ["customer_id"], unique=False)
    op.create_index(op.f("ix_certificate_item_id"), "certificate", ["item_id"], unique=False)
    op.create_table(
        "environment_decision",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("centre_id", sa.String(), nullable=False),
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("covers", sa.String(), nullable=False),
        sa.Column("text_vi", sa.String(), nullable=False),
        sa.Column("text_en", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["body.id"], name=op.f("fk_environment_decision_centre_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_environment_decision_job_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_environment_decision_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_environment_decision")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_environment_decision_job_id"), "environment_decision", ["job_id"], unique=False)
    op.create_table(
        "environment_reading",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("centre_id", sa.String(), nullable=False),
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("quantity", sa.String(), nullable=False),
        sa.Column("moment", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("canonical", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("replaces_id", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["body.id"], name=op.f("fk_environment_reading_centre_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_environment_reading_job_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_environment_reading_person_id")),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["environment_reading.id"], name=op.f("fk_environment_reading_replaces_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_environment_reading")),
        sa.UniqueConstraint(
            "job_id",
            "quantity",
            "moment",
            "sequence",
            name=op.f("uq_environment_reading_job_id_quantity_moment_sequence"),
        ),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_environment_reading_job_id"), "environment_reading", ["job_id"], unique=False)
    op.create_table(
        "evaluation_record",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("centre_id", sa.String(), nullable=False),
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("inputs_sha256", sa.String(), nullable=False),
        sa.Column("software", sa.String(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["body.id"], name=op.f("fk_evaluation_record_centre_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_evaluation_record_job_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_evaluation_record_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_record")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_evaluation_record_job_id"), "evaluation_record", ["job_id"], unique=False)
    op.create_table(
        "reading",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("centre_id", sa.String(), nullable=False),
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("point", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("column", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("canonical", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("replaces_id", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("kept_from_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["centre_id"], ["body.id"], name=op.f("fk_reading_centre_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_reading_job_id")),
        sa.ForeignKeyConstraint(["kept_from_id"], ["reading.id"], name=op.f("fk_reading_kept_from_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reading_person_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["reading.id"], name=op.f("fk_reading_replaces_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_reading_job_id"), "reading", ["job_id"], unique=False)
    op.create_index(
        "one_first_reading", "reading", ["job_id", "point", "place", "row", "column", "sequence"], unique=True
    )
    op.create_table(
        "reading_draft",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("centre_id", sa.String(), nullable=False),
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("point", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("column", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("fault_key", sa.String(), nullable=False),
        sa.Column("fault_values", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["body.id"], name=op.f("fk_reading_draft_centre_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_reading_draft_job_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reading_draft_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_draft")),
        sa.UniqueConstraint(
            "job_id", "point", "place", "row", "column", name=op.f("uq_reading_draft_job_id_point_place_row_column")
        ),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_reading_draft_job_id"), "reading_draft", ["job_id"], unique=False)
    op.create_table(
        "standard_choice",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("centre_id", sa.String(), nullable=False),
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("role_kind", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("instrument_id", sa.String(), nullable=False),
        sa.Column("calibration_id", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["calibration_id"], ["calibration.id"], name=op.f("fk_standard_choice_calibration_id")),
        sa.ForeignKeyConstraint(["centre_id"], ["body.id"], name=op.f("fk_standard_choice_centre_id")),
        sa.ForeignKeyConstraint(["instrument_id"], ["instrument.id"], name=op.f("fk_standard_choice_instrument_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_standard_choice_job_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_standard_choice_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard_choice")),
        sa.UniqueConstraint("job_id", "role", "sequence", name=op.f("uq_standard_choice_job_id_role_sequence")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_standard_choice_job_id"), "standard_choice", ["job_id"], unique=False)
    op.create_table(
        "step_record",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("centre_id", sa.String(), nullable=False),
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("version_after", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("from_state", sa.String(), nullable=False),
        sa.Column("to_state", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["act", "from_state", "to_state"],
            ["legal_move.act", "legal_move.from_state", "legal_move.to_state"],
            name=op.f("fk_step_record_act_from_state_to_state"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["body.id"], name=op.f("fk_step_record_centre_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_step_record_job_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_step_record_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_record")),
        sa.UniqueConstraint("job_id", "version_after", name=op.f("uq_step_record_job_id_version_after")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_step_record_job_id"), "step_record", ["job_id"], unique=False)
    op.create_table(
        "certificate_event",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("centre_id", sa.String(), nullable=False),
        sa.Column("certificate_id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("replaced_by_id", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["body.id"], name=op.f("fk_certificate_event_centre_id")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_certificate_event_certificate_id")
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"], ["certificate.id"], name=op.f("fk_certificate_event_replaced_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_event")),
        sa.UniqueConstraint("certificate_id", "status", name=op.f("uq_certificate_event_certificate_id_status")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_certificate_event_certificate_id"), "certificate_event", ["certificate_id"], unique=False)
    op.create_table(
        "certificate_issue",
        sa.Column("certificate_id", sa.String(), nullable=False),
        sa.Column("centre_id", sa.String(), nullable=False),
        sa.Column("file_sha256", sa.String(), nullable=False),
        sa.Column("content_sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["body.id"], name=op.f("fk_certificate_issue_centre_id")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_certificate_issue_certificate_id")
        ),
        sa.PrimaryKeyConstraint("certificate_id", name=op.f("pk_certificate_issue")),
        sqlite_strict=True,
    )
    op.create_table(
        "traceability_link",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("calibration_id", sa.Text(), nullable=False),
        sa.Column("upstream_calibration_id", sa.Text(), nullable=False),
        sa.Column("upstream_result_id", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["calibration_id"], ["calibration.id"], name=op.f("fk_traceability_link_calibration_id")
        ),
        sa.ForeignKeyConstraint(
            ["upstream_calibration_id"], ["calibration.id"], name=op.f("fk_traceability_link_upstream_calibration_id")
        ),
        sa.ForeignKeyConstraint(
            ["upstream_result_id"], ["calibration_result.id"], name=op.f("fk_traceability_link_upstream_result_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_traceability_link")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_traceability_link_calibration_id"), "traceability_link", ["calibration_id"], unique=False)
    op.create_index(
        op.f("ix_traceability_link_upstream_calibration_id"),
        "traceability_link",
        ["upstream_calibration_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_traceability_link_upstream_result_id"), "traceability_link", ["upstream_result_id"], unique=False
    )

    moves = sa.table("legal_move", *(sa.column(name) for name in ("act", "from_state", "to_state")))
    rows = [dict(zip(("act", "from_state", "to_state"), move, strict=True)) for move in LEGAL_MOVES]
    op.bulk_insert(moves, rows)
    triggers.create_all(op.get_bind())
