"""Blocks on pages: what stands together, where a page ends, which head opens the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from certificates.content import Bilingual
from certificates.naming import too_wide
from certificates.sheet import PAGE_HEIGHT, PAGE_WIDTH, Sheet

FIRST_PAGE_BOTTOM = 205.0
PAGE_TOP, PAGE_BOTTOM = 26.0, 272.5
TURNED_BOTTOM = PAGE_WIDTH - (PAGE_HEIGHT - PAGE_BOTTOM)  # of a page in landscape
HEAD_HEIGHT = 5.6  # a section's head at the top of a page
RULED_HEAD_HEIGHT = 6.4  # below a hairline
HEAD_GAP = 4.6  # above the hairline that separates it from the section before
AFTER_HEAD = 14.0  # so much of a section stands with its head


@dataclass(frozen=True)
class Block:
    """Something that is never broken: its height in mm and how it is drawn from its top."""

    height: float
    draw: Callable[[Sheet, float], None]
    field: str = ""  # what it prints, for a refusal
    also: tuple[str, ...] = ()  # further fields that it prints
    turned: bool | None = False  # asks for a page in landscape; None goes with either


@dataclass(frozen=True)
class Breakable:
    """Something that may go on overleaf: asked for its pieces once the room is known."""

    least: float  # room below which it starts on the next page
    pieces: Callable[[float, float], Sequence[Block]]  # (room now, room of a page) -> one block a page
    turned: bool = False  # asks for pages in landscape


Item = Block | Breakable


@dataclass(frozen=True)
class Section:
    """A numbered section and what follows its head."""

    number: int
    title: Bilingual
    items: tuple[Item, ...]
    continued: Bilingual | None = None  # the head when a piece goes on overleaf


HeadDrawer = Callable[[Sheet, float, Section, bool, bool], None]  # sheet, top, section, hairline, continued


@dataclass
class Page:
    """What stands on one page, and whether it lies in landscape."""

    drawings: list[tuple[float, Callable[[Sheet, float], None]]] = field(default_factory=list)
    turned: bool = False


@dataclass
class Flow:
    """The pages as they fill."""

    draw_head: HeadDrawer
    y: float
    bottom: float
    pages: list[Page] = field(default_factory=lambda: [Page()])
    gap: float = HEAD_GAP
    changed: frozenset[str] = frozenset()  # fields with a bar in the margin
    fresh: bool = True  # nothing stands on the page yet

    def new_page(self, *, turned: bool | None = None) -> None:
        """Go on at the top of the next page, turned as this one is where nothing else is asked."""
        self._open(Page(turned=self.pages[-1].turned if turned is None else turned))

    def _open(self, page: Page) -> None:
        if self.fresh and len(self.pages) > 1:
            self.pages.pop()
        self.pages.append(page)
        self.y, self.bottom, self.fresh = PAGE_TOP, TURNED_BOTTOM if page.turned else PAGE_BOTTOM, True

    def add(self, section: Section) -> None:
        """Place a section: its head never stands without what follows."""
        for place, item in enumerate(section.items):
            if place and item.turned is None and self.y + item.height > self.bottom:
                continue  # white at the foot of a page opens no other
            head = self._head_height() if place == 0 else 0.0
            least = _least(item, section.items[place + 1 :], place == 0)
            turn = item.turned is not None and item.turned != self.pages[-1].turned
            if turn or (self.y + head + least > self.bottom and not self.fresh):
                self.new_page(turned=item.turned)
                if place and section.continued:
                    self._place_head(section, continued=True)
            if place == 0:
                self._place_head(section, continued=False)
            if isinstance(item, Block):
                self._place(item)
            else:
                self._place_pieces(section, item)

    def _head_height(self) -> float:
        """Room a head takes here."""
        return HEAD_HEIGHT if self.fresh else self.gap + RULED_HEAD_HEIGHT

    def _place_head(self, section: Section, *, continued: bool) -> None:
        """Draw a section's head; only one after another section has a hairline."""
        hairline = not self.fresh
        top = self.y + (self.gap if hairline else 0)
        self.pages[-1].drawings.append((top, lambda sheet, y: self.draw_head(sheet, y, section, hairline, continued)))
        self.y = top + (RULED_HEAD_HEIGHT if hairline else HEAD_HEIGHT)
        self.fresh = False

    def _place(self, block: Block) -> None:
        """Draw a block here; one that is higher than a page is refused by the name of its field."""
        if self.y + block.height > self.bottom + 0.01:
            raise too_wide(block.field, "")
        self.pages[-1].drawings.append((self.y, block.draw))
        if self.changed and not self.changed.isdisjoint((block.field, *block.also)):
            height = block.height
            self.pages[-1].drawings.append((self.y, lambda sheet, top: sheet.bar(top + 0.6, height - 1.2)))
        self.y += block.height
        self.fresh = False

    def _place_pieces(self, section: Section, item: Breakable) -> None:
        """Draw the pieces of a breakable, one a page, each later one below the head that says so."""
        room = (TURNED_BOTTOM if item.turned else PAGE_BOTTOM) - PAGE_TOP - HEAD_HEIGHT
        for place, piece in enumerate(item.pieces(self.bottom - self.y, room)):
            if place:
                self.new_page(turned=item.turned)
                self._place_head(section, continued=True)
            self._place(piece)


def _least(item: Item, following: Sequence[Item], first: bool) -> float:
    """The room without which an item starts on the next page."""
    if isinstance(item, Breakable):
        return item.least
    least = item.height
    for each in following if first else ():
        if least >= AFTER_HEAD:
            break
        least += each.height if isinstance(each, Block) else each.least
    return least
