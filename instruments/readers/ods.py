"""Workbooks of OpenDocument (.ods): what is no plain value in them, and how large they are, from their own XML."""

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from instruments.readers.packed import members_of
from instruments.readers.sheet import FORMULA, MERGED, MOST_COLUMNS, MOST_ROWS, PERCENT, Sheet
from instruments.readers.workbook import Place, sheets_of
from uncertainty.errors import Invalid
from uncertainty.xml_faults import xml_fault

MEMBERS = re.compile(r"content\.xml")
TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
CELLS = (f"{TABLE} table-cell", f"{TABLE} covered-table-cell")


@dataclass
class _Walk:
    """Where the reading stands, and what was met on the way that is no plain value."""

    file: str
    marks: dict[str, dict[Place, str]] = field(default_factory=dict)
    sheet: str = ""
    row: int = 0
    column: int = 0
    repeated: int = 1

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Enter an element."""
        if name == f"{TABLE} table":
            self.sheet, self.row = attributes.get(f"{TABLE} name", ""), 0
            self.marks.setdefault(self.sheet, {})
        elif name == f"{TABLE} table-row":
            self.row, self.column = self.row + self.repeated if self.row else 1, 0
            self.repeated = _count(attributes, "number-rows-repeated")
        elif name in CELLS:
            count = _count(attributes, "number-columns-repeated")
            filled = f"{OFFICE} value-type" in attributes or f"{TABLE} formula" in attributes
            last_row, last_column = self.row + self.repeated - 1, self.column + count
            if filled and (last_row > MOST_ROWS or last_column > MOST_COLUMNS):
                raise Invalid("lists.sheet_too_large", file=self.file, rows=MOST_ROWS, columns=MOST_COLUMNS)
            kind, wide, high = _kind(attributes)
            if kind:
                rows = range(self.row, min(last_row + high, MOST_ROWS + 1))
                columns = range(self.column + 1, min(last_column + wide, MOST_COLUMNS + 1))
                found = self.marks.setdefault(self.sheet, {})
                for place in ((row, column) for row in rows for column in columns):
                    found[place] = FORMULA if FORMULA in (kind, found.get(place)) else kind
            self.column += count

    def end(self, name: str) -> None:
        """Leave an element."""
        if name == f"{TABLE} table":
            self.row, self.repeated = 0, 1


def _kind(attributes: dict[str, str]) -> tuple[str, int, int]:
    """What a cell is beside its value ("" for nothing), and over how many columns and rows it reaches."""
    wide, high = _count(attributes, "number-columns-spanned"), _count(attributes, "number-rows-spanned")
    if f"{TABLE} formula" in attributes:
        return FORMULA, 1, 1
    if wide > 1 or high > 1:
        return MERGED, wide, high
    return (PERCENT if attributes.get(f"{OFFICE} value-type") == "percentage" else ""), 1, 1


def _count(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(f"{TABLE} {name}", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def read_ods(content: bytes, name: str) -> tuple[Sheet, ...]:
    """The sheets of a workbook of OpenDocument.

    Raises:
        Invalid: it is no sound workbook, a bomb, too large, or declares a document type.
    """
    members = members_of(content, name, MEMBERS)
    walk = _Walk(name)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = walk.start, walk.end
    try:
        parser.Parse(members.get("content.xml", b""), True)
    except expat.ExpatError as problem:
        raise Invalid("lists.file_unreadable", file=name, why=xml_fault(problem.code)) from None
    return sheets_of(content, name, walk.marks)
