"""The two clocks of a measurement standard: its calibration, and its certification where verification law asks one.

The one place where it is decided which of them run on a day; `lims.guards.in_date` refuses by it.

Source: ISO/IEC 17025:2017, 6.4.7 to 6.4.9; for certification `data/levels.toml`.
"""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from instruments.dated import in_force
from instruments.fact_models import Certification
from instruments.levels import certified_services
from instruments.models import Calibration
from instruments.registry import due_on, latest_calibration


@dataclass(frozen=True)
class Clocks:
    """Where the two clocks of a standard stand on a day.

    ``calibration`` is the one last performed and not withdrawn, in date or not; ``certification`` the one last issued.
    A last day that is None has not been set.
    """

    day: date
    calibration: Calibration | None
    calibrated_until: date | None
    certification: Certification | None

    @property
    def calibrated(self) -> bool:
        """Whether its calibration is in force on the day."""
        return self.calibration is not None and (self.calibrated_until is None or self.day <= self.calibrated_until)

    @property
    def certified(self) -> bool:
        """Whether its certification is in force on the day."""
        held = self.certification
        return held is not None and not held.ended and (held.valid_to is None or self.day <= held.valid_to)


def clocks_on(session: Session, instrument_id: str, day: date, *, known_on: date | None = None) -> Clocks:
    """Where the clocks of a standard stand on a day.

    Args:
        session: a session on the registry.
        instrument_id: the standard.
        day: the day of use.
        known_on: withdrawals made known up to this day count; the day of use when absent.
    """
    calibration = latest_calibration(session, instrument_id, day, known_on=known_on)
    due = due_on(session, calibration, day) if calibration is not None else None
    return Clocks(day, calibration, due, latest_certification(session, instrument_id, day))


def latest_certification(session: Session, instrument_id: str, day: date) -> Certification | None:
    """The certification last issued up to a day, in date or not; None where there is none or it was taken back."""
    mine = select(Certification).where(
        col(Certification.instrument_id) == instrument_id, col(Certification.valid_from) <= day
    )
    rows = session.exec(mine).all()
    held = in_force(rows, day)
    if held is not None or not rows:
        return held
    newest = max(rows, key=lambda one: (one.valid_from, one.id))
    return None if newest.ended else newest


def asks_certification(service: str) -> bool:
    """Whether standards used in a service need a certification besides their calibration."""
    return service in certified_services()
