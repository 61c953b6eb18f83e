"""What a chain is made of, read from the database: the calibrations above one, and their links.

One statement, however deep the chain (`chain_statement`); a chain is read many times a second and changes nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from instruments import chain_statement as statement
from instruments.bodies import Recognitions
from instruments.dated import in_force, in_force_or_first
from instruments.intervals import due_date
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
"""Chains in one statement; SQLite permits 32 766 values in one."""


@dataclass(frozen=True)
class Step:
    """One calibration of a chain, with what is needed to judge it."""

    calibration: Calibration
    instrument: Instrument
    results: tuple[CalibrationResult, ...]
    withdrawal: CalibrationWithdrawal | None


@dataclass(frozen=True)
class ChainRows:
    """Everything above some calibrations, which are the `lowest`.

    Of recognitions and scopes it holds those of the kinds that the calibrations claim.
    """

    lowest: tuple[str, ...]
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


def read(session: Session, calibration_id: str, known_on: date) -> ChainRows:
    """Everything above a calibration, that itself included.

    Args:
        session: a session on the registry.
        calibration_id: where to begin.
        known_on: withdrawals made known after this day are left out.
    """
    return _sorted(statement.read_rows(session, "calibration", {"calibration": calibration_id, "known_on": known_on}))


def read_latest(session: Session, instrument_id: str, day: date, known_on: date) -> ChainRows:
    """The same above the calibration of an instrument that is the latest on a day; nothing where there is none."""
    values = {"instrument": instrument_id, "day": day, "known_on": known_on}
    return _sorted(statement.read_rows(session, "instrument", values))


def read_many(session: Session, calibration_ids: Sequence[str], known_on: date) -> Iterator[ChainRows]:
    """The same above many calibrations, in portions."""
    for first in range(0, len(calibration_ids), AT_ONCE):
        values = {"calibrations": list(calibration_ids[first : first + AT_ONCE]), "known_on": known_on}
        yield _sorted(statement.read_rows(session, "calibrations", values))


def _sorted(rows: Iterable[Sequence[Any]]) -> ChainRows:
    """The rows of the statement, each kind in its place and in its order."""
    parts: tuple[list[Any], ...] = tuple([] for _ in statement.PARTS)
    for row in rows:
        parts[row[0]].append(row[1] if row[0] == statement.LOWEST else statement.tuples_of(row))
    above: dict[str, list[Any]] = {}
    for (link,) in sorted(parts[statement.LINKS]):
        above.setdefault(link.calibration_id, []).append(link)
    bodies: dict[str, Body] = {}
    names: dict[str, dict[str, BodyName]] = {}
    for body, name in parts[statement.BODIES]:
        bodies[body.id] = body
        known = names.setdefault(body.id, {})
        if name is not None:
            known[name.id] = name
    intervals: dict[str, list[InstrumentProperty]] = {}
    for (interval,) in parts[statement.INTERVALS]:
        intervals.setdefault(interval.instrument_id, []).append(interval)
    recognitions, lines = (
        {one.id: one for (one,) in parts[kind]}.values() for kind in (statement.RECOGNITIONS, statement.LINES)
    )
    return ChainRows(
        lowest=tuple(parts[statement.LOWEST]),
        steps=_steps(parts[statement.STEPS], parts[statement.RESULTS]),
        above={calibration_id: tuple(group) for calibration_id, group in above.items()},
        recognitions=Recognitions(recognitions, lines),
        bodies=bodies,
        names={body_id: list(known.values()) for body_id, known in names.items()},
        intervals=intervals,
    )


def _steps(found: Sequence[Any], results: Sequence[Any]) -> dict[str, Step]:
    groups: dict[str, list[Any]] = {}
    for (result,) in results:
        groups.setdefault(result.calibration_id, []).append(result)
    for group in groups.values():
        if len(group) > 1:
            group.sort(key=lambda one: (one.position, one.id))
    steps: dict[str, Step] = {}
    for calibration, instrument, withdrawal in found:
        before = steps.get(calibration.id)
        if before is not None and before.withdrawal.id < withdrawal.id:  # type: ignore[union-attr]
            continue  # of two withdrawals the first statement stays
        steps[calibration.id] = Step(calibration, instrument, tuple(groups.get(calibration.id, ())), withdrawal)
    return steps
