"""Words behind the text as outlines, and the black band below it: demonstration and draft."""

from __future__ import annotations

from functools import lru_cache
from math import cos, radians, sin
from typing import Any

from fontTools.pens.basePen import BasePen

from certificates.edition import Edition
from certificates.fonts import face_name, outlines
from certificates.sheet import LEFT, PAGE_WIDTH, Sheet, points
from certificates.typesetting import INK, MM, WATERMARK_LINE, Span, fitted, spans_width, style

ANGLE = 52
BAND_FROM_BELOW, BAND_HEIGHT = 12.8, 4.6
SIZES = (74.0, 34.0)
MIDDLE = (100.0, 158.0)


class _PathPen(BasePen):
    """Collects outlines as PDF operators; BasePen turns the quadratic curves of TrueType into cubic ones."""

    def __init__(self, glyphs: Any, shift: float) -> None:
        super().__init__(glyphs)
        self.path: list[str] = []
        self.shift = shift

    def _at(self, place: tuple[float, float]) -> str:
        return f"{points(place[0] + self.shift)} {points(place[1])}"

    def _moveTo(self, pt: tuple[float, float]) -> None:
        self.path.append(f"{self._at(pt)} m")

    def _lineTo(self, pt: tuple[float, float]) -> None:
        self.path.append(f"{self._at(pt)} l")

    def _curveToOne(self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]) -> None:
        self.path.append(f"{self._at(pt1)} {self._at(pt2)} {self._at(pt3)} c")

    def _closePath(self) -> None:
        self.path.append("h")


@lru_cache(maxsize=16)
def _outlined(words: str) -> tuple[str, float]:
    """The outlines of words and their width in thousandths; not text, so that it is never read back as such."""
    face = outlines(face_name("Bold"))
    glyphs, cmap = face.getGlyphSet(), face.getBestCmap()
    path: list[str] = []
    advance = 0.0
    for letter in words:
        glyph = glyphs[cmap[ord(letter)]]
        pen = _PathPen(glyphs, advance)
        glyph.draw(pen)
        path.extend(pen.path)
        advance += glyph.width
    return " ".join(path), advance


def draw_watermark(sheet: Sheet, words: tuple[str, ...]) -> None:
    """One or two lines of outlined words at 52 degrees across the page."""
    slope, rise = cos(radians(ANGLE)), sin(radians(ANGLE))
    across = (MIDDLE[1], PAGE_WIDTH - MIDDLE[0]) if sheet.turned else MIDDLE
    x, y = across[0] * MM, (sheet.height - across[1]) * MM
    if sheet.turned:
        slope, rise = rise, slope
    turned = f"{slope:.5f} {rise:.5f} {-rise:.5f} {slope:.5f} {points(x)} {points(y)} cm"
    down = 0.0
    for text, size in zip(words, SIZES, strict=False):
        path, advance = _outlined(text)
        scale = size / 1000
        placed = f"{scale} 0 0 {scale} {points(-advance * scale / 2)} {points(-down)} cm"
        sheet.stroked_path(path, WATERMARK_LINE, 0.35 / scale, f"{turned} {placed}")  # the line's weight is scaled too
        down += 44.0


def draw_band(sheet: Sheet, key: str, edition: Edition) -> None:
    """The black band under the footer that says what the page is worth."""
    top, wide = sheet.height - BAND_FROM_BELOW, sheet.right - LEFT
    sheet.box(LEFT, top, wide, BAND_HEIGHT, fill=INK)
    words = edition.say(key)
    spans = [*fitted(edition.first(words), style("SemiBold", 7.4, "#FFFFFF"), wide - 4, least=4, field="state")]
    if edition.second(words):
        english = Span(f"  {edition.second(words)}", style("Italic", 7.2, "#FFFFFF"))
        if spans_width([*spans, english]) <= wide - 4:
            spans.append(english)
    sheet.text(LEFT + wide / 2, top + 3.1, spans, align="centre")
