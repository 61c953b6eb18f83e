"""A registry on each database for the rules over it; foreign keys are enforced as in a laboratory."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine
from sqlmodel import Session

from tests.databases import PostgreSQLServer
from tests.instruments.network import Network, create_tables, registry_in_memory


@pytest.fixture(scope="session")
def postgresql_registry(postgresql_server: PostgreSQLServer) -> Iterator[Engine]:
    """The registry's tables on PostgreSQL, made once; each test leaves them empty."""
    with postgresql_server.fresh() as url:
        engine = create_engine(url)
        create_tables(engine)
        yield engine
        engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    """A session on an empty registry, on SQLite and on PostgreSQL; nothing it commits outlives the test."""
    if request.param == "sqlite":
        with registry_in_memory() as opened:
            yield opened
        return
    engine: Engine = request.getfixturevalue("postgresql_registry")
    with engine.connect() as connection, connection.begin() as transaction:
        with Session(connection, join_transaction_mode="create_savepoint") as opened:
            yield opened
        transaction.rollback()


@pytest.fixture
def network(session: Session) -> Network:
    """A small network of bodies to build chains in."""
    return Network(session)
