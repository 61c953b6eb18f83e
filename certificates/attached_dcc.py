"""The DCC inside somebody else's PDF: taken out in a process apart, with limits on size, memory and time."""

from __future__ import annotations

import base64
import io
from typing import Any

from certificates.hostile_xml import MOST_BYTES
from certificates.validating import LARGEST_FILE, READ, asked_apart
from uncertainty.errors import Invalid

MOST_ATTACHMENTS = 50
MARK = b"digitalCalibrationCertificate"
MEGABYTE = 1_000_000


def is_pdf(content: bytes) -> bool:
    """Whether a file begins as a PDF does."""
    return content[:1024].lstrip().startswith(b"%PDF-")


def dcc_in(pdf: bytes) -> bytes:
    """The DCC that a PDF carries as an attached file.

    Args:
        pdf: any bytes.

    Raises:
        Invalid: the file is too large or cannot be read, or carries no DCC, or more than one.
    """
    if len(pdf) > LARGEST_FILE:
        raise Invalid("dcc.too_large", most=LARGEST_FILE // MEGABYTE)
    answer = asked_apart({"task": "attached_dcc"}, pdf)
    if answer is None or answer.get("state") != READ:
        raise Invalid("received.pdf_unreadable")
    found = [base64.b64decode(one) for one in answer["found"]]
    if len(found) != 1:
        raise Invalid("received.pdf_without_dcc" if not found else "received.pdf_with_several", count=len(found))
    return found[0]


def taken_out(pdf: bytes) -> dict[str, Any]:
    """The attached files of a PDF that look like a DCC; it runs in the process apart and raises what it likes."""
    from pikepdf import Pdf  # the process that asks never loads it for this

    found = []
    with Pdf.open(io.BytesIO(pdf)) as document:
        names = list(document.attachments)[:MOST_ATTACHMENTS]
        for name in names:
            content = document.attachments[name].get_file().read_bytes()
            if len(content) <= MOST_BYTES and MARK in content[:MOST_BYTES]:
                found.append(base64.b64encode(content).decode("ascii"))
    return {"state": READ, "found": found}
