"""A paper of several pages in two languages, such as a letter or a list: blocks below each other in one frame."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeVar

from certificates.content import Bilingual, IssuingBody
from certificates.edition import Edition
from certificates.fonts import DRAWING, refuse_unprintable, register_fonts
from certificates.letterhead import draw_letterhead, scale_rule
from certificates.pdf import canvas_on
from certificates.sheet import LEFT, RIGHT, TEXT_WIDTH, Sheet
from certificates.texts import texts_of
from certificates.typesetting import SECOND_INK, Line, Style, fitted, shortened, style, wrap_text

FIRST_TOP: Final = 38.0
LATER_TOP: Final = 25.0
BOTTOM: Final = 272.5
LANGUAGES: Final = Edition("vi-en")
_NEUTRAL: Final = "#3F474F"
_FOOT_ROOM: Final = 130.0

Content = TypeVar("Content")
Draw = Callable[[Sheet, float], None]


@dataclass(frozen=True)
class Block:
    """A piece of a paper that stays on one page: its height in mm, and how it is drawn from a height down."""

    height: float
    draw: Draw


Placed = list[tuple[float, Block]]


@dataclass(frozen=True)
class Frame:
    """What every page of a paper carries; without a body that has a letterhead the name stands alone."""

    body: IssuingBody | None
    name: Bilingual
    title: str
    number: str  # at the right of a later page's head: a number or a day
    foot: str
    page: Bilingual
    under: Draw | None = None  # below what a page says: a watermark
    over: Draw | None = None  # over it: the band of a draft

    @property
    def accent(self) -> str:
        """The colour of the body, or a quiet one."""
        return self.body.accent if self.body else _NEUTRAL


def printable(content: Content, fonts: Path | None) -> Content:
    """A content whose every character the faces have: a narrow space between digits becomes an ordinary one.

    Args:
        content: a frozen record of texts.
        fonts: the cache folder of the derived faces; the user's own when not given.

    Raises:
        Invalid: a text has a character that cannot be printed.
    """
    register_fonts(fonts)
    found: Content = _ordinary_spaces(content)
    for field, text in texts_of(found):
        refuse_unprintable(text, field)
    return found


def _ordinary_spaces(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\u202f", "\u00a0")
    if isinstance(value, tuple):
        return tuple(_ordinary_spaces(one) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _ordinary_spaces(getattr(value, one.name)) for one in fields(value)})
    return value


def written(pages: Sequence[Placed], frame: Frame) -> bytes:
    """The paper as PDF.

    Args:
        pages: their blocks with the heights at which they begin, in mm from the upper edge.
        frame: what stands on each page.
    """
    stream = io.BytesIO()
    with DRAWING:
        canvas = canvas_on(stream, LANGUAGES)
        canvas.setTitle(f"{frame.title} {frame.number}")
        canvas.setAuthor(frame.name.vi)
        sheet = Sheet(canvas)
        for number, blocks in enumerate(pages, start=1):
            if frame.under:
                frame.under(sheet, 0.0)
            _furniture(sheet, frame, number, len(pages))
            for top, block in blocks:
                block.draw(sheet, top)
            sheet.next_page()
        canvas.save()
    return stream.getvalue()


def _furniture(sheet: Sheet, frame: Frame, number: int, pages: int) -> None:
    """The head, the foot with the page, and what stands over the page."""
    accent = frame.accent
    if number > 1:
        sheet.text(LEFT, 15, frame.title, style("SemiBold", 9.6, accent))
        sheet.text(RIGHT, 15, frame.number, style("SemiBold", 9.6), "right")
        scale_rule(sheet, 18.0, accent, ends=False)
    elif frame.body is not None:
        draw_letterhead(sheet, frame.body, LANGUAGES)
    else:
        second = style("Italic", 8, SECOND_INK)
        sheet.text(LEFT, 20, fitted(frame.name.vi, style("Bold", 12, accent), TEXT_WIDTH, least=6, field="name"))
        sheet.text(LEFT, 25, shortened(frame.name.en, second, TEXT_WIDTH), second)
        scale_rule(sheet, 30.0, accent, ends=True)
    sheet.rule(LEFT, RIGHT, 277.4, 0.6)
    name = style("SemiBold", 8)
    sheet.text(LEFT, 281, shortened(frame.foot, name, _FOOT_ROOM), name)
    sheet.text(RIGHT, 281, f"{frame.page.vi} · {frame.page.en} {number}/{pages}", style("Regular", 7), "right")
    if frame.over:
        frame.over(sheet, 0.0)


def joined(first: Block, second: Block) -> Block:
    """Two blocks that stand on one page."""

    def draw(sheet: Sheet, y: float) -> None:
        first.draw(sheet, y)
        second.draw(sheet, y + first.height)

    return Block(first.height + second.height, draw)


def stacked(*texts: tuple[str, Style], most: float) -> tuple[Line, ...]:
    """The lines of a cell: texts below each other, wrapped at a width in mm; an empty one takes no line."""
    return tuple(line for text, of in texts if text for line in wrap_text(text, of, most))
