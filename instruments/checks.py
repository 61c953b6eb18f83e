"""Intermediate checks and adjustments entered into the record, and what follows from a check out of its limits.

Source: ISO/IEC 17025:2017, 6.4.10, 6.4.9 and 6.4.13; 7.7.1.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlmodel import Session, col, select

from instruments.control_chart import ControlLimits, limits_from_history, stated_limits
from instruments.history_models import Adjustment, AsFoundResult, HoldRelease, IntermediateCheck
from instruments.models import Calibration, CalibrationResult, CalibrationWithdrawal, Instrument
from instruments.points import fits_as_uncertainty, is_uncertainty, same_dimension, same_point, shown_day
from instruments.spelling import folded
from uncertainty.errors import Invalid, Refused
from uncertainty.rounding import canonical
from uncertainty.typed import clean_text, read_number
from uncertainty.units import check_unit, convert


@dataclass(frozen=True)
class CheckRule:
    """How intermediate checks are judged, as a policy file says it.

    Attributes:
        least_checks: checks needed before the history gives limits.
        warning: distance of the warning limits in standard deviations.
        action: distance of the limits.
        when_out: `hold` keeps the standard from use until a person releases it, `warn` only says it.
    """

    least_checks: int
    warning: float
    action: float
    when_out: str


@dataclass(frozen=True)
class NewCheck:
    """What is typed of a check; without limits the history of the point gives them."""

    performed_on: date
    quantity: str
    value: str
    unit: str
    nominal: str = ""
    nominal_unit: str = ""
    lower: str = ""
    upper: str = ""
    note: str = ""


@dataclass(frozen=True)
class NewFound:
    """What a calibration found at one of its results before the adjustment."""

    result_id: str
    value: str
    unit: str
    expanded_uncertainty: str
    uncertainty_unit: str
    coverage_factor: str = "2"


def record_check(session: Session, instrument: Instrument, new: NewCheck, rule: CheckRule) -> IntermediateCheck:
    """A check judged by its limits and entered; out of them it holds the instrument where the rule says so.

    Args:
        session: a session on the registry, in a write transaction.
        instrument: what was checked.
        new: what was typed.
        rule: how it is judged.

    Raises:
        Invalid: a number or a unit is wrong, only one limit is given, or the lower lies above the upper.
        Refused: no limits are given and the history is too short to give them.
    """
    unit = check_unit(new.unit).text
    quantity = clean_text(new.quantity, field="quantity", most=200)
    if not quantity:
        raise Invalid("instruments.text_missing", field="quantity")
    value = read_number(new.value)
    nominal = read_number(new.nominal).canonical if new.nominal else None
    nominal_unit = check_unit(new.nominal_unit or unit).text if nominal else None
    if nominal_unit is not None and not same_dimension(nominal_unit, unit):
        raise Invalid("drift.check_unit", unit=unit, other=nominal_unit)
    row = IntermediateCheck(
        instrument_id=instrument.id, performed_on=new.performed_on, quantity=quantity, nominal=nominal,
        nominal_unit=nominal_unit, value=value.canonical, unit=unit, lower="", upper="", limits_from="", outcome="",
        note=clean_text(new.note, field="note", most=500),
    )  # fmt: skip
    limits = _limits(session, row, new, rule)
    row.outcome = limits.outcome(float(value))
    row.held = row.outcome == "out" and rule.when_out == "hold"
    session.add(row)
    session.flush()
    return row


def _limits(session: Session, row: IntermediateCheck, new: NewCheck, rule: CheckRule) -> ControlLimits:
    """The limits of a check, as stated or from the history; written into the row as they were used."""
    if bool(new.lower.strip()) != bool(new.upper.strip()):
        raise Invalid("drift.limits_one")
    if new.lower.strip():
        lower, upper = read_number(new.lower), read_number(new.upper)
        if not lower.number < upper.number:
            raise Invalid("drift.limits_order", lower=lower.text, upper=upper.text)
        row.lower, row.upper, row.limits_from = lower.canonical, upper.canonical, "stated"
        return stated_limits(float(lower), float(upper), warning=rule.warning, action=rule.action)
    values = earlier_values(session, row)
    if len(values) < rule.least_checks:
        raise Refused("drift.limits_missing", count=len(values), least=rule.least_checks)
    found = limits_from_history(values, warning=rule.warning, action=rule.action)
    if not found.action[0] < found.action[1]:
        raise Refused("drift.limits_without_spread", count=len(values))
    places = max(0, 5 - math.floor(math.log10(found.action[1] - found.action[0])))
    row.lower, row.upper = (canonical(Decimal(f"{limit:.{places}f}")) for limit in found.action)
    row.limits_from = "history"
    return found


def earlier_values(session: Session, check: IntermediateCheck) -> list[float]:
    """The values of the earlier checks of a point since the last adjustment, in the unit of the check.

    Checks out of their limits do not widen the limits of the next ones.
    """
    last = select(Adjustment).where(
        col(Adjustment.instrument_id) == check.instrument_id, col(Adjustment.performed_on) <= check.performed_on
    )
    since = max((one.performed_on for one in session.exec(last)), default=date.min)
    mine = select(IntermediateCheck).where(
        col(IntermediateCheck.instrument_id) == check.instrument_id,
        col(IntermediateCheck.performed_on) <= check.performed_on,
        col(IntermediateCheck.performed_on) >= since,
        col(IntermediateCheck.outcome) != "out",
    )
    rows = session.exec(mine.order_by(col(IntermediateCheck.performed_on), col(IntermediateCheck.id)))
    return [convert(float(read_number(one.value)), one.unit, check.unit) for one in rows if _same_point(one, check)]


def _same_point(one: IntermediateCheck, other: IntermediateCheck) -> bool:
    if folded(one.quantity) != folded(other.quantity) or not same_dimension(one.unit, other.unit):
        return False
    if one.nominal is None or other.nominal is None:
        return one.nominal is other.nominal
    return same_point(one.nominal, one.nominal_unit or one.unit, other.nominal, other.nominal_unit or other.unit)


def release(session: Session, instrument: Instrument, released_on: date, reason: str) -> list[HoldRelease]:
    """Every hold of an instrument ended by a person's decision.

    Raises:
        Refused: no check holds it.
    """
    released = select(HoldRelease.check_id)
    holding = select(IntermediateCheck).where(
        col(IntermediateCheck.instrument_id) == instrument.id,
        col(IntermediateCheck.held).is_(True),
        col(IntermediateCheck.id).not_in(released),
    )
    checks = session.exec(holding).all()
    if not checks:
        raise Refused("drift.nothing_held", code=instrument.code)
    rows = [HoldRelease(check_id=one.id, released_on=released_on, reason=reason) for one in checks]
    session.add_all(rows)
    session.flush()
    return rows


def record_adjustment(
    session: Session,
    instrument: Instrument,
    performed_on: date,
    description: str,
    calibration_id: str | None = None,
    found: Sequence[NewFound] = (),
) -> Adjustment:
    """An adjustment or repair entered, with what the calibration of that occasion had found before it.

    Args:
        session: a session on the registry, in a write transaction.
        instrument: what was adjusted.
        performed_on: the day.
        description: what was done.
        calibration_id: the calibration whose results are what was left; None for an adjustment apart from any.
        found: what it had found, by result.

    Raises:
        Invalid: the description is missing, a number, unit or uncertainty is wrong.
        Refused: the calibration is not of this instrument, is withdrawn, or its adjustment is entered already.
    """
    described = clean_text(description, field="description", most=500)
    if not described:
        raise Invalid("instruments.text_missing", field="description")
    if calibration_id is not None:
        performed_on = _calibration_of(session, instrument, calibration_id).performed_on
    elif found:
        raise Invalid("drift.found_without_calibration")
    row = Adjustment(
        instrument_id=instrument.id, calibration_id=calibration_id, performed_on=performed_on, description=described
    )
    session.add(row)
    session.flush()
    session.add_all([_found(session, row, one) for one in found])
    session.flush()
    return row


def _calibration_of(session: Session, instrument: Instrument, calibration_id: str) -> Calibration:
    calibration = session.get(Calibration, calibration_id)
    if calibration is None or calibration.instrument_id != instrument.id:
        raise Refused("drift.not_its_calibration", code=instrument.code)
    number = calibration.certificate_number
    withdrawn = select(CalibrationWithdrawal).where(col(CalibrationWithdrawal.calibration_id) == calibration_id)
    entered = select(Adjustment).where(col(Adjustment.calibration_id) == calibration_id)
    if session.exec(withdrawn).first() is not None:
        raise Refused("drift.calibration_withdrawn", certificate=number)
    earlier = session.exec(entered).first()
    if earlier is not None:
        raise Refused("drift.adjusted_already", certificate=number, day=shown_day(earlier.performed_on))
    return calibration


def _found(session: Session, adjustment: Adjustment, new: NewFound) -> AsFoundResult:
    result = session.get(CalibrationResult, new.result_id)
    if result is None or result.calibration_id != adjustment.calibration_id:
        raise Refused("drift.not_its_result")
    unit, own = check_unit(new.unit).text, check_unit(new.uncertainty_unit or new.unit).text
    if not same_dimension(unit, result.unit):
        raise Invalid("drift.check_unit", unit=unit, other=result.unit)
    if not (is_uncertainty(new.expanded_uncertainty) and fits_as_uncertainty(own, unit)):
        raise Invalid("drift.found_uncertainty", text=new.expanded_uncertainty, unit=own)
    if not is_uncertainty(new.coverage_factor):
        raise Invalid("drift.found_uncertainty", text=new.coverage_factor, unit="1")
    return AsFoundResult(
        adjustment_id=adjustment.id, result_id=result.id, value=read_number(new.value).canonical, unit=unit,
        expanded_uncertainty=read_number(new.expanded_uncertainty).canonical, uncertainty_unit=own,
        coverage_factor=read_number(new.coverage_factor).canonical,
    )  # fmt: skip
