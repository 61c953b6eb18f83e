"""Archive time stamps that fall due, and renewed files. Plain HTTP, without script."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lims import renewals
from lims.errors import Stated
from lims.laboratory import Laboratory
from lims.people import ADMINISTRATOR, LABORATORY_ROLES, QUALITY_MANAGER
from lims.renewals import WITHIN_DAYS, DueStamp, Renewed
from ui.components.chip import chip
from ui.components.data_table import Column, Group, data_table
from ui.components.empty_state import empty_state
from ui.components.error_note import error_note, split_sentence
from ui.components.markup import Child, code, link
from ui.components.top_bar import bottom_bar, top_bar
from ui.frame import top_bar_of
from ui.numbers import day, local
from ui.plain import plain_page
from ui.session import Visit, path_of, visit_of
from uncertainty.wording import wording

HERE: Final = "/certificates/renewals"
AT_ONCE: Final = 20
"""So many are renewed by one press; each asks the time-stamp authority."""


def renewal_routes(lab: Laboratory) -> APIRouter:
    """The routes of renewals; they come before those of a certificate by its number."""
    router = APIRouter(include_in_schema=False)

    @router.get("/certificates/renewals")
    def shown(request: Request) -> Response:
        visit = _visit(lab, request)
        return visit if isinstance(visit, Response) else _page(lab, request, visit)

    @router.post("/certificates/renewals")
    async def renew(request: Request) -> Response:
        return await run_in_threadpool(_renew, lab, request)

    @router.get("/certificates/{number}/renewed")
    def file(request: Request, number: str) -> Response:
        visit = visit_of(lab, request)
        if visit is None:
            return RedirectResponse(f"/sign-in?to={quote(path_of(request))}", status_code=303)
        try:
            content = renewals.renewed_file(lab, visit.actor, number)
        except Stated as refusal:
            return _message(lab, request, visit, refusal.text(visit.language))
        name = "".join(sign for sign in number.upper() if sign.isascii() and (sign.isalnum() or sign == "-"))[:60]
        headers = {"Content-Disposition": f'attachment; filename="{name}-renewed.pdf"'}
        return Response(content, media_type="application/pdf", headers=headers)

    return router


def _visit(lab: Laboratory, request: Request) -> Visit | Response:
    """The visit of a person who may renew; others are led away."""
    visit = visit_of(lab, request)
    if visit is None:
        return RedirectResponse(f"/sign-in?to={HERE}", status_code=303)
    if visit.me.is_a(QUALITY_MANAGER, ADMINISTRATOR):
        return visit
    return _message(lab, request, visit, wording("lims.not_found", visit.language))


def _message(lab: Laboratory, request: Request, visit: Visit, said: str) -> Response:
    headline, says = split_sentence(said)
    return plain_page(
        lab, request, "message.html", status=404, language=visit.language, headline=headline, says=says, href="/",
        way=wording("screens.home", visit.language),
    )  # fmt: skip


def _renew(lab: Laboratory, request: Request) -> Response:
    """Renew what falls due first, and tell what could not be."""
    visit = _visit(lab, request)
    if isinstance(visit, Response):
        return visit
    due = [one.number for one in renewals.due(lab, visit.actor) if not one.over][:AT_ONCE]
    made = list(renewals.renew_each(lab, visit.actor, due))
    failed = [one for one in made if one.refusal is not None]
    return _page(lab, request, visit, failed) if failed else RedirectResponse(HERE, status_code=303)


def _page(lab: Laboratory, request: Request, visit: Visit, failed: Sequence[Renewed] = ()) -> Response:
    language = visit.language
    due = renewals.due(lab, visit.actor)
    over = sum(one.over for one in due)
    bar = top_bar_of(visit, HERE if visit.me.is_a(ADMINISTRATOR) else "/certificates")
    key = "due" if due else "nothing_due"
    note = Markup("")
    for one in failed:
        headline, says = split_sentence(one.refusal.text(language) if one.refusal else "")
        note += error_note(f"{one.number}: {headline}", says)
    return plain_page(
        lab, request, "renewals.html", status=409 if failed else 200, language=language, bar=top_bar(bar, language),
        foot=bottom_bar(bar.links, language), note=note, at_once=min(AT_ONCE, len(due) - over),
        line=wording(f"renewal.{key}", language, days=WITHIN_DAYS, count=len(due), over=over),
        table=_table(visit, due) if due else "",
        nothing=empty_state(wording("renewal.none_due", language), wording("renewal.none_due_when", language)),
    )  # fmt: skip


def _table(visit: Visit, due: Sequence[DueStamp]) -> Markup:
    language = visit.language

    def word(key: str) -> str:
        return wording(f"renewal.column_{key}", language)

    columns = (
        Column(word("number"), place="first"),
        Column(word("centre"), place="line"),
        Column(word("authority"), place="line"),
        Column(word("renewals"), right=True, place="off"),
        Column(word("ends"), right=True, place="due"),
    )
    return data_table(columns, (Group(tuple(_cells(visit, one) for one in due)),), wording("renewal.title", language))


def _cells(visit: Visit, one: DueStamp) -> tuple[Child, ...]:
    reads = visit.me.is_a(*LABORATORY_ROLES)
    number: Child = link(code(one.number), f"/certificates/{one.number}") if reads else code(one.number)
    ends: Child = day(local(one.ends_at, visit.lab.settings.time_zone).date())
    if one.over:
        ends = chip(wording("renewal.over", visit.language, day=str(ends)), "bad", "circle-x")
    return number, one.centre, one.authority, str(one.renewals), ends
