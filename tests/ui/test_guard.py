"""What every request passes first: host, origin and size, and the headers of every answer."""

from collections.abc import Coroutine, Iterable
from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from ui.guard import APPLICATION_POLICY, MOST_BODY, PLAIN_POLICY, Guard

HERE = (b"host", b"lab.example")


def run(answer: Coroutine[Any, Any, None]) -> None:
    """Carry out an answer that waits for nothing; it needs no event loop, so that one may be running beside it."""
    try:
        answer.send(None)
    except StopIteration:
        return
    raise AssertionError("the guard waits for something")


async def behind(scope: Scope, receive: Receive, send: Send) -> None:
    """The application behind the guard: it reads the whole body and says how long it was."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        return
    length, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        length += len(message.get("body", b""))
        more = message.get("more_body", False)
    await PlainTextResponse(str(length))(scope, receive, send)


def asked(
    headers: Iterable[tuple[bytes, bytes]],
    *,
    method: str = "GET",
    path: str = "/",
    kind: str = "http",
    body: Iterable[bytes] = (b"",),
    loopback_only: bool = False,
    secure: bool = False,
) -> list[Message]:
    """Everything that the guard sends for one request."""
    pieces = list(body)
    incoming: list[Message] = [
        {"type": "http.request", "body": piece, "more_body": index + 1 < len(pieces)}
        for index, piece in enumerate(pieces)
    ]
    if kind == "websocket":
        incoming = [{"type": "websocket.connect"}]
    sent: list[Message] = []

    async def receive() -> Message:
        return incoming.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": kind, "method": method, "path": path, "headers": list(headers), "query_string": b""}
    guard = Guard(behind, plain_paths=("/verify",), loopback_only=loopback_only, secure=secure)
    run(guard(scope, receive, send))
    return sent


def status(sent: list[Message]) -> int | str:
    """Status of an answer, or what became of a websocket."""
    return sent[0].get("status", sent[0]["type"])


def headers(sent: list[Message]) -> dict[str, str]:
    """The headers of an answer, names in small letters."""
    return {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}


def test_every_answer_carries_the_strict_headers() -> None:
    """Application pages and plain pages have their policy, no sniffing, no framing, and are never cached."""
    application, plain = headers(asked([HERE], path="/jobs/1")), headers(asked([HERE], path="/verify/abc"))
    assert application["content-security-policy"] == APPLICATION_POLICY
    assert plain["content-security-policy"] == PLAIN_POLICY
    for one in (application, plain):
        assert one["x-content-type-options"] == "nosniff"
        assert one["referrer-policy"] == "same-origin"
        assert one["cache-control"] == "no-store"
        assert "frame-ancestors 'none'" in one["content-security-policy"]
    assert "script-src" not in PLAIN_POLICY and "default-src 'none'" in PLAIN_POLICY
    assert "cache-control" not in headers(asked([HERE], path="/static/chuan.css"))
    assert "strict-transport-security" in headers(asked([HERE], secure=True))


@pytest.mark.parametrize(
    "origin", [b"https://elsewhere.example", b"null", b"http://lab.example.elsewhere.example", b"http://lab.example:81"]
)
def test_a_write_from_another_page_is_refused(origin: bytes) -> None:
    """A form or a websocket that a page of another origin sends is refused before anything reads it."""
    assert status(asked([HERE, (b"origin", origin)], method="POST")) == 403
    assert status(asked([HERE, (b"origin", origin)], kind="websocket")) == "websocket.close"


def test_a_write_from_our_own_page_passes() -> None:
    """Our own pages write, and so does a program that sends no Origin; a browser of another site does not."""
    own = (b"origin", b"http://lab.example")
    assert status(asked([HERE, own], method="POST")) == 200
    assert status(asked([HERE, own], kind="websocket")) == "websocket.accept"
    assert status(asked([HERE], method="POST")) == 200
    assert status(asked([HERE, (b"sec-fetch-site", b"cross-site")], method="POST")) == 403


def test_a_demonstration_answers_on_the_loopback_address_only() -> None:
    """A name that somebody points at this computer does not reach a demonstration."""
    assert status(asked([(b"host", b"127.0.0.1:8080")], loopback_only=True)) == 200
    assert status(asked([(b"host", b"localhost")], loopback_only=True)) == 200
    assert status(asked([(b"host", b"demo.example")], loopback_only=True)) == 421
    assert status(asked([(b"host", b"demo.example")], kind="websocket", loopback_only=True)) == "websocket.close"


def test_a_body_that_is_too_large_is_refused() -> None:
    """A large body is refused by its announced length, and cut off where none was announced."""
    announced = (b"content-length", str(MOST_BODY + 1).encode())
    assert status(asked([HERE, announced], method="POST")) == 413
    piece = b"x" * (MOST_BODY // 2)
    assert status(asked([HERE], method="POST", body=(piece,))) == 200
    assert asked([HERE], method="POST", body=(piece, piece, b"xx", b"more")) == []
