"""The columns of a results table: their heads, the room that each needs, and how a width is shared among them."""

from __future__ import annotations

from certificates.content import Column, ResultTable
from certificates.edition import Edition
from certificates.error_plot import scale_text
from certificates.table_parts import (
    AIRY,
    LEAST_PLOT,
    MOST_WORDS,
    NORMAL,
    PLOT_WIDTH,
    SIGN_WIDTH,
    WORDS,
    Range,
    ranges_of,
)
from certificates.typesetting import SECOND_INK, Line, Style, style, width, wrap_text

PAD = 3.0  # between two columns, mm
MOST_WORD = 26.0  # of a word in a head that is not broken
MANY_LINES = 6  # a cell of more lines wishes a wider column
WIDER_WORDS = (80.0, 110.0)
LEAST_WORDS, MOST_LEAST_WORDS = 18.0, 34.0  # of a column of words where there is little room
HeadLines = tuple[tuple[Line, ...], tuple[Line, ...], str]


class Columns:
    """The columns of one table in one edition."""

    def __init__(self, table: ResultTable, edition: Edition) -> None:
        """Measure what stands in them."""
        self._table, self._edition = table, edition
        self._blocks: dict[tuple[int, int, Style], tuple[float, float]] = {}
        self.in_ranges = any(each.units for each in table.ranges)
        self.ranges = ranges_of(table, edition)
        few = len(table.rows) <= AIRY.most_rows and not self.in_ranges
        self.density = AIRY if few else NORMAL

    def widths(self, room: float) -> list[float] | None:
        """Widths that fill a room in mm: every column its body, heads on one line where there is room.

        Returns:
            None where the bodies need more, even with words in narrow columns.
        """
        for narrow in (False, True):
            needs, wishes = self._needs(narrow=narrow)
            if sum(needs) <= room:
                return self._shared(needs, wishes, room)
        return None

    def block(self, of: Range, place: int, face: Style) -> tuple[float, float]:
        """Widths of the whole and of the fractional part of a column's block, mm; remembered."""
        key = (id(of), place, face)
        if key not in self._blocks:
            cells = [row.cells[place] for row in of.rows]
            self._blocks[key] = (
                max((width(cell.whole, face) for cell in cells), default=0.0),
                max((width(cell.fraction, face) for cell in cells), default=0.0),
            )
        return self._blocks[key]

    def head_lines(self, column: Column, most: float) -> HeadLines:
        """The levels of a head: first language or symbol, English, unit."""
        edition = self._edition
        if bare(column):
            return (), (), ""
        first, second = edition.first(column.label), edition.second(column.label)
        of = style("Medium", 7.5)
        if column.symbol:
            first, second, of = column.symbol, column.label.en, style("MediumItalic", 7.5)
        unit = "" if self.in_ranges else edition.unit(column.unit)
        if column.plot is not None:
            unit = scale_text(self._table, self.ranges, edition)
        elif not self.in_ranges and column.unit == "1":
            unit = "1"
        elif unit and column.role == "limit":
            unit = f"±\u00a0{unit}"
        lines = wrap_text(first, of, most)
        return lines, wrap_text(second, style("Italic", 6.6, SECOND_INK), most) if second else (), unit

    def _needs(self, *, narrow: bool) -> tuple[list[float], list[float]]:
        """What every column must have, and what it would like, in mm."""
        needs, wishes = [], []
        for place, column in enumerate(self._table.columns):
            if column.kind == "plot" or bare(column):
                plot = column.kind == "plot"
                needs.append(LEAST_PLOT if plot else SIGN_WIDTH)
                wishes.append(PLOT_WIDTH if plot else SIGN_WIDTH)
                continue
            body = self._body_width(place) + PAD
            lines = self.head_lines(column, 60.0)
            wish = max((line.width for line in (*lines[0], *lines[1])), default=0.0)
            word = self._longest_word(column)
            unit = width(lines[2], style("Regular", 7.5))
            least = self._least_words(place) + PAD if narrow and column.kind in WORDS else body
            needs.append(max(least, min(word, MOST_WORD) + PAD, unit + PAD))
            wishes.append(needs[-1] if column.symbol and self._crowded() else max(needs[-1], body, wish + PAD))
        return needs, wishes

    def _longest_word(self, column: Column) -> float:
        """The longest word of a head in either language, mm."""
        first, second = self._edition.first(column.label), self._edition.second(column.label)
        if column.symbol:
            first, second = column.symbol, column.label.en
        words = [(one, style("Medium", 7.5)) for one in first.split()]
        words += [(one, style("Italic", 6.6)) for one in second.split()]
        return max((width(one, of) for one, of in words), default=0.0)

    def _shared(self, needs: list[float], wishes: list[float], room: float) -> list[float]:
        """The room shared by wishes, or what is left beyond them by all columns alike."""
        total, least = sum(wishes), sum(needs)
        if total > room:
            share = (room - least) / (total - least)
            return [need + (wish - need) * share for need, wish in zip(needs, wishes, strict=True)]
        free = [column for column in self._table.columns if not bare(column)]
        more = (room - total) / len(free)
        return [
            wish + (0.0 if bare(column) else more) for wish, column in zip(wishes, self._table.columns, strict=True)
        ]

    def _crowded(self) -> bool:
        """Whether so much stands side by side that the heads of U and k are broken first."""
        return any(column.kind == "plot" or column.phase for column in self._table.columns)

    def _body_width(self, place: int) -> float:
        """The widest block of a column, mm."""
        column = self._table.columns[place]
        widest = 0.0
        for each in self.ranges:
            if column.kind in WORDS:
                whole, fraction, extra = self._words_width(place, each), 0.0, 0.5
            else:
                whole, fraction = self.block(each, place, style("Bold", self.density.size))
                extra = {"verdict": 5.0}.get(column.kind, 0.0)
            label = 0.0
            if each.unit_row and each.unit_row.units and (unit := each.unit_row.units[place]):
                label = width(self._edition.unit(unit), style("Medium", 7.5))
                if place == 0 and column.kind == "number":  # the name of the range stands before it
                    label += width(self._edition.first(each.unit_row.label), style("Medium", 7.5)) + PAD
            widest = max(widest, whole + fraction + extra, label)
        return widest

    def _words_width(self, place: int, of: Range) -> float:
        """The widest line of a column of words; a text of many lines is set wider."""
        most = MOST_WORDS
        for wider in (*WIDER_WORDS, None):
            lines = [row.cells[place].lines(self.density.size, most) for row in of.rows]
            if wider is None or max(len(one) for one in lines) <= MANY_LINES:
                break
            most = wider
        return max(line.width for one in lines for line in one)

    def _least_words(self, place: int) -> float:
        """The width below which a column of words is hard to read: its longest word, within bounds."""
        face = style("Regular", self.density.size)
        words = {word for of in self.ranges for row in of.rows for word in row.cells[place].text.split()}
        longest = max((width(word, face) for word in words), default=0.0)
        return min(max(longest, LEAST_WORDS), MOST_LEAST_WORDS, self._body_width(place))


def bare(column: Column) -> bool:
    """Whether a column has no head: a sign beside the figure of a phase or condition, or a mark at the end of a row."""
    return column.kind == "mark" or (column.kind == "verdict" and column.group is not None)
