"""The evaluation with which a job goes to review: made outside any lock, carrying the hash of what it was made from."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from importlib.metadata import version
from typing import Any

from sqlmodel import Session

from instruments.bodies import policy_on, scope_line
from instruments.cmc import Coverage, below_cmc, cmc_at, widening
from instruments.models import DESIGNATION, ScopeLine
from lims.circumstances import Circumstances
from lims.errors import Refused
from lims.job_circumstances import circumstances_of
from lims.laboratory import Laboratory
from lims.measurement import rests_on_archive
from lims.procedure_format import Procedure
from lims.record import JobRecord, read_record
from lims.results import Conformity, PointResult, evaluate_point, risk_percent
from lims.step import Act, query
from lims.store.tables import EvaluationRecord, Job
from lims.tolerances import half_widths, tolerance_tables
from uncertainty.archive import Printed, archive
from uncertainty.conformity import class_met
from uncertainty.evaluation import OutputResult
from uncertainty.inputs import InputQuantity
from uncertainty.quantity import from_base, read_quantity
from uncertainty.rounding import Reported, canonical, report
from uncertainty.units import convert
from uncertainty.wording import Phrase

NO_CLASS = "–"
NORMAL_FROM_DOF = 50
"""Effective degrees of freedom from which k is that of the normal distribution to the digits printed."""


@dataclass(frozen=True)
class Submission:
    """The evaluated points of a job, and the hash of the circumstances they were evaluated from."""

    inputs_sha256: str
    points: tuple[dict[str, Any], ...]

    def as_record(self, job: Job, now: datetime, person_id: str) -> EvaluationRecord:
        """The row that keeps it."""
        return EvaluationRecord(
            centre_id=job.centre_id,
            job_id=job.id,
            version=job.version,
            inputs_sha256=self.inputs_sha256,
            software=software(),
            points=list(self.points),
            at=now,
            person_id=person_id,
        )


@dataclass(frozen=True)
class Scope:
    """Under what a point falls: the line that states its CMC, the line of a designation, and the centre's policy."""

    line: ScopeLine | None
    designation: ScopeLine | None
    policy: str


@dataclass(frozen=True)
class Prepared:
    """What an evaluation outside the database needs: procedure, circumstances, and the scope that holds."""

    job: str
    job_id: str
    procedure: Procedure
    points: tuple[Circumstances, ...]
    scope: tuple[Scope, ...]
    inputs_sha256: str


def software() -> str:
    """The version of this software, as it stands in every evaluation (7.5.1)."""
    return f"chuan {version('chuan')}"


@query(permission="job.read")
def prepare(act: Act, job_id: str) -> Prepared:
    """Read what the evaluation of a job needs; only people of its centre may."""
    job = act.session.get(Job, job_id)
    if job is None or not act.rights.holds("job.read", job.centre_id):
        raise Refused("lims.not_found")
    record = read_record(act.session, job)
    procedure, points = _at_hand(act.lab, act.session, record)
    day = record.working_day(act.lab.settings.time_zone, act.day)
    quantity = next(iter(procedure.standards.values())).quantity
    scope = []
    for one in points:
        nominal, of = one.point.get("nominal"), procedure.quantity_of(one.point) or quantity
        at = read_quantity(nominal) if nominal else None
        lines = [
            scope_line(act.session, job.centre_id, of, at.typed.canonical, at.unit.text, job.service, day, kind)
            if at is not None
            else None
            for kind in (None, DESIGNATION)
        ]
        scope.append(Scope(lines[0], lines[1], policy_on(act.session, job.centre_id, "cmc", day)))
    return Prepared(job.number, job.id, procedure, points, tuple(scope), _hash(points))


def inputs_sha256(lab: Laboratory, session: Session, record: JobRecord) -> str:
    """The hash of the circumstances of all points of a job as they stand now."""
    return _hash(_at_hand(lab, session, record)[1])


def _at_hand(lab: Laboratory, session: Session, record: JobRecord) -> tuple[Procedure, tuple[Circumstances, ...]]:
    procedure = lab.procedure(record.job.procedure_id, record.job.procedure_edition)
    today = record.job.received_on
    day = record.working_day(lab.settings.time_zone, today)
    return procedure, circumstances_of(session, procedure, record, day)


def _hash(points: Sequence[Circumstances]) -> str:
    return hashlib.sha256("".join(one.sha256 for one in points).encode()).hexdigest()


def submit(prepared: Prepared, *, trials: int | None = None) -> Submission:
    """Evaluate every point for the record: first order and Monte Carlo (takes a second or more; hold no lock).

    Args:
        prepared: what the evaluation needs.
        trials: a fixed number of trials, which the record then states as not stabilised; else as the procedure says.

    Raises:
        Refused: a point has no result yet, saying why.
    """
    points = []
    for index, circumstances in enumerate(prepared.points):
        found = evaluate_point(prepared.procedure, circumstances.point, circumstances, monte_carlo=True, trials=trials)
        if found.why is not None or found.result is None:
            why = found.why or ""
            raise Refused("lims.not_evaluated", job=prepared.job, why=why)
        evaluated = _point(prepared.procedure, circumstances, found, prepared.scope[index])
        points.append(evaluated | _influences(prepared, circumstances, found, evaluated, index))
    return Submission(prepared.inputs_sha256, tuple(points))


def _few_dof(result: OutputResult) -> str | None:
    """The degrees of freedom on which k rests; None where they are so many that k is that of the normal one."""
    dof = result.effective_dof
    return None if dof is None or dof >= NORMAL_FROM_DOF else str(int(dof))


def _coverage(found: PointResult) -> Coverage:
    assert found.result is not None
    assert found.coverage_factor is not None
    probability = canonical(Decimal(repr(found.result.coverage_probability)))
    return Coverage(found.coverage_factor, probability, _few_dof(found.result))


def _raised(line: ScopeLine, of_point: tuple[str, str], found: PointResult, digits: int) -> Reported:
    """The result with the CMC for its U, rounded upwards where the next place would go below it (ILAC-P14, 5.4)."""
    assert found.result is not None
    coverage = _coverage(found)
    least = convert(cmc_at(line, *of_point), of_point[1], found.unit, difference=True) * widening(coverage)
    stated = report(found.result.estimate, least, digits)
    if below_cmc(line, stated.expanded_uncertainty, found.unit, *of_point, coverage):
        least = float(Decimal(stated.expanded_uncertainty) + Decimal(1).scaleb(-stated.decimals))
        stated = report(found.result.estimate, least, digits)
    return stated


def _point(procedure: Procedure, circumstances: Circumstances, found: PointResult, scope: Scope) -> dict[str, Any]:
    """One evaluated point as it is kept, with its printed texts."""
    assert found.result is not None
    assert found.evaluation is not None
    assert found.value is not None
    assert found.expanded_uncertainty is not None
    assert not found.is_preview  # a look ahead is for the screen
    result, value, printed = found.result, found.value, found.expanded_uncertainty
    line, raised = scope.line, False
    nominal = circumstances.point.get("nominal")
    at = read_quantity(nominal) if nominal else None
    of_point = (at.typed.canonical, at.unit.text) if at is not None else (value, found.unit)
    if (
        line is not None
        and scope.policy == "raise"
        and below_cmc(line, printed, found.unit, *of_point, _coverage(found))
    ):
        stated = _raised(line, of_point, found, procedure.report.digits)
        value, printed, raised = stated.value, stated.expanded_uncertainty, True
    return {
        "point": dict(circumstances.point),
        "nominal": [at.typed.canonical, at.unit.text] if at is not None else None,
        "unit": found.unit,
        "kind": found.kind,
        "value": value,
        "expanded_uncertainty": printed,
        "coverage_factor": found.coverage_factor,
        "coverage_probability": canonical(Decimal(repr(result.coverage_probability))),
        "basis": result.coverage_basis,
        "normal": result.coverage_basis != "distribution" and _few_dof(result) is None,
        "dof": _few_dof(result),
        "scope_line": line.id if line is not None else None,
        "designation_line": scope.designation.id if scope.designation is not None else None,
        "raised_to_cmc": raised,
        "standards": {role: one.result_id for role, one in circumstances.standards.items()},
        "conformity": _conformity(procedure, found),
        "class_met": _class_met(procedure, circumstances, found),
        "observed": {name: [[row.row, row.text, row.unit] for row in rows] for name, rows in found.observed.items()},
        "output": found.evaluation.to_json()["outputs"][found.output],
        "circumstances": circumstances.to_json(),
    }


def _class_met(procedure: Procedure, circumstances: Circumstances, found: PointResult) -> str | None:
    """The finest class that a result meets, as its document writes it; "–" where it meets none, None where not asked.

    Source: OIML R 111-1:2004, 5.2 and 5.3.
    """
    offer, said = procedure.report.conformity, found.conformity
    if not procedure.report.classes or offer is None or not offer.limits or said is None or found.result is None:
        return None
    table = tolerance_tables()[offer.limits]
    limits = half_widths(offer.limits, circumstances.point["nominal"])
    u = convert(found.result.expanded_uncertainty, found.unit, table.unit, difference=True)
    error = convert(float(said.error), found.unit, table.unit, difference=True)
    outcome = class_met(
        error, u, limits, said.rule, guard_factor=offer.guard_factor, least_ratio=float(table.least_ratio or 0)
    )
    return NO_CLASS if outcome.met is None else table.class_text.get(outcome.met, outcome.met)


def _influences(
    prepared: Prepared, circumstances: Circumstances, found: PointResult, point: Mapping[str, Any], index: int
) -> dict[str, Any]:
    """What the result depends on: rows for the impact of a shift, and the archive for the next evaluation.

    A row has id, standard uncertainty, sensitivity, degrees of freedom (None: infinite). One stands for each result of
    a standard that was used, under its id; the others for what is this evaluation's own. A value between two results
    has a row for each with its sensitivity and without uncertainty: that of both stands in the row of their line.
    """
    assert found.evaluation is not None
    printed = Printed(point["value"], point["expanded_uncertainty"], point["coverage_factor"])
    kept = archive(found.evaluation.model, found.evaluation, f"{prepared.job_id}-{index}", {found.output: printed})
    rows: list[tuple[str | None, float, float, float | None]] = []
    behind: set[str] = set()
    for place, quantity in enumerate(found.evaluation.model.inputs):
        one = prepared.procedure.inputs.get(quantity.name)
        role = one.source.role if one is not None and one.source is not None else None
        standard = circumstances.standards.get(role) if role is not None else None
        if one is None or standard is None:
            continue
        if standard.between:
            sensitivity = _link(found, place, quantity)[1]
            rows += [(near.result_id, 0.0, sensitivity * near.slope, None) for near in standard.between]
        if not rests_on_archive(one, prepared.procedure, standard):
            continue
        behind |= {str(component.influence) for component in quantity.components}
        rows.append((standard.result_id or standard.influence_id, *_link(found, place, quantity)))
    for influence in found.evaluation.influences:
        if influence.id not in behind:
            sensitivity = influence.sensitivity.get(found.output, 0.0)
            rows.append((influence.id, influence.standard_uncertainty, sensitivity, _finite(influence.dof)))
    return {"influences": [list(row) for row in rows], "archive": kept}


def _link(found: PointResult, place: int, quantity: InputQuantity) -> tuple[float, float, float | None]:
    """Standard uncertainty, sensitivity and degrees of freedom of an input, in its own unit and that of the result."""
    assert found.evaluation is not None
    number = list(found.evaluation.outputs).index(found.output)
    output = found.evaluation.model.outputs[number]
    pure = float(found.evaluation.propagated.sensitivities[number, place])
    u = from_base(quantity.standard_uncertainty, quantity.unit)
    return u, pure * quantity.unit.factor / output.unit.factor, _finite(quantity.dof)


def _finite(dof: float) -> float | None:
    return None if dof == float("inf") else dof


def _specification(procedure: Procedure, said: Conformity) -> dict[str, str]:
    """What the limits are, in both languages."""
    offer = procedure.report.conformity
    if offer is not None and offer.specification is not None:
        return {"vi": offer.specification.vi, "en": offer.specification.en}
    key = "documents.meets_requirements" if procedure.service == "verification" else "lims.meets_class"
    values: dict[str, object] = {
        "accuracy_class": said.tolerance.class_text,
        "document": tolerance_tables()[said.tolerance.table].document,
    }
    return {language: Phrase(key, values).text(language) for language in ("vi", "en")}


def _conformity(procedure: Procedure, found: PointResult) -> dict[str, Any] | None:
    """The verdict as it is printed; its limits and guard band as texts in the unit of the result."""
    said = found.conformity
    if said is None or found.expanded_uncertainty is None:
        return None
    place = Decimal(found.expanded_uncertainty)
    error = canonical(Decimal(said.error).quantize(place))
    guard = canonical(Decimal(said.guard).quantize(place)) if said.guard is not None else None
    return {
        "specification": _specification(procedure, said),
        "verdict": said.verdict,
        "rule": said.rule,
        "unit": found.unit,
        "limit_lower": f"-{said.limit}",
        "limit_upper": said.limit,
        "guard_band": guard,
        "value": error,
        "expanded_uncertainty": found.expanded_uncertainty,
        "risk": None if said.risk is None else risk_percent(said.risk),
        "warnings": [[one.key, {k: str(v) for k, v in one.values.items()}] for one in said.warnings],
    }
