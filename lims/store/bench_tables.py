"""The tables of what is done to an item besides reading it: looked at, adjusted, labelled and sealed; who may."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from instruments.models import new_id
from lims.store.moment import Moment


def _id() -> Any:
    return Field(default_factory=new_id, primary_key=True, max_length=36)


class CheckOutcome(SQLModel, table=True):
    """The outcome of something that was looked at and not measured; a later row takes the place of the earlier."""

    __tablename__: ClassVar[Any] = "check_outcome"
    __append_only__: ClassVar[bool] = True
    __table_args__ = (UniqueConstraint("job_id", "name", "sequence"),)
    id: str = _id()
    centre_id: str = Field(foreign_key="body.id")
    job_id: str = Field(foreign_key="job.id", index=True)
    name: str
    sequence: int = 1
    outcome: str
    reason: str = ""
    at: datetime = Field(sa_type=Moment)
    person_id: str = Field(foreign_key="person.id")


class ItemAdjustment(SQLModel, table=True):
    """What was adjusted or repaired between the readings as found and those as left (ISO/IEC 17025, 7.8.4.1 d)."""

    __tablename__: ClassVar[Any] = "item_adjustment"
    __append_only__: ClassVar[bool] = True
    __table_args__ = (UniqueConstraint("job_id"),)
    id: str = _id()
    centre_id: str = Field(foreign_key="body.id")
    job_id: str = Field(foreign_key="job.id")
    text_vi: str
    text_en: str
    at: datetime = Field(sa_type=Moment)
    person_id: str = Field(foreign_key="person.id")


class Seal(SQLModel, table=True):
    """A numbered label or seal that was put on an item, and where; or that one was spoiled (`void_...`)."""

    __append_only__: ClassVar[bool] = True
    __table_args__ = (UniqueConstraint("job_id", "kind", "number"),)
    id: str = _id()
    centre_id: str = Field(foreign_key="body.id", index=True)
    job_id: str = Field(foreign_key="job.id", index=True)
    kind: str
    number: str
    place_vi: str = ""
    place_en: str = ""
    at: datetime = Field(sa_type=Moment)
    person_id: str = Field(foreign_key="person.id")


class MethodDeviation(SQLModel, table=True):
    """A deviation from the method of a job: what, why, who accepted it for the customer (ISO/IEC 17025, 7.2.1.7)."""

    __tablename__: ClassVar[Any] = "method_deviation"
    __append_only__: ClassVar[bool] = True
    id: str = _id()
    centre_id: str = Field(foreign_key="body.id")
    job_id: str = Field(foreign_key="job.id", index=True)
    text_vi: str
    text_en: str
    justification: str
    accepted_by: str
    accepted_on: date
    at: datetime = Field(sa_type=Moment)
    person_id: str = Field(foreign_key="person.id")


class SamplingRecord(SQLModel, table=True):
    """Where, when and how the item was drawn, by the procedure's plan (ISO/IEC 17025, 7.8.5)."""

    __tablename__: ClassVar[Any] = "sampling_record"
    __append_only__: ClassVar[bool] = True
    __table_args__ = (UniqueConstraint("job_id"),)
    id: str = _id()
    centre_id: str = Field(foreign_key="body.id")
    job_id: str = Field(foreign_key="job.id")
    sampled_on: date
    text_vi: str
    text_en: str
    at: datetime = Field(sa_type=Moment)
    person_id: str = Field(foreign_key="person.id")


class OfficerCard(SQLModel, table=True):
    """The card of a verification officer (thẻ kiểm định viên): whose, for which fields, from when to when."""

    __tablename__: ClassVar[Any] = "officer_card"
    id: str = _id()
    centre_id: str = Field(foreign_key="body.id", index=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    number: str
    issued_by: str
    fields: list[str] = Field(sa_column=Column(JSON, nullable=False))
    valid_from: date
    valid_until: date
    recorded_by: str = Field(foreign_key="person.id")
    withdrawn_on: date | None = None
    withdrawn_reason: str = ""
    version: int = 1


class AmendedField(SQLModel, table=True):
    """A field that an amendment states anew, in each language in which it is printed (ISO/IEC 17025, 7.8.8.2)."""

    __tablename__: ClassVar[Any] = "amended_field"
    __append_only__: ClassVar[bool] = True
    __table_args__ = (UniqueConstraint("job_id", "place"),)
    id: str = _id()
    centre_id: str = Field(foreign_key="body.id")
    job_id: str = Field(foreign_key="job.id", index=True)
    place: str
    text_vi: str
    text_en: str
    at: datetime = Field(sa_type=Moment)
    person_id: str = Field(foreign_key="person.id")
