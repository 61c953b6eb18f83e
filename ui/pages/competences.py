"""Competences: who is authorised for which procedure, service and function, with evidence and dates."""

from functools import partial

from nicegui import ui

from lims import officers, registering, registry_sheets
from lims.clock import local_day
from lims.errors import Stated
from lims.laboratory import Laboratory
from lims.people import FUNCTIONS, LABORATORY_ROLES, QUALITY_MANAGER
from lims.registry_sheets import CompetenceRow
from ui.competence_view import entry_words, matrix, procedure_titles
from ui.components.button import button
from ui.components.confirm_reason import confirm_reason
from ui.components.empty_state import empty_state
from ui.components.field import choice, field
from ui.components.markup import link, tag
from ui.components.page_head import PageHead
from ui.components.panel import panel
from ui.desk import Note, attempt, call
from ui.entrance import page
from ui.frame import frame
from ui.numbers import day
from ui.pages.officer_cards import OfficerCards
from ui.session import Visit
from ui.sockets import Sockets
from ui.typed_day import day_form, read_day
from uncertainty.wording import wording


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register the page."""

    @page(lab, sockets, "/competences")
    async def competences(visit: Visit, centre: str = "") -> None:
        roles = visit.me.roles
        managed = [body for role, body in roles if role == QUALITY_MANAGER]
        centres = managed or [body for role, body in roles if role in LABORATORY_ROLES] or [""]
        here = centre if centre in centres else centres[0]
        rows = await call(visit, registry_sheets.competences, centre_id=here)
        staff = await call(visit, registry_sheets.staff, centre_id=here)
        held = await call(visit, officers.officer_cards, centre_id=here)
        fields = await call(visit, officers.fields_of_cards)
        Competences(visit, here, centres, rows, dict(staff), OfficerCards(visit, here, held, fields))


class Competences:
    """The page of one centre."""

    def __init__(
        self, visit: Visit, centre_id: str, centres: list[str], rows: list[CompetenceRow], staff: dict[str, str],
        cards: OfficerCards,
    ) -> None:  # fmt: skip
        """Draw the page."""
        self._visit, self._centre_id, self._language = visit, centre_id, visit.language
        in_force = [row for row in rows if row.in_force]
        name = visit.me.bodies[centre_id].text(self._language)
        head = PageHead(
            self._word("nav_competences"), line=self._word("competences_line", count=len(in_force), body=name)
        )
        with frame(visit, head, here="/competences") as acts:
            with acts:
                self._others(centres)
            manager = visit.me.is_a(QUALITY_MANAGER)
            with ui.element("div").classes("c-columns c-columns--side" if manager else "c-columns"):
                with ui.element("div").classes("c-stack"):
                    if in_force:
                        ui.html(matrix(in_force, visit.lab.procedures, self._language))
                    cards.draw(manager=manager)
                    self._entries(in_force, manager)
                    self._ended([row for row in rows if not row.in_force])
                if manager:
                    others = {key: name for key, name in staff.items() if key != visit.me.person_id}
                    with ui.element("div").classes("c-stack"):
                        self._grant(others)
                        cards.form(others)

    def _word(self, key: str, **values: object) -> str:
        return wording(f"screens.{key}", self._language, **values)

    def _others(self, centres: list[str]) -> None:
        """The other centres at which this person has a say."""
        for one in dict.fromkeys(centres):
            if one != self._centre_id:
                ui.html(link(self._visit.me.bodies[one].text(self._language), f"/competences?centre={one}"))

    def _entries(self, rows: list[CompetenceRow], manager: bool) -> None:
        if not rows:
            ui.html(empty_state(self._word("competences_empty"), self._word("competences_empty_when")))
            return
        titles = procedure_titles(self._visit.lab.procedures, self._language)
        for procedure_id in sorted({row.procedure_id for row in rows}, key=lambda one: titles.get(one, one)):
            own = [row for row in rows if row.procedure_id == procedure_id]
            own.sort(key=lambda row: (FUNCTIONS.index(row.function), row.person))
            with panel(titles.get(procedure_id, procedure_id), hint=procedure_id, padded=False):
                for row in own:
                    self._entry(row, manager)

    def _entry(self, row: CompetenceRow, manager: bool) -> None:
        with ui.element("div").classes("c-entry"):
            today = local_day(self._visit.lab.clock.now(), self._visit.lab.settings.time_zone)
            ui.html(entry_words(row, today, self._language)).classes("c-entry__words")
            if manager:
                words = wording("pages.withdraw_competence", self._language)
                made = button(words, lambda: self._ask(row), look="danger", size="small")
                function = self._word(f"function_{row.function}")
                made.props["aria-label"] = f"{words} {row.person}, {function}, {row.procedure_id}"

    def _ended(self, rows: list[CompetenceRow]) -> None:
        """What is past stays readable, folded."""
        if not rows:
            return
        today = local_day(self._visit.lab.clock.now(), self._visit.lab.settings.time_zone)
        title = wording("pages.competences_ended", self._language)
        count = tag("span", str(len(rows)), class_="c-hint")
        summary = tag("summary", tag("span", title, class_="c-section"), count, class_="c-panel__head")
        entries = [
            tag("div", tag("div", entry_words(row, today, self._language), class_="c-entry__words"), class_="c-entry")
            for row in rows
        ]
        ui.html(tag("details", summary, *entries, class_="c-panel c-foldpanel"))

    def _ask(self, row: CompetenceRow) -> None:
        async def act(reason: str) -> None:
            await call(self._visit, registering.withdraw_competence, row.id, reason=reason)
            ui.navigate.to(f"/competences?centre={self._centre_id}")

        question = self._word("withdraw_competence_question", name=row.person, procedure=row.procedure_id)
        consequence, do, leave = (self._word(f"withdraw_competence_{part}") for part in ("consequence", "do", "leave"))
        confirm_reason(question, consequence, do, leave, act, self._language)

    def _grant(self, others: dict[str, str]) -> None:
        lab = self._visit.lab
        today = local_day(lab.clock.now(), lab.settings.time_zone)
        with panel(self._word("new_competence")), ui.element("div").classes("c-stack"):
            person = choice(self._word("person"), others)
            procedure = choice(self._word("procedure"), procedure_titles(lab.procedures, self._language))
            function = choice(self._word("function"), {one: self._word(f"function_{one}") for one in FUNCTIONS})
            evidence = field(self._word("evidence"), kind="lines", hint=self._word("evidence_hint"))
            valid_from = field(self._word("valid_from"), value=day(today), hint=day_form(self._language))
            valid_until = field(self._word("valid_until"), hint=day_form(self._language))
            note = Note(self._language)

            async def grant() -> None:
                note.clear()
                if not (person.text and procedure.text and function.text):
                    note.say_text(wording("pages.competence_choose", self._language))
                    return
                try:
                    days = {"valid_from": read_day(valid_from.text), "valid_until": read_day(valid_until.text)}
                except Stated as problem:
                    note.say(problem)
                    return
                service = next((one.service for one in lab.procedures.values() if one.id == procedure.text), "")
                # `function` is a word of the act and of `attempt`, so it is bound beforehand.
                act = partial(registering.grant_competence, function=function.text)
                done = await attempt(
                    self._visit, note, act, centre_id=self._centre_id, person_id=person.text, service=service,
                    procedure_id=procedure.text, evidence=evidence.text, **days,
                )  # fmt: skip
                if done is not None:
                    ui.navigate.to(f"/competences?centre={self._centre_id}")

            button(self._word("grant_competence"), grant, look="main")
