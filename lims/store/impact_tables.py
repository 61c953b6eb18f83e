"""The tables of impact cases: what a shift costs, frozen; what was held, written to customers, and decided about it.

Every table is append-only; what a person does later about a row is a row of its own (ISO/IEC 17025, 7.10.2).
"""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from instruments.models import new_id
from lims.store.moment import Moment

CASE_KINDS = ("out_of_tolerance", "upstream_corrected")
"""Why a case is opened: a standard found out of tolerance, or a certificate above it corrected by its laboratory."""
DECISIONS = ("no_effect", "inform", "recall", "amend", "withdraw")


def _id() -> Any:
    return Field(default_factory=new_id, primary_key=True, max_length=36)


class ImpactCase(SQLModel, table=True):
    """Nonconforming work that begins with a standard: what is wrong, by how much, and since when (7.10.1)."""

    __tablename__: ClassVar[Any] = "impact_case"
    __append_only__: ClassVar[bool] = True
    __table_args__ = (UniqueConstraint("centre_id", "number"),)
    id: str = _id()
    centre_id: str = Field(foreign_key="body.id")
    number: str
    kind: str
    named: str
    instrument_id: str = Field(foreign_key="instrument.id", index=True)
    certificates: list[Any] = Field(sa_column=Column(JSON, nullable=False))
    shift: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    since: date | None = None
    until: date | None = None
    reason: str
    opened_by: str = Field(foreign_key="person.id")
    opened_at: datetime = Field(sa_type=Moment)


class ImpactRecord(SQLModel, table=True):
    """One certificate of a case as it was found: how far it moves, and what that does; `centre_id` answers for it."""

    __tablename__: ClassVar[Any] = "impact_record"
    __append_only__: ClassVar[bool] = True
    __table_args__ = (UniqueConstraint("case_id", "calibration_id"),)
    id: str = _id()
    centre_id: str = Field(foreign_key="body.id", index=True)
    case_id: str = Field(foreign_key="impact_case.id")
    rank: int
    calibration_id: str = Field(foreign_key="calibration.id")
    certificate_id: str | None = Field(default=None, foreign_key="certificate.id")
    certificate_number: str
    performed_on: date
    instrument_id: str = Field(foreign_key="instrument.id")
    customer_id: str = Field(foreign_key="body.id")
    weight: str
    finding: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


class ImpactDecision(SQLModel, table=True):
    """What the quality manager decided about a record, and why; the last one counts."""

    __tablename__: ClassVar[Any] = "impact_decision"
    __append_only__: ClassVar[bool] = True
    id: str = _id()
    centre_id: str = Field(foreign_key="body.id")
    record_id: str = Field(foreign_key="impact_record.id", index=True)
    decision: str
    reason: str
    job_id: str | None = Field(default=None, foreign_key="job.id")
    person_id: str = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=Moment)


class ImpactLetter(SQLModel, table=True):
    """The letter of a centre to one customer about the customer's certificates in a case (7.10.1 e)."""

    __tablename__: ClassVar[Any] = "impact_letter"
    __append_only__: ClassVar[bool] = True
    __table_args__ = (UniqueConstraint("case_id", "centre_id", "customer_id"),)
    id: str = _id()
    centre_id: str = Field(foreign_key="body.id")
    case_id: str = Field(foreign_key="impact_case.id")
    customer_id: str = Field(foreign_key="body.id")
    number: str


class ImpactLetterSent(SQLModel, table=True):
    """The sending of a letter: when, how, and the very file."""

    __tablename__: ClassVar[Any] = "impact_letter_sent"
    __append_only__: ClassVar[bool] = True
    letter_id: str = Field(primary_key=True, foreign_key="impact_letter.id")
    centre_id: str = Field(foreign_key="body.id")
    file_sha256: str
    way: str
    sent_on: date
    person_id: str = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=Moment)


class StandardHold(SQLModel, table=True):
    """A standard held from use by a case until somebody releases it (6.4.9); `centre_id` keeps it."""

    __tablename__: ClassVar[Any] = "standard_hold"
    __append_only__: ClassVar[bool] = True
    __table_args__ = (UniqueConstraint("case_id", "instrument_id"),)
    id: str = _id()
    centre_id: str = Field(foreign_key="body.id")
    case_id: str = Field(foreign_key="impact_case.id")
    instrument_id: str = Field(foreign_key="instrument.id", index=True)
    reason: str
    held_at: datetime = Field(sa_type=Moment)


class StandardRelease(SQLModel, table=True):
    """The decision that a held standard may be used again, with its reason (7.10.1 f)."""

    __tablename__: ClassVar[Any] = "standard_release"
    __append_only__: ClassVar[bool] = True
    hold_id: str = Field(primary_key=True, foreign_key="standard_hold.id")
    centre_id: str = Field(foreign_key="body.id")
    reason: str
    person_id: str = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=Moment)


class ImpactClosing(SQLModel, table=True):
    """The end of a case, with its conclusion."""

    __tablename__: ClassVar[Any] = "impact_closing"
    __append_only__: ClassVar[bool] = True
    case_id: str = Field(primary_key=True, foreign_key="impact_case.id")
    centre_id: str = Field(foreign_key="body.id")
    conclusion: str
    person_id: str = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=Moment)
