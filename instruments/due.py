"""When calibrations run out: the last day of use of every instrument that is in use, in a few statements.

Source: ISO/IEC 17025:2017, 6.4.7, 6.4.8 and 6.4.13 g.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, or_, select

from instruments.dated import in_force
from instruments.intervals import INTERVAL, due_date
from instruments.models import Calibration, CalibrationWithdrawal, Instrument, InstrumentProperty

AT_ONCE = 500
NOT_DUE = ("retired", "out_of_service")


@dataclass(frozen=True)
class Due:
    """An instrument with the calibration that counts and its last day of use."""

    instrument: Instrument
    calibration: Calibration
    day: date


def due_instruments(
    session: Session, day: date, *, keepers: Collection[str] | None, owners: Collection[str] | None,
    until: date | None = None, kind: str | None = None,
) -> list[Due]:  # fmt: skip
    """The instruments whose calibration runs out, the earliest first; those without a day of their own are left out.

    Args:
        session: a session on the registry.
        day: the day asked about.
        keepers: instruments that one of these bodies keeps ...
        owners: ... or owns; with both None those of all bodies.
        until: only what runs out up to this day.
        kind: standard, equipment or item.
    """
    wanted = select(Instrument).where(col(Instrument.status).not_in(NOT_DUE))
    if keepers is not None or owners is not None:
        wanted = wanted.where(
            or_(col(Instrument.keeper_id).in_(keepers or ()), col(Instrument.owner_id).in_(owners or ()))
        )
    if kind is not None:
        wanted = wanted.where(Instrument.kind == kind)
    found = []
    instruments = session.exec(wanted.order_by(col(Instrument.code))).all()
    for first in range(0, len(instruments), AT_ONCE):
        found += _due(session, instruments[first : first + AT_ONCE], day)
    return sorted(
        (one for one in found if until is None or one.day <= until), key=lambda one: (one.day, one.instrument.code)
    )


def _due(session: Session, instruments: Sequence[Instrument], day: date) -> list[Due]:
    ids = [one.id for one in instruments]
    withdrawn = select(CalibrationWithdrawal.calibration_id).where(col(CalibrationWithdrawal.withdrawn_on) <= day)
    mine = select(Calibration).where(
        col(Calibration.instrument_id).in_(ids), col(Calibration.performed_on) <= day,
        Calibration.service == "calibration", col(Calibration.id).not_in(withdrawn),
    )  # fmt: skip
    order = (col(Calibration.performed_on), col(Calibration.issued_on), col(Calibration.id))
    latest = {one.instrument_id: one for one in session.exec(mine.order_by(*order))}
    intervals = _intervals(session, ids)
    found = []
    for one in instruments:
        calibration = latest.get(one.id)
        last = due_date(calibration, in_force(intervals.get(one.id, []), day)) if calibration else None
        if calibration is not None and last is not None:
            found.append(Due(one, calibration, last))
    return found


def _intervals(session: Session, ids: Sequence[str]) -> dict[str, list[InstrumentProperty]]:
    rows: Any = session.exec(
        select(InstrumentProperty).where(
            col(InstrumentProperty.instrument_id).in_(ids), InstrumentProperty.name == INTERVAL
        )
    )
    found: dict[str, list[InstrumentProperty]] = {}
    for row in rows:
        found.setdefault(row.instrument_id, []).append(row)
    return found
