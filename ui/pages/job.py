"""One job: readings on the left, the live result on the right, the one next act at the top."""

from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui

from certificates.content import Change
from lims import amendment_sheet, calibration, certificate_lists, sheets, submission
from lims.laboratory import Laboratory
from lims.people import Actor
from lims.sheets import JobSheet, PointView
from ui.amendment_view import amendment_panel
from ui.components.audit_list import audit_list
from ui.components.button import Look, button, button_link
from ui.components.facts_strip import facts_strip
from ui.components.markup import icon, join, tag
from ui.components.page_head import PageHead
from ui.components.panel import panel_markup
from ui.components.step_bar import step_bar
from ui.desk import Note, attempt, call
from ui.entrance import page
from ui.frame import frame
from ui.job_view import facts, step_parts, trail_lines
from ui.numbers import day_short
from ui.pages.job_acts import JobActs
from ui.pages.job_bench import JobBench
from ui.pages.job_circumstances import JobCircumstances
from ui.pages.job_deviations import sampling_panel
from ui.pages.job_readings import JobReadings
from ui.pages.job_results import JobResults
from ui.readings_view import Placed, cells_to_mend
from ui.session import Visit
from ui.sockets import Sockets
from uncertainty.wording import wording


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register the page."""

    @page(lab, sockets, "/jobs/{job_id}")
    async def job(visit: Visit, job_id: str) -> None:
        sheet = await call(visit, sheets.job_sheet, job_id)
        issued = await call(visit, certificate_lists.certificates, job_id=job_id) if sheet.row.state == "ISSUED" else []
        stated = await call(visit, amendment_sheet.stated_by, job_id) if sheet.row.supplement else ()
        JobPage(visit, sheet, issued[0].number if issued else "", stated)


def job_head(sheet: JobSheet, language: str) -> PageHead:
    """Where the job is, what is calibrated, for whom, how."""
    row = sheet.row
    number = row.number if row.edition == 1 else f"{row.number}/{row.edition}"
    procedure = f"{sheet.procedure.id} {sheet.procedure.edition} ({', '.join(sheet.procedure.methods)})"
    words = (
        wording(f"screens.service_{sheet.procedure.service}", language),
        row.customer.text(language),
        wording("screens.procedure_named", language, procedure=procedure),
    )
    serial = wording("screens.serial", language, serial=row.serial_number) if row.serial_number else row.item_code
    crumbs = ((wording("screens.nav_work", language), "/"), (number, ""))
    return PageHead(row.item.text(language), serial, " · ".join(words), crumbs)


class JobPage:
    """The page of a job at the bench; after that it shows the same, locked."""

    def __init__(self, visit: Visit, sheet: JobSheet, certificate: str = "", stated: Sequence[Change] = ()) -> None:
        """Draw the page; `certificate` is the number of the one that was issued, `stated` what an amendment changes."""
        self._visit, self._sheet = visit, sheet
        self._points: tuple[PointView, ...] = sheet.points
        self._asked = self._drawn = self._reloaded = 0  # readings of the points, in the order in which they were begun
        language = visit.language
        self._measuring = sheet.offers["record_readings"].refusal is None
        with frame(visit, job_head(sheet, language), here="/", foot=self._measuring) as acts:
            self._steps = ui.html("")
            self._note = Note(language)
            self._strip = ui.html("")
            changed = self._redraw
            self._circumstances = JobCircumstances(visit, sheet, self._reload) if self._measuring else None
            if self._measuring:
                JobBench(visit, sheet)
                sampling_panel(visit, sheet)
            if sheet.row.supplement:
                ui.html(amendment_panel(stated, language))
            else:
                self._work(changed)
            self._trail()
        with acts:
            JobActs(visit, sheet, self._note)
            if certificate:
                words = wording("screens.certificate_of", language, number=certificate)
                ui.html(button_link(words, f"/certificates/{certificate}", look="main", icon="file-check"))
            if self._measuring:
                self._main = button(wording("screens.next_evaluate", language), self._send, look="main")
                self._main.classes("c-main-act")
                self._reason = ui.html("").classes("c-acts__reason")
            elif sheet.row.state in ("IN_REVIEW", "REVIEWED"):
                word = "review" if sheet.row.state == "IN_REVIEW" else "approve"
                path = f"/jobs/{sheet.row.id}/review"
                look: Look = "main" if sheet.row.mine else "plain"
                ui.html(button_link(wording(f"screens.next_{word}", language), path, look=look))
        if self._measuring:
            self._foot()
        self._show()

    def _work(self, changed: Callable[[], Awaitable[None]]) -> None:
        """Readings at the left, the result at the right."""
        visit, sheet = self._visit, self._sheet
        with ui.element("div").classes("c-columns c-columns--job" if not sheet.procedure.matrix else "c-stack"):
            with ui.element("div").classes("c-stack"):
                self._readings = [
                    JobReadings(visit, sheet, table, locked=not self._measuring, changed=changed)
                    for table in sheet.procedure.readings
                ]
            with ui.element("div").classes("c-stack"):
                self._results = JobResults(sheet, self._visit.language)

    def _foot(self) -> None:
        """On a phone result and next act stay at the foot."""
        with ui.element("div").classes("c-foot c-foot--phone"), ui.element("div").classes("c-foot__in"):
            self._short = ui.html("").classes("c-foot__says")
            self._below = button(wording("screens.next_evaluate", self._visit.language), self._send, look="main")

    def _show(self) -> None:
        """Draw what depends on the readings: steps, facts, the main act and its reason."""
        sheet, language = self._sheet, self._visit.language
        if not sheet.row.supplement:
            self._strip.content = facts_strip(facts(sheet, language), wording("screens.circumstances", language))
        zone = self._visit.lab.settings.time_zone
        self._steps.content = step_bar(
            step_parts(sheet.phases, self._now(), zone, language, received_on=sheet.row.received_on), language
        )
        if not self._measuring:
            return
        reason = self._missing()
        words = wording("screens.next_evaluate", language)
        for one, text in (
            (self._main, words),
            (self._below, wording("screens.go_mend", language) if reason else words),
        ):
            blocked = bool(reason) and one is self._main
            one.classes(remove="c-btn--main c-btn--blocked", add="c-btn--blocked" if blocked else "c-btn--main")
            one.set_text(text)
        self._reason.content = join(icon("octagon-alert", 14), tag("span", reason)) if reason else ""
        self._short.content = self._results.short()

    def _now(self) -> str:
        """What the step at hand is waiting for."""
        row, language = self._sheet.row, self._visit.language
        if row.state in ("ASSIGNED", "MEASURING"):
            wrong, empty = self._mend()
            count = sum(len(table.cells) for point in self._points for table in point.tables)
            said = wording("screens.readings_done", language, done=count - len(wrong) - len(empty), count=count)
            return f"{row.assigned_to} · {said}" if row.assigned_to else said
        return wording("screens.promised", language, day=day_short(row.promised_on)) if row.promised_on else ""

    def _mend(self) -> tuple[list[Placed], list[Placed]]:
        return cells_to_mend(self._points, [one.table for one in self._readings])

    def _missing(self) -> str:
        """Why the job cannot be sent for review yet, in words; empty when it can."""
        language = self._visit.language
        wrong, empty = self._mend()
        if wrong or empty:
            key = "cells_missing" if wrong and empty else "cells_wrong" if wrong else "cells_empty"
            return wording(f"screens.{key}", language, wrong=len(wrong), empty=len(empty))
        need = next((need for point in self._points for need in point.result.needs), None)
        left = sum(not outcome for _, _, outcome in self._sheet.checks)
        if need is None and left:
            return wording("bench.checks_left", language, count=left)
        return need.text(language) if need else ""

    async def _redraw(self) -> None:
        """Read the points anew and draw what follows from them."""
        asked = self._ask()
        found = await attempt(self._visit, self._note, sheets.live_points, self._sheet.row.id)
        if found is not None:
            self._draw(asked, found)
            self._show()

    async def _reload(self) -> None:
        """Read the whole sheet anew: conditions and standards have changed."""
        asked = self._ask()
        found = await attempt(self._visit, self._note, sheets.job_sheet, self._sheet.row.id)
        if found is not None and asked > self._reloaded:
            self._sheet, self._reloaded = found, asked
            if self._circumstances is not None:
                self._circumstances.show(found)
            self._draw(asked, found.points)
            self._show()

    def _ask(self) -> int:
        """The number of a reading that begins."""
        self._asked += 1
        return self._asked

    def _draw(self, asked: int, points: tuple[PointView, ...]) -> None:
        """Draw points as they were read, unless what was read later stands already: answers overtake each other."""
        if asked < self._drawn:
            return
        self._drawn, self._points = asked, points
        for readings in self._readings:
            readings.show(points)
        self._results.show(points)

    async def _send(self) -> None:
        """Evaluate for the record and send for review, or go to the first thing to be mended."""
        if self._missing():
            self._go_mend()
            return
        visit, job_id = self._visit, self._sheet.row.id
        self._main.props("loading")
        try:
            prepared = await attempt(visit, self._note, submission.prepare, job_id)
            made = await attempt(visit, self._note, _evaluated, prepared) if prepared else None
            if made is None:
                return
            if await attempt(visit, self._note, calibration.evaluate, job_id, submission=made) is not None:
                ui.navigate.to(f"/jobs/{job_id}")
        finally:
            self._main.props(remove="loading")

    def _go_mend(self) -> None:
        wrong, empty = self._mend()
        for placed in (*wrong, *empty):
            next(one for one in self._readings if one.table == placed.table).go_to(placed)
            return
        need = next((need for point in self._points for need in point.result.needs), None)
        if need is not None and self._circumstances is not None:
            self._circumstances.go_to(need.place)

    def _trail(self) -> None:
        """The record of the job, folded."""
        sheet, language = self._sheet, self._visit.language
        lines = trail_lines(sheet.trail, sheet.names, self._visit.lab.settings.time_zone, language)
        if lines:
            title = wording("screens.trail", language)
            ui.html(panel_markup(title, audit_list(lines, language), padded=False)).props("id=trail")


def _evaluated(lab: Laboratory, actor: Actor, prepared: submission.Prepared) -> submission.Submission:
    """The evaluation for the record; it needs neither laboratory nor actor, and takes its time in a thread."""
    return submission.submit(prepared)
