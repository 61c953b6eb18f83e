"""A DCC from another laboratory: the file, what it says, what was found, and a person's acceptance."""

from nicegui import ui

from lims import dcc_import, foreign_laboratories, registry_choices, registry_sheets
from lims.dcc_import import DccChoice, DccPreview
from lims.dcc_received import ReceivedDcc, read_received
from lims.errors import Stated
from lims.laboratory import Laboratory
from lims.people import Actor
from lims.receiving import LARGEST_FILE, MEGABYTE
from lims.registering import NewName
from lims.registry_choices import RegistryChoices
from lims.registry_sheets import InstrumentSheet
from ui.components.button import button
from ui.components.field import Field, choice, field
from ui.components.file_field import file_field
from ui.components.page_head import PageHead
from ui.components.panel import panel
from ui.dcc_view import column_table, facts_of_dcc, findings_list
from ui.desk import Note, attempt, call
from ui.entrance import page
from ui.frame import frame
from ui.pages.registry_form import Form
from ui.session import Visit
from ui.sockets import Sockets
from ui.typed_day import read_day_or_none
from uncertainty.wording import wording

RECOGNITIONS = ("ilac", "cipm_mra", "realisation", "evidence")


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register the page."""

    @page(lab, sockets, "/instruments/{code}/dcc")
    async def new_dcc(visit: Visit, code: str) -> None:
        sheet = await call(visit, registry_sheets.instrument_sheet, code)
        DccImport(visit, sheet, await call(visit, registry_choices.registry_choices))


class DccImport(Form):
    """The page: first the file, then what would be stored, then the acceptance."""

    def __init__(self, visit: Visit, sheet: InstrumentSheet, choices: RegistryChoices) -> None:
        """Draw the first step."""
        super().__init__(visit)
        self.sheet, self.choices = sheet, choices
        self.received: ReceivedDcc | None = None
        row = sheet.row
        crumbs = ((row.code, f"/instruments/{row.code}"), (self.say("dcc_import"), ""))
        head = PageHead(self.say("dcc_import_of", name=row.name.text(self.language)), row.code,
                        self.say("dcc_import_line"), crumbs)  # fmt: skip
        with frame(visit, head, here="/standards"), ui.element("div").classes("c-narrowpage c-stack"):
            with panel(self.say("dcc_file")):
                most = LARGEST_FILE // MEGABYTE
                file_field(
                    self.say("dcc_file_field"), self.say("dcc_file_hint", most=most),
                    ".xml,.pdf,application/xml,application/pdf", self.take, most=LARGEST_FILE, too_large=self.too_large,

                    drop=self.say("drop_here"), choose=self.say("choose_file"),
                )  # fmt: skip
                self.note = Note(self.language)
            self.place = ui.element("div").classes("c-stack")

    def say(self, key: str, **values: object) -> str:
        """A word of this page."""
        return wording(f"received_pages.{key}", self.language, **values)

    def too_large(self) -> None:
        """Say that the browser has refused a file."""
        assert self.note is not None
        self.note.say_text(self.say("file_rejected", most=LARGEST_FILE // MEGABYTE))

    async def take(self, content: bytes, name: str) -> None:
        """Read a file and show what it would become; a refused one leaves nothing on the page."""
        self.place.clear()
        self.received = await self.saved(read_received, content, name)
        if self.received is not None:
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
        with panel(self.say("dcc_accept")):
            self.acceptance(preview)

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
            self.until = field(self.word("field_valid_until"), value=until, hint="dd/mm/yyyy")
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
            {key: one.text for key, one in self.quantities.items()}, because=self.because.text.strip(),
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
