"""Who is at this browser: the cookie, the signed-in person, language and appearance. Never what they may do."""

from dataclasses import dataclass
from typing import Final, Literal, cast
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import Response

from lims import access, whoami
from lims.errors import Refused
from lims.laboratory import Laboratory
from lims.people import Actor
from lims.whoami import Me
from ui.components.appearance_switch import Appearance

LANGUAGES: Final = ("vi", "en")
APPEARANCES: Final = ("light", "dark", "system")
YEAR_S: Final = 365 * 24 * 3600


@dataclass(frozen=True)
class Visit:
    """One page being asked for: the laboratory, who asks, in which language and appearance, and for what."""

    lab: Laboratory
    actor: Actor
    me: Me
    language: str
    appearance: Appearance
    path: str


def session_cookie(secure: bool) -> str:
    """The name of the session cookie; with `__Host-` browsers keep it to this very host, which needs https."""
    return "__Host-chuan" if secure else "chuan"


def is_secure(request: HTTPConnection) -> bool:
    """Whether this browser came by https (here or at the proxy in front), hence cookies may be marked secure."""
    return request.scope.get("scheme") in ("https", "wss")


def token_of(request: HTTPConnection) -> str:
    """The session token that the browser sent, or nothing."""
    return request.cookies.get(session_cookie(is_secure(request)), "")


def actor_at(lab: Laboratory, request: HTTPConnection) -> Actor | None:
    """Who is signed in at this browser, if anyone; the session is looked up on the server every time."""
    token = token_of(request)
    return access.actor_of(lab, token) if token else None


def visit_of(lab: Laboratory, request: HTTPConnection) -> Visit | None:
    """The visit of a signed-in person, None when a sign-in is needed first."""
    actor = actor_at(lab, request)
    if actor is None:
        return None
    try:
        me = whoami.me(lab, actor)
    except Refused:
        return None
    preferred = request.cookies.get("language", "")
    language = preferred if preferred in LANGUAGES else me.language
    return Visit(lab, actor, me, language, appearance_of(request), path_of(request))


def language_of(lab: Laboratory, request: HTTPConnection) -> str:
    """The language of a page that nobody is signed in at: chosen here before, or the laboratory's."""
    preferred = request.cookies.get("language", "")
    return preferred if preferred in LANGUAGES else lab.settings.language


def appearance_of(request: HTTPConnection) -> Appearance:
    """Light, dark, or as the system says, as it was chosen at this browser."""
    chosen = request.cookies.get("appearance", "")
    return cast(Appearance, chosen) if chosen in APPEARANCES else "system"


def path_of(request: HTTPConnection) -> str:
    """Path and query of a page, for coming back to it."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def own_path(text: str, otherwise: str = "/") -> str:
    """A path on this host as it was given, or another one when it would lead elsewhere."""
    parts = urlsplit(text)
    stays = text.startswith("/") and not text.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return text if stays and len(text) <= 500 and text.isprintable() and "\\" not in text else otherwise


def remember(response: Response, request: HTTPConnection, name: Literal["language", "appearance"], value: str) -> None:
    """Keep a preference at this browser for a year."""
    response.set_cookie(name, value, max_age=YEAR_S, httponly=True, samesite="lax", secure=is_secure(request))
