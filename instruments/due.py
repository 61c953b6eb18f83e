"""When calibrations run out: the last day of use of every instrument that is in use, in a few statements.

Source: ISO/IEC 17025:2017, 6.4.7, 6.4.8 and 6.4.13 g; Law on Measurement 04/2011/QH13 (periodic verification).
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select
from sqlalchemy import select as columns_of
from sqlmodel import Session, col, or_, select

from instruments.dated import in_force
from instruments.intervals import INTERVAL, due_date
from instruments.latest import AT_ONCE, intervals_of, latest_id
from instruments.models import Calibration, Instrument, InstrumentProperty

NOT_DUE = ("retired", "out_of_service")
ITEM = "item"
SERVICES = ("calibration", "verification")
"""The services after which something falls due: a calibration by interval, a verification by law."""
_NAMED = (col(Instrument.code), col(Instrument.owner_id), col(Instrument.id), col(Calibration.id))


class DueDay(NamedTuple):
    """The last day of use of an instrument, in the order of a calendar, with what is needed to sort and to count."""

    day: date
    code: str
    owner_id: str
    instrument_id: str
    calibration_id: str


@dataclass(frozen=True)
class Due:
    """An instrument with the calibration that counts and its last day of use."""

    instrument: Instrument
    calibration: Calibration
    day: date


def due_days(
    session: Session, day: date, *, keepers: Collection[str] | None, owners: Collection[str] | None,
    until: date | None = None, kind: str | None = None,
) -> list[DueDay]:  # fmt: skip
    """The instruments whose calibration runs out, the earliest first; those without a day of their own are left out.

    The days stated on certificates are compared in the database; only those that follow from an interval are computed
    here. Of items the legal period of a verification counts too, beside their calibration.

    Args:
        session: a session on the registry.
        day: the day asked about.
        keepers: instruments that one of these bodies keeps ...
        owners: ... or owns; with both None those of all bodies.
        until: only what runs out up to this day.
        kind: standard, equipment or item.
    """
    if keepers is None and owners is None:
        return _found(session, day, (), until, kind)
    mine = or_(col(Instrument.keeper_id).in_(keepers or ()), col(Instrument.owner_id).in_(owners or ()))
    return _found(session, day, (mine,), until, kind)


def due_of_customers(
    session: Session, day: date, *, laboratories: Collection[str] | None, until: date | None = None
) -> list[DueDay]:
    """The items of customers that these laboratories calibrated or verified last, the earliest day first.

    Args:
        session: a session on the registry.
        day: the day asked about.
        laboratories: whose own certificates count; with None those of all laboratories of this system.
        until: only what runs out up to this day.
    """
    own: list[Any] = [col(Calibration.own_certificate_id).is_not(None)]
    if laboratories is not None:
        own.append(col(Calibration.laboratory_id).in_(laboratories))
    # The items are found by the laboratory's index first: the latest calibration is not looked up for every other one.
    items = col(Instrument.id).in_(select(Calibration.instrument_id).where(*own))
    return _found(session, day, (*own, items), until, ITEM)


def _found(
    session: Session, day: date, which: Sequence[Any], until: date | None, kind: str | None
) -> list[DueDay]:  # fmt: skip
    """The instruments that some conditions name, with their last days of use."""
    found: list[DueDay] = []
    if kind is not None:
        which = (*which, col(Instrument.kind) == kind)
    for service in SERVICES if kind in (None, ITEM) else SERVICES[:1]:
        wanted: Any = columns_of(col(Calibration.valid_until), *_NAMED).join(
            Calibration, col(Calibration.id) == latest_id(col(Instrument.id), day, service)
        )
        wanted = wanted.where(col(Instrument.status).not_in(NOT_DUE), *which)
        if service != SERVICES[0]:
            wanted = wanted.where(col(Instrument.kind) == ITEM)
        stated = wanted.where(
            col(Calibration.valid_until).is_not(None) if until is None else col(Calibration.valid_until) <= until
        )
        found += [DueDay(*row) for row in session.connection().execute(stated)]
        if service == SERVICES[0]:
            found += (one for one in _by_interval(session, wanted, day) if until is None or one.day <= until)
    return sorted(found)


def _by_interval(session: Session, wanted: Select[Any], day: date) -> Iterator[DueDay]:
    """Those whose certificate states no day, but for which an interval was decided."""
    decided = col(Instrument.id).in_(
        select(InstrumentProperty.instrument_id).where(col(InstrumentProperty.name) == INTERVAL)
    )
    open_ones = wanted.where(col(Calibration.valid_until).is_(None), decided)
    rows = session.connection().execute(open_ones.add_columns(col(Calibration.instrument_id))).all()
    calibrations = {one.id: one for one in _calibrations(session, [row[4] for row in rows])}
    intervals = intervals_of(session, sorted({row[5] for row in rows}))
    for _, code, owner_id, instrument_id, calibration_id, of in rows:
        last = due_date(calibrations[calibration_id], in_force(intervals.get(of, ()), day))
        if last is not None:
            yield DueDay(last, code, owner_id, instrument_id, calibration_id)


def described(session: Session, some: Sequence[DueDay]) -> list[Due]:
    """The same with their instruments and calibrations, in the same order."""
    instruments: dict[str, Instrument] = {}
    for first in range(0, len(some), AT_ONCE):
        ids = [one.instrument_id for one in some[first : first + AT_ONCE]]
        instruments |= {one.id: one for one in session.exec(select(Instrument).where(col(Instrument.id).in_(ids)))}
    calibrations = {one.id: one for one in _calibrations(session, [one.calibration_id for one in some])}
    return [Due(instruments[one.instrument_id], calibrations[one.calibration_id], one.day) for one in some]


def _calibrations(session: Session, ids: Sequence[str]) -> Iterator[Calibration]:
    for first in range(0, len(ids), AT_ONCE):
        yield from session.exec(select(Calibration).where(col(Calibration.id).in_(ids[first : first + AT_ONCE])))
