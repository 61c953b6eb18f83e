"""Bringing a database to the present form, and telling which form it has."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from lims.store.engine import Store


def migrate(store: Store) -> None:
    """Bring the database of `store` to the newest form; whole or not at all."""
    with store.writer.begin() as connection:
        command.upgrade(_config(connection), "head")


def revision(store: Store) -> str | None:
    """The revision of the database, None for an empty one."""
    with store.writer.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The newest revision that this software knows."""
    return ScriptDirectory.from_config(_config(None)).get_current_head()


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
