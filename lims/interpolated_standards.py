"""A standard used between two points of its calibration: its value there, its words, and the results it rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from certificates.content import Bilingual
from instruments.interpolation import Neighbour, between, lies_outside, wider
from instruments.models import CalibrationResult
from instruments.points import Amount
from lims.circumstances import StandardInUse
from lims.procedure_format import Label, ProcedureInput, StandardRole
from lims.quantity_text import shown
from lims.result_influences import Behind, behind_both
from uncertainty.errors import Invalid
from uncertainty.quantity import read_quantity
from uncertainty.wording import wording


def interpolated(
    known: StandardInUse, results: Sequence[CalibrationResult], at: str, behind: Behind | None = None
) -> StandardInUse:
    """A standard with its value at a point between the calibrated ones.

    Args:
        known: what is known of the standard.
        results: the results of its calibration; none stands at the point.
        at: the point, a number with its unit.
        behind: what gives the influences behind a result; None takes the value as printed, with no influence behind.

    Returns:
        The standard with its value; without one, but with the neighbours that say why, where none can be had.
    """
    place = read_quantity(at)
    found = between(results, place.typed.canonical, place.unit.text)
    if found is None:
        return known
    if found.value is None or found.expanded_uncertainty is None:
        return replace(known, between=found.neighbours)
    return replace(
        known,
        value=found.value,
        unit=found.unit,
        expanded_uncertainty=found.expanded_uncertainty,
        uncertainty_unit=found.unit,
        coverage_factor=found.coverage_factor,
        coverage_probability=found.coverage_probability,
        dof=found.dof,
        nominal=place.typed.canonical,
        nominal_unit=place.unit.text,
        influence_id="+".join(str(one.result_id) for one in found.neighbours),
        between=found.neighbours,
        archive=None
        if behind is None
        else behind_both(found, results, behind, (place.typed.canonical, place.unit.text)),
    )


def check_between(one: ProcedureInput, role: StandardRole, standard: StandardInUse, wanted: str) -> None:
    """Refuse a point that the standard's calibration does not reach, or between results that cannot be combined.

    Raises:
        Invalid: naming the standard, the point, and what its calibration covers.
    """
    if not standard.between or one.source is None or role.use == "class limits":
        return
    code, (first, last) = standard.code or role.label, standard.between
    ends = {"first": _amount(first), "last": _amount(last)}
    if lies_outside(standard.between):
        raise Invalid("interpolation.outside", code=code, wanted=shown(wanted), **ends)
    if standard.value is None or not one.source.is_linear:
        raise Invalid("interpolation.not_combined", code=code, wanted=shown(wanted), **ends)


Neighbours = Mapping[str, Sequence[Neighbour]]
"""The results between which values were interpolated, by the role of the standard."""


def input_label(one: ProcedureInput, neighbours: Neighbours) -> Label:
    """The name of an input, with the two points between which its value was interpolated."""
    said = input_note(one, neighbours)
    if said is None:
        return one.label
    return Label(f"{one.label.vi}, {said.vi}", f"{one.label.en}, {said.en}")


def input_note(one: ProcedureInput | None, neighbours: Neighbours) -> Bilingual | None:
    """Between which two points the value of an input was interpolated; None where it was not."""
    found = neighbours.get(one.source.role) if one is not None and one.source is not None else None
    return between_words(found) if found else None


def neighbours_in_use(standards: Mapping[str, StandardInUse]) -> Neighbours:
    """The results between which the values of standards in use are interpolated."""
    return {role: one.between for role, one in standards.items() if one.between}


def neighbours_on_record(point: Mapping[str, Any]) -> Neighbours:
    """The results between which values were interpolated in an evaluated point on record."""
    return {role: found for role in point.get("standards", {}) if (found := neighbours_of(point, role))}


def between_words(neighbours: Sequence[Neighbour]) -> Bilingual:
    """What a certificate says of a value between two calibrated points."""
    ends = {"first": _amount(neighbours[0]), "last": _amount(neighbours[-1])}
    return Bilingual(wording("interpolation.between", "vi", **ends), wording("interpolation.between", "en", **ends))


def neighbours_of(point: Mapping[str, Any], role: str) -> tuple[Neighbour, ...]:
    """The results between which the value of a role was interpolated in an evaluated point on record."""
    standards = point.get("circumstances", {}).get("standards", {})
    return tuple(Neighbour(**one) for one in standards.get(role, {}).get("between", ()))


def chain_note(points: Sequence[Mapping[str, Any]], role: str) -> Bilingual | None:
    """What a certificate says at a standard whose value was interpolated at some of its points."""
    found = list(dict.fromkeys(pair for one in points if (pair := neighbours_of(one, role))))
    if not found:
        return None
    if len({tuple((one.nominal, one.nominal_unit) for one in pair) for pair in found}) == 1:
        return between_words(found[0])
    return Bilingual(wording("interpolation.several", "vi"), wording("interpolation.several", "en"))


def results_used(point: Mapping[str, Any], role: str) -> tuple[str | None, ...]:
    """The results of a standard that an evaluated point on record used: one, or two with a value between them."""
    found = neighbours_of(point, role)
    return tuple(one.result_id for one in found) or (point.get("standards", {}).get(role),)


def result_shown(point: Mapping[str, Any], role: str) -> str | None:
    """The result whose chain a certificate shows: of two neighbours the one with the larger uncertainty."""
    found = neighbours_of(point, role)
    return wider(found) if found else point.get("standards", {}).get(role)


def _amount(one: Neighbour) -> Amount:
    return Amount(one.nominal, one.nominal_unit)
