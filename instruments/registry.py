"""The register: entering an instrument once, finding it again, and what is known about it on a day.

Source: ISO/IEC 17025:2017, 6.4 and 7.4.2.
"""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Text, bindparam, exists, union_all
from sqlmodel import Session, col, select

from instruments.dated import in_force
from instruments.identity import alone
from instruments.intervals import INTERVAL, due_date
from instruments.levels import levels
from instruments.models import (
    INSTRUMENT_KINDS,
    INSTRUMENT_STATUSES,
    Body,
    Calibration,
    CalibrationResult,
    CalibrationWithdrawal,
    Instrument,
    InstrumentProperty,
)
from instruments.search import find as find
from instruments.search import find_after as find_after
from uncertainty.errors import Invalid
from uncertainty.typed import clean_text, read_number
from uncertainty.units import check_unit

FREE_TEXTS = (
    "code",
    "name_vi",
    "name_en",
    "maker",
    "model",
    "serial_number",
    "quantity",
    "accuracy_class",
    "material_vi",
    "material_en",
    "asset_code",
)
REQUIRED_TEXTS = ("code", "name_vi", "name_en")
LONGEST_TEXT = 200
CODE_DIGITS = 3
NOT_IN_CODES = frozenset("/\\?#%")
"""A code is part of the address of its record, on labels too: what would end or change an address stands in no code."""
NO_CODES = ("import", "duplicates")
"""What stands in addresses where else a code does."""


def register(session: Session, instrument: Instrument, *, apart_from: Collection[str] = ()) -> Instrument:
    """An instrument entered into the register, once.

    Args:
        session: a session on the registry, in a write transaction.
        instrument: the new row; its texts are brought to NFC and trimmed.
        apart_from: codes of instruments that look alike and that a person has found to be others.

    Returns:
        The same row, flushed.

    Raises:
        Invalid: a text is missing or holds what is refused, a number or a unit cannot be read, a kind is not known.
        Refused: the code is taken, or an instrument of the same maker, type and serial number is registered already,
            or may be; the sentence names that one. Without serial number the codes alone tell instruments apart.
    """
    checked(instrument)
    if session.get(Body, instrument.owner_id) is None:
        raise Invalid("instruments.owner_unknown", code=instrument.code)
    alone(session, instrument, apart_from)
    session.add(instrument)
    session.flush()
    return instrument


def identify(session: Session, instrument: Instrument, *, serial_number: str, asset_code: str) -> Instrument:
    """An instrument with a serial number and an owner's code that it had not, or had wrongly.

    Args:
        session: a session on the registry, in a write transaction.
        instrument: the row as it stands.
        serial_number: as on the plate; empty where there is none.
        asset_code: the owner's own code; empty where there is none.

    Returns:
        The same row, flushed.

    Raises:
        Invalid: both texts are empty, or one holds what is refused.
        Refused: another instrument of the same maker and type has that serial number; the sentence names it.

    Source: ISO/IEC 17025:2017, 7.4.2, 7.8.2.1 g.
    """
    if not serial_number.strip() and not asset_code.strip():
        raise Invalid("instruments.text_missing", field="serial_number")
    with session.no_autoflush:
        instrument.serial_number, instrument.asset_code = serial_number, asset_code
        _clean(instrument)
        alone(session, instrument)
    session.add(instrument)
    session.flush()
    return instrument


def _clean(instrument: Instrument) -> None:
    for field in FREE_TEXTS:
        setattr(instrument, field, clean_text(getattr(instrument, field), field=field, most=LONGEST_TEXT))
    for field in REQUIRED_TEXTS:
        if not getattr(instrument, field):
            raise Invalid("instruments.text_missing", field=field)
    chosen = (("kind", INSTRUMENT_KINDS), ("status", INSTRUMENT_STATUSES), ("level", (None, *levels())))
    for field, permitted in chosen:
        if getattr(instrument, field) not in permitted:
            known = ", ".join(word for word in permitted if word)
            raise Invalid("instruments.word_unknown", field=field, text=getattr(instrument, field), permitted=known)
    if instrument.nominal is not None:
        instrument.nominal = read_number(instrument.nominal).text
        check_unit(instrument.nominal_unit or "1")


def _check_code(code: str) -> None:
    """Refuse a new code under which no page and no label could lead to the record."""
    wrong = " ".join(sorted(NOT_IN_CODES.intersection(code)))
    if wrong or code.casefold() in NO_CODES or not any(sign.isalnum() for sign in code) or code.startswith("."):
        raise Invalid("instruments.code_form", field="code", code=code, wrong=" ".join(sorted(NOT_IN_CODES)))


def checked(instrument: Instrument) -> Instrument:
    """A row with its texts clean and its words known; whether it stands in the register already is not asked.

    Raises:
        Invalid: see `register`.
    """
    _clean(instrument)
    _check_code(instrument.code)
    return instrument


def instrument_by_code(session: Session, code: str) -> Instrument | None:
    """The instrument with a code, or None."""
    return session.exec(select(Instrument).where(col(Instrument.code) == code)).one_or_none()


def next_code(session: Session, centre_code: str, prefix: str) -> str:
    """The next free code of a series of a centre: after ``MB-CT-KL-016`` it is ``MB-CT-KL-017``.

    The centre stands in front, so that the codes of two centres never meet in one national register. Unique only under
    the caller's lock; the table refuses a second row with the same code in any case.

    Args:
        session: a session on the registry.
        centre_code: the code of the centre.
        prefix: the series within the centre.
    """
    begin = f"{centre_code}-{prefix}-"
    taken = session.exec(select(Instrument.code).where(col(Instrument.code).startswith(begin, autoescape=True)))
    numbers = [int(rest) for rest in (code[len(begin) :] for code in taken) if rest.isascii() and rest.isdigit()]
    return f"{begin}{max(numbers, default=0) + 1:0{CODE_DIGITS}d}"


def property_on(session: Session, instrument_id: str, name: str, day: date) -> InstrumentProperty | None:
    """A property of an instrument as it held on a day, or None.

    Args:
        session: a session on the registry.
        instrument_id: the instrument.
        name: the property, such as ``drift_limit``.
        day: the day asked about.
    """
    mine = select(InstrumentProperty).where(col(InstrumentProperty.instrument_id) == instrument_id)
    return in_force(session.exec(mine.where(col(InstrumentProperty.name) == name)), day)


def properties_on(session: Session, instrument_id: str, day: date) -> dict[str, InstrumentProperty]:
    """Every property of an instrument that held on a day, by name."""
    mine = select(InstrumentProperty).where(col(InstrumentProperty.instrument_id) == instrument_id)
    groups: dict[str, list[InstrumentProperty]] = {}
    for row in session.exec(mine):
        groups.setdefault(row.name, []).append(row)
    found = {name: in_force(rows, day) for name, rows in sorted(groups.items())}
    return {name: row for name, row in found.items() if row is not None}


RECORDS = union_all(
    select(bindparam("instrument", type_=Text())),
    select(col(Instrument.id)).where(col(Instrument.merged_into_id) == bindparam("instrument", type_=Text())),
)
"""The record of an instrument, and those merged into it: their calibrations are its own."""
LATEST_OF_ANY = (
    select(Calibration)
    .where(
        col(Calibration.instrument_id).in_(RECORDS),
        col(Calibration.performed_on) <= bindparam("day"),
        ~exists().where(
            col(CalibrationWithdrawal.calibration_id) == col(Calibration.id),
            col(CalibrationWithdrawal.withdrawn_on) <= bindparam("known_on"),
        ),
    )
    .order_by(col(Calibration.performed_on).desc(), col(Calibration.issued_on).desc(), col(Calibration.id).desc())
    .limit(1)
)
"""The calibration, verification or test of an instrument that is the latest on a day."""
_LATEST = LATEST_OF_ANY.where(col(Calibration.service) == "calibration")


def latest_calibration(
    session: Session, instrument_id: str, day: date, *, known_on: date | None = None
) -> Calibration | None:
    """The calibration of an instrument last performed up to a day and not withdrawn, in date or not.

    Args:
        session: a session on the registry.
        instrument_id: the instrument.
        day: the day asked about.
        known_on: withdrawals made known up to this day count; the day asked about when absent.
    """
    given = {"instrument": instrument_id, "day": day, "known_on": known_on or day}
    return session.exec(_LATEST, params=given).first()


def calibration_in_force(
    session: Session, instrument_id: str, day: date, *, known_on: date | None = None
) -> Calibration | None:
    """The calibration whose result counts on a day, or None where the latest one is out of date (or there is none).

    An older calibration with a later due date does not come back: what was found last is what is known.

    Args:
        session: a session on the registry.
        instrument_id: the instrument.
        day: the day of the readings, in the laboratory's legal time zone.
        known_on: withdrawals made known up to this day count; the day asked about when absent.

    Source: ISO/IEC 17025:2017, 6.4.7 to 6.4.9.
    """
    latest = latest_calibration(session, instrument_id, day, known_on=known_on)
    if latest is None:
        return None
    due = due_on(session, latest, day)
    return None if due is not None and due < day else latest


def due_on(session: Session, calibration: Calibration, day: date) -> date | None:
    """The last day on which a calibration may be used, by what was decided up to a day; None where none is set.

    Args:
        session: a session on the registry.
        calibration: the calibration.
        day: the day of use; the interval decided for the instrument may have changed over time.
    """
    if calibration.valid_until is not None:
        return calibration.valid_until  # stated for this calibration: no interval is asked for
    return due_date(calibration, property_on(session, calibration.instrument_id, INTERVAL, day))


def results_of(session: Session, calibration_id: str) -> list[CalibrationResult]:
    """The results of a calibration in the order of its certificate."""
    mine = select(CalibrationResult).where(col(CalibrationResult.calibration_id) == calibration_id)
    return list(session.exec(mine.order_by(col(CalibrationResult.position), col(CalibrationResult.id))))
