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
from ui.components.field import Field, choice, field
from ui.components.panel import panel
from ui.desk import Note, attempt
from ui.numbers import day
from ui.session import Visit
from ui.typed_day import read_day
from uncertainty.wording import wording

RANGE = ("lower", "upper", "unit")
CMC = ("cmc", "cmc_unit", "cmc_slope", "cmc_slope_unit")
LONGEST = 40


def new_scope_line(visit: Visit, sheet: ScopeSheet, done: Callable[[], None]) -> None:
    """Draw the form; `done` is called when a line was saved.

    Args:
        visit: who is here.
        sheet: the recognitions that there are.
        done: leads back to the page.
    """
    language = visit.language

    def word(key: str) -> str:
        return wording(f"bodies.{key}", language)

    def said(key: str) -> str:
        return wording(f"scope_lines.{key}", language)

    with panel(word("new_line")), ui.element("div").classes("c-stack"):
        of = choice(word("of"), _held(sheet, language))
        services = {one: said(f"service_{one}") for one in SERVICES}
        service = choice(said("service"), services, value=next(iter(services)))
        measured = choice(word("quantity"), {one: quantity_name(one).text(language) for one in sheet.quantities})
        with ui.element("div").classes("c-form"):
            fields: dict[str, Field] = {one: field(word(one), longest=LONGEST) for one in RANGE}
        with ui.element("div").classes("c-form"):
            fields |= {one: field(said(one), hint=said(f"{one}_hint"), longest=LONGEST) for one in CMC}
        forms = {key: one.text(language) for key, one in cmc_forms().items()}
        form = choice(said("cmc_form"), forms, value=next(iter(forms)), hint=said("cmc_form_hint"))
        today = local_day(visit.lab.clock.now(), visit.lab.settings.time_zone)
        valid_from = field(word("valid_from"), value=day(today), hint="dd/mm/yyyy", longest=10)
        note = Note(language)

        async def save() -> None:
            if not (of.text and measured.text):
                note.say_text(word("choose"))
                return
            try:
                start = read_day(valid_from.text)
            except Stated as problem:
                note.say(problem)
                return
            row = sheet.recognitions[int(of.text)]
            texts = {name: made.text for name, made in fields.items()}
            new = NewScopeLine(
                kind=row.kind,
                number=row.number,
                quantity=measured.text,
                service=service.text,
                cmc_form=form.text,
                **texts,
            )
            given = {"centre_id": sheet.centre_id, "body_id": row.body_id, "new": new, "valid_from": start}
            if await attempt(visit, note, scopes.add_scope_line, **given) is not None:
                done()

        button(word("save_line"), save)


def _held(sheet: ScopeSheet, language: str) -> dict[str, str]:
    """The recognitions to choose from, by their place in the sheet."""
    kinds = {row.kind: wording(f"bodies.recognition_{row.kind}", language) for row in sheet.recognitions}
    return {
        str(place): f"{row.body.text(language)} · {kinds[row.kind]} {row.number}".strip()
        for place, row in enumerate(sheet.recognitions)
    }
