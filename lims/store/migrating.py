"""Bringing a database to the present form, and telling which form it has.

The forms are numbered: `versions/0001_first_form.py` makes form 0001. Alembic is loaded only when a database is brought
to another form, since loading it takes longer than most commands.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from lims.store.engine import Store

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "alembic_version"


def migrate(store: Store, to: str = "head") -> None:
    """Bring the database of `store` to the newest form, or to a named one on the way; whole or not at all."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with store.writer.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def revision(store: Store) -> str | None:
    """The form of the database, None for an empty one."""
    with store.reader.connect() as connection:
        return _revision(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return str(found) if found is not None else None


def newest() -> str:
    """The newest form that this software knows."""
    return max(_forms())


def known(form: str) -> bool:
    """Whether this software knows a form: an unknown one comes from a newer release."""
    return form in _forms()


def _forms() -> set[str]:
    return {path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py")}
