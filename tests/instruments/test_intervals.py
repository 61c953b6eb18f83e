"""The last day of use: stated for a calibration, or by the interval decided for its instrument."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from instruments.history import history
from instruments.intervals import INTERVAL, due_date, months_after
from instruments.models import Calibration, InstrumentProperty
from instruments.registry import calibration_in_force, due_on
from instruments.traceability import chain
from tests.instruments.network import DAY, Network, breaks


@pytest.mark.parametrize(
    ("day", "months", "due"),
    [
        (date(2026, 1, 15), 12, date(2027, 1, 15)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 5, 5), 0, date(2026, 5, 5)),
    ],
)
def test_an_interval_ends_on_the_same_day_of_the_month(day: date, months: int, due: date) -> None:
    """Where the month has no such day, its last day is meant."""
    assert months_after(day, months) == due


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 600), st.integers(0, 600))
def test_a_longer_interval_never_ends_earlier(day: date, one: int, other: int) -> None:
    """Of two intervals the longer ends later or on the same day."""
    assert months_after(day, min(one, other)) <= months_after(day, max(one, other))


@pytest.mark.parametrize("text", ["0", "-12", "1.5", "a year", "99999"])
def test_an_interval_that_is_no_number_of_months_sets_nothing(text: str) -> None:
    """What is not a whole number of months above zero gives no last day of use."""
    row = Calibration(instrument_id="", laboratory_id="", certificate_number="", performed_on=DAY, issued_on=DAY)
    assert due_date(row, InstrumentProperty(instrument_id="", name=INTERVAL, text=text, valid_from=DAY)) is None


def _decide(session: Session, instrument_id: str, months: str, valid_from: date) -> None:
    session.add(InstrumentProperty(instrument_id=instrument_id, name=INTERVAL, text=months, valid_from=valid_from))
    session.flush()


def test_a_standard_without_stated_day_serves_for_its_interval(session: Session, network: Network) -> None:
    """The interval decided for a standard gives the last day of use in register, history and chain."""
    standard = network.standard("CT")
    row = network.calibrate(standard, date(2026, 1, 15), valid_until=None)
    assert breaks(chain(session, standard.id, DAY)) == ["no_due_date"]
    _decide(session, standard.id, "12", date(2026, 1, 1))
    last = date(2027, 1, 15)
    assert due_on(session, row, DAY) == last
    assert calibration_in_force(session, standard.id, last) is row
    assert calibration_in_force(session, standard.id, date(2027, 1, 16)) is None
    assert chain(session, standard.id, last).unbroken
    assert chain(session, standard.id, last).links[0].valid_until == last
    assert breaks(chain(session, standard.id, date(2027, 1, 16))) == ["out_of_date"]
    assert [past.in_force for past in history(session, standard.id, date(2027, 1, 16))] == [False]


def test_a_changed_interval_does_not_change_earlier_uses(session: Session, network: Network) -> None:
    """A use is judged by the interval that had been decided by its day."""
    upper, lower = network.standard("CC"), network.standard("CT")
    above = network.calibrate(upper, date(2025, 1, 15), valid_until=None, uncertainty="1")
    _decide(session, upper.id, "24", date(2025, 1, 1))
    network.calibrate(lower, date(2026, 2, 1), [above])
    _decide(session, upper.id, "12", date(2026, 3, 1))
    assert chain(session, lower.id, DAY).unbroken
    assert breaks(chain(session, upper.id, DAY)) == ["out_of_date"]


def test_a_day_stated_for_a_calibration_goes_before_the_interval(session: Session, network: Network) -> None:
    """A shortened period of one calibration is not lengthened by the interval."""
    standard = network.standard("CT")
    row = network.calibrate(standard, date(2026, 1, 15), valid_until=date(2026, 3, 1))
    _decide(session, standard.id, "12", date(2026, 1, 1))
    assert due_on(session, row, DAY) == date(2026, 3, 1)
