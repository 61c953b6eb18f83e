"""The last day of use of a calibration: stated for it, or by the interval its keeper has decided for the instrument.

A certificate carries no interval of itself (ISO/IEC 17025:2017, 7.8.4.3): the interval is a decision of the keeper with
grounds and a day (6.4.7; ILAC-G24:2022, 4), kept as the dated property ``calibration_interval_months``.
"""

import calendar
from datetime import date

from instruments.models import Calibration, InstrumentProperty
from uncertainty.errors import Invalid
from uncertainty.typed import read_number

INTERVAL = "calibration_interval_months"
LONGEST_MONTHS = 1200


def months_after(day: date, months: int) -> date:
    """The same day of the month a number of months later; the last of the month where it has no such day.

    Args:
        day: where to begin.
        months: how many, 0 or more.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def due_date(calibration: Calibration, interval: InstrumentProperty | None) -> date | None:
    """The last day on which a calibration may be used, or None where nobody has set one.

    Args:
        calibration: the calibration; its own ``valid_until`` goes before every interval.
        interval: the property ``calibration_interval_months`` of its instrument in force on the day of use.
    """
    if calibration.valid_until is not None or interval is None:
        return calibration.valid_until
    try:
        months = read_number(interval.text).number
    except Invalid:
        return None
    if months != int(months) or not 0 < months <= LONGEST_MONTHS:
        return None
    return months_after(calibration.performed_on, int(months))
