"""A column among many values, which PostgreSQL gets as one: thousands of parameters take longer than their rows."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Session


def among(session: Session, column: Any, values: Iterable[str]) -> sa.ColumnElement[bool]:
    """The condition that a column of texts has one of some values.

    SQLite gets them one by one: it costs nothing there, and of a list within one it does not know that it is short.

    Args:
        session: where the condition will be asked.
        column: the column.
        values: the texts, at most 32 000; among none stands nothing.
    """
    some = list(values)
    if session.get_bind().dialect.name == "postgresql":
        found: sa.ColumnElement[bool] = column == sa.any_(sa.bindparam(None, some, type_=ARRAY(sa.Text())))
    else:
        found = column.in_(some)
    return found
