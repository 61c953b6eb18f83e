"""Certificates of this laboratory evaluated again with the shifted values of the standards that they used.

A stored sensitivity is exact where the model is a sum in the values of its standards; where it is not (a product of two
standards, a quotient, a root), or where the sum vanishes, the result is computed anew from what its record keeps.

Source: GUM (JCGM 100), 5.1.2, note (second order); ISO/IEC 17025:2017, 7.5.1 and 7.10.1 c.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, select

from instruments.models import Calibration, CalibrationResult
from instruments.points import same_dimension
from lims.bound_numbers import resolve
from lims.circumstances import Circumstances
from lims.laboratory import Laboratory
from lims.measurement import at_point, measurement_model
from lims.procedure_format import Procedure
from lims.results import evaluate_point
from lims.store.tables import Certificate, EvaluationRecord, Job
from uncertainty.errors import Stated
from uncertainty.model_file import read_model
from uncertainty.quantity import read_quantity
from uncertainty.rounding import canonical, exact
from uncertainty.second_order import is_straight
from uncertainty.units import convert

Points = list[dict[str, Any]]
Edition = tuple[str, str]
"""A procedure and the number of its edition."""


class EvaluatedAgain:
    """Results evaluated again from their records; called by `instruments.impact.impact`."""

    def __init__(
        self, lab: Laboratory, session: Session, editions: Mapping[str, Edition], by_class: Collection[str] = ()
    ) -> None:
        """Look which procedures are not straight in their standards.

        Args:
            lab: the laboratory.
            session: a session on it.
            editions: the procedures, with their editions, of the calibrations that may be asked about.
            by_class: calibrations that used a standard by the limits of its class: always evaluated again, since their
                sensitivity is to the nominal value, in its unit, and not to the result of the standard.
        """
        self._lab, self._session, self._by_class = lab, session, frozenset(by_class)
        bent = {one for one in set(editions.values()) if self._is_bent(*one)}
        self._bent = frozenset(key for key, one in editions.items() if one in bent)
        self._kept: tuple[str, Points, Procedure] | None = None

    def __call__(
        self, calibration_id: str, position: int, moved: Mapping[str, float], first_order: float
    ) -> float | None:
        """The shift of a result by its model; None where the first order is exact, or no record was kept.

        Args:
            calibration_id: the calibration.
            position: the result's place in it.
            moved: shifts of the results that it used, by their ids, in the units of their values.
            first_order: the sum of sensitivities times shifts.
        """
        always = calibration_id in self._bent or calibration_id in self._by_class
        if (not always and first_order != 0.0) or not any(moved.values()):
            return None
        found = self._record(calibration_id)
        if found is None or position >= len(found[0]):
            return None
        points, procedure = found
        return _shift_of(points[position], procedure, moved, self._signs(moved))

    def _signs(self, moved: Mapping[str, float]) -> dict[str, int]:
        """-1 for results that state a measurement error: a material measure's value falls where its error grows."""
        kinds = select(CalibrationResult.id, CalibrationResult.kind).where(col(CalibrationResult.id).in_(list(moved)))
        return {key: -1 if kind == "measurement_error" else 1 for key, kind in self._session.exec(kinds)}

    def _record(self, calibration_id: str) -> tuple[Points, Procedure] | None:
        """The evaluated points of the calibration's job, the last ones that were sent for review."""
        if self._kept is None or self._kept[0] != calibration_id:
            wanted = select(EvaluationRecord, Job).join(Job, col(Job.id) == col(EvaluationRecord.job_id))
            wanted = wanted.join(Certificate, col(Certificate.job_id) == col(Job.id))
            wanted = wanted.join(Calibration, col(Calibration.own_certificate_id) == col(Certificate.id))
            rows = wanted.where(Calibration.id == calibration_id).order_by(col(EvaluationRecord.id).desc())
            found = self._session.exec(rows).first()
            if found is None:
                return None
            record, job = found
            self._kept = calibration_id, record.points, self._lab.procedure(job.procedure_id, job.procedure_edition)
        return self._kept[1], self._kept[2]

    def _is_bent(self, name: str, number: str) -> bool:
        """Whether the model of a procedure is no sum in the values of its standards."""
        chosen = select(EvaluationRecord).join(Job, col(Job.id) == col(EvaluationRecord.job_id))
        chosen = chosen.where(Job.procedure_id == name, Job.procedure_edition == number)
        some = self._session.exec(chosen.limit(1)).first()
        return some is not None and not _straight(self._lab.procedure(name, number), some.points)


def _straight(procedure: Procedure, points: Points) -> bool:
    """Whether the model is a sum in the values of all its standards together, with constant factors."""
    inputs = frozenset(one.name for one in procedure.inputs.values() if one.source is not None)
    try:
        circumstances = Circumstances.from_json(points[0]["circumstances"])
        model = read_model(measurement_model(procedure, circumstances.point, circumstances))
    except (IndexError, Stated):
        return True  # nothing to evaluate it from
    return is_straight(model.program, inputs, procedure.output.name)


def _shift_of(
    point: Mapping[str, Any], procedure: Procedure, moved: Mapping[str, float], signs: Mapping[str, int] | None = None
) -> float | None:
    """The estimate with the shifted values minus the estimate as it was, both computed now.

    Both take the standards as printed: an archive would bring the value of before with it. A standard used by the
    limits of its class stands in both for its nominal value, which moves with it.

    Args:
        point: as an evaluation record keeps it.
        procedure: the edition that it was evaluated by.
        moved: shifts of the results used, by their ids, in the units of their values.
        signs: -1 where a result's value falls while its shift grows; only for uses by the limits of a class.

    Returns:
        The shift, in the unit of the result; None where a result was used in a way that this does not know.
    """
    kept = Circumstances.from_json(point["circumstances"])
    before = replace(kept, standards={role: replace(one, archive=None) for role, one in kept.standards.items()})
    classed = {name for name, role in procedure.standards.items() if role.use == "class limits"}
    procedure, before = _by_nominal(procedure, before, moved)
    standards, used = dict(before.standards), set()
    for role, one in before.standards.items():
        slopes = {near.result_id: near.slope for near in one.between} or {one.result_id: 1.0}
        ways = {way: slope * moved[way] for way, slope in slopes.items() if way is not None and moved.get(way)}
        if ways and one.value is not None and procedure.standards[role].use == "certificate":
            amount = math.fsum(ways.values())
            if role in classed:
                sign = (signs or {}).get(one.result_id or "", 1)
                amount = convert(sign * amount, str(kept.standards[role].unit), str(one.unit), difference=True)
            standards[role] = replace(one, value=canonical(Decimal(one.value) + exact(amount)))
            used |= set(ways)
    if used != {key for key, amount in moved.items() if amount}:
        return None  # it used one of them in another way than by its value
    estimates = []
    for circumstances in (before, replace(before, standards=standards)):
        result = evaluate_point(procedure, circumstances.point, circumstances).result
        if result is None:
            return None
        estimates.append(result.estimate)
    return estimates[1] - estimates[0]


def _by_nominal(
    procedure: Procedure, kept: Circumstances, moved: Mapping[str, float]
) -> tuple[Procedure, Circumstances]:
    """Standards that were used by the limits of their class and moved, as standards of their nominal value."""
    roles, standards = dict(procedure.standards), dict(kept.standards)
    at_hand = at_point(procedure, kept.point, kept)
    for one in procedure.inputs.values():
        if one.source is None or (role := procedure.standards[one.source.role]).use != "class limits":
            continue
        standard = kept.standards.get(role.name)
        if standard is None or not moved.get(standard.result_id or "") or standard.unit is None or standard.between:
            continue
        nominal = read_quantity(resolve(one.source.at, procedure, at_hand)[0])
        unit = nominal.unit.text
        if not same_dimension(standard.unit, unit):
            continue
        roles[role.name] = replace(role, use="certificate", largest_relative_uncertainty=None)
        standards[role.name] = replace(
            standard, value=nominal.typed.canonical, unit=unit, expanded_uncertainty="1", uncertainty_unit=unit,
            coverage_factor="2", coverage_probability=None, dof=None,
        )  # fmt: skip
    return replace(procedure, standards=roles), replace(kept, standards=standards)
