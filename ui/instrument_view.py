"""An instrument as the components want it: facts, plot, rows of its history. Nothing is decided here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from markupsafe import Markup

from instruments.history import PastCalibration
from instruments.levels import levels
from lims.histories import HistorySheet
from lims.holds import Hold
from lims.ownership import Owned
from lims.procedure_format import Label
from lims.procedures import Library
from lims.receiving import KeptFile
from lims.registry_sheets import InstrumentRow, InstrumentSheet
from ui.components.chip import Kind, chip, state_chip
from ui.components.data_table import Column, Group, data_table
from ui.components.facts_strip import Fact
from ui.components.markup import Child, code, join, link, tag
from ui.numbers import day, quantity, with_uncertainty
from uncertainty.units import display_unit
from uncertainty.wording import LANGUAGES, wording

_STATUSES: Final[dict[str, tuple[Kind, str]]] = {
    "in_use": ("ok", "circle-check"),
    "not_for_use": ("waiting", "hourglass"),
    "out_of_service": ("bad", "ban"),
    "retired": ("outlined", "circle-x"),
}
_SOON_DAYS: Final = 30
_OF_THE_REGISTRY: Final = (
    "calibration_interval_months", "verification_period_months", "maximum_permissible_error", "hours_in_use",
)  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """What is shown of an instrument: sheet, history, files kept of it, its holds, the point drawn, its owners."""

    sheet: InstrumentSheet
    past: HistorySheet
    kept: tuple[KeptFile, ...]
    holds: tuple[Hold, ...]
    point: str
    owners: tuple[Owned, ...] = ()


def status_chip(status: str, language: str) -> Markup:
    """The chip of an instrument's status."""
    return chip(wording(f"pages.status_{status}", language), *_STATUSES[status])


def kind_words(row: InstrumentRow, language: str) -> str:
    """What the instrument is in the laboratory: the level of a standard, or its kind."""
    known = levels().get(row.level or "")
    return known.text(language) if known else wording(f"pages.kind_{row.kind}", language)


def made_words(row: InstrumentRow, language: str) -> str:
    """Maker, type and serial number, as far as they are known."""
    serial = wording("pages.serial", language, serial=row.serial_number) if row.serial_number else ""
    return " · ".join(part for part in (" ".join(filter(None, (row.maker, row.model))), serial) if part)


def due_words(row: InstrumentRow, today: date, language: str) -> Markup | str:
    """Until when it may be used; below it how long that is, or that nothing is in force."""
    if row.kind != "standard" and row.valid_until is None:
        return ""
    if row.valid_until is None or not row.in_force:
        word = tag("span", wording("pages.not_calibrated", language), class_="c-bad")
        return (
            word
            if row.valid_until is None
            else tag("span", word, tag("span", day(row.valid_until), class_="c-name__more"))
        )
    left = (row.valid_until - today).days
    said = wording("pages.days_left", language, days=left)
    soon = left < _SOON_DAYS
    return tag(
        "span",
        tag("span", day(row.valid_until), class_="c-warn" if soon else None),
        tag("span", said, class_="c-name__more"),
    )


def property_labels(procedures: Library) -> Mapping[str, Label]:
    """The properties in words: those of the registry, and as the procedures name them."""
    found = {name: Label(*(wording(f"drift.property_{name}", one) for one in LANGUAGES)) for name in _OF_THE_REGISTRY}
    for procedure in procedures.values():
        for standard in procedure.standards.values():
            found |= standard.properties
        for equipment in procedure.equipment.values():
            found |= equipment.properties
        found |= {name: one.label for name, one in procedure.item.items()}
    return found


def facts_of(sheet: InstrumentSheet, labels: Mapping[str, Label], today: date, language: str) -> tuple[Fact, ...]:
    """Status, due date, nominal value and the dated properties."""

    def word(key: str, **values: object) -> str:
        return wording(f"pages.{key}", language, **values)

    row, one = sheet.row, sheet.instrument
    found = [Fact(word("column_state"), "", chip=status_chip(row.status, language))]
    if row.kind == "standard" or row.valid_until:
        until = day(row.valid_until) if row.valid_until else word("not_calibrated")
        left = (row.valid_until - today).days if row.valid_until else 0
        detail = word("days_left", days=left) if left > 0 else ""
        state = "bad" if not row.in_force else "warn" if left < _SOON_DAYS else "plain"
        found.append(Fact(word("column_valid_until"), until, detail, state))  # type: ignore[arg-type]
    if one.nominal:
        unit = display_unit(one.nominal_unit, language) if one.nominal_unit else ""
        found.append(Fact(word("field_nominal"), quantity(one.nominal, unit, language), one.accuracy_class))
    for name, held in sheet.properties.items():
        label = labels[name].text(language) if name in labels else name.replace("_", " ")
        found.append(Fact(label, quantity(held.text, display_unit(held.unit, language), language), held.source))
    return tuple(found)


def history_table(sheet: InstrumentSheet, language: str) -> Markup:
    """The calibrations, newest first."""
    heads = ["performed", "number", "laboratory", "result", "valid_until", "state"]
    if not any(one.calibration.valid_until for one in sheet.past):
        heads.remove("valid_until")
    places = {"number": "first", "state": "due"}
    columns = tuple(
        Column(wording(f"pages.column_{key}", language), right=key == "result", place=places.get(key, "line"))  # type: ignore[arg-type]
        for key in heads
    )
    rows = tuple(tuple(_past(one, sheet, language)[head] for head in heads) for one in sheet.past)
    return data_table(columns, (Group(rows),), wording("pages.calibrations", language))


def _past(one: PastCalibration, sheet: InstrumentSheet, language: str) -> dict[str, Child]:
    """The cells of a calibration by their heads."""
    calibration = one.calibration
    own = {row.number for row in sheet.certificates}
    number: Child = code(calibration.certificate_number)
    if calibration.certificate_number in own:
        number = link(number, f"/certificates/{calibration.certificate_number}")
    laboratory = (one.name.name_vi if language == "vi" else one.name.name_en) if one.name else one.laboratory.code
    state: Child = ""
    if one.withdrawal:
        state = state_chip("withdrawn", language)
    elif one.in_force:
        state = chip(wording("pages.in_force", language), "ok", "circle-check")
    until: Child = ""
    if calibration.valid_until:
        due = tag("span", wording("pages.column_valid_until", language), " ", class_="c-narrow-inline c-quiet")
        until = join(due, day(calibration.valid_until))
    return {
        "performed": day(calibration.performed_on),
        "number": number,
        "laboratory": tag("span", laboratory, class_="c-second"),
        "result": _result(one, language),
        "valid_until": until,
        "state": state,
    }


def _result(one: PastCalibration, language: str) -> Child:
    if len(one.results) > 1:
        return wording("pages.results_count", language, count=len(one.results))
    first = one.results[0] if one.results else None
    if first is None or not first.expanded_uncertainty:
        return ""
    unit, other = display_unit(first.unit, language), display_unit(first.uncertainty_unit or first.unit, language)
    if unit == other:
        return with_uncertainty(first.value, first.expanded_uncertainty, unit, language)
    expanded = quantity(first.expanded_uncertainty, other, language)
    return f"{quantity(first.value, unit, language)}\u00a0±\u00a0{expanded}"
