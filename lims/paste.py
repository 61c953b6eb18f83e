"""Cells pasted from a spreadsheet: tabs, semicolons and lines understood, formulas refused by cell, nothing lost."""

import csv
import io
from dataclasses import dataclass

from lims.procedure_format import Procedure
from lims.readings import Cell, grid
from uncertainty.errors import Invalid, Stated
from uncertainty.typed import read_number

MOST_CHARACTERS = 100_000
MOST_CELLS = 2_000
FORMULA_STARTS = ("=", "@")


@dataclass(frozen=True, slots=True)
class PastedCell:
    """One pasted cell: its text, and its number or what is wrong with it. An empty cell has neither."""

    row: int
    column: int
    text: str
    canonical: str | None
    problem: Stated | None

    @property
    def address(self) -> str:
        """Return the cell's name in the pasted block as a spreadsheet writes it (A1, B3)."""
        letters, number = "", self.column + 1
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(ord("A") + rest) + letters
        return f"{letters}{self.row + 1}"


def parse_paste(text: str) -> tuple[tuple[PastedCell, ...], ...]:
    """The cells of a pasted text, row by row.

    Tabs part the columns; without a tab, semicolons do; otherwise each line is one cell, since a comma is a decimal
    mark here. Quotes as a spreadsheet writes them are understood.

    Args:
        text: what the clipboard holds.

    Returns:
        Every cell, with its canonical number or the reason why it is none.

    Raises:
        Invalid: where the whole is too large, empty, or a quote is not closed.
    """
    if len(text) > MOST_CHARACTERS:
        raise Invalid("procedures.paste_too_long", most=MOST_CHARACTERS)
    plain = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").lstrip("\ufeff")
    if not plain.strip():
        raise Invalid("procedures.paste_empty")
    delimiter = "\t" if "\t" in plain else ";" if ";" in plain else "\t"
    try:
        lines = list(csv.reader(io.StringIO(plain), delimiter=delimiter, strict=True))
    except csv.Error as problem:
        raise Invalid("procedures.paste_quotes") from problem
    if sum(len(line) for line in lines) > MOST_CELLS:
        raise Invalid("procedures.paste_too_many", most=MOST_CELLS)
    return tuple(tuple(_cell(row, column, cell) for column, cell in enumerate(line)) for row, line in enumerate(lines))


def _cell(row: int, column: int, text: str) -> PastedCell:
    trimmed = text.strip()
    if not trimmed:
        return PastedCell(row, column, "", None, None)
    if trimmed.startswith(FORMULA_STARTS):
        shown = PastedCell(row, column, trimmed, None, None)
        return PastedCell(row, column, trimmed, None, Invalid("procedures.paste_formula", cell=shown.address))
    try:
        return PastedCell(row, column, trimmed, read_number(trimmed).canonical, None)
    except Invalid as problem:
        return PastedCell(row, column, trimmed, None, problem)


def place_paste(
    procedure: Procedure,
    table: str,
    start: tuple[int, str],
    pasted: tuple[tuple[PastedCell, ...], ...],
    repetitions: int,
) -> tuple[tuple[tuple[Cell, PastedCell], ...], int]:
    """Where pasted cells go, from the cell that has the focus.

    One pasted column follows the hand, down the grid in the order at the bench; a block of several columns keeps its
    shape. Empty pasted cells leave what stands there.

    Returns:
        Pairs of grid cell and pasted cell, and how many filled cells found no place.
    """
    cells = grid(procedure, table, repetitions)
    at = next(n for n, cell in enumerate(cells) if (cell.row, cell.column) == start)
    filled = [one for line in pasted for one in line if one.text]
    if max(len(line) for line in pasted) == 1:
        steps = [(one, at + n) for n, line in enumerate(pasted) for one in line if one.text]
        pairs = [(cells[target], one) for one, target in steps if target < len(cells)]
    else:
        columns = [column.name for column in procedure.readings[table].columns]
        by_place = {(cell.row, columns.index(cell.column)): cell for cell in cells}
        first = columns.index(start[1])
        wanted = [((start[0] + one.row, first + one.column), one) for one in filled]
        pairs = [(by_place[place], one) for place, one in wanted if place in by_place]
    return tuple(pairs), len(filled) - len(pairs)
