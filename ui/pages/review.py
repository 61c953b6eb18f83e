"""Review and approval: what is unusual first, what was compared, the certificate as it will be, the act at the foot."""

from markupsafe import Markup
from nicegui import ui

from lims import approval_sheet, calibration, issuing, sheets
from lims.approval_sheet import ApprovalSheet
from lims.laboratory import Laboratory
from lims.people import Actor
from lims.procedure_format import Procedure
from ui.approval_view import checks_of, findings_of, line_of_people, path_nodes, readings_table
from ui.components.audit_list import AuditLine, audit_list
from ui.components.budget_table import budget_table
from ui.components.button import button
from ui.components.chain_line import chain_line
from ui.components.check_list import check_list, findings_panel
from ui.components.confirm_reason import confirm_reason
from ui.components.field import Field, field
from ui.components.markup import tag
from ui.components.page_head import PageHead
from ui.components.panel import panel_markup
from ui.components.result_panel import result_panel
from ui.components.share_bar import stacked_shares
from ui.components.step_bar import step_bar
from ui.desk import Note, attempt, call
from ui.entrance import page
from ui.frame import frame
from ui.job_view import act_words, moment, step_parts
from ui.result_view import of_record, shown_budget, shown_result, shown_shares
from ui.session import Visit
from ui.sockets import Sockets
from uncertainty.wording import wording


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register the page."""

    @page(lab, sockets, "/jobs/{job_id}/review")
    async def review(visit: Visit, job_id: str) -> None:
        sheet = await call(visit, approval_sheet.approval_sheet, job_id)
        job = await call(visit, sheets.job_sheet, job_id)
        ReviewPage(visit, sheet, job.procedure)


class ReviewPage:
    """The page on which a job is reviewed, approved or returned."""

    def __init__(self, visit: Visit, sheet: ApprovalSheet, procedure: Procedure) -> None:
        """Draw the page."""
        self._visit, self._sheet, self._procedure = visit, sheet, procedure
        self._language = language = visit.language
        row, zone = sheet.row, visit.lab.settings.time_zone
        title = self._word(
            "review_title" if row.state == "IN_REVIEW" else "approval_title", item=row.item.text(language)
        )
        crumbs = ((self._word("nav_work"), "/"), (row.number, f"/jobs/{row.id}"), (title.partition(":")[0], ""))
        head = PageHead(
            title, self._word("serial", serial=row.serial_number), line_of_people(sheet, zone, language), crumbs
        )
        with frame(visit, head, here="/", foot=True):
            self._note = Note(language)
            ui.html(step_bar(step_parts(sheet.phases, "", zone, language), language))
            with ui.element("div").classes("c-columns c-columns--approval"):
                with ui.element("div").classes("c-stack"):
                    self._judgement(zone)
                with ui.element("div").classes("c-sticky"):
                    ui.html(self._certificate())
            self._foot()

    def _word(self, key: str, **values: object) -> str:
        return wording(f"screens.{key}", self._language, **values)

    def _judgement(self, zone: str) -> None:
        sheet, language, procedure = self._sheet, self._language, self._procedure
        ui.html(findings_panel(findings_of(sheet, language), "", language))
        for point in sheet.points:
            stated = of_record(point, language)
            result = result_panel(shown_result(procedure, stated, language), language, live=False)
            shares = tag("div", stacked_shares(shown_shares(procedure, stated), language), class_="c-panel__body")
            full = budget_table(shown_budget(procedure, stated, language), language)
            summary = tag("summary", self._word("budget_full"), class_="c-link c-fold")
            ui.html(tag("section", result, shares, tag("details", summary, full), class_="c-panel c-clip"))
        ui.html(check_list(checks_of(sheet, language), language))
        if sheet.path:
            ui.html(panel_markup(self._word("chain_that_day"), chain_line(path_nodes(sheet, language), language)))
        ui.html(panel_markup(self._word("readings"), readings_table(sheet, procedure, language), padded=False))
        trail = tuple(
            AuditLine(moment(at, zone), who, act_words(act, language), reason, refused=outcome != "done")
            for at, who, act, outcome, reason in sheet.trail
        )
        ui.html(panel_markup(self._word("trail"), audit_list(trail, language), padded=False))

    def _certificate(self) -> Markup:
        """The pages of the certificate as it will be, as pictures; what only issuing knows is drawn as a placeholder."""
        if self._sheet.content is None:
            return Markup("")
        path = f"/jobs/{self._sheet.row.id}/preview"
        picture = tag(
            "img",
            src=f"{path}.png?seen={self._sheet.seen}",
            class_="c-page-picture",
            alt=self._word("preview_alt"),
        )
        link = tag("a", "PDF", href=f"{path}.pdf", class_="c-link", target="_blank", rel="noopener")
        return panel_markup(self._word("certificate_to_be"), picture, beside=link, padded=False)

    def _foot(self) -> None:
        sheet = self._sheet
        with ui.element("div").classes("c-foot"), ui.element("div").classes("c-foot__in"):
            if sheet.offers["return_for_correction"].refusal is None:
                button(self._word("return"), self._ask_return, look="danger", icon="undo-2")
            if sheet.row.state == "IN_REVIEW":
                self._offer_review()
            elif sheet.row.state == "REVIEWED":
                self._offer_approval()

    def _offer_review(self) -> None:
        refusal = self._sheet.offers["review"].refusal
        if refusal is not None:
            ui.html(tag("p", refusal.text(self._language), class_="c-foot__says"))
            return
        ui.html(tag("p", self._word("review_says"), class_="c-foot__says"))
        button(self._word("next_review"), self._review, look="main")

    def _offer_approval(self) -> None:
        refusal = self._sheet.offers["approve"].refusal
        if refusal is not None:
            ui.html(tag("p", refusal.text(self._language), class_="c-foot__says"))
            return
        says = self._word("approve_says", digits=f"{self._sheet.seen[:4]} {self._sheet.seen[4:8]}")
        ui.html(tag("p", says, class_="c-foot__says"))
        with ui.element("div").classes("c-foot__field"):
            password = field(
                self._word("password_yours"),
                kind="password",
                autocomplete="current-password",
                on_enter=lambda: self._approve(password),
            )
        button(self._word("approve_do"), lambda: self._approve(password), look="main")

    async def _review(self) -> None:
        if await attempt(self._visit, self._note, _reviewed, self._sheet.row.id):
            ui.navigate.to(f"/jobs/{self._sheet.row.id}/review")

    async def _approve(self, password: Field) -> None:
        given = {"seen": self._sheet.seen, "password": password.text}
        number = await attempt(self._visit, self._note, issuing.approve_and_issue, self._sheet.row.id, **given)
        password.input.value = ""
        if number is not None:
            ui.navigate.to(f"/jobs/{self._sheet.row.id}")
        else:
            ui.run_javascript("window.scrollTo(0, 0)")

    def _ask_return(self) -> None:
        row = self._sheet.row

        async def act(reason: str) -> None:
            await call(self._visit, calibration.return_for_correction, row.id, reason=reason)
            ui.navigate.to("/")

        question = self._word("return_question", name=row.assigned_to or row.number)
        confirm_reason(
            question,
            self._word("return_consequence"),
            self._word("return_do"),
            self._word("return_leave"),
            act,
            self._language,
        )


def _reviewed(lab: Laboratory, actor: Actor, job_id: str) -> bool:
    """Review, and say that it was done."""
    calibration.review(lab, actor, job_id)
    return True
