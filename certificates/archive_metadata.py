"""The metadata packet of an archive file: equal to its information dictionary, and naming the DCC that is inside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

DCC_SCHEMA = "urn:chuan:pdfa:DigitalCalibrationCertificate:1p0#"
"""Namespace of the four entries that lead a reader to the DCC."""
DCC_NAMESPACE = "https://ptb.de/dcc"

_ENTRIES = (
    ("DocumentType", "Kind of the embedded document, always DCC"),
    ("DocumentFileName", "Name of the embedded file that holds the digital calibration certificate"),
    ("Version", "Version of the schema of the digital calibration certificate"),
    ("Namespace", "XML namespace of the digital calibration certificate"),
)
_NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
}


@dataclass(frozen=True)
class DccEntry:
    """Where the digital calibration certificate is found inside the file."""

    file_name: str
    version: str


@dataclass(frozen=True)
class ArchiveMetadata:
    """What the information dictionary of a file says; empty texts are left out."""

    title: str
    author: str
    subject: str
    creator: str
    producer: str
    created: dt.datetime
    modified: dt.datetime
    language: str
    dcc: DccEntry | None = None


def xmp_packet(metadata: ArchiveMetadata) -> bytes:
    """The packet as it stands in the file, uncompressed.

    Source:
        ISO 19005-3:2012, 6.6 (identification, equality with the information dictionary, extension schemas);
        ISO 16684-1:2019.
    """
    namespaces = dict(_NAMESPACES)
    if metadata.dcc:
        namespaces["dcc"] = DCC_SCHEMA
    declared = " ".join(f'xmlns:{prefix}="{address}"' for prefix, address in namespaces.items() if prefix != "rdf")
    lines = [
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>',
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">',
        f'<rdf:RDF xmlns:rdf="{_NAMESPACES["rdf"]}">',
        f'<rdf:Description rdf:about="" {declared}>',
        *_properties(metadata),
        *(_dcc(metadata.dcc) if metadata.dcc else ()),
        "</rdf:Description>",
        "</rdf:RDF>",
        "</x:xmpmeta>",
        '<?xpacket end="r"?>',
    ]
    return "\n".join(lines).encode("utf-8")


def _properties(metadata: ArchiveMetadata) -> Iterator[str]:
    """Conformance, and the entries of the information dictionary in the words of XMP."""
    yield "<pdfaid:part>3</pdfaid:part>"
    yield "<pdfaid:conformance>U</pdfaid:conformance>"
    yield "<dc:format>application/pdf</dc:format>"
    if metadata.title:
        yield f"<dc:title>{_alternatives(metadata.title)}</dc:title>"
    if metadata.author:
        yield f"<dc:creator><rdf:Seq><rdf:li>{escape(metadata.author)}</rdf:li></rdf:Seq></dc:creator>"
    if metadata.subject:
        yield f"<dc:description>{_alternatives(metadata.subject)}</dc:description>"
        yield f"<dc:identifier>{escape(metadata.subject)}</dc:identifier>"
    if metadata.language:
        yield f"<dc:language><rdf:Bag><rdf:li>{escape(metadata.language)}</rdf:li></rdf:Bag></dc:language>"
    if metadata.creator:
        yield f"<xmp:CreatorTool>{escape(metadata.creator)}</xmp:CreatorTool>"
    if metadata.producer:
        yield f"<pdf:Producer>{escape(metadata.producer)}</pdf:Producer>"
    yield f"<xmp:CreateDate>{metadata.created.isoformat()}</xmp:CreateDate>"
    yield f"<xmp:ModifyDate>{metadata.modified.isoformat()}</xmp:ModifyDate>"


def _alternatives(text: str) -> str:
    """A text that could have a form in each language and has one."""
    return f'<rdf:Alt><rdf:li xml:lang="x-default">{escape(text)}</rdf:li></rdf:Alt>'


def _dcc(dcc: DccEntry) -> Iterator[str]:
    """The entries that name the DCC, and the description of their schema that PDF/A asks for."""
    yield "<dcc:DocumentType>DCC</dcc:DocumentType>"
    yield f"<dcc:DocumentFileName>{escape(dcc.file_name)}</dcc:DocumentFileName>"
    yield f"<dcc:Version>{escape(dcc.version)}</dcc:Version>"
    yield f"<dcc:Namespace>{DCC_NAMESPACE}</dcc:Namespace>"
    yield '<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
    yield "<pdfaSchema:schema>Digital Calibration Certificate PDFA Extension Schema</pdfaSchema:schema>"
    yield f"<pdfaSchema:namespaceURI>{DCC_SCHEMA}</pdfaSchema:namespaceURI>"
    yield "<pdfaSchema:prefix>dcc</pdfaSchema:prefix>"
    yield "<pdfaSchema:property><rdf:Seq>"
    for name, description in _ENTRIES:
        yield '<rdf:li rdf:parseType="Resource">'
        yield f"<pdfaProperty:name>{name}</pdfaProperty:name>"
        yield "<pdfaProperty:valueType>Text</pdfaProperty:valueType>"
        yield "<pdfaProperty:category>external</pdfaProperty:category>"
        yield f"<pdfaProperty:description>{description}</pdfaProperty:description></rdf:li>"
    yield "</rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>"
