"""Standards held from use while it is looked into what was wrong with them (ISO/IEC 17025, 6.4.9 and 7.10.1)."""

from sqlmodel import Session, col, select

from instruments.identity import records_of
from lims.errors import Refused
from lims.store.impact_tables import ImpactCase, StandardHold, StandardRelease


def hold_of(session: Session, instrument_id: str) -> StandardHold | None:
    """The first hold of an instrument that nobody has released; None where it may be used."""
    open_ones = (
        select(StandardHold)
        .join(StandardRelease, col(StandardRelease.hold_id) == col(StandardHold.id), isouter=True)
        .where(
            col(StandardHold.instrument_id).in_(records_of(session, instrument_id)),
            col(StandardRelease.hold_id).is_(None),
        )
    )
    return session.exec(open_ones.order_by(col(StandardHold.id))).first()


def not_held(session: Session, instrument_id: str, code: str) -> None:
    """Refuse a standard that a case holds from use, with the case and its reason.

    Raises:
        Refused: it is held.
    """
    hold = hold_of(session, instrument_id)
    if hold is not None:
        case = session.get_one(ImpactCase, hold.case_id)
        raise Refused("impact.standard_held", code=code, case=case.number, reason=hold.reason)
