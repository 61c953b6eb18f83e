"""A face as it is embedded: what the drawing library makes of the letters shown, kept for the next file with the same.

The fixed words of a certificate show the same letters of a face in the same order on every one of its kind.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import Any, NamedTuple, cast

from reportlab.pdfbase import pdfdoc, pdfmetrics
from reportlab.pdfbase.pdfdoc import format as as_written
from reportlab.pdfbase.ttfonts import SUBSETN, TTFont, makeToUnicodeCMap

MOST_KEPT = 256  # subsets of letters, of some ten kilobytes each


class Embedded(NamedTuple):
    """The letters of one face in one file: its outlines and the letters they stand for, compressed; its widths."""

    outlines: bytes
    length: int
    letters: bytes
    widths: bytes


class KeptFace(TTFont):
    """A face whose subsets are remembered; the file comes out byte for byte as without."""

    def addObjects(self, doc: Any) -> None:
        """Write the face into a document that is being finished."""
        if not doc.compression:
            super().addObjects(doc)
            return
        state = cast(Any, self)._assignState(doc)
        state.frozen = 1
        for number, subset in enumerate(state.subsets):
            self._add(doc, number, subset)
        del self.state[doc]

    def _add(self, doc: Any, number: int, subset: list[int]) -> None:
        """The objects of one subset, in the order in which the library numbers them."""
        face, name = self.face, self.getSubsetInternalName(number, doc)[1:]
        base = (SUBSETN(number) + b"+" + face.name + face.subfontNameX).decode("ascii")
        found = embedded(self.fontName, base, tuple(subset))
        font: Any = pdfdoc.PDFTrueTypeFont()
        font.Name, font.BaseFont = name, base
        font.FirstChar, font.LastChar = 0, len(subset) - 1
        font.Widths = _Written(found.widths)
        font.ToUnicode = doc.Reference(_compressed(found.letters), f"toUnicodeCMap:{base}")
        outlines = _compressed(found.outlines)
        outlines.dictionary["Length1"] = found.length
        font.FontDescriptor = self._described(doc, base, doc.Reference(outlines, f"fontFile:{face.filename}({base})"))
        doc.Reference(font, name)
        doc.idToObject["BasicFonts"].dict[name] = font

    def _described(self, doc: Any, base: str, outlines: Any) -> Any:
        """The reference to what a reader has to know of the face without opening it."""
        face = self.face
        said = {
            "Type": "/FontDescriptor",
            "Ascent": face.ascent,
            "CapHeight": face.capHeight,
            "Descent": face.descent,
            "Flags": face.flags & ~NONSYMBOLIC | SYMBOLIC,
            "FontBBox": pdfdoc.PDFArray(face.bbox),
            "FontName": pdfdoc.PDFName(base),
            "ItalicAngle": face.italicAngle,
            "StemV": face.stemV,
            "FontFile2": outlines,
            "MissingWidth": face.defaultWidth,
        }
        return doc.Reference(pdfdoc.PDFDictionary(said), f"fontDescriptor:{base}")


SYMBOLIC, NONSYMBOLIC = 1 << 2, 1 << 5


class _Written(pdfdoc.PDFObject):
    """An object that is in its final form."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def format(self, document: Any) -> bytes:
        """The object as bytes."""
        return self._content


def _compressed(content: bytes) -> Any:
    """A stream of bytes that are compressed already."""
    return pdfdoc.PDFStream(pdfdoc.PDFDictionary({"Filter": pdfdoc.PDFArray(["/FlateDecode"])}), content)


@lru_cache(maxsize=MOST_KEPT)
def embedded(face: str, base: str, subset: tuple[int, ...]) -> Embedded:
    """The letters of a registered face as they stand in a file.

    Args:
        face: its registered name.
        base: the name of the subset.
        subset: code points in the order of their codes.
    """
    of: Any = cast(TTFont, pdfmetrics.getFont(face)).face
    outlines: bytes = of.makeSubset(list(subset))
    widths = as_written(pdfdoc.PDFArray([of.getCharWidth(code) for code in subset]), None)
    letters = makeToUnicodeCMap(base, list(subset)).encode("latin-1")
    return Embedded(zlib.compress(outlines), len(outlines), zlib.compress(letters), widths)
