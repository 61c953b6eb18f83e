"""What is entered of an instrument: a standard itself, its dated properties, the identification of an item."""

from nicegui import ui

from instruments.levels import levels
from instruments.models import Instrument
from lims import registering, registry_choices, registry_sheets
from lims.errors import Stated
from lims.laboratory import Laboratory
from lims.people import Actor
from lims.registering import NewInstrument
from lims.registry_choices import RegistryChoices
from lims.registry_sheets import InstrumentSheet
from ui.components.field import choice, field
from ui.components.page_head import PageHead
from ui.components.panel import panel
from ui.desk import call
from ui.entrance import page
from ui.frame import frame
from ui.pages.registry_form import Form
from ui.session import Visit
from ui.sockets import Sockets
from ui.typed_day import day_form, read_day
from uncertainty.wording import wording

_TEXTS = ("name_vi", "name_en", "maker", "model", "serial_number", "nominal", "nominal_unit", "accuracy_class")


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register the forms."""

    @page(lab, sockets, "/standards/new")
    async def new_standard(visit: Visit) -> None:
        StandardForm(visit, await call(visit, registry_choices.registry_choices))

    @page(lab, sockets, "/instruments/{code}/property")
    async def new_property(visit: Visit, code: str) -> None:
        sheet = await call(visit, registry_sheets.instrument_sheet, code)
        PropertyForm(visit, sheet, await call(visit, registry_choices.registry_choices))

    @page(lab, sockets, "/instruments/{code}/identification")
    async def identification(visit: Visit, code: str) -> None:
        IdentificationForm(visit, await call(visit, registry_sheets.item_identification, code))


class StandardForm(Form):
    """A standard or a piece of equipment that a centre keeps."""

    def __init__(self, visit: Visit, choices: RegistryChoices) -> None:
        """Draw the form."""
        super().__init__(visit)
        crumbs = ((wording("screens.nav_standards", self.language), "/standards"), (self.word("standard_new"), ""))
        head = PageHead(self.word("standard_new"), line=self.word("standard_new_line"), crumbs=crumbs)
        with frame(visit, head, here="/standards"), ui.element("div").classes("c-narrowpage c-stack"):
            with panel(self.word("standard_what")), ui.element("div").classes("c-form"):
                centres = {key: name.text(self.language) for key, name in choices.centres}
                self.centre = choice(self.word("column_keeper"), centres, value=next(iter(centres), None))
                kinds = {one: self.word(f"kind_{one}") for one in ("standard", "equipment")}
                self.kind = choice(self.word("field_kind"), kinds, value="standard")
                self.code = field(self.word("field_code"), hint=self.word("field_code_hint"))
                known = {one.id: one.text(self.language) for one in levels().values()}
                self.level = choice(self.word("field_level"), known, hint=self.word("standards_only"))
                quantities = {key: name.text(self.language) for key, name in choices.quantities}
                self.quantity = choice(self.word("field_quantity"), quantities, hint=self.word("standards_only"))
                self.texts = {name: field(self.word(f"field_{name}")) for name in _TEXTS}
                self.apart_from = field(wording("facts.apart_from", self.language), hint=self.word_apart())
            self.end(self.word("standard_save"), self.save, "/standards")

    def word_apart(self) -> str:
        """What belongs into the field for instruments that look alike."""
        return wording("facts.apart_from_hint", self.language)

    async def save(self) -> None:
        """Enter it, and go to its page."""
        standard = self.kind.text == "standard"
        new = NewInstrument(
            code=self.code.text.strip(),
            kind=self.kind.text,
            level=self.level.text if standard else "",
            quantity=self.quantity.text if standard else "",
            apart_from=self.apart_from.text,
            **{name: one.text.strip() for name, one in self.texts.items()},
        )
        code = await self.saved(_registered, centre_id=self.centre.text, new=new)
        if code is not None:
            ui.navigate.to(f"/instruments/{code}")


class PropertyForm(Form):
    """A dated property of a standard or of equipment."""

    def __init__(self, visit: Visit, sheet: InstrumentSheet, choices: RegistryChoices) -> None:
        """Draw the form."""
        super().__init__(visit)
        self.sheet = sheet
        row = sheet.row
        crumbs = ((row.code, f"/instruments/{row.code}"), (self.word("property_new"), ""))
        head = PageHead(self.word("property_new"), row.code, self.word("property_new_line"), crumbs)
        with frame(visit, head, here="/standards"), ui.element("div").classes("c-narrowpage c-stack"):
            with panel(row.name.text(self.language)), ui.element("div").classes("c-form"):
                names = {name: label.text(self.language) for name, label in choices.properties}
                self.name = choice(self.word("field_property"), names)
                self.text = field(self.word("field_value"))
                self.unit = field(self.word("field_unit"), hint=self.word("field_unit_hint"))
                self.source = field(self.word("field_source"), hint=self.word("field_source_hint"))
                self.since = field(self.word("field_valid_from"), value=self.today(), hint=day_form(self.language))
            self.end(self.word("property_save"), self.save, f"/instruments/{row.code}")

    async def save(self) -> None:
        """Enter it, and go back to the instrument."""
        assert self.note is not None
        try:
            since = read_day(self.since.text)
        except Stated as fault:
            self.note.say(fault)
            return
        done = await self.saved(
            registering.set_property, self.sheet.row.id, name=self.name.text, text=self.text.text.strip(),
            unit=self.unit.text.strip(), source=self.source.text.strip(), valid_from=since,
        )  # fmt: skip
        if done is not None:
            ui.navigate.to(f"/instruments/{self.sheet.row.code}")


class IdentificationForm(Form):
    """What tells a customer's item from every other: its serial number, and the customer's own code."""

    def __init__(self, visit: Visit, item: Instrument) -> None:
        """Draw the form."""
        super().__init__(visit)
        self.item = item
        crumbs = ((item.code, f"/instruments/{item.code}"), (self.word("identify"), ""))
        head = PageHead(self.word("identify"), item.code, self.word("identify_line"), crumbs)
        with frame(visit, head, here="/instruments"), ui.element("div").classes("c-narrowpage c-stack"):
            name = item.name_vi if self.language == "vi" else item.name_en
            with panel(name), ui.element("div").classes("c-form"):
                self.serial_number = field(self.word("field_serial_number"), value=item.serial_number)
                self.asset_code = field(self.word("field_asset_code"), value=item.asset_code)
                self.reason = field(self.word("reason"), hint=self.word("identify_reason_hint"))
            self.end(self.word("identify_save"), self.save, f"/instruments/{item.code}")

    async def save(self) -> None:
        """Enter it, and go back to the instrument."""
        done = await self.saved(
            registering.identify_item, self.item.id, serial_number=self.serial_number.text,
            asset_code=self.asset_code.text, reason=self.reason.text.strip(),
        )  # fmt: skip
        if done is not None:
            ui.navigate.to(f"/instruments/{self.item.code}")


def _registered(lab: Laboratory, actor: Actor, *, centre_id: str, new: NewInstrument) -> str:
    """Enter a standard or equipment and return its code."""
    return str(registering.register_standard(lab, actor, centre_id=centre_id, new=new).code)
