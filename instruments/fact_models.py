"""Tables of what is known of an instrument over time: ranges, place, state, parts, files, certifications, mergers.

The rows behave as `instruments.models` says: dated ones are append-only and speak from a day on.
"""

from datetime import date
from typing import ClassVar

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from instruments.models import OptionalWords, Words, _id, _reference

FILE_KINDS = ("photograph", "document")


class InstrumentRange(SQLModel, table=True):
    """One measuring range of an instrument: quantity, ends, resolution and class, from a day on."""

    __tablename__ = "instrument_range"
    __append_only__: ClassVar[bool] = True
    __subject__: ClassVar[tuple[str, ...]] = ("instrument_id", "line")

    id: str = _id()
    instrument_id: str = _reference("instrument.id")
    line: Words  # the number by which a later row replaces this one
    quantity: Words
    lower: Words
    upper: Words
    unit: Words
    resolution: OptionalWords = None
    resolution_unit: OptionalWords = None
    accuracy: Words = ""  # class or permissible error, as the maker states it
    valid_from: date
    valid_to: date | None = None
    ended: bool = False


class InstrumentPlace(SQLModel, table=True):
    """Where an instrument stands, from a day on (ISO/IEC 17025, 6.4.13 d)."""

    __tablename__ = "instrument_place"
    __append_only__: ClassVar[bool] = True
    __subject__: ClassVar[tuple[str, ...]] = ("instrument_id",)

    id: str = _id()
    instrument_id: str = _reference("instrument.id")
    place: Words
    valid_from: date
    valid_to: date | None = None
    ended: bool = False


class InstrumentState(SQLModel, table=True):
    """The state that an instrument was brought into, on which day, by whom and why (ISO/IEC 17025, 6.4.9)."""

    __tablename__ = "instrument_state"
    __append_only__: ClassVar[bool] = True
    __subject__: ClassVar[tuple[str, ...]] = ("instrument_id",)

    id: str = _id()
    instrument_id: str = _reference("instrument.id")
    status: Words  # one of INSTRUMENT_STATUSES
    reason: Words
    decided_by: Words = ""
    valid_from: date
    valid_to: date | None = None
    ended: bool = False


class InstrumentOwner(SQLModel, table=True):
    """An instrument changed hands: who owns it from a day on, and who did before; how, and who entered it."""

    __tablename__ = "instrument_owner"
    __append_only__: ClassVar[bool] = True
    __subject__: ClassVar[tuple[str, ...]] = ("instrument_id",)

    id: str = _id()
    instrument_id: str = _reference("instrument.id")
    owner_id: str = _reference("body.id")
    former_id: str = _reference("body.id")
    reason: Words
    decided_by: Words = ""
    valid_from: date
    valid_to: date | None = None
    ended: bool = False


class InstrumentComponent(SQLModel, table=True):
    """An instrument is a part of a system, from a day on."""

    __tablename__ = "instrument_component"
    __append_only__: ClassVar[bool] = True
    __subject__: ClassVar[tuple[str, ...]] = ("system_id", "component_id")

    id: str = _id()
    system_id: str = _reference("instrument.id")
    component_id: str = _reference("instrument.id")
    part: Words = ""  # what it does there
    valid_from: date
    valid_to: date | None = None
    ended: bool = False


class InstrumentFile(SQLModel, table=True):
    """A photograph or document of an instrument; its bytes lie in the vault under their hash.

    A customer sees it while he owns the instrument and ``shown_to_id`` names him: what was shown to an earlier owner
    is not shown to a later one.
    """

    __tablename__ = "instrument_file"
    __append_only__: ClassVar[bool] = True
    __subject__: ClassVar[tuple[str, ...]] = ("instrument_id", "sha256")

    id: str = _id()
    instrument_id: str = _reference("instrument.id")
    kind: Words  # one of FILE_KINDS
    title: Words
    name: Words  # of the file when it is taken out again
    media_type: Words
    size: int
    sha256: str = Field(index=True, sa_type=Text)
    added_by: Words = ""
    valid_from: date
    valid_to: date | None = None
    ended: bool = False
    taken_on: date | None = None  # the day of the photograph, or the one that the document bears
    thumbnail_sha256: OptionalWords = None  # of a picture
    shown_to_id: OptionalWords = None  # the customer who may see it; nobody but the laboratories where empty


class Certification(SQLModel, table=True):
    """The certification of a measurement standard for use in verification, with its period.

    It is another clock than the calibration: a standard may be calibrated and not certified, or the reverse.
    """

    __append_only__: ClassVar[bool] = True
    __subject__: ClassVar[tuple[str, ...]] = ("instrument_id",)

    id: str = _id()
    instrument_id: str = _reference("instrument.id")
    body_id: str = _reference("body.id")  # who certified
    number: Words
    decision: Words = ""
    valid_from: date  # the day of its issue
    valid_to: date | None = None  # the last day of its period
    ended: bool = False


class InstrumentMerge(SQLModel, table=True):
    """Two records were found to be one instrument: which one goes on, since when, by whom and why.

    The other record stays as it was, with its code, its jobs, certificates and calibrations.
    """

    __tablename__ = "instrument_merge"
    __append_only__: ClassVar[bool] = True

    id: str = _id()
    merged_id: str = _reference("instrument.id")
    kept_id: str = _reference("instrument.id")
    merged_on: date
    reason: Words
    decided_by: Words = ""


class CompanyPrefix(SQLModel, table=True):
    """The GS1 company prefix of a body, from a day on; with it the body gives asset codes of the whole world."""

    __tablename__ = "company_prefix"
    __append_only__: ClassVar[bool] = True
    __subject__: ClassVar[tuple[str, ...]] = ("body_id",)

    id: str = _id()
    body_id: str = _reference("body.id")
    prefix: Words
    source: Words = ""  # the document that gives it
    valid_from: date
    valid_to: date | None = None
    ended: bool = False


class StarterConfirmation(SQLModel, table=True):
    """A named person has compared an entry of the starter data with the document that governs it, or takes that back.

    ``content_hash`` is of the entry as it was read: an entry that changes afterwards is a draft again.
    """

    __tablename__ = "starter_confirmation"
    __append_only__: ClassVar[bool] = True
    __subject__: ClassVar[tuple[str, ...]] = ("list_name", "entry")

    id: str = _id()
    list_name: Words
    entry: Words
    content_hash: Words
    document: Words  # what it was compared with
    confirmed_by: Words
    person_id: Words
    valid_from: date
    valid_to: date | None = None
    ended: bool = False


FACTS = (
    InstrumentRange, InstrumentPlace, InstrumentState, InstrumentComponent, InstrumentFile, Certification,
    InstrumentMerge, InstrumentOwner, CompanyPrefix, StarterConfirmation,
)  # fmt: skip
