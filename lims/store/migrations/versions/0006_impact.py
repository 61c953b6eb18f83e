"""Impact cases: findings, decisions, letters to customers, standards held from use."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from lims.store import triggers

revision = "0006"
down_revision = "0005"

BODY, CASE, PERSON = ("centre_id", "body.id"), ("case_id", "impact_case.id"), ("person_id", "person.id")
MOMENT = sa.DateTime(timezone=True)


def _texts(*names: str) -> Iterator[sa.Column[str]]:
    for name in names:
        yield sa.Column(name, sa.String(), nullable=False)


def _made(table: str, key: str, columns: list[sa.Column[Any]], foreign: list[tuple[str, str]], *unique: str) -> None:
    """Create a table with its keys named as the metadata names them."""
    kept: list[sa.Constraint] = [sa.PrimaryKeyConstraint(key, name=op.f(f"pk_{table}"))]
    for column, target in foreign:
        kept.append(sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}")))
    if unique:
        kept.append(sa.UniqueConstraint(*unique, name=op.f("_".join(("uq", table, *unique)))))
    op.create_table(table, *columns, *kept, sqlite_strict=True)


def upgrade() -> None:
    """Create the tables, and the triggers that keep their rows."""
    key = sa.String(length=36)
    _made(
        "impact_case", "id",
        [
            sa.Column("id", key, nullable=False),
            *_texts("centre_id", "number", "kind", "named", "instrument_id"),
            sa.Column("certificates", sa.JSON(), nullable=False), sa.Column("shift", sa.JSON(), nullable=False),
            sa.Column("since", sa.Date(), nullable=True), sa.Column("until", sa.Date(), nullable=True),
            *_texts("reason", "opened_by"), sa.Column("opened_at", MOMENT, nullable=False),
        ],
        [BODY, ("instrument_id", "instrument.id"), ("opened_by", "person.id")], "centre_id", "number",
    )  # fmt: skip
    _made(
        "impact_record", "id",
        [
            sa.Column("id", key, nullable=False), *_texts("centre_id", "case_id"),
            sa.Column("rank", sa.Integer(), nullable=False), *_texts("calibration_id"),
            sa.Column("certificate_id", sa.String(), nullable=True), *_texts("certificate_number"),
            sa.Column("performed_on", sa.Date(), nullable=False), *_texts("instrument_id", "customer_id", "weight"),
            sa.Column("finding", sa.JSON(), nullable=False),
        ],
        [BODY, CASE, ("calibration_id", "calibration.id"), ("certificate_id", "certificate.id"),
         ("instrument_id", "instrument.id"), ("customer_id", "body.id")], "case_id", "calibration_id",
    )  # fmt: skip
    _made(
        "impact_decision", "id",
        [
            sa.Column("id", key, nullable=False), *_texts("centre_id", "record_id", "decision", "reason"),
            sa.Column("job_id", sa.String(), nullable=True), *_texts("person_id"),
            sa.Column("at", MOMENT, nullable=False),
        ],
        [BODY, ("record_id", "impact_record.id"), ("job_id", "job.id"), PERSON],
    )  # fmt: skip
    _made(
        "impact_letter", "id",
        [sa.Column("id", key, nullable=False), *_texts("centre_id", "case_id", "customer_id", "number")],
        [BODY, CASE, ("customer_id", "body.id")], "case_id", "centre_id", "customer_id",
    )  # fmt: skip
    _made(
        "impact_letter_sent", "letter_id",
        [
            *_texts("letter_id", "centre_id", "file_sha256", "way"), sa.Column("sent_on", sa.Date(), nullable=False),
            *_texts("person_id"), sa.Column("at", MOMENT, nullable=False),
        ],
        [("letter_id", "impact_letter.id"), BODY, PERSON],
    )  # fmt: skip
    _made(
        "standard_hold", "id",
        [
            sa.Column("id", key, nullable=False), *_texts("centre_id", "case_id", "instrument_id", "reason"),
            sa.Column("held_at", MOMENT, nullable=False),
        ],
        [BODY, CASE, ("instrument_id", "instrument.id")], "case_id", "instrument_id",
    )  # fmt: skip
    for table, first, said in (("standard_release", "hold_id", "reason"), ("impact_closing", "case_id", "conclusion")):
        target = "standard_hold.id" if first == "hold_id" else "impact_case.id"
        _made(
            table, first,
            [*_texts(first, "centre_id", said, "person_id"), sa.Column("at", MOMENT, nullable=False)],
            [(first, target), BODY, PERSON],
        )  # fmt: skip
    for table, column in (
        ("impact_case", "instrument_id"), ("impact_record", "centre_id"), ("impact_decision", "record_id"),
        ("standard_hold", "instrument_id"),
    ):  # fmt: skip
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
    triggers.create_all(op.get_bind())
