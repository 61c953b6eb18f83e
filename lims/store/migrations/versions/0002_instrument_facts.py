"""What is known of an instrument over time, mergers of records, asset codes, certifications, confirmed starter data."""

import sqlalchemy as sa
from alembic import op

from instruments.spelling import likeness_of
from lims.store import triggers

revision = "0002"
down_revision = "0001"
AT_ONCE = 5_000


def upgrade() -> None:
    """Add the columns and tables, find out the likeness of what is registered, keep the new rows."""
    op.create_table(
        "starter_confirmation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("list_name", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_starter_confirmation")),
        sqlite_strict=True,
    )
    op.create_table(
        "company_prefix",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("body_id", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_company_prefix_body_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_prefix")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_company_prefix_body_id"), "company_prefix", ["body_id"], unique=False)
    op.create_table(
        "certification",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("instrument_id", sa.Text(), nullable=False),
        sa.Column("body_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_certification_body_id")),
        sa.ForeignKeyConstraint(["instrument_id"], ["instrument.id"], name=op.f("fk_certification_instrument_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certification")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_certification_body_id"), "certification", ["body_id"], unique=False)
    op.create_index(op.f("ix_certification_instrument_id"), "certification", ["instrument_id"], unique=False)
    op.create_table(
        "instrument_component",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("system_id", sa.Text(), nullable=False),
        sa.Column("component_id", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["component_id"], ["instrument.id"], name=op.f("fk_instrument_component_component_id")),
        sa.ForeignKeyConstraint(["system_id"], ["instrument.id"], name=op.f("fk_instrument_component_system_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument_component")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_instrument_component_component_id"), "instrument_component", ["component_id"], unique=False
    )
    op.create_index(op.f("ix_instrument_component_system_id"), "instrument_component", ["system_id"], unique=False)
    op.create_table(
        "instrument_file",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("instrument_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["instrument_id"], ["instrument.id"], name=op.f("fk_instrument_file_instrument_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument_file")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_instrument_file_instrument_id"), "instrument_file", ["instrument_id"], unique=False)
    op.create_index(op.f("ix_instrument_file_sha256"), "instrument_file", ["sha256"], unique=False)
    op.create_table(
        "instrument_merge",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("merged_id", sa.Text(), nullable=False),
        sa.Column("kept_id", sa.Text(), nullable=False),
        sa.Column("merged_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["kept_id"], ["instrument.id"], name=op.f("fk_instrument_merge_kept_id")),
        sa.ForeignKeyConstraint(["merged_id"], ["instrument.id"], name=op.f("fk_instrument_merge_merged_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument_merge")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_instrument_merge_kept_id"), "instrument_merge", ["kept_id"], unique=False)
    op.create_index(op.f("ix_instrument_merge_merged_id"), "instrument_merge", ["merged_id"], unique=False)
    op.create_table(
        "instrument_place",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("instrument_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["instrument_id"], ["instrument.id"], name=op.f("fk_instrument_place_instrument_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument_place")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_instrument_place_instrument_id"), "instrument_place", ["instrument_id"], unique=False)
    op.create_table(
        "instrument_range",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("instrument_id", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Text(), nullable=False),
        sa.Column("lower", sa.Text(), nullable=False),
        sa.Column("upper", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.Column("resolution_unit", sa.Text(), nullable=True),
        sa.Column("accuracy", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["instrument_id"], ["instrument.id"], name=op.f("fk_instrument_range_instrument_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument_range")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_instrument_range_instrument_id"), "instrument_range", ["instrument_id"], unique=False)
    op.create_table(
        "instrument_state",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("instrument_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["instrument_id"], ["instrument.id"], name=op.f("fk_instrument_state_instrument_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument_state")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_instrument_state_instrument_id"), "instrument_state", ["instrument_id"], unique=False)
    op.add_column("instrument", sa.Column("likeness", sa.Text(), nullable=True))
    op.add_column("instrument", sa.Column("giai", sa.Text(), nullable=True))
    op.add_column("instrument", sa.Column("merged_into_id", sa.Text(), nullable=True))
    op.add_column("instrument", sa.Column("also_known", sa.Text(), nullable=True))
    op.create_index(op.f("ix_instrument_giai"), "instrument", ["giai"], unique=True)
    op.create_index(op.f("ix_instrument_likeness"), "instrument", ["likeness"], unique=False)
    merged = sa.text("merged_into_id IS NOT NULL")
    op.create_index(
        op.f("ix_instrument_merged_into_id"), "instrument", ["merged_into_id"], unique=False, sqlite_where=merged,
        postgresql_where=merged,
    )  # fmt: skip

    _find_likenesses()
    triggers.create_all(op.get_bind())


def _find_likenesses() -> None:
    """Give every registered instrument the likeness that its plate has."""
    connection = op.get_bind()
    table = sa.table(
        "instrument", sa.column("id"), sa.column("model"), sa.column("serial_number"), sa.column("likeness")
    )
    change = sa.update(table).where(table.c.id == sa.bindparam("one")).values(likeness=sa.bindparam("found"))
    last = ""
    while True:
        some = sa.select(table.c.id, table.c.model, table.c.serial_number).where(table.c.id > last)
        rows = connection.execute(some.order_by(table.c.id).limit(AT_ONCE)).all()
        if not rows:
            return
        connection.execute(change, [{"one": one, "found": likeness_of(model, serial)} for one, model, serial in rows])
        last = rows[-1][0]
