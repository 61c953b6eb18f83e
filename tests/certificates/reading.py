"""A PDF read back: its text as people copy it, its words with their places, its fonts, its pictures."""

import re
import subprocess
import tempfile
from dataclasses import dataclass
from html import unescape
from itertools import islice
from operator import itemgetter
from pathlib import Path

WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')
MM = 72 / 25.4


@dataclass(frozen=True)
class Word:
    """A word and its box in mm from the top left of its page."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    text: str


def _run(command: list[str], file: bytes) -> str:
    """The output of a reader for a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "certificate.pdf"
        path.write_bytes(file)
        arguments = [str(path) if part == "FILE" else part for part in command]
        return subprocess.run(arguments, check=True, capture_output=True).stdout.decode("utf-8")


def text_of(file: bytes, page: int | None = None) -> str:
    """The text in reading order, blanks of any kind as one blank."""
    pages = ["-f", str(page), "-l", str(page)] if page else []
    return one_spaced(_run(["pdftotext", *pages, "-enc", "UTF-8", "FILE", "-"], file))


def layout_of(file: bytes) -> str:
    """The text as it stands on the page, line by line."""
    return _run(["pdftotext", "-layout", "-enc", "UTF-8", "FILE", "-"], file)


def raw_text_of(file: bytes) -> str:
    """The text in the order in which it was drawn, blanks of any kind as one blank."""
    return one_spaced(_run(["pdftotext", "-raw", "-enc", "UTF-8", "FILE", "-"], file))


def one_spaced(text: str) -> str:
    """A text with every run of blanks and line ends as one blank."""
    return re.sub(r"\s+", " ", text).strip()


def words_of(file: bytes) -> list[Word]:
    """Every word with its box."""
    found: list[Word] = []
    for number, page in enumerate(_run(["pdftotext", "-bbox", "FILE", "-"], file).split("<page ")[1:], start=1):
        for match in WORD.finditer(page):
            left, top, right, bottom = (float(match[place]) / MM for place in range(1, 5))
            found.append(Word(number, left, top, right, bottom, unescape(match[5])))
    return found


def fonts_of(file: bytes) -> list[list[str]]:
    """The rows of pdffonts: name, type, encoding, embedded, subset, unicode."""
    return [line.split() for line in _run(["pdffonts", "FILE"], file).splitlines()[2:]]


def overlaps(words: list[Word]) -> list[tuple[Word, Word]]:
    """Pairs of words of one page whose inked boxes cover each other.

    The boxes of a face reach from its highest accent to its lowest descender; a third of their height is letters.
    """
    pairs = []
    downwards = sorted(((word.page, _head(word), _base(word), word) for word in words), key=itemgetter(0, 1))
    for place, (page, _, base, one) in enumerate(downwards):
        for other_page, other_head, other_base, other in islice(downwards, place + 1, None):
            if other_page != page or other_head >= base:  # and so do all further ones
                break
            wide = min(one.right, other.right) - max(one.left, other.left)
            high = min(base, other_base) - other_head
            if wide > 0.15 and high > 0.15:
                pairs.append((one, other))
    return pairs


def _head(word: Word) -> float:
    """Where its small letters begin."""
    return word.top + (word.bottom - word.top) * 0.42


def _base(word: Word) -> float:
    """Its baseline."""
    return word.bottom - (word.bottom - word.top) * 0.22
