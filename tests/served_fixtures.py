"""Fixtures with a served laboratory and people at browsers of their own."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request

from tests.laboratory_fixtures import Templates
from tests.served import COOKIE, HOST, Served, served_laboratory

AtBrowser = Callable[..., Page]


@pytest.fixture(scope="session")
def served(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A small laboratory served for all tests of a process; each test makes the jobs that it needs."""
    founded, _ = templates.get("sqlite", "founded")
    home = tmp_path_factory.mktemp("served") / "laboratory"
    shutil.copytree(founded.lab.settings.home, home, symlinks=True)
    copy = replace(founded, actors=dict(founded.actors), ids=dict(founded.ids))
    with served_laboratory(copy, home) as found:
        yield found


@pytest.fixture
def at_browser(chromium: Browser, served: Served) -> Iterator[AtBrowser]:
    """Gives a person a browser of their own: `at_browser("hang")`, `at_browser(None)` for anyone.

    A request that leaves for another host fails the test, and so does an error in a page's script.
    """
    foreign: list[str] = []
    errors: list[str] = []
    with ExitStack() as stack:

        def open_browser(name: str | None, *, path: str = "", **options: object) -> Page:
            chosen = {
                "locale": "vi-VN",
                "viewport": {"width": 1440, "height": 900},
                "accept_downloads": True,
                "reduced_motion": "reduce",
            }
            context: BrowserContext = chromium.new_context(**(chosen | options))  # type: ignore[arg-type]
            stack.callback(context.close)
            context.on("request", lambda request: _note(request, foreign))
            if name is not None:
                cookie = {"name": COOKIE, "value": served.token(name), "domain": HOST, "path": "/", "httpOnly": True}
                context.add_cookies([{**cookie, "sameSite": "Lax"}])  # type: ignore[typeddict-item]
            page = context.new_page()
            page.set_default_timeout(45_000)
            page.on("pageerror", lambda error: errors.append(str(error)))
            if path:
                page.goto(served.url(path))
            return page

        yield open_browser
    assert not foreign, f"requests left for another host: {foreign}"
    assert not errors, f"a script failed: {errors}"


def _note(request: Request, foreign: list[str]) -> None:
    address = urlsplit(request.url)
    if address.scheme in {"http", "https", "ws", "wss"} and address.hostname not in {HOST, "localhost"}:
        foreign.append(request.url)
