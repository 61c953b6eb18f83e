"""A results table: heads in levels, decimal signs aligned within a block, unit rows, pages broken between ranges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from certificates.content import Column, ResultTable, UnitRow
from certificates.edition import NOT_MEASURED, Edition
from certificates.flow import Block, Breakable
from certificates.naming import too_wide
from certificates.sheet import LEFT, RIGHT, TEXT_WIDTH, Sheet
from certificates.signs import draw_verdict_sign
from certificates.typesetting import (
    HAIRLINE,
    MM,
    PALE_RULE,
    SECOND_INK,
    TINT,
    Line,
    Style,
    fitted,
    style,
    width,
    wrap_text,
)

PAD = 3.0  # between two columns, mm
EDGE = 0.8  # from the end of the rule to the first and last text, mm
KEPT_WHOLE = 6  # a range of up to so many rows is not broken
FEW_ROWS = 4  # a last page with fewer rows is avoided
UNIT_ROW_HEIGHT = 4.9
TITLE_HEIGHT = 6.4
CONTINUED_HEIGHT = 4.6


@dataclass(frozen=True)
class Density:
    """Height of a row in mm and size of its figures in points."""

    row: float
    size: float


AIRY, NORMAL, TIGHT = Density(6.2, 9.0), Density(4.9, 8.4), Density(4.5, 8.0)


@dataclass(frozen=True)
class Cell:
    """A cell as printed: what stands before and after the place where the decimal signs align."""

    whole: str
    fraction: str = ""

    @property
    def text(self) -> str:
        """The whole cell."""
        return self.whole + self.fraction


@dataclass(frozen=True)
class Range:
    """The rows below one unit row, or all rows of a table without any."""

    unit_row: UnitRow | None
    rows: tuple[tuple[Cell, ...], ...]
    verdicts: tuple[str | None, ...]  # "fail" makes a row bold

    @property
    def head_height(self) -> float:
        """Height of its unit row in mm."""
        return UNIT_ROW_HEIGHT if self.unit_row else 0.0


@dataclass(frozen=True)
class Part:
    """Rows first to last of a range that stand on one page."""

    of: Range
    first: int
    last: int
    continued: bool


class Table:
    """A results table laid out for one edition."""

    def __init__(self, table: ResultTable, edition: Edition, accent: str, *, place: int) -> None:
        """Lay out the columns.

        Args:
            place: number of the table in the certificate, to name it in a refusal.

        Raises:
            Invalid: the columns do not fit on the page.
        """
        self._table, self._edition, self._accent = table, edition, accent
        self._field = f"results.{place}"
        self._blocks: dict[tuple[int, int, Style], tuple[float, float]] = {}
        self._in_ranges = any(each.units for each in table.ranges)
        self._ranges = tuple(self._range(start, end, row) for start, end, row in _ranges_of(table))
        self._density = AIRY if len(table.rows) <= 10 and not self._in_ranges else NORMAL
        self._widths = self._column_widths()
        ends = [LEFT]
        for wide in self._widths:
            ends.append(ends[-1] + wide)
        self._columns = list(pairwise(ends))
        self._heads = [
            self._head_lines(column, wide - PAD) for column, wide in zip(table.columns, self._widths, strict=True)
        ]

    def item(self) -> Breakable:
        """The table for the flow."""
        first = self._ranges[0]
        rows = len(first.rows) if len(first.rows) <= KEPT_WHOLE else 2
        least = self._head_height(False) + first.head_height + rows * self._density.row
        return Breakable(least, self._pieces)

    def _cell(self, column: Column, text: str | None, grouped: bool) -> Cell:
        """One cell as printed."""
        if text is None:
            return Cell(NOT_MEASURED)
        if column.kind == "verdict":
            return Cell(self._edition.first(self._edition.say(f"verdict_{text}")))
        if column.kind == "text":
            return Cell(text)
        shown = self._edition.number(text, signed=column.signed, group_decimals=grouped)
        whole, mark, fraction = shown.partition(self._edition.decimal)
        return Cell(whole, mark + fraction)

    def _range(self, start: int, end: int, unit_row: UnitRow | None) -> Range:
        """Rows of the table with four decimals grouped only where any number of the block has five."""
        rows = self._table.rows[start:end]
        columns = self._table.columns
        numbers = [
            cell for row in rows for column, cell in zip(columns, row, strict=True) if cell and column.kind == "number"
        ]
        grouped = any(len(number.partition(".")[2]) > 4 for number in numbers)
        cells = tuple(
            tuple(self._cell(column, cell, grouped) for column, cell in zip(columns, row, strict=True)) for row in rows
        )
        judged = [place for place, column in enumerate(columns) if column.kind == "verdict"]
        return Range(unit_row, cells, tuple(row[judged[0]] if judged else None for row in rows))

    def _style(self, column: Column, failed: bool, density: Density) -> Style:
        """The style of a column's cells."""
        return style("Bold" if failed else "SemiBold" if column.emphasis else "Regular", density.size)

    def _head_lines(self, column: Column, most: float) -> tuple[tuple[Line, ...], tuple[Line, ...], str]:
        """The levels of a head: first language or symbol, English, unit."""
        edition = self._edition
        first, second = edition.first(column.label), edition.second(column.label)
        of = style("Medium", 7.5)
        if column.symbol:
            first, second, of = column.symbol, column.label.en, style("MediumItalic", 7.5)
        unit = "" if self._in_ranges else edition.unit(column.unit)
        if not self._in_ranges and column.unit == "1":
            unit = "1"
        lines = wrap_text(first, of, most)
        return lines, wrap_text(second, style("Italic", 6.6, SECOND_INK), most) if second else (), unit

    def _column_widths(self) -> list[float]:
        """Widths that fill the page: every column its body, heads on one line where there is room."""
        bodies = [self._body_width(place) + PAD for place in range(len(self._table.columns))]
        needs, wishes = [], []
        for body, column in zip(bodies, self._table.columns, strict=True):
            lines = self._head_lines(column, 60.0)
            wish = max((line.width for line in (*lines[0], *lines[1])), default=0.0)
            words = f"{self._edition.first(column.label)} {self._edition.second(column.label)}".split()
            if column.symbol:
                words = [column.symbol, *column.label.en.split()]
            word = max((width(each, style("Medium", 7.5)) for each in words), default=0.0)
            unit = width(lines[2], style("Regular", 7.5))
            needs.append(max(body, min(word, 26.0) + PAD, unit + PAD))
            wishes.append(max(needs[-1], wish + PAD))
        total, least = sum(wishes), sum(needs)
        if least > TEXT_WIDTH:
            raise too_wide(self._field, "")
        if total > TEXT_WIDTH:
            share = (TEXT_WIDTH - least) / (total - least)
            return [need + (wish - need) * share for need, wish in zip(needs, wishes, strict=True)]
        return [wish + (TEXT_WIDTH - total) / len(wishes) for wish in wishes]

    def _body_width(self, place: int) -> float:
        """The widest block of a column, mm."""
        column = self._table.columns[place]
        widest = 0.0
        for each in self._ranges:
            whole, fraction = self._block(each, place, style("Bold", self._largest()))
            extra = {"verdict": 5.0, "text": 1.5}.get(column.kind, 0.0)
            label = 0.0
            if each.unit_row and each.unit_row.units and (unit := each.unit_row.units[place]):
                label = width(self._edition.unit(unit), style("Medium", 7.5))
            widest = max(widest, whole + fraction + extra, label)
        return widest

    def _largest(self) -> float:
        """The size of the figures before the density is known."""
        return AIRY.size if len(self._table.rows) <= 10 and not self._in_ranges else NORMAL.size

    def _block(self, of: Range, place: int, face: Style) -> tuple[float, float]:
        """Widths of the whole and of the fractional part of a column's block, mm; remembered."""
        key = (id(of), place, face)
        if key not in self._blocks:
            cells = [row[place] for row in of.rows]
            self._blocks[key] = (
                max((width(cell.whole, face) for cell in cells), default=0.0),
                max((width(cell.fraction, face) for cell in cells), default=0.0),
            )
        return self._blocks[key]

    def _head_height(self, continued: bool) -> float:
        """Height of title and head, mm."""
        first = max(len(head[0]) for head in self._heads)
        second = max(len(head[1]) for head in self._heads)
        unit = any(head[2] for head in self._heads)
        title = TITLE_HEIGHT if self._table.title else 0.0
        return title + 1.2 + first * 3.3 + second * 3.1 + (3.5 if unit else 0) + 1.3

    def _pieces(self, now: float, page: float) -> Sequence[Block]:
        """The table cut into pages; tighter rows where the last page would hold too few."""
        pages: list[list[Part]] = []
        for density in (self._density, NORMAL, TIGHT):
            if density.row > self._density.row:
                continue
            self._density = density
            pages = self._cut(now, page)
            if len(pages) == 1 or sum(part.last - part.first for part in pages[-1]) >= FEW_ROWS:
                break
        return [self._piece(parts, place < len(pages) - 1, place > 0) for place, parts in enumerate(pages)]

    def _cut(self, now: float, page: float) -> list[list[Part]]:
        """Parts of ranges page by page: a short range whole, a long one with two rows on either side."""
        head = self._head_height(False)
        pages: list[list[Part]] = [[]]
        left = now - head - CONTINUED_HEIGHT
        for each in self._ranges:
            for first, last in _atoms(len(each.rows)):
                current = pages[-1][-1] if pages[-1] and pages[-1][-1].of is each else None
                need = (last - first) * self._density.row + (0 if current else each.head_height)
                if need > left and pages[-1]:
                    pages.append([])
                    left = page - head - CONTINUED_HEIGHT
                    current = None
                    need = (last - first) * self._density.row + each.head_height
                if current:
                    pages[-1][-1] = Part(each, current.first, last, current.continued)
                else:
                    pages[-1].append(Part(each, first, last, first > 0))
                left -= need
        return pages

    def _piece(self, parts: list[Part], goes_on: bool, continued: bool) -> Block:
        """The part of the table that stands on one page."""
        rows = sum(part.last - part.first for part in parts)
        heads = sum(part.of.head_height for part in parts)
        density = self._density
        height = self._head_height(continued) + heads + rows * density.row + (CONTINUED_HEIGHT if goes_on else 0.8)

        def draw(sheet: Sheet, top: float) -> None:
            y = self._draw_head(sheet, top, continued)
            for part in parts:
                y = self._draw_part(sheet, y, part, density)
            sheet.rule(LEFT, RIGHT, y, 0.35 if goes_on else 0.8, HAIRLINE if goes_on else "#000000")
            if goes_on:
                overleaf = self._edition.say("continued_overleaf")
                words = " · ".join(
                    each for each in (self._edition.first(overleaf), self._edition.second(overleaf)) if each
                )
                sheet.text(RIGHT, y + 3.4, words, style("Italic", 7, SECOND_INK), "right")

        return Block(height, draw, field=self._field)

    def _draw_head(self, sheet: Sheet, top: float, continued: bool) -> float:
        """Title, rule, the levels of the head, rule; returns where the rows begin."""
        y = top
        if self._table.title:
            title = self._table.title
            x = sheet.text(LEFT + EDGE, y + 4.2, self._edition.first(title), style("SemiBold", 9, self._accent))
            words = [self._edition.second(title)]
            if continued:
                more = self._edition.say("continued")
                words.append(
                    f"({' · '.join(each for each in (self._edition.first(more), self._edition.second(more)) if each)})"
                )
            sheet.text(x + 2, y + 4.2, " ".join(word for word in words if word), style("Italic", 8, SECOND_INK))
            y += TITLE_HEIGHT
        sheet.rule(LEFT, RIGHT, y, 0.8)
        firsts = max(len(head[0]) for head in self._heads)
        seconds = max(len(head[1]) for head in self._heads)
        unit = any(head[2] for head in self._heads)
        base = y + 1.2
        for place, (first, second, unit_text) in enumerate(self._heads):
            x, align = self._anchor(place)
            sheet.lines(x, base + 2.6 + (firsts - len(first)) * 3.3, first, 3.3 * MM, align)
            sheet.lines(x, base + firsts * 3.3 + 2.3, second, 3.1 * MM, align)
            if unit_text:
                sheet.text(x, base + firsts * 3.3 + seconds * 3.1 + 2.9, unit_text, style("Regular", 7.5), align)
        y = base + firsts * 3.3 + seconds * 3.1 + (3.5 if unit else 0) + 1.3
        sheet.rule(LEFT, RIGHT, y, 0.45)
        return y

    def _anchor(self, place: int) -> tuple[float, str]:
        """Where a column's head hangs: left for text, right in mixed tables, else the middle."""
        left, right = self._columns[place]
        if self._table.columns[place].kind != "number":
            return (left + (EDGE if place == 0 else PAD), "left")
        if self._in_ranges:
            return (right - (EDGE if place == len(self._columns) - 1 else PAD / 2), "right")
        return ((left + right) / 2, "centre")

    def _draw_part(self, sheet: Sheet, y: float, part: Part, density: Density) -> float:
        """The unit row and the rows of a range."""
        if part.of.unit_row:
            self._draw_unit_row(sheet, y, part)
            y += UNIT_ROW_HEIGHT
        for row in range(part.first, part.last):
            inner = row - part.first
            if inner and inner % 5 == 0 and part.last - part.first > 6:
                sheet.rule(LEFT, RIGHT, y, 0.25, PALE_RULE)
            failed = part.of.verdicts[row] == "fail"
            baseline = y + density.row / 2 + density.size * 0.355 / MM
            for place, cell in enumerate(part.of.rows[row]):
                self._draw_cell(sheet, baseline, place, cell, part.of, failed, density, row)
            y += density.row
        return y

    def _draw_unit_row(self, sheet: Sheet, y: float, part: Part) -> None:
        """The tinted row that opens a range: its name at the left, the unit of each column above its figures."""
        assert part.of.unit_row is not None
        edition = self._edition
        sheet.box(LEFT, y, TEXT_WIDTH, UNIT_ROW_HEIGHT, fill=TINT)
        words = edition.first(part.of.unit_row.label)
        if part.continued:
            words = f"{words} ({edition.first(edition.say('continued'))})"
        baseline = y + 3.4
        bold, units = style("Medium", 7.5), part.of.unit_row.units
        room = TEXT_WIDTH if not units else self._columns[0][1] - LEFT - (width(edition.unit(units[0]), bold) + PAD)
        second = edition.second(part.of.unit_row.label)
        room = max(room, 18.0)
        sheet.text(LEFT + EDGE, baseline, fitted(words, bold, room, least=4.8, field=f"{self._field}.ranges"))
        used = width(words, bold)
        if second and not units and used + 2 + width(second, style("Italic", 6.6)) < room:
            sheet.text(LEFT + EDGE + used + 2, baseline, second, style("Italic", 6.6, SECOND_INK))
        for place, unit in enumerate(units):
            if unit:
                x, align = self._anchor(place)
                sheet.text(x, baseline, edition.unit(unit), bold, align)

    def _draw_cell(
        self, sheet: Sheet, y: float, place: int, cell: Cell, of: Range, failed: bool, density: Density, row: int
    ) -> None:
        """One cell, its decimal sign below the others of its block."""
        column = self._table.columns[place]
        face = self._style(column, failed, density)
        x, align = self._anchor(place)
        if column.kind == "verdict":
            verdict = of.verdicts[row]
            x = draw_verdict_sign(sheet, x, y, verdict, 2.0) + 1.2 if verdict else x
            sheet.text(x, y, cell.text, face)
            return
        if column.kind == "text" or (cell.whole == NOT_MEASURED and not cell.fraction):
            sheet.text(x, y, cell.text, face, align)
            return
        whole, fraction = self._block(of, place, face)
        decimal_at = x - fraction if align == "right" else x - (whole + fraction) / 2 + whole
        sheet.text(decimal_at - width(cell.whole, face), y, cell.text, face)


def _ranges_of(table: ResultTable) -> list[tuple[int, int, UnitRow | None]]:
    """First row, row after the last, and unit row of each range."""
    starts = [(each.before_row, each) for each in table.ranges]
    rows = len(table.rows)
    found: list[tuple[int, int, UnitRow | None]] = []
    if not starts or starts[0][0] > 0:
        found.append((0, starts[0][0] if starts else rows, None))
    for place, (start, unit_row) in enumerate(starts):
        end = starts[place + 1][0] if place + 1 < len(starts) else rows
        found.append((start, end, unit_row))
    return [each for each in found if each[1] > each[0]]


def _atoms(rows: int) -> list[tuple[int, int]]:
    """Rows that stay together: a short range whole; of a long one the first two and the last two."""
    if rows <= KEPT_WHOLE:
        return [(0, rows)]
    return [(0, 2), *((row, row + 1) for row in range(2, rows - 2)), (rows - 2, rows)]
