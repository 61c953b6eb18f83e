"""Which standards can serve for a point on a day, and why the others cannot.

Source: ISO/IEC 17025:2017, 6.4.4 to 6.4.9 and 6.5.
"""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from instruments.chain import Chain
from instruments.models import Calibration, CalibrationResult, Instrument
from instruments.points import Amount, same_point, shown_day
from instruments.provenance import after_adjustment
from instruments.quantities import QuantityName
from instruments.registry import latest_calibration, results_of
from instruments.series import hold_on
from instruments.spelling import folded
from instruments.traceability import chain
from uncertainty.wording import Phrase


@dataclass(frozen=True)
class Candidate:
    """A standard looked at for a point on a day: what it would bring, and every reason why it cannot be used.

    ``calibration`` is its latest one (perhaps out of date), ``result`` the one at the point. A reason has ``key``,
    ``values`` and ``text(language)``.
    """

    instrument: Instrument
    calibration: Calibration | None
    result: CalibrationResult | None
    chain: Chain
    reasons: tuple[Phrase, ...]

    @property
    def usable(self) -> bool:
        """Whether nothing speaks against using it."""
        return not self.reasons


def standards_on(
    session: Session,
    centre_id: str,
    quantity: str,
    nominal: str | None,
    unit: str,
    day: date,
    *,
    by_class: bool = False,
    known_on: date | None = None,
) -> list[Candidate]:
    """The standards of a quantity that a centre keeps, those that can be used first, then by code.

    Args:
        session: a session on the registry.
        centre_id: the centre.
        quantity: the quantity; compared without case and diacritics.
        nominal: the point, a number as text; None where any result of the quantity will do.
        unit: the unit of the point.
        day: the day of the readings, in the laboratory's legal time zone.
        by_class: the standard's class limits are used instead of its values: it needs an accuracy class and a
            calibration in force, but no result at the very point.
        known_on: withdrawals made known up to this day count; the day asked about when absent.
    """
    kept = select(Instrument).where(col(Instrument.keeper_id) == centre_id, col(Instrument.kind) == "standard")
    standards = [one for one in session.exec(kept) if folded(one.quantity) == folded(quantity)]
    candidates = [
        standard_on(session, standard, quantity, nominal, unit, day, by_class=by_class, known_on=known_on)
        for standard in standards
    ]
    return sorted(candidates, key=lambda one: (not one.usable, one.instrument.code))


def standard_on(
    session: Session,
    standard: Instrument,
    quantity: str,
    nominal: str | None,
    unit: str,
    day: date,
    *,
    by_class: bool = False,
    known_on: date | None = None,
) -> Candidate:
    """One standard looked at for a point on a day: what ``standards_on`` says about each.

    Args:
        session: a session on the registry.
        standard: the standard.
        quantity: the quantity it is to carry.
        nominal: the point, a number as text; None where any result of the quantity will do.
        unit: the unit of the point.
        day: the day of the readings.
        by_class: its class limits are used instead of its values.
        known_on: withdrawals made known up to this day count; the day asked about when absent.
    """
    reasons: list[Phrase] = []
    if standard.status != "in_use":
        reasons.append(Phrase(f"instruments.status_{standard.status}", {"code": standard.code}))
    held = hold_on(session, standard.id, day)
    if held is not None:
        since = shown_day(held.performed_on)
        reasons.append(Phrase("drift.held_by_check", {"code": standard.code, "day": since}))
    if by_class and not standard.accuracy_class:
        reasons.append(Phrase("instruments.no_class", {"code": standard.code}))
    calibration = latest_calibration(session, standard.id, day, known_on=known_on)
    results = [] if calibration is None else after_adjustment(results_of(session, calibration.id))
    fitting = [result for result in results if folded(result.quantity) == folded(quantity)]
    result = next((one for one in fitting if nominal is None or _at(one, nominal, unit)), None)
    if result is None and by_class:
        result = next(iter(fitting), None)
    if result is None and calibration is not None:
        known = {
            "code": standard.code,
            "certificate": calibration.certificate_number,
            "quantity": QuantityName(quantity),
        }
        reasons.append(Phrase("instruments.no_result_at", known | {"point": Amount(nominal or "", unit)}))
    found = chain(session, standard.id, day, result_id=None if result is None else result.id, known_on=known_on)
    reasons += _reasons(found, result)
    return Candidate(standard, calibration, result, found, tuple(reasons))


def _at(result: CalibrationResult, nominal: str, unit: str) -> bool:
    """Whether a result stands at a point: its nominal does, or its value where the certificate gives no nominal."""
    if result.nominal is None:
        return same_point(result.value, result.unit, nominal, unit)
    return same_point(result.nominal, result.nominal_unit or result.unit, nominal, unit)


def _reasons(found: Chain, result: CalibrationResult | None) -> list[Phrase]:
    """The breaks of a chain as reasons; one further up names the place where the chain breaks."""
    reasons: list[Phrase] = []
    for one in found.breaks:
        if one.key == "instruments.no_result" and result is None and one.link is not None and one.link.used_by is None:
            continue  # said already, with the point
        said = Phrase(one.key, dict(one.values))
        if one.link is not None and one.link.used_by is not None:
            said = Phrase("instruments.chain_broken", {"code": one.link.instrument_code, "why": said})
        reasons.append(said)
    return reasons
