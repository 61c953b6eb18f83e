"""What a chain is made of, read from the database: the calibrations above one, and their links.

A constant number of statements, however deep the chain: one recursive statement finds the calibrations above, one reads
their links, and one each their certificates, results, withdrawals, laboratories' names and recognitions.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from instruments.bodies import Recognitions, all_names
from instruments.dated import in_force
from instruments.intervals import INTERVAL, due_date
from instruments.models import (
    Body,
    BodyName,
    Calibration,
    CalibrationResult,
    CalibrationWithdrawal,
    Instrument,
    InstrumentProperty,
    TraceabilityLink,
)

AT_ONCE = 500
"""Identifiers in one statement; SQLite permits 32 766, and a chain rarely has 50."""


@dataclass(frozen=True)
class Step:
    """One calibration of a chain, with what is needed to judge it."""

    calibration: Calibration
    instrument: Instrument
    results: tuple[CalibrationResult, ...]
    withdrawal: CalibrationWithdrawal | None


@dataclass(frozen=True)
class ChainRows:
    """Everything above some calibrations."""

    steps: dict[str, Step]
    above: dict[str, tuple[TraceabilityLink, ...]]
    recognitions: Recognitions
    bodies: dict[str, Body]
    names: dict[str, list[BodyName]]
    intervals: dict[str, list[InstrumentProperty]]

    def due(self, step: Step, day: date) -> date | None:
        """The last day on which a calibration may be used, by what was decided up to the day of use."""
        return due_date(step.calibration, in_force(self.intervals.get(step.instrument.id, ()), day))

    def laboratory(self, step: Step) -> tuple[str, str]:
        """The name of the laboratory on the day of the calibration, in Vietnamese and English; its code without one."""
        calibration = step.calibration
        name = in_force(self.names[calibration.laboratory_id], calibration.performed_on)
        code = self.bodies[calibration.laboratory_id].code
        return (code, code) if name is None else (name.name_vi, name.name_en)


def read(session: Session, calibration_ids: Sequence[str], known_on: date) -> ChainRows:
    """Everything above some calibrations, those themselves included.

    Args:
        session: a session on the registry.
        calibration_ids: where to begin.
        known_on: withdrawals made known after this day are left out.
    """
    links = list(session.exec(_links_above(calibration_ids)))
    above: dict[str, list[TraceabilityLink]] = {}
    for link in sorted(links, key=lambda one: one.id):
        above.setdefault(link.calibration_id, []).append(link)
    ids = sorted({*calibration_ids, *(link.upstream_calibration_id for link in links)})
    steps = _steps(session, ids, known_on)
    laboratories = {step.calibration.laboratory_id for step in steps.values()}
    found = session.exec(select(Body).where(col(Body.id).in_(sorted(laboratories))))
    return ChainRows(
        steps=steps,
        above={calibration_id: tuple(group) for calibration_id, group in above.items()},
        recognitions=Recognitions.of(session, laboratories),
        bodies={body.id: body for body in found},
        names=all_names(session, laboratories),
        intervals=_intervals(session, sorted({step.instrument.id for step in steps.values()})),
    )


def _intervals(session: Session, instrument_ids: Sequence[str]) -> dict[str, list[InstrumentProperty]]:
    found: dict[str, list[InstrumentProperty]] = {}
    for some in _portions(instrument_ids):
        mine = select(InstrumentProperty).where(col(InstrumentProperty.instrument_id).in_(some))
        for row in session.exec(mine.where(col(InstrumentProperty.name) == INTERVAL)):
            found.setdefault(row.instrument_id, []).append(row)
    return found


def _links_above(calibration_ids: Sequence[str]) -> SelectOfScalar[TraceabilityLink]:
    """The links of every calibration above some.

    UNION (not UNION ALL) keeps each calibration once: the recursion ends on a cycle and does not multiply on diamonds.
    """
    start = select(Calibration.id).where(col(Calibration.id).in_(calibration_ids))
    reached = start.cte("reached", recursive=True)
    step = aliased(TraceabilityLink)
    upward = select(col(step.upstream_calibration_id)).join(reached, col(step.calibration_id) == reached.c.id)
    reached = reached.union(upward)
    return select(TraceabilityLink).join(reached, col(TraceabilityLink.calibration_id) == reached.c.id)


def _steps(session: Session, ids: Sequence[str], known_on: date) -> dict[str, Step]:
    results: dict[str, list[CalibrationResult]] = {}
    withdrawals: dict[str, CalibrationWithdrawal] = {}
    pairs: list[tuple[Calibration, Instrument]] = []
    for some in _portions(ids):
        chosen = select(CalibrationResult).where(col(CalibrationResult.calibration_id).in_(some))
        for result in session.exec(chosen.order_by(col(CalibrationResult.position), col(CalibrationResult.id))):
            results.setdefault(result.calibration_id, []).append(result)
        withdrawn = select(CalibrationWithdrawal).where(
            col(CalibrationWithdrawal.calibration_id).in_(some), col(CalibrationWithdrawal.withdrawn_on) <= known_on
        )
        for withdrawal in session.exec(withdrawn.order_by(col(CalibrationWithdrawal.id).desc())):
            withdrawals[withdrawal.calibration_id] = withdrawal  # the first statement stays, being read last
        joined = select(Calibration, Instrument).join(Instrument, col(Instrument.id) == col(Calibration.instrument_id))
        pairs += session.exec(joined.where(col(Calibration.id).in_(some)))
    return {
        calibration.id: Step(
            calibration, instrument, tuple(results.get(calibration.id, ())), withdrawals.get(calibration.id)
        )
        for calibration, instrument in pairs
    }


def _portions(ids: Sequence[str]) -> Iterator[Iterable[str]]:
    for first in range(0, len(ids), AT_ONCE):
        yield ids[first : first + AT_ONCE]
