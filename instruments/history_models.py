"""Tables of what befalls an instrument between and at its calibrations: adjustments, checks, intervals proposed.

They follow the rules of `models`: ids are UUIDv7, digits are text, days are days of the legal time zone, and every
table is append-only. What a person decides later about a row is a row of its own.
"""

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from instruments.models import OptionalWords, Words, new_id

OUTCOMES = ("within", "warning", "out")
"""What an intermediate check found: inside its limits, beyond the warning limits, beyond the limits."""


def _id() -> Any:
    return Field(default_factory=new_id, primary_key=True, sa_type=Text)


def _reference(column: str, *, unique: bool = False) -> Any:
    return Field(foreign_key=column, index=not unique, unique=unique, sa_type=Text)


class Adjustment(SQLModel, table=True):
    """An adjustment or repair: what was found before it says nothing of what comes after (ILAC-G24; 6.4.13)."""

    __append_only__: ClassVar[bool] = True

    id: str = _id()
    instrument_id: str = _reference("instrument.id")
    calibration_id: str | None = Field(default=None, foreign_key="calibration.id", index=True, sa_type=Text)
    performed_on: date
    description: Words


class AsFoundResult(SQLModel, table=True):
    """What a calibration found at a point before the adjustment; its `CalibrationResult` is what was left (7.8.4.1 d).

    Unit of the value and nominal value are those of the result; ``uncertainty_unit`` is that of U.
    """

    __tablename__ = "as_found_result"
    __append_only__: ClassVar[bool] = True

    id: str = _id()
    adjustment_id: str = _reference("adjustment.id")
    result_id: str = _reference("calibration_result.id", unique=True)
    value: Words
    unit: Words
    expanded_uncertainty: Words
    uncertainty_unit: Words
    coverage_factor: Words = "2"


class IntermediateCheck(SQLModel, table=True):
    """One intermediate check of a standard between calibrations, with the limits it was judged by (6.4.10, 7.7.1)."""

    __tablename__ = "intermediate_check"
    __append_only__: ClassVar[bool] = True

    id: str = _id()
    instrument_id: str = _reference("instrument.id")
    performed_on: date
    quantity: Words
    nominal: OptionalWords = None
    nominal_unit: OptionalWords = None
    value: Words
    unit: Words
    lower: Words
    upper: Words
    limits_from: Words  # stated | history
    outcome: Words  # one of OUTCOMES
    held: bool = False  # whether the rule holds the standard from use until a person releases it
    note: Words = ""


class HoldRelease(SQLModel, table=True):
    """The decision that a standard held by a check may be used again (ISO/IEC 17025, 6.4.9)."""

    __tablename__ = "hold_release"
    __append_only__: ClassVar[bool] = True

    id: str = _id()
    check_id: str = _reference("intermediate_check.id", unique=True)
    released_on: date
    reason: Words


class IntervalProposal(SQLModel, table=True):
    """A calibration interval proposed by a method from the data of a day; nothing follows from it by itself (6.4.7)."""

    __tablename__ = "interval_proposal"
    __append_only__: ClassVar[bool] = True

    id: str = _id()
    instrument_id: str = _reference("instrument.id")
    proposed_on: date
    policy: Words
    method: Words
    old_months: int
    new_months: int
    reliability: OptionalWords = None  # expected at the end of the new interval, a number from 0 to 1
    data: Words  # JSON: what the method saw and found


class IntervalDecision(SQLModel, table=True):
    """What a person decided about a proposal, with the reason."""

    __tablename__ = "interval_decision"
    __append_only__: ClassVar[bool] = True

    id: str = _id()
    proposal_id: str = _reference("interval_proposal.id", unique=True)
    decided_on: date
    accepted: bool
    decided_by: Words
    reason: Words


HISTORY_TABLES = (Adjustment, AsFoundResult, IntermediateCheck, HoldRelease, IntervalProposal, IntervalDecision)
