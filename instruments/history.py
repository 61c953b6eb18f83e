"""The calibrations of an instrument: entering one, withdrawing one, and all of them in the order of time.

Source: ISO/IEC 17025:2017, 6.4.13 e to g.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from instruments.bodies import all_names
from instruments.dated import in_force_or_first
from instruments.identity import records_of
from instruments.models import (
    LINK_ROLES,
    PHASES,
    RECOGNITION_KINDS,
    RESULT_KINDS,
    Body,
    BodyName,
    Calibration,
    CalibrationResult,
    CalibrationWithdrawal,
    Instrument,
    TraceabilityLink,
)
from instruments.points import fits_as_uncertainty, is_uncertainty, shown_day
from instruments.quantities import QuantityName
from instruments.registry import calibration_in_force
from uncertainty.errors import Invalid, Refused
from uncertainty.typed import clean_text, read_number
from uncertainty.units import check_unit


@dataclass(frozen=True)
class PastCalibration:
    """One calibration in an instrument's history, with its results and where it stands today.

    ``in_force`` says that this is the one that counts on the day asked about; ``name`` is the laboratory's on the day
    of the work (None where none was recorded).
    """

    calibration: Calibration
    results: tuple[CalibrationResult, ...]
    laboratory: Body
    name: BodyName | None
    withdrawal: CalibrationWithdrawal | None
    in_force: bool


def history(session: Session, instrument_id: str, day: date) -> tuple[PastCalibration, ...]:
    """The calibrations of an instrument performed up to a day, newest first, withdrawn ones included.

    Those of records that were merged into this one are among them.

    Args:
        session: a session on the registry.
        instrument_id: the instrument.
        day: the day asked about.
    """
    mine = select(Calibration).where(
        col(Calibration.instrument_id).in_(records_of(session, instrument_id)), col(Calibration.performed_on) <= day
    )
    newest = (col(Calibration.performed_on).desc(), col(Calibration.issued_on).desc(), col(Calibration.id).desc())
    calibrations = session.exec(mine.order_by(*newest)).all()
    ids = [calibration.id for calibration in calibrations]
    results: dict[str, list[CalibrationResult]] = {one: [] for one in ids}
    ordered = select(CalibrationResult).where(col(CalibrationResult.calibration_id).in_(ids))
    for result in session.exec(ordered.order_by(col(CalibrationResult.position), col(CalibrationResult.id))):
        results[result.calibration_id].append(result)
    laboratories = {calibration.laboratory_id for calibration in calibrations}
    bodies = {body.id: body for body in session.exec(select(Body).where(col(Body.id).in_(laboratories)))}
    names = all_names(session, laboratories)
    withdrawals = _withdrawals(session, ids, day)
    counting = calibration_in_force(session, instrument_id, day)
    return tuple(
        PastCalibration(
            calibration=one,
            results=tuple(results[one.id]),
            laboratory=bodies[one.laboratory_id],
            name=in_force_or_first(names[one.laboratory_id], one.performed_on),
            withdrawal=withdrawals.get(one.id),
            in_force=counting is not None and one.id == counting.id,
        )
        for one in calibrations
    )


def _withdrawals(session: Session, ids: Sequence[str], day: date) -> dict[str, CalibrationWithdrawal]:
    withdrawn = select(CalibrationWithdrawal).where(
        col(CalibrationWithdrawal.calibration_id).in_(ids), col(CalibrationWithdrawal.withdrawn_on) <= day
    )
    rows = session.exec(withdrawn.order_by(col(CalibrationWithdrawal.id).desc()))
    return {row.calibration_id: row for row in rows}


def record(
    session: Session,
    calibration: Calibration,
    results: Sequence[CalibrationResult],
    links: Sequence[TraceabilityLink] = (),
) -> Calibration:
    """A calibration entered with its results and the calibrations it rests on.

    The rows' ``calibration_id`` and the results' ``position`` are set here: as on the certificate, results found before
    an adjustment after those that hold. Numbers are kept as they are written.

    Args:
        session: a session on the registry, in a write transaction.
        calibration: the calibration as its certificate states it.
        results: its results in the order of the certificate; at least one.
        links: what it used, where that is known.

    Returns:
        The same calibration, flushed with its results and links.

    Raises:
        Invalid: a text, number, unit, day or word is wrong; the sentence names it.
        Refused: the certificate is entered already for this instrument, or a link goes to the calibration itself, to
            another of the very same instrument, or to a result of another calibration.
    """
    _check_calibration(session, calibration)
    if not results:
        raise Invalid("instruments.results_missing", certificate=calibration.certificate_number)
    for position, result in enumerate(sorted(results, key=lambda one: one.phase == "as_found")):
        result.calibration_id, result.position = calibration.id, position
        _check_result(result, calibration.certificate_number)
    for link in links:
        link.calibration_id = calibration.id
        _check_link(session, link, calibration)
    session.add(calibration)
    session.flush()
    session.add_all(results)
    session.flush()
    session.add_all(links)
    session.flush()
    return calibration


def withdraw(
    session: Session, calibration: Calibration, withdrawn_on: date, reason: str, replaced_by: str | None = None
) -> CalibrationWithdrawal:
    """The statement that a calibration must not be relied on from a day on, added to the record.

    Args:
        session: a session on the registry, in a write transaction.
        calibration: the calibration.
        withdrawn_on: the day on which that is made known.
        reason: why.
        replaced_by: the calibration that stands in its place, of the same instrument.

    Raises:
        Invalid: no reason is given.
        Refused: it is withdrawn already, or the replacement is of another instrument.
    """
    certificate = calibration.certificate_number
    given = clean_text(reason, field="reason", most=500)
    if not given:
        raise Invalid("instruments.text_missing", field="reason")
    earlier = select(CalibrationWithdrawal).where(col(CalibrationWithdrawal.calibration_id) == calibration.id)
    before = session.exec(earlier).first()
    if before is not None:
        day = shown_day(before.withdrawn_on)
        raise Refused("instruments.withdrawn_already", certificate=certificate, day=day)
    other = None if replaced_by is None else session.get(Calibration, replaced_by)
    if replaced_by is not None and (other is None or other.instrument_id != calibration.instrument_id):
        raise Refused("instruments.replacement_of_another", certificate=certificate)
    row = CalibrationWithdrawal(
        calibration_id=calibration.id, withdrawn_on=withdrawn_on, reason=given, replaced_by=replaced_by
    )
    session.add(row)
    session.flush()
    return row


def _check_calibration(session: Session, calibration: Calibration) -> None:
    number = clean_text(calibration.certificate_number, field="certificate_number", most=100)
    if not number:
        raise Invalid("instruments.text_missing", field="certificate_number")
    calibration.certificate_number = number
    calibration.evidence = clean_text(calibration.evidence, field="evidence", most=2000, lines=True)
    instrument = session.get(Instrument, calibration.instrument_id)
    if instrument is None or session.get(Body, calibration.laboratory_id) is None:
        raise Invalid("instruments.calibration_of_nothing", certificate=number)
    if calibration.recognition not in (None, *RECOGNITION_KINDS):
        permitted = ", ".join(RECOGNITION_KINDS)
        raise Invalid(
            "instruments.word_unknown", field="recognition", text=calibration.recognition, permitted=permitted
        )
    until = calibration.valid_until or date.max
    if not calibration.performed_on <= min(calibration.issued_on, until):
        performed, issued = shown_day(calibration.performed_on), shown_day(calibration.issued_on)
        last = "–" if calibration.valid_until is None else shown_day(calibration.valid_until)
        raise Invalid(
            "instruments.days_out_of_order", certificate=number, performed=performed, issued=issued, until=last
        )
    same = select(Calibration).where(
        col(Calibration.instrument_id) == calibration.instrument_id,
        col(Calibration.laboratory_id) == calibration.laboratory_id,
        col(Calibration.certificate_number) == number,
        col(Calibration.id) != calibration.id,
        col(Calibration.id).not_in(select(CalibrationWithdrawal.calibration_id)),
    )
    if session.exec(same).first() is not None:
        raise Refused("instruments.certificate_entered", certificate=number, code=instrument.code)


def _check_result(result: CalibrationResult, certificate: str) -> None:
    result.quantity = clean_text(result.quantity, field="quantity", most=200)
    if not result.quantity:
        raise Invalid("instruments.text_missing", field="quantity")
    if result.kind not in RESULT_KINDS:
        raise Invalid("instruments.word_unknown", field="kind", text=result.kind, permitted=", ".join(RESULT_KINDS))
    if result.phase not in (None, *PHASES):
        raise Invalid("instruments.word_unknown", field="phase", text=result.phase, permitted=", ".join(PHASES))
    if result.measuring_range is not None:
        result.measuring_range = clean_text(result.measuring_range, field="measuring_range", most=200) or None
    for digits in (
        result.value,
        result.nominal,
        result.expanded_uncertainty,
        result.coverage_factor,
        result.coverage_probability,
        result.dof,
    ):
        if digits is not None:
            read_number(digits)
    for unit in (result.unit, result.nominal_unit, result.uncertainty_unit):
        if unit is not None:
            check_unit(unit)
    told = {"certificate": certificate, "quantity": QuantityName(result.quantity)}
    if result.expanded_uncertainty is None:
        return
    if not is_uncertainty(result.expanded_uncertainty):
        raise Invalid("instruments.uncertainty_not_positive", text=result.expanded_uncertainty, **told)
    unit = result.uncertainty_unit or result.unit
    if not fits_as_uncertainty(unit, result.unit):
        raise Invalid("instruments.uncertainty_unit", code="", unit=unit, other=result.unit, **told)


def _check_link(session: Session, link: TraceabilityLink, calibration: Calibration) -> None:
    certificate = calibration.certificate_number
    if link.role not in LINK_ROLES:
        raise Invalid("instruments.word_unknown", field="role", text=link.role, permitted=", ".join(LINK_ROLES))
    if link.upstream_calibration_id == calibration.id:
        raise Refused("instruments.link_to_itself", certificate=certificate)
    upper = session.get(Calibration, link.upstream_calibration_id)
    if upper is None:
        raise Invalid("instruments.link_to_nothing", certificate=certificate)
    if link.role == "reference" and upper.instrument_id in records_of(session, calibration.instrument_id):
        raise Refused("instruments.link_to_own", certificate=certificate, upper=upper.certificate_number)
    if link.upstream_result_id is not None:
        result = session.get(CalibrationResult, link.upstream_result_id)
        if result is None or result.calibration_id != upper.id:
            raise Refused("instruments.link_to_other_result", certificate=certificate, upper=upper.certificate_number)
