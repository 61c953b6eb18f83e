"""How a job differed from its method, and how its item was sampled: what the report says of both is stated here."""

from nicegui import ui

from lims import deviations
from lims.errors import Stated
from lims.laboratory import Laboratory
from lims.people import Actor
from lims.sheets import JobSheet
from ui.components.button import button
from ui.components.field import field
from ui.components.markup import tag
from ui.components.panel import panel
from ui.desk import Note, attempt
from ui.session import Visit
from ui.typed_day import day_form, read_day
from uncertainty.wording import wording


def deviation_dialog(visit: Visit, job_id: str) -> None:
    """The dialog in which a quality manager states a deviation, its reason and who accepted it."""
    language = visit.language

    def word(key: str) -> str:
        return wording(f"deviations.{key}", language)

    with ui.dialog() as dialog, ui.card().classes("c-dialog").props("flat"):
        ui.html(tag("span", word("question")), tag="h2").classes("c-section")
        ui.html(tag("p", word("consequence"), class_="c-second"))
        fields = {}
        for name in ("text_vi", "text_en", "accepted_by", "accepted_on"):
            with ui.element("div"):
                day = name == "accepted_on"
                fields[name] = field(word(name), longest=500, hint=day_form(language) if day else "")
        with ui.element("div"):
            hint = wording("screens.reason_hint", language)
            why = field(wording("screens.reason", language), kind="lines", hint=hint)
        note = Note(language)

        async def act() -> None:
            note.clear()
            texts = {name: one.text for name, one in fields.items()}
            try:
                accepted_on = read_day(texts.pop("accepted_on"))
            except Stated as problem:
                note.say(problem)
                return
            given = {**texts, "accepted_on": accepted_on, "reason": why.text}
            if await attempt(visit, note, deviations.record_deviation, job_id, **given) is not None:
                ui.navigate.to(f"/jobs/{job_id}")

        with ui.element("div").classes("c-dialog__acts"):
            button(word("leave"), dialog.close)
            button(word("do"), act, look="main")
    dialog.open()


def sampling_panel(visit: Visit, sheet: JobSheet) -> None:
    """The panel in which the sampling is stated once; nothing where the procedure has no plan for it."""
    plan, language = sheet.procedure.sampling, visit.language
    if plan is None:
        return

    def word(key: str, **values: object) -> str:
        return wording(f"deviations.{key}", language, **values)

    with panel(word("sampling_title")):
        ui.html(tag("p", word("sampling_plan", plan=plan.text(language)), class_="c-hint"))
        with ui.element("div").classes("c-form"):
            fields = {}
            for name, key in (("sampled_on", "sampled_on"), ("text_vi", "sampling_vi"), ("text_en", "sampling_en")):
                with ui.element("div"):
                    fields[name] = field(
                        word(key), longest=500, hint=day_form(language) if name == "sampled_on" else ""
                    )
        note = Note(language)

        async def act() -> None:
            note.clear()
            try:
                day = read_day(fields["sampled_on"].text)
            except Stated as problem:
                note.say(problem)
                return
            texts = {name: fields[name].text for name in ("text_vi", "text_en")}
            if await attempt(visit, note, _sampled, sheet.row.id, sampled_on=day, **texts):
                ui.navigate.to(f"/jobs/{sheet.row.id}")

        button(word("sampling_do"), act).classes("c-form--new")


def _sampled(lab: Laboratory, actor: Actor, job_id: str, **given: object) -> bool:
    """State the sampling, and say that it was done."""
    deviations.record_sampling(lab, actor, job_id, **given)
    return True
