"""Certificates of this laboratory evaluated again with the shifted values of the standards that they used.

A stored sensitivity is exact where the model is a sum in the values of its standards; where it is not (a product of two
standards, a quotient, a root), or where the sum vanishes, the result is computed anew from what its record keeps.

Source: GUM (JCGM 100), 5.1.2, note (second order); ISO/IEC 17025:2017, 7.5.1 and 7.10.1 c.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, select

from instruments.models import Calibration
from lims.circumstances import Circumstances
from lims.laboratory import Laboratory
from lims.measurement import measurement_model
from lims.procedure_format import Procedure
from lims.results import evaluate_point
from lims.store.tables import Certificate, EvaluationRecord, Job
from uncertainty.errors import Stated
from uncertainty.model_file import read_model
from uncertainty.rounding import canonical, exact
from uncertainty.second_order import is_straight

Points = list[dict[str, Any]]


class EvaluatedAgain:
    """Results evaluated again from their records; called by `instruments.impact.impact`."""

    def __init__(self, lab: Laboratory, session: Session) -> None:
        """Look which procedures are not straight in their standards."""
        self._lab, self._session = lab, session
        self._bent = self._of_bent_procedures()
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
        if (calibration_id not in self._bent and first_order != 0.0) or not any(moved.values()):
            return None
        found = self._record(calibration_id)
        if found is None or position >= len(found[0]):
            return None
        points, procedure = found
        return _shift_of(points[position], procedure, moved)

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

    def _of_bent_procedures(self) -> frozenset[str]:
        """The calibrations whose procedure has a model that is no sum in the values of its standards."""
        found: set[str] = set()
        for name, edition in self._session.exec(select(Job.procedure_id, Job.procedure_edition).distinct()).all():
            chosen = select(EvaluationRecord).join(Job, col(Job.id) == col(EvaluationRecord.job_id))
            chosen = chosen.where(Job.procedure_id == name, Job.procedure_edition == edition)
            some = self._session.exec(chosen.limit(1)).first()
            if some is None or _straight(self._lab.procedure(name, edition), some.points):
                continue
            used = select(Calibration.id).join(Certificate, col(Certificate.id) == col(Calibration.own_certificate_id))
            used = used.join(Job, col(Job.id) == col(Certificate.job_id))
            found |= set(self._session.exec(used.where(Job.procedure_id == name, Job.procedure_edition == edition)))
        return frozenset(found)


def _straight(procedure: Procedure, points: Points) -> bool:
    """Whether the model is a sum in the values of all its standards together, with constant factors."""
    inputs = frozenset(one.name for one in procedure.inputs.values() if one.source is not None)
    try:
        circumstances = Circumstances.from_json(points[0]["circumstances"])
        model = read_model(measurement_model(procedure, circumstances.point, circumstances))
    except (IndexError, Stated):
        return True  # nothing to evaluate it from
    return is_straight(model.program, inputs, procedure.output.name)


def _shift_of(point: Mapping[str, Any], procedure: Procedure, moved: Mapping[str, float]) -> float | None:
    """The estimate with the shifted values minus the estimate as it was, both computed now.

    Both take the standards as printed: an archive would bring the value of before with it.
    """
    kept = Circumstances.from_json(point["circumstances"])
    before = replace(kept, standards={role: replace(one, archive=None) for role, one in kept.standards.items()})
    standards, used = dict(before.standards), set()
    for role, one in before.standards.items():
        slopes = {near.result_id: near.slope for near in one.between} or {one.result_id: 1.0}
        ways = {way: slope * moved[way] for way, slope in slopes.items() if way is not None and moved.get(way)}
        if ways and one.value is not None and procedure.standards[role].use == "certificate":
            standards[role] = replace(one, value=canonical(Decimal(one.value) + exact(math.fsum(ways.values()))))
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
