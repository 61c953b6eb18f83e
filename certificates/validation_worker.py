"""The process that judges strangers' files: `python -m certificates.validation_worker`, asked over its pipes.

Where the system can, each file is judged by a child of its own with hard limits, which ends with its answer.
"""

from __future__ import annotations

import datetime as dt
import encodings.utf_16_be
import encodings.utf_16_le  # noqa: F401  (readers load these late, when no file can be opened any more)
import hashlib
import json
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import IO

import cryptography.hazmat.backends.openssl.backend  # noqa: F401  (as above)
import pyhanko.pdf_utils.filters  # noqa: F401  (as above)
import pypdfium2
from cryptography import x509

from certificates.agreement import text_of_pages
from certificates.archive import DCC_NAME
from certificates.attached_dcc import taken_out
from certificates.attachment import Attachment
from certificates.carried import carried
from certificates.dcc_report import UNREAD, report_of
from certificates.printed_head import head_in
from certificates.signature_report import AttachmentReport, DccReport, InsideReport, SignatureReport
from certificates.signature_reports import signature_reports
from certificates.validating import read_frame, write_frame
from certificates.xades import load_schemas
from uncertainty.errors import Stated

MEMORY, PROCESSOR_SECONDS, WALL_SECONDS = 1_500_000_000, 10, 15


def main() -> None:
    """Answer one request after another until the asking side ends."""
    load_schemas()
    asking, answering = sys.stdin.buffer, sys.stdout.buffer
    while (head := read_frame(asking)) is not None and (pdf := read_frame(asking)) is not None:
        write_frame(answering, _apart(head, pdf) if hasattr(os, "fork") else _judged(head, pdf))


def _judged(head: bytes, pdf: bytes) -> bytes:
    """The answer to one request; an empty one where the file breaks its reader."""
    asked = json.loads(head)
    if asked.get("task") == "attached_dcc":
        return _taken_out(pdf)
    roots = [x509.load_pem_x509_certificate(root.encode("ascii")) for root in asked["roots"]]
    now = dt.datetime.fromisoformat(asked["at"])
    try:
        reports = signature_reports(pdf, roots, now)
        dcc, inside = _contents(pdf, roots, _proven(reports) or now)
    except Exception as problem:  # noqa: BLE001  (whatever a stranger's file raises is an answer)
        return json.dumps({"problem": type(problem).__name__}).encode()
    said = {"signatures": [asdict(one) for one in reports], "dcc": asdict(dcc), "inside": asdict(inside)}
    return json.dumps(said).encode()


def _contents(pdf: bytes, roots: Sequence[x509.Certificate], at: dt.datetime) -> tuple[DccReport, InsideReport]:
    """The DCC, the attachments and the head of the audit chain, as far as they can be read; each is read once."""
    files: tuple[Attachment, ...] | None = None
    text: str | None = None
    with suppress(Stated):
        files = carried(pdf)
    with suppress(pypdfium2.PdfiumError):
        text = text_of_pages(pdf)
    found = tuple(
        AttachmentReport(one.name[:80], len(one.content), hashlib.sha256(one.content).hexdigest())
        for one in files or ()
    )
    inside = InsideReport(head_in(text or ""), found)
    xml = next((one.content for one in files or () if one.name == DCC_NAME), None)
    if files is not None and xml is None:
        return DccReport(), inside
    return (UNREAD if xml is None or text is None else report_of(xml, text, roots, at)), inside


def _proven(reports: Sequence[SignatureReport]) -> dt.datetime | None:
    """The earliest time at which a trusted authority saw the file, DCC and all."""
    stamped = [dt.datetime.fromisoformat(one.at) for one in reports if one.at_by == "authority" and one.sound]
    return min(stamped, default=None)


def _taken_out(pdf: bytes) -> bytes:
    """The DCC inside a PDF; an empty answer where the file breaks its reader."""
    try:
        return json.dumps(taken_out(pdf)).encode()
    except Exception as problem:  # noqa: BLE001  (whatever a stranger's file raises is an answer)
        return json.dumps({"problem": type(problem).__name__}).encode()


def _apart(head: bytes, pdf: bytes) -> bytes:
    """The answer of a child of this process, which has one thread."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with os.fdopen(writing, "wb") as answer:
            _answer_within_limits(head, pdf, answer)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        said = answer.read()
    os.waitpid(child, 0)
    return said or b'{"problem": "limits"}'


def _answer_within_limits(head: bytes, pdf: bytes, answer: IO[bytes]) -> None:
    """Judge in this child, and end it."""
    import resource

    try:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes no file; a pipe is none
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))  # and opens none: no file, no socket
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.alarm(WALL_SECONDS)
        answer.write(_judged(head, pdf))
        answer.flush()
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
