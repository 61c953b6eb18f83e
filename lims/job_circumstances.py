"""What lay on the bench for each point of a job: from the record and the registry to `Circumstances`.

Properties and results are those in force on the day of the readings (today while there are none).
"""

from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session

from instruments.models import CalibrationResult, Instrument
from instruments.points import same_point
from instruments.provenance import after_adjustment
from instruments.registry import properties_on, results_of
from lims.bound_numbers import resolve
from lims.circumstances import Circumstances, EquipmentInUse, Property, Rows, StandardInUse
from lims.interpolated_standards import interpolated
from lims.procedure_format import Procedure, ReadingsTable
from lims.procedures import points_for
from lims.record import Chosen, JobRecord
from lims.result_influences import Behind, Influences
from lims.store.tables import Job
from uncertainty.errors import Invalid
from uncertainty.quantity import read_quantity


def item_of(session: Session, item: Instrument, day: date) -> dict[str, str]:
    """What is known of the item on `day`: nominal value, class, and its dated properties, numbers with units."""
    found = {name: _text(row.text, row.unit) for name, row in properties_on(session, item.id, day).items()}
    if item.nominal is not None:
        found["nominal"] = _text(item.nominal, item.nominal_unit or "1")
    if item.accuracy_class:
        found["accuracy_class"] = item.accuracy_class
    return found


def circumstances_of(session: Session, procedure: Procedure, record: JobRecord, day: date) -> tuple[Circumstances, ...]:
    """The circumstances of each point of the job, in the order of the points.

    Args:
        session: a session on laboratory and registry.
        procedure: the edition that the job keeps.
        record: what was entered.
        day: the day of the readings.
    """
    job = record.job
    item_row = session.get_one(Instrument, job.item_id)
    item = item_of(session, item_row, day)
    equipment = {
        role: EquipmentInUse(one.instrument.code, one.choice.calibration_id, None, _properties(session, one, day))
        for role, one in record.chosen.items()
        if role in procedure.equipment
    }
    environment = {
        name: tuple(c.canonical for c in record.environment if c.quantity == name) for name in procedure.environment
    }
    kept = {role: _Kept.of(session, one, day) for role, one in record.chosen.items() if role in procedure.standards}
    linear = {one.source.role for one in procedure.inputs.values() if one.source and one.source.is_linear}
    behind = Influences(session).behind
    found = []
    for index, point in enumerate(points_for(procedure, item, adjusted=record.adjustment is not None)):
        quantity = procedure.quantity_of(point)
        standards = {
            role: _standard(one, _place_of(procedure, role, point, item), quantity, behind, linear=role in linear)
            for role, one in kept.items()
        }
        readings = {name: rows_of(table, record, index) for name, table in procedure.readings.items()}
        found.append(
            Circumstances(
                point=point,
                standards=standards,
                equipment=equipment,
                readings=readings,
                environment=environment,
                item=item,
                range=within.numbers if (within := procedure.range_of(point)) else {},
                conformity=_conformity(job, item),
            )
        )
    return tuple(found)


def rows_of(table: ReadingsTable, record: JobRecord, point: int) -> Rows:
    """The readings of one table at one point, None where nothing is read; at least the usual repetitions."""
    last = max((row for (at, name, row, _) in record.readings if at == point and name == table.name), default=-1)
    rows = []
    for row in range(max(table.usual, last + 1)):
        cells = (record.readings.get((point, table.name, row, column.name)) for column in table.columns)
        rows.append(tuple(None if one is None else one.canonical for one in cells))
    return tuple(rows)


@dataclass(frozen=True)
class _Kept:
    """What the registry holds about a standard in use, read once for all points."""

    chosen: Chosen
    results: list[CalibrationResult]
    properties: dict[str, Property]

    @classmethod
    def of(cls, session: Session, one: Chosen, day: date) -> "_Kept":
        """What the registry knows of a chosen standard on `day`."""
        results = after_adjustment(results_of(session, one.calibration.id)) if one.calibration is not None else []
        return cls(one, results, _properties(session, one, day))


def _place_of(procedure: Procedure, role: str, point: dict[str, str], item: dict[str, str]) -> str | None:
    """The nominal value at which a role's result is used: what its input says, else the point's own."""
    for one in procedure.inputs.values():
        if one.source is not None and one.source.role == role:
            try:
                return resolve(one.source.at, procedure, Circumstances(point=point, item=item))[0]
            except Invalid:
                break
    return point.get("nominal")


def _standard(kept: _Kept, nominal: str | None, quantity: str | None, behind: Behind, *, linear: bool) -> StandardInUse:
    """The result of the standard's calibration at a nominal value, as its certificate prints it."""
    instrument, calibration = kept.chosen.instrument, kept.chosen.calibration
    results = [one for one in kept.results if quantity in (None, one.quantity)]
    result = _at_point(results, nominal)
    known = StandardInUse(
        code=instrument.code,
        calibration_id=calibration.id if calibration else None,
        certificate_number=calibration.certificate_number if calibration else None,
        properties=kept.properties,
        accuracy_class=instrument.accuracy_class or None,
        nominal=instrument.nominal,
        nominal_unit=instrument.nominal_unit,
    )
    if result is None:
        return interpolated(known, results, nominal, behind) if linear and nominal is not None else known
    own = result.nominal is not None
    return replace(
        known,
        value=result.value,
        unit=result.unit,
        expanded_uncertainty=result.expanded_uncertainty,
        uncertainty_unit=result.uncertainty_unit or result.unit,
        coverage_factor=result.coverage_factor,
        coverage_probability=result.coverage_probability,
        dof=result.dof,
        nominal=result.nominal if own else known.nominal,
        nominal_unit=result.nominal_unit if own else known.nominal_unit,
        influence_id=result.id,
        result_id=result.id,
        archive=behind(result),
    )


def _at_point(results: list[CalibrationResult], nominal: str | None) -> CalibrationResult | None:
    if nominal is None or (len(results) == 1 and results[0].nominal is None):
        return results[0] if results else None
    wanted = read_quantity(nominal)
    for one in results:
        if one.nominal is not None and same_point(
            one.nominal, one.nominal_unit or one.unit, wanted.typed.canonical, wanted.unit.text
        ):
            return one
    return None


def _properties(session: Session, one: Chosen, day: date) -> dict[str, Property]:
    rows = properties_on(session, one.instrument.id, day)
    return {name: Property(row.text, row.unit, row.id) for name, row in rows.items()}


def _conformity(job: Job, item: dict[str, str]) -> dict[str, str] | None:
    if job.conformity is None:
        return None
    return {"rule": str(job.conformity["rule"]), "accuracy_class": item.get("accuracy_class", "")}


def _text(digits: str, unit: str) -> str:
    return digits if unit in ("", "1") else f"{digits} {unit}"
