"""What a results table is made of: cells as printed, rows with their height, ranges, and where they may be broken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from certificates.content import Bilingual, Column, ResultTable, UnitRow
from certificates.edition import NOT_MEASURED, Edition
from certificates.typesetting import SECOND_INK, Line, Span, style, wrap

KEPT_WHOLE = 6  # a range of up to so many rows is not broken
UNIT_ROW_HEIGHT = 4.9
WORDS_LEADING = 3.3  # of a cell of words with several lines
BETWEEN_WORDS = 1.0  # below a row of several lines
MOST_WORDS = 52.0  # width beyond which a cell of words is broken
TWO_LANGUAGES = "\x1f"  # between the languages of a cell whose words may hold a stroke
SIGN_WIDTH = 3.4  # of a column that holds a sign alone
LEAST_PLOT, PLOT_WIDTH = 28.0, 38.0
WORDS = ("text", "bilingual", "symbol")
"""Kinds of column whose cells are broken into lines."""


@dataclass(frozen=True)
class Density:
    """Height of a row in mm and size of its figures in points."""

    row: float
    size: float
    most_rows: int = 0  # of a table that is set so; 0 for any number


AIRY, NORMAL, TIGHT = Density(6.2, 9.0, 10), Density(4.9, 8.4), Density(4.5, 8.0)


@dataclass(frozen=True)
class Cell:
    """A cell as printed: what stands before and after the place where the decimal signs align, or words."""

    whole: str
    fraction: str = ""
    second: str = ""  # words in English
    italic: bool = False  # the symbol of a quantity

    @property
    def text(self) -> str:
        """The whole cell."""
        return self.whole + self.fraction

    def lines(self, size: float, most: float) -> tuple[Line, ...]:
        """Words in both languages on one line, or below each other, broken to a width."""
        return _lines(self, size, round(most, 3))


@lru_cache(maxsize=4_000)
def _lines(cell: Cell, size: float, most: float) -> tuple[Line, ...]:
    first = Span(cell.whole, style("Italic" if cell.italic else "Regular", size))
    if not cell.second or cell.second == cell.whole:
        return wrap([first], most)
    english = style("Italic", size - 1.2, SECOND_INK)
    beside = wrap([first, Span(f"  {cell.second}", english)], most)
    return beside if len(beside) <= 1 else (*wrap([first], most), *wrap([Span(cell.second, english)], most))


@dataclass(frozen=True)
class Row:
    """One row: its cells, the canonical texts they come from, and each verdict with the group of its column."""

    cells: tuple[Cell, ...]
    canonical: tuple[str | None, ...]
    verdicts: tuple[tuple[Bilingual | str | None, str | None], ...]  # (group, verdict)
    number: int = 0  # of the row in its table

    def failed(self, group: Bilingual | str | None) -> bool:
        """Whether the result of a phase or condition lies outside its limits."""
        return any(said == "fail" and of in (group, None) for of, said in self.verdicts)


@dataclass(frozen=True)
class Range:
    """The rows below one unit row, or all rows of a table without any."""

    unit_row: UnitRow | None
    rows: tuple[Row, ...]

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


def ranges_of(table: ResultTable, edition: Edition) -> tuple[Range, ...]:
    """The ranges of a table with their cells as printed."""
    starts = [(each.before_row, each) for each in table.ranges]
    rows = len(table.rows)
    bounds: list[tuple[int, int, UnitRow | None]] = []
    if not starts or starts[0][0] > 0:
        bounds.append((0, starts[0][0] if starts else rows, None))
    for place, (start, unit_row) in enumerate(starts):
        bounds.append((start, starts[place + 1][0] if place + 1 < len(starts) else rows, unit_row))
    return tuple(_range(table, start, end, row, edition) for start, end, row in bounds if end > start)


def _range(table: ResultTable, start: int, end: int, unit_row: UnitRow | None, edition: Edition) -> Range:
    """Rows with four decimals grouped only where any number of the block has five."""
    rows, columns = table.rows[start:end], table.columns
    numbers = [
        cell for row in rows for column, cell in zip(columns, row, strict=True) if cell and column.kind == "number"
    ]
    grouped = any(len(number.partition("e")[0].partition(".")[2]) > 4 for number in numbers)
    made = []
    for number, row in enumerate(rows, start=start):
        cells = tuple(_cell(column, cell, grouped, edition) for column, cell in zip(columns, row, strict=True))
        verdicts = tuple(
            (column.group, cell) for column, cell in zip(columns, row, strict=True) if column.kind == "verdict"
        )
        made.append(Row(cells, row, verdicts, number))
    return Range(unit_row, tuple(made))


def _cell(column: Column, text: str | None, grouped: bool, edition: Edition) -> Cell:
    """One cell as printed."""
    if column.kind == "plot" or (column.kind == "verdict" and column.group):
        return Cell("")
    if column.kind == "mark":
        return Cell(text or "")
    if text is None:
        return Cell(NOT_MEASURED)
    if column.kind == "verdict":
        return Cell(edition.first(edition.say(f"verdict_{text}")))
    if column.kind == "bilingual":
        first, _, second = text.partition(TWO_LANGUAGES if TWO_LANGUAGES in text else "|")
        return Cell(first if edition.bilingual else second, second=second if edition.bilingual else "")
    if column.kind in ("text", "symbol"):
        return Cell(text, italic=column.kind == "symbol")
    shown = edition.number(text, signed=column.signed, group_decimals=grouped)
    whole, mark, fraction = shown.partition(edition.decimal)
    return Cell(whole, mark + fraction)


def atoms(rows: int) -> Sequence[tuple[int, int]]:
    """Rows that stay together: a short range whole; of a long one the first two and the last two."""
    if rows <= KEPT_WHOLE:
        return [(0, rows)]
    return [(0, 2), *((row, row + 1) for row in range(2, rows - 2)), (rows - 2, rows)]
