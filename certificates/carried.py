"""What a certificate's file carries inside: the very bytes of its attachments, found again."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
from pikepdf import Pdf

from certificates.archive import DCC_NAME, MOST_ATTACHMENTS
from certificates.attachment import Attachment
from uncertainty.errors import Broken

LARGEST = 64_000_000


def carried(pdf: bytes) -> tuple[Attachment, ...]:
    """The files that a certificate carries, in the order of its associated files.

    Args:
        pdf: a file of this laboratory, hash checked; a stranger's is opened in a process apart.

    Raises:
        Broken: the file cannot be read, or carries more than any certificate does.
    """
    try:
        with Pdf.open(io.BytesIO(pdf)) as document:
            return tuple(_attachment(one) for one in _associated(document))
    except (pikepdf.PdfError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise Broken("carried.not_read", why=str(problem)[:120]) from problem


def dcc_of(pdf: bytes) -> bytes | None:
    """The digital calibration certificate inside a file, as it was attached; None where it carries none.

    Raises:
        Broken: see `carried`.
    """
    return next((one.content for one in carried(pdf) if one.name == DCC_NAME), None)


def _associated(document: Pdf) -> list[Any]:
    """The entries of the associated files."""
    if "/AF" not in document.Root:
        return []
    found: list[Any] = list(document.Root.AF)
    if len(found) > MOST_ATTACHMENTS:
        raise ValueError(f"{len(found)} attachments")
    return found


def _attachment(entry: Any) -> Attachment:
    """One file with what is said of it."""
    stream = entry.EF.F
    content = bytes(stream.read_bytes())
    if len(content) > LARGEST:
        raise ValueError(f"{len(content)} B")
    name = str(entry.UF if "/UF" in entry else entry.F)
    described = str(entry.Desc) if "/Desc" in entry else ""
    kind = str(stream.Subtype).removeprefix("/") if "/Subtype" in stream else ""
    return Attachment(name, content, kind, str(entry.AFRelationship).removeprefix("/"), described)
