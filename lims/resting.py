"""What an entered calibration rests on: its links upwards, and the sensitivity with which each result follows them."""

import json
import math
from collections.abc import Sequence

from sqlmodel import Session

from instruments.models import CalibrationResult, TraceabilityLink
from instruments.points import Spread, absolute, same_dimension, same_point
from instruments.provenance import after_adjustment
from instruments.registry import results_of
from uncertainty.typed import read_number
from uncertainty.units import convert


def links_upwards(
    session: Session,
    calibration_id: str,
    results: Sequence[CalibrationResult],
    upstream: Sequence[str],
    sensitivity: str = "",
) -> list[TraceabilityLink]:
    """The links of a calibration to those that it used; with a sensitivity, each result's influences are set too.

    Args:
        session: a session on the registry.
        calibration_id: the calibration that is entered.
        results: its results.
        upstream: the calibrations that it used.
        sensitivity: change of a result for a change of the value that it used, both in one unit (10 for a weight of
            10 kg made up from 1 kg); empty where it is not known. A result follows the upper one at its own point, or
            the only one there is.

    Returns:
        A link to each result that was used, or to the calibration where that is not known.

    Raises:
        InvalidNumber: the sensitivity is no number.

    Source: GUM (JCGM 100), 5.1.3.
    """
    factor = float(read_number(sensitivity)) if sensitivity else None
    links: list[TraceabilityLink] = []
    for upper_id in upstream:
        offered = after_adjustment(results_of(session, upper_id))
        used: dict[str, None] = {}
        for result in results:
            upper = _used(result, offered)
            if factor is not None and upper is not None:
                _follow(result, upper, factor)
                used[upper.id] = None
        for result_id in used or (None,):
            links.append(
                TraceabilityLink(
                    calibration_id=calibration_id, upstream_calibration_id=upper_id, upstream_result_id=result_id
                )
            )
    return links


def _used(result: CalibrationResult, offered: Sequence[CalibrationResult]) -> CalibrationResult | None:
    """The upper result that a result follows: the one at its point, or the only one."""
    fitting = [one for one in offered if same_dimension(one.unit, result.unit)]
    for one in fitting:
        if one.nominal and result.nominal:
            units = one.nominal_unit or one.unit, result.nominal_unit or result.unit
            if same_point(one.nominal, units[0], result.nominal, units[1]):
                return one
    return fitting[0] if len(fitting) == 1 else None


def _follow(result: CalibrationResult, upper: CalibrationResult, factor: float) -> None:
    """Add the upper result to a result's influences, and keep what is left of its uncertainty as its own."""
    rows = [row for row in json.loads(result.influences or "[]") if row[0] != result.id]
    u = _standard_uncertainty(upper)
    rows.append([upper.id, u or 0.0, factor * convert(1.0, upper.unit, result.unit, difference=True), None])
    whole = _standard_uncertainty(result)
    if whole is not None:
        rest = whole**2 - math.fsum((row[1] * row[2]) ** 2 for row in rows)
        rows.append([result.id, math.sqrt(max(rest, 0.0)), 1.0, None])
    result.influences = json.dumps(rows)


def _standard_uncertainty(result: CalibrationResult) -> float | None:
    """U divided by k, in the unit of the value."""
    if not result.expanded_uncertainty:
        return None
    at = (result.nominal, result.nominal_unit) if result.nominal else (result.value, result.unit)
    own = result.uncertainty_unit or result.unit
    spread = Spread(result.expanded_uncertainty, own, at[0], at[1] or result.unit, result.coverage_factor or "1")
    return absolute(spread, result.unit)
