"""Heads of sections, rows of fields, parallel prose: the blocks that every section is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from certificates.content import Bilingual
from certificates.edition import Edition
from certificates.flow import Block, Section
from certificates.sheet import LEFT, RIGHT, Sheet
from certificates.typesetting import HAIRLINE, MM, SECOND_INK, Line, Span, marked, style, width, wrap

INDENT = 29.0
VALUE = 59.0
SECOND_LABEL, SECOND_VALUE = 116.0, 146.0
PROSE_WIDTH = 80.0
PROSE_SECOND = RIGHT - PROSE_WIDTH
PROSE_LEADING = 11.2
ROWS_OF_PROSE = 24
ROW_HEIGHT, ROW_FOOT = 7.9, 2.1  # the least height of a row; white below its last line
CLOSE_ROW_HEIGHT, CLOSE_ROW_FOOT = 7.1, 1.3  # where page one would not hold its two sections otherwise


def draw_section_head(
    sheet: Sheet, top: float, section: Section, edition: Edition, accent: str, *, hairline: bool, continued: bool
) -> None:
    """Number, head and its English on one line, below a hairline unless it opens a page."""
    if hairline:
        sheet.rule(LEFT, sheet.right, top, 0.35, HAIRLINE)
    y = top + (4.4 if hairline else 3.4)
    title = section.continued if continued and section.continued else section.title
    if not continued:
        sheet.text(LEFT, y, str(section.number), style("Bold", 9.4, accent))
    x = sheet.text(INDENT, y, edition.first(title), style("SemiBold", 9.4))
    if edition.second(title):
        sheet.text(x + 2, y, edition.second(title), style("Italic", 8, SECOND_INK))


@dataclass(frozen=True)
class FieldValue:
    """A label and its value; the value may have an English and further lines."""

    field: str
    label: Bilingual
    value: str
    english: str = ""
    further: str = ""  # a second line in the same language: an address
    further_english: str = ""  # beside it
    dagger: bool = False  # supplied by the customer
    wide: bool = False


def field_rows(values: list[FieldValue], edition: Edition, *, close: bool) -> list[Block]:
    """Fields in rows: two halves side by side, wide ones over the whole width.

    Args:
        close: rows stand closer, to keep page one together.
    """
    blocks: list[Block] = []
    waiting: FieldValue | None = None
    for value in values:
        if value.wide:
            if waiting:
                blocks.append(_row([waiting], edition, close))
                waiting = None
            blocks.append(_row([value], edition, close))
        elif waiting:
            blocks.append(_row([waiting, value], edition, close))
            waiting = None
        else:
            waiting = value
    if waiting:
        blocks.append(_row([waiting], edition, close))
    return blocks


@dataclass(frozen=True)
class _Stack:
    """The lines of one value, each with its distance from the top of the row."""

    lines: tuple[tuple[float, Line], ...]
    height: float


def _stack(value: FieldValue, most: float, close: bool) -> _Stack:
    """The value's lines: first language, further line, English."""
    least, foot = (CLOSE_ROW_HEIGHT, CLOSE_ROW_FOOT) if close else (ROW_HEIGHT, ROW_FOOT)
    placed: list[tuple[float, Line]] = []
    italic = style("Italic", 7.4, SECOND_INK)
    y = 3.5
    text = f"{value.value} †" if value.dagger else value.value
    for part, of, leading in (
        (text, style("Medium", 8.8), 10.8),
        (value.further, style("Regular", 8), 9.6),
        (value.english, italic, 9.2),
    ):
        spans = [Span(part, of)]
        if part and part == value.further and value.further_english:
            spans.append(Span(f"  {value.further_english}", italic))
        for line in wrap(spans, most) if part else ():
            if placed:
                y += leading / MM
            placed.append((y, line))
    return _Stack(tuple(placed), max(least, y + foot))


def _row(values: list[FieldValue], edition: Edition, close: bool) -> Block:
    """One row of one or two fields."""
    places = [(INDENT, VALUE, (RIGHT if values[0].wide or len(values) == 1 else SECOND_LABEL - 2) - VALUE)]
    if len(values) == 2:
        places.append((SECOND_LABEL, SECOND_VALUE, RIGHT - SECOND_VALUE))
    stacks = [_stack(value, place[2], close) for value, place in zip(values, places, strict=True)]

    def draw(sheet: Sheet, top: float) -> None:
        for value, (at, value_at, _most), stack in zip(values, places, stacks, strict=True):
            draw_label(sheet, at, top, value.label, edition)
            for offset, line in stack.lines:
                sheet.text(value_at, top + offset, line.spans)

    names = tuple(value.field for value in values)
    return Block(max(stack.height for stack in stacks), draw, field=names[0], also=names[1:])


def draw_label(sheet: Sheet, x: float, top: float, label: Bilingual, edition: Edition) -> None:
    """A label, Vietnamese over English, in its 28 mm."""
    room = VALUE - INDENT - 1.5
    first, second = edition.first(label), edition.second(label)
    for text, y, of in (
        (first, top + 3.5, style("Regular", 7.8, SECOND_INK)),
        (second, top + 6.4, style("Italic", 6.7, SECOND_INK)),
    ):
        if text:
            wide = width(text, of)
            sheet.text(x, y, text, of.sized(of.size * room / wide) if wide > room else of)


def prose(text: Bilingual, edition: Edition, *, ours: bool, field: str = "statements") -> list[Block]:
    """A paragraph in two parallel columns with level lines.

    Args:
        ours: the text comes from data/wording/ and marks its symbols with *; a text from people is printed as it is.
    """
    upright, italic = style("Regular", 8.1), style("Italic", 7.6, SECOND_INK)
    symbol = style("Italic", 8.1)
    most = PROSE_WIDTH if edition.bilingual else RIGHT - INDENT
    first = wrap(marked(edition.first(text), upright, symbol) if ours else (Span(edition.first(text), upright),), most)
    second: tuple[Line, ...] = ()
    if edition.bilingual:
        second = wrap(marked(text.en, italic, italic) if ours else (Span(text.en, italic),), PROSE_WIDTH)
    rows = max(len(first), len(second))
    return [
        _prose_rows(first[start : start + ROWS_OF_PROSE], second[start : start + ROWS_OF_PROSE], field)
        for start in range(0, rows, ROWS_OF_PROSE)
    ]


def _prose_rows(first: tuple[Line, ...], second: tuple[Line, ...], field: str) -> Block:
    """Some lines of the two columns."""
    rows = max(len(first), len(second))

    def draw(sheet: Sheet, top: float) -> None:
        sheet.lines(INDENT, top + 3.2, first, PROSE_LEADING)
        sheet.lines(PROSE_SECOND, top + 3.2, second, PROSE_LEADING)

    return Block(rows * PROSE_LEADING / MM + 1.4, draw, field=field)


def space(height: float) -> Block:
    """White."""
    return Block(height, lambda sheet, top: None, turned=None)


def joined(blocks: Sequence[Block]) -> Block:
    """Blocks below each other that stand on one page."""

    def draw(sheet: Sheet, top: float) -> None:
        for block in blocks:
            block.draw(sheet, top)
            top += block.height

    names = tuple(block.field for block in blocks)
    return Block(sum(block.height for block in blocks), draw, field=names[-1], also=names)
