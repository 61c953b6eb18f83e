"""What stands behind a result that the registry holds: influences that other results may share, flattened on demand.

A result of this system keeps its archive. One that was entered with what it rests on follows the upper results by its
sensitivities; where those are not known it is its own only influence.
"""

import json
import math
from collections.abc import Callable, Sequence

from sqlmodel import Session

from instruments.interpolation import Between, Neighbour
from instruments.models import CalibrationResult
from instruments.points import Spread, absolute
from uncertainty.archive import Printed, read_archive, to_text
from uncertainty.joined_results import Part, joined, single
from uncertainty.rounding import canonical, exact
from uncertainty.typed import read_number
from uncertainty.units import check_unit

MOST_LEVELS = 20
Behind = Callable[[CalibrationResult], str | None]
"""What gives the archive behind a result; None where nothing is known that another result could share."""


class Influences:
    """The archives behind results of one database, each made once."""

    def __init__(self, session: Session) -> None:
        """Begin with none."""
        self._session = session
        self._found: dict[str, str | None] = {}

    def behind(self, result: CalibrationResult) -> str | None:
        """The archive of a result that rests on others; None for one that is its own only influence."""
        if result.id not in self._found:
            self._found[result.id] = result.archive or self._entered(result, 0)
        return self._found[result.id]

    def _entered(self, result: CalibrationResult, level: int) -> str | None:
        rows = [row for row in json.loads(result.influences or "[]") if row[0] != result.id]
        printed = _printed(result)
        if not rows or printed is None or level >= MOST_LEVELS:
            return None
        parts = []
        for upper_id, _, sensitivity, *_ in rows:
            upper = self._session.get(CalibrationResult, upper_id)
            text = None if upper is None else upper.archive or self._entered(upper, level + 1) or alone(upper)
            if text is None or not math.isfinite(sensitivity):
                return None
            parts.append(Part(read_archive(text, "result"), float(sensitivity)))
        own = f"{result.id}/own"
        return to_text(joined(result.id, result.unit, printed, parts, own=own, dof=_dof(result.dof)))


def alone(result: CalibrationResult) -> str | None:
    """The archive of a result that is its own only influence, by the id under which it is used directly.

    None where it states no uncertainty or no coverage factor, or is a point on a scale, which only its use can tell
    from a difference.
    """
    printed = _printed(result)
    if printed is None:
        return None
    return to_text(single(result.id, result.unit, printed, _dof(result.dof)))


def behind_both(
    found: Between, results: Sequence[CalibrationResult], behind: Behind, at: tuple[str, str]
) -> str | None:
    """The archive of a value between two results: the influences of both, and what is its own.

    Its own is what the printed U, for which both count as fully correlated, holds beyond their influences; it is shared
    by all points between the two, so that it never makes a sum or a difference of such values look better.

    Args:
        found: the value between them.
        results: the results of the calibration.
        behind: what gives the archive of one.
        at: the point and its unit.

    Returns:
        The archive; None where one of the results states too little.
    """
    if None in (found.value, found.unit, found.expanded_uncertainty, found.coverage_factor):
        return None
    by_id = {one.id: one for one in results}
    parts = [_part(one, by_id, behind) for one in found.neighbours]
    known = [one for one in parts if one is not None]
    if len(known) < len(parts) or len({_kind(one) for one in known}) > 1:
        return None
    between = "+".join(str(one.result_id) for one in found.neighbours)
    place = f"{between}@{at[0]} {at[1]}"
    printed = Printed(str(found.value), str(found.expanded_uncertainty), str(found.coverage_factor))
    own = place if found.dof else between
    return to_text(joined(place, str(found.unit), printed, known, own=own, dof=_dof(found.dof)))


def _part(one: Neighbour, by_id: dict[str, CalibrationResult], behind: Behind) -> Part | None:
    result = by_id[str(one.result_id)]
    text = behind(result) or alone(result)
    return None if text is None else Part(read_archive(text, "result"), one.slope)


def _kind(part: Part) -> bool:
    return next(iter(part.archive.outputs.values())).difference


def _printed(result: CalibrationResult) -> Printed | None:
    """Value, U and k in the unit of the value."""
    unit = check_unit(result.unit)
    if not result.expanded_uncertainty or not result.coverage_factor or unit.scale:
        return None
    own = result.uncertainty_unit or result.unit
    k = read_number(result.coverage_factor)
    if own == result.unit:
        return Printed(result.value, read_number(result.expanded_uncertainty).canonical, k.canonical)
    width = absolute(Spread(result.expanded_uncertainty, own, result.value, result.unit), result.unit)
    return None if width is None else Printed(result.value, canonical(exact(width)), k.canonical)


def _dof(text: str | None) -> float:
    return math.inf if text is None else float(read_number(text))
