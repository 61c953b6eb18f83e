"""What is entered of a standard between its calibrations: an intermediate check, an adjustment or repair."""

from nicegui import ui

from instruments.checks import NewCheck, NewFound
from instruments.models import CalibrationResult
from lims import observing, registry_sheets
from lims.errors import Stated
from lims.laboratory import Laboratory
from lims.registry_sheets import InstrumentSheet
from ui.components.field import Field, choice, field
from ui.components.markup import tag
from ui.components.page_head import PageHead
from ui.components.panel import panel
from ui.desk import call
from ui.entrance import page
from ui.frame import frame
from ui.numbers import day
from ui.pages.registry_form import Form
from ui.session import Visit
from ui.sockets import Sockets
from ui.typed_day import day_form, read_day
from uncertainty.wording import wording


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register the two forms."""

    @page(lab, sockets, "/instruments/{code}/check")
    async def new_check(visit: Visit, code: str) -> None:
        await call(visit, observing.standard_to_check, code)
        CheckForm(visit, await call(visit, registry_sheets.instrument_sheet, code))

    @page(lab, sockets, "/instruments/{code}/adjustment")
    async def new_adjustment(visit: Visit, code: str) -> None:
        await call(visit, observing.standard_to_adjust, code)
        AdjustmentForm(visit, await call(visit, registry_sheets.instrument_sheet, code))


class _StandardForm(Form):
    """A form about one standard: its head, and the way back."""

    def __init__(self, visit: Visit, sheet: InstrumentSheet) -> None:
        super().__init__(visit)
        self.sheet, self.path = sheet, f"/instruments/{sheet.row.code}"

    def said(self, key: str, **values: object) -> str:
        """A word of this form."""
        return wording(f"drift.{key}", self.language, **values)

    def head(self, what: str) -> PageHead:
        """The head of the page."""
        row = self.sheet.row
        crumbs = ((row.code, self.path), (self.said(f"{what}_enter"), ""))
        title = self.said(f"{what}_new_of", name=row.name.text(self.language))
        return PageHead(title, row.code, self.said(f"{what}_line"), crumbs)


class CheckForm(_StandardForm):
    """One intermediate check."""

    def __init__(self, visit: Visit, sheet: InstrumentSheet) -> None:
        """Draw the form."""
        super().__init__(visit, sheet)
        one = sheet.instrument
        newest = next((result for past in sheet.past for result in past.results), None)
        with frame(visit, self.head("check"), here="/standards"), ui.element("div").classes("c-narrowpage c-stack"):
            with panel(self.said("check_what")), ui.element("div").classes("c-form"):
                self.day = field(self.said("check_day"), value=self.today(), hint=day_form(self.language))
                self.nominal = field(self.word("field_nominal"), value=one.nominal or "")
                self.nominal_unit = field(self.word("field_nominal_unit"), value=one.nominal_unit or "")
                self.value = field(self.said("check_value"))
                self.unit = field(self.said("check_unit_field"), value=newest.unit if newest else "")
                hint = self.said("check_limits_hint")
                self.lower = field(self.said("check_lower"), hint=hint)
                self.upper = field(self.said("check_upper"), hint=hint)
                self.remark = field(self.said("check_note"), hint=self.word("optional"))
            self.end(self.said("check_save"), self.save, self.path)

    async def save(self) -> None:
        """Enter it, and go back to the standard."""
        assert self.note is not None
        try:
            performed = read_day(self.day.text)
        except Stated as fault:
            self.note.say(fault)
            return
        new = NewCheck(
            performed, self.sheet.instrument.quantity, self.value.text.strip(), self.unit.text.strip(),
            self.nominal.text.strip(), self.nominal_unit.text.strip(), self.lower.text.strip(), self.upper.text.strip(),
            self.remark.text.strip(),
        )  # fmt: skip
        if await self.saved(observing.record_intermediate_check, self.sheet.row.id, new=new) is not None:
            ui.navigate.to(f"/instruments/{self.sheet.row.code}")


class AdjustmentForm(_StandardForm):
    """One adjustment or repair, with what its calibration had found before it."""

    def __init__(self, visit: Visit, sheet: InstrumentSheet) -> None:
        """Draw the form."""
        super().__init__(visit, sheet)
        self.found: list[tuple[CalibrationResult, Field, Field]] = []
        here = frame(visit, self.head("adjustment"), here="/standards")
        with here, ui.element("div").classes("c-narrowpage c-stack"):
            with panel(self.said("adjustment_what")), ui.element("div").classes("c-form"):
                self.day = field(self.said("adjustment_day"), value=self.today(), hint=day_form(self.language))
                self.description = field(self.said("adjustment_description"))
                numbers = {"": self.said("adjustment_of_none")}
                for past in sheet.past:
                    if past.withdrawal is None:
                        performed = day(past.calibration.performed_on)
                        numbers[past.calibration.id] = f"{past.calibration.certificate_number} · {performed}"
                self.of = choice(self.said("adjustment_of"), numbers, value="")
                self.of.input.on_value_change(self.show_results)
            with panel(self.said("adjustment_found")):
                ui.html(tag("p", self.said("adjustment_found_hint"), class_="c-second"))
                self.place = ui.element("div").classes("c-stack")
            self.end(self.said("adjustment_save"), self.save, self.path)

    def show_results(self) -> None:
        """The points of the certificate chosen, each with a place for what was found."""
        self.place.clear()
        self.found = []
        past = next((one for one in self.sheet.past if one.calibration.id == self.of.text), None)
        with self.place:
            for result in past.results if past else ():
                point = f"{result.nominal or result.value} {result.nominal_unit or result.unit}"
                with ui.element("div").classes("c-form"):
                    value = field(f"{point}: {self.said('check_value')}, {result.unit}")
                    expanded = field(f"U, {result.uncertainty_unit or result.unit}")
                self.found.append((result, value, expanded))

    async def save(self) -> None:
        """Enter it, and go back to the standard."""
        assert self.note is not None
        try:
            performed = read_day(self.day.text)
        except Stated as fault:
            self.note.say(fault)
            return
        found = [
            NewFound(
                result.id, value.text.strip(), result.unit, expanded.text.strip(),
                result.uncertainty_unit or result.unit, result.coverage_factor or "2",
            )
            for result, value, expanded in self.found
            if value.text.strip() or expanded.text.strip()
        ]  # fmt: skip
        done = await self.saved(
            observing.record_adjustment, self.sheet.row.id, performed_on=performed, description=self.description.text,
            calibration_id=self.of.text or None, found=found,
        )  # fmt: skip
        if done is not None:
            ui.navigate.to(f"/instruments/{self.sheet.row.code}")
