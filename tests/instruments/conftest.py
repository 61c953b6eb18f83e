"""A database in memory for the registry's rules; foreign keys are enforced as in a laboratory."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine, event, inspect
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, SQLModel

import instruments.models as models


@pytest.fixture
def session() -> Iterator[Session]:
    """A session on an empty registry."""
    engine = create_engine("sqlite://", poolclass=StaticPool)

    @event.listens_for(engine, "connect")
    def enforce(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA foreign_keys=ON")

    tables = [SQLModel.metadata.tables[str(inspect(model).local_table)] for model in models.TABLES]
    SQLModel.metadata.create_all(engine, tables=tables)
    with Session(engine) as opened:
        yield opened
    engine.dispose()
