"""Certificates for those who may read them: list, one certificate, its file. Plain HTTP, without script."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lims import calibration, certificate_lists, public_names, registry_sheets, renewals, service_labels, verifying
from lims.amendments import PrintedReason
from lims.certificate_lists import CertificateRow
from lims.errors import Stated
from lims.laboratory import Laboratory
from lims.people import CUSTOMER, LABORATORY_ROLES, QUALITY_MANAGER, REVIEWER, TECHNICIAN
from ui import previews
from ui.certificate_archive import archive, further_acts
from ui.certificate_facts import facts_of, notice_of
from ui.certificate_view import certificates_table, status_chip
from ui.components.button import button_link
from ui.components.empty_state import empty_state
from ui.components.error_note import error_note, split_sentence
from ui.components.markup import tag
from ui.components.next_page import next_page
from ui.components.search_form import search_form
from ui.components.top_bar import bottom_bar, top_bar
from ui.frame import top_bar_of
from ui.own_naming import own_naming
from ui.pages.certificate_amendment import amendment_routes
from ui.pages.certificate_choices import Problem, Typed, choice_routes, label_file, label_sizes
from ui.plain import plain_page
from ui.session import Visit, path_of, visit_of
from uncertainty.wording import wording

HERE: Final = "/certificates"


def certificate_routes(lab: Laboratory) -> APIRouter:
    """The routes of the certificates."""
    router = APIRouter(include_in_schema=False)

    @router.get("/certificates")
    def listed(request: Request, q: str = "", after: str = "") -> Response:
        visit = visit_of(lab, request)
        if visit is None:
            return _to_the_door(request)
        return _answered(lab, request, visit, lambda: _list_page(lab, request, visit, q[:200], after[:80]))

    @router.get("/certificates/archive.zip")
    def together(request: Request, q: str = "") -> Response:
        visit = visit_of(lab, request)
        if visit is None:
            return _to_the_door(request)
        return _answered(lab, request, visit, lambda: archive(lab, visit, q[:200]))

    @router.get("/certificates/{number}")
    def one(request: Request, number: str) -> Response:
        visit = visit_of(lab, request)
        if visit is None:
            return _to_the_door(request)
        return _answered(lab, request, visit, lambda: _one_page(lab, request, visit, number))

    @router.get("/certificates/{number}/page/{place}.png")
    def picture(request: Request, number: str, place: int) -> Response:
        visit = visit_of(lab, request)
        if visit is None:
            return _to_the_door(request)
        return _answered(lab, request, visit, lambda: _picture(visit, number, place))

    @router.get("/certificates/{number}/label.pdf")
    def label(request: Request, number: str, size: str = service_labels.USUAL_SIZE) -> Response:
        visit = visit_of(lab, request)
        if visit is None:
            return _to_the_door(request)
        return _answered(lab, request, visit, lambda: label_file(visit, number, size[:60]))

    _acts(router, lab)
    choice_routes(router, lab, _done)
    return router


def _acts(router: APIRouter, lab: Laboratory) -> None:
    """What a quality manager does with an issued certificate; each asks the laboratory, which reads the rights."""
    amendment_routes(router, lab, lambda request, build: _for_visit(lab, request, build), _page)

    @router.post("/certificates/{number}/amend")
    async def amend(
        request: Request, number: str, reason: Typed = "", reason_en: Typed = "", remeasure: Typed = "no"
    ) -> Response:
        def act(visit: Visit, row: CertificateRow) -> str:
            again, given = remeasure == "yes", PrintedReason(reason.strip(), reason_en.strip()).arguments()
            job = calibration.amend(lab, visit.actor, row.job_id, remeasure=again, **given)
            return f"/jobs/{job.id}" if again else f"/jobs/{job.id}/review"

        typed = Problem("amend", "", reason, remeasure == "yes", reason_en)
        return await run_in_threadpool(_done, lab, request, number, act, typed)

    @router.post("/certificates/{number}/withdraw")
    async def withdraw(request: Request, number: str, reason: Typed = "") -> Response:
        def act(visit: Visit, row: CertificateRow) -> str:
            calibration.withdraw(lab, visit.actor, row.id, reason=reason.strip())
            return f"/certificates/{row.number}"

        return await run_in_threadpool(_done, lab, request, number, act, Problem("withdraw", "", reason))


def _done(
    lab: Laboratory, request: Request, number: str, act: Callable[[Visit, CertificateRow], str], typed: Problem
) -> Response:
    """Do the act and lead on; where it is refused, the page again with the reason typed and the answer."""
    visit = visit_of(lab, request)
    if visit is None:
        return RedirectResponse(f"/sign-in?to={quote(f'/certificates/{number}')}", status_code=303)
    try:
        row = registry_sheets.certificate(lab, visit.actor, number)
        return RedirectResponse(act(visit, row), status_code=303)
    except Stated as refusal:
        problem = replace(typed, text=refusal.text(visit.language))
    return _answered(lab, request, visit, lambda: _one_page(lab, request, visit, number, problem))


def _picture(visit: Visit, number: str, place: int) -> Response:
    """A page of the very file, for one who may read the certificate."""
    folder = previews.issued(visit.lab, calibration.download(visit.lab, visit.actor, number))
    found = previews.picture(folder, place)
    return Response(found, media_type="image/png") if found else Response(status_code=404)


def _for_visit(lab: Laboratory, request: Request, build: Callable[[Visit], Response]) -> Response:
    """A page for who is signed in."""
    visit = visit_of(lab, request)
    if visit is None:
        return _to_the_door(request)
    return _answered(lab, request, visit, lambda: build(visit))


def _to_the_door(request: Request) -> Response:
    return RedirectResponse(f"/sign-in?to={quote(path_of(request))}", status_code=303)


def _answered(lab: Laboratory, request: Request, visit: Visit, build: Callable[[], Response]) -> Response:
    """The page, or what the laboratory answered instead: another's certificate does not exist."""
    try:
        return build()
    except Stated as refusal:
        headline, says = split_sentence(refusal.text(visit.language))
        return plain_page(
            lab, request, "message.html", status=404, language=visit.language, headline=headline, says=says, href=HERE,
            way=wording("pages.certificates", visit.language),
        )  # fmt: skip


def _page(
    lab: Laboratory, request: Request, visit: Visit, template: str, status: int = 200, **shown: object
) -> Response:
    bar = top_bar_of(visit, HERE)
    return plain_page(
        lab, request, template, status=status, language=visit.language, bar=top_bar(bar, visit.language),
        foot=bottom_bar(bar.links, visit.language), **shown,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ the list


def _list_page(lab: Laboratory, request: Request, visit: Visit, text: str, after: str) -> Response:
    language = visit.language
    found = certificate_lists.certificate_page(lab, visit.actor, text=text, after=after)
    staff = visit.me.is_a(*LABORATORY_ROLES)
    title = wording("pages.certificates", language)
    if not staff:
        title = " · ".join(sorted({visit.me.bodies[body].text(language) for _, body in visit.me.roles})) or title
    table = certificates_table(found.rows, language, whose="customer" if staff else "centre")
    body = tag("div", table, class_="c-panel c-clip") if found.rows else _nothing(text, language)
    body += next_page(HERE, {"q": text}, found.after, language)
    body += further_acts(visit, text, any_rows=bool(found.rows))
    body = tag("div", tag("div", body), own_naming(visit), class_="c-stack")
    line = wording("pages.certificates_line", language, count=found.count, current=found.current)
    find = search_form(HERE, text, wording("pages.certificates_search", language), language)
    return _page(lab, request, visit, "certificate_list.html", headline=title, line=line, find=find, body=body)


def _nothing(text: str, language: str) -> Markup:
    if not text:
        return empty_state(
            wording("pages.certificates_none", language), wording("pages.certificates_none_when", language)
        )
    return empty_state(
        wording("pages.certificates_not_found", language, text=text),
        wording("pages.certificates_not_found_when", language),
        button_link(wording("pages.certificates_all", language), HERE),
    )


# ------------------------------------------------------------------------------------------------ one certificate


def _one_page(lab: Laboratory, request: Request, visit: Visit, number: str, problem: Problem | None = None) -> Response:
    row = registry_sheets.certificate(lab, visit.actor, number)
    record = verifying.of_file(lab, calibration.download(lab, visit.actor, row.number))
    manager = visit.me.is_a(QUALITY_MANAGER)
    settled = public_names.naming_of(lab, visit.actor, number) if visit.me.is_a(QUALITY_MANAGER, CUSTOMER) else None
    named = settled is not None and settled.shown
    return _page(
        lab, request, visit, "certificate.html", status=200 if problem is None else 409, row=row,
        item=row.item.text(visit.language), chip=status_chip(row.status, visit.language),
        notice=notice_of(row, record, visit.language),
        facts=facts_of(visit, row, record, renewals.stamps_of(lab, visit.actor, row.number)),
        replaceable=manager and row.status != "replaced" and not row.amends,
        withdrawable=manager and row.status == "issued",
        problem=problem or Problem("", "", ""), note=_note(problem), nameable=settled is not None, named=named,
        naming=problem.chosen if problem and problem.act == "naming" else named, staff=manager,
        customer=row.customer_name.text(visit.language), due=settled is not None and settled.due_printed,
        due_chosen=problem.chosen if problem and problem.act == "due" else settled is not None and settled.due_printed,
        amendable=row.status == "issued" and not row.amends and visit.me.is_a(TECHNICIAN, REVIEWER, QUALITY_MANAGER),
        sizes=label_sizes(row) if visit.me.is_a(*LABORATORY_ROLES) else (),
    )  # fmt: skip


def _note(problem: Problem | None) -> Markup:
    return error_note(*split_sentence(problem.text), id_="refused") if problem else Markup("")
