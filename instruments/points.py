"""Points and uncertainties as the registry keeps them, text and unit, compared across units.

Nothing here computes a result: it answers whether a point lies in a range, whether two points are one, and which of two
uncertainties is smaller. Equal units are compared exactly, others after conversion within 1e-9 of their size.
"""

import math
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from uncertainty.errors import Invalid
from uncertainty.rounding import display
from uncertainty.typed import read_number
from uncertainty.units import check_unit, convert, display_unit

SAME = 1e-9
"""Relative difference below which two converted numbers are one; far below any printed digit, far above float noise."""


@dataclass(frozen=True)
class Amount:
    """A number as text with its unit, to be put into a sentence in the reader's language."""

    digits: str
    unit: str

    def text(self, language: str) -> str:
        """The amount with the decimal sign of the language; as it stands where it cannot be read."""
        try:
            number = read_number(self.digits).canonical
            unit = display_unit(self.unit, language)
        except Invalid:
            return f"{self.digits} {self.unit}".strip()
        shown = display(number, decimal="," if language == "vi" else ".", group="\u202f")
        return f"{shown}\u00a0{unit}" if unit else shown


@dataclass(frozen=True)
class Spread:
    """An expanded uncertainty as printed, beside the value it belongs to (a relative one needs it).

    ``digits`` and ``unit`` are the uncertainty's; a unit of dimension one beside a value of another dimension means
    that the uncertainty is relative to the value (ISO/IEC 17025, 7.8.4.1 a). ``coverage_factor`` divides it.
    """

    digits: str
    unit: str
    value: str
    value_unit: str
    coverage_factor: str = "1"


def shown_day(day: date) -> str:
    """A day as it is written in sentences of either language: 21/11/2026."""
    return day.strftime("%d/%m/%Y")


@lru_cache(maxsize=4096)
def converted(digits: str, unit: str, to_unit: str, difference: bool) -> float | None:
    """A number in another unit, as a point or as a difference; None where number or unit cannot be read."""
    try:
        return convert(float(read_number(digits)), unit, to_unit, difference=difference)
    except Invalid:
        return None


@lru_cache(maxsize=4096)
def same_dimension(unit: str, other: str) -> bool:
    """Whether two units can be converted into each other; False where either is not a unit."""
    try:
        return check_unit(unit).dimension == check_unit(other).dimension
    except Invalid:
        return False


def fits_as_uncertainty(unit: str, value_unit: str) -> bool:
    """Whether an uncertainty in one unit can belong to a value in another: the same dimension, or relative."""
    return same_dimension(unit, value_unit) or same_dimension(unit, "1")


def lies_between(value: str, unit: str, lower: str, upper: str, range_unit: str) -> bool:
    """Whether a point lies in a closed range; False where a number or a unit cannot be read.

    Args:
        value: the point.
        unit: its unit.
        lower: the lower end.
        upper: the upper end.
        range_unit: the unit of both ends.
    """
    point = converted(value, unit, range_unit, False)
    ends = (converted(lower, range_unit, range_unit, False), converted(upper, range_unit, range_unit, False))
    if point is None or ends[0] is None or ends[1] is None:
        return False
    slack = SAME * max(abs(point), abs(ends[0]), abs(ends[1]))
    return ends[0] - slack <= point <= ends[1] + slack


def same_point(one: str, unit: str, other: str, other_unit: str) -> bool:
    """Whether two points are one: 10 kg and 10 000 g are; False where a number or a unit cannot be read."""
    here, there = converted(one, unit, other_unit, False), converted(other, other_unit, other_unit, False)
    return here is not None and there is not None and math.isclose(here, there, rel_tol=SAME, abs_tol=0.0)


@lru_cache(maxsize=4096)
def is_uncertainty(digits: str | None) -> bool:
    """Whether a text is a number above zero, as an uncertainty or a coverage factor has to be."""
    if digits is None:
        return False
    try:
        return read_number(digits).number > 0
    except Invalid:
        return False


@lru_cache(maxsize=4096)
def falls_below(one: Spread, other: Spread) -> bool | None:
    """Whether one uncertainty is smaller than another, both taken as printed.

    Where only one of the two is relative, or the units differ, both are brought to the unit of the second's value.

    Returns:
        True or False; None where they cannot be compared.
    """
    if one.unit == other.unit and (one.value, one.value_unit) == (other.value, other.value_unit):
        try:
            numbers = [read_number(text).number for text in (one.digits, one.coverage_factor)]
            others = [read_number(text).number for text in (other.digits, other.coverage_factor)]
        except Invalid:
            return None
        return numbers[0] * others[1] < others[0] * numbers[1]
    unit = other.value_unit if other.value else other.unit
    here, there = absolute(one, unit), absolute(other, unit)
    if here is None or there is None:
        return None
    return here < there * (1 - SAME)


def absolute(spread: Spread, unit: str) -> float | None:
    """An uncertainty divided by its coverage factor, in a unit; None where that cannot be had.

    One of dimension one beside a value of another dimension is relative to the value.
    """
    factor = converted(spread.coverage_factor, "1", "1", True)
    if not factor:
        return None
    if same_dimension(spread.unit, unit):
        amount = converted(spread.digits, spread.unit, unit, True)
    else:
        share = converted(spread.digits, spread.unit, "1", True)
        value = converted(spread.value, spread.value_unit, unit, False)
        amount = None if share is None or value is None else share * abs(value)
    return None if amount is None else amount / factor
