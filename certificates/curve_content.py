"""A calibration function on a certificate: its coefficients with their correlation, and its use backwards."""

from __future__ import annotations

from dataclasses import dataclass

from certificates.canonical import Record


@dataclass(frozen=True)
class Coefficient(Record):
    """A coefficient of a calibration function with its standard uncertainty."""

    value: str
    standard_uncertainty: str
    unit: str


@dataclass(frozen=True)
class InverseValue(Record):
    """The argument at which a calibration function has a value, with its expanded uncertainty (k = 2)."""

    response: str
    value: str
    expanded_uncertainty: str


@dataclass(frozen=True)
class Curve(Record):
    """A calibration function: a polynomial with the correlation of its coefficients, and its use backwards."""

    symbol: str
    argument: str
    argument_unit: str
    unit: str  # of the function's value
    coefficients: tuple[Coefficient, ...]  # of the powers 0, 1, 2 ...
    correlations: tuple[tuple[str, ...], ...]
    lower: str  # where the function holds
    upper: str
    inverse: tuple[InverseValue, ...] = ()
