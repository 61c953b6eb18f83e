"""Bringing a database to the present form, and telling which form it has."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from lims.store.engine import Store

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(store: Store, to: str = "head") -> None:
    """Bring the database of `store` to the newest form, or to a named one on the way; whole or not at all."""
    with store.writer.begin() as connection:
        command.upgrade(_config(connection), to)


def revision(store: Store) -> str | None:
    """The revision of the database, None for an empty one."""
    with store.writer.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The newest revision that this software knows."""
    return ScriptDirectory.from_config(_config(None)).get_current_head()


def known(form: str) -> bool:
    """Whether this software knows a form: an unknown one comes from a newer release."""
    return form in {one.revision for one in ScriptDirectory.from_config(_config(None)).walk_revisions()}


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
