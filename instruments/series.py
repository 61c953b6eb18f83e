"""The history of an instrument point by point: what each calibration found and left, adjustments, checks, the drift.

As-found values say what the instrument did since it was left; the results of a calibration are what was left. A
calibration without adjustment found and left the same (ISO/IEC 17025:2017, 7.8.4.1 d; ILAC-G24:2022, 6).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlmodel import Session, col, select

from instruments.drift import Drift, DriftPoint, fit_drift
from instruments.history import PastCalibration, history
from instruments.history_models import Adjustment, AsFoundResult, HoldRelease, IntermediateCheck
from instruments.models import CalibrationResult
from instruments.points import Spread, absolute, same_dimension, same_point
from instruments.spelling import folded
from uncertainty.errors import Invalid
from uncertainty.typed import read_number
from uncertainty.units import convert


@dataclass(frozen=True)
class Observed:
    """One value of a point in the unit of its series.

    ``state`` is `as_found`, `as_left` or `unchanged` (found and left alike); ``standard_uncertainty`` and ``expanded``
    are None where the certificate gives none; ``stretch`` counts the adjustments before it.
    """

    day: date
    value: float
    standard_uncertainty: float | None
    expanded: float | None
    state: str
    certificate: str
    stretch: int


@dataclass(frozen=True)
class Checked:
    """An intermediate check in the unit of the series, with the limits it was judged by."""

    day: date
    value: float
    lower: float
    upper: float
    outcome: str
    held: bool


@dataclass(frozen=True)
class PointSeries:
    """The values of one point in the order of time; deviations from the nominal value where there is one."""

    quantity: str
    kind: str
    nominal: str | None
    nominal_unit: str | None
    unit: str
    observed: tuple[Observed, ...]
    checks: tuple[Checked, ...] = ()
    drift: Drift | None = None


@dataclass(frozen=True)
class InstrumentHistory:
    """The series of an instrument up to a day, and the days on which it was adjusted."""

    day: date
    series: tuple[PointSeries, ...]
    adjusted: tuple[tuple[date, str], ...]
    held: IntermediateCheck | None


@dataclass
class _Gathered:
    """The results at one point, newest last, with the calibration each is of."""

    newest: CalibrationResult
    rows: list[tuple[PastCalibration, CalibrationResult]] = field(default_factory=list)


def history_of(session: Session, instrument_id: str, day: date) -> InstrumentHistory:
    """The history of an instrument point by point, as it was known on a day; withdrawn calibrations do not count.

    Args:
        session: a session on the registry.
        instrument_id: the instrument.
        day: the day asked about.
    """
    past = [one for one in reversed(history(session, instrument_id, day)) if one.withdrawal is None]
    mine = select(Adjustment).where(col(Adjustment.instrument_id) == instrument_id, col(Adjustment.performed_on) <= day)
    adjustments = session.exec(mine.order_by(col(Adjustment.performed_on), col(Adjustment.id))).all()
    ids = [one.id for one in adjustments]
    found = {
        row.result_id: row
        for row in session.exec(select(AsFoundResult).where(col(AsFoundResult.adjustment_id).in_(ids)))
    }
    made = select(IntermediateCheck).where(
        col(IntermediateCheck.instrument_id) == instrument_id, col(IntermediateCheck.performed_on) <= day
    )
    checks = session.exec(made.order_by(col(IntermediateCheck.performed_on), col(IntermediateCheck.id))).all()
    series = tuple(_series(one, adjustments, found, checks) for one in _gathered(past))
    marks = tuple((one.performed_on, one.description) for one in adjustments)
    return InstrumentHistory(day, series, marks, hold_on(session, instrument_id, day))


def hold_on(session: Session, instrument_id: str, day: date) -> IntermediateCheck | None:
    """The check that holds an instrument from use on a day, the newest of several; None where nothing holds it.

    Args:
        session: a session on the registry.
        instrument_id: the instrument.
        day: the day asked about; a hold begins on the day of its check and ends on the day of its release.
    """
    released = select(HoldRelease.check_id).where(col(HoldRelease.released_on) <= day)
    holding = select(IntermediateCheck).where(
        col(IntermediateCheck.instrument_id) == instrument_id,
        col(IntermediateCheck.held).is_(True),
        col(IntermediateCheck.performed_on) <= day,
        col(IntermediateCheck.id).not_in(released),
    )
    return session.exec(holding.order_by(col(IntermediateCheck.performed_on).desc())).first()


def _gathered(past: Sequence[PastCalibration]) -> list[_Gathered]:
    """The results by point, in the order of the newest certificate that has them."""
    points: list[_Gathered] = []
    for one in past:
        for result in one.results:
            home = next((point for point in points if _same(point.newest, result)), None)
            if home is None:
                home = _Gathered(result)
                points.append(home)
            home.newest = result
            home.rows.append((one, result))
    return points


def _same(one: CalibrationResult, other: CalibrationResult) -> bool:
    if (folded(one.quantity), one.kind) != (folded(other.quantity), other.kind):
        return False
    ranges = {folded(each.measuring_range) for each in (one, other) if each.measuring_range}
    if len(ranges) > 1:  # 1 V on the range of 1 V is another point than 1 V on the range of 10 V
        return False
    if one.nominal is None or other.nominal is None:
        return one.nominal is other.nominal and same_dimension(one.unit, other.unit)
    units = one.nominal_unit or one.unit, other.nominal_unit or other.unit
    return same_point(one.nominal, units[0], other.nominal, units[1])


def _series(
    point: _Gathered,
    adjustments: Sequence[Adjustment],
    found: dict[str, AsFoundResult],
    checks: Sequence[IntermediateCheck],
) -> PointSeries:
    newest = point.newest
    given = newest.uncertainty_unit or newest.unit
    unit = given if same_dimension(given, newest.unit) else newest.unit
    observed: list[Observed] = []
    apart = 0
    for past, result in point.rows:
        if result.phase == "as_left" and observed and (observed[-1].day, observed[-1].state) == (
            past.calibration.performed_on, "as_found"
        ):  # fmt: skip
            apart += 1  # a certificate that states both was adjusted between them
        each = _observed(past, result, unit, adjustments, found.get(result.id))
        observed += [replace(one, stretch=one.stretch + apart) for one in each]
    mine = [one for one in checks if _of_point(one, newest)]
    points = [
        DriftPoint(one.day, one.value, one.standard_uncertainty, one.stretch)
        for one in observed
        if one.standard_uncertainty
    ]
    return PointSeries(
        newest.quantity, newest.kind, newest.nominal, newest.nominal_unit or (newest.unit if newest.nominal else None),
        unit, tuple(observed), tuple(_checked(one, newest, unit) for one in mine), fit_drift(points),
    )  # fmt: skip


def _observed(
    past: PastCalibration,
    result: CalibrationResult,
    unit: str,
    adjustments: Sequence[Adjustment],
    before: AsFoundResult | None,
) -> list[Observed]:
    """What a calibration found and left at a point; an adjustment of its day comes between the two."""
    day, number = past.calibration.performed_on, past.calibration.certificate_number
    stretch = sum(one.performed_on <= day for one in adjustments)
    value = deviation(result.value, result, unit)
    u, expanded = _uncertainty(
        result.expanded_uncertainty, result.uncertainty_unit, result, result.coverage_factor, unit
    )
    if before is None:
        adjusted = any(one.calibration_id == past.calibration.id for one in adjustments)
        state = result.phase if result.phase in ("as_found", "as_left") else "as_left" if adjusted else "unchanged"
        return [Observed(day, value, u, expanded, state, number, stretch)]
    own = sum(one.performed_on <= day and one.id != before.adjustment_id for one in adjustments)
    found_u, found_expanded = _uncertainty(
        before.expanded_uncertainty, before.uncertainty_unit, result, before.coverage_factor, unit
    )
    was = deviation(before.value, result, unit, before.unit)
    return [
        Observed(day, was, found_u, found_expanded, "as_found", number, own),
        Observed(day, value, u, expanded, "as_left", number, stretch),
    ]


def deviation(digits: str, result: CalibrationResult, unit: str, own_unit: str | None = None) -> float:
    """A value of a point in the unit of its series: less the nominal value where the result is a value.

    Args:
        digits: the value.
        result: the result whose point it is.
        unit: unit of the series.
        own_unit: unit of the value; that of the result where none is named.
    """
    here = own_unit or result.unit
    number = read_number(digits).number
    if result.kind != "value" or result.nominal is None:
        return convert(float(number), here, unit, difference=result.kind != "value")
    nominal, nominal_unit = read_number(result.nominal).number, result.nominal_unit or result.unit
    if nominal_unit == here:
        return convert(float(number - nominal), here, unit, difference=True)
    return convert(float(number) - convert(float(nominal), nominal_unit, here), here, unit, difference=True)


def _uncertainty(
    expanded: str | None, uncertainty_unit: str | None, result: CalibrationResult, factor: str | None, unit: str
) -> tuple[float | None, float | None]:
    """Standard and expanded uncertainty in the unit of the series; None where the certificate gives none."""
    if expanded is None:
        return None, None
    spread = Spread(expanded, uncertainty_unit or result.unit, result.value, result.unit, factor or "2")
    u = absolute(spread, unit)
    try:
        k = float(read_number(factor or "2").number)
    except Invalid:
        return None, None
    return u, None if u is None else u * k


def _of_point(check: IntermediateCheck, result: CalibrationResult) -> bool:
    if folded(check.quantity) != folded(result.quantity):
        return False
    if check.nominal is None or result.nominal is None:
        return check.nominal is result.nominal
    return same_point(
        check.nominal, check.nominal_unit or check.unit, result.nominal, result.nominal_unit or result.unit
    )


def _checked(check: IntermediateCheck, result: CalibrationResult, unit: str) -> Checked:
    """A check beside the calibrations of its point: values as deviations, limits likewise."""
    value, lower, upper = (deviation(one, result, unit, check.unit) for one in (check.value, check.lower, check.upper))
    return Checked(check.performed_on, value, lower, upper, check.outcome, check.held)
