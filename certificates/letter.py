"""A letter to a customer about certificates whose results moved: on the centre's letterhead, in two languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from certificates.canonical import Record
from certificates.content import Bilingual, IssuingBody
from certificates.paged import (
    BOTTOM,
    FIRST_TOP,
    LANGUAGES,
    LATER_TOP,
    Block,
    Frame,
    Placed,
    joined,
    printable,
    stacked,
    written,
)
from certificates.sheet import LEFT, RIGHT, TEXT_WIDTH, Sheet
from certificates.typesetting import HAIRLINE, MM, SECOND_INK, TINT, Line, fitted, style, wrap_text
from certificates.watermark import draw_band, draw_watermark

HALF = 81.0
ENGLISH = RIGHT - HALF
LEADING = 11.0
CERTIFICATE, ITEM, SHIFT, EXPANDED, SHARE, VERDICT = 24.0, 61.0, 121.0, 141.0, 159.0, 163.0


@dataclass(frozen=True)
class LetterRow(Record):
    """One certificate in a letter; numbers as they are printed, with their units."""

    certificate: str
    performed_on: str
    item: Bilingual
    identity: str
    point: str
    shift: str
    expanded_uncertainty: str
    share: str
    verdict: Bilingual
    note: Bilingual


@dataclass(frozen=True)
class LetterGroup(Record):
    """Certificates about which the laboratory proposes the same."""

    proposal: Bilingual
    rows: tuple[LetterRow, ...]


@dataclass(frozen=True)
class LetterContent(Record):
    """A whole letter; without a day it is a draft."""

    body: IssuingBody
    number: str
    day: str
    title: Bilingual
    customer: Bilingual
    address: Bilingual
    opening: tuple[Bilingual, ...]
    heads: tuple[Bilingual, ...]  # certificate, item, shift, U, shift/U, statement of conformity
    groups: tuple[LetterGroup, ...]
    closing: tuple[Bilingual, ...]
    words: tuple[Bilingual, ...]  # number, place and date, to, quality manager, page
    signed_by: str


def render_letter(content: LetterContent, *, fonts: Path | None = None) -> bytes:
    """The letter as PDF, with a watermark while it is a draft.

    Args:
        content: what it says.
        fonts: the cache folder of the derived faces; the user's own when not given.

    Raises:
        Invalid: a text has a character that cannot be printed, or no room where it must stand.
    """
    content = printable(content, fonts)
    words = LANGUAGES.say("watermark_draft")
    draft = not content.day
    frame = Frame(
        content.body, content.body.name, content.title.vi, content.number, content.number, content.words[4],
        under=(lambda sheet, _: draw_watermark(sheet, (words.vi, words.en))) if draft else None,
        over=(lambda sheet, _: draw_band(sheet, "band_draft", LANGUAGES)) if draft else None,
    )  # fmt: skip
    return written(_paged(_blocks(content)), frame)


def _paged(blocks: Sequence[Block]) -> list[Placed]:
    pages: list[Placed] = [[]]
    y = FIRST_TOP
    for block in blocks:
        if y + block.height > BOTTOM and pages[-1]:
            pages.append([])
            y = LATER_TOP
        pages[-1].append((y, block))
        y += block.height
    return pages


def _blocks(content: LetterContent) -> list[Block]:
    blocks = [_title(content), _address(content)]
    blocks += [_prose(one) for one in content.opening]
    blocks.append(_heads(content.heads))
    for group in content.groups:
        first, *others = (_row(row) for row in group.rows)
        blocks.append(joined(_group(group.proposal), first))
        blocks += others
    blocks.append(Block(5.0, lambda sheet, y: sheet.rule(LEFT, RIGHT, y, 0.8)))
    *said, last = (_prose(one) for one in content.closing)
    return [*blocks, *said, joined(last, _signature(content))]  # a signature never stands alone on a page


def _title(content: LetterContent) -> Block:
    number, place = content.words[0], content.words[1]

    def draw(sheet: Sheet, y: float) -> None:
        vi = fitted(content.title.vi, style("Bold", 16, content.body.accent), TEXT_WIDTH, least=9, field="title")
        sheet.text(LEFT, y + 6, vi)
        sheet.text(LEFT, y + 11, content.title.en, style("Italic", 10, SECOND_INK))
        x = sheet.text(LEFT, y + 18.4, f"{number.vi} ", style("Regular", 8.4, SECOND_INK))
        x = sheet.text(x, y + 18.4, f"{number.en}  ", style("Italic", 7.6, SECOND_INK))
        sheet.text(x, y + 18.4, content.number, style("SemiBold", 11))
        sheet.text(RIGHT, y + 18.4, f"{place.vi} · {place.en}", style("Regular", 8.4), "right")

    return Block(24.0, draw)


def _address(content: LetterContent) -> Block:
    to = content.words[2]
    names = wrap_text(content.customer.vi, style("SemiBold", 10), 140)
    other = wrap_text(content.customer.en, style("Italic", 8.4, SECOND_INK), 140)
    address = wrap_text(content.address.vi, style("Regular", 8.6), 140)

    def draw(sheet: Sheet, y: float) -> None:
        sheet.text(LEFT, y + 4, to.vi, style("Regular", 8.4, SECOND_INK))
        sheet.text(LEFT, y + 7.6, to.en, style("Italic", 7.6, SECOND_INK))
        below = sheet.lines(46, y + 4, names, 12)
        below = sheet.lines(46, below, other, 10.6)
        sheet.lines(46, below, address, 10.6)

    lines = 12 * len(names) + 10.6 * (len(other) + len(address))
    return Block(max(lines / MM, 9.0) + 5, draw)


def _prose(text: Bilingual) -> Block:
    """A paragraph in two parallel columns."""
    vi = wrap_text(text.vi, style("Regular", 8.8), HALF)
    en = wrap_text(text.en, style("Italic", 8.2, SECOND_INK), HALF)

    def draw(sheet: Sheet, y: float) -> None:
        sheet.lines(LEFT, y + 3.2, vi, LEADING)
        sheet.lines(ENGLISH, y + 3.2, en, LEADING)

    return Block(max(len(vi), len(en)) * LEADING / MM + 3.4, draw)


def _heads(heads: Sequence[Bilingual]) -> Block:
    places = ((CERTIFICATE, "left"), (ITEM, "left"), (SHIFT, "right"), (EXPANDED, "right"), (SHARE, "right"),
              (VERDICT, "left"))  # fmt: skip

    def draw(sheet: Sheet, y: float) -> None:
        sheet.rule(LEFT, RIGHT, y, 0.8)
        for head, (x, side) in zip(heads, places, strict=True):
            sheet.text(x, y + 4.2, head.vi, style("Medium", 7.8), side)
            sheet.text(x, y + 7.8, head.en, style("Italic", 6.9, SECOND_INK), side)
        sheet.rule(LEFT, RIGHT, y + 9.6, 0.45)

    return Block(9.6, draw)


def _group(proposal: Bilingual) -> Block:
    vi = wrap_text(proposal.vi, style("SemiBold", 8.4), TEXT_WIDTH - 6)
    en = wrap_text(proposal.en, style("Italic", 7.6, SECOND_INK), TEXT_WIDTH - 6)
    height = (len(vi) * 10.6 + len(en) * 9.6) / MM + 2.2

    def draw(sheet: Sheet, y: float) -> None:
        sheet.box(LEFT, y, TEXT_WIDTH, height, fill=TINT)
        below = sheet.lines(LEFT + 2, y + 3.7, vi, 10.6)
        sheet.lines(LEFT + 2, below, en, 9.6)

    return Block(height, draw)


@dataclass(frozen=True)
class _Cell:
    x: float
    lines: tuple[Line, ...]
    side: str = "left"


def _row(row: LetterRow) -> Block:
    """A certificate: number and day, item and its identity, point, numbers, the statement of conformity."""
    small, english = style("Regular", 7.4, SECOND_INK), style("Italic", 7.2, SECOND_INK)
    cells = (
        _Cell(CERTIFICATE, stacked((row.certificate, style("SemiBold", 8.2)), (row.performed_on, small), most=35)),
        _Cell(
            ITEM, stacked((row.item.vi, style("Regular", 8.2)), (row.item.en, english), (row.identity, small), most=38)
        ),
        _Cell(SHIFT, stacked((row.shift, style("SemiBold", 8.2)), (row.point, small), most=21), "right"),
        _Cell(EXPANDED, stacked((row.expanded_uncertainty, style("Regular", 8.2)), most=19), "right"),
        _Cell(SHARE, stacked((row.share, style("Regular", 8.2)), most=16), "right"),
        _Cell(VERDICT, stacked((row.verdict.vi, style("SemiBold", 8)), (row.verdict.en, english), most=31)),
    )
    notes = stacked((row.note.vi, style("Regular", 7.6)), (row.note.en, english), most=RIGHT - CERTIFICATE)
    body = max(len(cell.lines) for cell in cells) * 9.8 / MM
    height = body + len(notes) * 9.6 / MM + (3.4 if notes else 2.4)

    def draw(sheet: Sheet, y: float) -> None:
        for cell in cells:
            sheet.lines(cell.x, y + 3.9, cell.lines, 9.8, cell.side)
        sheet.lines(CERTIFICATE, y + 4.6 + body, notes, 9.6)
        sheet.rule(LEFT, RIGHT, y + height, 0.25, HAIRLINE)

    return Block(height, draw)


def _signature(content: LetterContent) -> Block:
    of = content.words[3]

    def draw(sheet: Sheet, y: float) -> None:
        middle = RIGHT - 35
        sheet.text(middle, y + 5, of.vi, style("SemiBold", 9), "centre")
        sheet.text(middle, y + 9, of.en, style("Italic", 8, SECOND_INK), "centre")
        sheet.text(middle, y + 27, content.signed_by, style("SemiBold", 9), "centre")

    return Block(29.0, draw)
