"""The calibration function of an item over its points: coefficients, their covariance, and its use backwards.

Source: ISO/TS 28037:2010, clauses 9 to 11; GUM (JCGM 100), H.3.
"""

from collections.abc import Container, Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from certificates.curve_content import Coefficient, Curve, InverseValue
from lims.procedure_format import Procedure
from lims.quantity_text import in_unit
from uncertainty.archive import read_archive
from uncertainty.calibration_curve import CalibrationCurve, fit_curve
from uncertainty.quantity import read_quantity
from uncertainty.rounding import canonical, exact, in_one_power, report

DIGITS = 3  # of the standard uncertainty of a coefficient, so that the function can be computed from them
CORRELATION_PLACES = Decimal("0.0001")


def curve(procedure: Procedure, points: list[dict[str, Any]]) -> Curve | None:
    """The calibration function that a procedure asks for; None where it asks for none, or the points are too few.

    The covariance of the results is that of the influences they share (the same standard, the same bridge).
    """
    asked = procedure.report.curve
    if asked is None or len(points) <= asked.degree:
        return None
    unit, argument_unit = points[0]["unit"], points[0]["nominal"][1]
    fitted = fit_curve(
        [float(one["nominal"][0]) for one in points],
        [float(one["output"]["estimate"]) for one in points],
        asked.degree,
        u_y=covariance(points, procedure.inputs),
    )
    return Curve(
        symbol=procedure.output.symbol,
        argument=asked.argument,
        argument_unit=argument_unit,
        coefficients=tuple(
            _coefficient(power, value, u, unit, argument_unit)
            for power, (value, u) in enumerate(zip(fitted.coefficients, fitted.standard_uncertainties, strict=True))
        ),
        correlations=_correlations(fitted),
        lower=points[0]["nominal"][0],
        upper=points[-1]["nominal"][0],
        inverse=tuple(_inverse(fitted, text, unit) for text in asked.inverse),
        unit=unit,
    )


def covariance(points: Sequence[dict[str, Any]], own: Container[str]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The covariance matrix of the results of several points, in the unit of the results squared.

    Args:
        points: the evaluated points with their influences.
        own: names of inputs; an influence called by one belongs to its point alone, others have the id of a record.
    """
    found = [_contributions(one, own) for one in points]
    matrix = np.zeros((len(points), len(points)))
    for row, mine in enumerate(found):
        for column, other in enumerate(found):
            matrix[row, column] = sum(mine[name] * other[name] for name in mine.keys() & other.keys())
        matrix[row, row] = float(points[row]["output"]["standard_uncertainty"]) ** 2
    return matrix


def _contributions(point: dict[str, Any], own: Container[str]) -> dict[str, float]:
    """What each influence that other points may share contributes to a result: down to the elementary ones."""
    if point.get("archive"):
        kept = read_archive(point["archive"], "archive")
        (key,) = kept.outputs
        return {one.id: one.contributions.get(key, 0.0) for one in kept.influences}
    return {
        str(name): float(u) * float(sensitivity)
        for name, u, sensitivity, _dof in point["influences"]
        if str(name).partition(",")[0] not in own
    }


def _coefficient(power: int, value: float, u: float, unit: str, argument_unit: str) -> Coefficient:
    """A coefficient to the place of its standard uncertainty."""
    spread = exact(float(u))
    place = Decimal((0, (1,), spread.adjusted() - DIGITS + 1))
    per = {"degC": "K"}.get(argument_unit, argument_unit)
    units = unit if power == 0 else f"{unit}/{per}" if power == 1 else f"{unit}/{per}^{power}"
    return Coefficient(*in_one_power(exact(float(value)).quantize(place), spread.quantize(place)), units)


def _correlations(fitted: CalibrationCurve) -> tuple[tuple[str, ...], ...]:
    count = len(fitted.coefficients)
    return tuple(
        tuple(
            canonical(exact(fitted.correlation(row, column) if row != column else 1.0).quantize(CORRELATION_PLACES))
            for column in range(count)
        )
        for row in range(count)
    )


def _inverse(fitted: CalibrationCurve, text: str, unit: str) -> InverseValue:
    """The argument at which the function has a value, with U for a coverage factor of 2."""
    read = fitted.inverse(float(in_unit(text, unit)))
    stated = report(read.value, 2 * read.standard_uncertainty)
    return InverseValue(read_quantity(text).typed.canonical, stated.value, stated.expanded_uncertainty)
