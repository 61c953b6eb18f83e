"""A small network for the tests: an institute, centres, standards and the calibrations that join them."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Engine, create_engine, inspect
from sqlalchemy.pool import NullPool, StaticPool
from sqlmodel import Session, SQLModel

from instruments.chain import Chain
from instruments.fact_models import FACTS
from instruments.history_models import HISTORY_TABLES
from instruments.models import (
    TABLES,
    Body,
    BodyName,
    Calibration,
    CalibrationResult,
    CalibrationWithdrawal,
    Instrument,
    Recognition,
    ScopeLine,
    TraceabilityLink,
)
from instruments.search import InstrumentWord, KnownWord
from lims.store.triggers import create_marks

DAY = date(2026, 6, 1)


def create_tables(engine: Engine) -> None:
    """Make the registry's tables with the marks of its bodies, and no others that a test run may have loaded."""
    made = (*TABLES, *FACTS, *HISTORY_TABLES, InstrumentWord, KnownWord)
    SQLModel.metadata.create_all(engine, tables=[SQLModel.metadata.tables[str(inspect(m).local_table)] for m in made])
    with engine.begin() as connection:
        create_marks(connection)


@contextmanager
def registry_in_memory() -> Iterator[Session]:
    """A session on an empty SQLite registry in memory."""
    with _registries().connect() as connection, Session(connection) as opened:
        yield opened


@cache
def _registries() -> Engine:
    """Gives with each connection an empty registry of its own: a copy, since making the tables takes far longer."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    create_tables(engine)
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        empty = driver.serialize()
    engine.dispose()

    def copied() -> sqlite3.Connection:
        registry = sqlite3.connect(":memory:", check_same_thread=False)
        registry.deserialize(empty)
        registry.execute("PRAGMA foreign_keys=ON")
        return registry

    return create_engine("sqlite://", poolclass=NullPool, creator=copied)


def breaks(found: Chain) -> list[str]:
    """The keys of a chain's breaks, without their area."""
    return [finding.key.removeprefix("instruments.") for finding in found.breaks]


def warnings(found: Chain) -> list[str]:
    """The keys of a chain's warnings, without their area."""
    return [finding.key.removeprefix("instruments.") for finding in found.warnings]


class Network:
    """Bodies, and short ways of entering rows; every way can be told otherwise by keywords."""

    def __init__(self, session: Session) -> None:
        """Enter an institute under the CIPM MRA, an accredited centre, an unknown laboratory and a customer."""
        self.session = session
        self.institute = self.body("VIEN", "nmi")
        self.centre = self.body("MB", "centre")
        self.other = self.body("LAB", "laboratory")
        self.customer = self.body("KH", "customer")
        self.recognise(self.institute, "cipm_mra", lower="0.001", upper="100", cmc="0.00002")
        self.recognise(self.centre, "ilac", number="D-1", lower="0.001", upper="20", cmc="0.01", cmc_unit="g")

    def body(self, code: str, kind: str) -> Body:
        """A body with a name."""
        body = Body(code=code, kind=kind)
        self.session.add(body)
        self.session.flush()
        self.name(body, f"Tên {code}", date(2000, 1, 1))
        return body

    def name(self, body: Body, name: str, valid_from: date) -> BodyName:
        """A name of a body from a day on."""
        row = BodyName(body_id=body.id, name_vi=name, name_en=f"{name} (en)", valid_from=valid_from)
        self.session.add(row)
        self.session.flush()
        return row

    def recognise(self, body: Body, kind: str, number: str = "", **scope: Any) -> Recognition:
        """A recognition since 2010, with one scope line for mass when its range is given."""
        row = Recognition(body_id=body.id, kind=kind, number=number, valid_from=date(2010, 1, 1))
        self.session.add(row)
        if scope:
            self.scope(body, kind, number, **scope)
        self.session.flush()
        return row

    def scope(self, body: Body, kind: str, number: str = "", **columns: Any) -> ScopeLine:
        """A scope line, for mass in kg where nothing else is said."""
        given: dict[str, Any] = {
            "line": "1", "quantity": "Mass", "unit": "kg", "cmc": "1", "cmc_unit": "mg", "valid_from": date(2010, 1, 1),
        } | columns  # fmt: skip
        row = ScopeLine(body_id=body.id, kind=kind, number=number, **given)
        self.session.add(row)
        self.session.flush()
        return row

    def standard(self, code: str, **columns: Any) -> Instrument:
        """A standard of mass that the centre keeps."""
        given: dict[str, Any] = {
            "owner_id": self.centre.id, "keeper_id": self.centre.id, "name_vi": f"Quả cân {code}",
            "name_en": f"Weight {code}", "kind": "standard", "level": "working", "quantity": "mass",
        } | columns  # fmt: skip
        row = Instrument(code=code, **given)
        self.session.add(row)
        self.session.flush()
        return row

    def calibrate(
        self,
        instrument: Instrument,
        performed_on: date,
        above: Sequence[Calibration] = (),
        *,
        uncertainty: str | None = "10",
        results: Sequence[dict[str, Any]] | None = None,
        role: str = "reference",
        **columns: Any,
    ) -> Calibration:
        """A calibration by the centre at 10 kg with U in mg, in use for one year, resting on others."""
        given: dict[str, Any] = {
            "laboratory_id": self.centre.id, "certificate_number": f"{instrument.code}/{performed_on.year}",
            "issued_on": performed_on + timedelta(days=3), "recognition": "ilac",
            "valid_until": performed_on.replace(year=performed_on.year + 1),
        } | columns  # fmt: skip
        row = Calibration(instrument_id=instrument.id, performed_on=performed_on, **given)
        self.session.add(row)
        self.session.flush()
        for position, one in enumerate([{}] if results is None else results):
            whole: dict[str, Any] = {
                "quantity": "mass", "nominal": "10", "nominal_unit": "kg", "value": "10000.005", "unit": "g",
                "expanded_uncertainty": uncertainty, "uncertainty_unit": "mg", "coverage_factor": "2",
            } | one  # fmt: skip
            self.session.add(CalibrationResult(calibration_id=row.id, position=position, **whole))
        for upper in above:
            self.link(row, upper, role=role)
        self.session.flush()
        return row

    def link(self, lower: Calibration, upper: Calibration, **columns: Any) -> TraceabilityLink:
        """The statement that one calibration used another."""
        row = TraceabilityLink(calibration_id=lower.id, upstream_calibration_id=upper.id, **columns)
        self.session.add(row)
        self.session.flush()
        return row

    def withdraw(self, calibration: Calibration, withdrawn_on: date) -> CalibrationWithdrawal:
        """The withdrawal of a calibration."""
        row = CalibrationWithdrawal(calibration_id=calibration.id, withdrawn_on=withdrawn_on, reason="sai giá trị")
        self.session.add(row)
        self.session.flush()
        return row

    def ladder(self) -> tuple[Instrument, Instrument, Instrument]:
        """National, principal and working standard, each calibrated from the one above, unbroken on DAY."""
        national = self.standard("CQG", level="national", owner_id=self.institute.id, keeper_id=self.institute.id)
        principal, working = self.standard("CC", level="principal"), self.standard("CT")
        first = self.calibrate(
            national, date(2020, 1, 1), laboratory_id=self.institute.id, recognition="cipm_mra", valid_until=None,
            uncertainty="0.5",
        )  # fmt: skip
        second = self.calibrate(
            principal, date(2025, 9, 1), [first], laboratory_id=self.institute.id, recognition="cipm_mra",
            uncertainty="2",
        )  # fmt: skip
        self.calibrate(working, date(2026, 1, 15), [second], uncertainty="12")
        return national, principal, working
