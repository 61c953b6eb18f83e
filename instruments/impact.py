"""What a shift of a standard costs: carried through stored sensitivities to every dated result that rests on it.

The shift is new minus old. A result that used a shifted one moves by its sensitivity times that shift; where it rests
on the standard by several ways, the ways are summed with their signs, so that they may cancel. Where the first order
does not say enough, the result is evaluated again with the shifted values. A result whose record holds no sensitivity
is listed and not judged: nothing is guessed.

Source: ISO/IEC 17025:2017, 6.4.9 and 7.10; GUM (JCGM 100), 5.1.3 for the sensitivity coefficients.
"""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from instruments.impact_rows import ImpactRows, ResultRow, read
from instruments.points import Spread, absolute, same_dimension
from instruments.shifts import Amount, Shift
from uncertainty.errors import Invalid
from uncertainty.units import convert
from uncertainty.wording import Phrase

__all__ = ["Again", "Amount", "MovedCalibration", "MovedResult", "Shift", "impact"]


Again = Callable[[str, int, Mapping[str, float], float], float | None]
"""Evaluates a result again: calibration, position of the result, shifts of the results that it used, and the shift by
first order. It gives the result's shift, or None where the first order is exact or nothing was kept to do it with."""


@dataclass(frozen=True)
class MovedResult:
    """One result that rests on the standard: how far it moves, or why that cannot be said.

    ``shift`` and ``expanded_uncertainty`` are in ``unit``; ``value_shift`` is the same shift in the unit of the value.
    """

    result_id: str
    position: int
    quantity: str
    point: str | None
    point_unit: str | None
    unit: str
    shift: float | None
    expanded_uncertainty: float | None
    value_shift: float | None
    reason: Phrase | None

    @property
    def judged(self) -> bool:
        """Whether the shift of the result is known."""
        return self.reason is None

    @property
    def shift_over_u(self) -> float | None:
        """The size of the shift as a share of U."""
        if self.shift is None or not self.expanded_uncertainty:
            return None
        return abs(self.shift) / self.expanded_uncertainty


@dataclass(frozen=True)
class MovedCalibration:
    """One calibration that rests on the standard, with its results in the order of its certificate."""

    calibration_id: str
    instrument_id: str
    certificate: str
    performed_on: date
    own_certificate_id: str | None
    laboratory_id: str
    depth: int
    withdrawn_on: date | None
    results: tuple[MovedResult, ...]

    @property
    def judged(self) -> bool:
        """Whether the shift of every result is known."""
        return all(result.judged for result in self.results)

    @property
    def worst(self) -> MovedResult:
        """The result that moves most by its U; one that cannot be judged where none can."""
        return max(self.results, key=lambda one: -1.0 if one.shift_over_u is None else one.shift_over_u)


def below(session: Session, calibration_ids: Sequence[str], shift: Shift) -> ImpactRows:
    """What rests on shifted calibrations, read but not judged.

    Args:
        session: a session on the registry.
        calibration_ids: the calibrations whose results were wrong.
        shift: new minus old; its days are those on which the wrong results were used.

    Raises:
        Invalid: the shift mixes amounts with and without a day, or is a ramp without its two days.
    """
    if not shift.dated and any(one.since for one in shift.amounts):
        raise Invalid("instruments.shift_days_mixed")
    if not shift.sound:
        raise Invalid("instruments.shift_ramp_days")
    return read(session, calibration_ids, shift.first_day or date.min, shift.until or date.max)


def impact(
    session: Session,
    calibration_ids: Sequence[str],
    shift: Shift,
    *,
    rows: ImpactRows | None = None,
    by_class: Collection[str] = (),
    adjusted: Collection[str] = (),
    again: Again | None = None,
) -> tuple[MovedCalibration, ...]:
    """Every calibration that rests on shifted ones, those that move most by their U first, then the not judged.

    Args:
        session: a session on the registry.
        calibration_ids: the calibrations whose results were wrong: all of a standard, or the one corrected.
        shift: new minus old; its days are those on which the wrong results were used.
        rows: what `below` gave for the same, where it was asked already.
        by_class: calibrations that used their standards by the limits of a class: not judged, since their values do
            not come from the standard's.
        adjusted: calibrations at which the instrument was adjusted to the standard: it moved with the standard, and
            with it what used it by the limits of its class; how far, an evaluation says where there is one to ask.
        again: evaluates a result again where the first order does not say enough.

    Returns:
        One entry for each calibration; those that do not use a shifted point are left out.

    Raises:
        Invalid: the shift fits none of the results, or is a ramp without its two days.
    """
    rows = rows or below(session, calibration_ids, shift)
    carrying = _Carrying(rows, shift, frozenset(by_class), frozenset(adjusted), again)
    if not carrying.fits:
        units = ", ".join(sorted({one.unit for key in calibration_ids for one in rows.results.get(key, ())}))
        raise Invalid("instruments.shift_fits_nothing", unit=shift.amounts[0].unit, units=units)
    moved = [found for key in carrying.order if (found := carrying.moved(key)) is not None]
    return tuple(sorted(moved, key=_rank))


def _rank(one: MovedCalibration) -> tuple[bool, float, date, str]:
    share = one.worst.shift_over_u
    return share is None, -(share or 0.0), one.performed_on, one.certificate


class _Carrying:
    """A shift on its way down, from the shifted calibrations to all that rest on them."""

    def __init__(
        self, rows: ImpactRows, shift: Shift, by_class: frozenset[str], adjusted: frozenset[str], again: Again | None
    ) -> None:
        self.rows, self.shift, self.by_class, self.adjusted, self.again = rows, shift, by_class, adjusted, again
        own = [result for key in rows.roots for result in rows.results.get(key, ())]
        self.wrong = {result.id: result for result in own if shift.concerns(result)}
        self.shifted: dict[str, float] = {}
        self.unknown: dict[str, Phrase] = {}
        self.order, self.circling = _lowest_last(rows)
        self._found = {key: self._results(key) for key in self.order}

    @property
    def fits(self) -> bool:
        """Whether the shift is meant for some result."""
        return bool(self.wrong)

    def moved(self, key: str) -> MovedCalibration | None:
        """A calibration with those of its results that the shift concerns; None where it concerns none."""
        if not (results := self._found[key]):
            return None
        row = self.rows.calibrations[key]
        return MovedCalibration(
            key, row.instrument_id, row.certificate, row.performed_on, row.own_certificate_id, row.laboratory_id,
            self.rows.depths[key], row.withdrawn_on, results,
        )  # fmt: skip

    def _results(self, key: str) -> tuple[MovedResult, ...]:
        found = []
        for result in self.rows.results.get(key, ()):
            shift, reason = self._carried(key, result)
            if reason is not None:
                self.unknown[result.id] = reason
            elif shift is not None:
                self.shifted[result.id] = shift
            else:
                continue
            found.append(self._told(result, shift, reason))
        return tuple(found)

    def _carried(self, key: str, result: ResultRow) -> tuple[float | None, Phrase | None]:
        """The shift of a result, None where it uses nothing that moved; or why it cannot be had."""
        if key in self.circling:
            return None, Phrase("instruments.impact_cycle", {})
        moved: dict[str, float] = {}
        named: dict[str, str] = {}
        for upper in self.rows.above[key]:
            certificate = self.rows.calibrations[upper].certificate
            concerned = [one.id for one in self.rows.results.get(upper, ()) if self._concerns(one.id)]
            ways = [one for one in concerned if one in result.sensitivities]
            if concerned and not ways and not self._knows(key, result):
                return None, Phrase("instruments.impact_no_sensitivity", {"certificate": certificate})
            for way in ways:
                if key in self.by_class and upper not in self.adjusted:
                    return None, Phrase("instruments.impact_by_class", {"certificate": certificate})
                if way in self.unknown:
                    return None, Phrase("instruments.impact_rests_on", {"certificate": certificate})
                moved[way], named[way] = self._shift_of(way, key), certificate
        return self._summed(key, result, moved, named) if moved else (None, None)

    def _knows(self, key: str, result: ResultRow) -> bool:
        """Whether a result has a sensitivity to any of those that its calibration used."""
        return any(one in result.sensitivities for one in self.rows.used_results.get(key, ()))

    def _summed(
        self, key: str, result: ResultRow, moved: Mapping[str, float], named: Mapping[str, str]
    ) -> tuple[float | None, Phrase | None]:
        """The sum over all ways into a result, or what an evaluation with the shifted values gives."""
        first_order = math.fsum(result.sensitivities[way] * amount for way, amount in moved.items())
        if self.again is not None and (found := self.again(key, result.position, moved, first_order)) is not None:
            return found, None
        if self.again is not None and key in self.by_class and any(moved.values()):
            return None, Phrase("instruments.impact_by_class", {"certificate": next(iter(named.values()))})
        for way, amount in moved.items():
            if result.sensitivities[way] == 0.0 and amount != 0.0:
                return None, Phrase("instruments.impact_zero_sensitivity", {"certificate": named[way]})
        return first_order, None

    def _shift_of(self, result_id: str, used_by: str) -> float:
        """The shift of a result for one of its uses; that of a wrong result depends on the day of the use."""
        wrong = self.wrong.get(result_id)
        if wrong is None:
            return self.shifted[result_id]
        return self.shift.on(wrong, self.rows.calibrations[used_by].performed_on)

    def _concerns(self, result_id: str) -> bool:
        return result_id in self.wrong or result_id in self.shifted or result_id in self.unknown

    def _told(self, result: ResultRow, shift: float | None, reason: Phrase | None) -> MovedResult:
        """A result as it is listed, shift and U in the unit of U where that fits the value."""
        own = result.uncertainty_unit or result.unit
        unit = own if same_dimension(own, result.unit) else result.unit
        point_unit = (result.nominal_unit if result.nominal else None) or result.unit
        spread = Spread(result.expanded_uncertainty or "", own, result.nominal or result.value, point_unit)
        expanded = absolute(spread, unit) if result.expanded_uncertainty else None
        if reason is None and not expanded:
            reason = Phrase("instruments.impact_no_uncertainty", {})
        in_unit = None if shift is None else convert(shift, result.unit, unit, difference=True)
        return MovedResult(
            result.id, result.position, result.quantity, result.nominal, result.nominal_unit or result.unit, unit,
            in_unit, expanded, shift, reason,
        )  # fmt: skip


def _lowest_last(rows: ImpactRows) -> tuple[list[str], set[str]]:
    """The calibrations so that each stands after all that it rests on, and those in or below a circle of links."""
    waiting = {key: {upper for upper in above if upper not in rows.roots} for key, above in rows.above.items()}
    below: dict[str, list[str]] = {}
    for key, above in waiting.items():
        for upper in above:
            below.setdefault(upper, []).append(key)
    ready = sorted(key for key, above in waiting.items() if not above)
    order: list[str] = []
    while ready:
        key = ready.pop()
        order.append(key)
        for lower in below.get(key, ()):
            waiting[lower].discard(key)
            if not waiting[lower]:
                ready.append(lower)
    circling = set(waiting) - set(order)
    return [*order, *sorted(circling)], circling
