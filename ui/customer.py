"""The certificates that a person may read, as a plain page: customers need neither script nor websocket."""

from urllib.parse import quote

from fastapi import APIRouter
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lims import registry_sheets
from lims.errors import Refused
from lims.laboratory import Laboratory
from lims.registry_sheets import CertificateRow
from ui.components.button import button_link
from ui.components.chip import state_chip
from ui.components.data_table import Column, Group, data_table, named
from ui.components.empty_state import empty_state
from ui.components.markup import code, icon, join, link, tag
from ui.components.page_head import PageHead, page_head
from ui.components.top_bar import bottom_bar, top_bar
from ui.frame import top_bar_of
from ui.numbers import day
from ui.plain import plain_page
from ui.session import Visit, path_of, visit_of
from uncertainty.wording import wording


def customer(lab: Laboratory) -> APIRouter:
    """The route of the page."""
    router = APIRouter(include_in_schema=False)

    @router.get("/certificates")
    async def certificates(request: Request, q: str = "") -> Response:
        visit = await run_in_threadpool(visit_of, lab, request)
        if visit is None:
            return RedirectResponse(f"/sign-in?to={quote(path_of(request))}", status_code=303)
        try:
            rows = await run_in_threadpool(registry_sheets.certificates, lab, visit.actor, text=q[:200])
        except Refused:
            rows = []
        return _page(lab, request, visit, rows, q[:200])

    return router


def _page(lab: Laboratory, request: Request, visit: Visit, rows: list[CertificateRow], asked: str) -> Response:
    language = visit.language
    bar = top_bar_of(visit, "/certificates")
    names = sorted({row.customer_name.text(language) for row in rows})
    own = len(names) == 1 and not asked
    title = names[0] if own else wording("screens.nav_certificates", language)
    line = wording("screens.certificates_line", language, count=len(rows))
    return plain_page(
        lab,
        request,
        "certificates.html",
        language=language,
        top=top_bar(bar, language),
        asked=asked,
        foot=bottom_bar(bar.links, language),
        head=page_head(PageHead(title, line=line), language),
        table=certificates_table(rows, language, with_customer=not own) if rows else _empty(asked, language),
    )


def certificates_table(rows: list[CertificateRow], language: str, *, with_customer: bool) -> Markup:
    """Certificates, the newest first, each with its state and its file."""

    def word(key: str) -> str:
        return wording(f"screens.column_{key}", language)

    columns = [Column(word("item"), place="first"), Column(word("certificate"), place="line")]
    if with_customer:
        columns.append(Column(word("customer"), place="line"))
    columns += [
        Column(word("performed"), place="line"),
        Column(word("issued"), place="due"),
        Column(word("state"), place="beside"),
        Column(word("file"), right=True, hidden=True, place="act"),
    ]
    shown = tuple(_row(row, language, with_customer=with_customer) for row in rows)
    table = data_table(tuple(columns), (Group(shown),), wording("screens.nav_certificates", language))
    return tag("div", table, class_="c-panel c-clip")


def _row(row: CertificateRow, language: str, *, with_customer: bool) -> tuple[Markup | str, ...]:
    path = f"/certificates/{row.number}/file"
    current = row.status == "issued"
    serial = wording("screens.serial", language, serial=row.serial_number) if row.serial_number else row.instrument
    cells: list[Markup | str] = [named(row.item.text(language), code(serial)), link(code(row.number), path)]
    if with_customer:
        cells.append(tag("span", row.customer_name.text(language), class_="c-second"))
    cells += [
        tag(
            "span",
            row.centre_name.text(language),
            tag("span", day(row.performed_on), class_="c-name__more"),
            class_="c-second",
        ),
        named(day(row.issued_on)),
        state_chip("current" if current else row.status, language),
        button_link(wording("screens.download", language), path, look="plain", icon="download", small=True),
    ]
    return tuple(cells)


def _empty(asked: str, language: str) -> Markup:
    if asked:
        what = wording("screens.nothing_found", language, text=asked)
        return empty_state(what, wording("screens.nothing_found_when", language))
    return empty_state(
        wording("screens.certificates_empty", language), wording("screens.certificates_empty_when", language)
    )


def search_form(action: str, asked: str, language: str) -> Markup:
    """A field that searches a list by words."""
    words = wording("screens.search", language)
    field = tag(
        "input",
        type="search",
        name="q",
        value=asked or None,
        placeholder=words,
        aria_label=words,
        class_="c-input",
        maxlength=200,
        autocomplete="off",
    )
    act = tag("button", join(icon("search"), wording("screens.search_do", language)), type="submit", class_="c-btn")
    return tag("form", field, act, action=action, method="get", class_="c-search", role="search")
