"""The gallery of components, served in a process of its own on the loopback address."""

import fcntl
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from ui.fonts import screen_fonts

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_until_served(address: str, process: subprocess.Popen[bytes], seconds: float = 40) -> None:
    """Wait until an address answers; say so when its process has died instead."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert process.poll() is None, f"the server ended with {process.returncode}"
        try:
            urlopen(address, timeout=5).close()
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"{address} does not answer after {seconds} s")


@pytest.fixture(scope="session")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cache in which the fonts of the screens have been cut, once for all test processes of a run."""
    base = tmp_path_factory.getbasetemp()
    run = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    cache = run / "screen-fonts"
    with (run / "screen-fonts.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # who comes second waits, and finds them whole
        screen_fonts(cache)
    return cache


@pytest.fixture(scope="session")
def gallery(fonts: Path) -> Iterator[str]:
    """The address of the gallery."""
    port = free_port()
    # NiceGUI behaves otherwise where it believes to be inside a test.
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "NICEGUI"))}
    command = [sys.executable, "-m", "tests.ui.gallery", str(port), str(fonts)]
    process = subprocess.Popen(command, cwd=ROOT, env=plain)
    try:
        wait_until_served(f"http://127.0.0.1:{port}/", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)
