"""The latest calibration of many instruments at once, found in the database for each by its index."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from instruments.dated import in_force
from instruments.intervals import INTERVAL, due_date
from instruments.models import Calibration, Instrument, InstrumentProperty

AT_ONCE = 500


def latest_id(instrument_id: Any, day: date, service: str = "calibration") -> Any:
    """The part of a statement that gives, for an instrument of it, the id of its calibration latest on a day.

    Withdrawn ones are left out, as everywhere; calibrations of merged records are those of another instrument here.
    With another service, its verification or test.
    """
    one = SQLModel.metadata.tables["calibration"].alias("one")
    withdrawal = SQLModel.metadata.tables["calibration_withdrawal"]
    withdrawn = sa.exists().where(withdrawal.c.calibration_id == one.c.id, withdrawal.c.withdrawn_on <= day)
    return (
        sa.select(one.c.id)
        .where(one.c.instrument_id == instrument_id, one.c.performed_on <= day, one.c.service == service)
        .where(~withdrawn)
        .order_by(one.c.performed_on.desc(), one.c.issued_on.desc(), one.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def latest_calibrations(session: Session, instrument_ids: Sequence[str], day: date) -> dict[str, Calibration]:
    """What `registry.latest_calibration` gives, for many instruments, by their ids; those without one are left out."""
    found: dict[str, Calibration] = {}
    for first in range(0, len(instrument_ids), AT_ONCE):
        some = list(instrument_ids[first : first + AT_ONCE])
        merged = select(Instrument.id, Instrument.merged_into_id).where(col(Instrument.merged_into_id).in_(some))
        belongs = {one: one for one in some} | dict(session.exec(merged).all())
        latest = select(Calibration).join(Instrument, col(Calibration.id) == latest_id(col(Instrument.id), day))
        for one in session.exec(latest.where(col(Instrument.id).in_(belongs))):
            instrument = belongs[one.instrument_id]
            assert instrument is not None
            before = found.get(instrument)
            if before is None or _order(before) < _order(one):
                found[instrument] = one
    return found


def _order(one: Calibration) -> tuple[date, date, str]:
    return one.performed_on, one.issued_on, one.id


def intervals_of(session: Session, instrument_ids: Sequence[str]) -> dict[str, list[InstrumentProperty]]:
    """The intervals that were ever decided for instruments, by their ids."""
    found: dict[str, list[InstrumentProperty]] = {}
    for first in range(0, len(instrument_ids), AT_ONCE):
        mine = col(InstrumentProperty.instrument_id).in_(instrument_ids[first : first + AT_ONCE])
        for row in session.exec(select(InstrumentProperty).where(mine, InstrumentProperty.name == INTERVAL)):
            found.setdefault(row.instrument_id, []).append(row)
    return found


def due_days(session: Session, latest: Mapping[str, Calibration], day: date) -> dict[str, date | None]:
    """The last day of use of calibrations by what was decided up to a day, by the ids of their instruments."""
    asked = sorted({one.instrument_id for one in latest.values() if one.valid_until is None})
    intervals = intervals_of(session, asked)
    return {key: due_date(one, in_force(intervals.get(one.instrument_id, ()), day)) for key, one in latest.items()}
