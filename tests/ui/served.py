"""A small laboratory served in a process of its own, with a clock that runs from the day on which it was founded.

python -m tests.ui.served HOME PORT MOMENT STARTED
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page

from lims.config import DATABASE_VARIABLE
from lims.laboratory import Laboratory
from tests.laboratories import PASSWORD, SmallLaboratory
from tests.laboratory_fixtures import Templates
from tests.ui.conftest import ROOT, free_port, wait_until_served


@dataclass
class RunningClock:
    """A clock that shows `moment` at the time `started` of this computer, and runs from there."""

    moment: datetime
    started: datetime = field(default_factory=lambda: datetime.now(UTC))

    def now(self) -> datetime:
        """The present moment of the laboratory."""
        return self.moment + (datetime.now(UTC) - self.started)


@dataclass
class Served:
    """A laboratory at an address: its acts can be called beside the browser."""

    small: SmallLaboratory
    address: str

    def sign_in(self, page: Page, user_name: str) -> None:
        """Sign a person in at the door, as a person does."""
        page.goto(f"{self.address}/sign-in")
        page.fill("input[name=user_name]", user_name)
        page.fill("input[name=password]", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_url(lambda url: "/sign-in" not in url)

    def open(self, page: Page, user_name: str, path: str) -> None:
        """Sign a person in and open a page until it stands still."""
        self.sign_in(page, user_name)
        page.goto(self.address + path)
        page.wait_for_load_state("networkidle")


@contextmanager
def serving(small: SmallLaboratory) -> Iterator[Served]:
    """Serve a laboratory; it stays open here too, on the same clock."""
    clock = RunningClock(small.clock.moment + timedelta(minutes=1))
    small.lab.clock = clock
    port = free_port()
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "NICEGUI"))}
    plain.pop(DATABASE_VARIABLE, None)
    arguments = [str(small.lab.settings.home), str(port), clock.moment.isoformat(), clock.started.isoformat()]
    process = subprocess.Popen([sys.executable, "-m", "tests.ui.served", *arguments], cwd=ROOT, env=plain)
    try:
        wait_until_served(f"http://127.0.0.1:{port}/sign-in", process, 150)  # the fonts are cut at the first start
        yield Served(small, f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def served(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A served laboratory with one job in each state, the same for all tests of a module."""
    with ExitStack() as stack:
        small = templates.copy("sqlite", "staged", tmp_path_factory.mktemp("served") / "home", stack)
        yield stack.enter_context(serving(small))


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    """A page as wide as a phone."""
    context = chromium.new_context(locale="vi-VN", viewport={"width": 390, "height": 844}, accept_downloads=True)
    yield context.new_page()
    context.close()


def main() -> None:
    """Serve the laboratory of a folder until the process is ended."""
    home, port, moment, started = sys.argv[1:5]
    clock = RunningClock(datetime.fromisoformat(moment), datetime.fromisoformat(started))
    from ui.app import application

    lab = Laboratory.open(Path(home), clock)
    uvicorn.run(application(lab), host="127.0.0.1", port=int(port), ws="wsproto", log_level="warning")


if __name__ == "__main__":
    main()
