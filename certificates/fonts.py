"""The faces on paper: derived once from Fira Sans with tabular figures and a thin gap, then kept in a cache folder."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import threading
import unicodedata
from functools import cache
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import cast

import fontpkg_fira_sans
from fontTools.ttLib import TTFont as Face
from fontTools.ttLib.tables._g_l_y_f import Glyph
from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from certificates.faces import KeptFace
from certificates.kerning import PairTable, kerning_pairs
from certificates.naming import FieldName
from uncertainty.errors import Invalid

FAMILY = "ChuanSans"  # the licence of Fira keeps its name for the unchanged face
STYLES = ("Regular", "Italic", "Medium", "MediumItalic", "SemiBold", "SemiBoldItalic", "Bold", "Light")
THIN_GAP = "\u00a0"  # the one narrow blank at which no line is broken
THIN_GAP_WIDTH = 190
FIXED_BLANK = "\ue001"  # drawn and read back as a blank; no line is broken at it
DROPPED_TABLES = ("GSUB", "GPOS", "GDEF", "DSIG", "fpgm", "prep", "cvt ", "gasp")
RECIPE = "1"  # raised whenever the derivation changes

rl_config.useA85 = 0  # a page is kept in bytes, not in letters that every reader has to turn back

DRAWING = threading.Lock()
"""Held while a file is drawn: the drawing library reads each face through one shared position when it cuts a subset."""
_registering = threading.Lock()
_kerning: dict[str, PairTable] = {}
_files: dict[str, bytes] = {}


def face_name(style: str) -> str:
    """The registered name of a style, "ChuanSans-SemiBold"."""
    return f"{FAMILY}-{style}"


def default_cache() -> Path:
    """The folder of derived faces of this user, for a caller that names none."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "chuan"


def derived_fonts(cache_folder: Path) -> Path:
    """The folder with the derived faces, made at the first call.

    Args:
        cache_folder: where derived things live; created when it is not there.

    Returns:
        A folder whose name carries the version of Fira Sans and of the recipe. It appears by one rename, whole:
        two processes may make it at the same time.

    Raises:
        OSError: the folder cannot be written.
    """
    recipe = hashlib.sha256(f"{version('fontpkg-fira-sans')} {version('fonttools')} {RECIPE}".encode()).hexdigest()
    folder = Path(cache_folder) / f"faces-{recipe[:16]}"
    if _complete(folder):
        return folder
    Path(cache_folder).mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix="faces-making-", dir=cache_folder))
    try:
        for style in STYLES:
            _derive(style, making)
        making.chmod(0o755)
        _put(making, folder)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return folder


def _complete(folder: Path) -> bool:
    """Whether every face and its kerning are there."""
    return all((folder / f"{face_name(style)}{end}").is_file() for style in STYLES for end in (".ttf", ".json"))


def _put(making: Path, folder: Path) -> None:
    """Give the finished folder its name; another process that was faster made the same one."""
    try:
        os.rename(making, folder)
    except OSError:
        if _complete(folder):
            return
        shutil.rmtree(folder, ignore_errors=True)  # an incomplete folder, left by a full disk or by hand
        os.rename(making, folder)


def _derive(style: str, making: Path) -> None:
    """Write one derived face (tabular figures, a thin U+00A0, no hints, no layout tables) and its kerning."""
    source = Path(fontpkg_fira_sans.ROOT) / "files" / f"FiraSans-{style}.ttf"
    face = Face(source, recalcTimestamp=False, recalcBBoxes=False, lazy=True)
    pairs = json.dumps(kerning_pairs(face), ensure_ascii=False, sort_keys=True)
    (making / f"{face_name(style)}.json").write_text(pairs, encoding="utf-8")
    names = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    for table in face["cmap"].tables:
        if table.isUnicode():
            table.cmap.update({0x30 + digit: f"{name}.tf" for digit, name in enumerate(names)})
            table.cmap[0xA0] = "uni00A0"
    face["glyf"]["uni00A0"] = Glyph()
    face["hmtx"]["uni00A0"] = (THIN_GAP_WIDTH, 0)
    for tag in DROPPED_TABLES:
        if tag in face:
            del face[tag]
    for glyph in face["glyf"].glyphs.values():
        glyph.removeHinting()
    for record in face["name"].names:
        if record.nameID in (1, 3, 4, 6, 16):
            record.string = f"{FAMILY}-{style}" if record.nameID != 16 else FAMILY
    face.save(making / f"{face_name(style)}.ttf")


def register_fonts(cache_folder: Path | None = None) -> None:
    """Make the derived faces known to the drawing library, once per process.

    Args:
        cache_folder: where derived faces live; the user's own cache folder when not given.
    """
    if face_name(STYLES[-1]) in _kerning:
        return
    with _registering:
        folder = derived_fonts(cache_folder or default_cache())
        for style in STYLES:
            name = face_name(style)
            # From memory: the cache may move or be emptied while this process goes on.
            _files[name] = (folder / f"{name}.ttf").read_bytes()
            # Only letters that are shown are embedded; the library would add all of ASCII to every face.
            pdfmetrics.registerFont(KeptFace(name, BytesIO(_files[name]), asciiReadable=False))
            _kerning[name] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


def registered(face: str) -> TTFont:
    """A registered face of the derived family."""
    return cast(TTFont, pdfmetrics.getFont(face))


def kerning(face: str) -> PairTable:
    """The kerning pairs of a registered face."""
    return _kerning[face]


def outlines(face: str) -> Face:
    """The derived face opened for its outlines."""
    return Face(BytesIO(_files[face]))


@cache
def printable_characters() -> frozenset[int]:
    """The code points that every face can print, without marks that would have to be composed.

    Call register_fonts first.
    """
    common: set[int] | None = None
    for style in STYLES:
        has = set(registered(face_name(style)).face.charToGlyph)
        common = has if common is None else common & has
    unsafe = ("Cc", "Cf", "Mn", "Me", "Co", "Zl", "Zp")
    return frozenset(code for code in common or () if unicodedata.category(chr(code)) not in unsafe)


def refuse_unprintable(text: str, field: str) -> None:
    """Refuse a text with a character that would vanish or be drawn wrongly.

    Args:
        text: in NFC.
        field: dotted name of the field, for the message.

    Raises:
        Invalid: names the field and the character.
    """
    if text.isascii() and text.isprintable():
        return
    printable = printable_characters()
    if printable.issuperset(map(ord, text)):
        return
    for character in text:
        if ord(character) not in printable:
            raise Invalid(
                "certificate.character_not_printable",
                field=FieldName(field),
                character=character if character.isprintable() else "",
                code=f"U+{ord(character):04X}",
            )
