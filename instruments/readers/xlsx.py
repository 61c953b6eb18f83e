"""Workbooks of Excel (.xlsx): what is no plain value in them, and how large they are, from their own XML."""

import re
from collections.abc import Iterator, Mapping

from instruments.readers.packed import members_of
from instruments.readers.sheet import FAULT, FORMULA, MOST_COLUMNS, MOST_ROWS, PERCENT, Sheet, column_number
from instruments.readers.workbook import Place, sheets_of
from uncertainty.errors import Invalid

MEMBERS = re.compile(r"xl/(?:workbook|styles|sharedStrings)\.xml|xl/_rels/workbook\.xml\.rels|xl/worksheets/[^/]+\.xml")
_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*?(/?)>(?:\s*<(?:\w+:)?(f)\b)?')
_FAULTY = re.compile(rb'<(?:\w+:)?c\b([^>]*?\bt="e"[^>]*)>')
_PLACE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_FORMAT = re.compile(rb'<(?:\w+:)?numFmt\b(?=[^>]*?\bnumFmtId="(\d+)")[^>]*?\bformatCode="([^"]*)"')
_STYLES = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_STYLE = re.compile(rb'<(?:\w+:)?xf\b(?:[^>]*?\bnumFmtId="(\d+)")?')
_LITERAL = re.compile(rb'&quot;.*?&quot;|"[^"]*"|\\.')
_PERCENTAGES = (b"9", b"10")
"""The formats of percentages that every workbook has (ECMA-376, part 1, 18.8.30)."""
_SHEET = re.compile(rb'<(?:\w+:)?sheet\b[^>]*?\bname="([^"]*)"[^>]*?\br:id="([^"]*)"')
_RELATION = re.compile(rb"<Relationship\b[^>]*>")
_ID, _TARGET = re.compile(rb'\bId="([^"]*)"'), re.compile(rb'\bTarget="([^"]*)"')
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))


def read_xlsx(content: bytes, name: str) -> tuple[Sheet, ...]:
    """The sheets of a workbook of Excel.

    Raises:
        Invalid: it is no sound workbook, a bomb, too large, or declares a document type.
    """
    members = members_of(content, name, MEMBERS)
    paths = _paths(members)
    percentages = _percentages(members.get("xl/styles.xml", b""))
    marks: dict[str, dict[Place, str]] = {}
    for sheet, path in paths.items():
        marks[sheet] = _marked(members.get(path, b""), name, percentages)
    for path in members:  # whatever no sheet names is bounded too: the reader may follow another way to it
        if path.startswith("xl/worksheets/") and path not in paths.values():
            _marked(members[path], name, percentages)
    return sheets_of(content, name, marks)


def _paths(members: Mapping[str, bytes]) -> dict[str, str]:
    """Name of each sheet -> its member."""
    targets: dict[str, str] = {}
    for relation in _RELATION.findall(members.get("xl/_rels/workbook.xml.rels", b"")):
        one, target = _ID.search(relation), _TARGET.search(relation)
        if one and target:
            path = target[1].decode("utf-8", "replace")
            targets[one[1].decode("utf-8", "replace")] = path.removeprefix("/") if path[:1] == "/" else f"xl/{path}"
    found = {}
    for said, relation_id in _SHEET.findall(members.get("xl/workbook.xml", b"")):
        text = said.decode("utf-8", "replace")
        for entity, sign in _ENTITIES:
            text = text.replace(entity, sign)
        found[text] = targets.get(relation_id.decode("utf-8", "replace"), "")
    return found


def _percentages(styles: bytes) -> frozenset[bytes]:
    """The numbers of the styles that show a number as a percentage."""
    formats = {number for number, code in _FORMAT.findall(styles) if b"%" in _LITERAL.sub(b"", code)}
    wanted = formats.union(_PERCENTAGES)
    block = _STYLES.search(styles)
    used = _STYLE.findall(block[0]) if block else []
    return frozenset(str(place).encode() for place, number in enumerate(used) if number in wanted)


def _marked(xml: bytes, name: str, percentages: frozenset[bytes]) -> dict[Place, str]:
    """The places that are no plain values and what they are; refuses a sheet that reaches further than any list."""
    found: dict[Place, str] = {}
    if percentages:
        styled = rb'<(?:\w+:)?c\b([^>]*?\bs="(?:' + b"|".join(sorted(percentages)) + rb')"[^>]*)>'
        found |= dict.fromkeys(_places(re.compile(styled), xml), PERCENT)
    found |= dict.fromkeys(_places(_FAULTY, xml), FAULT)
    for match in _CELL.finditer(xml):
        row, column = int(match[2]), column_number(match[1].decode("ascii"))
        if row > MOST_ROWS or column > MOST_COLUMNS:
            raise Invalid("lists.sheet_too_large", file=name, rows=MOST_ROWS, columns=MOST_COLUMNS)
        if match[4] and not match[3]:
            found[row, column] = FORMULA
    return found


def _places(cells: re.Pattern[bytes], xml: bytes) -> Iterator[Place]:
    """Where the cells that a pattern finds stand."""
    for match in cells.finditer(xml):
        at = _PLACE.search(match[1])
        if at is not None:
            yield int(at[2]), column_number(at[1].decode("ascii"))
