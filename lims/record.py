"""The technical record of a job as it stands: readings, conditions, standards chosen (ISO/IEC 17025, 7.5).

Of each cell the newest row counts; the older ones stay readable.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlmodel import Session, col, select

from instruments.models import Calibration, Instrument
from lims.clock import local_day
from lims.store.bench_tables import CheckOutcome, ItemAdjustment, MethodDeviation, SamplingRecord, Seal
from lims.store.tables import (
    EnvironmentDecision,
    EnvironmentReading,
    EvaluationRecord,
    Job,
    Reading,
    ReadingDraft,
    StandardChoice,
    StepRecord,
)

Cell = tuple[int, str, int, str]
"""Where a reading stands: point, table, row (repetition), column."""
VOID = "void_"
"""Before the kind of a label or seal that was spoiled: it is on no item, and its number is used up."""
Row = TypeVar("Row", Reading, EnvironmentReading, StandardChoice, CheckOutcome)


@dataclass(frozen=True)
class Chosen:
    """A standard or equipment in use for a role, with the calibration that gives its value."""

    choice: StandardChoice
    instrument: Instrument
    calibration: Calibration | None


@dataclass(frozen=True)
class JobRecord:
    """Everything that was entered for one edition of a job."""

    job: Job
    readings: dict[Cell, Reading]
    history: dict[Cell, list[Reading]]
    drafts: dict[Cell, ReadingDraft]
    environment: tuple[EnvironmentReading, ...]
    decisions: tuple[EnvironmentDecision, ...]
    chosen: dict[str, Chosen]
    steps: tuple[StepRecord, ...]
    checks: dict[str, CheckOutcome]
    adjustment: ItemAdjustment | None
    seals: tuple[Seal, ...]
    spoiled: tuple[Seal, ...]
    deviations: tuple[MethodDeviation, ...] = ()
    sampling: SamplingRecord | None = None

    def days(self, time_zone: str) -> tuple[date, ...]:
        """The days on which readings were taken, in order."""
        return tuple(sorted({local_day(one.at, time_zone) for one in self.readings.values()}))

    def working_day(self, time_zone: str, today: date) -> date:
        """The last day of readings, today while there are none: what is in force is asked for this day."""
        days = self.days(time_zone)
        return days[-1] if days else today

    def span(self) -> tuple[datetime, datetime] | None:
        """The first and the last moment of the readings."""
        moments = [one.at for one in self.readings.values()]
        return (min(moments), max(moments)) if moments else None

    def last_step(self, *acts: str) -> StepRecord | None:
        """The newest record of one of `acts`."""
        for one in reversed(self.steps):
            if one.act in acts:
                return one
        return None


def read_record(session: Session, job: Job) -> JobRecord:
    """Read the record of `job`."""
    history: dict[Cell, list[Reading]] = {}
    for one in _rows(session, Reading, job):
        history.setdefault((one.point, one.place, one.row, one.column), []).append(one)
    readings = {cell: rows[-1] for cell, rows in history.items()}
    drafts = session.exec(select(ReadingDraft).where(ReadingDraft.job_id == job.id))
    conditions: dict[tuple[str, str], EnvironmentReading] = {}
    for condition in _rows(session, EnvironmentReading, job):
        conditions[condition.quantity, condition.moment] = condition
    decisions = session.exec(
        select(EnvironmentDecision).where(EnvironmentDecision.job_id == job.id).order_by(col(EnvironmentDecision.at))
    )
    steps = session.exec(select(StepRecord).where(StepRecord.job_id == job.id).order_by(col(StepRecord.version_after)))
    return JobRecord(
        job,
        readings,
        history,
        {(one.point, one.place, one.row, one.column): one for one in drafts},
        tuple(conditions.values()),
        tuple(decisions),
        chosen(session, job),
        tuple(steps),
        {one.name: one for one in _rows(session, CheckOutcome, job)},
        session.exec(select(ItemAdjustment).where(ItemAdjustment.job_id == job.id)).one_or_none(),
        *_seals(session, job),
        tuple(
            session.exec(select(MethodDeviation).where(MethodDeviation.job_id == job.id).order_by(MethodDeviation.id))
        ),
        session.exec(select(SamplingRecord).where(SamplingRecord.job_id == job.id)).one_or_none(),
    )


def _seals(session: Session, job: Job) -> tuple[tuple[Seal, ...], tuple[Seal, ...]]:
    """The labels and seals that are on the item, and those that were spoiled."""
    rows = session.exec(select(Seal).where(Seal.job_id == job.id).order_by(col(Seal.kind), col(Seal.number))).all()
    spoiled = tuple(one for one in rows if one.kind.startswith(VOID))
    gone = {(one.kind.removeprefix(VOID), one.number) for one in spoiled}
    return tuple(one for one in rows if one not in spoiled and (one.kind, one.number) not in gone), spoiled


def _rows(session: Session, table: type[Row], job: Job) -> Sequence[Row]:
    return session.exec(select(table).where(table.job_id == job.id).order_by(col(table.sequence), col(table.id))).all()


def chosen(session: Session, job: Job) -> dict[str, Chosen]:
    """The standards and the equipment in use, by role."""
    found: dict[str, Chosen] = {}
    for choice in _rows(session, StandardChoice, job):
        instrument = session.get_one(Instrument, choice.instrument_id)
        calibration = session.get(Calibration, choice.calibration_id) if choice.calibration_id else None
        found[choice.role] = Chosen(choice, instrument, calibration)
    return found


def last_evaluation(session: Session, job: Job) -> EvaluationRecord | None:
    """The evaluation with which the job was last sent for review."""
    return session.exec(
        select(EvaluationRecord).where(EvaluationRecord.job_id == job.id).order_by(col(EvaluationRecord.at).desc())
    ).first()


def in_order(cells: Iterable[Cell]) -> list[Cell]:
    """Cells by point, table and repetition."""
    return sorted(cells)
