"""The other acts on a job: assign, cancel, decide on the environment, amend, withdraw, fetch the certificate."""

from collections.abc import Awaitable, Callable
from functools import partial

from nicegui import ui

from lims import calibration
from lims.amendments import PrintedReason
from lims.laboratory import Laboratory
from lims.people import Actor
from lims.sheets import JobSheet
from ui.components.button import button
from ui.components.confirm_reason import confirm_printed_reason, confirm_reason
from ui.components.field import choice, field
from ui.components.markup import tag
from ui.desk import Note, attempt, call
from ui.pages.job_deviations import deviation_dialog
from ui.session import Visit
from uncertainty.wording import wording


class JobActs:
    """The acts that this person may do now, beside the main one. What may be done is asked again by the act."""

    def __init__(self, visit: Visit, sheet: JobSheet, note: Note) -> None:
        """Draw the buttons where the page stands."""
        self._visit, self._sheet, self._note = visit, sheet, note
        self._language = visit.language
        if self._allowed("cancel"):
            self._with_reason("cancel", self._cancel)
        if self._allowed("decide_environment") and any(one.outside and not one.decided for one in sheet.conditions):
            button(self._word("decide_environment"), self._decide)
        if self._allowed("record_deviation"):
            button(wording("deviations.button", self._language), partial(deviation_dialog, visit, sheet.row.id))
        if self._allowed("amend") and not sheet.row.supplement:
            self._replacing("amend_remeasure", remeasure=True)
            self._replacing("amend_report", remeasure=False)
        if self._allowed("assign"):
            button(self._word("assign"), self._assign, look="main" if sheet.row.state == "RECEIVED" else "plain")

    def _allowed(self, name: str) -> bool:
        offer = self._sheet.offers.get(name)
        return offer is not None and offer.refusal is None

    def _word(self, key: str, **values: object) -> str:
        return wording(f"screens.{key}", self._language, **values)

    def _with_reason(self, key: str, act: Callable[[str], Awaitable[None]]) -> None:
        """A button that asks a question with the job's number, and a reason, before it acts."""

        def ask() -> None:
            number = self._sheet.row.number
            question, consequence = self._word(f"{key}_question", number=number), self._word(f"{key}_consequence")
            confirm_reason(
                question, consequence, self._word(f"{key}_do"), self._word(f"{key}_leave"), act, self._language
            )

        button(self._word(key), ask, look="danger" if key == "cancel" else "plain")

    async def _cancel(self, reason: str) -> None:
        await call(self._visit, calibration.cancel, self._sheet.row.id, reason=reason)
        ui.navigate.to("/")

    def _replacing(self, key: str, *, remeasure: bool) -> None:
        """A button that asks for the reason as it will be printed, and opens the edition that replaces."""

        async def act(reason: PrintedReason) -> None:
            job_id, given = self._sheet.row.id, reason.arguments()
            after = await call(self._visit, calibration.amend, job_id, remeasure=remeasure, **given)
            ui.navigate.to(f"/jobs/{after.id}")

        def ask() -> None:
            question, consequence = (
                self._word(f"{key}_question", number=self._sheet.row.number), self._word(f"{key}_consequence"),
            )  # fmt: skip
            words = (question, consequence, self._word(f"{key}_do"), self._word(f"{key}_leave"))
            confirm_printed_reason(words, act, self._language)

        button(self._word(key), ask)

    def _assign(self) -> None:
        """Choose among those who are authorised today."""
        with ui.dialog() as dialog, ui.card().classes("c-dialog").props("flat"):
            ui.html(tag("span", self._word("assign_question", number=self._sheet.row.number)), tag="h2").classes(
                "c-section"
            )
            with ui.element("div"):
                chosen = choice(self._word("technician"), dict(self._sheet.technicians))
            note = Note(self._language)

            async def act() -> None:
                person = str(chosen.input.value or "")
                job_id = self._sheet.row.id
                if await attempt(self._visit, note, _assigned, job_id, person):
                    ui.navigate.to(f"/jobs/{job_id}")

            with ui.element("div").classes("c-dialog__acts"):
                button(self._word("assign_leave"), dialog.close)
                button(self._word("assign_do"), act, look="main")
        dialog.open()

    def _decide(self) -> None:
        """The quality manager's decision, in both languages: it is printed on the certificate."""
        with ui.dialog() as dialog, ui.card().classes("c-dialog").props("flat"):
            ui.html(tag("span", self._word("decide_question")), tag="h2").classes("c-section")
            ui.html(tag("p", self._word("decide_consequence"), class_="c-second"))
            with ui.element("div"):
                vi = field(self._word("decide_vi"), kind="lines")
            with ui.element("div"):
                en = field(self._word("decide_en"), kind="lines")
            with ui.element("div"):
                why = field(self._word("reason"), kind="lines", hint=self._word("reason_hint"))
            note = Note(self._language)

            async def act() -> None:
                job_id = self._sheet.row.id
                if await attempt(self._visit, note, _decided, job_id, vi.text, en.text, why.text):
                    ui.navigate.to(f"/jobs/{job_id}")

            with ui.element("div").classes("c-dialog__acts"):
                button(self._word("decide_leave"), dialog.close)
                button(self._word("decide_do"), act, look="main")
        dialog.open()


def _assigned(lab: Laboratory, actor: Actor, job_id: str, person_id: str) -> bool:
    """Assign, and say that it was done."""
    calibration.assign(lab, actor, job_id, technician_id=person_id)
    return True


def _decided(lab: Laboratory, actor: Actor, job_id: str, text_vi: str, text_en: str, reason: str) -> bool:
    """Decide, and say that it was done."""
    calibration.decide_environment(lab, actor, job_id, text_vi=text_vi, text_en=text_en, reason=reason)
    return True
