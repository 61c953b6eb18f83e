"""Rows of a list from outside: which column is which field, and what is wrong in which cell."""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from instruments.readers.sheet import DATE, FAULT, FORMULA, MERGED, NUMBER, PERCENT, Sheet, SheetCell, column_letters
from instruments.spelling import folded
from uncertainty.data_folder import data_folder
from uncertainty.errors import Invalid, Stated
from uncertainty.wording import Phrase

INSTRUMENTS, RESULTS, SCOPE = "instruments", "results", "scope"
HEAD_WITHIN = 20
"""Rows among which the row of headings is looked for."""
MOST_DIGITS = 15
"""Digits of a number that a spreadsheet keeps."""


@dataclass(frozen=True)
class RowProblem:
    """What is wrong in one cell of a list, with its place as the spreadsheet shows it and the remedy."""

    sheet: str
    row: int
    column: str
    value: str
    said: Stated | Phrase

    def text(self, language: str) -> str:
        """Place and sentence."""
        values: dict[str, object] = {
            "sheet": self.sheet,
            "place": f"{self.column}{self.row}",
            "value": self.value,
            "said": self.said,
        }
        key = "lists.problem" if self.value else "lists.problem_empty"
        return Phrase(key, values).text(language)


@dataclass(frozen=True)
class ListRow:
    """One row of a list: its number in the sheet and its texts by field."""

    row: int
    values: Mapping[str, str]


@dataclass(frozen=True)
class Headed:
    """A sheet with its row of headings found."""

    sheet: Sheet
    head: int

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings in their order, each once: a column without one, or with an earlier one, says its letters.

        Otherwise the second of two columns of one heading would take the place of the first without a word.
        """
        found: dict[str, None] = {}
        for place, cell in enumerate(self.sheet.rows[self.head - 1], start=1):
            letters = column_letters(place)
            said = cell.text or letters
            while said in found:
                said = f"{said} ({letters})"
            found[said] = None
        return tuple(found)

    def column_of(self, mapping: Mapping[str, str], field: str) -> str:
        """The letters of the column that is a field; a dash where none is."""
        for place, heading in enumerate(self.headings, start=1):
            if mapping.get(heading) == field:
                return column_letters(place)
        return "–"


@cache
def known_headings(kind: str) -> Mapping[str, str]:
    """Every known heading, folded -> field."""
    with (data_folder() / "list-headings.toml").open("rb") as file:
        fields = tomllib.load(file)[kind]
    found = {folded(field.replace("_", " ")): field for field in fields}
    return found | {folded(spelled): field for field, every in fields.items() for spelled in every}


def fields_of(kind: str) -> tuple[str, ...]:
    """The fields of a kind of list, in their order."""
    return tuple(dict.fromkeys(known_headings(kind).values()))


def headed(sheet: Sheet, kind: str) -> Headed:
    """The sheet with its headings: the first row in which at least two are known, else the first that is filled."""
    known = known_headings(kind)
    filled = [number for number, row in enumerate(sheet.rows, start=1) if any(cell.text for cell in row)]
    for number in filled[:HEAD_WITHIN]:
        if sum(folded(cell.text) in known for cell in sheet.rows[number - 1]) >= 2:
            return Headed(sheet, number)
    if not filled:
        raise Invalid("lists.file_empty", file=sheet.name)
    return Headed(sheet, filled[0])


def guessed(found: Headed, kind: str, remembered: Mapping[str, str]) -> dict[str, str]:
    """Heading -> field, as a body has chosen before or as the heading says; each field once, "" for none."""
    known, taken = known_headings(kind), set[str]()
    mapping: dict[str, str] = {}
    for heading in found.headings:
        field = remembered.get(heading, known.get(folded(heading), ""))
        mapping.setdefault(heading, "" if field in taken else field)
        taken.add(field)
    return mapping


def check_mapping(mapping: Mapping[str, str], kind: str, needed: Collection[str]) -> None:
    """Refuse a mapping that names a field twice, an unknown one, or not all that are needed.

    Raises:
        Invalid: naming the field.
    """
    chosen = [field for field in mapping.values() if field]
    for field in chosen:
        if field not in fields_of(kind):
            raise Invalid("lists.field_unknown", field=field)
        if chosen.count(field) > 1:
            raise Invalid("lists.field_twice", field=Phrase(f"lists.field.{field}", {}))
    for field in needed:
        if field not in chosen:
            raise Invalid("lists.field_needed", field=Phrase(f"lists.field.{field}", {}))


def rows_of(found: Headed, mapping: Mapping[str, str]) -> tuple[list[ListRow], list[RowProblem]]:
    """The rows below the headings that hold anything, and what is wrong with their cells by themselves."""
    fields = [mapping.get(heading, "") for heading in found.headings]
    rows: list[ListRow] = []
    problems: list[RowProblem] = []
    for number, line in enumerate(found.sheet.rows[found.head :], start=found.head + 1):
        cells = [(place, cell) for place, cell in enumerate(line[: len(fields)], start=1) if fields[place - 1]]
        problems += _problems(found.sheet.name, number, cells)
        if found.sheet.separated:
            problems += _beyond(found, number)
        if any(cell.text or cell.kind in (FORMULA, FAULT) for _, cell in cells):
            rows.append(ListRow(number, {fields[place - 1]: cell.text for place, cell in cells}))
    return rows, problems


def _beyond(found: Headed, row: int) -> Iterator[RowProblem]:
    """The cells of a row that stand under no heading: a decimal comma that separates has moved all cells after it."""
    last = len(found.headings)
    for place, cell in enumerate(found.sheet.rows[row - 1][last:], start=last + 1):
        if cell.text:
            said = Phrase("lists.cell_beyond", {})
            yield RowProblem(found.sheet.name, row, column_letters(place), cell.text[:60], said)


def _problems(sheet: str, row: int, cells: Collection[tuple[int, SheetCell]]) -> Iterator[RowProblem]:
    keys = {FORMULA: "formula", MERGED: "merged", DATE: "date", FAULT: "fault", PERCENT: "percent"}
    for place, cell in cells:
        key = keys.get(cell.kind)
        if cell.kind == NUMBER and sum(sign.isdigit() for sign in cell.text) > MOST_DIGITS:
            key = "digits_lost"
        if key is not None:
            yield RowProblem(sheet, row, column_letters(place), cell.text[:60], Phrase(f"lists.cell_{key}", {}))
