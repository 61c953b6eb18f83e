"""The processes that issue in bulk: `python -m lims.issuing_workers HOME`, started where a run waits."""

import os
import subprocess
import sys
from pathlib import Path

from lims.issuing_runs import work
from lims.laboratory import Laboratory


def start_workers(home: Path, processes: int | None = None) -> list[subprocess.Popen[bytes]]:
    """Start worker processes for the laboratory in `home`; each ends when nothing waits any more.

    Args:
        home: the laboratory's folder.
        processes: how many; as many as there are processors without it.
    """
    command = [sys.executable, "-m", "lims.issuing_workers", str(home)]
    silent = subprocess.DEVNULL
    count = processes or os.cpu_count() or 1
    return [subprocess.Popen(command, stdin=silent, stdout=silent, stderr=silent) for _ in range(count)]


_running: list[subprocess.Popen[bytes]] = []


def keep_working(home: Path) -> None:
    """Have workers running for what waits; those that have ended are replaced, and one processor is left free."""
    _running[:] = [one for one in _running if one.poll() is None]
    missing = max(1, (os.cpu_count() or 2) - 1) - len(_running)
    if missing > 0:
        _running.extend(start_workers(home, missing))


def main() -> None:
    """Issue what waits, then end."""
    lab = Laboratory.open(Path(sys.argv[1]))
    try:
        work(lab)
    finally:
        lab.close()


if __name__ == "__main__":
    main()
