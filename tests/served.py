"""A small laboratory served by the real server in a process of its own, on the loopback address.

The test process holds the same laboratory open beside it: acts that only prepare are done there, quickly, and what the
browser did is read back from the database. Both go by one shifted clock, so that the dates of the laboratory never
run out.
"""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from fastapi import FastAPI
from starlette.routing import Route
from starlette.types import ASGIApp

from lims import access
from lims.clock import SystemClock
from lims.config import DATABASE_VARIABLE
from lims.laboratory import Laboratory
from lims.passwords import FOR_ALL_TO_KNOW
from tests.laboratories import PASSWORD, SmallLaboratory, database_named

ROOT: Final = Path(__file__).resolve().parents[1]
HOST: Final = "127.0.0.1"
COOKIE: Final = "chuan"
PICTURE = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\0\0\0\0:~\x9bU\0\0\0\nIDATx\x9cc`\0\0\0\2\0\1H\xaf\xa4q"
    b"\0\0\0\0IEND\xaeB`\x82"
)
"""The smallest picture: one black point."""


@dataclass
class ShiftedClock:
    """The clock of the computer, moved by a constant."""

    shift: timedelta

    @classmethod
    def from_moment(cls, moment: datetime) -> "ShiftedClock":
        """The clock that shows `moment` now and goes on from there."""
        return cls(moment - SystemClock().now())

    @property
    def moment(self) -> datetime:
        """The present moment of this clock."""
        return self.now()

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return SystemClock().now() + self.shift


@dataclass
class Served:
    """A laboratory that is being served, and the same laboratory at hand."""

    small: SmallLaboratory
    address: str
    home: Path

    def token(self, name: str) -> str:
        """A fresh sign-in of a person: the value of the session cookie."""
        return access.sign_in(self.small.lab, name, PASSWORD).token

    def url(self, path: str) -> str:
        """The address of a page."""
        return self.address + path


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])


def wait_until_served(address: str, process: subprocess.Popen[bytes], seconds: float = 180) -> None:
    """Wait until an address answers; say so when its process has died instead."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert process.poll() is None, f"the server ended with {process.returncode}"
        try:
            urlopen(address, timeout=20).close()
        except HTTPError:
            return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"{address} does not answer after {seconds} s")


@contextmanager
def serving(home: Path, port: int, shift: timedelta, url: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """The server of the laboratory in `home`, until the block ends; `url` names its database where that is no file."""
    # NiceGUI behaves otherwise where it believes to be inside a test; the laboratory is the SQLite file of the folder.
    ours = ("PYTEST", "NICEGUI", "CHUAN")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    plain |= {DATABASE_VARIABLE: url} if url else {}
    command = [sys.executable, "-m", "tests.served", str(home), str(port), str(shift.total_seconds())]
    with (home / "server.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=plain, stdout=log, stderr=log)
    try:
        wait_until_served(f"http://{HOST}:{port}/sign-in", process)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


@contextmanager
def served_laboratory(
    small: SmallLaboratory, home: Path, public_address: str = "http://tracuu.example"
) -> Iterator[Served]:
    """A laboratory in `home` (a closed copy of a template) opened here and served beside.

    Args:
        small: what is known of the copy: clock, people, ids; its laboratory is opened anew.
        home: the folder of the copy.
        public_address: where certificates say that they are verified; with https the cookies are marked secure.
    """
    settings = home / "settings.toml"
    text = re.sub(r'public_address = ".*"', f'public_address = "{public_address}"', settings.read_text("utf-8"))
    settings.write_text(text, "utf-8")
    clock = ShiftedClock.from_moment(small.clock.now())
    with database_named(""):
        lab = Laboratory.open(home, clock)
    lab.passwords = FOR_ALL_TO_KNOW
    # What stands still in tests of the acts goes on here; everything else of the small laboratory is as it was.
    opened = replace(small, lab=lab, clock=clock)  # type: ignore[arg-type]
    port = free_port()
    try:
        with serving(home, port, clock.shift):
            opened.everyone_signs_in()
            yield Served(opened, f"http://{HOST}:{port}", home)
    finally:
        lab.close()


def routes_of(home: Path) -> list[tuple[str, str]]:
    """Every route that the served application has: method and path, those of the pages' own machinery left out."""
    return [(one[0], one[1]) for one in json.loads((home / "routes.json").read_text("utf-8"))]


def _note_routes(built: ASGIApp, home: Path) -> None:
    """Write down which routes an application has, for `routes_of`."""
    from nicegui import app as pages

    inner: Any = built
    while not isinstance(inner, FastAPI):
        inner = getattr(inner, "app", None) or inner._app
    found = [
        (method, route.path)
        for host in (inner, pages)
        for route in _flat(host.routes)
        if not route.path.startswith("/_nicegui")
        for method in sorted(route.methods or ())
        if method != "HEAD"
    ]
    (home / "routes.json").write_text(json.dumps(found), "utf-8")


def _flat(routes: Iterable[object]) -> Iterator[Route]:
    """Routes, with those of included routers in their place."""
    for one in routes:
        if isinstance(one, Route):
            yield one
        else:
            yield from _flat(getattr(getattr(one, "original_router", None), "routes", ()))


def main() -> None:
    """Serve the laboratory of a folder by a shifted clock: `python -m tests.served HOME PORT SECONDS`."""
    from ui.app import LOOPBACK, application, listen

    home, port, seconds = sys.argv[1:]
    lab = Laboratory.open(Path(home), ShiftedClock(timedelta(seconds=float(seconds))))
    lab.passwords = FOR_ALL_TO_KNOW
    built = application(lab)
    _note_routes(built, Path(home))
    listen(built, LOOPBACK, int(port))


if __name__ == "__main__":
    main()
