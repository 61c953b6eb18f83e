"""What a chain is made of, read from the database: the calibrations above one, and their links.

A constant number of statements, however deep the chain: one recursive statement finds the calibrations above, one reads
their links, and one each their certificates, results, withdrawals, laboratories' names and recognitions. The statements
are built once, and rows are read without the unit of work: a chain is read many times a second and changes nothing.
"""

import itertools
from collections import namedtuple
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from instruments.bodies import Recognitions
from instruments.dated import in_force, in_force_or_first
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
        """The laboratory's name on the day of the calibration, or its first, in two languages; its code without any."""
        calibration = step.calibration
        name = in_force_or_first(self.names[calibration.laboratory_id], calibration.performed_on)
        code = self.bodies[calibration.laboratory_id].code
        return (code, code) if name is None else (name.name_vi, name.name_en)


class _Reading:
    """Rows of a table, and of others joined to it, as tuples that read like their objects; the statement is built once.

    Its parameter `ids` names the rows of the first table by one of its columns.
    """

    def __init__(
        self, model: type[SQLModel], by: str, *joined: tuple[type[SQLModel], Any], order: Sequence[str] = ("id",)
    ) -> None:
        models = (model, *(other for other, _ in joined))
        self.kinds = [_kind(one) for one in models]
        self._ends = list(itertools.accumulate(len(kind._fields) for kind in self.kinds))
        columns = _columns(model)
        chosen = sa.select(*(column for one in models for column in _columns(one)))
        for other, condition in joined:
            chosen = chosen.outerjoin(_table(other), condition)
        chosen = chosen.where(columns[by].in_(sa.bindparam("ids", expanding=True)))
        later = (_columns(other).id for other, _ in joined)
        self._statement = chosen.order_by(*(columns[name] for name in order), *later)

    def rows(self, session: Session, ids: Sequence[str], **given: object) -> Iterator[list[Any]]:
        """The rows of some ids, in portions; None stands for a joined row that is not there."""
        connection, starts = session.connection(), [0, *self._ends[:-1]]
        parts = list(zip(self.kinds, starts, self._ends, strict=True))
        for first in range(0, len(ids), AT_ONCE):
            found = connection.execute(self._statement, {"ids": list(ids[first : first + AT_ONCE]), **given})
            for row in found:
                yield [kind._make(row[start:end]) if row[start] is not None else None for kind, start, end in parts]


def _kind(model: type[SQLModel]) -> Any:
    """A tuple with the columns of a table; every table's first column is its id."""
    plain = namedtuple(model.__name__, [column.name for column in _columns(model)])  # type: ignore[misc]
    return type(model.__name__, (plain,), {"__slots__": (), "__subject__": getattr(model, "__subject__", ())})


def _table(model: type[SQLModel]) -> Any:
    return SQLModel.metadata.tables[str(model.__tablename__)]


def _columns(model: type[SQLModel]) -> Any:
    return _table(model).c


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
_LINK = _kind(TraceabilityLink)
_STEPS = _Reading(
    Calibration,
    "id",
    (Instrument, _columns(Instrument).id == _columns(Calibration).instrument_id),
    (
        CalibrationWithdrawal,
        (_columns(CalibrationWithdrawal).calibration_id == _columns(Calibration).id)
        & (_columns(CalibrationWithdrawal).withdrawn_on <= sa.bindparam("known_on")),
    ),
)
_RESULTS = _Reading(CalibrationResult, "calibration_id", order=("position", "id"))
_BODIES = _Reading(Body, "id", (BodyName, _columns(BodyName).body_id == _columns(Body).id))
_RECOGNITIONS = _Reading(
    Recognition,
    "body_id",
    (
        ScopeLine,
        (_columns(ScopeLine).body_id == _columns(Recognition).body_id)
        & (_columns(ScopeLine).kind == _columns(Recognition).kind)
        & (_columns(ScopeLine).number == _columns(Recognition).number),
    ),
)
_INTERVALS = _Reading(InstrumentProperty, "instrument_id")


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
    bodies: dict[str, Body] = {}
    names: dict[str, list[BodyName]] = {body_id: [] for body_id in laboratories}
    for body, name in _BODIES.rows(session, laboratories):
        bodies[body.id] = body
        if name is not None:
            names[body.id].append(name)
    recognitions: dict[str, Recognition] = {}
    lines: dict[str, ScopeLine] = {}
    for recognition, line in _RECOGNITIONS.rows(session, laboratories):
        recognitions[recognition.id] = recognition
        if line is not None:
            lines[line.id] = line
    return ChainRows(
        steps=steps,
        above={calibration_id: tuple(group) for calibration_id, group in above.items()},
        recognitions=Recognitions(recognitions.values(), lines.values()),
        bodies=bodies,
        names=names,
        intervals=_intervals(session, sorted({step.instrument.id for step in steps.values()})),
    )


def _intervals(session: Session, instrument_ids: Sequence[str]) -> dict[str, list[InstrumentProperty]]:
    found: dict[str, list[InstrumentProperty]] = {}
    for (row,) in _INTERVALS.rows(session, instrument_ids):
        if row.name == INTERVAL:
            found.setdefault(row.instrument_id, []).append(row)
    return found


def _steps(session: Session, ids: Sequence[str], known_on: date) -> dict[str, Step]:
    results: dict[str, list[CalibrationResult]] = {}
    for (result,) in _RESULTS.rows(session, ids):
        results.setdefault(result.calibration_id, []).append(result)
    steps: dict[str, Step] = {}
    for calibration, instrument, withdrawal in _STEPS.rows(session, ids, known_on=known_on):
        step = Step(calibration, instrument, tuple(results.get(calibration.id, ())), withdrawal)
        steps.setdefault(calibration.id, step)  # of two withdrawals the first statement stays
    return steps
