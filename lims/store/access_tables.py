"""The tables of signing in: invitations, sessions, passwords given again, and what strangers tried."""

from datetime import datetime
from typing import Any, ClassVar

from sqlmodel import Field, SQLModel

from instruments.models import new_id
from lims.store.moment import Moment


def _id() -> Any:
    return Field(default_factory=new_id, primary_key=True, max_length=36)


class OneTimeLink(SQLModel, table=True):
    """An invitation to set a password, good once (only its hash is kept)."""

    __tablename__: ClassVar[Any] = "one_time_link"
    id: str = _id()
    account_id: str = Field(foreign_key="account.id")
    token_hash: str = Field(unique=True)
    expires_at: datetime = Field(sa_type=Moment)
    used_at: datetime | None = Field(default=None, sa_type=Moment)


class AccessSession(SQLModel, table=True):
    """A sign-in on one browser; its token is fresh at each sign-in and only its hash is kept."""

    __tablename__: ClassVar[Any] = "access_session"
    id: str = _id()
    account_id: str = Field(foreign_key="account.id", index=True)
    token_hash: str = Field(unique=True)
    created_at: datetime = Field(sa_type=Moment)
    last_seen_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class Confirmation(SQLModel, table=True):
    """A password given again for one act on one content (`seen`); used once."""

    id: str = _id()
    account_id: str = Field(foreign_key="account.id")
    act: str
    target_id: str
    seen: str
    made_at: datetime = Field(sa_type=Moment)
    used_at: datetime | None = Field(default=None, sa_type=Moment)


class SecurityEvent(SQLModel, table=True):
    """What strangers tried: no password and no text of theirs, only the fact."""

    __tablename__: ClassVar[Any] = "security_event"
    __append_only__: ClassVar[bool] = True
    id: str = _id()
    at: datetime = Field(sa_type=Moment)
    kind: str
    subject: str = ""
