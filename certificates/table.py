"""A results table: heads in levels, decimal signs aligned within a block, unit rows, pages broken between ranges."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise

from certificates.content import Bilingual, Column, ResultTable
from certificates.edition import NOT_MEASURED, Edition
from certificates.error_plot import draw_error_plot, scale_of
from certificates.flow import HEAD_HEIGHT, PAGE_BOTTOM, PAGE_TOP, TURNED_BOTTOM, Block, Breakable
from certificates.naming import too_wide
from certificates.sheet import LEFT, TEXT_WIDTH, TURNED_WIDTH, Sheet
from certificates.signs import draw_verdict_sign
from certificates.table_columns import PAD, Columns
from certificates.table_parts import (
    BETWEEN_WORDS,
    NORMAL,
    TIGHT,
    UNIT_ROW_HEIGHT,
    WORDS,
    WORDS_LEADING,
    Density,
    Part,
    Range,
    Row,
    atoms,
)
from certificates.typesetting import (
    HAIRLINE,
    MM,
    PALE_RULE,
    SECOND_INK,
    TINT,
    Style,
    fitted,
    style,
    width,
)

EDGE = 0.8  # from the end of the rule to the first and last text, mm
FEW_ROWS = 4  # a last page with fewer rows is avoided
TITLE_HEIGHT = 6.4
CONTINUED_HEIGHT, LAST_RULE = 4.6, 0.8  # below the rows of a page
SPAN_HEIGHT, LOW_SPAN_HEIGHT = 7.8, 4.9  # of the heads that stand over several columns


class Table:
    """A results table laid out for one edition."""

    def __init__(
        self,
        table: ResultTable,
        edition: Edition,
        accent: str,
        *,
        place: int,
        turned: bool = False,
        part: tuple[int, int] | None = None,
        changed: frozenset[int] = frozenset(),
    ) -> None:
        """Lay out the columns.

        Args:
            place: number of the table in the certificate, to name it in a refusal.
            turned: it stands on pages in landscape.
            part: which of how many parts of a table too wide for one page.
            changed: numbers of the rows with a bar in the margin.

        Raises:
            Invalid: the columns do not fit on the page.
        """
        self._table, self._edition, self._accent = table, edition, accent
        self._field = f"results.{place}"
        self._layout = Columns(table, edition)
        self._in_ranges, self._ranges = self._layout.in_ranges, self._layout.ranges
        self._density = self._layout.density
        self._turned, self._part, self._changed = turned, part, changed
        room = TURNED_WIDTH if turned else TEXT_WIDTH
        self._right = LEFT + room
        widths = self._layout.widths(room)
        if widths is None:
            raise too_wide(self._field, "")
        self._widths = widths
        ends = [LEFT]
        for wide in self._widths:
            ends.append(ends[-1] + wide)
        self._columns = list(pairwise(ends))
        self._heads = [
            self._layout.head_lines(column, wide - PAD)
            for column, wide in zip(table.columns, self._widths, strict=True)
        ]
        self._spanned = any(column.phase or column.span for column in table.columns)
        self._atoms = [self._atoms_of(each) for each in self._ranges]

    def item(self) -> Breakable:
        """The table for the flow."""
        first = self._ranges[0]
        end = self._atoms[0][0][1]
        foot = CONTINUED_HEIGHT if sum(map(len, self._atoms)) > 1 else LAST_RULE
        least = self._head_height() + first.head_height + self._height(first.rows[:end]) + foot
        return Breakable(least, self._pieces, self._turned)

    def _atoms_of(self, of: Range) -> Sequence[tuple[int, int]]:
        """Rows that stay together; where words make them higher than a page, each row by itself."""
        page = (TURNED_BOTTOM if self._turned else PAGE_BOTTOM) - PAGE_TOP - HEAD_HEIGHT
        room = page - self._head_height() - of.head_height - CONTINUED_HEIGHT
        return [
            single
            for first, last in atoms(len(of.rows))
            for single in (
                [(first, last)]
                if self._height(of.rows[first:last]) <= room
                else [(row, row + 1) for row in range(first, last)]
            )
        ]

    def _height(self, rows: Sequence[Row]) -> float:
        """The height of some rows: a cell of words may have several lines."""
        more = (self._lines(row) - 1 for row in rows)
        return sum(self._density.row + (lines * WORDS_LEADING + BETWEEN_WORDS if lines else 0.0) for lines in more)

    def _lines(self, row: Row) -> int:
        """How many lines the row has."""
        return max(
            (
                len(cell.lines(self._density.size, wide - PAD))
                for cell, column, wide in zip(row.cells, self._table.columns, self._widths, strict=True)
                if column.kind in WORDS
            ),
            default=1,
        )

    def _style(self, column: Column, failed: bool, density: Density) -> Style:
        """The style of a column's cells."""
        return style("Bold" if failed else "SemiBold" if column.emphasis else "Regular", density.size)

    def _head_height(self) -> float:
        """Height of title and head, mm."""
        first = max(len(head[0]) for head in self._heads)
        second = max(len(head[1]) for head in self._heads)
        unit = any(head[2] for head in self._heads)
        title = TITLE_HEIGHT if self._title() else 0.0
        over = self._span_height()
        return title + over + 1.2 + first * 3.3 + second * 3.1 + (3.5 if unit else 0) + 1.3

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
        head = self._head_height()
        pages: list[list[Part]] = [[]]
        left = now - head - CONTINUED_HEIGHT
        for each, together in zip(self._ranges, self._atoms, strict=True):
            for first, last in together:
                current = pages[-1][-1] if pages[-1] and pages[-1][-1].of is each else None
                rows = self._height(each.rows[first:last])
                need = rows + (0 if current else each.head_height)
                if need > left and pages[-1]:
                    pages.append([])
                    left = page - head - CONTINUED_HEIGHT
                    current = None
                    need = rows + each.head_height
                if current:
                    pages[-1][-1] = Part(each, current.first, last, current.continued)
                else:
                    pages[-1].append(Part(each, first, last, first > 0))
                left -= need
        return pages

    def _piece(self, parts: list[Part], goes_on: bool, continued: bool) -> Block:
        """The part of the table that stands on one page."""
        rows = sum(self._height(part.of.rows[part.first : part.last]) for part in parts)
        heads = sum(part.of.head_height for part in parts)
        density = self._density
        height = self._head_height() + heads + rows + (CONTINUED_HEIGHT if goes_on else LAST_RULE)

        def draw(sheet: Sheet, top: float) -> None:
            y = self._draw_head(sheet, top, continued)
            for part in parts:
                y = self._draw_part(sheet, y, part, density)
            sheet.rule(LEFT, self._right, y, 0.35 if goes_on else 0.8, HAIRLINE if goes_on else "#000000")
            if goes_on:
                overleaf = self._edition.say("continued_overleaf")
                words = " · ".join(
                    each for each in (self._edition.first(overleaf), self._edition.second(overleaf)) if each
                )
                sheet.text(self._right, y + 3.4, words, style("Italic", 7, SECOND_INK), "right")

        return Block(height, draw, field=self._field)

    def _draw_head(self, sheet: Sheet, top: float, continued: bool) -> float:
        """Title, rule, the levels of the head, rule; returns where the rows begin."""
        y = top
        if title := self._title():
            x = LEFT + EDGE
            if title.vi:
                x = sheet.text(x, y + 4.2, self._edition.first(title), style("SemiBold", 9, self._accent)) + 2
            words = [self._edition.second(title), self._said_part(), self._both("continued") if continued else ""]
            sheet.text(x, y + 4.2, " ".join(word for word in words if word), style("Italic", 8, SECOND_INK))
            y += TITLE_HEIGHT
        sheet.rule(LEFT, self._right, y, 0.8)
        if self._spanned:
            self._draw_spans(sheet, y + 3.6)
            y += self._span_height()
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
        sheet.rule(LEFT, self._right, y, 0.45)
        return y

    def _anchor(self, place: int) -> tuple[float, str]:
        """Where a column's head hangs: left for text, right in mixed tables, else the middle."""
        left, right = self._columns[place]
        if self._table.columns[place].kind == "mark":
            return (left, "left")
        if self._table.columns[place].kind == "plot":
            return ((left + right) / 2, "centre")
        if self._table.columns[place].kind != "number":
            return (left + (EDGE if place == 0 else PAD), "left")
        if self._in_ranges:
            return (right - (EDGE if place == len(self._columns) - 1 else PAD / 2), "right")
        return ((left + right) / 2, "centre")

    def _title(self) -> Bilingual | None:
        """The head over the table; of a part of a table without one, an empty head that says which part."""
        return self._table.title or (Bilingual("", "") if self._part else None)

    def _said_part(self) -> str:
        """Which part of a wide table this is."""
        return self._both("layout.table_part", part=self._part[0], parts=self._part[1]) if self._part else ""

    def _both(self, key: str, **values: object) -> str:
        """Words in the document's languages, in brackets."""
        words = self._edition.say(key, **values)
        return f"({' · '.join(each for each in (self._edition.first(words), self._edition.second(words)) if each)})"

    def _span_height(self) -> float:
        """Height of the heads over several columns: one line, or two where they have words in English."""
        if not self._spanned:
            return 0.0
        worded = any(one.phase or (one.span and self._edition.second(one.span)) for one in self._table.columns)
        return SPAN_HEIGHT if worded and self._edition.bilingual else LOW_SPAN_HEIGHT

    def _draw_spans(self, sheet: Sheet, y: float) -> None:
        """The heads over the columns of one phase or condition, each with its own short rule."""
        place = 0
        for (phase, span), group in groupby(self._table.columns, lambda column: (column.phase, column.span)):
            count = len(list(group))
            if phase or span:
                left, right = self._columns[place][0] + PAD, self._columns[place + count - 1][1] - 0.4
                words = span or self._edition.say(f"documents.phase_{phase}")
                middle = (left + right) / 2
                said = self._edition.numbers_in(self._edition.first(words))
                first = fitted(said, style("SemiBold", 7.5), right - left, least=5, field="phase")
                sheet.text(middle, y, first, align="centre")
                second = self._edition.second(words)
                sheet.text(middle, y + 3.0, second, style("Italic", 6.6, SECOND_INK), "centre")
                sheet.rule(left, right, y + self._span_height() - 3.6, 0.45)
            place += count

    def _draw_part(self, sheet: Sheet, y: float, part: Part, density: Density) -> float:
        """The unit row and the rows of a range."""
        if part.of.unit_row:
            self._draw_unit_row(sheet, y, part)
            y += UNIT_ROW_HEIGHT
        for number in range(part.first, part.last):
            row, inner = part.of.rows[number], number - part.first
            words = inner and self._lines(row) > 1
            if words or (inner and inner % 5 == 0 and part.last - part.first > 6):
                sheet.rule(LEFT, self._right, y, 0.25, PALE_RULE)
            for place in range(len(row.cells)):
                self._draw_cell(sheet, y, place, row, part.of, density)
            if row.number in self._changed:
                sheet.bar(y, self._height([row]))
            y += self._height([row])
        return y

    def _draw_unit_row(self, sheet: Sheet, y: float, part: Part) -> None:
        """The tinted row that opens a range: its name at the left, the unit of each column above its figures."""
        assert part.of.unit_row is not None
        edition = self._edition
        sheet.box(LEFT, y, self._right - LEFT, UNIT_ROW_HEIGHT, fill=TINT)
        words = edition.first(part.of.unit_row.label)
        if part.continued:
            words = f"{words} ({edition.first(edition.say('continued'))})"
        baseline = y + 3.4
        bold, units = style("Medium", 7.5), part.of.unit_row.units
        room = (
            self._right - LEFT
            if not units
            else self._columns[0][1] - LEFT - (width(edition.unit(units[0]), bold) + PAD)
        )
        second = edition.second(part.of.unit_row.label)
        room = max(room, 18.0)
        sheet.text(LEFT + EDGE, baseline, fitted(words, bold, room, least=4.8, field=f"{self._field}.ranges"))
        used = width(words, bold)
        if second and not units and used + 2 + width(second, style("Italic", 6.6)) < room:
            sheet.text(LEFT + EDGE + used + 2, baseline, second, style("Italic", 6.6, SECOND_INK))
        for place, unit in enumerate(units):
            if unit:
                x, align = self._anchor(place)
                sign = "±\u00a0" if self._table.columns[place].role == "limit" else ""
                sheet.text(x, baseline, f"{sign}{edition.unit(unit)}", bold, align)

    def _draw_cell(self, sheet: Sheet, top: float, place: int, row: Row, of: Range, density: Density) -> None:
        """One cell, its decimal sign below the others of its block."""
        column, cell = self._table.columns[place], row.cells[place]
        y = top + density.row / 2 + density.size * 0.355 / MM
        x, align = self._anchor(place)
        if column.plot is not None:
            left, right = self._columns[place]
            scale = None if column.plot.limit else scale_of(column.plot, self._table.columns, of)
            box = (left + PAD / 2, right - EDGE, top + density.row / 2)
            draw_error_plot(sheet, column.plot, self._table.columns, row, scale, box)
            return
        if column.kind in WORDS or column.kind == "mark":
            sheet.lines(x, y, cell.lines(density.size, self._widths[place] - PAD), WORDS_LEADING * MM)
            return
        face = self._style(column, _is_judged(column) and row.failed(column.group), density)
        if column.kind == "verdict":
            self._draw_verdict(sheet, x, y, place, row, face)
            return
        if cell.whole == NOT_MEASURED and not cell.fraction:
            sheet.text(x, y, cell.text, face, align)
            return
        whole, fraction = self._layout.block(of, place, face)
        decimal_at = x - fraction if align == "right" else x - (whole + fraction) / 2 + whole
        sheet.text(decimal_at - width(cell.whole, face), y, cell.text, face)

    def _draw_verdict(self, sheet: Sheet, x: float, y: float, place: int, row: Row, face: Style) -> None:
        """A sign and its word; below a spanning head the sign alone, and only where something is wrong."""
        column, verdict = self._table.columns[place], row.canonical[place]
        if column.group:
            if verdict and verdict != "pass":
                draw_verdict_sign(sheet, self._columns[place][0] + 0.5, y, verdict, 2.0)
            return
        bold = face._replace(face=style("Bold", face.size).face) if verdict == "fail" else face
        x = draw_verdict_sign(sheet, x, y, verdict, 2.0) + 1.2 if verdict else x
        sheet.text(x, y, row.cells[place].text, bold)


def _is_judged(column: Column) -> bool:
    """Whether the figure is what a verdict is about, and stands in Bold where it fails."""
    return column.emphasis and column.symbol is None
