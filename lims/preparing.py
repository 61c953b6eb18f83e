"""What a first start would wait for, made ready meanwhile in processes of its own: the faces of pages and screens.

python -m lims.preparing CACHE NAME
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import entry_points
from pathlib import Path

from certificates.fonts import derived_fonts
from lims.config import CERTIFICATE_FONTS

PREPARE = "chuan.prepare"
"""Group of entry points that take the cache folder of a laboratory: this layer does not know the screens' own."""


def certificate_faces(cache: Path) -> None:
    """Derive the type faces of certificates into the cache folder."""
    derived_fonts(cache / CERTIFICATE_FONTS)


@contextmanager
def prepared(cache: Path) -> Iterator[None]:
    """While the block runs, fill the cache folder; what fails is made where it is needed first, and said there."""
    with ExitStack() as running:
        for one in entry_points(group=PREPARE):
            command = [sys.executable, "-m", "lims.preparing", str(cache), one.name]
            silent = subprocess.DEVNULL
            running.enter_context(subprocess.Popen(command, stdin=silent, stdout=silent, stderr=silent))
        yield


def main() -> None:
    """Make ready what one entry point offers."""
    cache, name = Path(sys.argv[1]), sys.argv[2]
    for one in entry_points(group=PREPARE, name=name):
        one.load()(cache)


if __name__ == "__main__":
    main()
