"""A calibration done elsewhere, entered from its certificate."""

from dataclasses import dataclass

from nicegui import ui

from instruments.models import PHASES
from lims import registering, registry_choices, registry_sheets
from lims.errors import Stated
from lims.laboratory import Laboratory
from lims.receiving import LARGEST_FILE, MEGABYTE, ReceivedFile, keep_file
from lims.registering import NewCalibration, NewResult
from lims.registry_choices import RegistryChoices
from lims.registry_sheets import InstrumentSheet
from lims.result_table import read_points
from ui.components.button import button
from ui.components.field import Field, choice, field
from ui.components.file_field import file_field
from ui.components.markup import Child, tag
from ui.components.page_head import PageHead
from ui.components.panel import panel
from ui.dcc_view import results_table
from ui.desk import call
from ui.entrance import page
from ui.frame import frame
from ui.numbers import number
from ui.pages.registry_form import Form
from ui.session import Visit
from ui.sockets import Sockets
from ui.typed_day import day_form, read_day, read_day_or_none
from uncertainty.wording import wording

MOST_SHOWN = 50
_RECOGNITIONS = ("ilac", "cipm_mra", "realisation", "evidence")


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register the form."""

    @page(lab, sockets, "/instruments/{code}/calibration")
    async def new_calibration(visit: Visit, code: str) -> None:
        sheet = await call(visit, registry_sheets.instrument_sheet, code)
        CalibrationForm(visit, sheet, await call(visit, registry_choices.registry_choices))


@dataclass(frozen=True)
class ResultFields:
    """The fields of one result of a certificate."""

    nominal: Field
    nominal_unit: Field
    value: Field
    unit: Field
    expanded: Field
    expanded_unit: Field
    factor: Field
    probability: Field
    dof: Field
    measuring_range: Field
    phase: Field

    def read(self, quantity: str) -> NewResult:
        """The result as typed; the act reads the numbers."""
        return NewResult(
            quantity, self.value.text.strip(), self.unit.text.strip(), self.expanded.text.strip(),
            self.expanded_unit.text.strip(), self.factor.text.strip(), nominal=self.nominal.text.strip(),
            nominal_unit=self.nominal_unit.text.strip(), coverage_probability=self.probability.text.strip(),
            dof=self.dof.text.strip(), measuring_range=self.measuring_range.text.strip(), phase=self.phase.text,
        )  # fmt: skip

    def filled(self) -> bool:
        """Whether anything was typed into value or U."""
        return bool(self.value.text.strip() or self.expanded.text.strip())


class CalibrationForm(Form):
    """A calibration done elsewhere, as its certificate prints it."""

    def __init__(self, visit: Visit, sheet: InstrumentSheet, choices: RegistryChoices) -> None:
        """Draw the form."""
        super().__init__(visit)
        self.choices = choices
        self.sheet, self.results = sheet, list[ResultFields]()
        self.file: ReceivedFile | None = None
        self.points: tuple[NewResult, ...] = ()
        row = sheet.row
        crumbs = ((row.code, f"/instruments/{row.code}"), (self.word("calibration_new"), ""))
        title = self.word("calibration_new_of", name=row.name.text(self.language))
        head = PageHead(title, row.code, self.word("calibration_new_line"), crumbs)
        with frame(visit, head, here="/standards"), ui.element("div").classes("c-narrowpage c-stack"):
            with panel(self.word("calibration_certificate")), ui.element("div").classes("c-form"):
                self.certificate()
                file_field(
                    self.say("certificate_file"), self.say("certificate_file_hint", most=LARGEST_FILE // MEGABYTE),
                    ".pdf,.png,.jpg,.jpeg,.tif,.tiff", self.take_file, most=LARGEST_FILE, too_large=self.too_large,

                    drop=self.say("drop_here"), choose=self.say("choose_file"),
                )  # fmt: skip
                self.kept = ui.html("")
            with panel(self.word("calibration_results")):
                ui.html(tag("p", self.word("calibration_results_hint"), class_="c-second"))
                self.place = ui.element("div").classes("c-stack")
                self.add_result()
                button(self.word("calibration_result_more"), self.add_result, size="small", icon="plus")
                file_field(
                    self.say("points_file"), self.say("points_file_hint"), ".xlsx,.ods,.csv,.txt", self.take_points,
                    most=LARGEST_FILE, too_large=self.too_large,
                    drop=self.say("drop_here"), choose=self.say("choose_file"),
                )  # fmt: skip
                self.shown = ui.html("")
            self.end(self.word("calibration_save"), self.save, f"/instruments/{row.code}")

    def say(self, key: str, **values: object) -> str:
        """A word of the pages for what comes from outside."""
        return wording(f"received_pages.{key}", self.language, **values)

    def too_large(self) -> None:
        """Say that the browser has refused the file."""
        assert self.note is not None
        self.note.say_text(self.say("file_rejected", most=LARGEST_FILE // MEGABYTE))

    async def take_file(self, content: bytes, name: str) -> None:
        """Keep the file of the certificate; the act will name it."""
        kept = await self.saved(keep_file, content, name)
        if kept is not None:
            self.file = kept
            size = max(1, kept.size // 1000)
            said = self.say("certificate_file_kept", name=kept.name, size=size, hash=kept.sha256[:16])
            self.kept.content = tag("p", said, class_="c-second")

    async def take_points(self, content: bytes, name: str) -> None:
        """Read the results from a spreadsheet, all of them or none; what was typed above stays and comes first."""
        assert self.note is not None
        read = await self.saved(read_points, content, name, quantity=self.sheet.instrument.quantity)
        if read is None:
            return
        self.points = read.results
        body: list[Child] = [tag("p", one.text(self.language), class_="c-bad") for one in read.problems[:MOST_SHOWN]]
        if read.results:
            body.append(results_table(read.results, self.say("points_read", count=len(read.results)), self.language))
        self.shown.content = tag("div", *body)

    def certificate(self) -> None:
        """Who, when, under which number, resting on what."""
        laboratories = {key: name.text(self.language) for key, name in self.choices.laboratories}
        self.laboratory = choice(self.word("field_laboratory"), laboratories)
        self.number = field(self.word("field_certificate_number"))
        self.performed = field(self.word("field_performed_on"), hint=day_form(self.language))
        self.issued = field(self.word("field_issued_on"), hint=day_form(self.language))
        self.until = field(self.word("field_valid_until"), hint=day_form(self.language))
        recognitions = {one: self.word(f"recognition_{one}") for one in _RECOGNITIONS}
        self.recognition = choice(self.word("field_recognition"), recognitions)
        self.evidence = field(self.word("field_evidence"), hint=self.word("optional"))
        upstream = {"": self.word("upstream_none")}
        upstream |= {key: f"{words} · {name.text(self.language)}" for key, words, name in self.choices.calibrations}
        self.upstream = choice(self.word("field_upstream"), upstream, value="")
        self.sensitivity = field(self.word("field_sensitivity"), hint=self.word("field_sensitivity_hint"))

    def add_result(self) -> None:
        """One more result."""
        one = self.sheet.instrument
        with self.place, ui.element("div").classes("c-form c-form--result"):
            self.results.append(
                ResultFields(
                    nominal=field(self.word("field_nominal"), value=one.nominal or ""),
                    nominal_unit=field(self.word("field_nominal_unit"), value=one.nominal_unit or ""),
                    value=field(self.word("field_value")),
                    unit=field(self.word("field_unit")),
                    expanded=field("U"),
                    expanded_unit=field(self.word("field_unit_of_u")),
                    factor=field("k", value="2"),
                    probability=field(
                        "p", value=number("0.95", self.language), hint=self.say("field_probability_hint")
                    ),
                    dof=field(self.say("field_dof"), hint=self.say("field_dof_hint")),
                    measuring_range=field(self.say("field_range"), hint=self.word("optional")),
                    phase=choice(
                        self.say("field_phase"), {one: self.say(f"phase_{one}") for one in ("", *PHASES)}, value=""
                    ),
                )
            )

    async def save(self) -> None:
        """Enter it, and go back to the instrument."""
        assert self.note is not None
        filled = [one for one in self.results if one.filled()] or ([] if self.points else self.results[:1])
        try:
            new = NewCalibration(
                laboratory_id=self.laboratory.text,
                certificate_number=self.number.text.strip(),
                performed_on=read_day(self.performed.text),
                issued_on=read_day(self.issued.text),
                valid_until=read_day_or_none(self.until.text),
                recognition=self.recognition.text,
                evidence=self.evidence.text.strip(),
                results=[*(one.read(self.sheet.instrument.quantity) for one in filled), *self.points],
                upstream=[self.upstream.text] if self.upstream.text else [],
                sensitivity=self.sensitivity.text.strip() if self.upstream.text else "",
                file=self.file,
            )
        except Stated as fault:
            self.note.say(fault)
            return
        if await self.saved(registering.record_calibration, self.sheet.row.id, new=new) is not None:
            ui.navigate.to(f"/instruments/{self.sheet.row.code}")
