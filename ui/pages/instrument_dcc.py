"""A DCC from another laboratory: the file, what it says, what was found, and a person's acceptance."""

from nicegui import ui

from lims import dcc_import, foreign_laboratories, registry_choices, registry_sheets
from lims.dcc_import import DccChoice, DccPreview
from lims.dcc_received import ReceivedDcc, read_received
from lims.errors import Stated
from lims.laboratory import Laboratory
from lims.people import Actor
from lims.registering import NewName
from lims.registry_choices import RegistryChoices
from lims.registry_sheets import InstrumentSheet
from ui.components.button import button
from ui.components.field import Field, choice, field
from ui.components.page_head import PageHead
from ui.components.panel import panel
from ui.dcc_view import column_table, facts_of_dcc, findings_list
from ui.desk import Note, attempt, call
from ui.entrance import page
from ui.frame import frame
from ui.pages.received_form import ReceivedForm
from ui.session import Visit
from ui.sockets import Sockets
from ui.typed_day import day_form, read_day_or_none

RECOGNITIONS = ("ilac", "cipm_mra", "realisation", "evidence")


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register the page."""

    @page(lab, sockets, "/instruments/{code}/dcc")
    async def new_dcc(visit: Visit, code: str) -> None:
        sheet = await call(visit, registry_sheets.instrument_sheet, code)
        DccImport(visit, sheet, await call(visit, registry_choices.registry_choices))


class DccImport(ReceivedForm[ReceivedDcc]):
    """The page: first the file, then what would be stored, then the acceptance."""

    def __init__(self, visit: Visit, sheet: InstrumentSheet, choices: RegistryChoices) -> None:
        """Draw the first step."""
        super().__init__(visit, read_received)
        self.sheet, self.choices = sheet, choices
        row = sheet.row
        crumbs = ((row.code, f"/instruments/{row.code}"), (self.say("dcc_import"), ""))
        head = PageHead(self.say("dcc_import_of", name=row.name.text(self.language)), row.code,
                        self.say("dcc_import_line"), crumbs)  # fmt: skip
        with frame(visit, head, here="/standards"), ui.element("div").classes("c-narrowpage c-stack"):
            with panel(self.say("dcc_file")):
                self.file_step("dcc", ".xml,.pdf,application/xml,application/pdf")
            self.place = ui.element("div").classes("c-stack")

    async def show_read(self) -> None:
        """What it becomes by what is most likely."""
        await self.show(None)

    async def show(self, chosen: DccChoice | None) -> None:
        """Show what would be stored by a choice; without one by what is most likely."""
        assert self.note is not None
        preview = await attempt(
            self.visit, self.note, dcc_import.preview_dcc, self.sheet.row.code, received=self.received, choice=chosen
        )
        if preview is not None:
            self.place.clear()
            with self.place:
                self.draw(preview)

    def draw(self, preview: DccPreview) -> None:
        """What the file says, what was found, what is chosen."""
        assert self.received is not None
        with panel(self.say("dcc_says")):
            ui.html(facts_of_dcc(self.received, self.language))
        with panel(self.say("dcc_findings"), hint=self.say("dcc_findings_hint")):
            ui.html(findings_list(preview.findings, self.language))
        with panel(self.say("dcc_results"), hint=self.say("dcc_results_hint")):
            self.columns(preview)
        if any(one.said.key == "received.laboratory_unknown" for one in preview.findings):
            self.laboratory_form()
        with panel(self.say("dcc_standards"), hint=self.say("dcc_standards_hint")):
            self.standards(preview)
        with panel(self.say("dcc_accept")):
            self.acceptance(preview)

    def standards(self, preview: DccPreview) -> None:
        """For each standard that the file names the calibrations that may be meant; and any other of the register."""
        chosen, offered = preview.choice.upstream, set[str]()
        self.upstream: list[Field] = []
        with ui.element("div").classes("c-stack"):
            for named in preview.standards:
                options = {"": self.say("upstream_not_linked" if named.offered else "upstream_not_found")}
                options |= {
                    one.calibration_id: f"{one.words} · {one.laboratory.text(self.language)}" for one in named.offered
                }
                offered |= set(options)
                value = next((one for one in chosen if one and one in options), "")
                label = named.name.text(self.language)[:120] or named.certificate
                self.upstream.append(choice(label, options, value=value, hint=named.certificate))
            others = {"": self.say("upstream_not_linked")}
            others |= {
                key: f"{words} · {name.text(self.language)}"
                for key, words, name in self.choices.calibrations
                if key not in offered
            }
            value = next((one for one in chosen if one in others), "")
            self.upstream.append(choice(self.say("upstream_other"), others, value=value))

    def columns(self, preview: DccPreview) -> None:
        """Each column with its rows, and the quantity under which it is kept."""
        assert self.received is not None
        self.quantities: dict[str, Field] = {}
        names = {"": self.say("column_left_out")}
        names |= {key: name.text(self.language) for key, name in self.choices.quantities}
        for column in self.received.columns:
            chosen = preview.choice.quantities.get(column.key, "")
            with ui.element("div").classes("c-stack"):
                ui.html(column_table(column, self.language))
                options = names if chosen in names else {**names, chosen: chosen}
                self.quantities[column.key] = choice(self.say("column_as"), options, value=chosen)

    def laboratory_form(self) -> None:
        """The laboratory of the file, to be entered where it is not known."""
        assert self.received is not None
        said = self.received.says.laboratory
        with panel(self.say("laboratory_new"), hint=self.say("laboratory_new_hint")):
            with ui.element("div").classes("c-form"):
                self.lab_code = field(self.say("laboratory_code"), hint=self.say("laboratory_code_hint"))
                self.lab_name_vi = field(self.word("field_name_vi"), value=said.name.text("vi"))
                self.lab_name_en = field(self.word("field_name_en"), value=said.name.text("en"))
                place = ", ".join(filter(None, (said.city, said.country)))
                self.lab_address = field(self.say("laboratory_address"), value=place)
            with ui.element("div").classes("c-form__acts"):
                button(self.say("laboratory_save"), self.enter_laboratory)

    async def enter_laboratory(self) -> None:
        """Enter the laboratory, and look at the file again with it."""
        address = self.lab_address.text.strip()
        name = NewName(self.lab_name_vi.text.strip(), self.lab_name_en.text.strip(), address, address)
        entered = await self.saved(_entered_laboratory, code=self.lab_code.text.strip(), name=name)
        if entered is not None:
            self.choices = await call(self.visit, registry_choices.registry_choices)
            await self.show(None)

    def acceptance(self, preview: DccPreview) -> None:
        """Whose it is, how recognised, until when it serves, why it is accepted."""
        chosen = preview.choice
        with ui.element("div").classes("c-form"):
            laboratories = {key: name.text(self.language) for key, name in self.choices.laboratories}
            self.laboratory = choice(self.word("field_laboratory"), laboratories, value=chosen.laboratory_id)
            kinds = {"": self.say("recognition_none")} | {one: self.word(f"recognition_{one}") for one in RECOGNITIONS}
            self.recognition = choice(self.word("field_recognition"), kinds, value=chosen.recognition)
            self.evidence = field(self.word("field_evidence"), value=chosen.evidence, hint=self.word("optional"))
            until = f"{chosen.valid_until:%d/%m/%Y}" if chosen.valid_until else ""
            self.until = field(self.word("field_valid_until"), value=until, hint=day_form(self.language))
            hint = self.say("because_hint") if preview.marked else self.word("optional")
            self.because = field(self.say("because"), value=chosen.because, hint=hint, longest=500)
        self.end_note = Note(self.language)
        with ui.element("div").classes("c-form__acts"):
            button(self.say("dcc_take_over"), self.accept, look="main", icon="file-check")
            button(self.say("look_again"), self.look_again)

    def chosen(self) -> DccChoice:
        """What stands on the page."""
        return DccChoice(
            self.laboratory.text, self.recognition.text, self.evidence.text.strip(), read_day_or_none(self.until.text),
            {key: one.text for key, one in self.quantities.items()},
            tuple(dict.fromkeys(one.text for one in self.upstream if one.text)), self.because.text.strip(),
        )  # fmt: skip

    async def look_again(self) -> None:
        """Show what the present choice would store."""
        try:
            await self.show(self.chosen())
        except Stated as fault:
            self.end_note.say(fault)

    async def accept(self) -> None:
        """Take it over, and go to the instrument."""
        try:
            chosen = self.chosen()
        except Stated as fault:
            self.end_note.say(fault)
            return
        done = await attempt(
            self.visit, self.end_note, dcc_import.accept_dcc, self.sheet.row.id, received=self.received, choice=chosen
        )
        if done is not None:
            ui.navigate.to(f"/instruments/{self.sheet.row.code}")


def _entered_laboratory(lab: Laboratory, actor: Actor, *, code: str, name: NewName) -> str:
    """Enter a laboratory and return its id."""
    return str(foreign_laboratories.register_laboratory(lab, actor, code=code, name=name).id)
