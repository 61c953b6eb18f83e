"""The door for somebody else's XML: looked through once without building anything, then parsed with nothing allowed."""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

from lxml import etree

from certificates.dcc_schema import safe_parser
from uncertainty.errors import Invalid
from uncertainty.xml_faults import xml_fault

XINCLUDE = "http://www.w3.org/2001/XInclude "
MOST_BYTES = 20_000_000
MOST_DEPTH = 100
MOST_ELEMENTS = 300_000
MOST_ATTRIBUTES = 30
MOST_CHARACTERS = 1_000_000
"""Of the text of one element; files in base64 may be longer."""
BASE64 = "https://ptb.de/dcc dataBase64"
MEGABYTE = 1_000_000


class _Door:
    """What is seen while the file passes by: depth, counts, and the length of each text."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.open: list[list[Any]] = []  # name and length of the text of each open element
        self.elements = 0

    @property
    def line(self) -> int:
        """The line that is being read."""
        return self.parser.CurrentLineNumber

    def _doctype(self, *_: object) -> None:
        raise Invalid("dcc.doctype", line=self.line)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if name.startswith(XINCLUDE):
            raise Invalid("dcc.xinclude", line=self.line)
        if len(self.open) >= MOST_DEPTH:
            raise Invalid("dcc.too_deep", line=self.line, most=MOST_DEPTH)
        if self.elements > MOST_ELEMENTS:
            raise Invalid("dcc.too_many_elements", line=self.line, most=MOST_ELEMENTS)
        if len(attributes) > MOST_ATTRIBUTES:
            raise Invalid("dcc.too_many_attributes", line=self.line, element=_shown(name), most=MOST_ATTRIBUTES)
        for value in attributes.values():
            if len(value) > MOST_CHARACTERS:
                raise Invalid("dcc.text_long", line=self.line, element=_shown(name), most=MOST_CHARACTERS)
        self.open.append([name, 0])

    def _end(self, _: str) -> None:
        self.open.pop()

    def _text(self, text: str) -> None:
        inside = self.open[-1]
        inside[1] += len(text)
        if inside[1] > MOST_CHARACTERS and inside[0] != BASE64:
            raise Invalid("dcc.text_long", line=self.line, element=_shown(inside[0]), most=MOST_CHARACTERS)


def _shown(name: str) -> str:
    """The name of an element for a person: without its namespace."""
    return name.rpartition(" ")[2][:60]


def read_hostile(file: bytes) -> Any:
    """The root element of somebody else's XML.

    Args:
        file: any bytes at all.

    Raises:
        Invalid: too large or too deep, no well-formed XML, with a document type declaration (and so with any entity of
            its own) or with XInclude; the line is named.
    """
    if len(file) > MOST_BYTES:
        raise Invalid("dcc.too_large", most=MOST_BYTES // MEGABYTE)
    door = _Door()
    try:
        door.parser.Parse(file, True)
    except expat.ExpatError as problem:
        raise Invalid("dcc.not_xml", line=problem.lineno, why=xml_fault(problem.code)) from None
    except (ValueError, LookupError) as problem:  # an encoding that no one knows
        raise Invalid("dcc.not_xml", line=1, why=str(problem)[:100]) from None
    try:
        tree = etree.fromstring(file, safe_parser()).getroottree()
    except (etree.XMLSyntaxError, ValueError) as problem:
        raise Invalid("dcc.not_xml", line=getattr(problem, "lineno", 1) or 1, why=str(problem)[:200]) from None
    if tree.docinfo.doctype or tree.docinfo.internalDTD is not None:
        raise Invalid("dcc.doctype", line=1)
    return tree.getroot()
