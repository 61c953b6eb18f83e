"""Table of the addresses to which a body wants to be written."""

from datetime import date
from typing import ClassVar

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from instruments.models import Words, new_id


class BodyContact(SQLModel, table=True):
    """An e-mail address of a body and the language in which it is written to first, from a day on; it may have several.

    Dated as the tables of `models` are: the newest row about an address counts, one with ``ended`` takes it back.
    """

    __tablename__ = "body_contact"
    __append_only__: ClassVar[bool] = True
    __subject__: ClassVar[tuple[str, ...]] = ("body_id", "email")

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=Text)
    body_id: str = Field(foreign_key="body.id", index=True, sa_type=Text)
    email: Words
    language: Words = "vi"
    valid_from: date
    valid_to: date | None = None
    ended: bool = False
