"""Competences: who is authorised for which procedure, service and function, with evidence and dates."""

from datetime import date

from markupsafe import Markup
from nicegui import ui

from lims import registering, registry_sheets
from lims.clock import local_day
from lims.laboratory import Laboratory
from lims.people import FUNCTIONS, QUALITY_MANAGER
from lims.registry_sheets import CompetenceRow
from ui.components.button import button
from ui.components.chip import state_chip
from ui.components.confirm_reason import confirm_reason
from ui.components.empty_state import empty_state
from ui.components.field import choice, field
from ui.components.markup import tag
from ui.components.page_head import PageHead
from ui.components.panel import panel
from ui.desk import Note, attempt, call
from ui.entrance import page
from ui.frame import frame
from ui.numbers import day
from ui.session import Visit
from ui.sockets import Sockets
from uncertainty.errors import Invalid
from uncertainty.wording import wording


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register the page."""

    @page(lab, sockets, "/competences")
    async def competences(visit: Visit) -> None:
        centres = [body for role, body in visit.me.roles if role == QUALITY_MANAGER] or [
            body for _, body in visit.me.roles
        ]
        rows = await call(visit, registry_sheets.competences, centre_id=centres[0])
        staff = await call(visit, registry_sheets.staff, centre_id=centres[0])
        Competences(visit, centres[0], rows, dict(staff))


class Competences:
    """The page of one centre."""

    def __init__(self, visit: Visit, centre_id: str, rows: list[CompetenceRow], staff: dict[str, str]) -> None:
        """Draw the page."""
        self._visit, self._centre_id, self._language = visit, centre_id, visit.language
        line = self._word(
            "competences_line",
            count=sum(row.in_force for row in rows),
            body=visit.me.bodies[centre_id].text(self._language),
        )
        with frame(visit, PageHead(self._word("nav_competences"), line=line), here="/competences"):
            self._note = Note(visit.language)
            with ui.element("div").classes("c-columns c-columns--side"):
                with ui.element("div").classes("c-panel"):
                    if not rows:
                        ui.html(empty_state(self._word("competences_empty"), self._word("competences_empty_when")))
                    for row in rows:
                        self._entry(row)
                if visit.me.is_a(QUALITY_MANAGER):
                    self._grant(staff)

    def _word(self, key: str, **values: object) -> str:
        return wording(f"screens.{key}", self._language, **values)

    def _entry(self, row: CompetenceRow) -> None:
        with ui.element("div").classes("c-entry"):
            ui.html(_entry_words(row, self._language)).classes("c-entry__words")
            with ui.element("div").classes("c-acts"):
                if row.in_force and self._visit.me.is_a(QUALITY_MANAGER):
                    button(self._word("withdraw_competence"), lambda: self._ask(row), look="danger", size="small")

    def _ask(self, row: CompetenceRow) -> None:
        async def act(reason: str) -> None:
            await call(self._visit, registering.withdraw_competence, row.id, reason=reason)
            ui.navigate.to("/competences")

        question = self._word("withdraw_competence_question", name=row.person, procedure=row.procedure_id)
        consequence, do, leave = (self._word(f"withdraw_competence_{part}") for part in ("consequence", "do", "leave"))
        confirm_reason(question, consequence, do, leave, act, self._language)

    def _grant(self, staff: dict[str, str]) -> None:
        lab = self._visit.lab
        today = local_day(lab.clock.now(), lab.settings.time_zone)
        procedures = {one.id: one.title.text(self._language) for one in lab.procedures.values()}
        functions = {one: self._word(f"function_{one}") for one in FUNCTIONS}
        with panel(self._word("new_competence")), ui.element("div").classes("c-stack"):
            with ui.element("div"):
                person = choice(self._word("person"), staff)
            with ui.element("div"):
                procedure = choice(self._word("procedure"), procedures)
            with ui.element("div"):
                function = choice(self._word("function"), functions)
            with ui.element("div"):
                evidence = field(self._word("evidence"), kind="lines", hint=self._word("evidence_hint"))
            with ui.element("div"):
                valid_from = field(self._word("valid_from"), value=day(today), hint="dd/mm/yyyy")
            with ui.element("div"):
                valid_until = field(self._word("valid_until"), hint="dd/mm/yyyy")

            async def grant() -> None:
                self._note.clear()
                try:
                    days = {"valid_from": read_day(valid_from.text), "valid_until": read_day(valid_until.text)}
                except Invalid as problem:
                    self._note.say(problem)
                    return
                service = next((one.service for one in lab.procedures.values() if one.id == procedure.text), "")
                given = {
                    "centre_id": self._centre_id,
                    "person_id": person.text,
                    "procedure_id": procedure.text,
                    "service": service,
                }
                given |= {"function": function.text, "evidence": evidence.text}
                if await attempt(self._visit, self._note, registering.grant_competence, **given, **days) is not None:
                    ui.navigate.to("/competences")

            button(self._word("grant_competence"), grant, look="main")


def _entry_words(row: CompetenceRow, language: str) -> Markup:
    function = wording(f"screens.function_{row.function}", language)
    dates = wording("screens.valid_between", language, start=day(row.valid_from), end=day(row.valid_until))
    state = state_chip("active" if row.in_force else "ended", language)
    granted = wording("screens.granted_by", language, name=row.granted_by, evidence=row.evidence)
    return tag(
        "div",
        tag("p", tag("span", row.person, class_="c-name"), f" · {function} ", state),
        tag("p", f"{row.procedure_id} · {dates}", class_="c-second"),
        tag("p", granted, class_="c-small"),
    )


def read_day(text: str) -> date:
    """A day as people write it, dd/mm/yyyy.

    Raises:
        Invalid: it is none.
    """
    parts = text.strip().replace("-", "/").replace(".", "/").split("/")
    try:
        numbers = [int(part) for part in parts]
        return date(numbers[2], numbers[1], numbers[0])
    except (ValueError, IndexError):
        raise Invalid("screens.day_form", text=text[:20]) from None
