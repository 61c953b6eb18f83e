"""The tables of issuing in bulk, runs and the tasks that worker processes take, and those of archive time stamps."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from instruments.models import new_id
from lims.store.moment import Moment

WAITING, RUNNING, DONE, REFUSED = "waiting", "running", "done", "refused"


def _id() -> Any:
    return Field(default_factory=new_id, primary_key=True, max_length=36)


class IssuingRun(SQLModel, table=True):
    """Approved jobs that one person let be issued together."""

    __tablename__: ClassVar[Any] = "issuing_run"
    id: str = _id()
    centre_id: str = Field(foreign_key="body.id", index=True)
    person_id: str = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=Moment)
    cancelled_at: datetime | None = Field(default=None, sa_type=Moment)
    version: int = 1


class IssuingTask(SQLModel, table=True):
    """One job of a run: what a worker process takes, holds for a while, and finishes."""

    __tablename__: ClassVar[Any] = "issuing_task"
    __table_args__ = (UniqueConstraint("run_id", "job_id"),)
    id: str = _id()
    run_id: str = Field(foreign_key="issuing_run.id", index=True)
    job_id: str = Field(foreign_key="job.id", index=True)
    state: str = WAITING
    tries: int = 0
    leased_until: datetime | None = Field(default=None, sa_type=Moment)
    number: str = ""
    answer: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON, nullable=True))
    """Why it was refused, in both languages."""


class ArchiveStamp(SQLModel, table=True):
    """Until when a file of a certificate proves its signatures: the issued one, or a renewal of its time stamp."""

    __tablename__: ClassVar[Any] = "archive_stamp"
    __append_only__: ClassVar[bool] = True
    __table_args__ = (UniqueConstraint("certificate_id", "sequence"),)
    id: str = _id()
    centre_id: str = Field(foreign_key="body.id", index=True)
    certificate_id: str = Field(foreign_key="certificate.id")
    sequence: int  # 0 for the issued file, then the number of the renewal
    file_sha256: str
    size: int
    authority: str
    stamped_at: datetime = Field(sa_type=Moment)
    ends_at: datetime = Field(sa_type=Moment, index=True)
    person_id: str | None = Field(default=None, foreign_key="person.id")
    at: datetime = Field(sa_type=Moment)
