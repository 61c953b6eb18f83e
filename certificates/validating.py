"""Strangers' files are judged in a process apart: no file, no network, a limit on size, memory and time."""

from __future__ import annotations

import atexit
import datetime as dt
import json
import struct
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certificates.signature_report import AttachmentReport, DccReport, InsideReport, SignatureReport

LARGEST_FILE = 20_000_000
SECONDS = 20.0
MOST_WAITING = 8
HEAD_BYTES = 1024
NO_DCC, NOTHING_INSIDE = DccReport(), InsideReport()
READ, TOO_LARGE, UNREADABLE, BUSY = "read", "too_large", "unreadable", "busy"


@dataclass(frozen=True)
class Examination:
    """What a file's signatures and the DCC inside are worth.

    Attributes:
        state: "read", or why it was not looked at: "too_large", "unreadable" or "busy" (too many others wait).
        signatures: in the order in which they were made.
        dcc: the digital calibration certificate inside.
        inside: attachments and what else was read.
    """

    state: str
    signatures: tuple[SignatureReport, ...] = ()
    dcc: DccReport = NO_DCC
    inside: InsideReport = NOTHING_INSIDE

    @property
    def word(self) -> str:
        """The state of the signatures in one word: "none", "sound", "untrusted", "broken" or "unreadable"."""
        if self.state != READ:
            return "unreadable"
        if not self.signatures:
            return "none"
        if not all(one.intact and one.covers_whole_file for one in self.signatures):
            return "broken"
        return "sound" if all(one.trusted for one in self.signatures) else "untrusted"


def validate(pdf: bytes, roots: Sequence[x509.Certificate], at: dt.datetime) -> Examination:
    """The signatures of any file, and the DCC inside.

    Args:
        pdf: any bytes.
        roots: certificates at which a chain may end.
        at: now.

    Returns:
        The reports; a file that is too large, breaks the reader or asks for more than it is given has none, and so
        has one that comes while too many others wait.
    """
    if len(pdf) > LARGEST_FILE:
        return Examination(TOO_LARGE)
    if b"%PDF-" not in pdf[:HEAD_BYTES]:
        return Examination(READ)
    asked = {"at": at.isoformat(), "roots": [one.public_bytes(Encoding.PEM).decode("ascii") for one in roots]}
    if not _places.acquire(blocking=False):
        return Examination(BUSY)
    try:
        answer = _workers.ask(json.dumps(asked).encode(), pdf)
    finally:
        _places.release()
    return Examination(UNREADABLE) if answer is None or "signatures" not in answer else _as_written(answer)


def _as_written(answer: dict[str, Any]) -> Examination:
    """The reports as the process apart wrote them."""
    said, inside = answer["dcc"], answer["inside"]
    return Examination(
        READ,
        tuple(SignatureReport(**one) for one in answer["signatures"]),
        DccReport(**(said | {"differences": tuple(said["differences"])})),
        InsideReport(inside["head"], tuple(AttachmentReport(**one) for one in inside["attachments"])),
    )


def asked_apart(asked: dict[str, Any], file: bytes) -> dict[str, Any] | None:
    """What the process apart answers to a question about a stranger's file; None where it broke or took too long."""
    return _workers.ask(json.dumps(asked).encode(), file)


def write_frame(stream: IO[bytes], content: bytes) -> None:
    """One message: its length, then its bytes."""
    stream.write(struct.pack(">I", len(content)))
    stream.write(content)
    stream.flush()


def read_frame(stream: IO[bytes]) -> bytes | None:
    """The next message; None where the other side has ended."""
    head = stream.read(4)
    if len(head) < 4:
        return None
    (length,) = struct.unpack(">I", head)
    content = stream.read(length)
    return content if len(content) == length else None


class _Workers:
    """The one process that judges, started when it is first needed and again after it was stopped."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self.close)

    def ask(self, *frames: bytes) -> dict[str, Any] | None:
        """The answer to one request; None where there was none in time."""
        with self._lock:
            process = self._running()
            stopping = threading.Timer(SECONDS, process.kill)
            stopping.start()
            try:
                return self._exchange(process, frames)
            finally:
                stopping.cancel()

    def _exchange(self, process: subprocess.Popen[bytes], frames: Sequence[bytes]) -> dict[str, Any] | None:
        assert process.stdin is not None
        assert process.stdout is not None
        answer = None
        with suppress(OSError, ValueError):
            for frame in frames:
                write_frame(process.stdin, frame)
            answer = read_frame(process.stdout)
        if answer is None:
            self._stop()
            return None
        return dict(json.loads(answer))

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self._stop()
        if self._process is None:
            command = [sys.executable, "-m", "certificates.validation_worker"]
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        return self._process

    def _stop(self) -> None:
        if self._process is None:
            return
        self._process.kill()
        self._process.communicate()
        self._process = None

    def close(self) -> None:
        """Let the process end with this one."""
        with suppress(OSError, ValueError):
            self._stop()


_workers = _Workers()
_places = threading.BoundedSemaphore(MOST_WAITING)
"""One file is judged at a time; so many may wait, others are told to come again."""
