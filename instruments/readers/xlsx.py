"""Workbooks of Excel (.xlsx): what is computed in them, and how large they are, from their own XML."""

import re
from collections.abc import Mapping

from instruments.readers.packed import members_of
from instruments.readers.sheet import MOST_COLUMNS, MOST_ROWS, Sheet, column_number
from instruments.readers.workbook import Place, sheets_of
from uncertainty.errors import Invalid

MEMBERS = re.compile(r"xl/workbook\.xml|xl/_rels/workbook\.xml\.rels|xl/worksheets/[^/]+\.xml")
_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*?(/?)>(?:\s*<(?:\w+:)?(f)\b)?')
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
    formulas: dict[str, set[Place]] = {}
    for sheet, path in paths.items():
        formulas[sheet] = _computed(members.get(path, b""), name)
    for path in members:  # whatever no sheet names is bounded too: the reader may follow another way to it
        if path.startswith("xl/worksheets/") and path not in paths.values():
            _computed(members[path], name)
    return sheets_of(content, name, formulas)


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


def _computed(xml: bytes, name: str) -> set[Place]:
    """The places of formulas; refuses a sheet that reaches further than any list."""
    found: set[Place] = set()
    for match in _CELL.finditer(xml):
        row, column = int(match[2]), column_number(match[1].decode("ascii"))
        if row > MOST_ROWS or column > MOST_COLUMNS:
            raise Invalid("lists.sheet_too_large", file=name, rows=MOST_ROWS, columns=MOST_COLUMNS)
        if match[4] and not match[3]:
            found.add((row, column))
    return found
