"""A time-stamp authority over HTTP on this computer, which can also fail in every way that is asked of it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from asn1crypto import tsp
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

REFUSAL = tsp.PKIStatusInfo({"status": "rejection", "status_string": ["no"]}).dump()
Answer = Callable[[tsp.TimeStampReq], bytes]


@dataclass
class StampServer:
    """Where it is reached, what it answers under which path, and how often it was asked.

    Attributes:
        address: of the server, with no path.
        answers: path -> what it says to a request; "/tsa" stamps as it should.
        asked: the paths in the order in which they were asked for.
        free: what a slow answer waits for.
    """

    address: str
    answers: dict[str, Answer]
    asked: list[str] = field(default_factory=list)
    free: threading.Event = field(default_factory=threading.Event)

    def at(self, path: str) -> str:
        """The address of one of its behaviours."""
        return f"{self.address}{path}"


@contextmanager
def stamp_server(good: DummyTimeStamper, other: DummyTimeStamper | None = None) -> Iterator[StampServer]:
    """Serve RFC 3161 over HTTP meanwhile.

    Args:
        good: stamps under "/tsa".
        other: stamps under "/other", for instance with a certificate that has ended.
    """
    answers: dict[str, Answer] = {
        "/tsa": lambda asked: answered(good, asked),
        "/other": lambda asked: answered(other or good, asked),
        "/digest": lambda asked: answered(good, changed(asked, "message_imprint", b"\x01" * 32)),
        "/nonce": lambda asked: answered(good, changed(asked, "nonce", 7)),
        "/refused": lambda _: b"\x30" + bytes([len(REFUSAL)]) + REFUSAL,
        "/forged": lambda asked: forged(answered(good, asked)),
        "/garbage": lambda _: b"<html>",
        "/empty": lambda _: b"",
    }
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answering)
    server.daemon_threads = True
    serving = StampServer(f"http://127.0.0.1:{server.server_port}", answers)
    server.serving = serving  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield serving
    finally:
        serving.free.set()
        server.shutdown()
        server.server_close()


def answered(stamper: DummyTimeStamper, asked: tsp.TimeStampReq) -> bytes:
    """An authority's answer."""
    return bytes(stamper.request_tsa_response(asked).dump())


def changed(asked: tsp.TimeStampReq, name: str, value: bytes | int) -> tsp.TimeStampReq:
    """The same request over another digest, or with another nonce."""
    other = asked.copy()
    if name == "nonce":
        other["nonce"] = value
    else:
        other["message_imprint"]["hashed_message"] = value
    return other


def forged(answer: bytes) -> bytes:
    """An answer whose signature does not fit any more."""
    said = tsp.TimeStampResp.load(answer)
    signer = said["time_stamp_token"]["content"]["signer_infos"][0]
    signature = bytearray(signer["signature"].native)
    signature[-1] ^= 1
    signer["signature"] = bytes(signature)
    return bytes(said.dump(force=True))


class _Answering(BaseHTTPRequestHandler):
    """One request."""

    def do_POST(self) -> None:
        """Answer by the path."""
        serving: StampServer = self.server.serving  # type: ignore[attr-defined]
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        serving.asked.append(self.path)
        if self.path == "/slow":
            serving.free.wait(30)
        if self.path not in serving.answers:
            self.send_error(503)
            return
        answer = serving.answers[self.path](tsp.TimeStampReq.load(asked))
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *words: object) -> None:
        """Say nothing."""
