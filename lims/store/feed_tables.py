"""The table of calendar feeds: private addresses that give the due dates of what a person may see."""

from datetime import datetime
from typing import ClassVar

from sqlmodel import Field, SQLModel

from instruments.models import new_id
from lims.store.moment import Moment


class CalendarFeed(SQLModel, table=True):
    """A private address of one account; only the hash of its token is kept, and a revoked one answers nobody."""

    __tablename__: ClassVar[str] = "calendar_feed"
    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    account_id: str = Field(foreign_key="account.id", index=True)
    token_hash: str = Field(unique=True)
    language: str = "vi"
    created_at: datetime = Field(sa_type=Moment)
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)
