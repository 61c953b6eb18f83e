"""The drawn certificate as an archive file: PDF/A-3U with its attachments, the same bytes for the same input."""

from __future__ import annotations

import datetime as dt
import io
import re
import zlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import pikepdf
from pikepdf import Array, AttachedFileSpec, Dictionary, Name, Pdf

from certificates.archive_metadata import ArchiveMetadata, DccEntry, xmp_packet
from certificates.attachment import Attachment
from uncertainty.errors import Invalid

RELATIONSHIPS = ("Alternative", "Data", "Source", "Supplement", "Unspecified")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
MIME_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,60}")
PDF_DATE = re.compile(r"D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:([+-]\d\d)'(\d\d)'?|Z.*)?")
MOST_ATTACHMENTS = 32
DCC_NAME = "dcc.xml"


def dcc_attachment(xml: bytes, version: str, description: str = "") -> Attachment:
    """The digital calibration certificate as it is attached: it says the same as the pages."""
    return Attachment(DCC_NAME, xml, "application/xml", "Alternative", description, version)


def as_pdf_a(pdf: bytes, attachments: Sequence[Attachment] = ()) -> bytes:
    """The certificate as PDF/A-3U, level U: every text of it can be read out.

    Args:
        pdf: as `certificates.pdf.render` gives it: faces embedded, no file name, clock or chance inside.
        attachments: the files to carry, in this order; at most one of them is the DCC.

    Returns:
        The bytes of the file; the same on every run for the same input. The identification stands uncompressed in
        the information dictionary and twice in the metadata.

    Raises:
        Invalid: an attachment's name, type or relationship cannot be written.

    Source:
        ISO 19005-3:2012; the entries that name the DCC follow the manner of Factur-X 1.0.
    """
    _check(attachments)
    with Pdf.open(io.BytesIO(pdf)) as document:
        metadata = _metadata(document, attachments)
        _attach(document, attachments, metadata)
        document.Root.OutputIntents = Array([_output_intent(document)])
        stream = document.make_stream(xmp_packet(metadata))
        stream.Type, stream.Subtype = Name.Metadata, Name.XML
        document.Root.Metadata = stream
        for page in document.pages:
            if "/Trans" in page:  # the drawing library writes one into every page, PDF/A knows none
                del page.obj["/Trans"]
        target = io.BytesIO()
        document.save(
            target,
            deterministic_id=True,
            compress_streams=False,  # every stream comes compressed, or is to be found by a search in the bytes
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            fix_metadata_version=False,
            force_version="1.7",
        )
    return target.getvalue()


def _check(attachments: Sequence[Attachment]) -> None:
    """Refuse what a reader could not find again or what PDF/A has no place for."""
    if len(attachments) > MOST_ATTACHMENTS:
        raise Invalid("certificate.too_many_attachments", count=len(attachments), most=MOST_ATTACHMENTS)
    names: set[str] = set()
    for each in attachments:
        if not NAME.fullmatch(each.name) or each.name.lower() in names:
            raise Invalid("certificate.attachment_name", name=each.name[:80])
        if not MIME_TYPE.fullmatch(each.mime_type) or each.relationship not in RELATIONSHIPS:
            raise Invalid(
                "certificate.attachment_kind", name=each.name, kind=each.mime_type, relation=each.relationship
            )
        names.add(each.name.lower())
    if sum(each.dcc_version is not None for each in attachments) > 1:
        raise Invalid("certificate.attachment_name", name=DCC_NAME)


def _metadata(document: Pdf, attachments: Sequence[Attachment]) -> ArchiveMetadata:
    """What the information dictionary says, word for word; entries that PDF/A wants equal or gone are put right."""
    info: Any = document.docinfo
    for key in ("/Trapped", "/Keywords"):
        if key in info:
            del info[key]
    said = {key: str(info[key]) if key in info else "" for key in ("/Title", "/Author", "/Subject", "/Creator")}
    dcc = next((each for each in attachments if each.dcc_version is not None), None)
    return ArchiveMetadata(
        title=said["/Title"],
        author=said["/Author"],
        subject=said["/Subject"],
        creator=said["/Creator"],
        producer=str(info.get("/Producer", "")),
        created=pdf_date(str(info.get("/CreationDate", ""))),
        modified=pdf_date(str(info.get("/ModDate", ""))),
        language=str(document.Root.get("/Lang", "")),
        dcc=DccEntry(dcc.name, dcc.dcc_version or "") if dcc else None,
    )


def pdf_date(text: str) -> dt.datetime:
    """A date as PDF writes it, "D:20261120164205+07'00'".

    Raises:
        Invalid: it is none.
    """
    found = PDF_DATE.fullmatch(text)
    if found is None:
        raise Invalid("certificate.content_field_wrong", field="ModDate")
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    hours, minutes = int(found[7] or 0), int(found[8] or 0)
    offset = dt.timedelta(hours=hours, minutes=-minutes if (found[7] or "").startswith("-") else minutes)
    return dt.datetime(year, month, day, hour, minute, second, tzinfo=dt.timezone(offset))


def _attach(document: Pdf, attachments: Sequence[Attachment], metadata: ArchiveMetadata) -> None:
    """Put the files in, each tied to the document by its relationship."""
    associated = []
    for each in attachments:
        file = AttachedFileSpec(
            document,
            each.content,
            filename=each.name,
            description=each.description,
            mime_type=each.mime_type,
            creation_date=metadata.created.strftime(_DATE) + _offset(metadata.created),
            mod_date=metadata.modified.strftime(_DATE) + _offset(metadata.modified),
        )
        file.relationship = Name("/" + each.relationship)
        file.obj.EF.F.write(zlib.compress(each.content), filter=Name.FlateDecode)
        document.attachments[each.name] = file
        associated.append(document.attachments[each.name].obj)
    if associated:
        document.Root.AF = Array(associated)


_DATE = "D:%Y%m%d%H%M%S"


def _offset(when: dt.datetime) -> str:
    """The offset from UTC as PDF writes it."""
    said = when.strftime("%z")
    return f"{said[:3]}'{said[3:5]}'"


def _output_intent(document: Pdf) -> Any:
    """The colours of the page are those of sRGB."""
    profile = document.make_stream(b"")
    profile.write(_srgb(), filter=Name.FlateDecode)
    profile.N = 3
    return document.make_indirect(
        Dictionary(
            Type=Name.OutputIntent,
            S=Name.GTS_PDFA1,
            OutputConditionIdentifier="sRGB IEC61966-2.1",
            Info="sRGB IEC61966-2.1",
            DestOutputProfile=profile,
        )
    )


@cache
def _srgb() -> bytes:
    """The colour profile that comes with the library, free to use; compressed."""
    return zlib.compress((files("pikepdf") / "pdfa" / "data" / "sRGB.icc").read_bytes())
