"""The demonstration, made once for all test processes of a run: tests only read it, or copy it."""

import os
import shutil
import time
from datetime import date
from pathlib import Path

import pytest

from lims.config import DATABASE_VARIABLE
from lims.demonstration import build

TODAY = date(2026, 11, 20)
ADDRESS = "http://127.0.0.1:8080"
PATIENCE_S = 240.0


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demonstration on SQLite whose history ends on 20/11/2026."""
    base = tmp_path_factory.getbasetemp()
    folder = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    home, claimed = folder / "demonstration", folder / "demonstration.claimed"
    try:
        claimed.mkdir()
    except FileExistsError:  # another process makes it; it appears whole, by one rename
        until = time.monotonic() + PATIENCE_S
        while not home.exists() and time.monotonic() < until:
            time.sleep(0.2)
        return home
    named = os.environ.pop(DATABASE_VARIABLE, None)
    try:
        build(home, ADDRESS, today=TODAY)
    finally:
        if named is not None:
            os.environ[DATABASE_VARIABLE] = named
    return home


@pytest.fixture
def own_demonstration(demonstration: Path, tmp_path: Path) -> Path:
    """A copy of the demonstration to work with."""
    # Its files beside the database come and go with other processes' reading; nobody writes, so they hold nothing.
    beside = shutil.ignore_patterns("*-wal", "*-shm")
    return Path(shutil.copytree(demonstration, tmp_path / "demonstration", ignore=beside))
