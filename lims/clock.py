"""The laboratory's clock: the only place where the time of day is read.

Acts take their time from a clock that is handed in, so that tests and the demonstration can set it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Whatever tells the time in UTC."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class SystemClock:
    """The clock of the computer."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)


@dataclass
class SetClock:
    """A clock that stands where it was put; it moves by itself by `tick_s` seconds at each reading."""

    moment: datetime
    tick_s: float = 0.0

    def now(self) -> datetime:
        """Return the moment the clock was put to, aware, in UTC, then tick."""
        present = self.moment
        self.moment = present + timedelta(seconds=self.tick_s)
        return present

    def put(self, moment: datetime) -> None:
        """Put the clock to `moment` (aware)."""
        self.moment = moment.astimezone(UTC)


def local_day(moment: datetime, time_zone: str) -> date:
    """Return the calendar day of `moment` (aware) in the legal time zone of the laboratory."""
    return moment.astimezone(ZoneInfo(time_zone)).date()


def local_iso(moment: datetime, time_zone: str) -> str:
    """Return `moment` (aware) in ISO 8601 with the offset of the legal time zone: 2026-11-20T16:42:05+07:00."""
    return moment.astimezone(ZoneInfo(time_zone)).isoformat(timespec="seconds")
