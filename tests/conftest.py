"""Fixtures that every test may ask for: databases, a browser, and the form (short or long) of a proof."""

import gc
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from tests.databases import PostgreSQLMissing, PostgreSQLServer
from tests.laboratory_fixtures import faces, laboratory, small, staged, templates  # noqa: F401  (they are fixtures)
from tests.served_fixtures import at_browser, served  # noqa: F401  (they are fixtures)

IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
LONG_TOPIC = os.environ.get("CHUAN_LONG", "")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER_ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip

expect.set_options(timeout=20_000)  # a busy computer is slow, not wrong
settings.register_profile("short", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "long", deadline=None, max_examples=5000, print_blob=True, suppress_health_check=list(HealthCheck)
)
settings.load_profile("long" if LONG_TOPIC else "short")
gc.freeze()  # the libraries stay till the end: looking through them again and again took a twentieth of the run
gc.set_threshold(20_000, 50, 100)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep, in a long run, only the proofs of the topic that was asked for, and give them all the time they need."""
    if not LONG_TOPIC:
        return
    topics = {mark.args[0] for item in items for mark in item.iter_markers("long_form")}
    if LONG_TOPIC not in topics:
        raise pytest.UsageError(f"no long form of {LONG_TOPIC!r}; there is: {', '.join(sorted(topics)) or 'none'}")
    kept = [item for item in items if any(m.args[0] == LONG_TOPIC for m in item.iter_markers("long_form"))]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept
    for item in items:
        item.add_marker(pytest.mark.timeout(0))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print, before the closing line, the figures that proofs have found: kills, trials, positions."""
    said = [
        f"{report.nodeid.rsplit('::', 1)[-1]}: {value}"
        for reports in terminalreporter.stats.values()
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "call"
        for name, value in report.user_properties
        if name == "figure"
    ]
    if said:
        terminalreporter.section("figures")
        for line in said:
            terminalreporter.write_line(line)


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Says a figure that the test has found, to be printed at the end of the run: `figure("200 kills, 31 between")`."""
    return lambda said: record_property("figure", said)


@pytest.fixture
def long_form() -> bool:
    """Whether the test is asked for its long form; such a test carries `@pytest.mark.long_form("topic")`."""
    return bool(LONG_TOPIC)


def _missing(reason: str, *, fails: bool) -> NoReturn:
    """Say that something foreign is missing: a failure where it has to be there, otherwise a counted skip."""
    if fails:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgreSQLServer]:
    """The PostgreSQL server of this test process; on Linux its absence is a failure, never a skip."""
    try:
        server = PostgreSQLServer()
    except PostgreSQLMissing as missing:
        _missing(str(missing), fails=IN_CI or sys.platform.startswith("linux"))
    try:
        yield server
    finally:
        server.close()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of a SQLite database that does not exist yet."""
    return f"sqlite:///{tmp_path / 'chuan.sqlite'}"


@pytest.fixture
def postgresql_url(postgresql_server: PostgreSQLServer) -> Iterator[str]:
    """The address of an empty PostgreSQL database, for what is proven on PostgreSQL only."""
    with postgresql_server.fresh() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database: every test that asks for it runs on SQLite and on PostgreSQL."""
    address: str = request.getfixturevalue(f"{request.param}_url")
    return address


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database in its present form, without rows, to be copied."""
    file = tmp_path_factory.mktemp("migrated") / "chuan.sqlite"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql_server: PostgreSQLServer) -> str:
    """The name of a PostgreSQL database in its present form, without rows, to be copied."""
    name = postgresql_server.create()
    _migrate(postgresql_server.url(name))
    return name


def _migrate(url: str) -> None:
    """Bring a database to its present form and leave it."""
    from lims.store.engine import Store
    from lims.store.migrating import migrate

    store = Store(url)
    try:
        migrate(store)
    finally:
        store.close()


@pytest.fixture
def migrated_sqlite_url(migrated_sqlite: Path, sqlite_url: str, tmp_path: Path) -> str:
    """The address of a SQLite database in its present form, without rows."""
    shutil.copyfile(migrated_sqlite, tmp_path / "chuan.sqlite")
    return sqlite_url


@pytest.fixture
def migrated_postgresql_url(migrated_postgresql: str, postgresql_server: PostgreSQLServer) -> Iterator[str]:
    """The address of a PostgreSQL database in its present form, without rows."""
    with postgresql_server.fresh(template=migrated_postgresql) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(request: pytest.FixtureRequest) -> str:
    """The address of a database in its present form, without rows, on both: quicker than migrating."""
    address: str = request.getfixturevalue(f"migrated_{request.param}_url")
    return address


@pytest.fixture(scope="session")
def dcc_folder() -> Path:
    """PTB's schemas of DCC and D-SI, beside the checkout (they are not part of it); CI has to have them."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "dcc"
    if not (folder / "v3.3.0" / "dcc.xsd").is_file():
        _missing(f"no DCC schemas beside the checkout (../shared/dcc: {folder.name}/v3.3.0/dcc.xsd)", fails=IN_CI)
    return folder


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, driven by Playwright; CI has to have it."""
    program = next((path for path in map(shutil.which, BROWSERS) if path), None)
    if program is None:
        _missing("no Chromium on this computer (Debian: apt-get install chromium)", fails=IN_CI)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(headless=True, executable_path=program, args=list(BROWSER_ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page of its own context, in Vietnamese; a request that leaves for another host fails the test."""
    foreign: list[str] = []
    context = chromium.new_context(
        locale="vi-VN", viewport={"width": 1280, "height": 900}, accept_downloads=True, reduced_motion="reduce"
    )

    def note(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.hostname not in {"127.0.0.1", "localhost"}:
            foreign.append(request.url)

    context.on("request", note)
    try:
        yield context.new_page()
    finally:
        context.close()
    assert not foreign, f"requests left for another host: {foreign}"
