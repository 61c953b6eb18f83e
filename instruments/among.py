"""A column among many values, which go to the database as one: thousands of parameters take longer than their rows."""

import json
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class _Texts(sa.types.TypeDecorator[list[str]]):
    """Several texts as one parameter: an array, or a JSON array where the database knows no others."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        """The type of the parameter."""
        return dialect.type_descriptor(ARRAY(sa.Text()) if dialect.name == "postgresql" else sa.Text())

    def process_bind_param(self, value: list[str] | None, dialect: sa.Dialect) -> Any:
        """The parameter as the driver takes it."""
        return value if dialect.name == "postgresql" else json.dumps(value)


class _Among(FunctionElement[bool]):
    """Whether its first part is one of the values of its second."""

    type = sa.Boolean()
    inherit_cache = True


@compiles(_Among, "sqlite")
def _by_sqlite(found: _Among, compiler: Any, **given: Any) -> str:
    column, values = (compiler.process(one, **given) for one in found.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608  (both are compiled, none is a text)


@compiles(_Among, "postgresql")
def _by_postgresql(found: _Among, compiler: Any, **given: Any) -> str:
    column, values = (compiler.process(one, **given) for one in found.clauses)
    return f"{column} = ANY ({values})"


def among(column: Any, values: Iterable[str]) -> sa.ColumnElement[bool]:
    """The condition that a column of texts has one of some values.

    Args:
        column: the column.
        values: the texts; among none stands nothing.
    """
    return _Among(column, sa.bindparam(None, list(values), type_=_Texts()))
