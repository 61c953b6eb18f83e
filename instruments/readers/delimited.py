"""Texts with a separator (.csv): UTF-8 or UTF-16, or the old Vietnamese code page; semicolon, tab or comma."""

import csv
import io

from instruments.readers.sheet import EMPTY, FAULT, FAULTS, FORMULA, MOST_COLUMNS, MOST_ROWS, Sheet, SheetCell
from uncertainty.errors import Invalid

SEPARATORS = (";", "\t", ",")
FORMULA_STARTS = ("=", "@")
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
LONGEST_CELL = 32_767
"""Characters that a cell of a spreadsheet holds."""


def read_delimited(content: bytes, name: str) -> tuple[Sheet, ...]:
    """The one sheet of a text with separators.

    Raises:
        Invalid: it is no text, a quote is not closed, or it is too large.
    """
    text = _text(content, name)
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(SEPARATORS, key=lambda one: (first.count(one), -SEPARATORS.index(one)))
    rows: list[tuple[SheetCell, ...]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for line in reader:
            if len(rows) >= MOST_ROWS or len(line) > MOST_COLUMNS:
                raise Invalid("lists.sheet_too_large", file=name, rows=MOST_ROWS, columns=MOST_COLUMNS)
            rows.append(tuple(_cell(cell) for cell in line))
    except csv.Error:
        raise Invalid("lists.quotes", file=name, line=reader.line_num) from None
    return (Sheet(name, tuple(rows), separated=True),)


def _text(content: bytes, name: str) -> str:
    encoding = next((known for mark, known in MARKS if content.startswith(mark)), "utf-8")
    for one in (encoding, "cp1258"):
        try:
            text = content.decode(one)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise Invalid("lists.no_text", file=name)


def _cell(text: str) -> SheetCell:
    trimmed = text.strip()[:LONGEST_CELL]
    if not trimmed:
        return EMPTY
    if trimmed in FAULTS:
        return SheetCell(trimmed, FAULT)
    return SheetCell(trimmed, FORMULA) if trimmed.startswith(FORMULA_STARTS) else SheetCell(trimmed)
