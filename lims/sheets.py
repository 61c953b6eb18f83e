"""What the screens show of jobs: lists of work, the sheet of one job. Reads only; rules are asked, not repeated."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from sqlmodel import Session, col, select

from instruments.bodies import name_on
from instruments.models import Instrument
from instruments.registry import due_on, find, results_of
from instruments.traceability import chain
from lims import guards
from lims.errors import Refused, Stated
from lims.job_circumstances import circumstances_of
from lims.officers import card_on
from lims.people import LABORATORY_ROLES, competent_people
from lims.point_names import where_of
from lims.procedure_format import Label, Procedure
from lims.readings import grid, unusual
from lims.record import JobRecord, read_record
from lims.results import PointResult, evaluate_point
from lims.step import STEPS, Act, check_job, query
from lims.store.tables import CANCELLED, ISSUED, Job, Person, StepRecord
from uncertainty.wording import Phrase

PHASES = ("receive", "assign", "measure", "review", "approve", "issue")
_REACHED = {
    "RECEIVED": 1, "ASSIGNED": 2, "MEASURING": 2, "IN_REVIEW": 3, "REVIEWED": 4, "APPROVED": 5, "NUMBERED": 5,
    "ISSUED": 6, "CANCELLED": 0,
}  # fmt: skip
_ENDS_PHASE = {
    "assign": "assign", "evaluate": "measure", "review": "review", "approve": "approve", "complete_issue": "issue",
}  # fmt: skip
_NEXT = {
    "RECEIVED": "assign", "ASSIGNED": "record_readings", "MEASURING": "evaluate", "IN_REVIEW": "review",
    "REVIEWED": "approve", "APPROVED": "bind_number", "NUMBERED": "complete_issue",
}  # fmt: skip


@dataclass(frozen=True)
class JobRow:
    """One job in a list."""

    id: str
    number: str
    edition: int
    centre_id: str
    item: Label
    item_code: str
    serial_number: str
    customer: Label
    procedure: Label
    state: str
    received_on: date
    promised_on: date | None
    assigned_to: str
    next_act: str
    mine: bool
    """Whether the next act waits for this very person."""
    supplement: bool = False
    """Whether it amends a certificate by a further document: it has no readings."""


@dataclass(frozen=True)
class ActOffer:
    """An act as a button: allowed, or the reason why not."""

    name: str
    refusal: Stated | None


@dataclass(frozen=True)
class PhaseMark:
    """One part of the step bar."""

    key: str
    state: str
    """done | now | ahead"""
    who: str
    at: datetime | None


@dataclass(frozen=True)
class CellView:
    """One cell of the readings grid."""

    row: int
    column: str
    number: int
    series: int
    load: str
    unit: str
    label: Label
    opens_series: bool
    text: str
    state: str
    """empty | saved | corrected | unusual | wrong"""
    reading_id: str | None
    at: datetime | None
    remark: Stated | Phrase | None
    earlier: tuple[tuple[str, str, datetime, str], ...]
    """Earlier texts: (text, person, when it was replaced, reason)."""


@dataclass(frozen=True)
class TableView:
    """One readings table of one point."""

    name: str
    label: Label
    cells: tuple[CellView, ...]


@dataclass(frozen=True)
class PointView:
    """One point of the job: its readings and the result as it stands now."""

    index: int
    nominal: str
    tables: tuple[TableView, ...]
    result: PointResult
    where: Label | None = None  # its range, and whether as found or as left


@dataclass(frozen=True)
class ConditionView:
    """One condition of the environment."""

    quantity: str
    label: Label
    unit: str
    least: str | None
    most: str | None
    texts: dict[str, str]
    """Text as typed by moment (start, end)."""
    outside: bool
    decided: bool


@dataclass(frozen=True)
class RoleView:
    """A role of the procedure with what was chosen for it and what could be."""

    role: str
    kind: str
    label: Label
    code: str
    name: Label | None
    instrument_id: str | None
    value: str
    unit: str
    expanded_uncertainty: str
    uncertainty_unit: str
    valid_until: date | None
    levels: int
    unbroken: bool
    candidates: tuple[tuple[str, str, Stated | None], ...]
    """What the centre keeps for it: (instrument id, code, why it cannot serve today)."""


@dataclass(frozen=True)
class JobSheet:
    """Everything the job screen shows."""

    row: JobRow
    procedure: Procedure
    condition: Label
    phases: tuple[PhaseMark, ...]
    conditions: tuple[ConditionView, ...]
    roles: tuple[RoleView, ...]
    points: tuple[PointView, ...]
    offers: dict[str, ActOffer]
    technicians: tuple[tuple[str, str], ...]
    trail: tuple[StepRecord, ...]
    names: dict[str, str]
    saved_at: datetime | None
    conformity: dict[str, Any] | None
    checks: tuple[tuple[str, Label, str], ...] = ()
    """(name, label, outcome or nothing) of what is looked at."""
    adjustment: Label | None = None
    seals: tuple[tuple[str, str, Label], ...] = ()
    """(kind, number, place) of labels and seals."""


@query(permission="job.read")
def my_work(act: Act, *, everything: bool = False) -> list[JobRow]:
    """The open jobs of the actor's centres, those that wait for the actor first; all jobs where asked."""
    centres = act.rights.bodies(frozenset(LABORATORY_ROLES))
    wanted = select(Job).where(col(Job.centre_id).in_(centres))
    if not everything:
        wanted = wanted.where(col(Job.state).not_in((ISSUED, CANCELLED)))
    jobs = act.session.exec(wanted.order_by(col(Job.promised_on), col(Job.number)).limit(500)).all()
    rows = [job_row(act, job) for job in jobs]
    return sorted(rows, key=lambda row: not row.mine)


def job_row(act: Act, job: Job) -> JobRow:
    """One job as a row."""
    session = act.session
    item = session.get_one(Instrument, job.item_id)
    customer = name_on(session, job.customer_id, act.day)
    procedure = act.lab.procedure(job.procedure_id, job.procedure_edition)
    assigned = session.get(Person, job.assigned_to) if job.assigned_to else None
    next_act = _NEXT.get(job.state, "")
    mine = bool(next_act) and offer(act, job, next_act).refusal is None
    if mine and job.state in ("ASSIGNED", "MEASURING"):
        mine = job.assigned_to == act.actor.person_id
    return JobRow(
        job.id, job.number, job.edition, job.centre_id, Label(item.name_vi, item.name_en), item.code,
        item.serial_number, Label(customer.name_vi, customer.name_en) if customer else Label("", ""),
        procedure.title, job.state, job.received_on, job.promised_on, assigned.name if assigned else "", next_act, mine,
        job.supplement,
    )  # fmt: skip


def offer(act: Act, job: Job, name: str) -> ActOffer:
    """Ask the rules of a step whether the actor may do it on `job` now (guards on content are asked by the step)."""
    declared = STEPS[name]
    try:
        if not act.rights.holds(declared.permission, job.centre_id):
            raise Refused("lims.not_permitted", act=Phrase(f"acts.{name}"))
        check_job(act, declared, job)
    except Stated as refusal:
        return ActOffer(name, refusal)
    return ActOffer(name, None)


def job_of(act: Act, job_id: str) -> Job:
    """The job, when it is one of the actor's centres; else it does not exist."""
    job = act.session.get(Job, job_id)
    if job is None or not act.rights.holds("job.read", job.centre_id):
        raise Refused("lims.not_found")
    return job


@query(permission="job.read")
def job_sheet(act: Act, job_id: str) -> JobSheet:
    """Everything that the job screen shows, with the results as they stand (first order)."""
    job = job_of(act, job_id)
    record = read_record(act.session, job)
    procedure = act.lab.procedure(job.procedure_id, job.procedure_edition)
    return JobSheet(
        row=job_row(act, job),
        procedure=procedure,
        condition=Label(job.condition_vi, job.condition_en),
        phases=phases(act.session, record),
        conditions=_conditions(act, record, procedure),
        roles=tuple(_role(act, record, procedure, role) for role in (*procedure.standards, *procedure.equipment)),
        points=points(act, record, procedure),
        offers={name: offer(act, job, name) for name, one in STEPS.items() if one.on is Job},
        technicians=tuple(
            (one.id, one.name)
            for one in competent_people(act.session, job.centre_id, job.procedure_id, job.service, "perform", act.day)
            if procedure.verification is None or card_on(act.session, one.id, procedure, act.day) is not None
        ),
        trail=record.steps,
        names=person_names(act.session, record),
        saved_at=max((one.at for one in record.readings.values()), default=None),
        conformity=job.conformity,
        checks=tuple(
            (name, one.label, record.checks[name].outcome if name in record.checks else "")
            for name, one in procedure.checks.items()
        ),
        adjustment=Label(done.text_vi, done.text_en) if (done := record.adjustment) else None,
        seals=tuple((one.kind, one.number, Label(one.place_vi, one.place_en)) for one in record.seals),
    )


@query(permission="job.read")
def live_points(act: Act, job_id: str) -> tuple[PointView, ...]:
    """The points of a job with readings and results as they stand: what is redrawn when a cell is left."""
    job = job_of(act, job_id)
    procedure = act.lab.procedure(job.procedure_id, job.procedure_edition)
    return points(act, read_record(act.session, job), procedure)


def person_names(session: Session, record: JobRecord) -> dict[str, str]:
    """The names of the persons in a record, by id."""
    ids = {one.person_id for one in record.steps if one.person_id}
    ids |= {reading.person_id for rows in record.history.values() for reading in rows}
    ids.add(record.job.received_by)
    people = session.exec(select(Person).where(col(Person.id).in_(ids)))
    return {one.id: one.name for one in people}


def phases(session: Session, record: JobRecord) -> tuple[PhaseMark, ...]:
    """The step bar: who did each phase and when, where the job stands."""
    names = person_names(session, record)
    reached = _REACHED[record.job.state]
    done: dict[str, StepRecord] = {}
    for one in record.steps:
        if one.act in _ENDS_PHASE:
            done[_ENDS_PHASE[one.act]] = one
    marks = []
    for place, key in enumerate(PHASES):
        state = "done" if place < reached else "now" if place == reached else "ahead"
        ended = done.get(key)
        who = names.get(ended.person_id or "", "") if ended else ""
        if key == "receive":
            who = names.get(record.job.received_by, "")
        marks.append(
            PhaseMark(key, state, who if state == "done" else "", ended.at if ended and state == "done" else None)
        )
    return tuple(marks)


def points(act: Act, record: JobRecord, procedure: Procedure) -> tuple[PointView, ...]:
    """The points with their grids and live results."""
    day = record.working_day(act.lab.settings.time_zone, act.day)
    names = person_names(act.session, record)
    found = []
    for index, circumstances in enumerate(circumstances_of(act.session, procedure, record, day)):
        tables, here = [], procedure.at(circumstances.point)
        for name, table in here.readings.items():
            rows = circumstances.readings[name]
            odd = {(one.row, one.column): one.phrase for one in unusual(here, name, rows, circumstances)}
            cells = tuple(_cell(cell, record, index, name, odd, names) for cell in grid(here, name, len(rows)))
            tables.append(TableView(name, table.label, cells))
        result = evaluate_point(procedure, circumstances.point, circumstances)
        found.append(
            PointView(
                index,
                circumstances.point.get("nominal", ""),
                tuple(tables),
                result,
                where_of(procedure, circumstances.point),
            )
        )
    return tuple(found)


def _cell(
    cell: Any, record: JobRecord, index: int, table: str, odd: dict[tuple[int, str], Phrase], names: dict[str, str]
) -> CellView:
    key = (index, table, cell.row, cell.column)
    reading, draft = record.readings.get(key), record.drafts.get(key)
    remark: Stated | Phrase | None = odd.get((cell.row, cell.column))
    text, state = "", "empty"
    if draft is not None:
        text, state, remark = draft.text, "wrong", Phrase(draft.fault_key, dict(draft.fault_values))
    elif reading is not None:
        text = reading.text
        state = "unusual" if remark is not None else "corrected" if reading.sequence > 1 else "saved"
    history = record.history.get(key, [])
    earlier = tuple(
        (one.text, names.get(after.person_id, ""), after.at, after.reason) for one, after in pairwise(history)
    )
    return CellView(
        cell.row, cell.column, cell.number, cell.series, cell.load, cell.unit, cell.label, cell.opens_series, text,
        state,
        reading.id if reading else None, reading.at if reading else None, remark, earlier,
    )  # fmt: skip


def _conditions(act: Act, record: JobRecord, procedure: Procedure) -> tuple[ConditionView, ...]:
    outside = guards.conditions_outside(act, record)
    decided = guards.covers(outside) in {one.covers for one in record.decisions}
    found = []
    for name, one in procedure.environment.items():
        texts = {c.moment: c.text for c in record.environment if c.quantity == name}
        is_out = any(o.quantity == name for o in outside)
        found.append(ConditionView(name, one.label, one.unit, one.least, one.most, texts, is_out, is_out and decided))
    return tuple(found)


def _role(act: Act, record: JobRecord, procedure: Procedure, role: str) -> RoleView:
    session, day = act.session, record.working_day(act.lab.settings.time_zone, act.day)
    kind = "standard" if role in procedure.standards else "equipment"
    label = (procedure.standards if kind == "standard" else procedure.equipment)[role].label
    kept = find(session, "", limit=200, keeper_id=record.job.centre_id, kind=kind)
    candidates = [(one.id, one.code, _why_not(session, procedure, role, one, act.day)) for one in kept]
    if kind == "standard":
        wanted = procedure.standards[role].quantity.casefold()
        candidates = [c for c, one in zip(candidates, kept, strict=True) if one.quantity.casefold() == wanted]
    one = record.chosen.get(role)
    empty = RoleView(role, kind, label, "", None, None, "", "", "", "", None, 0, False, tuple(candidates))
    if one is None:
        return empty
    result = next(iter(results_of(session, one.calibration.id)), None) if one.calibration else None
    traced = chain(session, one.instrument.id, day) if kind == "standard" else None
    return RoleView(
        role, kind, label, one.instrument.code, Label(one.instrument.name_vi, one.instrument.name_en),
        one.instrument.id,
        result.value if result else "", result.unit if result else "",
        (result.expanded_uncertainty or "") if result else "", (result.uncertainty_unit or "") if result else "",
        due_on(session, one.calibration, day) if one.calibration else None, traced.levels if traced else 0,
        traced.unbroken if traced else True, tuple(candidates),
    )  # fmt: skip


def _why_not(session: Session, procedure: Procedure, role: str, instrument: Instrument, day: date) -> Stated | None:
    try:
        guards.usable(session, procedure, role, instrument, day, day)
    except Stated as refusal:
        return refusal
    return None
