"""Fonts of the screens: cut from the installed font packages at the first start and kept in a cache folder.

No font file is committed. The letter is IBM Plex Sans (roman and italic, variable in weight). Its U+202F is so narrow
that groups of digits run together, and a few signs are missing: both come from Inter, as two small faces of their own
which the style sheet puts before (`Thin`) and after (`PlexFill`) Plex.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

import fontpkg_ibm_plex_sans
import fontpkg_inter
from fontTools.ttLib import TTFont

# Raised when what is cut below changes, so that an old cache is not mistaken for a new one.
_CUT: Final = 3

_LATIN: Final = (*range(0x20, 0x7F), *range(0xA0, 0x180), 0x1A0, 0x1A1, 0x1AF, 0x1B0, 0x20AB)
_VIETNAMESE: Final = (0x300, 0x301, 0x303, 0x309, 0x31B, 0x323, *range(0x1EA0, 0x1EFA))
_GREEK: Final = tuple(range(0x370, 0x400))
_MATHEMATICS: Final = (
    *range(0x2000, 0x20A0),
    *range(0x2100, 0x2160),
    *range(0x2190, 0x2194),
    *range(0x2200, 0x2300),
    0x2713,
)
THIN_SPACE: Final = "\u202f"
LAST_OWN_NAME: Final = 255
"""Names with a higher number are those of axes and instances, which their tables refer to."""
FILLED_SIGNS: Final = "⁻↵⇥⌘▲●◆"


@dataclass(frozen=True)
class _Face:
    """One file of the cache: its name, the package font it is cut from, the code points it keeps."""

    file: str
    source: Path
    code_points: tuple[int, ...]
    pinned: tuple[tuple[str, float], ...] = ()


def _faces() -> tuple[_Face, ...]:
    plex = fontpkg_ibm_plex_sans.ROOT / "files"
    inter = fontpkg_inter.ROOT / "files" / "Inter[opsz,wght].ttf"
    text = (*_LATIN, *_VIETNAMESE, *_GREEK, *_MATHEMATICS)
    upright, italic = plex / "IBMPlexSans[wdth,wght].ttf", plex / "IBMPlexSans-Italic[wdth,wght].ttf"
    return (
        _Face("plex.woff", upright, text),
        _Face("plex-italic.woff", italic, text),
        _Face("thin.woff", inter, (ord(THIN_SPACE),), (("opsz", 14), ("wght", 400))),
        _Face("plex-fill.woff", inter, tuple(map(ord, FILLED_SIGNS)), (("opsz", 14), ("wght", 500))),
    )


def screen_fonts(cache: Path) -> Path:
    """The folder that holds the screens' fonts, cut now if no process has cut them before.

    Args:
        cache: a folder of the laboratory for what can be made again; created when it is missing.

    Returns:
        A folder with plex.woff, plex-italic.woff, thin.woff and plex-fill.woff, ready to be served.

    Raises:
        OSError: when the cache cannot be written.
    """
    ready = cache / f"screen-fonts-{_fingerprint()}"
    if ready.is_dir():
        return ready
    cache.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix="screen-fonts-", suffix=".unfinished", dir=cache))
    try:
        _cut_all(unfinished)
        unfinished.chmod(0o755)
        try:
            os.rename(unfinished, ready)
        except OSError:
            # Another process was first; a folder that holds files is never replaced, and its files are the same.
            if not ready.is_dir():
                raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return ready


def _cut_all(folder: Path) -> None:
    """Cut the faces, the italic in a process of its own: it is the longest part of a first start."""
    apart = "plex-italic.woff"
    command = [sys.executable, "-m", "ui.fonts", str(folder), apart]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL) as other:
        for face in _faces():
            if face.file != apart:
                _cut(face, folder / face.file)
    if other.returncode != 0:
        cut_one(folder, apart)


def cut_one(folder: Path, file: str) -> None:
    """Cut the one face that is called `file` into `folder`."""
    for face in _faces():
        if face.file == file:
            _cut(face, folder / file)


def _fingerprint() -> str:
    """What the cut files depend on, as a short name."""
    packages = ("fontpkg-ibm-plex-sans", "fontpkg-inter", "fonttools")
    parts = [str(_CUT), *(version(package) for package in packages)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _cut(face: _Face, target: Path) -> None:
    """Write the code points of one face as woff, with the axes named in it fixed.

    WOFF rather than WOFF2: a third larger, and cut in a quarter of the time.
    """
    with TTFont(face.source, lazy=True, recalcTimestamp=False) as font:
        _keep(font, face.code_points)
        if face.pinned:
            # Imported where faces are cut, once in a laboratory's life: every other start is faster without it.
            from fontTools.varLib.instancer import instantiateVariableFont

            instantiateVariableFont(font, dict(face.pinned), inplace=True)
        font.flavor = "woff"
        font.save(target)


def _keep(font: TTFont, code_points: Iterable[int]) -> None:
    from fontTools.subset import Options, Subsetter

    options = Options()
    # The slashed zero of codes and numbers; kerning, marks and localised forms come with the defaults of fontTools.
    options.layout_features = [*options.layout_features, "zero"]
    options.notdef_outline = True
    options.hinting = False
    subsetter = Subsetter(options=options)
    subsetter.populate(unicodes=code_points)
    names = font["name"]
    del font["name"]  # to see which names are in use, the subsetter would walk through every table that is left
    subsetter.subset(font)
    names.names = [one for one in names.names if one.nameID in options.name_IDs or one.nameID > LAST_OWN_NAME]
    font["name"] = names


if __name__ == "__main__":
    cut_one(Path(sys.argv[1]), sys.argv[2])
