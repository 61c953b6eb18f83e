"""The table of notices: what is to be told to a customer by e-mail, and how far it is."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel

from instruments.models import new_id
from lims.store.moment import Moment

WAITING, SENDING, SENT, FAILED = "waiting", "sending", "sent", "failed"


class Notice(SQLModel, table=True):
    """One e-mail that tells one address of one issued certificate; a worker takes, sends and finishes it."""

    __tablename__: ClassVar[Any] = "notice"
    __table_args__ = (Index("ix_notice_state_due_at", "state", "due_at"),)
    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    centre_id: str = Field(foreign_key="body.id", index=True)
    certificate_id: str = Field(foreign_key="certificate.id", index=True)
    way: str  # "link" or "file"
    email: str = ""  # empty where the customer has given none
    language: str = "vi"
    state: str = WAITING
    tries: int = 0
    queued_at: datetime = Field(sa_type=Moment)
    due_at: datetime = Field(sa_type=Moment)
    """When it is tried next; while it is being sent, when it is given to another worker."""
    sent_at: datetime | None = Field(default=None, sa_type=Moment)
    answer: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON, nullable=True))
    """Why it could not be sent, in both languages."""
