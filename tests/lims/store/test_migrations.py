"""The form of the database: what the migrations make is what the program declares."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlmodel import SQLModel

from lims.config import Settings
from lims.errors import Refused
from lims.laboratory import Laboratory
from lims.store import triggers
from lims.store.engine import Store
from lims.store.migrating import migrate, newest, revision
from tests.laboratories import SmallLaboratory, database_named


@pytest.fixture
def store(migrated_url: str) -> Store:
    """The doors to a migrated database without rows."""
    return Store(migrated_url)


def test_a_migrated_database_is_what_the_program_declares(store: Store) -> None:
    """Comparing the migrated database with the declared tables finds no difference."""
    with store.writer.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": not store.sqlite})
        assert compare_metadata(context, SQLModel.metadata) == []
    store.close()


def test_every_declared_column_stands_in_the_database(store: Store) -> None:
    """Every table has the declared columns, keys and unique constraints, and no others."""
    with store.writer.connect() as connection:
        found = inspect(connection)
        for table in SQLModel.metadata.sorted_tables:
            columns = {one["name"]: one["nullable"] for one in found.get_columns(table.name)}
            assert columns == {one.name: bool(one.nullable) for one in table.columns}, table.name
    store.close()


def test_migrating_twice_changes_nothing(small: SmallLaboratory) -> None:
    """A second migration of a database in its present form leaves rows, form and triggers as they are."""
    store = small.lab.store
    with store.writer.connect() as connection:
        before = {
            table.name: connection.execute(text(f'SELECT count(*) FROM "{table.name}"')).scalar_one()
            for table in SQLModel.metadata.sorted_tables
        }
    migrate(store)
    with store.writer.connect() as connection:
        after = {
            table.name: connection.execute(text(f'SELECT count(*) FROM "{table.name}"')).scalar_one()
            for table in SQLModel.metadata.sorted_tables
        }
        assert after == before
        assert triggers.names(connection) == triggers.wanted(connection.dialect.name)
    assert revision(store) == newest()


def test_a_migration_that_fails_leaves_nothing(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A migration is whole or not at all: a failure at its end leaves an empty database on both."""
    store = Store(database_url)

    def fails(_connection: object) -> None:
        raise OSError("the power went")

    monkeypatch.setattr(triggers, "create_all", fails)
    with pytest.raises(OSError, match="the power went"):
        migrate(store)
    with store.writer.connect() as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    assert revision(store) is None
    store.close()


def test_a_laboratory_is_not_founded_on_another(small: SmallLaboratory, tmp_path: Path) -> None:
    """Founding is refused in a folder that holds a laboratory, and on a database that has its tables."""
    with pytest.raises(Refused) as answer:
        Laboratory.found(small.lab.settings)
    assert answer.value.key == "lims.laboratory_exists"
    if not small.lab.store.sqlite:
        with database_named(small.url), pytest.raises(Refused) as second:
            Laboratory.found(Settings(home=tmp_path / "second"))
        assert second.value.key == "lims.database_not_empty"


def test_another_form_is_not_opened(small: SmallLaboratory) -> None:
    """A database in another form than the program's is not opened; the answer names both."""
    with small.lab.store.writer.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(Refused) as answer:
        Laboratory.open(small.lab.settings.home)
    assert answer.value.key == "lims.upgrade_needed"
    assert "0000" in answer.value.text("en")
