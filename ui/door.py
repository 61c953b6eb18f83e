"""The door: sign in and out, set the first password, choose language and appearance. Plain HTTP, without script."""

from typing import Annotated

from fastapi import APIRouter, Form
from sqlmodel import col, select
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from instruments.bodies import name_on
from instruments.models import Body
from lims import access
from lims.clock import local_day
from lims.errors import Invalid, Refused
from lims.laboratory import Laboratory
from ui.components.brand import scales
from ui.components.error_note import split_sentence
from ui.components.language_switch import LANGUAGES as LANGUAGE_NAMES
from ui.plain import plain_page
from ui.session import APPEARANCES, LANGUAGES, is_secure, language_of, own_path, remember, session_cookie, token_of
from uncertainty.wording import wording

Typed = Annotated[str, Form(max_length=500)]


def door(lab: Laboratory) -> APIRouter:
    """The routes of the door."""
    router = APIRouter(include_in_schema=False)
    for part in (_sign_in, _sign_out, _invitation):
        part(router, lab)
    _preferences(router)
    return router


def _sign_in(router: APIRouter, lab: Laboratory) -> None:
    """In: a fresh token in a cookie; the session that this browser held before ends."""

    @router.get("/sign-in")
    def ask(request: Request, to: str = "/", ended: bool = False) -> Response:
        notice = wording("screens.session_ended", language_of(lab, request)) if ended else ""
        return _sign_in_page(lab, request, to=to, notice=notice)

    @router.post("/sign-in")
    async def sign_in(request: Request, user_name: Typed = "", password: Typed = "", to: Typed = "/") -> Response:
        address = request.client.host if request.client else ""
        try:
            signed_in = await run_in_threadpool(access.sign_in, lab, user_name, password, address)
        except (Refused, Invalid) as refusal:
            said = split_sentence(refusal.text(language_of(lab, request)))
            return _sign_in_page(lab, request, to=to, user_name=user_name, problem=said, status=403)
        before = token_of(request)
        if before:
            await run_in_threadpool(access.sign_out, lab, before)
        response = RedirectResponse(own_path(to), status_code=303)
        secure = is_secure(request)
        response.set_cookie(
            session_cookie(secure), signed_in.token, max_age=lab.settings.session_hours * 3600, path="/", httponly=True,
            samesite="lax", secure=secure,
        )  # fmt: skip
        return response


def _sign_out(router: APIRouter, lab: Laboratory) -> None:
    """Out: the session ends on the server, not only in the browser."""

    @router.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        await run_in_threadpool(access.sign_out, lab, token_of(request))
        response = RedirectResponse("/sign-in", status_code=303)
        response.delete_cookie(
            session_cookie(is_secure(request)), path="/", httponly=True, samesite="lax", secure=is_secure(request)
        )
        return response


def _invitation(router: APIRouter, lab: Laboratory) -> None:
    """The first password, by the one-time link that the administrator hands over."""

    @router.get("/invitation/{token}")
    def invited(request: Request, token: str) -> Response:
        return plain_page(lab, request, "invitation.html", path=request.url.path, problem="")

    @router.post("/invitation/{token}")
    async def accept(request: Request, token: str, password: Typed = "", again: Typed = "") -> Response:
        language = language_of(lab, request)
        try:
            if password != again:
                raise Invalid("screens.passwords_differ")
            user_name = await run_in_threadpool(access.accept_invitation, lab, token, password)
        except (Refused, Invalid) as refusal:
            said = refusal.text(language)
            return plain_page(
                lab, request, "invitation.html", status=403, path=request.url.path, problem=said, back=request.url.path
            )
        notice = wording("screens.password_set", language)
        return _sign_in_page(lab, request, user_name=user_name, notice=notice)


def _preferences(router: APIRouter) -> None:
    """Language and appearance are kept at the browser and change nothing on the server."""

    @router.get("/language/{language}")
    def choose_language(request: Request, language: str, to: str = "/") -> Response:
        response = RedirectResponse(own_path(to), status_code=303)
        if language in LANGUAGES:
            remember(response, request, "language", language)
        return response

    @router.get("/appearance/{appearance}")
    def choose_appearance(request: Request, appearance: str, to: str = "/") -> Response:
        response = RedirectResponse(own_path(to), status_code=303)
        if appearance in APPEARANCES:
            remember(response, request, "appearance", appearance)
        return response


def _sign_in_page(
    lab: Laboratory,
    request: Request,
    *,
    to: str = "/",
    user_name: str = "",
    notice: str = "",
    problem: tuple[str, str] | None = None,
    status: int = 200,
) -> Response:
    language = language_of(lab, request)
    choices = [(code, name, code == language) for code, _, name in LANGUAGE_NAMES]
    return plain_page(
        lab, request, "sign_in.html", status=status, to=own_path(to), user_name=user_name[:200], notice=notice,
        problem=problem, scales=scales(), choices=choices, laboratory=_laboratory_name(lab, language), back="/sign-in",
    )  # fmt: skip


def _laboratory_name(lab: Laboratory, language: str) -> str:
    """Whose door it is: the name of the one institute or centre, nothing where several share it."""
    with lab.store.reading() as session:
        bodies = session.exec(select(Body).where(col(Body.kind).in_(("nmi", "centre")))).all()
        roots = [one for one in bodies if one.parent_id is None]
        name = (
            name_on(session, roots[0].id, local_day(lab.clock.now(), lab.settings.time_zone))
            if len(roots) == 1
            else None
        )
    return "" if name is None else (name.name_vi if language == "vi" else name.name_en)
