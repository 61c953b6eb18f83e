"""The test run's own databases: empty at first, of an ordinary role, gone at the end."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import ProgrammingError

from tests.databases import OWNER, PostgreSQLServer

ROOT = Path(__file__).resolve().parents[1]


def test_a_database_is_empty_and_keeps_vietnamese_text(database_url: str) -> None:
    """Each test gets an empty database that stores every letter, on SQLite and on PostgreSQL."""
    engine = create_engine(database_url)
    try:
        assert inspect(engine).get_table_names() == []
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE line (said TEXT)"))
            connection.execute(text("INSERT INTO line VALUES ('hiệu chuẩn 100.0020 µm')"))
        with engine.begin() as connection:
            assert connection.execute(text("SELECT said FROM line")).scalar() == "hiệu chuẩn 100.0020 µm"
    finally:
        engine.dispose()


def test_a_migrated_database_is_as_the_program_wants_it(migrated_url: str) -> None:
    """The copies that tests work on are in the newest form that the program knows."""
    from lims.store.engine import Store
    from lims.store.migrating import newest, revision

    store = Store(migrated_url)
    try:
        assert revision(store) == newest() is not None
    finally:
        store.close()


def test_the_program_is_no_superuser_in_postgresql(postgresql_url: str) -> None:
    """Tests connect as an ordinary role, since a superuser passes by what the laboratory relies on."""
    engine = create_engine(postgresql_url)
    try:
        with engine.connect() as connection:
            assert connection.execute(text("SELECT current_user")).scalar() == OWNER
            with pytest.raises(ProgrammingError, match="permission denied"):
                connection.execute(text("CREATE ROLE another"))
    finally:
        engine.dispose()


def test_a_killed_server_comes_back_with_what_was_committed() -> None:
    """A server that is killed starts again and has every committed row."""
    server = PostgreSQLServer()
    try:
        with server.fresh() as url:
            address = url.replace("+psycopg", "")
            with psycopg.connect(address) as connection:
                connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 100) AS number")
            server.stop(signal_number=signal.SIGKILL)
            server.start()
            with psycopg.connect(address) as connection:
                assert connection.execute("SELECT count(*) FROM kept").fetchone() == (100,)
    finally:
        server.close()


def test_a_killed_test_run_leaves_no_server_behind() -> None:
    """The server ends with the process that started it, even when that one is killed."""
    program = (
        "import tests.databases as d; s = d.PostgreSQLServer(); print(s.process_id, s.folder, flush=True); input()"
    )
    command = [sys.executable, "-c", program]
    run = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    server_id, folder = run.stdout.readline().split()
    server = int(server_id)
    assert is_alive(server)
    run.kill()
    run.communicate()
    until = time.monotonic() + 10
    while is_alive(server) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_alive(server)
    shutil.rmtree(folder)


def is_alive(process_id: int) -> bool:
    """Whether a process runs; one that only waits to be reaped does not."""
    try:
        os.kill(process_id, 0)
        return ") Z" not in Path(f"/proc/{process_id}/stat").read_text()
    except (ProcessLookupError, FileNotFoundError):
        return False
