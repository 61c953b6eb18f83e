"""A number and its unit, the only marriage of the two."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from uncertainty.errors import InvalidNumber, InvalidUnit
from uncertainty.typed import NUMBER, SPACES, TypedNumber, read_number
from uncertainty.units import Unit, celsius_zero, check_unit

MOST_CHARACTERS = 160


@dataclass(frozen=True)
class Quantity:
    """A typed number with its unit.

    Attributes:
        typed: the number with the digits that were typed.
        unit: its unit; dimension one where none was written.
    """

    typed: TypedNumber
    unit: Unit

    def point(self) -> float:
        """The value in base units; on the scale where the unit is a point on one."""
        return in_base(self.typed.number, self.unit) + self.unit.zero

    def difference(self) -> float:
        """The value in base units as a difference, a width or an uncertainty."""
        return in_base(self.typed.number, self.unit)


def in_base(number: Decimal, unit: Unit) -> float:
    """A decimal number of a unit in base units, correctly rounded."""
    if unit.factor == 1.0:
        return float(number)
    return float(Fraction(number) * Fraction(repr(unit.factor)))


def from_base(value: float, unit: Unit) -> float:
    """A difference in base units as a number of the unit; the inverse of `in_base` on up to 15 digits."""
    factor = unit.factor
    if factor == 1.0 or not value:
        return value
    exact, power = _exact(factor)
    if power is None:
        return float(Fraction(repr(float(value))) / exact)
    digits, _, exponent = repr(float(value)).partition("e")
    return float(f"{digits}e{int(exponent or 0) - power}")


@lru_cache(maxsize=512)
def _exact(factor: float) -> tuple[Fraction, int | None]:
    """A factor as its shortest decimal number says, and its exponent where it is a power of ten."""
    number = Decimal(repr(factor)).normalize()
    sign, digits, exponent = number.as_tuple()
    return Fraction(number), int(exponent) if (sign, digits) == (0, (1,)) else None


def point_from_base(value: float, unit: Unit) -> float:
    """A value in base units as a number of the unit, on its scale where it has one."""
    return from_base(value - unit.zero, unit)


def numeric_entry(unit: Unit, scale: str | None) -> tuple[float, float]:
    """Factor and shift that turn a base value into its number in a unit, for numerical-value equations.

    Args:
        unit: the unit in which the number is wanted.
        scale: the scale of which the quantity is a point, if any; kelvin then means the absolute scale.
    """
    if scale == "temperature":
        zero = unit.zero if unit.scale else -float(celsius_zero())
        return 1 / unit.factor, -zero / unit.factor
    return 1 / unit.factor, 0.0


def read_quantity(text: str) -> Quantity:
    """A typed number followed by a unit.

    Args:
        text: for example `10 000,005 g`, `45 mg`, `1.15e-5 1/K`, `3 ppm`, `0.957`.

    Raises:
        InvalidNumber: where the text does not begin with a number.
        InvalidUnit: where what follows is not a permitted unit.

    >>> read_quantity("45 mg").difference()
    4.5e-05
    """
    if len(text) > MOST_CHARACTERS:
        raise InvalidNumber("uncertainty.number_too_long", text=text[:20] + "…", most=MOST_CHARACTERS)
    trimmed = text.strip(SPACES + "\t\r\n")
    match = NUMBER.match(trimmed)
    if match is None or trimmed[match.end() : match.end() + 1] in tuple("0123456789_.,"):
        read_number(trimmed)
        raise InvalidNumber("uncertainty.number_not_readable", text=trimmed)
    return Quantity(read_number(match[0]), check_unit(trimmed[match.end() :]))


def require_dimension(quantity: Quantity, unit: Unit) -> None:
    """Refuse a quantity whose unit does not measure the same thing.

    Raises:
        InvalidUnit: naming both units.
    """
    if quantity.unit.dimension != unit.dimension:
        share = not any(quantity.unit.dimension) and quantity.unit.text != "1"
        key = "uncertainty.unit_is_share" if share else "uncertainty.unit_does_not_fit"
        raise InvalidUnit(key, unit=quantity.unit.text, wanted=unit.text)
