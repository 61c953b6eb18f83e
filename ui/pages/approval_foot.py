"""The bar at the foot of the approval screen: return with a reason, review, or sign what is shown."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from nicegui import ui
from nicegui.events import KeyEventArguments

from lims import calibration, issuing
from lims.approval_sheet import ApprovalSheet
from lims.laboratory import Laboratory
from lims.people import Actor
from ui.components.button import button
from ui.components.confirm_reason import confirm_reason
from ui.components.field import Field, field
from ui.components.markup import icon, tag
from ui.desk import Note, attempt, call
from ui.session import Visit
from uncertainty.wording import wording

_NOT_YOURS: Final = "lims.not_permitted"
# The checks that the laboratory asks again in the act itself.
_ASKED_BY: Final = {
    "review": frozenset({"complete_readings", "standards", "environment"}),
    "approve": frozenset({"complete_readings", "standards", "environment", "authorised", "reviewer", "cmc", "fields"}),
}


@dataclass(frozen=True)
class FootState:
    """What the page knows besides the sheet: why the certificate cannot be drawn, or nothing."""

    fault: str = ""


class ApprovalFoot:
    """The acts of the screen; each carries what was shown, and is asked again by the laboratory."""

    def __init__(self, visit: Visit, sheet: ApprovalSheet, state: FootState) -> None:
        """Draw the bar."""
        self._visit, self._sheet, self._state = visit, sheet, state
        self._language, self._busy = visit.language, False
        self._password: Field | None = None
        self._main: ui.button | None = None
        with ui.element("div").classes("c-foot"), ui.element("div").classes("c-foot__in c-foot__in--sign"):
            with ui.element("div").classes("c-foot__note"):
                self._note = Note(visit.language)
                self._again = ui.element("div").classes("c-form__acts")
            if sheet.offers["return_for_correction"].refusal is None:
                button(self._word("return"), self._ask_return, look="danger", icon="undo-2")
            {"IN_REVIEW": self._offer_review, "REVIEWED": self._offer_approval}.get(
                sheet.row.state, self._offer_completion
            )()
        ui.keyboard(self._on_key, ignore=["textarea", "button"])

    def _word(self, key: str, **values: object) -> str:
        return wording(f"pages.{key}", self._language, **values)

    def _says(self, text: str, short: str = "") -> None:
        shown = tag("span", text, class_="c-phone-off" if short else None)
        ui.html(tag("p", shown, tag("span", short, class_="c-narrow") if short else None)).classes("c-foot__says")

    def _reason_why_not(self, name: str) -> tuple[str, bool]:
        """Why the act is blocked, in words (empty: it is not), and whether it is this person's to do at all."""
        refusal = self._sheet.offers[name].refusal
        if refusal is not None:
            return refusal.text(self._language), refusal.key != _NOT_YOURS
        failing = [one.refusal for one in self._sheet.checks if one.refusal is not None and one.key in _ASKED_BY[name]]
        if failing:
            return failing[0].text(self._language), True
        return self._state.fault if name == "approve" else "", True

    def _offer_review(self) -> None:
        if not self._blocked("review", "review_do"):
            key = "amendment.review_says" if self._sheet.row.supplement else "pages.review_says"
            self._says(wording(key, self._language))
            self._main = button(self._word("review_do"), self._review, look="main")

    def _offer_approval(self) -> None:
        if self._blocked("approve", "approve_do"):
            return
        digits = f"{self._sheet.seen[:4]} {self._sheet.seen[4:8]}"
        self._says(self._word("approve_says", digits=digits), self._word("approve_says_short", digits=digits))
        with ui.element("div").classes("c-foot__field"):
            self._password = field(
                self._word("password_yours"), kind="password", autocomplete="current-password", on_enter=self._approve
            )
        self._main = button(self._word("approve_do"), self._approve, look="main")

    def _offer_completion(self) -> None:
        """Approved and not issued yet: a crash came between; nothing is signed again."""
        self._says(self._word("complete_says"))
        if self._sheet.row.mine:
            self._main = button(self._word("complete_do"), self._complete, look="main")

    def _blocked(self, name: str, word: str) -> bool:
        reason, own = self._reason_why_not(name)
        if not reason:
            return False
        ui.html(tag("p", icon("octagon-alert" if own else "info", 14), " ", reason)).classes("c-foot__says")
        if own:
            button(self._word(word), self._show_checks, look="blocked")
        return True

    def _show_checks(self) -> None:
        ui.run_javascript("document.getElementById('checks').scrollIntoView({block: 'center'})")

    async def _on_key(self, event: KeyEventArguments) -> None:
        """Ctrl Enter does the one act of the screen; signing still asks for the password."""
        if not (event.action.keydown and not event.action.repeat and event.modifiers.ctrl and event.key.enter):
            return
        if self._sheet.row.state == "IN_REVIEW" and self._main is not None:
            await self._review()
        elif self._password is not None:
            self._password.input.run_method("focus")

    async def _once(self, function: Callable[..., object], **given: object) -> bool:
        """Do an act once, however often the button is pressed; say what was refused, and offer to look again."""
        if self._busy or self._main is None:
            return False
        self._busy = True
        self._main.props("loading")
        self._again.clear()
        try:
            done = await attempt(self._visit, self._note, function, self._sheet.row.id, **given)
        finally:
            self._busy = False
            self._main.props(remove="loading")
        return done is not None

    async def _review(self) -> None:
        if await self._once(_reviewed):
            self._show_anew()

    async def _approve(self) -> None:
        password = self._password
        if password is None:
            return
        if not password.text:
            self._note.say_text(self._word("password_missing"))
            password.input.run_method("focus")
            return
        if await self._once(_issued, seen=self._sheet.seen, password=password.text):
            self._show_anew()
            return
        with self._again:
            button(self._word("look_again"), self._show_anew, size="small", icon="refresh-cw")
        password.input.run_method("select")

    async def _complete(self) -> None:
        if await self._once(issuing.issue):
            self._show_anew()

    def _show_anew(self) -> None:
        ui.navigate.to(f"/jobs/{self._sheet.row.id}/review")

    def _ask_return(self) -> None:
        row = self._sheet.row

        async def act(reason: str) -> None:
            await call(self._visit, calibration.return_for_correction, row.id, reason=reason)
            ui.navigate.to("/")

        question = self._word("return_question", name=row.assigned_to or row.number)
        consequence, do, leave = (self._word(f"return_{part}") for part in ("consequence", "do", "leave"))
        confirm_reason(question, consequence, do, leave, act, self._language)


def _reviewed(lab: Laboratory, actor: Actor, job_id: str) -> bool:
    """Review, and say that it was done."""
    calibration.review(lab, actor, job_id)
    return True


def _issued(lab: Laboratory, actor: Actor, job_id: str, *, seen: str, password: str) -> str:
    """Sign what was shown, and issue it."""
    return issuing.approve_and_issue(lab, actor, job_id, seen=seen, password=password)
