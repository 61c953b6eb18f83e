"""Who owns an instrument and who owned it on a day: changes are dated rows, the present owner stands with the record.

Source: ISO/IEC 17025:2017, 4.2.1, 6.4.13 and 7.4.2.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from instruments.fact_models import InstrumentOwner
from instruments.identity import present
from instruments.models import Body, Instrument
from instruments.points import shown_day
from uncertainty.errors import Invalid, Refused

AT_ONCE = 500


@dataclass(frozen=True)
class Ownership:
    """A body owned an instrument from a day to a day; None: from before it was known here, or until now."""

    owner_id: str
    since: date | None
    until: date | None
    reason: str = ""
    decided_by: str = ""


def change_owner(
    session: Session, instrument: Instrument, owner_id: str, *, since: date, reason: str, decided_by: str, day: date
) -> InstrumentOwner:
    """An instrument that has another owner, from a day on.

    Args:
        session: a session on the registry, in a write transaction.
        instrument: the instrument.
        owner_id: the body that owns it from then on.
        since: the first day of the new owner; not to come, and not before the change on record.
        reason: how it changed hands.
        decided_by: the name of the person who enters it.
        day: today.

    Raises:
        Invalid: the day is to come, or before the last change.
        Refused: the body does not exist, owns it already, or the record was merged into another.
    """
    if session.get(Body, owner_id) is None:
        raise Refused("lims.not_found")
    if instrument.merged_into_id is not None:
        other = present(session, instrument)
        raise Refused("instruments.merged_already", code=instrument.code, other=other.code)
    if owner_id == instrument.owner_id:
        raise Refused("owners.same", code=instrument.code)
    if since > day:
        raise Invalid("owners.day_to_come", day=shown_day(since))
    changes = _changes(session, [instrument.id]).get(instrument.id, [])
    if changes and since < changes[-1].valid_from:
        raise Invalid("owners.before_last", day=shown_day(since), last=shown_day(changes[-1].valid_from))
    row = InstrumentOwner(
        instrument_id=instrument.id, owner_id=owner_id, former_id=instrument.owner_id, reason=reason,
        decided_by=decided_by, valid_from=since,
    )  # fmt: skip
    instrument.owner_id = owner_id
    session.add_all((row, instrument))
    session.flush()
    return row


def ownerships(session: Session, instrument: Instrument) -> tuple[Ownership, ...]:
    """Everybody who has owned an instrument, the present owner first."""
    return _periods(instrument, _changes(session, [instrument.id]).get(instrument.id, []))


def owners_at(session: Session, asked: Collection[tuple[Instrument, date]]) -> dict[tuple[str, date], str]:
    """The owners of several instruments on their days: (instrument id, day) -> body id.

    Args:
        session: a session on the registry.
        asked: instruments, each with the day asked about; one may be asked about several times.
    """
    changes = _changes(session, sorted({one.id for one, _ in asked}))
    found: dict[tuple[str, date], str] = {}
    for one, day in asked:
        begun = (kept for kept in _periods(one, changes.get(one.id, [])) if kept.since is None or kept.since <= day)
        found[one.id, day] = next(begun).owner_id
    return found


def _changes(session: Session, ids: Collection[str]) -> dict[str, list[InstrumentOwner]]:
    """The changes of owner of some instruments in their order."""
    found: dict[str, list[InstrumentOwner]] = {}
    wanted = list(ids)
    for first in range(0, len(wanted), AT_ONCE):
        rows = select(InstrumentOwner).where(col(InstrumentOwner.instrument_id).in_(wanted[first : first + AT_ONCE]))
        for row in session.exec(rows.order_by(col(InstrumentOwner.valid_from), col(InstrumentOwner.id))):
            found.setdefault(row.instrument_id, []).append(row)
    return found


def _periods(instrument: Instrument, changes: list[InstrumentOwner]) -> tuple[Ownership, ...]:
    """The owners of an instrument by its changes, the latest first; two changes on one day leave no period between."""
    if not changes:
        return (Ownership(instrument.owner_id, None, None),)
    found = [Ownership(changes[0].former_id, None, changes[0].valid_from)]
    for place, one in enumerate(changes):
        until = changes[place + 1].valid_from if place + 1 < len(changes) else None
        found.append(Ownership(one.owner_id, one.valid_from, until, one.reason, one.decided_by))
    return tuple(reversed(found))
