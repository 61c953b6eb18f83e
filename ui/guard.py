"""What every request passes first: host, origin, size; and what every answer carries: the strict headers.

Plain ASGI, so that websockets pass it as well: browsers send them from any page of any host, and only the server can
tell a foreign one by its Origin.
"""

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BODY: Final = 40 * 1024 * 1024
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_STATIC: Final = ("/static/", "/fonts/", "/_nicegui/")

# Plain pages have no script at all. Application pages are NiceGUI's: it writes scripts into the page and compiles its
# templates in the browser, so those two words stay; nothing may come from, or be framed by, another host.
PLAIN_POLICY: Final = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
APPLICATION_POLICY: Final = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; worker-src 'none'; object-src 'none'; "
    "frame-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


class Guard:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, *, plain_paths: Iterable[str], loopback_only: bool, secure: bool) -> None:
        """Put the guard around an application.

        Args:
            app: what it guards.
            plain_paths: beginnings of the paths of pages without script.
            loopback_only: whether only this computer is answered (a demonstration).
            secure: whether the laboratory is reached by https; its pages then say so for a year.
        """
        self._app = app
        self._plain_paths = tuple(plain_paths)
        self._loopback_only = loopback_only
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is not None:
            await _refuse(scope, receive, send, *refusal)
            return
        if scope["type"] == "websocket":
            await self._app(scope, receive, send)
            return
        await self._app(scope, _limited(receive), self._with_headers(scope["path"], send))

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self._loopback_only and (urlsplit(f"//{host}").hostname or "") not in _LOOPBACK:
            return 421, "This demonstration answers on the loopback address only."
        writes = scope["type"] == "websocket" or scope["method"] not in _SAFE_METHODS
        if writes and not _same_origin(headers, host):
            return 403, "This page came from another host."
        if int(headers.get("content-length") or 0) > MOST_BODY:
            return 413, "The file is too large."
        return None

    def _with_headers(self, path: str, send: Send) -> Send:
        plain = path.startswith(self._plain_paths)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = PLAIN_POLICY if plain else APPLICATION_POLICY
                headers["X-Content-Type-Options"] = "nosniff"
                # Not no-referrer: with it browsers send the forms of our own pages with the Origin "null".
                headers["Referrer-Policy"] = "same-origin"
                headers["Cross-Origin-Opener-Policy"] = "same-origin"
                headers["Cross-Origin-Resource-Policy"] = "same-origin"
                headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
                if self._secure:
                    headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
                if not path.startswith(_STATIC):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        return answer


def _same_origin(headers: Headers, host: str) -> bool:
    """Whether a writing request comes from a page of this very host; who sends no Origin is no browser."""
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
    return origin != "null" and urlsplit(origin).netloc == host


def _limited(receive: Receive) -> Receive:
    """The body of a request, cut off where it is longer than any file we take."""
    taken = 0

    async def take() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > MOST_BODY:
            return {"type": "http.disconnect"}
        return message

    return take


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, why: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": why})
        return
    await PlainTextResponse(why, status_code=status)(scope, receive, send)
