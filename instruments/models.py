"""Tables of the network's registry: bodies, instruments, calibrations and the links between them.

How the rows behave, so that no reader has to guess:

- **Ids** are UUIDv7 text of 36 characters, made by the application (``new_id``): rows of different centres meet
  without collision, and of two rows the later one has the larger id.
- **Digits** (values, uncertainties, limits) are TEXT as typed or as printed, never a binary number: ``100.0020``
  stays ``100.0020``.
- **Days** are ``datetime.date`` in the laboratory's legal time zone. No table here holds a moment: when a row was
  entered, and by whom, is in the audit record of the act that entered it.
- **Mutable** tables (``Body``, ``Instrument``) carry an optimistic ``version``: the second of two writers gets
  ``StaleDataError``.
- **Append-only** tables say ``__append_only__ = True``; the store enforces it by triggers. A calibration that must no
  longer be relied on is not changed: a ``CalibrationWithdrawal`` is added.
- **Dated** rows (``DATED``) are append-only too. A row speaks from ``valid_from`` to ``valid_to`` inclusive (open when
  None). Of all rows about one subject (its ``__subject__`` columns), the one with the latest ``valid_from`` not after
  the day counts, of equal ones the one entered last; a row with ``ended = True`` says that from its ``valid_from`` on
  nothing holds. So a row that was wrong or was cut short is answered by a newer row, and the old one stays readable.
"""

from datetime import date
from typing import Annotated, Any, ClassVar

import uuid_utils
from sqlalchemy import Column, Connection, Index, Integer, Text, event, text
from sqlalchemy.orm import Mapper
from sqlmodel import Field, SQLModel

from instruments.spelling import folded, identity_of, likeness_of

# Alembic rebuilds SQLite tables by constraint name, so every constraint of the shared metadata has one.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Words = Annotated[str, Field(sa_type=Text)]
"""Text of any length, stored as TEXT on every database (digits included)."""
OptionalWords = Annotated[str | None, Field(sa_type=Text)]
"""The same where nothing may stand."""

BODY_KINDS = ("regulator", "nmi", "centre", "laboratory", "customer")
RECOGNITION_KINDS = ("cipm_mra", "ilac", "crm", "realisation", "evidence")
"""What makes a result of a provider acceptable (ISO/IEC 17025, 6.5.2, A.3; ILAC-P10): NMI service under the CIPM MRA,
accreditation under the ILAC arrangement, a producer of certified reference materials, a realisation of the SI, recorded
evidence of competence."""
DESIGNATION = "designation"
"""A decision of the state by which a body verifies, calibrates or tests under the law (chỉ định: Circular 24/2013/TT-
BKHCN). It has a scope like an accreditation, and makes no result of a provider acceptable in a chain."""
ENTERED_KINDS = (*RECOGNITION_KINDS, DESIGNATION)
INSTRUMENT_KINDS = ("standard", "equipment", "item")
INSTRUMENT_STATUSES = ("in_use", "not_for_use", "out_of_service", "retired")
"""``not_for_use``: new or returned, verification not yet recorded (ISO/IEC 17025, 6.4.4); ``out_of_service``: 6.4.9."""
LINK_ROLES = ("reference", "equipment", "environment")
"""``reference`` carries the quantity itself; the others serve the measurement (a comparator, a thermometer)."""
RESULT_KINDS = ("value", "measurement_error", "correction")
PHASES = ("as_found", "as_left")
"""A result found before an adjustment, and one after it (ISO/IEC 17025, 7.8.4.1 d); none where nothing was adjusted."""


def new_id() -> str:
    """A fresh identifier: UUIDv7 as text of 36 characters, larger than any made before it in this process."""
    return str(uuid_utils.uuid7())


def _id() -> Any:
    return Field(default_factory=new_id, primary_key=True, sa_type=Text)


def _reference(column: str) -> Any:
    """A required foreign key with an index."""
    return Field(foreign_key=column, index=True, sa_type=Text)


def _optional_reference(column: str) -> Any:
    """A foreign key that may be empty, with an index."""
    return Field(default=None, foreign_key=column, index=True, sa_type=Text)


# Hardly any record is merged: an index of all of them would look useless to a planner, which would read every row.
_MERGED = text("merged_into_id IS NOT NULL")
_body_version = Column("version", Integer, nullable=False)
_instrument_version = Column("version", Integer, nullable=False)


class Body(SQLModel, table=True):
    """An organisation of the network: a regulator, a metrology institute, a centre, a laboratory, a customer.

    ``standing`` is a mark that the database makes anew, by chance, whenever one of the body's names, recognitions or
    scope lines is added: as long as it is the same, so are they. Nobody sets it.
    """

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": _body_version}

    id: str = _id()
    code: str = Field(unique=True, sa_type=Text)
    kind: Words  # one of BODY_KINDS
    parent_id: str | None = _optional_reference("body.id")
    region: OptionalWords = None
    country: Words = "VN"
    standing: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    version: int = Field(default=1, sa_column=_body_version)


class BodyName(SQLModel, table=True):
    """What a body is called, its legal form and where it is found, from a day on (ISO/IEC 17025, 5.1, 7.8.2.1 b)."""

    __tablename__ = "body_name"
    __append_only__: ClassVar[bool] = True
    __subject__: ClassVar[tuple[str, ...]] = ("body_id",)

    id: str = _id()
    body_id: str = _reference("body.id")
    name_vi: Words
    name_en: Words
    address_vi: Words = ""
    address_en: Words = ""
    telephone: Words = ""
    legal_form: OptionalWords = None  # e.g. "đơn vị sự nghiệp công lập", "công ty cổ phần"
    valid_from: date
    valid_to: date | None = None
    ended: bool = False


class BodyPolicy(SQLModel, table=True):
    """A choice that a body has made for its own work, from a day on; ``bodies.POLICIES`` lists names and texts."""

    __tablename__ = "body_policy"
    __append_only__: ClassVar[bool] = True
    __subject__: ClassVar[tuple[str, ...]] = ("body_id", "name")

    id: str = _id()
    body_id: str = _reference("body.id")
    name: Words
    text: Words
    valid_from: date
    valid_to: date | None = None
    ended: bool = False


class Recognition(SQLModel, table=True):
    """What makes a body's results acceptable to others, with its number and period (ISO/IEC 17025, 6.5.2; ILAC-P10)."""

    __append_only__: ClassVar[bool] = True
    __subject__: ClassVar[tuple[str, ...]] = ("body_id", "kind", "number")

    id: str = _id()
    body_id: str = _reference("body.id")
    kind: Words  # one of ENTERED_KINDS
    number: Words = ""  # e.g. of the accreditation or of the decision; one body may hold several
    evidence: Words = ""  # where the recognition can be read; required for kind "evidence"
    authority_id: OptionalWords = None  # the body that decided; a designation needs it
    valid_from: date
    valid_to: date | None = None
    ended: bool = False


class ScopeLine(SQLModel, table=True):
    """One line of a recognition's scope: a service for a quantity over a closed range, with its CMC (ILAC-P14, 4).

    It belongs to the recognition (body, kind, number), whichever of that recognition's dated rows is in force, so that
    a renewed accreditation keeps its lines. ``line`` is the number the scope document gives the line.
    """

    __tablename__ = "scope_line"
    __append_only__: ClassVar[bool] = True
    __subject__: ClassVar[tuple[str, ...]] = ("body_id", "kind", "number", "line")

    id: str = _id()
    body_id: str = _reference("body.id")
    kind: Words  # of the recognition
    number: Words = ""  # of the recognition
    line: Words
    service: Words = "calibration"
    quantity: Words
    lower: Words
    upper: Words
    unit: Words
    cmc: Words  # expanded uncertainty at about 95 %, as published; empty where the scope states none
    cmc_unit: Words
    cmc_slope: OptionalWords = None  # by what it grows with the value, in cmc_slope_unit; None where it does not
    cmc_slope_unit: OptionalWords = None
    cmc_form: OptionalWords = None  # how the two terms combine: a key of data/cmc-forms.toml
    valid_from: date
    valid_to: date | None = None
    ended: bool = False


class Instrument(SQLModel, table=True):
    """A measuring instrument, a measurement standard, a piece of equipment or an item under calibration.

    ``identity``, ``likeness`` and ``search_text`` are derived from the other columns whenever the row is written;
    nobody sets them. ``merged_into_id`` names the record that goes on where two were found to be one instrument; it is
    always the last one, never one that was merged itself.
    """

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": _instrument_version}
    __table_args__ = (
        Index(None, "likeness"),
        Index(None, "merged_into_id", sqlite_where=_MERGED, postgresql_where=_MERGED),
        Index(None, "giai", unique=True),
        Index(None, "kind", "code"),  # the lists of standards and of equipment: few among very many items
    )

    id: str = _id()
    code: str = Field(unique=True, sa_type=Text)
    owner_id: str = _reference("body.id")
    keeper_id: str | None = _optional_reference("body.id")  # the centre that keeps or uses it
    name_vi: Words
    name_en: Words
    maker: Words = ""
    model: Words = ""
    serial_number: Words = ""
    level: OptionalWords = None  # one of `instruments.levels`, for standards only
    kind: Words = "item"  # one of INSTRUMENT_KINDS
    quantity: Words = ""
    nominal: OptionalWords = None
    nominal_unit: OptionalWords = None
    accuracy_class: Words = ""
    material_vi: Words = ""
    material_en: Words = ""
    asset_code: Words = ""  # the customer's own code
    status: Words = "in_use"  # one of INSTRUMENT_STATUSES
    identity: str | None = Field(default=None, unique=True, sa_type=Text)
    likeness: OptionalWords = None  # equal for plates that may be one and the same; see ``identity``
    giai: OptionalWords = None  # the asset code of the whole world (GS1), once given it stays
    merged_into_id: OptionalWords = None
    also_known: OptionalWords = None  # codes and plates of the records merged into this one
    search_text: Words = ""
    version: int = Field(default=1, sa_column=_instrument_version)


class InstrumentProperty(SQLModel, table=True):
    """A dated property of an instrument that procedures use: drift_limit, resolution, pooled_standard_deviation, ..."""

    __tablename__ = "instrument_property"
    __append_only__: ClassVar[bool] = True
    __subject__: ClassVar[tuple[str, ...]] = ("instrument_id", "name")
    __table_args__ = (Index(None, "name", "instrument_id"),)

    id: str = _id()
    instrument_id: str = _reference("instrument.id")
    name: Words
    text: Words  # the digits as typed
    unit: Words = "1"
    source: Words = ""  # where the figure comes from: a certificate, a study, the maker
    valid_from: date
    valid_to: date | None = None
    ended: bool = False


class Calibration(SQLModel, table=True):
    """One calibration of one instrument, as its certificate states it (ISO/IEC 17025, 6.4.13, 6.5).

    ``recognition`` is the kind of recognition claimed for the provider on the day it was performed; whether the claim
    holds is judged by ``traceability``. ``own_certificate_id`` names a certificate issued by this system: plain text,
    because certificates are rows of the laboratory above, not of the registry.
    """

    __append_only__: ClassVar[bool] = True
    __table_args__ = (Index(None, "instrument_id", "performed_on"),)

    id: str = _id()
    instrument_id: str = Field(foreign_key="instrument.id", sa_type=Text)
    laboratory_id: str = _reference("body.id")
    certificate_number: str = Field(index=True, sa_type=Text)
    performed_on: date
    issued_on: date
    valid_until: date | None = None  # last day of use, where it was set for this calibration; see ``intervals``
    service: Words = "calibration"
    recognition: OptionalWords = None  # one of RECOGNITION_KINDS
    evidence: Words = ""
    own_certificate_id: OptionalWords = None


class CalibrationWithdrawal(SQLModel, table=True):
    """The statement that a calibration must not be relied on any more, from the day it was made known."""

    __tablename__ = "calibration_withdrawal"
    __append_only__: ClassVar[bool] = True

    id: str = _id()
    calibration_id: str = _reference("calibration.id")
    withdrawn_on: date
    reason: Words
    replaced_by: str | None = _optional_reference("calibration.id")


class CalibrationResult(SQLModel, table=True):
    """One result of a calibration: a value of a quantity at a point, with its uncertainty as printed."""

    __tablename__ = "calibration_result"
    __append_only__: ClassVar[bool] = True

    id: str = _id()
    calibration_id: str = _reference("calibration.id")
    position: int = 0  # order on the certificate
    quantity: Words
    kind: Words = "value"  # one of RESULT_KINDS
    nominal: OptionalWords = None
    nominal_unit: OptionalWords = None
    value: Words
    unit: Words
    expanded_uncertainty: OptionalWords = None  # a certificate without one exists, and breaks the chain
    uncertainty_unit: OptionalWords = None
    coverage_factor: OptionalWords = None
    coverage_probability: OptionalWords = None
    dof: OptionalWords = None  # None: infinite
    phase: OptionalWords = None  # one of PHASES
    measuring_range: OptionalWords = None  # the range of the instrument that it belongs to, as on the certificate
    influences: Words = ""  # JSON: own influences (id, u, dof) and links to the results used (result id, sensitivity)
    archive: OptionalWords = None  # JSON of `uncertainty.archive`: all elementary influences, for own calibrations


class TraceabilityLink(SQLModel, table=True):
    """A calibration used the result of another calibration: one step of a chain (ISO/IEC 17025, 6.5.1)."""

    __tablename__ = "traceability_link"
    __append_only__: ClassVar[bool] = True
    __table_args__ = (Index(None, "upstream_calibration_id", "calibration_id"),)  # the way down reads no row

    id: str = _id()
    calibration_id: str = _reference("calibration.id")
    upstream_calibration_id: str = Field(foreign_key="calibration.id", sa_type=Text)
    upstream_result_id: str | None = _optional_reference("calibration_result.id")  # the result used
    role: Words = "reference"  # one of LINK_ROLES


DATED = (BodyName, BodyPolicy, Recognition, ScopeLine, InstrumentProperty)
TABLES = (Body, *DATED, Instrument, Calibration, CalibrationWithdrawal, CalibrationResult, TraceabilityLink)


@event.listens_for(Instrument, "before_insert")
@event.listens_for(Instrument, "before_update")
def _derive(mapper: Mapper[Instrument], connection: Connection, instrument: Instrument) -> None:
    """Keep identity and search text true to the columns they come from, whoever writes the row."""
    instrument.identity = identity_of(instrument.maker, instrument.model, instrument.serial_number)
    instrument.likeness = likeness_of(instrument.model, instrument.serial_number)
    names = (instrument.code, instrument.serial_number, instrument.name_vi, instrument.name_en)
    parts = (*names, instrument.maker, instrument.model, instrument.asset_code, instrument.giai, instrument.also_known)
    instrument.search_text = folded(" ".join(part for part in parts if part))


def derived(instrument: Instrument) -> Instrument:
    """A row with its derived columns, for rows that are written many at once, past the mapper."""
    _derive(None, None, instrument)
    return instrument
