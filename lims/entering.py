"""What the technician enters: readings, corrections, conditions, the choice of standards; and what reception notes."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from instruments.bodies import name_on
from instruments.models import Instrument
from instruments.registry import calibration_in_force
from lims import amendments, guards
from lims.errors import Invalid, Refused, Stated
from lims.job_circumstances import item_of
from lims.procedure_format import Procedure
from lims.procedures import points_for
from lims.readings import check_cell, check_condition
from lims.record import Cell, read_record
from lims.step import Act
from lims.store.bench_tables import ItemAdjustment
from lims.store.tables import (
    EnvironmentDecision,
    EnvironmentReading,
    EvaluationRecord,
    Job,
    Reading,
    ReadingDraft,
    StandardChoice,
)
from uncertainty.typed import clean_text

MOST_DRAFT = 200
MOST_ROWS = 200
MOMENTS = ("start", "end")


@dataclass(frozen=True)
class TypedCell:
    """A text typed into one cell: point (from 0), table, row (repetition, from 0) and column."""

    point: int
    table: str
    row: int
    column: str
    text: str

    @property
    def cell(self) -> Cell:
        """Where it stands."""
        return (self.point, self.table, self.row, self.column)


@dataclass(frozen=True)
class CellOutcome:
    """What became of a typed text: saved as a reading, or kept as a draft with what is wrong."""

    cell: Cell
    saved: bool
    text: str
    fault: Stated | None = None


def check_item(session: Session, procedure: Procedure, item: Instrument, day: date) -> None:
    """Refuse an item that lacks what the procedure needs of it, or lies outside its limits, naming what."""
    guards.in_one_record(session, item)
    procedure.item_fits(item_of(session, item, day))


def describe(act: Act, job: Job, condition: tuple[str, str]) -> None:
    """Note the condition of the item at reception (7.4.3) and the place of work, in both languages."""
    job.condition_vi = clean_text(condition[0], field="condition_vi", most=500)
    job.condition_en = clean_text(condition[1], field="condition_en", most=500)
    if not job.condition_vi or not job.condition_en:
        raise Invalid("lims.field_empty", field="condition_en" if job.condition_vi else "condition_vi")
    name = name_on(act.session, job.centre_id, act.day)
    if name is None:
        raise Refused("lims.body_without_name")
    job.place_vi, job.place_en = name.address_vi, name.address_en


def edition_languages(languages: str) -> str:
    """The languages of the certificate: Vietnamese and English, or English only."""
    if languages not in ("vi-en", "en"):
        raise Invalid("lims.languages_unknown", languages=languages)
    return languages


def agreed_conformity(procedure: Procedure, item: Instrument, agreed: dict[str, Any] | None) -> dict[str, Any] | None:
    """The specification and decision rule agreed with the customer before work (7.1.3), checked."""
    offer = procedure.report.conformity
    if agreed is None and (offer is None or offer.optional):
        return None
    if offer is None:
        raise Invalid("lims.no_conformity_offered", procedure=procedure.id)
    if offer.half_width is None and not item.accuracy_class:
        raise Invalid("lims.item_without_class", code=item.code)
    agreed = agreed or {"rule": offer.rules[0]}
    rule = str(agreed.get("rule", ""))
    if rule not in offer.rules:
        raise Invalid("lims.rule_not_offered", rule=rule, offered=", ".join(offer.rules))
    return {"rule": rule, "limits": offer.limits}


def enter(act: Act, job: Job, typed: TypedCell) -> CellOutcome:
    """Keep one typed text: a reading when it is a number, a draft when not; empty takes a draft away."""
    procedure = act.lab.procedure(job.procedure_id, job.procedure_edition)
    _in_the_grid(procedure, typed)
    procedure = _at_the_point(act, job, procedure, typed)
    standing = _standing(act.session, job, typed.cell)
    text = typed.text.strip()
    if not text:
        _drop_draft(act.session, job, typed.cell)
        if standing is not None:
            fault = Refused("lims.reading_not_erased", text=standing.text)
            return CellOutcome(typed.cell, False, standing.text, fault)
        return CellOutcome(typed.cell, True, "")
    try:
        number = check_cell(procedure, typed.table, typed.column, text)
    except Invalid as fault:
        _keep_draft(act, job, typed, fault)
        return CellOutcome(typed.cell, False, text[:MOST_DRAFT], fault)
    _drop_draft(act.session, job, typed.cell)
    if standing is not None:
        if standing.canonical == number.canonical and standing.text == number.typed:
            return CellOutcome(typed.cell, True, standing.text)
        return CellOutcome(typed.cell, False, text, Refused("lims.correction_needs_reason", text=standing.text))
    _insert(act, job, typed, procedure, number.typed, number.canonical, None)
    return CellOutcome(typed.cell, True, number.typed)


def correct(act: Act, job: Job, typed: TypedCell, replaces: str) -> CellOutcome:
    """Keep a correction of the reading `replaces`, which must be the one that counts now."""
    procedure = act.lab.procedure(job.procedure_id, job.procedure_edition)
    _in_the_grid(procedure, typed)
    procedure = _at_the_point(act, job, procedure, typed)
    standing = _standing(act.session, job, typed.cell)
    if standing is None or standing.id != replaces:
        raise Refused("lims.reading_changed_meanwhile", text=standing.text if standing else "–")
    number = check_cell(procedure, typed.table, typed.column, typed.text)
    _drop_draft(act.session, job, typed.cell)
    _insert(act, job, typed, procedure, number.typed, number.canonical, standing)
    return CellOutcome(typed.cell, True, number.typed)


def _in_the_grid(procedure: Procedure, typed: TypedCell) -> None:
    """Refuse a cell that the procedure's grid does not have; who types never sees this, who sends by hand does."""
    table = procedure.readings.get(typed.table)
    known = table is not None and typed.column in {one.name for one in table.columns}
    if (
        not known
        or not 0 <= typed.point < len(procedure.points) * max(1, len(procedure.phases))
        or not 0 <= typed.row < MOST_ROWS
    ):
        place = f"{typed.point + 1}/{typed.table}/{typed.row + 1}/{typed.column}"
        raise Invalid("lims.cell_unknown", cell=place[:80], procedure=procedure.id, most=MOST_ROWS)


def _at_the_point(act: Act, job: Job, procedure: Procedure, typed: TypedCell) -> Procedure:
    """The procedure with the units of the point's range; refuses what belongs to a phase that is not at hand."""
    if not procedure.ranges and not procedure.phases:
        return procedure
    item = act.session.get_one(Instrument, job.item_id)
    adjusted = act.session.exec(select(ItemAdjustment).where(ItemAdjustment.job_id == job.id)).first()
    points = points_for(procedure, item_of(act.session, item, act.day), adjusted=adjusted is not None)
    if typed.point >= len(points):
        raise Refused("documents.not_adjusted_yet", job=job.number)
    point = points[typed.point]
    if adjusted is not None and point.get("phase") == "as_found" and _standing(act.session, job, typed.cell) is None:
        raise Refused("documents.adjusted_already", job=job.number)
    return procedure.at(point)


def _insert(
    act: Act, job: Job, typed: TypedCell, procedure: Procedure, text: str, canonical: str, before: Reading | None
) -> None:
    act.session.add(
        Reading(
            centre_id=job.centre_id,
            job_id=job.id,
            point=typed.point,
            place=typed.table,
            row=typed.row,
            column=typed.column,
            sequence=before.sequence + 1 if before else 1,
            text=text,
            canonical=canonical,
            unit=procedure.readings[typed.table].column(typed.column).unit,
            at=act.now,
            person_id=act.person_id,
            replaces_id=before.id if before else None,
            reason=act.reason if before else "",
        )
    )
    act.session.flush()


def _standing(session: Session, job: Job, cell: Cell) -> Reading | None:
    point, table, row, column = cell
    return session.exec(
        select(Reading)
        .where(
            Reading.job_id == job.id,
            Reading.point == point,
            Reading.place == table,
            Reading.row == row,
            Reading.column == column,
        )
        .order_by(col(Reading.sequence).desc())
    ).first()


def _draft(session: Session, job: Job, cell: Cell) -> ReadingDraft | None:
    point, table, row, column = cell
    return session.exec(
        select(ReadingDraft).where(
            ReadingDraft.job_id == job.id,
            ReadingDraft.point == point,
            ReadingDraft.place == table,
            ReadingDraft.row == row,
            ReadingDraft.column == column,
        )
    ).one_or_none()


def _drop_draft(session: Session, job: Job, cell: Cell) -> None:
    draft = _draft(session, job, cell)
    if draft is not None:
        session.delete(draft)
        session.flush()


def _keep_draft(act: Act, job: Job, typed: TypedCell, fault: Invalid) -> None:
    draft = _draft(act.session, job, typed.cell) or ReadingDraft(
        centre_id=job.centre_id,
        job_id=job.id,
        point=typed.point,
        place=typed.table,
        row=typed.row,
        column=typed.column,
        text="",
        fault_key="",
        at=act.now,
        person_id=act.person_id,
    )
    draft.text = typed.text.replace("\x00", "")[:MOST_DRAFT]
    draft.fault_key, draft.fault_values = fault.key, {k: str(v)[:MOST_DRAFT] for k, v in fault.values.items()}
    draft.at, draft.person_id = act.now, act.person_id
    act.session.add(draft)
    act.session.flush()


def choose(act: Act, job: Job, role: str, instrument_id: str) -> None:
    """Keep the choice of a standard or a piece of equipment for a role; refused by name when it is not usable."""
    procedure = act.lab.procedure(job.procedure_id, job.procedure_edition)
    if role not in procedure.standards and role not in procedure.equipment:
        raise Invalid("lims.role_not_in_procedure", role=role, procedure=procedure.id)
    instrument = act.session.get(Instrument, instrument_id)
    if instrument is None or instrument.keeper_id != job.centre_id:
        raise Refused("lims.not_found")
    kind = "standard" if role in procedure.standards else "equipment"
    guards.usable(act.session, procedure, role, instrument, act.day, act.day)
    before = act.session.exec(
        select(StandardChoice)
        .where(StandardChoice.job_id == job.id, StandardChoice.role == role)
        .order_by(col(StandardChoice.sequence).desc())
    ).first()
    calibration = calibration_in_force(act.session, instrument.id, act.day)
    act.session.add(
        StandardChoice(
            centre_id=job.centre_id,
            job_id=job.id,
            role=role,
            role_kind=kind,
            sequence=before.sequence + 1 if before else 1,
            instrument_id=instrument.id,
            calibration_id=calibration.id if calibration else None,
            at=act.now,
            person_id=act.person_id,
        )
    )


def note_condition(act: Act, job: Job, quantity: str, moment: str, text: str, why: str) -> None:
    """Keep a condition as typed; a second text for the same moment is a correction and needs a reason."""
    procedure = act.lab.procedure(job.procedure_id, job.procedure_edition)
    if moment not in MOMENTS:
        raise Invalid("lims.moment_unknown", moment=moment)
    number = check_condition(procedure, quantity, text)
    before = act.session.exec(
        select(EnvironmentReading)
        .where(
            EnvironmentReading.job_id == job.id,
            EnvironmentReading.quantity == quantity,
            EnvironmentReading.moment == moment,
        )
        .order_by(col(EnvironmentReading.sequence).desc())
    ).first()
    if before is not None and before.text == number.text:
        return
    reason = clean_text(why, field="reason", most=500)
    if before is not None and len(reason) < 10:
        raise Refused("lims.correction_needs_reason", text=before.text)
    act.session.add(
        EnvironmentReading(
            centre_id=job.centre_id,
            job_id=job.id,
            quantity=quantity,
            moment=moment,
            sequence=before.sequence + 1 if before else 1,
            text=number.text,
            canonical=number.canonical,
            unit=procedure.environment[quantity].unit,
            at=act.now,
            person_id=act.person_id,
            replaces_id=before.id if before else None,
            reason=reason,
        )
    )


def decide_conditions(act: Act, job: Job, text_vi: str, text_en: str) -> None:
    """Keep the quality manager's decision; it covers exactly the conditions that are outside now."""
    record = read_record(act.session, job)
    outside = guards.conditions_outside(act, record)
    if not outside:
        raise Refused("lims.nothing_to_decide", job=job.number)
    vi = clean_text(text_vi, field="text_vi", most=500)
    en = clean_text(text_en, field="text_en", most=500)
    if not vi or not en:
        raise Invalid("lims.field_empty", field="text_vi" if not vi else "text_en")
    act.session.add(
        EnvironmentDecision(
            centre_id=job.centre_id,
            job_id=job.id,
            covers=guards.covers(outside),
            text_vi=vi,
            text_en=en,
            at=act.now,
            person_id=act.person_id,
        )
    )


def next_edition(act: Act, job: Job, reason: tuple[str, str]) -> Job:
    """Open the next edition of an issued job with its record as it was; refused while one is open already."""
    after = amendments.bare_edition(act, job, reason)
    record = read_record(act.session, job)
    for reading in record.readings.values():
        _copy(act.session, reading, after, sequence=1, kept_from_id=reading.id, replaces_id=None, reason="")
    for condition in record.environment:
        _copy(act.session, condition, after, sequence=1, replaces_id=None, reason="")
    for one in record.chosen.values():
        _copy(act.session, one.choice, after, sequence=1)
    for decision in record.decisions:
        _copy(act.session, decision, after)
    for check in record.checks.values():
        _copy(act.session, check, after, sequence=1, reason="")
    once = [one for one in (record.adjustment, record.sampling) if one is not None]
    for row in (*record.seals, *record.deviations, *once):
        _copy(act.session, row, after)
    evaluation = act.session.exec(
        select(EvaluationRecord).where(EvaluationRecord.job_id == job.id).order_by(col(EvaluationRecord.at).desc())
    ).first()
    if evaluation is not None:
        _copy(act.session, evaluation, after)
    act.session.flush()
    return after


def _copy(session: Session, row: Any, job: Job, **changed: Any) -> None:
    kept = row.model_dump(exclude={"id", "job_id", *changed})
    session.add(type(row)(**kept, job_id=job.id, **changed))
