"""The process that judges strangers' files: `python -m certificates.validation_worker`, asked over its pipes.

Where the system can, each file is judged by a child of its own with hard limits, which ends with its answer.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import IO

from cryptography import x509

from certificates.dcc_report import dcc_report
from certificates.signature_report import SignatureReport
from certificates.signature_reports import signature_reports
from certificates.validating import read_frame, write_frame

MEMORY, PROCESSOR_SECONDS, WALL_SECONDS = 1_500_000_000, 10, 15


def main() -> None:
    """Answer one request after another until the asking side ends."""
    asking, answering = sys.stdin.buffer, sys.stdout.buffer
    while (head := read_frame(asking)) is not None and (pdf := read_frame(asking)) is not None:
        write_frame(answering, _apart(head, pdf) if hasattr(os, "fork") else _judged(head, pdf))


def _judged(head: bytes, pdf: bytes) -> bytes:
    """The answer to one request; an empty one where the file breaks its reader."""
    asked = json.loads(head)
    roots = [x509.load_pem_x509_certificate(root.encode("ascii")) for root in asked["roots"]]
    now = dt.datetime.fromisoformat(asked["at"])
    try:
        reports = signature_reports(pdf, roots, now)
        dcc = dcc_report(pdf, roots, _proven(reports) or now)
    except Exception as problem:  # noqa: BLE001  (whatever a stranger's file raises is an answer)
        return json.dumps({"problem": type(problem).__name__}).encode()
    return json.dumps({"signatures": [asdict(one) for one in reports], "dcc": asdict(dcc)}).encode()


def _proven(reports: Sequence[SignatureReport]) -> dt.datetime | None:
    """The earliest time at which a trusted authority saw the file, DCC and all."""
    stamped = [dt.datetime.fromisoformat(one.at) for one in reports if one.at_by == "authority" and one.sound]
    return min(stamped, default=None)


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
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.alarm(WALL_SECONDS)
        answer.write(_judged(head, pdf))
        answer.flush()
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
