"""Instruments and standards: a list that a search narrows."""

from markupsafe import Markup
from nicegui import ui

from lims import registry_sheets
from lims.laboratory import Laboratory
from lims.registry_sheets import InstrumentRow
from ui.components.chip import state_chip
from ui.components.data_table import Column, Group, data_table, named
from ui.components.empty_state import empty_state
from ui.components.markup import code, link, tag
from ui.components.page_head import PageHead
from ui.components.search_form import search_form
from ui.desk import call
from ui.entrance import page
from ui.frame import frame
from ui.numbers import day
from ui.session import Visit
from ui.sockets import Sockets
from uncertainty.wording import wording


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register the two lists."""

    @page(lab, sockets, "/instruments")
    async def instruments(visit: Visit, q: str = "") -> None:
        rows = await call(visit, registry_sheets.instruments, text=q[:200])
        _draw(visit, rows, q[:200], "/instruments")

    @page(lab, sockets, "/standards")
    async def standards(visit: Visit, q: str = "") -> None:
        rows = await call(visit, registry_sheets.instruments, text=q[:200], kind="standard")
        rows += await call(visit, registry_sheets.instruments, text=q[:200], kind="equipment")
        _draw(visit, rows, q[:200], "/standards")


def _draw(visit: Visit, rows: list[InstrumentRow], asked: str, path: str) -> None:
    language = visit.language
    title = wording("screens.nav_standards" if path == "/standards" else "screens.nav_instruments", language)
    line = wording("screens.instruments_line", language, count=len(rows))
    with frame(visit, PageHead(title, line=line), here=path, seek_text=asked) as acts:
        with acts:
            ui.html(search_form(path, asked, wording("screens.search", language), language))
        if not rows:
            key = "nothing_found" if asked else "instruments_empty"
            what = wording(f"screens.{key}", language, text=asked)
            ui.html(empty_state(what, wording(f"screens.{key}_when", language)))
            return
        table = data_table(_columns(language), (Group(tuple(_cells(row, language) for row in rows)),), title)
        ui.html(tag("div", table, class_="c-panel c-clip"))


def _columns(language: str) -> tuple[Column, ...]:
    def word(key: str) -> str:
        return wording(f"screens.column_{key}", language)

    return (
        Column(word("code"), place="line"),
        Column(word("item"), place="first"),
        Column(word("level"), place="line"),
        Column(word("owner"), place="line"),
        Column(word("state"), place="beside"),
        Column(word("valid_until"), right=True, place="due"),
    )


def _cells(row: InstrumentRow, language: str) -> tuple[Markup | str, ...]:
    made = " ".join(part for part in (row.maker, row.model) if part)
    serial = wording("screens.serial", language, serial=row.serial_number) if row.serial_number else ""
    kind = (
        wording(f"screens.level_{row.level}", language) if row.level else wording(f"screens.kind_{row.kind}", language)
    )
    until = day(row.valid_until) if row.valid_until else ""
    if row.kind == "standard" and not row.in_force:
        until = tag("span", wording("screens.not_calibrated", language), class_="c-bad")
    return (
        link(code(row.code), f"/instruments/{row.code}"),
        named(row.name.text(language), " · ".join(part for part in (made, serial) if part)),
        tag("span", kind, class_="c-second"),
        tag("span", row.owner.text(language), class_="c-second"),
        state_chip(row.status, language),
        until,
    )
