"""Instruments, and standards with equipment: two lists that a search narrows."""

from datetime import date

from markupsafe import Markup
from nicegui import ui

from lims import registry_sheets
from lims.clock import local_day
from lims.laboratory import Laboratory
from lims.people import LABORATORY_ROLES, QUALITY_MANAGER
from lims.registry_sheets import InstrumentPage, InstrumentRow
from ui.components.button import button_link
from ui.components.data_table import Column, Group, data_table, named
from ui.components.empty_state import empty_state
from ui.components.markup import Child, code, link, tag
from ui.components.next_page import next_page
from ui.components.page_head import PageHead
from ui.components.search_form import search_form
from ui.desk import call
from ui.entrance import page
from ui.frame import frame
from ui.instrument_view import due_words, kind_words, made_words, status_chip
from ui.session import Visit
from ui.sockets import Sockets
from uncertainty.wording import wording

DUPLICATES = "/instruments/duplicates"


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register the two lists."""

    @page(lab, sockets, "/instruments")
    async def instruments(visit: Visit, q: str = "", after: str = "") -> None:
        found = await call(visit, registry_sheets.instrument_page, text=q[:200], after=after[:80])
        _draw(visit, found, q[:200], "instruments", later=bool(after))

    @page(lab, sockets, "/standards")
    async def standards(visit: Visit, q: str = "", after: str = "") -> None:
        asked = {"kinds": ("standard", "equipment"), "text": q[:200], "after": after[:80]}
        _draw(
            visit, await call(visit, registry_sheets.instrument_page, **asked), q[:200], "standards", later=bool(after)
        )


def _draw(visit: Visit, found: InstrumentPage, asked: str, which: str, *, later: bool) -> None:
    language, path, rows = visit.language, f"/{which}", list(found.rows)
    today = local_day(visit.lab.clock.now(), visit.lab.settings.time_zone)
    title = wording(f"screens.nav_{which}", language)
    line = wording("paging.part" if later or found.after else "pages.instruments_count", language, count=len(rows))
    with frame(visit, PageHead(title, line=line), here=path, seek_text=asked) as acts:
        with acts:
            ui.html(search_form(path, asked, wording("pages.instruments_search", language), language))
            centre = next((body for role, body in visit.me.roles if role in LABORATORY_ROLES), "")
            if which == "standards" and centre:
                ui.html(button_link(wording("scopes.chains", language), f"/centres/{centre}/chains"))
            if visit.me.is_a(QUALITY_MANAGER):
                word, path_of_it = ("starter", "/starter-data") if which == "standards" else ("duplicates", DUPLICATES)
                ui.html(button_link(wording(f"facts.{word}", language), path_of_it))
                words = wording("received_pages.list_import", language)
                ui.html(button_link(words, "/instruments/import", icon="upload"))
            if which == "standards" and visit.me.is_a(QUALITY_MANAGER):
                ui.html(button_link(wording("received_pages.export", language), "/export", icon="download"))
                ui.html(
                    button_link(wording("pages.standard_add", language), "/standards/new", look="main", icon="plus")
                )
        if not rows:
            ui.html(_nothing(asked, path, language))
            return
        groups = tuple(_groups(rows, today, language, apart=which == "standards"))
        ui.html(tag("div", data_table(_columns(language), groups, title), class_="c-panel c-clip"))
        ui.html(next_page(path, {"q": asked}, found.after, language))


def _nothing(asked: str, path: str, language: str) -> Markup:
    if asked:
        what = wording("pages.instruments_not_found", language, text=asked)
        way = button_link(wording("pages.certificates_all", language), path)
        return empty_state(what, wording("pages.instruments_not_found_when", language), way)
    when = wording("pages.instruments_empty_when", language)
    return empty_state(wording("pages.instruments_empty", language), when)


def _groups(rows: list[InstrumentRow], today: date, language: str, *, apart: bool) -> list[Group]:
    """Standards and equipment apart; the network's items in one list."""
    if not apart:
        return [Group(tuple(_cells(row, today, language) for row in rows))]
    found = []
    for kind in ("standard", "equipment"):
        some = tuple(_cells(row, today, language) for row in rows if row.kind == kind)
        if some:
            found.append(Group(some, wording(f"pages.group_{kind}", language)))
    return found


def _columns(language: str) -> tuple[Column, ...]:
    def word(key: str) -> str:
        return wording(f"pages.column_{key}", language)

    return (
        Column(word("item"), place="first"),
        Column(word("code"), place="line"),
        Column(word("level"), place="off"),
        Column(word("owner"), place="line"),
        Column(word("state"), place="beside"),
        Column(word("valid_until"), right=True, place="due"),
    )


def _cells(row: InstrumentRow, today: date, language: str) -> tuple[Child, ...]:
    path = f"/instruments/{row.code}"
    return (
        named(link(row.name.text(language), path, "c-name"), made_words(row, language)),
        link(code(row.code), path),
        tag("span", kind_words(row, language), class_="c-second"),
        tag("span", row.owner.text(language), class_="c-second"),
        status_chip(row.status, language),
        due_words(row, today, language),
    )
