"""One state of a database as a SQLite file, taken while acts run; and such a file put into an empty database.

SQLite copies itself (its online backup). PostgreSQL is read in one REPEATABLE READ transaction, table by table, without
any program of its own. The file has the form of its database, whichever of the two it came from, so either can be
restored from it.
"""

# ruff: noqa: S608  (statements name the schema's own tables; nothing of a person enters them)

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import psycopg
from psycopg import sql
from sqlmodel import SQLModel

import lims.store.tables  # noqa: F401  (both fill the metadata)
from lims.errors import Broken, Refused
from lims.store.engine import Store
from lims.store.migrating import VERSION_TABLE, migrate, revision

MOST_ROWS_AT_ONCE = 500
# How a type of PostgreSQL is written in SQLite's STRICT tables; the others have one form in both.
_WRITTEN = {
    "timestamp with time zone": "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
    "json": "({})::text",
    "jsonb": "({})::text",
    "boolean": "({})::int",
    "date": "to_char({}, 'YYYY-MM-DD')",
}


def take(store: Store, file: Path) -> None:
    """Write the present state of the database into the new SQLite file `file`."""
    if store.sqlite:
        with (
            closing(sqlite3.connect(f"file:{store.url.database}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(file)) as target,
        ):
            source.backup(target)
        return
    copy = Store(f"sqlite:///{file}")
    try:
        migrate(copy, revision(store) or "head")
    finally:
        copy.close()
    with store.reader.connect() as connection, closing(sqlite3.connect(file)) as target:
        target.execute("PRAGMA journal_mode=WAL")
        _load_sqlite(_driver(connection), target)


def put(file: Path, store: Store) -> None:
    """Put the state in a SQLite file into the empty PostgreSQL database of `store`: whole or not at all.

    Raises:
        Refused: the database is not empty.
    """
    if revision(store) is not None:
        raise Refused("lims.database_not_empty")
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as source:
        migrate(store, form_of(source))
        try:
            with store.writer.begin() as connection:
                _load_postgresql(source, _driver(connection))
        except psycopg.Error as problem:
            raise Broken("lims.backup_not_sound", what=str(problem).splitlines()[0]) from problem


def form_of(connection: sqlite3.Connection) -> str:
    """The revision of the form that a SQLite database has."""
    return str(connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()[0])


def tables_of(connection: sqlite3.Connection) -> list[str]:
    """The tables of a SQLite database, those that others refer to first."""
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    there = {row[0] for row in rows} - {VERSION_TABLE}
    known = [table.name for table in SQLModel.metadata.sorted_tables if table.name in there]
    return known + sorted(there - set(known))


def counts_of(connection: sqlite3.Connection) -> dict[str, int]:
    """The number of rows of every table of a SQLite database."""
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables_of(connection)}


def heads_of(connection: sqlite3.Connection) -> dict[str, list[Any]]:
    """The ends of the audit chains: sequence and hash, by chain."""
    rows = connection.execute("SELECT chain, sequence, hash FROM audit_head ORDER BY chain")
    return {chain: [sequence, head] for chain, sequence, head in rows}


def _driver(connection: Any) -> psycopg.Connection[Any]:
    return cast("psycopg.Connection[Any]", connection.connection.driver_connection)


def _load_sqlite(source: psycopg.Connection[Any], target: sqlite3.Connection) -> None:
    """Copy every row of PostgreSQL into a SQLite file of the same form, its triggers laid aside meanwhile."""
    laid_aside = target.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in laid_aside:
        target.execute(f'DROP TRIGGER "{name}"')
    target.execute("BEGIN")
    for table in tables_of(target):
        target.execute(f'DELETE FROM "{table}"')  # what the migrations have put there is among the rows that come
        columns = [one[0] for one in target.execute(f'SELECT * FROM "{table}" LIMIT 0').description]
        into = ", ".join(f'"{column}"' for column in columns)
        marks = ", ".join("?" * len(columns))
        for rows in _chunks(_postgresql_rows(source, table, columns)):
            target.executemany(f'INSERT INTO "{table}" ({into}) VALUES ({marks})', rows)
    target.execute("COMMIT")
    for _, statement in laid_aside:
        target.execute(statement)
    lost = target.execute("PRAGMA foreign_key_check").fetchone()
    if lost is not None:
        raise Broken("lims.backup_not_sound", what=f"{lost[0]} -> {lost[2]}")


def _postgresql_rows(source: psycopg.Connection[Any], table: str, columns: list[str]) -> Iterator[tuple[Any, ...]]:
    """The rows of a table with their values as SQLite keeps them."""
    told = source.execute(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_schema = current_schema() AND table_name = %s",
        (table,),
    )
    kinds = dict(told.fetchall())
    written = sql.SQL(", ").join(
        sql.SQL(_WRITTEN.get(kinds[column], "{}")).format(sql.Identifier(column)) for column in columns
    )
    with source.cursor(name=f"copy_{table}") as cursor:
        cursor.execute(sql.SQL("SELECT {} FROM {}").format(written, sql.Identifier(table)))
        yield from cursor


def _chunks(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    held: list[tuple[Any, ...]] = []
    for row in rows:
        held.append(row)
        if len(held) == MOST_ROWS_AT_ONCE:
            yield held
            held = []
    if held:
        yield held


def _load_postgresql(source: sqlite3.Connection, target: psycopg.Connection[Any]) -> None:
    """Copy every row of a SQLite file into PostgreSQL; our triggers (not the foreign keys) rest meanwhile."""
    target.execute("SET LOCAL timezone = 'UTC'")
    tables = tables_of(source)
    for table in reversed(tables):  # what the migrations have put there is among the rows that come
        target.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(table)))
        target.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
    for table in tables:
        name = sql.Identifier(table)
        rows = source.execute(f'SELECT * FROM "{table}"')
        columns = sql.SQL(", ").join(sql.Identifier(one[0]) for one in rows.description)
        with target.cursor().copy(sql.SQL("COPY {} ({}) FROM STDIN").format(name, columns)) as copy:
            for row in rows:
                copy.write_row([None if value is None else str(value) for value in row])
        target.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(name))
