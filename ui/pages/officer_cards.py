"""The cards of verification officers on the page of competences: which are in force, and a new one recorded."""

from functools import partial

from nicegui import ui

from lims import officers
from lims.clock import local_day
from lims.errors import Stated
from lims.officers import CardRow
from lims.procedure_format import Label
from ui.components.button import button
from ui.components.chip import chip
from ui.components.confirm_reason import confirm_reason
from ui.components.field import choice, field
from ui.components.markup import Child, tag
from ui.components.panel import panel
from ui.desk import Note, attempt, call
from ui.numbers import day
from ui.session import Visit
from ui.typed_day import day_form, read_day
from uncertainty.wording import wording

SOON_DAYS = 60


class OfficerCards:
    """The panels of one centre: who may verify, and until when."""

    def __init__(self, visit: Visit, centre_id: str, rows: list[CardRow], fields: dict[str, Label]) -> None:
        """Draw nothing yet: the two panels stand in different columns."""
        self._visit, self._centre_id, self._rows, self._fields = visit, centre_id, rows, fields
        self._today = local_day(visit.lab.clock.now(), visit.lab.settings.time_zone)

    def _word(self, key: str, **values: object) -> str:
        return wording(f"legal.{key}", self._visit.language, **values)

    def draw(self, *, manager: bool) -> None:
        """The cards, those that have ended marked as such."""
        with panel(self._word("cards"), padded=False):
            ui.html(tag("p", self._word("cards_hint"), class_="c-hint")).classes("c-entry")
            if not self._rows:
                ui.html(tag("p", self._word("cards_empty"))).classes("c-entry")
            for row in self._rows:
                with ui.element("div").classes("c-entry"):
                    ui.html(self._words(row)).classes("c-entry__words")
                    if manager and row.in_force:
                        words = self._word("card_withdraw")
                        made = button(words, partial(self._ask, row), look="danger", size="small")
                        made.props["aria-label"] = f"{words} {row.number} {row.person}"

    def _words(self, row: CardRow) -> str:
        language = self._visit.language
        fields = ", ".join(one.text(language) for one in row.fields)
        dates = wording("screens.valid_between", language, start=day(row.valid_from), end=day(row.valid_until))
        left, mark = (row.valid_until - self._today).days, None
        if row.withdrawn_on is not None:
            words = wording("pages.competence_withdrawn", language, day=day(row.withdrawn_on))
            mark = chip(words, "outlined", "circle-x")
        elif not row.in_force:
            key = "competence_later" if row.valid_from > self._today else "competence_expired"
            mark = chip(wording(f"pages.{key}", language), "outlined", "clock")
        elif left <= SOON_DAYS:
            mark = chip(wording("pages.days_left", language, days=left), "soon", "clock")
        said: Child = self._word("card_line", number=row.number, fields=fields)
        return tag(
            "div",
            tag("p", tag("span", row.person, class_="c-name"), " · ", said, " ", mark),
            tag("p", f"{dates} · {self._word('card_issued', issuer=row.issued_by)}", class_="c-second"),
        )

    def _ask(self, row: CardRow) -> None:
        async def act(reason: str) -> None:
            await call(self._visit, officers.withdraw_officer_card, row.id, reason=reason)
            self._reload()

        question = self._word("card_withdraw_question", number=row.number, name=row.person)
        texts = (self._word(f"card_{key}") for key in ("withdraw_consequence", "withdraw", "keep"))
        consequence, do, leave = texts
        confirm_reason(question, consequence, do, leave, act, self._visit.language)

    def form(self, people: dict[str, str]) -> None:
        """The panel in which a quality manager records a card."""
        language = self._visit.language
        with panel(self._word("card_new")), ui.element("div").classes("c-stack"):
            person = choice(self._word("card_officer"), people)
            number, issuer = field(self._word("card_number"), longest=40), field(self._word("card_issuer"), longest=200)
            with ui.element("div").classes("c-box"):
                ui.html(tag("p", self._word("card_fields"), class_="c-label"))
                with ui.element("div").classes("c-stack"):
                    boxes = {key: ui.checkbox(name.text(language)).props("dense") for key, name in self._fields.items()}
            starts = field(self._word("card_from"), hint=day_form(language))
            ends = field(self._word("card_until"), hint=day_form(language))
            note = Note(language)

            async def record() -> None:
                note.clear()
                chosen = [key for key, box in boxes.items() if box.value]
                if not (person.text and chosen):
                    note.say_text(self._word("card_choose"))
                    return
                try:
                    days = {"valid_from": read_day(starts.text), "valid_until": read_day(ends.text)}
                except Stated as problem:
                    note.say(problem)
                    return
                done = await attempt(
                    self._visit, note, officers.record_officer_card, centre_id=self._centre_id, person_id=person.text,
                    number=number.text, issued_by=issuer.text, fields=chosen, **days,
                )  # fmt: skip
                if done is not None:
                    self._reload()

            button(self._word("card_record"), record, look="main")

    def _reload(self) -> None:
        ui.navigate.to(f"/competences?centre={self._centre_id}")
