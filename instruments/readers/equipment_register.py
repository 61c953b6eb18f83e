"""Registers of equipment in the vocabulary of MSL (.xml): each piece of equipment as a row, so that a list is one.

A row has the number of the line on which its equipment begins. The reader builds no tree, resolves nothing and reads no
file with a document type. Equipment that is not in use stands in a sheet of its own.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from xml.parsers import expat

from instruments.readers.sheet import EMPTY, MOST_ROWS, Sheet, SheetCell
from uncertainty.data_folder import data_folder
from uncertainty.errors import Invalid
from uncertainty.xml_faults import xml_fault

OURS = "urn:chuan:register:1"
MARK = b"\xef\xbb\xbf"
MOST_DEPTH = 100
MOST_ELEMENTS = 1_000_000
ACTIVE = "Active"
ROOT, PIECE = "register", "register/equipment"
TEXTS = {
    "id": "id", "description": "name", "manufacturer": "manufacturer", "model": "model", "serial": "serial",
    "status": "status", "qualityManual/financial/assetNumber": "asset number",
}  # fmt: skip
"""Where a text of the vocabulary stands in a piece of equipment -> the heading of its column."""
OWN_ATTRIBUTES = {
    "code": "id", "kind": "kind", "level": "level", "quantity": "quantity", "accuracyClass": "accuracy class",
}  # fmt: skip
OWN_TEXTS = {
    "name vi": "name", "name en": "name (en)", "material vi": "material", "material en": "material (en)",
    "nominal": "nominal",
}  # fmt: skip
"""What a register that was exported here says more exactly -> the heading of its column."""
HEADINGS = (
    "id", "name", "name (en)", "manufacturer", "model", "serial", "kind", "level", "quantity", "nominal",
    "unit", "accuracy class", "material", "material (en)", "asset number", "status", "reports",
)  # fmt: skip


def is_register(content: bytes) -> bool:
    """Whether a file looks like XML, as no spreadsheet does."""
    return content.removeprefix(MARK).lstrip()[:1] == b"<"


def read_register(content: bytes, name: str) -> tuple[Sheet, ...]:
    """The sheets of a register: the equipment in use first, then all other.

    Args:
        content: the bytes of the file.
        name: of the file, for refusals.

    Raises:
        Invalid: it is no sound XML, no such register, declares a document type, is too deep or too long.
    """
    walk = _Walk(name)
    parser = walk.parser
    try:
        parser.Parse(content, True)
    except expat.ExpatError as problem:
        said = {"line": problem.lineno, "why": xml_fault(problem.code)}
        raise Invalid("lists.register_unreadable", file=name, **said) from None
    except (ValueError, LookupError) as problem:  # an encoding that is not known here
        raise Invalid("lists.file_unreadable", file=name, why=type(problem).__name__) from None
    if not walk.pieces:
        raise Invalid("lists.file_empty", file=name)
    used = {row: piece for row, piece in walk.pieces if piece.get("status") == ACTIVE}
    others = {row: piece for row, piece in walk.pieces if row not in used}
    named = ((walk.team, used), (f"{walk.team} (not {ACTIVE})", others))
    return tuple(_sheet(title, some) for title, some in named if some)


@cache
def _vocabulary() -> Mapping[str, Any]:
    with (data_folder() / "msl_register.toml").open("rb") as file:
        return tomllib.load(file)


@dataclass
class _Walk:
    """Where the reading stands, and the equipment met on the way with the line on which it begins."""

    file: str
    team: str = ""
    pieces: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    language: str = ""
    elements: int = 0
    quantities: set[str] = field(default_factory=set)
    """Of the measurands of the present piece."""

    def __post_init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self.text.append

    def _doctype(self, *_: object) -> None:
        raise Invalid("lists.file_doctype", file=self.file, member=self.file)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        if not self.path and name != f"{_vocabulary()['namespace']} {ROOT}":
            raise Invalid("lists.no_register", file=self.file)
        if len(self.path) >= MOST_DEPTH:
            raise Invalid("lists.register_deep", file=self.file, line=self.parser.CurrentLineNumber, most=MOST_DEPTH)
        self.elements += 1
        if self.elements > MOST_ELEMENTS:
            raise self._too_long()
        self.path.append(f"c:{local}" if space == OURS else local)
        self.text.clear()
        self.language = attributes.get("http://www.w3.org/XML/1998/namespace lang", "")
        where = "/".join(self.path)
        if where == ROOT:
            self.team = attributes.get("team", "")
        elif where == PIECE:
            self._begin()
        elif where == f"{PIECE}/calibrations/measurand":
            self.quantities.add(attributes.get("quantity", ""))
        elif where == f"{PIECE}/specifications/c:instrument":
            self._put({OWN_ATTRIBUTES[key]: said for key, said in attributes.items() if key in OWN_ATTRIBUTES})
        elif where == f"{PIECE}/specifications/c:instrument/c:nominal":
            self._put({"unit": attributes.get("unit", "")})

    def _begin(self) -> None:
        """A new piece of equipment, on a row of its own."""
        row = max(self.parser.CurrentLineNumber, self.pieces[-1][0] + 1 if self.pieces else 2)
        if row > MOST_ROWS:
            raise self._too_long()
        self.quantities.clear()
        self.pieces.append((row, {"reports": "0"}))

    def _too_long(self) -> Invalid:
        return Invalid("lists.register_long", file=self.file, rows=MOST_ROWS, elements=MOST_ELEMENTS)

    def _put(self, said: Mapping[str, str]) -> None:
        self.pieces[-1][1].update({heading: text for heading, text in said.items() if text.strip()})

    def _end(self, name: str) -> None:
        where, text = "/".join(self.path), " ".join("".join(self.text).split())
        self.path.pop()
        self.text.clear()
        inside = where.removeprefix(f"{PIECE}/")
        own = inside.removeprefix("specifications/c:instrument/c:")
        if where == PIECE:
            self._finish()
        elif inside in TEXTS and text != _vocabulary()["nothing"]:
            self.pieces[-1][1].setdefault(TEXTS[inside], text)
        elif own != inside:
            self._own(own, text)
        elif inside.endswith(("/component/report", "/component/digitalReport")):
            self.pieces[-1][1]["reports"] = str(int(self.pieces[-1][1]["reports"]) + 1)

    def _own(self, element: str, text: str) -> None:
        """A text of our own namespace, which says more exactly what the vocabulary says too."""
        heading = OWN_TEXTS.get(f"{element} {self.language}".strip())
        if heading is not None:
            self._put({heading: text})

    def _finish(self) -> None:
        """Name the quantity in our words where the equipment measures one."""
        if len(self.quantities) == 1:
            (theirs,) = self.quantities
            known = (ours for ours, said in _vocabulary()["quantities"].items() if said[1:] == [theirs])
            self.pieces[-1][1].setdefault("quantity", next(known, theirs.lower()))


def _sheet(title: str, some: Mapping[int, Mapping[str, str]]) -> Sheet:
    """Equipment by its rows, below the headings of those columns that hold anything."""
    headings = [one for one in HEADINGS if any(piece.get(one) for piece in some.values())]
    rows = [tuple(SheetCell(one) for one in headings)]
    for row in range(2, max(some) + 1):
        piece = some.get(row)
        cells = () if piece is None else tuple(SheetCell(piece[one]) if piece.get(one) else EMPTY for one in headings)
        rows.append(cells)
    return Sheet(title, tuple(rows))
