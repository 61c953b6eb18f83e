"""Review and approval on one screen: what is unusual first, everything compared, the certificate as it will be."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nicegui import app, ui
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from certificates.changes_section import changes_of
from lims import approval_sheet, calibration, certificate_lists, sheets, verifying
from lims.approval_sheet import ApprovalSheet
from lims.errors import Stated
from lims.laboratory import Laboratory
from lims.sheets import JobSheet
from ui import previews
from ui.amendment_view import amendment_panel
from ui.approval_view import (
    checks_of,
    findings_of,
    line_of_people,
    path_nodes,
    point_tables,
    readings_tables,
    shown_points,
    trail_of,
)
from ui.components.audit_list import audit_list
from ui.components.button import button_link
from ui.components.chain_line import chain_line
from ui.components.check_list import check_list, findings_panel
from ui.components.error_note import error_note
from ui.components.facts_strip import facts_strip
from ui.components.issued_panel import IssuedPanel, issued_panel
from ui.components.markup import Child, icon, join, tag
from ui.components.page_head import PageHead
from ui.components.panel import panel_markup
from ui.components.sheet_pictures import SheetPictures, sheet_pictures
from ui.curve_view import curve_panel
from ui.desk import call
from ui.entrance import leave, page
from ui.frame import frame
from ui.job_view import facts
from ui.pages.approval_foot import ApprovalFoot, FootState
from ui.session import Visit, actor_at
from ui.sockets import Sockets
from uncertainty.wording import wording

_HERE: Final = frozenset({"IN_REVIEW", "REVIEWED", "APPROVED", "NUMBERED", "ISSUED"})
_ACTS: Final = frozenset({"review", "approve", "bind_number", "complete_issue"})


@dataclass(frozen=True)
class Drawn:
    """The certificate beside the judgement: addresses of its pages and its file, or why it cannot be drawn."""

    pictures: tuple[str, ...] = ()
    file: str = ""
    fault: str = ""


@dataclass(frozen=True)
class Issued:
    """The certificate of an issued job: what is said of it, and its file."""

    panel: IssuedPanel
    file: bytes


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register the page and the pictures it shows."""

    @page(lab, sockets, "/jobs/{job_id}/review")
    async def approval(visit: Visit, job_id: str) -> object:
        sheet = await call(visit, approval_sheet.approval_sheet, job_id)
        if sheet.row.state not in _HERE:
            return leave(visit, f"/jobs/{job_id}")
        job = await call(visit, sheets.job_sheet, job_id)
        waiting = [row.id for row in await call(visit, sheets.my_work) if row.mine and row.next_act in _ACTS]
        certificate = await _issued(visit, sheet) if sheet.row.state == "ISSUED" else None
        drawn = await _drawn(visit, sheet, certificate)
        ApprovalPage(visit, sheet, job, drawn, waiting, certificate)
        return None

    @app.get("/jobs/{job_id}/preview/{number}.png", include_in_schema=False)
    async def picture(request: Request, job_id: str, number: int, seen: str = "") -> Response:
        folder = await run_in_threadpool(_draft_for, lab, request, job_id, seen)
        found = previews.picture(folder, number) if folder else None
        return Response(found, media_type="image/png") if found else Response(status_code=404)

    @app.get("/jobs/{job_id}/preview.pdf", include_in_schema=False)
    async def file(request: Request, job_id: str, seen: str = "") -> Response:
        folder = await run_in_threadpool(_draft_for, lab, request, job_id, seen)
        if folder is None:
            return Response(status_code=404)
        headers = {"Content-Disposition": 'inline; filename="draft.pdf"'}
        return Response(previews.file_of(folder), media_type="application/pdf", headers=headers)


def _draft_for(lab: Laboratory, request: Request, job_id: str, seen: str) -> Path | None:
    """The drawn draft of a job, for one who may read the job and asks for its content as it stands now."""
    actor = actor_at(lab, request)
    if actor is None:
        return None
    try:
        sheet = approval_sheet.approval_sheet(lab, actor, job_id)
        if sheet.content is None or sheet.seen != seen:
            return None
        return previews.draft(lab, sheet.content, sheet.seen)
    except Stated:
        return None


async def _drawn(visit: Visit, sheet: ApprovalSheet, certificate: Issued | None) -> Drawn:
    """Draw the certificate away from the event loop; what cannot be printed is said in its place."""
    if certificate is not None:
        folder = await asyncio.to_thread(previews.issued, visit.lab, certificate.file)
        path = f"/certificates/{certificate.panel.number}"
        pages = range(1, previews.page_count(folder) + 1)
        return Drawn(tuple(f"{path}/page/{number}.png" for number in pages), f"{path}/file")
    if sheet.content is None:
        return Drawn(fault=wording("pages.no_certificate_yet", visit.language))
    try:
        folder = await asyncio.to_thread(previews.draft, visit.lab, sheet.content, sheet.seen)
    except Stated as fault:
        return Drawn(fault=fault.text(visit.language))
    path, key = f"/jobs/{sheet.row.id}/preview", f"?seen={sheet.seen}"
    pages = range(1, previews.page_count(folder) + 1)
    return Drawn(tuple(f"{path}/{number}.png{key}" for number in pages), f"{path}.pdf{key}")


async def _issued(visit: Visit, sheet: ApprovalSheet) -> Issued | None:
    """The certificate of an issued job with its file; None for one who may not read it."""
    rows = await call(visit, certificate_lists.certificates, job_id=sheet.row.id)
    if not rows:
        return None
    row = rows[0]
    file = await call(visit, calibration.download, row.number)
    record = await run_in_threadpool(verifying.of_file, visit.lab, file)
    return Issued(IssuedPanel(row.number, f"/verify/{record.token}" if record.token else ""), file)


class ApprovalPage:
    """The page on which a job is reviewed, approved or returned."""

    def __init__(
        self,
        visit: Visit,
        sheet: ApprovalSheet,
        job: JobSheet,
        drawn: Drawn,
        waiting: list[str],
        certificate: Issued | None,
    ) -> None:
        """Draw the page."""
        self._visit, self._sheet, self._job, self._drawn = visit, sheet, job, drawn
        self._language = visit.language
        foot = sheet.row.state != "ISSUED"
        with frame(visit, self._head(waiting), here="/", waiting=len(waiting), foot=foot) as acts:
            with acts:
                self._neighbours(waiting)
            with ui.element("div").classes("c-columns c-columns--approval"):
                with ui.element("div").classes("c-stack"):
                    if certificate is not None:
                        ui.html(issued_panel(certificate.panel, self._language))
                    self._judgement()
                with ui.element("div").classes("c-sticky"):
                    self._certificate()
        if foot:
            ApprovalFoot(visit, sheet, FootState(drawn.fault))

    def _word(self, key: str, **values: object) -> str:
        return wording(f"pages.{key}", self._language, **values)

    def _head(self, waiting: list[str]) -> PageHead:
        row, language = self._sheet.row, self._language
        title = {"IN_REVIEW": "review_title", "ISSUED": "issued_title"}.get(row.state, "approval_title")
        number = row.number if row.edition == 1 else f"{row.number}/{row.edition}"
        if row.id in waiting:
            number = f"{number} · {waiting.index(row.id) + 1}/{len(waiting)}"
        crumbs = ((wording("screens.nav_work", language), "/"), (number, f"/jobs/{row.id}"))
        serial = self._word("serial", serial=row.serial_number or row.item_code)
        line = line_of_people(self._sheet, self._visit.lab.settings.time_zone, language)
        return PageHead(self._word(title, item=row.item.text(language)), serial, line, crumbs)

    def _neighbours(self, waiting: list[str]) -> None:
        """The jobs before and after this one, of those that wait for this person."""
        here = self._sheet.row.id
        place = waiting.index(here) if here in waiting else -1
        if place > 0:
            words = self._word("job_before")
            way = tag(
                "a", icon("chevron-left"), href=f"/jobs/{waiting[place - 1]}/review", class_="c-btn", aria_label=words
            )
            ui.html(way)
        after = waiting[place + 1 :]
        if after:
            words = join(self._word("job_after"), icon("chevron-right"))
            ui.html(tag("a", words, href=f"/jobs/{after[0]}/review", class_="c-btn"))
        ui.html(button_link(self._word("see_job"), f"/jobs/{here}", look="text"))

    def _judgement(self) -> None:
        sheet, job, language = self._sheet, self._job, self._language
        zone = self._visit.lab.settings.time_zone
        if sheet.row.supplement and sheet.content is not None:
            ui.html(amendment_panel(changes_of(sheet.content), language))
        ui.html(findings_panel(findings_of(sheet, language), "", language))
        for shown in shown_points(sheet, job.procedure, language):
            ui.html(shown)
        if len(sheet.points) > 1:
            ui.html(point_tables(sheet, job.procedure, language))
        if sheet.content is not None and sheet.content.curve is not None:
            ui.html(curve_panel(sheet.content.curve, language))
        ui.html(check_list(checks_of(sheet, job, language), language)).props("id=checks")
        if not sheet.row.supplement:
            self._bench()
        lines = trail_of(sheet, zone, language)
        summary = tag(
            "summary", tag("span", self._word("trail"), class_="c-section"),
            tag("span", self._word("trail_count", count=len(lines)), class_="c-hint"), class_="c-panel__head",
        )  # fmt: skip
        ui.html(tag("details", summary, audit_list(lines, language), class_="c-panel c-foldpanel"))

    def _bench(self) -> None:
        """Conditions, chain and readings."""
        sheet, job, language = self._sheet, self._job, self._language
        ui.html(facts_strip(facts(job, language), wording("screens.circumstances", language)))
        if sheet.path:
            chain = chain_line(path_nodes(sheet, job.procedure, language), language)
            ui.html(panel_markup(self._word("chain_that_day"), chain))
        for table in readings_tables(job, language):
            ui.html(table)

    def _certificate(self) -> None:
        drawn, language = self._drawn, self._language
        issued = self._sheet.row.state == "ISSUED"
        title = self._word("certificate_issued" if issued else "certificate_to_be")
        if drawn.fault:
            fault: Child = error_note(self._word("certificate_not_drawn"), drawn.fault)
            ui.html(panel_markup(title, fault))
            return
        result = next((point for point in self._sheet.points), None)
        said = f"{result['value']} ± {result['expanded_uncertainty']} {result['unit']}" if result else ""
        sheet_pictures(
            SheetPictures(title, drawn.pictures, drawn.file, self._sheet.row.item.text(language), said), language
        )
