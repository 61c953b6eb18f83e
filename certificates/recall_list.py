"""A recall list as PDF in two languages: whose instruments fall due and when, by owner, with repeated heads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from certificates.canonical import Record
from certificates.content import Bilingual, IssuingBody
from certificates.paged import BOTTOM, FIRST_TOP, LATER_TOP, Block, Frame, Placed, printable, stacked, written
from certificates.sheet import LEFT, RIGHT, TEXT_WIDTH, Sheet
from certificates.typesetting import HAIRLINE, MM, SECOND_INK, TINT, fitted, style, wrap_text

PLACE, ITEM, IDENTITY, CERTIFICATE = 30.5, 33.0, 95.0, 128.0
"""Where the columns stand: the number ends, the others begin; the last ends at the right margin."""
ROOM_ITEM, ROOM_IDENTITY, ROOM_CERTIFICATE, ROOM_DUE = 59.0, 30.0, 37.0, 27.0
LEADING = 9.8


@dataclass(frozen=True)
class RecallRow(Record):
    """One instrument that falls due."""

    item: Bilingual
    made: str  # code, maker, type
    serial: str
    asset: str
    service: Bilingual  # calibration or verification
    certificate: str  # empty where the reader may not know it
    performed_on: str
    due: str
    left: Bilingual  # how many days are left, or how many it is late
    late: bool


@dataclass(frozen=True)
class RecallGroup(Record):
    """The instruments of one owner."""

    owner: Bilingual
    code: str
    address: str
    count: Bilingual
    rows: tuple[RecallRow, ...]


@dataclass(frozen=True)
class RecallContent(Record):
    """A whole recall list; without a body that has a letterhead its name stands alone."""

    body: IssuingBody | None
    name: Bilingual
    title: Bilingual
    lines: tuple[Bilingual, ...]  # what was asked, what was found, where the days come from
    heads: tuple[Bilingual, ...]  # number, instrument, identification, last certificate, due
    groups: tuple[RecallGroup, ...]
    nothing: Bilingual  # said where no instrument falls due
    continued: Bilingual
    page: Bilingual
    day: str


def render_recall_list(content: RecallContent, *, fonts: Path | None = None) -> bytes:
    """The list as PDF.

    Args:
        content: what it says.
        fonts: the cache folder of the derived faces; the user's own when not given.

    Raises:
        Invalid: a text has a character that cannot be printed, or no room where it must stand.
    """
    content = printable(content, fonts)
    foot = f"{content.title.vi} · {content.name.vi}"
    frame = Frame(content.body, content.name, content.title.vi, content.day, foot, content.page)
    return written(_paged(content, frame.accent), frame)


def _paged(content: RecallContent, accent: str) -> list[Placed]:
    """The blocks on their pages; a page that goes on within an owner begins with the heads and his name again."""
    title, heads = _title(content, accent), _heads(content)
    pages: list[Placed] = [[(FIRST_TOP, title)]]
    y = FIRST_TOP + title.height

    def put(block: Block) -> None:
        nonlocal y
        pages[-1].append((y, block))
        y += block.height

    if not content.groups:
        put(_said(content.nothing))
        return pages
    put(heads)
    place = 0
    for group in content.groups:
        owner, again = _owner(group, None), _owner(group, content.continued)
        for first, row in enumerate(group.rows):
            place += 1
            block = _row(place, row)
            above = owner.height if first == 0 else 0.0
            if y + above + block.height > BOTTOM:
                pages.append([])
                y = LATER_TOP
                put(heads)
                if first:
                    put(again)
            if first == 0:
                put(owner)
            put(block)
    put(Block(0.5, lambda sheet, top: sheet.rule(LEFT, RIGHT, top, 0.8)))
    return pages


def _title(content: RecallContent, accent: str) -> Block:
    said = [
        (wrap_text(one.vi, style("Regular", 8.6), TEXT_WIDTH), wrap_text(one.en, style("Italic", 7.6, SECOND_INK),
                                                                         TEXT_WIDTH))
        for one in content.lines
    ]  # fmt: skip
    height = sum((len(vi) + len(en)) * LEADING / MM + 1.4 for vi, en in said)

    def draw(sheet: Sheet, y: float) -> None:
        vi = fitted(content.title.vi, style("Bold", 15, accent), TEXT_WIDTH, least=9, field="title")
        sheet.text(LEFT, y + 5.6, vi)
        sheet.text(LEFT, y + 10.2, content.title.en, style("Italic", 9.4, SECOND_INK))
        below = y + 17.0
        for first, second in said:
            below = sheet.lines(LEFT, sheet.lines(LEFT, below, first, LEADING), second, LEADING) + 1.4

    return Block(16.0 + height + 1.0, draw)


def _heads(content: RecallContent) -> Block:
    places = ((PLACE, "right"), (ITEM, "left"), (IDENTITY, "left"), (CERTIFICATE, "left"), (RIGHT, "right"))

    def draw(sheet: Sheet, y: float) -> None:
        sheet.rule(LEFT, RIGHT, y, 0.8)
        for head, (x, side) in zip(content.heads, places, strict=True):
            sheet.text(x, y + 4.2, head.vi, style("Medium", 7.8), side)
            sheet.text(x, y + 7.6, head.en, style("Italic", 6.9, SECOND_INK), side)
        sheet.rule(LEFT, RIGHT, y + 9.4, 0.45)

    return Block(9.4, draw)


def _said(text: Bilingual) -> Block:
    """A sentence in place of the table."""

    def draw(sheet: Sheet, y: float) -> None:
        sheet.rule(LEFT, RIGHT, y, 0.8)
        sheet.text(LEFT, y + 7, text.vi, style("SemiBold", 9))
        sheet.text(LEFT, y + 11, text.en, style("Italic", 8, SECOND_INK))

    return Block(14.0, draw)


def _owner(group: RecallGroup, continued: Bilingual | None) -> Block:
    """The band above an owner's instruments: name, code, how many; address only where it begins."""
    count = style("Regular", 7.4, SECOND_INK)
    again = f" ({continued.vi} · {continued.en})" if continued else ""
    vi = wrap_text(f"{group.owner.vi}{again}", style("SemiBold", 8.8), 122)
    more = group.owner.en if group.owner.en != group.owner.vi else ""
    en = wrap_text(more, style("Italic", 7.6, SECOND_INK), 122) if more and not continued else ()
    address = wrap_text(group.address, count, 122) if group.address and not continued else ()
    height = (len(vi) * 10.6 + len(en) * 9.4 + len(address) * 9.4) / MM + 2.2

    def draw(sheet: Sheet, y: float) -> None:
        sheet.box(LEFT, y, TEXT_WIDTH, height, fill=TINT)
        below = sheet.lines(LEFT + 2, y + 3.8, vi, 10.6)
        below = sheet.lines(LEFT + 2, below - 0.1, en, 9.4)
        sheet.lines(LEFT + 2, below, address, 9.4)
        sheet.text(RIGHT - 2, y + 3.8, group.code, style("SemiBold", 8), "right")
        if not continued:
            sheet.text(RIGHT - 2, y + 7.3, f"{group.count.vi} · {group.count.en}", count, "right")

    return Block(height if continued else max(height, 9.0), draw)


def _row(place: int, row: RecallRow) -> Block:
    """One instrument: what it is, by what it is known, its last certificate, and when it falls due."""
    small, english = style("Regular", 7.4, SECOND_INK), style("Italic", 7.2, SECOND_INK)
    plain, strong = style("Regular", 8.2), style("SemiBold", 8.2)
    same, late = row.item.en == row.item.vi, style("Bold", 7.4) if row.late else small
    cells = (
        (PLACE, stacked((str(place), small), most=8), "right"),
        (ITEM, stacked(
            (row.item.vi, strong), ("" if same else row.item.en, english), (row.made, small), most=ROOM_ITEM), "left"),
        (IDENTITY, stacked((row.serial, plain), (row.asset, small), most=ROOM_IDENTITY), "left"),
        (CERTIFICATE, stacked(
            (row.certificate or "–", plain), (row.performed_on, small),
            (f"{row.service.vi} · {row.service.en}", english), most=ROOM_CERTIFICATE), "left"),
        (RIGHT, stacked(
            (row.due, style("Bold", 8.8) if row.late else strong),
            (row.left.vi, late), (row.left.en, english), most=ROOM_DUE), "right"),
    )  # fmt: skip
    height = max(len(lines) for _, lines, _ in cells) * LEADING / MM + 2.4

    def draw(sheet: Sheet, y: float) -> None:
        for x, lines, side in cells:
            sheet.lines(x, y + 3.9, lines, LEADING, side)
        sheet.rule(LEFT, RIGHT, y + height, 0.25, HAIRLINE)

    return Block(height, draw)
