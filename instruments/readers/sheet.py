"""A sheet from outside: cells as text, each with what it was in its file, so that nothing is taken for another."""

from dataclasses import dataclass

MOST_ROWS = 100_000
MOST_COLUMNS = 200
LARGEST_FILE = 20_000_000
TEXT, NUMBER, DATE, FORMULA, MERGED, FAULT = "text", "number", "date", "formula", "merged", "fault"
PERCENT = "percent"
FAULTS = ("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!")


@dataclass(frozen=True, slots=True)
class SheetCell:
    """One cell: its text as a person reads it, and what it was (TEXT, NUMBER, DATE, FORMULA, MERGED, FAULT
    or PERCENT: a number that is shown a hundred times as large as it is kept)."""

    text: str
    kind: str = TEXT


EMPTY = SheetCell("")


@dataclass(frozen=True)
class Sheet:
    """One sheet, rows and columns counted from 1 as its program shows them; short rows end early."""

    name: str
    rows: tuple[tuple[SheetCell, ...], ...]
    separated: bool = False
    """Whether it is a text whose cells are told apart by a sign that may stand inside a cell as well."""

    def cell(self, row: int, column: int) -> SheetCell:
        """The cell at a place counted from 1; an empty one outside."""
        line = self.rows[row - 1] if 0 < row <= len(self.rows) else ()
        return line[column - 1] if 0 < column <= len(line) else EMPTY


def column_letters(column: int) -> str:
    """The name of a column counted from 1: A, Z, AA.

    >>> column_letters(28)
    'AB'
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """The number of a column from 1: `AB` is 28."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
