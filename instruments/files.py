"""Photographs and documents of an instrument: attached, shown to its customer, withdrawn; no row is ever changed.

Source: ISO/IEC 17025:2017, 6.4.13 and 8.4.
"""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from instruments.dated import each_in_force
from instruments.fact_models import FILE_KINDS, InstrumentFile
from instruments.identity import records_of
from instruments.models import Body, Instrument
from instruments.points import shown_day
from uncertainty.errors import Invalid, Refused
from uncertainty.typed import clean_text

MOST_FILES = 60
LONGEST_TITLE = 120


@dataclass(frozen=True)
class KeptFile:
    """A file that lies in the vault: its name and kind, the type of its content, its size and hashes."""

    kind: str  # one of FILE_KINDS
    name: str
    media_type: str
    size: int
    sha256: str
    thumbnail_sha256: str | None = None


def files_on(session: Session, instrument_id: str, day: date) -> tuple[InstrumentFile, ...]:
    """The files of an instrument that stand on a day, those of records merged into it too; in the order of adding."""
    records = records_of(session, instrument_id)
    rows = select(InstrumentFile).where(col(InstrumentFile.instrument_id).in_(records))
    return tuple(each_in_force(session.exec(rows.order_by(col(InstrumentFile.id))), day))


def held_file(session: Session, instrument: Instrument, sha256: str, day: date) -> InstrumentFile:
    """The file of an instrument with a hash, as it stands on a day.

    Raises:
        Refused: the instrument has no such file on that day.
    """
    found = [one for one in files_on(session, instrument.id, day) if one.sha256 == sha256]
    if not found:
        raise Refused("facts.file_unknown")
    return found[0]


def attach(
    session: Session, instrument: Instrument, file: KeptFile, *, title: str, taken_on: date | None, to_customer: bool,
    added_by: str, day: date,
) -> InstrumentFile:  # fmt: skip
    """A file attached to an instrument, from a day on.

    Args:
        session: a session on the registry, in a write transaction.
        instrument: the instrument.
        file: what lies in the vault.
        title: what is to be read below it; its name where empty.
        taken_on: the day of the photograph, or the one that the document bears.
        to_customer: whether the present owner sees it.
        added_by: the name of the person who attaches it.
        day: from when it stands there.

    Raises:
        Invalid: the kind is not known, the title is refused, or the day is to come.
        Refused: the file stands there already, there are too many, or there is no customer to show it to.
    """
    if file.kind not in FILE_KINDS:
        raise Invalid("instruments.word_unknown", field="kind", text=file.kind, permitted=", ".join(FILE_KINDS))
    if taken_on is not None and taken_on > day:
        raise Invalid("files.day_to_come", day=shown_day(taken_on))
    known = files_on(session, instrument.id, day)
    if any(one.sha256 == file.sha256 for one in known):
        raise Refused("files.attached_already", name=file.name, code=instrument.code)
    if len(known) >= MOST_FILES:
        raise Refused("files.too_many", most=MOST_FILES, code=instrument.code)
    row = InstrumentFile(
        instrument_id=instrument.id, kind=file.kind, name=file.name, media_type=file.media_type, size=file.size,
        title=clean_text(title, field="title", most=LONGEST_TITLE) or file.name, sha256=file.sha256,
        thumbnail_sha256=file.thumbnail_sha256, taken_on=taken_on, added_by=added_by, valid_from=day,
        shown_to_id=customer_of(session, instrument) if to_customer else None,
    )  # fmt: skip
    return _added(session, row)


def customer_of(session: Session, instrument: Instrument) -> str:
    """The customer who owns an instrument.

    Raises:
        Refused: its owner is no customer.
    """
    if session.get_one(Body, instrument.owner_id).kind != "customer":
        raise Refused("files.no_customer", code=instrument.code)
    return instrument.owner_id


def shown_to_customer(
    session: Session, instrument: Instrument, sha256: str, to_customer: bool, day: date
) -> InstrumentFile:
    """A file that the present owner sees from a day on, or sees no longer."""
    held = held_file(session, instrument, sha256, day)
    return _again(session, held, day, shown_to_id=customer_of(session, instrument) if to_customer else None)


def withdraw(session: Session, instrument: Instrument, sha256: str, day: date) -> InstrumentFile:
    """A file that is no longer among an instrument's; its bytes stay in the vault, for the record of what was there."""
    return _again(session, held_file(session, instrument, sha256, day), day, ended=True)


def _again(session: Session, held: InstrumentFile, day: date, **changed: object) -> InstrumentFile:
    columns = held.model_dump(exclude={"id", "valid_from"}) | changed
    return _added(session, InstrumentFile(**columns, valid_from=day))


def _added(session: Session, row: InstrumentFile) -> InstrumentFile:
    session.add(row)
    session.flush()
    return row


def open_to(one: InstrumentFile, instrument: Instrument, bodies: tuple[str, ...]) -> bool:
    """Whether a file may be seen by someone who acts for some customers: one of them owns the instrument now, and the
    file was shown to that very one."""
    return one.shown_to_id is not None and one.shown_to_id == instrument.owner_id and one.shown_to_id in bodies
