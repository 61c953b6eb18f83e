"""Fixtures that give a small laboratory on each database: founded once for a test process, then copied per test."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from certificates.fonts import derived_fonts
from lims.config import DATABASE_VARIABLE
from tests.databases import PostgreSQLServer
from tests.laboratories import STAGES, SmallLaboratory, copied, small_laboratory

DATABASES = ("sqlite", "postgresql")
Copier = Callable[[str], SmallLaboratory]


class Templates:
    """The laboratories that tests copy: made at the first use, closed, on SQLite and on PostgreSQL."""

    def __init__(self, folder: Path, cache: Path, server: Callable[[], PostgreSQLServer]) -> None:
        self._folder, self._cache, self._server = folder, cache, server
        self._made: dict[tuple[str, str], tuple[SmallLaboratory, str]] = {}

    def get(self, database: str, kind: str) -> tuple[SmallLaboratory, str]:
        """A closed laboratory, and the name of its PostgreSQL database (empty on SQLite)."""
        if (database, kind) not in self._made:
            self._made[database, kind] = self._make(database, kind)
        return self._made[database, kind]

    def _make(self, database: str, kind: str) -> tuple[SmallLaboratory, str]:
        home = self._folder / f"{database}-{kind}"
        if kind == "founded":
            name = self._server().create() if database == "postgresql" else ""
            small = small_laboratory(home, self._server().url(name) if name else "", self._cache)
        else:
            founded, template = self.get(database, "founded")
            name = self._server().create(template=template) if template else ""
            small = copied(founded, home, self._server().url(name) if name else "")
            for state in STAGES:
                small.ids[state] = small.job_in(state)
        small.lab.close()
        return small, name

    def copy(self, database: str, kind: str, home: Path, stack: ExitStack) -> SmallLaboratory:
        """A copy of a template to work with until `stack` ends; the environment names its database meanwhile."""
        template, name = self.get(database, kind)
        url = stack.enter_context(self._server().fresh(template=name)) if name else ""
        small = copied(template, home, url)
        stack.callback(small.lab.close)
        return small


@pytest.fixture(scope="session")
def faces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder with the derived type faces, made once for all test processes of a run."""
    base = tmp_path_factory.getbasetemp()
    cache = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "laboratory-cache"
    derived_fonts(cache / "fonts")
    return cache


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory, faces: Path, request: pytest.FixtureRequest) -> Templates:
    """The laboratories that are copied for each test."""
    return Templates(tmp_path_factory.mktemp("templates"), faces, lambda: request.getfixturevalue("postgresql_server"))


@pytest.fixture
def laboratory(
    tmp_path: Path, templates: Templates, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., SmallLaboratory]]:
    """Gives copies of a laboratory: `laboratory("sqlite")`, `laboratory("postgresql", "staged")`."""
    with ExitStack() as stack:

        def give(database: str, kind: str = "founded") -> SmallLaboratory:
            home = tmp_path / f"home-{database}-{kind}"
            small = templates.copy(database, kind, home, stack)
            monkeypatch.setenv(DATABASE_VARIABLE, "" if small.lab.store.sqlite else small.url)
            return small

        yield give


@pytest.fixture(params=DATABASES)
def small(request: pytest.FixtureRequest, laboratory: Callable[..., SmallLaboratory]) -> SmallLaboratory:
    """A small laboratory without jobs, on each of the two databases."""
    return laboratory(request.param)


@pytest.fixture(params=DATABASES)
def staged(request: pytest.FixtureRequest, laboratory: Callable[..., SmallLaboratory]) -> SmallLaboratory:
    """A small laboratory with one job in each state (`ids[state]`), on each of the two databases."""
    return laboratory(request.param, "staged")
