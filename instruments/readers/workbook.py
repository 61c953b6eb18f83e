"""Values of a workbook as cells: what calamine reads, with formulas and merged cells marked beside."""

import io
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from instruments.readers.sheet import (
    DATE,
    EMPTY,
    FAULT,
    FAULTS,
    FORMULA,
    MERGED,
    MOST_COLUMNS,
    MOST_ROWS,
    NUMBER,
    PERCENT,
    TEXT,
    Sheet,
    SheetCell,
)
from uncertainty.errors import Invalid

Place = tuple[int, int]
Marks = Mapping[Place, str]
MOST_DIGITS = 15
"""Digits that a spreadsheet keeps of a number; a longer one has lost its end already."""


def sheets_of(content: bytes, name: str, marks: Mapping[str, Marks]) -> tuple[Sheet, ...]:
    """The sheets of a workbook that was looked at before.

    Args:
        content: the bytes of the file.
        name: of the file, for refusals.
        marks: by sheet the places (row, column from 1) that are no plain values, and what they are: FORMULA, FAULT,
            MERGED, PERCENT.

    Raises:
        Invalid: the file cannot be read.
    """
    from python_calamine import CalamineWorkbook  # loaded where a spreadsheet is read

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        found = [_sheet(workbook.get_sheet_by_name(one), one, marks.get(one, {})) for one in workbook.sheet_names]
    except Invalid:
        raise
    except Exception as problem:  # noqa: BLE001  (whatever a stranger's file raises in its reader is an answer)
        raise Invalid("lists.file_unreadable", file=name, why=type(problem).__name__) from None
    return tuple(found)


def _sheet(sheet: Any, name: str, marks: Marks) -> Sheet:
    merged, rows = dict.fromkeys(_merged(sheet), MERGED), []
    unseen = [place for place, kind in marks.items() if kind in (FORMULA, FAULT)]
    read = sheet.to_python(skip_empty_area=False)
    last = max((row for row, _ in unseen), default=0)  # a formula without a value is not among the values
    reach = max((column for _, column in unseen), default=0)
    for row in range(1, max(len(read), last) + 1):
        line = [_cell(value) for value in read[row - 1]] if row <= len(read) else []
        line += [EMPTY] * (reach - len(line))
        for column in range(1, len(line) + 1):
            kind = marks.get((row, column)) or merged.get((row, column))
            if kind and (kind != PERCENT or line[column - 1].kind == NUMBER):
                line[column - 1] = SheetCell(line[column - 1].text, kind)
        while line and line[-1] is EMPTY:
            line.pop()
        rows.append(tuple(line))
    while rows and not rows[-1]:
        rows.pop()
    return Sheet(name, tuple(rows))


def _merged(sheet: Any) -> set[Place]:
    """Every place that a merged cell covers."""
    found: set[Place] = set()
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        rows = range(top + 1, min(bottom, top + MOST_ROWS) + 2)
        found.update((row, column) for row in rows for column in range(left + 1, min(right, MOST_COLUMNS) + 2))
        if len(found) > MOST_ROWS:
            break
    return found


def _cell(value: object) -> SheetCell:
    """A value as a person reads it."""
    if value is None or value == "":
        return EMPTY
    if isinstance(value, str):
        text = value.strip()
        return SheetCell(text, FAULT if text in FAULTS else TEXT) if text else EMPTY
    if isinstance(value, bool):
        return SheetCell("TRUE" if value else "FALSE")
    if isinstance(value, int | float):
        return SheetCell(_number(value), NUMBER)
    if isinstance(value, datetime):
        return SheetCell(f"{value:%d/%m/%Y}" if value.time() == time() else f"{value:%d/%m/%Y %H:%M}", DATE)
    if isinstance(value, date):
        return SheetCell(f"{value:%d/%m/%Y}", DATE)
    if isinstance(value, time | timedelta):
        return SheetCell(str(value), DATE)
    return SheetCell(str(value), FAULT)


def _number(value: float) -> str:
    """A number in as many digits as a spreadsheet shows."""
    if isinstance(value, int) or value.is_integer():
        return str(int(value))
    return f"{value:.{MOST_DIGITS}g}"
