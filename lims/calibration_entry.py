"""A calibration from outside becomes rows of the registry, however it came: typed, from a file, from a DCC."""

from __future__ import annotations

from typing import TYPE_CHECKING

from instruments import history
from instruments.models import Calibration, CalibrationResult, Instrument
from lims.errors import Invalid, Refused
from lims.list_words import quantity_of
from lims.quantity_units import check_result_unit
from lims.receiving import keep_provenance
from lims.resting import links_upwards
from lims.step import Act
from uncertainty.typed import clean_text, read_number
from uncertainty.units import check_unit

if TYPE_CHECKING:
    from lims.registering import NewCalibration, NewResult


def kept_here(act: Act, instrument: Instrument, permission: str = "registry.standard") -> None:
    """Refuse what another centre keeps: for the people of this one it does not exist."""
    if instrument.keeper_id is None or not act.rights.holds(permission, instrument.keeper_id):
        raise Refused("lims.not_found")


def enter_calibration(act: Act, instrument: Instrument, new: NewCalibration) -> Calibration:
    """Enter a calibration with its results, links, file, and what was found about its laboratory; whole or not at all.

    Raises:
        Invalid: a day, text, number or unit is wrong, naming it.
        Refused: the certificate is entered already, or its file was not kept.
    """
    if new.performed_on > act.day or new.issued_on < new.performed_on:
        raise Invalid("lims.calibration_days", performed_on=new.performed_on.strftime("%d/%m/%Y"))
    calibration = Calibration(
        instrument_id=instrument.id,
        laboratory_id=new.laboratory_id,
        certificate_number=new.certificate_number,
        performed_on=new.performed_on,
        issued_on=new.issued_on,
        valid_until=new.valid_until,
        recognition=new.recognition or None,
        evidence=new.evidence,
    )
    results = [result_row(calibration.id, one) for one in new.results]
    links = links_upwards(act.session, calibration.id, results, new.upstream, new.sensitivity)
    history.record(act.session, calibration, results, links)
    keep_provenance(act, calibration, results, new.file)
    return calibration


def result_row(calibration_id: str, one: NewResult) -> CalibrationResult:
    """One result as it is kept; its numbers and units are read here.

    Raises:
        Invalid: a number or a unit cannot be read, or the unit is none of that quantity.
    """
    quantity = quantity_of(clean_text(one.quantity, field="quantity", most=80))
    unit, nominal_unit = check_unit(one.unit).text, _unit(one.nominal_unit)
    check_result_unit(quantity, unit, nominal_unit or "")
    return CalibrationResult(
        calibration_id=calibration_id,
        quantity=quantity,
        kind=one.kind,
        nominal=_number(one.nominal),
        nominal_unit=nominal_unit,
        value=read_number(one.value).canonical,
        unit=unit,
        expanded_uncertainty=_number(one.expanded_uncertainty),
        uncertainty_unit=_unit(one.uncertainty_unit),
        coverage_factor=_number(one.coverage_factor),
        coverage_probability=_number(one.coverage_probability),
        dof=_number(one.dof),
        phase=one.phase or None,
        measuring_range=one.measuring_range or None,
    )


def _number(text: str) -> str | None:
    return read_number(text).canonical if text.strip() else None


def _unit(text: str) -> str | None:
    return check_unit(text).text if text.strip() else None
