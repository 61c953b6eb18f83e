"""A value between two points of a calibration, with its uncertainty: linear between the two neighbouring results.

The uncertainties of the two neighbours count as fully correlated, so that the standard uncertainty between them is the
weighted sum of both and never falls below the smaller one. How far the truth may lie beside the straight line is no
part of it: a procedure states that as an input of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_UP, Context, Decimal

from instruments.models import CalibrationResult
from instruments.points import Spread, absolute, is_uncertainty, same_dimension
from instruments.spelling import folded
from uncertainty.errors import Invalid
from uncertainty.rounding import canonical
from uncertainty.typed import read_number
from uncertainty.units import convert

DIGITS = 4
"""Significant digits of the interpolated expanded uncertainty, rounded upwards; the value has one place more."""
_WIDE, _NOISE, _UP = Context(prec=40), Context(prec=12), Context(prec=DIGITS, rounding=ROUND_UP)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One of the two results between which a value lies, as printed, with its weight in that value.

    `slope` is the change of the value for a unit change of this result in its own unit: the weight, where both have
    one unit. Both are 0 at the ends of a calibration that does not reach the point.
    """

    result_id: str | None
    nominal: str
    nominal_unit: str
    value: str
    unit: str
    expanded_uncertainty: str | None
    uncertainty_unit: str | None
    weight: float
    slope: float


@dataclass(frozen=True, slots=True)
class Between:
    """A value between two results: texts as a certificate would print them, `value` None where there is none."""

    neighbours: tuple[Neighbour, Neighbour]
    value: str | None = None
    unit: str | None = None
    expanded_uncertainty: str | None = None
    coverage_factor: str | None = None
    coverage_probability: str | None = None
    dof: str | None = None


def lies_outside(neighbours: Sequence[Neighbour]) -> bool:
    """Whether neighbours are the ends of a calibration that does not reach the point."""
    return not any(one.weight for one in neighbours)


def wider(neighbours: Sequence[Neighbour]) -> str | None:
    """The id of the neighbour with the larger standard or expanded uncertainty, the first where both are equal."""
    unit = neighbours[0].unit

    def size(one: Neighbour) -> float:
        spread = Spread(one.expanded_uncertainty or "0", one.uncertainty_unit or one.unit, one.value, one.unit)
        return absolute(spread, unit) or 0.0

    return max(neighbours, key=size).result_id


def between(results: Sequence[CalibrationResult], at: str, unit: str) -> Between | None:
    """The value at a point between the calibrated ones, linear between its two neighbours.

    Args:
        results: the results of one calibration, in the order of its certificate.
        at: the point, a number.
        unit: the unit of the point.

    Returns:
        The value with its expanded uncertainty, coverage factor and degrees of freedom; without a value where the
        calibration does not reach the point, or where a neighbour states no uncertainty or no coverage factor that
        could be combined with the other's; None where no result has a point that could be compared.

    Source: JCGM 100:2008, 5.2.2 note 1 (full correlation: the linear sum).
    """
    x = read_number(at).number
    ends = None
    for series in _series(results, unit):
        below = [(place, one) for place, one in series if place < x]
        above = [(place, one) for place, one in series if place > x]
        if below and above:
            low, high = max(below, key=lambda found: found[0]), min(above, key=lambda found: found[0])
            return _linear(low, high, x)
        found = min(series, key=lambda one: one[0])[1], max(series, key=lambda one: one[0])[1]
        ends = ends or Between((_neighbour(found[0], 0.0, 0.0), _neighbour(found[1], 0.0, 0.0)))
    return ends


def _series(results: Sequence[CalibrationResult], unit: str) -> list[list[tuple[Decimal, CalibrationResult]]]:
    """What may be joined by a line: results of one quantity, kind and measuring range, each with its place."""
    found: dict[tuple[str, ...], list[tuple[Decimal, CalibrationResult]]] = {}
    for one in results:
        own = one.nominal_unit or one.unit
        if one.nominal is None or not same_dimension(own, unit):
            continue
        try:
            place = _number(one.nominal, own, unit)
            known = found.setdefault((folded(one.quantity), one.kind, folded(one.measuring_range or "")), [])
        except Invalid:
            continue
        if not known or same_dimension(known[0][1].unit, one.unit):
            known.append((place, one))
    return list(found.values())


def _linear(low: tuple[Decimal, CalibrationResult], high: tuple[Decimal, CalibrationResult], x: Decimal) -> Between:
    weight = _WIDE.divide(x - low[0], high[0] - low[0])
    lower, upper = low[1], high[1]
    scale = 1.0 if lower.unit == upper.unit else convert(1.0, upper.unit, lower.unit, difference=True)
    share = float(weight)
    pair = _neighbour(lower, 1 - share, 1 - share), _neighbour(upper, share, share * scale)
    spread = _spread(lower, upper, share)
    if spread is None:
        return Between(pair)
    width, factor, probability, dof = spread
    expanded = _UP.create_decimal(_NOISE.create_decimal_from_float(width))
    first, second = read_number(lower.value).number, _number(upper.value, upper.unit, lower.unit)
    value = _WIDE.add(first, _WIDE.multiply(weight, second - first))
    place = Decimal(1).scaleb(expanded.adjusted() - DIGITS)
    return Between(
        pair, _plain(value.quantize(place, context=_WIDE)), lower.unit, _plain(expanded), factor, probability, dof
    )


def _spread(
    lower: CalibrationResult, upper: CalibrationResult, share: float
) -> tuple[float, str | None, str | None, str | None] | None:
    """Expanded uncertainty in the unit of the lower value, coverage factor, probability and degrees of freedom.

    Neighbours with different coverage factors are brought to k = 2; the smaller degrees of freedom hold.
    """
    if not (is_uncertainty(lower.expanded_uncertainty) and is_uncertainty(upper.expanded_uncertainty)):
        return None
    said = [(_read(one.coverage_factor), _read(one.coverage_probability)) for one in (lower, upper)]
    alike = said[0] == said[1] and (said[0][0] is not None or lower.dof == upper.dof)
    if not alike and None in (said[0][0], said[1][0]):
        return None
    widths = []
    for one in (lower, upper):
        factor = "1" if alike else one.coverage_factor or "1"
        unit = one.uncertainty_unit or one.unit
        width = absolute(Spread(one.expanded_uncertainty or "", unit, one.value, one.unit, factor), lower.unit)
        if width is None:
            return None
        widths.append(width)
    width = (1 - share) * widths[0] + share * widths[1]
    dof = min((one.dof for one in (lower, upper) if one.dof is not None), key=Decimal, default=None)
    if alike:
        return width, lower.coverage_factor, lower.coverage_probability, dof
    return 2 * width, "2", None, dof


def _neighbour(one: CalibrationResult, weight: float, slope: float) -> Neighbour:
    return Neighbour(
        one.id, one.nominal or "", one.nominal_unit or one.unit, one.value, one.unit, one.expanded_uncertainty,
        one.uncertainty_unit or one.unit, weight, slope,
    )  # fmt: skip


def _number(digits: str, unit: str, to_unit: str) -> Decimal:
    number = read_number(digits).number
    return number if unit == to_unit else Decimal(repr(convert(float(number), unit, to_unit)))


def _read(text: str | None) -> Decimal | None:
    return None if text is None else read_number(text).number


def _plain(number: Decimal) -> str:
    """A number without the zeros that only the arithmetic made."""
    return canonical(number.normalize(_WIDE))
