"""The two doors to the database: one that writes, one that only reads.

SQLite: a writer begins at once (`BEGIN IMMEDIATE`), so that nobody reads first and is refused the lock later; readers
are opened `query_only`. PostgreSQL: writers lock explicitly what they decide on; readers see one snapshot.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import JSON, Boolean, Date, DateTime, Engine, String, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session

from lims.errors import DiskFull, Refused

BUSY_TIMEOUT_MS = 20_000
UNIQUE_VIOLATION, DISK_FULL = "23505", "53100"  # PostgreSQL's SQLSTATE


@compiles(String, "sqlite")
@compiles(Date, "sqlite")
@compiles(DateTime, "sqlite")
@compiles(JSON, "sqlite")
def _text(_type: object, _compiler: object, **_given: object) -> str:
    """SQLite's STRICT tables know no other type for texts, days, moments and JSON."""
    return "TEXT"


@compiles(Boolean, "sqlite")
def _integer(_type: object, _compiler: object, **_given: object) -> str:
    return "INTEGER"


class Store:
    """The database of a laboratory, with its writing and its reading door."""

    def __init__(self, url: str) -> None:
        """Open the doors; nothing is connected before the first session."""
        self.url = make_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.writer = _sqlite(self.url, writing=True) if self.sqlite else _postgresql(self.url, writing=True)
        self.reader = _sqlite(self.url, writing=False) if self.sqlite else _postgresql(self.url, writing=False)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session in a write transaction: committed at the end, rolled back when anything is raised.

        Raises:
            Refused: two wrote the same thing at the same moment; the schema let the other one through.
            DiskFull: there is no room left.
        """
        try:
            with Session(self.writer, expire_on_commit=False) as session:
                yield session
                session.commit()
        except StaleDataError as problem:
            raise Refused("lims.at_the_same_time") from problem
        except IntegrityError as problem:
            if not _written_already(problem):
                raise
            raise Refused("lims.at_the_same_time") from problem
        except OperationalError as problem:
            if not _no_room(problem):
                raise
            raise DiskFull from problem

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that cannot write and sees one state of the database."""
        with Session(self.reader, expire_on_commit=False, autoflush=False) as session:
            yield session  # closing, not rolling back, leaves what was read usable

    def close(self) -> None:
        """Close all connections."""
        self.writer.dispose()
        self.reader.dispose()


def _written_already(problem: IntegrityError) -> bool:
    """Tell whether a statement failed because a unique key exists already."""
    return getattr(problem.orig, "sqlstate", None) == UNIQUE_VIOLATION or "UNIQUE constraint" in str(problem.orig)


def _no_room(problem: OperationalError) -> bool:
    """Tell whether a statement failed because nothing more can be written."""
    return getattr(problem.orig, "sqlstate", None) == DISK_FULL or "disk is full" in str(problem.orig)


def _sqlite(url: URL, *, writing: bool) -> Engine:
    engine = create_engine(url, pool_size=20, max_overflow=20, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we begin, not the driver
        pragmas = [
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "recursive_triggers=ON",  # else INSERT OR REPLACE walks past the triggers that refuse DELETE
            "trusted_schema=OFF",
        ]
        for pragma in pragmas if writing else [*pragmas, "query_only=ON"]:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN DEFERRED")

    return engine


def _postgresql(url: URL, *, writing: bool) -> Engine:
    options = "-c timezone=UTC"
    if not writing:
        options += " -c default_transaction_read_only=on"
    return create_engine(
        url,
        pool_size=10,
        max_overflow=20,
        pool_pre_ping=True,
        isolation_level="READ COMMITTED" if writing else "REPEATABLE READ",
        connect_args={"options": options},
    )
