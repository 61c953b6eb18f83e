"""What a chain is made of, read from the database: the calibrations above one, and their links.

One statement, however deep the chain (`chain_statement`), and one more where a laboratory is met whose mark is new; a
chain is read many times a second and changes nothing. What a row says is put together once: the same text read again
gives the same `Step`, the same mark the same `Standing`, so that whatever was found out about them can be kept by what
they are.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from sqlmodel import Session

from instruments import chain_statement as statement
from instruments.bodies import Recognitions
from instruments.dated import in_force, in_force_or_first
from instruments.intervals import due_date
from instruments.models import (
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
KEPT, LONGEST_KEPT = 4096, 4000
"""How many calibrations and laboratories are kept once put together, and the longest text that is."""


@dataclass(frozen=True, eq=False, slots=True)
class Standing:
    """A laboratory: what it was called, and what it has been recognised for."""

    code: str
    names: tuple[BodyName, ...]
    recognitions: Recognitions
    _called: dict[date, tuple[str, str]] = field(default_factory=dict)

    def called(self, day: date) -> tuple[str, str]:
        """Its name on a day, or its first, in two languages; its code without any."""
        found = self._called.get(day)
        if found is None:
            name = in_force_or_first(self.names, day)
            found = (self.code, self.code) if name is None else (name.name_vi, name.name_en)
            self._called[day] = found
        return found


@dataclass(eq=False, slots=True)  # not frozen: thousands are made a second, and that takes thrice the time
class Step:
    """One calibration of a chain, with what is needed to judge it: its links upwards, and what is known of it.

    ``standing`` is the mark of what is known of its laboratory; ``kept`` tells whether it is small enough to be met
    again as the same one.
    """

    calibration: Calibration
    instrument: Instrument
    links: tuple[TraceabilityLink, ...]
    results: tuple[CalibrationResult, ...]
    withdrawal: CalibrationWithdrawal | None
    intervals: tuple[InstrumentProperty, ...]
    standing: str
    kept: bool

    def due(self, day: date) -> date | None:
        """The last day on which the calibration may be used, by what was decided up to the day of use."""
        stated = self.calibration.valid_until
        return stated if stated is not None else due_date(self.calibration, in_force(self.intervals, day))


@dataclass(frozen=True, slots=True)
class ChainRows:
    """Everything above some calibrations, which are the `lowest`: calibrations and laboratories by their ids."""

    lowest: tuple[str, ...]
    steps: Mapping[str, Step]
    laboratories: Mapping[str, Standing]


def read(session: Session, calibration_id: str, known_on: date) -> ChainRows:
    """Everything above a calibration, that itself included.

    Args:
        session: a session on the registry.
        calibration_id: where to begin.
        known_on: withdrawals made known after this day are left out.
    """
    values = {"calibration": calibration_id, "known_on": known_on}
    return _sorted(session, statement.read_rows(session, "calibration", values))


def read_latest(session: Session, instrument_id: str, day: date, known_on: date) -> ChainRows:
    """The same above the calibration of an instrument that is the latest on a day; nothing where there is none."""
    values = {"instrument": instrument_id, "day": day, "known_on": known_on}
    return _sorted(session, statement.read_rows(session, "instrument", values))


def read_many(session: Session, calibration_ids: Sequence[str], known_on: date) -> Iterator[ChainRows]:
    """The same above many calibrations, in portions."""
    for first in range(0, len(calibration_ids), AT_ONCE):
        values = {"calibrations": list(calibration_ids[first : first + AT_ONCE]), "known_on": known_on}
        yield _sorted(session, statement.read_rows(session, "calibrations", values))


def _sorted(session: Session, rows: Sequence[Sequence[str]]) -> ChainRows:
    """The rows of the statement, each put together and in its place."""
    lowest: list[str] = []
    steps: dict[str, Step] = {}
    marks: dict[str, str] = {}
    for (text,) in rows:
        about, step = _kept(text) if len(text) <= LONGEST_KEPT else _put_together(text)
        calibration = step.calibration
        steps[calibration.id] = step
        marks[calibration.laboratory_id] = step.standing
        if about == statement.LOWEST:
            lowest.append(calibration.id)
    return ChainRows(tuple(lowest), steps, _standings(session, marks))


_standings_kept: dict[tuple[str, str], Standing] = {}


def _standings(session: Session, marks: Mapping[str, str]) -> dict[str, Standing]:
    """What is known of laboratories by their ids, read where their mark was not met before.

    A mark is made anew, by chance and never twice, whenever something is added: what was read under it holds for ever,
    whoever reads it. A body without one is read each time.
    """
    found: dict[str, Standing] = {}
    for mark in marks.items():
        if (known := _standings_kept.get(mark)) is not None:
            found[mark[0]] = known
    if len(found) == len(marks):
        return found
    for (text,) in statement.read_standings(session, [key for key in marks if key not in found]):
        key, mark, code, names, recognitions, lines = _DECODE(text)[0]
        recognised = Recognitions(statement.RECOGNITION.rows(recognitions), statement.LINE.rows(lines))
        found[key] = Standing(code, tuple(statement.NAME.rows(names)), recognised)
        if mark:
            if len(_standings_kept) >= KEPT:
                _standings_kept.clear()
            _standings_kept[key, mark] = found[key]
    return found


_DECODE = json.JSONDecoder().raw_decode


def _put_together(text: str) -> tuple[int, Step]:
    """What a row is about, and the `Step`."""
    (about, standing, calibration, instrument, links, results, withdrawals, intervals), _ = _DECODE(text)
    found = statement.RESULT.rows(results)
    if len(found) > 1:
        found.sort(key=lambda one: one.position)  # they come in the order of their ids
    known = statement.WITHDRAWAL.rows(withdrawals)
    step = Step(
        statement.CALIBRATION.row(calibration),
        statement.INSTRUMENT.row(instrument),
        tuple(statement.LINK.rows(links)),
        tuple(found),
        known[0] if known else None,  # of two withdrawals the first statement stays
        tuple(statement.INTERVALS.rows(intervals)),
        standing,
        len(text) <= LONGEST_KEPT,
    )
    return about, step


_kept = lru_cache(maxsize=KEPT)(_put_together)
