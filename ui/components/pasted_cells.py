"""A pasted block of a spreadsheet, spread over the cells of the grid."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PastedCell:
    """One text of the block and the cell it falls on; without a row where it falls beside the grid."""

    row: str
    column: str
    text: str


def spread(text: str, row: str, column: str, rows: list[str], columns: list[str]) -> tuple[PastedCell, ...]:
    """The cells that a block falls on, from the given cell to the right and down.

    Args:
        text: of the clipboard: lines, cells between tabs. A line break at the end is the spreadsheet's own.
        row: the focused row.
        column: the focused column.
        rows: all rows in their order.
        columns: the columns that take readings, in their order.

    Returns:
        Every text of the block that is not empty; what falls beside the grid has an empty row, so that the page can
        say how much was left over instead of losing it.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
    first_row, first_column = rows.index(row), columns.index(column)
    cells = []
    for down, line in enumerate(lines):
        for right, piece in enumerate(line.split("\t")):
            if not piece.strip():
                continue
            inside = first_row + down < len(rows) and first_column + right < len(columns)
            at = (rows[first_row + down], columns[first_column + right]) if inside else ("", "")
            cells.append(PastedCell(*at, piece.strip()))
    return tuple(cells)
