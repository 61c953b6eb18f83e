"""What a chain is made of, read from the database: the calibrations above one, and their links.

A constant number of statements, however deep the chain: one recursive statement finds the calibrations above, one reads
their links, and one each their certificates, results, withdrawals, laboratories' names and recognitions. The statements
are built once, and rows are read without the unit of work: a chain is read many times a second and changes nothing.
"""

from collections import namedtuple
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from instruments.bodies import Recognitions
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
    Recognition,
    ScopeLine,
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


class _Reading:
    """One table's rows as tuples that read like its objects, by a statement built once with the parameter `ids`."""

    def __init__(self, model: type[SQLModel], by: str, *more: Any, order: Sequence[str] = ("id",)) -> None:
        columns = _columns(model)
        plain = namedtuple(model.__name__, [column.name for column in columns])  # type: ignore[misc]
        about = {"__slots__": (), "__subject__": getattr(model, "__subject__", ())}
        self.kind: Any = type(model.__name__, (plain,), about)
        chosen = sa.select(*columns).where(columns[by].in_(sa.bindparam("ids", expanding=True)), *more)
        self._statement = chosen.order_by(*(columns[name] for name in order))

    def rows(self, session: Session, ids: Sequence[str], **given: object) -> Iterator[Any]:
        """The rows of some ids, in portions."""
        connection = session.connection()
        for first in range(0, len(ids), AT_ONCE):
            found = connection.execute(self._statement, {"ids": list(ids[first : first + AT_ONCE]), **given})
            yield from map(self.kind._make, found)


def _columns(model: type[SQLModel]) -> Any:
    return SQLModel.metadata.tables[str(model.__tablename__)].c


def _links_above() -> Any:
    """The links of every calibration above some.

    UNION (not UNION ALL) keeps each calibration once: the recursion ends on a cycle and does not multiply on diamonds.
    """
    calibration, link = _columns(Calibration), SQLModel.metadata.tables["traceability_link"]
    start = sa.select(calibration.id).where(calibration.id.in_(sa.bindparam("ids", expanding=True)))
    reached = start.cte("reached", recursive=True)
    step = link.alias("step")
    reached = reached.union(
        sa.select(step.c.upstream_calibration_id).join(reached, step.c.calibration_id == reached.c.id)
    )
    return sa.select(link).join(reached, link.c.calibration_id == reached.c.id).order_by(link.c.id)


_LINKS = _links_above()
_LINK = _Reading(TraceabilityLink, "id").kind
_CALIBRATIONS, _INSTRUMENTS = _Reading(Calibration, "id"), _Reading(Instrument, "id")
_RESULTS = _Reading(CalibrationResult, "calibration_id", order=("position", "id"))
_WITHDRAWALS = _Reading(
    CalibrationWithdrawal, "calibration_id", _columns(CalibrationWithdrawal).withdrawn_on <= sa.bindparam("known_on")
)
_BODIES, _NAMES = _Reading(Body, "id"), _Reading(BodyName, "body_id")
_RECOGNITIONS, _SCOPES = _Reading(Recognition, "body_id"), _Reading(ScopeLine, "body_id")
_INTERVALS = _Reading(InstrumentProperty, "instrument_id", _columns(InstrumentProperty).name == INTERVAL)


def read(session: Session, calibration_ids: Sequence[str], known_on: date) -> ChainRows:
    """Everything above some calibrations, those themselves included.

    Args:
        session: a session on the registry.
        calibration_ids: where to begin.
        known_on: withdrawals made known after this day are left out.
    """
    session.flush()  # the rows below are not the unit of work's, which would do it
    above: dict[str, list[Any]] = {}
    ids = set(calibration_ids)
    for row in session.connection().execute(_LINKS, {"ids": list(calibration_ids)}):
        link = _LINK._make(row)
        above.setdefault(link.calibration_id, []).append(link)
        ids.add(link.upstream_calibration_id)
    steps = _steps(session, sorted(ids), known_on)
    laboratories = sorted({step.calibration.laboratory_id for step in steps.values()})
    names: dict[str, list[BodyName]] = {body_id: [] for body_id in laboratories}
    for name in _NAMES.rows(session, laboratories):
        names[name.body_id].append(name)
    intervals: dict[str, list[InstrumentProperty]] = {}
    for row in _INTERVALS.rows(session, sorted({step.instrument.id for step in steps.values()})):
        intervals.setdefault(row.instrument_id, []).append(row)
    return ChainRows(
        steps=steps,
        above={calibration_id: tuple(group) for calibration_id, group in above.items()},
        recognitions=Recognitions(_RECOGNITIONS.rows(session, laboratories), _SCOPES.rows(session, laboratories)),
        bodies={body.id: body for body in _BODIES.rows(session, laboratories)},
        names=names,
        intervals=intervals,
    )


def _steps(session: Session, ids: Sequence[str], known_on: date) -> dict[str, Step]:
    results: dict[str, list[CalibrationResult]] = {}
    withdrawals: dict[str, CalibrationWithdrawal] = {}
    for result in _RESULTS.rows(session, ids):
        results.setdefault(result.calibration_id, []).append(result)
    for withdrawal in _WITHDRAWALS.rows(session, ids, known_on=known_on):
        withdrawals.setdefault(withdrawal.calibration_id, withdrawal)  # the first statement stays
    calibrations = list(_CALIBRATIONS.rows(session, ids))
    owned = sorted({one.instrument_id for one in calibrations})
    instruments = {one.id: one for one in _INSTRUMENTS.rows(session, owned)}
    return {
        one.id: Step(one, instruments[one.instrument_id], tuple(results.get(one.id, ())), withdrawals.get(one.id))
        for one in calibrations
    }
