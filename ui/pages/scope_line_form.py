"""The form for one line of a scope: a quantity over a range, with a CMC that may grow with the value."""

from collections.abc import Callable

from nicegui import ui

from instruments.cmc import cmc_forms
from lims import scopes
from lims.body_sheets import ScopeSheet
from lims.clock import local_day
from lims.disciplines import quantity_name
from lims.errors import Stated
from lims.procedure_file import SERVICES
from lims.scopes import NewScopeLine
from ui.components.button import button
from ui.components.field import choice, field
from ui.components.panel import panel
from ui.desk import Note, attempt
from ui.numbers import day
from ui.session import Visit
from ui.typed_day import day_form, read_day
from uncertainty.wording import wording

RANGE = ("lower", "upper", "unit")
CMC = ("cmc", "cmc_unit", "cmc_slope", "cmc_slope_unit")
LONGEST = 40


class NewScopeLineForm:
    """The form on the page of scopes."""

    def __init__(self, visit: Visit, sheet: ScopeSheet, done: Callable[[], None]) -> None:
        """Draw the form; `done` leads back to the page when a line was saved."""
        self._visit, self._sheet, self._done, self._language = visit, sheet, done, visit.language
        services = {one: self._said(f"service_{one}") for one in SERVICES}
        quantities = {one: quantity_name(one).text(self._language) for one in sheet.quantities}
        forms = {key: one.text(self._language) for key, one in cmc_forms().items()}
        with panel(self._word("new_line")), ui.element("div").classes("c-stack"):
            self._of = choice(self._word("of"), held_recognitions(sheet, self._language))
            self._service = choice(self._said("service"), services, value=next(iter(services)))
            self._quantity = choice(self._word("quantity"), quantities)
            with ui.element("div").classes("c-form"):
                self._texts = {one: field(self._word(one), longest=LONGEST) for one in RANGE}
            with ui.element("div").classes("c-form"):
                self._texts |= {
                    one: field(self._said(one), hint=self._said(f"{one}_hint"), longest=LONGEST) for one in CMC
                }
            hint = self._said("cmc_form_hint")
            self._form = choice(self._said("cmc_form"), forms, value=next(iter(forms)), hint=hint)
            today = local_day(visit.lab.clock.now(), visit.lab.settings.time_zone)
            self._from = field(self._word("valid_from"), value=day(today), hint=day_form(self._language), longest=10)
            self._note = Note(self._language)
            button(self._word("save_line"), self._save)

    def _word(self, key: str) -> str:
        return wording(f"bodies.{key}", self._language)

    def _said(self, key: str) -> str:
        return wording(f"scope_lines.{key}", self._language)

    async def _save(self) -> None:
        if not (self._of.text and self._quantity.text):
            self._note.say_text(self._word("choose"))
            return
        try:
            start = read_day(self._from.text)
        except Stated as problem:
            self._note.say(problem)
            return
        row = self._sheet.recognitions[int(self._of.text)]
        new = NewScopeLine(
            kind=row.kind, number=row.number, quantity=self._quantity.text, service=self._service.text,
            cmc_form=self._form.text, **{name: made.text for name, made in self._texts.items()},
        )  # fmt: skip
        given = {"centre_id": self._sheet.centre_id, "body_id": row.body_id, "new": new, "valid_from": start}
        if await attempt(self._visit, self._note, scopes.add_scope_line, **given) is not None:
            self._done()


def held_recognitions(sheet: ScopeSheet, language: str) -> dict[str, str]:
    """The recognitions to choose from, by their place in the sheet."""
    kinds = {row.kind: wording(f"bodies.recognition_{row.kind}", language) for row in sheet.recognitions}
    return {
        str(place): f"{row.body.text(language)} · {kinds[row.kind]} {row.number}".strip()
        for place, row in enumerate(sheet.recognitions)
    }
