"""What the registry holds of many instruments at once, for a register that goes to another program."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import defer
from sqlmodel import Session, SQLModel, col, select

from instruments.bodies import all_names
from instruments.dated import each_in_force, in_force, in_force_or_first
from instruments.fact_models import (
    Certification,
    InstrumentComponent,
    InstrumentFile,
    InstrumentPlace,
    InstrumentRange,
    InstrumentState,
)
from instruments.history_models import Adjustment, AsFoundResult, IntermediateCheck
from instruments.models import (
    Body,
    Calibration,
    CalibrationResult,
    CalibrationWithdrawal,
    Instrument,
    InstrumentProperty,
)
from instruments.received import CalibrationSource
from lims.store.tables import Certificate, CertificateIssue, Job

AT_ONCE = 500


@dataclass(frozen=True)
class NamedFile:
    """A file by its name and hash, and whether it is a Digital Calibration Certificate by itself."""

    name: str
    sha256: str
    dcc: bool = False


@dataclass
class HeldCalibration:
    """One calibration with everything that the registry holds of it."""

    row: Calibration
    laboratory: str
    procedure: str = ""
    results: list[CalibrationResult] = field(default_factory=list)
    as_found: dict[str, AsFoundResult] = field(default_factory=dict)
    """By the id of the result that was left."""
    files: list[NamedFile] = field(default_factory=list)
    withdrawn: CalibrationWithdrawal | None = None


@dataclass
class HeldInstrument:
    """One instrument with everything that the registry holds of it on a day."""

    row: Instrument
    owner: str
    keeper: str
    place: str = ""
    ranges: list[InstrumentRange] = field(default_factory=list)
    properties: list[InstrumentProperty] = field(default_factory=list)
    states: list[InstrumentState] = field(default_factory=list)
    certifications: list[Certification] = field(default_factory=list)
    parts: list[tuple[InstrumentComponent, Instrument]] = field(default_factory=list)
    files: list[InstrumentFile] = field(default_factory=list)
    checks: list[IntermediateCheck] = field(default_factory=list)
    adjustments: list[Adjustment] = field(default_factory=list)
    calibrations: list[HeldCalibration] = field(default_factory=list)


def held_instruments(session: Session, ids: Sequence[str], day: date) -> Iterator[HeldInstrument]:
    """What is held of instruments on a day, in the order of their ids as given; merged records speak for the kept one.

    Args:
        session: a session on the registry.
        ids: of records that go on; read by some hundreds.
        day: what was entered to hold later is left out.
    """
    for first in range(0, len(ids), AT_ONCE):
        yield from _some(session, ids[first : first + AT_ONCE], day)
        session.expunge_all()


def _some(session: Session, ids: Sequence[str], day: date) -> list[HeldInstrument]:
    found = session.exec(select(Instrument).where(col(Instrument.id).in_(ids)))
    rows = {one.id: one for one in found}
    codes = dict(session.exec(select(Body.id, Body.code).where(col(Body.id).in_(_bodies(rows.values())))).all())
    held = {
        one: HeldInstrument(rows[one], codes[rows[one].owner_id], codes.get(rows[one].keeper_id or "", ""))
        for one in ids
    }
    merged = select(Instrument.id, Instrument.merged_into_id).where(col(Instrument.merged_into_id).in_(ids))
    belongs = {one: one for one in ids} | {one: str(kept) for one, kept in session.exec(merged)}
    _add_facts(session, held, day)
    for model, name in ((IntermediateCheck, "checks"), (Adjustment, "adjustments")):
        for row in _of(session, model, belongs):
            getattr(held[belongs[row.instrument_id]], name).append(row)
    for one in _calibrations(session, sorted(belongs), day):
        held[belongs[one.row.instrument_id]].calibrations.append(one)
    return [held[one] for one in ids]


def _bodies(instruments: Any) -> set[str]:
    return {body for one in instruments for body in (one.owner_id, one.keeper_id) if body}


def _of(session: Session, model: Any, ids: Any) -> Sequence[Any]:
    """The rows of a table about some instruments, in the order in which they were entered."""
    return session.exec(select(model).where(col(model.instrument_id).in_(ids)).order_by(model.id)).all()


def _add_facts(session: Session, held: Mapping[str, HeldInstrument], day: date) -> None:
    """What holds of each instrument on the day."""
    dated = (
        (InstrumentRange, "ranges"), (InstrumentProperty, "properties"), (Certification, "certifications"),
        (InstrumentFile, "files"),
    )  # fmt: skip
    for model, name in dated:
        for row in each_in_force(_of(session, model, held), day):
            getattr(held[row.instrument_id], name).append(row)
    places: dict[str, list[InstrumentPlace]] = {}
    for row in _of(session, InstrumentPlace, held):
        places.setdefault(row.instrument_id, []).append(row)
    for key, rows in places.items():
        place = in_force(rows, day)
        held[key].place = place.place if place else ""
    for row in _of(session, InstrumentState, held):
        if row.valid_from <= day:
            held[row.instrument_id].states.append(row)
    joined = select(InstrumentComponent, Instrument).join(
        Instrument, col(Instrument.id) == col(InstrumentComponent.component_id)
    )
    parts = session.exec(joined.where(col(InstrumentComponent.system_id).in_(held)).order_by(Instrument.code)).all()
    what = {one.id: instrument for one, instrument in parts}
    for row in each_in_force([one for one, _ in parts], day):
        held[row.system_id].parts.append((row, what[row.id]))


def _calibrations(session: Session, instrument_ids: Sequence[str], day: date) -> list[HeldCalibration]:
    """The calibrations of instruments that were issued up to a day, the earliest first."""
    wanted = select(Calibration).where(col(Calibration.instrument_id).in_(instrument_ids))
    rows = session.exec(wanted.where(Calibration.issued_on <= day)).all()
    rows = sorted(rows, key=lambda one: (one.performed_on, one.issued_on, one.id))
    names = all_names(session, {one.laboratory_id for one in rows})
    held: dict[str, HeldCalibration] = {}
    for row in rows:
        name = in_force_or_first(names.get(row.laboratory_id, ()), row.issued_on)
        said = dict.fromkeys((name.name_vi, name.name_en)) if name else ()
        held[row.id] = HeldCalibration(row, " / ".join(one for one in said if one))
    for first in range(0, len(rows), AT_ONCE):
        _add_results(session, held, [one.id for one in rows[first : first + AT_ONCE]], day)
    return list(held.values())


def _add_results(session: Session, held: Mapping[str, HeldCalibration], ids: Sequence[str], day: date) -> None:
    """Results, what was found before an adjustment, files and withdrawals of some calibrations."""
    heavy = (defer(_column(CalibrationResult, "archive")), defer(_column(CalibrationResult, "influences")))
    results = select(CalibrationResult).where(col(CalibrationResult.calibration_id).in_(ids)).options(*heavy)
    of = {}
    for row in session.exec(results.order_by(col(CalibrationResult.position), col(CalibrationResult.id))):
        held[row.calibration_id].results.append(row)
        of[row.id] = row.calibration_id
    found = select(AsFoundResult).join(CalibrationResult, col(CalibrationResult.id) == col(AsFoundResult.result_id))
    for one in session.exec(found.where(col(CalibrationResult.calibration_id).in_(ids))):
        held[of[one.result_id]].as_found[one.result_id] = one
    for source in session.exec(select(CalibrationSource).where(col(CalibrationSource.calibration_id).in_(ids))):
        alone = source.kind == "dcc" and source.file_name.lower().endswith(".xml")
        held[source.calibration_id].files.append(NamedFile(source.file_name, source.file_sha256, alone))
    gone = select(CalibrationWithdrawal).where(col(CalibrationWithdrawal.calibration_id).in_(ids))
    for withdrawal in session.exec(gone.where(CalibrationWithdrawal.withdrawn_on <= day)):
        held[withdrawal.calibration_id].withdrawn = withdrawal
    _add_own(session, held, ids)


def _add_own(session: Session, held: Mapping[str, HeldCalibration], ids: Sequence[str]) -> None:
    """Procedure and file of the calibrations whose certificates this laboratory issued."""
    issued = (
        sa.select(
            col(Calibration.id), col(Certificate.number), col(Job.procedure_id), col(Job.procedure_edition),
            col(CertificateIssue.file_sha256),
        )
        .join(Certificate, col(Certificate.id) == col(Calibration.own_certificate_id))
        .join(Job, col(Job.id) == col(Certificate.job_id))
        .join(CertificateIssue, col(CertificateIssue.certificate_id) == col(Certificate.id))
        .where(col(Calibration.id).in_(ids))
    )  # fmt: skip
    for key, number, procedure, edition, sha256 in session.connection().execute(issued):
        held[key].procedure = f"{procedure} {edition}"
        held[key].files.append(NamedFile(f"{number}.pdf", sha256))


def _column(model: type[SQLModel], name: str) -> Any:
    return getattr(model, name)
