"""One instrument: what it is, its calibrations, its chain as it stood on a day, its certificates."""

from datetime import date
from typing import Final
from urllib.parse import quote, urlencode

from nicegui import ui

from lims import (
    histories,
    impact_sheets,
    instrument_facts,
    interval_reviews,
    observing,
    ownership,
    receiving,
    registry_sheets,
)
from lims.clock import local_day
from lims.holds import CHECK
from lims.laboratory import Laboratory
from lims.people import QUALITY_MANAGER, RECEPTION, TECHNICIAN
from ui.certificate_view import certificates_table
from ui.chain_view import chain_nodes, chain_notes, whole_chain
from ui.components.button import button, button_link
from ui.components.chain_graph import chain_graph
from ui.components.chip import state_chip
from ui.components.confirm_reason import confirm_reason
from ui.components.empty_state import empty_state
from ui.components.facts_strip import facts_strip
from ui.components.markup import icon, tag
from ui.components.page_head import PageHead
from ui.components.panel import panel_markup
from ui.desk import call
from ui.entrance import page
from ui.facts_view import clock_fact, details_panel, merger_notes, owners_panel, states_panel
from ui.files_view import files_summary
from ui.frame import frame
from ui.history_view import history_panel, point_named
from ui.hold_view import hold_note, holds_panel
from ui.instrument_view import Shown, facts_of, history_table, kind_words, made_words, property_labels
from ui.interval_panel import IntervalPanel
from ui.numbers import day
from ui.pages.instrument_files import files_panel
from ui.session import Visit
from ui.sockets import Sockets
from ui.typed_day import day_form, read_day_or_none
from uncertainty.wording import wording

_LISTS: Final = {"item": ("nav_instruments", "/instruments")}
_STANDARDS: Final = ("nav_standards", "/standards")


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register the page."""

    @page(lab, sockets, "/instruments/{code}")
    async def instrument(visit: Visit, code: str, on: str = "", point: str = "") -> None:
        today = local_day(lab.clock.now(), lab.settings.time_zone)
        asked = read_day_or_none(on[:20])
        sheet = await call(visit, registry_sheets.instrument_sheet, code, on=asked)
        past = await call(visit, histories.instrument_history, code, on=asked)
        kept = await call(visit, receiving.kept_files, code)
        holds = await call(visit, impact_sheets.holds_of_instrument, code) if sheet.row.kind != "item" else ()
        owners = await call(visit, ownership.instrument_owners, code)
        drawn = InstrumentPage(visit, Shown(sheet, past, kept, holds, point[:4], owners), asked or today, today)
        if sheet.row.kind == "standard":
            reviews = await call(visit, interval_reviews.interval_sheet, code)
            with drawn.below:
                IntervalPanel(visit, reviews, sheet.row.id, may=visit.me.is_a(QUALITY_MANAGER))


class InstrumentPage:
    """The page of one instrument."""

    def __init__(self, visit: Visit, shown: Shown, on: date, today: date) -> None:
        """Draw the page."""
        sheet, self._holds = shown.sheet, shown.holds
        self._past, self._point, self._owners = shown.past, shown.point, shown.owners
        self._visit, self._sheet, self._language = visit, sheet, visit.language
        row, language = sheet.row, visit.language
        word, path = _LISTS.get(row.kind, _STANDARDS)
        line = " · ".join(
            filter(None, (kind_words(row, language), made_words(row, language), row.owner.text(language)))
        )
        crumbs = ((wording(f"screens.{word}", language), path), (row.code, ""))
        with frame(visit, PageHead(row.name.text(language), row.code, line, crumbs), here=path) as acts:
            with acts:
                self._acts()
            for hold in (one for one in self._holds if one.open):
                ui.html(hold_note(hold, language))
            labels = property_labels(visit.lab.procedures)
            for note in merger_notes(sheet.mergers, row.code, language):
                ui.html(note)
            strip = facts_of(sheet, labels, today, language)
            second = clock_fact(sheet.clocks, language)
            ui.html(facts_strip((*strip[:2], second, *strip[2:]) if second else strip, self._word("instrument_facts")))
            with ui.element("div").classes("c-columns c-columns--instrument"):
                with ui.element("div").classes("c-stack"):
                    self._history()
                    self._certificates()
                    files_panel(visit, shown.kept)
                with ui.element("div").classes("c-stack") as self.below:
                    self._chain(on)
                    self._details()

    def _details(self) -> None:
        """Place, ranges, parts, and how it came into its state."""
        row = self._sheet.row
        may = row.kind == "item" and self._visit.me.is_a(TECHNICIAN, RECEPTION)
        may = may or (row.kind != "item" and self._visit.me.is_a(QUALITY_MANAGER))
        add = button_link(wording("facts.edit", self._language), f"/instruments/{row.code}/facts", small=True)
        ui.html(details_panel(self._sheet, add if may else None, self._language))
        files = self._sheet.facts.files
        if files or may:
            way = f"/instruments/{quote(row.code, safe='')}/files"
            more = button_link(wording("files.all" if may else "files.see", self._language), way, small=True)
            ui.html(files_summary(row.code, files, more, self._language))
        for told in (
            states_panel(self._sheet.facts.states, self._language), holds_panel(self._holds, self._language),
            owners_panel(self._owners, self._language),
        ):  # fmt: skip
            if told is not None:
                ui.html(told)

    def _word(self, key: str, **values: object) -> str:
        return wording(f"pages.{key}", self._language, **values)

    def _acts(self) -> None:
        """What may be entered here; the acts themselves ask for the right."""
        row = self._sheet.row
        path = f"/instruments/{row.code}"
        ui.html(button_link(wording("labels.print", self._language), f"{path}/label", icon="scan-qr-code"))
        if self._visit.me.is_a(QUALITY_MANAGER) and self._sheet.instrument.merged_into_id is None:
            ui.html(button_link(wording("facts.merge", self._language), f"{path}/merge"))
        if row.kind == "item":
            if self._visit.me.is_a(TECHNICIAN, RECEPTION):
                ui.html(button_link(self._word("identify"), f"{path}/identification"))
            return
        if not self._visit.me.is_a(QUALITY_MANAGER):
            return
        if any(one.open and one.by == CHECK for one in self._holds):
            button(wording("drift.release", self._language), self._release, look="main")
        if row.status in ("in_use", "not_for_use"):
            button(self._word("status_out"), lambda: self._ask("out", "out_of_service"), look="danger", icon="ban")
        if row.status in ("out_of_service", "not_for_use"):
            button(self._word("status_in"), lambda: self._ask("in", "in_use"))
        ui.html(button_link(self._word("property_add"), f"{path}/property", icon="plus"))
        if row.kind == "standard":
            ui.html(button_link(wording("received_pages.dcc_import", self._language), f"{path}/dcc", icon="upload"))
            ui.html(
                button_link(wording("impact.of_standard", self._language), f"/impact/new?of={row.code}", icon="history")
            )
            ui.html(button_link(self._word("calibration_add"), f"{path}/calibration", look="main", icon="file-check"))

    def _ask(self, key: str, status: str) -> None:
        row = self._sheet.row

        async def act(reason: str) -> None:
            await call(self._visit, instrument_facts.set_status, row.id, status=status, reason=reason)
            ui.navigate.to(f"/instruments/{row.code}")

        question = self._word(f"status_{key}_question", code=row.code)
        consequence, do, leave = (self._word(f"status_{key}_{part}") for part in ("consequence", "do", "leave"))
        confirm_reason(question, consequence, do, leave, act, self._language)

    def _release(self) -> None:
        row, language = self._sheet.row, self._language

        async def act(reason: str) -> None:
            await call(self._visit, observing.release_hold, row.id, reason=reason)
            ui.navigate.to(f"/instruments/{row.code}")

        question = wording("drift.release_question", language, code=row.code)
        consequence, do, leave = (wording(f"drift.release_{part}", language) for part in ("consequence", "do", "leave"))
        confirm_reason(question, consequence, do, leave, act, language)

    def _between(self) -> None:
        """What is entered between calibrations, and where the next one can be had."""
        one, me, said = self._sheet.instrument, self._visit.me, self._language
        links = []
        if one.kind == "standard" and me.is_a(QUALITY_MANAGER, TECHNICIAN):
            links.append(button_link(wording("drift.check_enter", said), f"/instruments/{one.code}/check", small=True))
        if one.kind == "standard" and me.is_a(QUALITY_MANAGER):
            way = f"/instruments/{one.code}/adjustment"
            links.append(button_link(wording("drift.adjustment_enter", said), way, small=True))
        if one.quantity:
            point = f"{one.nominal} {one.nominal_unit or ''}".strip() if one.nominal else ""
            way = f"/who-can?{urlencode({'quantity': one.quantity, 'point': point})}"
            links.append(button_link(wording("scopes.who_can_this", said), way, small=True))
        if links:
            ui.html(tag("div", *links, class_="c-form__acts"))

    def _history(self) -> None:
        sheet, language = self._sheet, self._language
        self._between()
        title = self._word("calibrations")
        if not sheet.past:
            empty = empty_state(self._word("calibrations_empty"), self._word("calibrations_empty_when"))
            ui.html(panel_markup(title, empty))
            return
        shown = point_named(self._past, self._point)
        if shown is not None:
            ui.html(history_panel(self._past, shown, language))
        count = self._word("calibrations_count", count=len(sheet.past))
        ui.html(panel_markup(title, history_table(sheet, language), hint=count, padded=False))

    def _certificates(self) -> None:
        if self._sheet.certificates:
            table = certificates_table(self._sheet.certificates, self._language, whose="")
            ui.html(panel_markup(self._word("certificates"), table, padded=False))

    def _chain(self, on: date) -> None:
        """The chain as it stood on a day, where it breaks and why, and the way to another day."""
        sheet, language = self._sheet, self._language
        if sheet.chain is None:
            return
        words = self._word("chain_on")
        typed = tag(
            "input", type="text", name="on", value=day(on), aria_label=f"{words} ({day_form(language)})",
            inputmode="numeric", maxlength=10, autocomplete="off", class_="c-input c-input--day",
        )  # fmt: skip
        show = tag("button", icon("calendar-days"), words, type="submit", class_="c-btn c-btn--small")
        form = tag("form", typed, show, method="get", class_="c-dayform")
        notes = chain_notes(sheet.chain, language)
        nodes = chain_nodes(sheet.path, language, here=sheet.row.code, chain=sheet.chain)
        graph = chain_graph(nodes, language) if nodes else None
        whole = whole_chain(sheet.chain, language, here=sheet.row.code, shown=len(nodes))
        year_ago = tag("a", self._word("chain_year_ago"), href=f"?on={day(_year_before(on))}", class_="c-link")
        state = state_chip("unbroken" if sheet.chain.unbroken else "broken", language)
        foot = tag("p", year_ago, class_="c-chain__foot")
        ui.html(
            panel_markup(
                wording("screens.chain", language),
                *notes,
                graph,
                whole,
                foot,
                beside=tag("div", state, form, class_="c-form__acts"),
            )
        )


def _year_before(on: date) -> date:
    try:
        return on.replace(year=on.year - 1)
    except ValueError:
        return on.replace(year=on.year - 1, day=28)
