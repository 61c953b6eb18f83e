"""The tables of the laboratory: rows of one centre. Bodies, instruments and calibrations live in `instruments`.

Ids are UUIDv7 texts made here; typed numbers are text with the digits as typed; days are dates in the legal time
zone; moments are UTC. A table with `__append_only__` is never updated or deleted from: triggers see to it.
"""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, ForeignKeyConstraint, Index, Text, UniqueConstraint, false
from sqlmodel import Field, SQLModel

import instruments.fact_models
import instruments.search  # noqa: F401  (their tables are part of the database)
from instruments.models import new_id
from lims.store.moment import Moment

STATES = ("RECEIVED", "ASSIGNED", "MEASURING", "IN_REVIEW", "REVIEWED", "APPROVED", "NUMBERED", "ISSUED", "CANCELLED")
RECEIVED, ASSIGNED, MEASURING, IN_REVIEW, REVIEWED, APPROVED, NUMBERED, ISSUED, CANCELLED = STATES


def _id() -> Any:
    return Field(default_factory=new_id, primary_key=True, max_length=36)


class Person(SQLModel, table=True):
    """A person of the network; duties follow the person, not the account."""

    id: str = _id()
    name: str
    title_vi: str = ""
    title_en: str = ""
    version: int = 1


class Account(SQLModel, table=True):
    """The means by which a person signs in."""

    id: str = _id()
    person_id: str = Field(foreign_key="person.id", index=True)
    user_name: str = Field(unique=True)
    password_hash: str = ""
    language: str = "vi"
    disabled: bool = False
    version: int = 1


class RoleGrant(SQLModel, table=True):
    """A role of a person at a body: a centre, or the customer for whom the person acts."""

    __tablename__: ClassVar[Any] = "role_grant"
    id: str = _id()
    person_id: str = Field(foreign_key="person.id", index=True)
    role: str
    body_id: str = Field(foreign_key="body.id", index=True)
    valid_from: date
    ended_on: date | None = None
    version: int = 1


class Competence(SQLModel, table=True):
    """An authorisation of a person for a procedure, a service and a function (ISO/IEC 17025, 6.2.5 and 6.2.6)."""

    id: str = _id()
    centre_id: str = Field(foreign_key="body.id", index=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    procedure_id: str
    service: str
    function: str
    evidence: str
    valid_from: date
    valid_until: date
    granted_by: str = Field(foreign_key="person.id")
    withdrawn_on: date | None = None
    withdrawn_reason: str = ""
    version: int = 1


class Letterhead(SQLModel, table=True):
    """How a centre's certificates look, from a day on; the newest row of a day counts."""

    __append_only__: ClassVar[bool] = True
    id: str = _id()
    centre_id: str = Field(foreign_key="body.id", index=True)
    monogram: str
    accent: str
    city_vi: str
    city_en: str
    national_header: bool = True
    valid_from: date


class Job(SQLModel, table=True):
    """One edition of one calibration job. Its state and version are moved by the rows of `step_record` only."""

    __table_args__ = (UniqueConstraint("centre_id", "number", "edition"),)
    id: str = _id()
    centre_id: str = Field(foreign_key="body.id", index=True)
    number: str
    edition: int = 1
    amends_id: str | None = Field(default=None, foreign_key="job.id")
    item_id: str = Field(foreign_key="instrument.id", index=True)
    customer_id: str = Field(foreign_key="body.id", index=True)
    service: str
    regime: str = Field(default="", sa_column_kwargs={"server_default": ""})  # of a verification, legal_periods.REGIMES
    procedure_id: str
    procedure_edition: str
    languages: str = "vi-en"
    conformity: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON, nullable=True))
    received_on: date
    received_by: str = Field(foreign_key="person.id")
    promised_on: date | None = None
    amendment_reason: str = ""
    amendment_reason_en: str = Field(default="", sa_column_kwargs={"server_default": ""})
    supplement: bool = Field(default=False, sa_column_kwargs={"server_default": false()})  # it amends, replaces nothing
    condition_vi: str = ""
    condition_en: str = ""
    place_vi: str = ""
    place_en: str = ""
    assigned_to: str | None = Field(default=None, foreign_key="person.id", index=True)
    state: str = RECEIVED
    version: int = 1


class LegalMove(SQLModel, table=True):
    """A move that the workflow knows: an act may take a job from one state to another."""

    __tablename__: ClassVar[Any] = "legal_move"
    __append_only__: ClassVar[bool] = True
    act: str = Field(primary_key=True)
    from_state: str = Field(primary_key=True)
    to_state: str = Field(primary_key=True)


class StepRecord(SQLModel, table=True):
    """An act done on a job. Inserting the row moves the job's state and version, by trigger."""

    __tablename__: ClassVar[Any] = "step_record"
    __append_only__: ClassVar[bool] = True
    __table_args__ = (
        UniqueConstraint("job_id", "version_after"),
        ForeignKeyConstraint(
            ["act", "from_state", "to_state"], ["legal_move.act", "legal_move.from_state", "legal_move.to_state"]
        ),
    )
    id: str = _id()
    centre_id: str = Field(foreign_key="body.id")
    job_id: str = Field(foreign_key="job.id", index=True)
    version_after: int
    act: str
    from_state: str
    to_state: str
    person_id: str | None = Field(default=None, foreign_key="person.id")
    at: datetime = Field(sa_type=Moment)
    reason: str = ""


class Reading(SQLModel, table=True):
    """One observation as typed. A correction is a new row that names the old one and the reason (7.5.2)."""

    __append_only__: ClassVar[bool] = True
    __table_args__ = (Index("one_first_reading", "job_id", "point", "place", "row", "column", "sequence", unique=True),)
    id: str = _id()
    centre_id: str = Field(foreign_key="body.id")
    job_id: str = Field(foreign_key="job.id", index=True)
    point: int
    place: str
    row: int
    column: str
    sequence: int = 1
    text: str
    canonical: str
    unit: str
    at: datetime = Field(sa_type=Moment)
    person_id: str = Field(foreign_key="person.id")
    replaces_id: str | None = Field(default=None, foreign_key="reading.id")
    reason: str = ""
    kept_from_id: str | None = Field(default=None, foreign_key="reading.id")


class ReadingDraft(SQLModel, table=True):
    """A text in a cell that is not a number: kept for the person who types, never an observation."""

    __tablename__: ClassVar[Any] = "reading_draft"
    __table_args__ = (UniqueConstraint("job_id", "point", "place", "row", "column"),)
    id: str = _id()
    centre_id: str = Field(foreign_key="body.id")
    job_id: str = Field(foreign_key="job.id", index=True)
    point: int
    place: str
    row: int
    column: str
    text: str
    fault_key: str
    fault_values: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    at: datetime = Field(sa_type=Moment)
    person_id: str = Field(foreign_key="person.id")


class EnvironmentReading(SQLModel, table=True):
    """A condition of the surroundings while the readings were taken (ISO/IEC 17025, 6.3.3)."""

    __tablename__: ClassVar[Any] = "environment_reading"
    __append_only__: ClassVar[bool] = True
    __table_args__ = (UniqueConstraint("job_id", "quantity", "moment", "sequence"),)
    id: str = _id()
    centre_id: str = Field(foreign_key="body.id")
    job_id: str = Field(foreign_key="job.id", index=True)
    quantity: str
    moment: str
    sequence: int = 1
    text: str
    canonical: str
    unit: str
    at: datetime = Field(sa_type=Moment)
    person_id: str = Field(foreign_key="person.id")
    replaces_id: str | None = Field(default=None, foreign_key="environment_reading.id")
    reason: str = ""


class EnvironmentDecision(SQLModel, table=True):
    """The quality manager's decision on conditions outside the procedure's limits; printed on the certificate."""

    __tablename__: ClassVar[Any] = "environment_decision"
    __append_only__: ClassVar[bool] = True
    id: str = _id()
    centre_id: str = Field(foreign_key="body.id")
    job_id: str = Field(foreign_key="job.id", index=True)
    covers: str
    text_vi: str
    text_en: str
    at: datetime = Field(sa_type=Moment)
    person_id: str = Field(foreign_key="person.id")


class StandardChoice(SQLModel, table=True):
    """The standard or equipment that a technician took for a role of the procedure."""

    __tablename__: ClassVar[Any] = "standard_choice"
    __append_only__: ClassVar[bool] = True
    __table_args__ = (UniqueConstraint("job_id", "role", "sequence"),)
    id: str = _id()
    centre_id: str = Field(foreign_key="body.id")
    job_id: str = Field(foreign_key="job.id", index=True)
    role: str
    role_kind: str
    sequence: int = 1
    instrument_id: str = Field(foreign_key="instrument.id")
    calibration_id: str | None = Field(default=None, foreign_key="calibration.id")
    at: datetime = Field(sa_type=Moment)
    person_id: str = Field(foreign_key="person.id")


class EvaluationRecord(SQLModel, table=True):
    """The evaluation of a job as it was sent for review: what went in (by hash) and what came out, per point."""

    __tablename__: ClassVar[Any] = "evaluation_record"
    __append_only__: ClassVar[bool] = True
    id: str = _id()
    centre_id: str = Field(foreign_key="body.id")
    job_id: str = Field(foreign_key="job.id", index=True)
    version: int
    inputs_sha256: str
    software: str
    points: list[Any] = Field(sa_column=Column(JSON, nullable=False))
    at: datetime = Field(sa_type=Moment)
    person_id: str = Field(foreign_key="person.id")


class Approval(SQLModel, table=True):
    """What a signatory approved: the hash of the content that was on the screen (ISO/IEC 17025, 7.8.1.1)."""

    __append_only__: ClassVar[bool] = True
    id: str = _id()
    centre_id: str = Field(foreign_key="body.id")
    job_id: str = Field(foreign_key="job.id", unique=True)
    seen: str
    person_id: str = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=Moment)


class Certificate(SQLModel, table=True):
    """A certificate bound to its number: content frozen, file still to be made or made (see `certificate_issue`)."""

    __append_only__: ClassVar[bool] = True
    __table_args__ = (UniqueConstraint("centre_id", "series", "year", "sequence"),)
    id: str = _id()
    centre_id: str = Field(foreign_key="body.id", index=True)
    job_id: str = Field(foreign_key="job.id", unique=True)
    series: str
    year: int
    sequence: int
    number: str = Field(unique=True)
    token: str = Field(unique=True)
    check_code: str
    seen: str
    content: str = Field(sa_column=Column(Text, nullable=False))
    content_sha256: str
    kind: str
    customer_id: str = Field(foreign_key="body.id", index=True)
    item_id: str = Field(foreign_key="instrument.id", index=True)
    performed_on: date
    issued_on: date
    replaces_id: str | None = Field(default=None, foreign_key="certificate.id")
    amends_id: str | None = Field(default=None, index=True)  # of a certificate
    bound_at: datetime = Field(sa_type=Moment)


class CertificateIssue(SQLModel, table=True):
    """The file of a certificate, in the vault under its hash."""

    __tablename__: ClassVar[Any] = "certificate_issue"
    __append_only__: ClassVar[bool] = True
    certificate_id: str = Field(primary_key=True, foreign_key="certificate.id")
    centre_id: str = Field(foreign_key="body.id")
    file_sha256: str
    content_sha256: str
    size: int
    issued_at: datetime = Field(sa_type=Moment)


class CertificateEvent(SQLModel, table=True):
    """What happened to a certificate after it was issued: replaced or withdrawn."""

    __tablename__: ClassVar[Any] = "certificate_event"
    __append_only__: ClassVar[bool] = True
    __table_args__ = (UniqueConstraint("certificate_id", "status"),)
    id: str = _id()
    centre_id: str = Field(foreign_key="body.id")
    certificate_id: str = Field(foreign_key="certificate.id", index=True)
    status: str
    on: date
    reason: str
    replaced_by_id: str | None = Field(default=None, foreign_key="certificate.id")
    at: datetime = Field(sa_type=Moment)


class AuditHead(SQLModel, table=True):
    """The end of one chain of audit records; locked by whoever appends."""

    __tablename__: ClassVar[Any] = "audit_head"
    chain: str = Field(primary_key=True)
    sequence: int = 0
    hash: str = ""
    at: datetime | None = Field(default=None, sa_type=Moment)


class AuditRecord(SQLModel, table=True):
    """Who did or tried what, when, on which object, what changed and why; chained by hash."""

    __tablename__: ClassVar[Any] = "audit_record"
    __append_only__: ClassVar[bool] = True
    __table_args__ = (Index("audit_of_object", "object_id"),)
    chain: str = Field(primary_key=True)
    sequence: int = Field(primary_key=True)
    at: datetime = Field(sa_type=Moment)
    person_id: str | None = None
    person_name: str = ""
    act: str
    clause: str = ""
    outcome: str
    object_type: str = ""
    object_id: str = ""
    reason: str = ""
    changes: str = Field(sa_column=Column(Text, nullable=False))
    previous_hash: str
    hash: str
