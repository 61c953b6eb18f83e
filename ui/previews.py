"""Pages of certificates as pictures: drawn once for each content, kept in the laboratory's cache."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Final

import pypdfium2

from certificates.content import CertificateContent
from certificates.pdf import render
from lims.laboratory import Laboratory
from lims.submission import software

_KEPT: Final = 60
_SCALE: Final = 1.8  # 1 071 pixels across a sheet that is shown 520 wide: sharp on a fine screen, small to send
_FILE: Final = "sheet.pdf"
_DRAWING: Final = Lock()  # the library that draws pages does one thing at a time


def draft(lab: Laboratory, content: CertificateContent, seen: str) -> Path:
    """The folder with file and pictures of a certificate as it will be.

    Args:
        lab: whose cache is used.
        content: without issue fields, which are drawn as placeholders.
        seen: its hash.

    Raises:
        Invalid: a text of the content cannot be printed; the field is named.
    """
    # Another version of the software may draw the same content otherwise.
    version = hashlib.sha256(software().encode()).hexdigest()[:8]
    return _drawn(lab, f"{seen}-{version}", lambda: render(content, fonts=lab.fonts))


def issued(lab: Laboratory, file: bytes) -> Path:
    """The folder with the pictures of a certificate that was issued."""
    return _drawn(lab, hashlib.sha256(file).hexdigest(), lambda: file)


def page_count(folder: Path) -> int:
    """How many pages were drawn into a folder."""
    return len(list(folder.glob("*.png")))


def picture(folder: Path, number: int) -> bytes | None:
    """A page as PNG; None where there is no such page."""
    file = folder / f"{number}.png"
    return file.read_bytes() if 1 <= number <= page_count(folder) else None


def file_of(folder: Path) -> bytes:
    """The PDF file that the pictures show."""
    return (folder / _FILE).read_bytes()


def _drawn(lab: Laboratory, key: str, make: Callable[[], bytes]) -> Path:
    cache = lab.settings.cache / "previews"
    folder = cache / key
    if folder.is_dir():
        return folder
    file = make()
    cache.mkdir(parents=True, exist_ok=True)
    # Drawn aside and then put in place: another thread or process never sees half of it.
    aside = Path(tempfile.mkdtemp(dir=cache, prefix="."))
    try:
        (aside / _FILE).write_bytes(file)
        _draw_pages(file, aside)
        try:
            os.rename(aside, folder)
        except OSError:
            if not folder.is_dir():
                raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    _tidy(cache)
    return folder


def _draw_pages(file: bytes, folder: Path) -> None:
    with _DRAWING:
        document = pypdfium2.PdfDocument(file)
        try:
            for index, page in enumerate(document, start=1):
                page.render(scale=_SCALE).to_pil().save(folder / f"{index}.png", "PNG")
        finally:
            document.close()


def _tidy(cache: Path) -> None:
    """Leave the folders that were drawn last."""
    folders = sorted((one for one in cache.iterdir() if not one.name.startswith(".")), key=_drawn_at, reverse=True)
    for old in folders[_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)


def _drawn_at(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except OSError:
        return 0.0
