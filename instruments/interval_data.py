"""What the review of an interval works on: what calibrations found, counters of use, checks, and what is permitted.

What is permitted of a deviation is the property ``maximum_permissible_error``; where there is none, the change between
two calibrations is held against ``drift_limit``. Only what was found counts, never what was left (ILAC-G24:2022, 6).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from instruments.drift import Drift
from instruments.interval_methods import MONTH_DAYS, Event
from instruments.intervals import INTERVAL
from instruments.models import Instrument, InstrumentProperty
from instruments.registry import latest_calibration, properties_on
from instruments.series import InstrumentHistory, Observed, PointSeries, history_of
from uncertainty.errors import Invalid
from uncertainty.typed import read_number
from uncertainty.units import convert

PERMITTED, CHANGE = "maximum_permissible_error", "drift_limit"
LEGAL = "verification_period_months"
COUNTER = "hours_in_use"


@dataclass(frozen=True)
class IntervalData:
    """All that a method may look at for one instrument on a day."""

    instrument: Instrument
    day: date
    current: int | None
    legal: int | None
    events: tuple[Event, ...]
    drifts: tuple[tuple[Drift, date, float, float], ...]
    counters: tuple[tuple[date, float], ...]
    outcomes: tuple[str, ...]


def interval_data(session: Session, instrument: Instrument, day: date) -> IntervalData:
    """The data of one instrument as known on a day.

    Args:
        session: a session on the registry.
        instrument: the instrument.
        day: the day asked about.
    """
    history = history_of(session, instrument.id, day)
    held = properties_on(session, instrument.id, day)
    latest = latest_calibration(session, instrument.id, day)
    current = _months(held.get(INTERVAL))
    if current is None and latest is not None and latest.valid_until is not None:
        current = round((latest.valid_until - latest.performed_on).days / MONTH_DAYS)
    since = date.min if latest is None else latest.performed_on
    checks = sorted((one.day, one.outcome) for series in history.series for one in series.checks if one.day >= since)
    return IntervalData(
        instrument, day, current or None, _months(held.get(LEGAL)), tuple(_events(history, held, instrument.code)),
        tuple(_drifts(history, held)), _counters(session, instrument.id, day), tuple(outcome for _, outcome in checks),
    )  # fmt: skip


def family_of(session: Session, instrument: Instrument) -> list[Instrument]:
    """The instruments of the same kind that the same centre keeps: quantity, class, level and type, itself included."""
    mine = select(Instrument).where(
        col(Instrument.keeper_id) == instrument.keeper_id, col(Instrument.kind) == instrument.kind,
        col(Instrument.quantity) == instrument.quantity, col(Instrument.accuracy_class) == instrument.accuracy_class,
        col(Instrument.maker) == instrument.maker, col(Instrument.model) == instrument.model,
    )  # fmt: skip
    return [one for one in session.exec(mine.order_by(col(Instrument.code))) if one.level == instrument.level]


def family_events(session: Session, instrument: Instrument, day: date) -> list[Event]:
    """What was found at all calibrations of the family, in the order of time."""
    events = [event for one in family_of(session, instrument) for event in interval_data(session, one, day).events]
    return sorted(events, key=lambda one: (one.day, one.instrument))


def _months(row: InstrumentProperty | None) -> int | None:
    if row is None:
        return None
    try:
        months = read_number(row.text).number
    except Invalid:
        return None
    return int(months) if months == int(months) and months > 0 else None


def _limit(held: dict[str, InstrumentProperty], name: str, unit: str) -> float | None:
    """A limit in the unit of a series; None where there is none or it does not fit."""
    row = held.get(name)
    if row is None:
        return None
    try:
        limit = abs(convert(float(read_number(row.text)), row.unit, unit, difference=True))
    except Invalid:
        return None
    return limit or None


def _events(history: InstrumentHistory, held: dict[str, InstrumentProperty], code: str) -> list[Event]:
    """Each calibration after the first, with the largest share of what is permitted that it found at any point."""
    shares: dict[date, float] = {}
    for series in history.series:
        for day, share in _shares(series, held):
            shares[day] = max(shares.get(day, 0.0), share)
    days = sorted({one.day for series in history.series for one in series.observed})
    before = dict(zip(days[1:], days, strict=False))
    return [
        Event(day, (day - before[day]).days / MONTH_DAYS, share, code)
        for day, share in sorted(shares.items())
        if day in before
    ]


def _shares(series: PointSeries, held: dict[str, InstrumentProperty]) -> list[tuple[date, float]]:
    permitted, change = _limit(held, PERMITTED, series.unit), _limit(held, CHANGE, series.unit)
    found = [one for one in series.observed if one.state != "as_left"]
    if permitted is not None and (series.nominal is not None or series.kind != "value"):
        return [(one.day, abs(one.value) / permitted) for one in found]
    if change is None:
        return []
    pairs = [(one, _left_before(series.observed, one)) for one in found]
    return [(one.day, abs(one.value - left.value) / change) for one, left in pairs if left is not None]


def _left_before(observed: Sequence[Observed], one: Observed) -> Observed | None:
    """What the calibration before had left, where no adjustment lies between."""
    earlier = [each for each in observed if each.day < one.day and each.stretch == one.stretch]
    return earlier[-1] if earlier else None


def _drifts(history: InstrumentHistory, held: dict[str, InstrumentProperty]) -> list[tuple[Drift, date, float, float]]:
    found = []
    for series in history.series:
        if series.drift is None:
            continue
        last = series.observed[-1]
        permitted, change = _limit(held, PERMITTED, series.unit), _limit(held, CHANGE, series.unit)
        if permitted is not None and (series.nominal is not None or series.kind != "value"):
            found.append((series.drift, last.day, -permitted, permitted))
        elif change is not None:
            found.append((series.drift, last.day, last.value - change, last.value + change))
    return found


def _counters(session: Session, instrument_id: str, day: date) -> tuple[tuple[date, float], ...]:
    mine = select(InstrumentProperty).where(
        col(InstrumentProperty.instrument_id) == instrument_id, col(InstrumentProperty.name) == COUNTER,
        col(InstrumentProperty.valid_from) <= day,
    )  # fmt: skip
    rows = session.exec(mine.order_by(col(InstrumentProperty.valid_from), col(InstrumentProperty.id)))
    return tuple((row.valid_from, float(read_number(row.text))) for row in rows)
