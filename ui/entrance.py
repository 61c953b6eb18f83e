"""The way into a page: without a sign-in to the door, with one to the page, its channel bound to the session."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from nicegui import ui
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lims.errors import Stated
from lims.laboratory import Laboratory
from ui.frame import message
from ui.session import Visit, path_of, visit_of
from ui.sockets import Sockets

Page = Callable[..., Awaitable[Any]]


def page(lab: Laboratory, sockets: Sockets, path: str) -> Callable[[Page], None]:
    """Register a page for signed-in persons.

    The function gets the visit first, then what the path and the query hold. What the laboratory refuses while the
    page is being built is said on a page of its own; a page that has no client of this session has no channel.
    """

    def register(build: Page) -> None:
        @wraps(build)
        async def entered(request: Request, **given: Any) -> Response | None:
            visit = visit_of(lab, request)
            if visit is None:
                return RedirectResponse(f"/sign-in?to={quote(path_of(request))}", status_code=303)
            sockets.bind(ui.context.client, visit.actor.session_id or "")
            try:
                answer = await build(visit, **given)
            except Stated as refusal:
                message(visit, refusal.text(visit.language))
                return None
            return answer if isinstance(answer, Response) else None

        # FastAPI reads the parameters from the signature: those of the page, with the request in the visit's place.
        import inspect

        own = inspect.signature(build)
        rest = [one for name, one in own.parameters.items() if name != "visit"]
        asked = inspect.Parameter("request", inspect.Parameter.KEYWORD_ONLY, annotation=Request)
        entered.__signature__ = own.replace(  # type: ignore[attr-defined]
            parameters=[asked, *(one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in rest)],
            return_annotation=inspect.Signature.empty,
        )
        ui.page(path, response_timeout=30)(entered)

    return register


def leave(visit: Visit, path: str) -> RedirectResponse:
    """Lead to another page while this one is being built."""
    return RedirectResponse(path, status_code=303)
