"""Sockets bound to sessions: the open page's channel serves only the browser session that the page was built for.

NiceGUI takes the id of a page as the only proof on its channel. Here a socket joins a page only when it brings the
cookie of the session that the page was built for, and an event counts only for a page its socket has joined.
"""

from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from weakref import WeakValueDictionary

from nicegui import Client, core

from lims import access
from lims.laboratory import Laboratory
from ui.session import session_cookie

_PAGE_EVENTS: Final = ("event", "javascript_response", "ack", "log")


class Sockets:
    """The pages that are open, by id, with the session each was built for."""

    def __init__(self, lab: Laboratory) -> None:
        """Nothing is bound yet; `guard` puts the check into NiceGUI's channel."""
        self._lab = lab
        self._sessions: dict[str, str] = {}
        self._pages: WeakValueDictionary[str, Client] = WeakValueDictionary()

    def bind(self, client: Client, session_id: str) -> None:
        """Note for which session a page is being built."""
        for gone in set(self._sessions) - set(self._pages):
            del self._sessions[gone]
        self._sessions[client.id], self._pages[client.id] = session_id, client

    def guard(self) -> None:
        """Wrap the handlers of NiceGUI's channel."""
        handlers = core.sio.handlers["/"]
        joined, connected = handlers["handshake"], handlers["connect"]

        async def handshake(sid: str, data: dict[str, Any]) -> bool:
            return await joined(sid, data) if self._may_join(sid, str(data.get("client_id", ""))) else False

        async def connect(sid: str, environ: dict[str, Any], auth: Any = None) -> None:
            client_id = _query_value(environ, "client_id")
            if not self._may_join(sid, client_id, environ):
                raise ConnectionRefusedError("this page belongs to another session")
            await connected(sid, environ, auth)

        handlers["handshake"], handlers["connect"] = handshake, connect
        for name in _PAGE_EVENTS:
            handlers[name] = _only_for_members(handlers[name])

    def _may_join(self, sid: str, client_id: str, environ: dict[str, Any] | None = None) -> bool:
        bound = self._sessions.get(client_id)
        if bound is None:
            return False
        asked = environ or core.sio.get_environ(sid) or {}
        secure = asked.get("asgi.scope", {}).get("scheme") in ("https", "wss")
        sent = _cookie(asked, session_cookie(secure))
        actor = access.actor_of(self._lab, sent) if sent else None
        return actor is not None and actor.session_id == bound


def _only_for_members(handler: Any) -> Any:
    """A handler that ignores messages for a page which the sender's socket has not joined."""

    def checked(sid: str, message: dict[str, Any]) -> Any:
        return handler(sid, message) if message.get("client_id") in core.sio.rooms(sid) else None

    return checked


def _query_value(environ: dict[str, Any], name: str) -> str:
    from urllib.parse import parse_qs

    return parse_qs(str(environ.get("QUERY_STRING", ""))).get(name, [""])[0]


def _cookie(environ: dict[str, Any], name: str) -> str:
    try:
        found = SimpleCookie(str(environ.get("HTTP_COOKIE", ""))).get(name)
    except CookieError:
        return ""
    return found.value if found else ""
