"""Text in styles: measured with kerning, broken into lines, never as markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from certificates.fonts import FIXED_BLANK, THIN_GAP, THIN_GAP_WIDTH, face_name, kerning, registered
from certificates.naming import too_wide

MM = 72 / 25.4  # points in a millimetre

ASTERISK = "\ue000"  # stands for an asterisk of a value inside a sentence whose asterisks mark symbols

# three digits, a per cent or degree sign, a unit of a few letters, perhaps in parentheses or before a point
AFTER_A_NUMBER = re.compile(
    r"(\d{3}|[%‰°]C?|±|[kMGmcdµunp]?(g|m|s|V|A|W|N|J|K|Pa|Hz|Ω|L)([/·][\w³²·/]{1,6}|[²³])?)[.,;:)\]]*$"
)

INK = "#000000"
SECOND_INK = "#3F474F"
HAIRLINE = "#8A939B"
TINT = "#EEF1F3"
PALE_RULE = "#C3C9CE"
WATERMARK_LINE = "#B9C0C6"


class Style(NamedTuple):
    """A face, its size in points and its colour."""

    face: str
    size: float
    colour: str = INK

    def sized(self, size: float) -> Style:
        """The same style at another size."""
        return self._replace(size=size)


def style(name: str, size: float, colour: str = INK) -> Style:
    """A style of the derived family: style("SemiBold", 8.8)."""
    return Style(face_name(name), size, colour)


class Span(NamedTuple):
    """Text in one style."""

    text: str
    style: Style


class Line(NamedTuple):
    """Spans that stand on one baseline, and their width in mm."""

    spans: tuple[Span, ...]
    width: float


class Shape(NamedTuple):
    """A text cut where the distance between two letters is corrected; lengths in thousandths of the size."""

    advance: int
    pieces: tuple[tuple[str, int], ...]  # a piece and what is added after it


@lru_cache(maxsize=12_000)
def shape(text: str, face: str) -> Shape:
    """The advance of a text and its kerned pieces.

    U+00A0 is drawn as a blank pulled together to the thin gap, so that it is read back as a blank.
    """
    widths = registered(face).face.charWidths
    default = registered(face).face.defaultWidth
    pairs = kerning(face)
    blank = widths.get(0x20, default)
    advance, piece, pieces = 0, "", []
    for place, letter in enumerate(text):
        if letter == THIN_GAP:
            letter, correction, width = " ", THIN_GAP_WIDTH - blank, blank
        elif letter == FIXED_BLANK:
            letter, correction, width = " ", 0, blank
        else:
            following = text[place + 1] if place + 1 < len(text) else ""
            width = widths.get(ord(letter), default)
            correction = pairs[letter].get(following, 0) if letter in pairs else 0
        piece += letter
        advance += round(width) + correction
        if correction:
            pieces.append((piece, correction))
            piece = ""
    if piece:
        pieces.append((piece, 0))
    return Shape(advance, tuple(pieces))


def width(text: str, of: Style) -> float:
    """The width of a text in mm."""
    return shape(text, of.face).advance * of.size / 1000 / MM


def spans_width(spans: Iterable[Span]) -> float:
    """The width of spans that follow each other, in mm."""
    return sum(width(span.text, span.style) for span in spans)


def marked(text: str, of: Style, italic: Style) -> tuple[Span, ...]:
    """A sentence of ours with *symbols* in italic; only for texts of data/wording/, never for text from people."""
    parts = (part.replace(ASTERISK, "*") for part in text.split("*"))
    return tuple(Span(part, italic if place % 2 else of) for place, part in enumerate(parts) if part)


def plain(text: str, of: Style) -> tuple[Span, ...]:
    """A text in one style, exactly as it is."""
    return (Span(text, of),)


def wrap(spans: Iterable[Span], most: float) -> tuple[Line, ...]:
    """Spans broken into lines at blanks; a word wider than the column is broken after a hyphen, or between letters.

    Args:
        spans: the paragraph.
        most: width of the column in mm.

    Returns:
        At least one line for a text that is not blank; no line is wider than the column. Remembered: the words of a
        form are the same on every certificate.
    """
    return _wrap(tuple(spans), most)


@lru_cache(maxsize=2_000)
def _wrap(spans: tuple[Span, ...], most: float) -> tuple[Line, ...]:
    lines: list[Line] = []
    current: list[Span] = []
    used = 0.0
    for word in _kept_together(_words(spans), most):
        for part in _fitting(word, most):
            wide = spans_width(part)
            gap = Span(" ", current[-1].style) if current else None
            gap_width = width(gap.text, gap.style) if gap else 0.0
            if gap and used + gap_width + wide <= most + 1e-6:
                current.append(gap)
                used += gap_width + wide
            elif current:
                lines.append(Line(_joined(current), used))
                current, used = [], wide
            else:
                used = wide
            current.extend(part)
    if current:
        lines.append(Line(_joined(current), used))
    return tuple(lines)


def wrap_text(text: str, of: Style, most: float) -> tuple[Line, ...]:
    """A text in one style broken into lines of at most so many mm; remembered for the second edition of a page."""
    return _wrap_text(text, of, round(most, 3))


@lru_cache(maxsize=4_000)
def _wrap_text(text: str, of: Style, most: float) -> tuple[Line, ...]:
    return wrap(plain(text, of), most)


def shortened(text: str, of: Style, most: float) -> str:
    """The text, or its beginning with an ellipsis; only for repetitions of what stands in full elsewhere."""
    if width(text, of) <= most:
        return text
    kept = text
    while kept and width(kept.rstrip() + "…", of) > most:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def fitted(text: str, of: Style, most: float, *, least: float, field: str) -> tuple[Span, ...]:
    """The text on one line, set smaller where it must be.

    Args:
        of: the style it has where there is room.
        most: room in mm.
        least: the smallest size in points.
        field: its name, for the refusal.

    Raises:
        Invalid: it would have to be smaller than that.
    """
    wide = width(text, of)
    if wide > most:
        of = of.sized(int(of.size * most / wide * 100) / 100)
    if of.size < least:
        raise too_wide(field, text)
    return (Span(text, of),)


def _words(spans: Iterable[Span]) -> Iterator[list[Span]]:
    """The words of a paragraph; a word may change its style, as in "*U*,"."""
    word: list[Span] = []
    for span in spans:
        parts = span.text.split(" ")
        for place, part in enumerate(parts):
            if place and word:
                yield word
                word = []
            if part:
                word.append(Span(part, span.style))
    if word:
        yield word


def _kept_together(words: Iterable[list[Span]], most: float) -> Iterator[list[Span]]:
    """The words, a number together with its unit and with its own groups of three."""
    held: list[Span] = []
    for word in words:
        if held and held[-1].text[-1:].isdigit() and AFTER_A_NUMBER.match("".join(span.text for span in word)):
            joined = [*held, Span(FIXED_BLANK, held[-1].style), *word]
            if spans_width(joined) <= most / 2:
                held = joined
                continue
        if held:
            yield held
        held = word
    if held:
        yield held


def _fitting(word: list[Span], most: float) -> Iterator[list[Span]]:
    """The word, or, where it is wider than the column, pieces of it that fit."""
    if spans_width(word) <= most:
        yield word
        return
    piece: list[Span] = []
    used = 0.0
    for span in word:
        held = ""
        for letter in span.text:
            wide = width(letter, span.style)
            if used + wide > most - 0.5 and (piece or held):
                # After a hyphen or a stroke where there is one: codes and addresses are read in these parts.
                cut = max(held.rfind("-"), held.rfind("/")) + 1 or len(held)
                yield [*piece, Span(held[:cut], span.style)] if held else piece
                piece, held = [], held[cut:]
                used = width(held, span.style)
            held += letter
            used += wide
        if held:
            piece.append(Span(held, span.style))
    if piece:
        yield piece


def _joined(spans: list[Span]) -> tuple[Span, ...]:
    """Neighbours of one style as one span, so that a line is read back as one text."""
    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1].style == span.style:
            joined[-1] = Span(joined[-1].text + span.text, span.style)
        else:
            joined.append(span)
    return tuple(joined)
