"""The registry's tables keep what they are given."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Text, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session

from instruments.models import (
    DATED,
    TABLES,
    Body,
    Calibration,
    CalibrationResult,
    Instrument,
    InstrumentProperty,
    new_id,
)


def _instrument(session: Session, **columns: Any) -> Instrument:
    owner = Body(code=new_id(), kind="centre")
    session.add(owner)
    session.flush()
    given: dict[str, Any] = {
        "code": "CT-KL-001",
        "owner_id": owner.id,
        "name_vi": "Quả cân",
        "name_en": "Weight",
    } | columns
    instrument = Instrument(**given)
    session.add(instrument)
    session.flush()
    return instrument


def test_an_id_is_a_uuid_of_version_seven_and_later_ones_are_larger() -> None:
    """Ids are UUIDv7 texts of 36 characters in the order in which they were made."""
    ids = [new_id() for _ in range(1000)]
    assert all(len(i) == 36 and i[14] == "7" for i in ids)
    assert ids == sorted(set(ids))


@pytest.mark.parametrize("digits", ["100.0020", "1E3", "-0.0", "10000.0250", "00012"])
def test_digits_stay_as_typed(session: Session, digits: str) -> None:
    """Every text of digits comes back exactly as it went in."""
    instrument = _instrument(session, nominal=digits)
    session.add(
        InstrumentProperty(instrument_id=instrument.id, name="drift_limit", text=digits, valid_from=date(2026, 1, 1))
    )
    session.commit()
    session.expire_all()
    raw = session.connection().execute(text("SELECT nominal FROM instrument")).scalar_one()
    assert raw == digits
    assert session.connection().execute(text("SELECT text FROM instrument_property")).scalar_one() == digits


def test_every_text_column_is_of_type_text() -> None:
    """No column of the registry is a number that could lose digits, but counters."""
    for model in TABLES:
        for column in inspect(model).local_table.columns:
            kind = type(column.type).__name__
            assert isinstance(column.type, Text) or kind in {"Date", "Boolean", "Integer"}, f"{column} is {kind}"


def test_append_only_tables_say_so_and_dated_ones_name_their_subject() -> None:
    """Bodies and instruments may change; every other row is for ever, and a dated one says what it is about."""
    changing = {model.__name__ for model in TABLES if not getattr(model, "__append_only__", False)}
    assert changing == {"Body", "Instrument"}
    for model in DATED:
        columns = inspect(model).local_table.columns
        assert {*model.__subject__, "valid_from", "valid_to", "ended"} <= set(columns.keys())


def test_the_second_of_two_writers_is_refused(session: Session) -> None:
    """Two changes of one version of an instrument do not overwrite each other."""
    instrument = _instrument(session)
    session.commit()
    assert instrument.version == 1
    session.connection().execute(text("UPDATE instrument SET version = 2"))
    instrument.status = "out_of_service"
    with pytest.raises(StaleDataError):
        session.flush()


def test_a_version_counts_the_changes(session: Session) -> None:
    """Each change of an instrument raises its version by one."""
    instrument = _instrument(session)
    instrument.status = "out_of_service"
    session.flush()
    assert instrument.version == 2


def test_two_instruments_cannot_share_a_code(session: Session) -> None:
    """A code names one instrument."""
    _instrument(session)
    with pytest.raises(IntegrityError):
        _instrument(session)


def test_two_instruments_cannot_share_a_plate(session: Session) -> None:
    """The database refuses a second instrument of the same maker, type and serial number, however it is spelt."""
    _instrument(session, maker="Häfner", model="E2", serial_number="G-0815")
    with pytest.raises(IntegrityError):
        _instrument(session, code="X-1", maker="HÄFNER", model="e2", serial_number="g 0815")


def test_a_row_that_points_nowhere_is_refused(session: Session) -> None:
    """A result of a calibration that does not exist cannot be stored."""
    session.add(CalibrationResult(calibration_id=new_id(), quantity="mass", value="1", unit="kg"))
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_calibration_keeps_its_days(session: Session) -> None:
    """Days come back as days."""
    instrument = _instrument(session)
    calibration = Calibration(
        instrument_id=instrument.id,
        laboratory_id=instrument.owner_id,
        certificate_number="C-1",
        performed_on=date(2026, 2, 3),
        issued_on=date(2026, 2, 5),
    )
    session.add(calibration)
    session.commit()
    session.expire_all()
    assert calibration.performed_on == date(2026, 2, 3)
    assert calibration.valid_until is None
