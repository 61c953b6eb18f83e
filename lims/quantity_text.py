"""A number with its unit as one text ("10000.005 g"): read exactly, compared and converted as decimals."""

from dataclasses import dataclass
from decimal import Context, Decimal

from uncertainty.errors import Invalid, InvalidUnit
from uncertainty.quantity import read_quantity
from uncertainty.rounding import canonical, display
from uncertainty.units import check_unit, display_unit, zero_on_scale

_EXACT = Context(prec=60)


def in_unit(text: str, unit: str) -> Decimal:
    """The number of a text in another unit; in degC it is a point on the scale.

    Args:
        text: a number with its unit.
        unit: a permitted unit of the same dimension.

    Raises:
        Invalid: where the text is no quantity, or its unit does not fit.

    >>> in_unit("45 mg", "g")
    Decimal('0.045')
    """
    quantity, other = read_quantity(text), check_unit(unit)
    number, one = quantity.typed.number, quantity.unit
    if one.dimension != other.dimension or {one.scale, other.scale} >= {"dBm", None}:
        raise InvalidUnit("uncertainty.unit_does_not_fit", unit=one.text, wanted=other.text)
    if one.text == other.text:
        return number
    if one.is_difference != other.is_difference:
        raise InvalidUnit("uncertainty.unit_does_not_fit", unit=one.written, wanted=other.written)
    shift = Decimal(0)
    if one.scale != other.scale:
        shift = Decimal(repr(zero_on_scale(one))) - Decimal(repr(zero_on_scale(other)))
    scaled = _EXACT.add(_EXACT.multiply(number, Decimal(repr(one.factor))), shift)
    return _EXACT.divide(scaled, Decimal(repr(other.factor))).normalize(_EXACT)


def same_quantity(one: str, other: str) -> bool:
    """Whether two texts stand for the same quantity ("10 kg" and "10000 g"). Raises: Invalid."""
    wanted = read_quantity(other)
    return in_unit(one, wanted.unit.text) == wanted.typed.number


def text_of(number: Decimal, unit: str) -> str:
    """A number with its unit as text; dimension one has no unit."""
    plain = canonical(number) if -30 < number.adjusted() < 30 else str(number).replace("E+", "e").replace("E", "e")
    return plain if unit in ("", "1") else f"{plain} {unit}"


def fits(text: str, unit: str) -> bool:
    """Whether a text is a quantity whose unit fits `unit`."""
    try:
        in_unit(text, unit)
    except Invalid:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Shown:
    """A canonical number, with its unit where it has one, that a sentence shows in the reader's language."""

    number: str
    unit: str = "1"
    sign: bool = False

    def text(self, language: str) -> str:
        """Return the number with the decimal sign of the language and the unit as it is printed."""
        number = display(self.number, decimal="," if language == "vi" else ".", group="\u202f", sign=self.sign)
        unit = display_unit(self.unit, language)
        return f"{number}\u00a0{unit}" if unit else number


def shown(text: str) -> Shown:
    """A number with its unit, for a sentence. Raises: Invalid."""
    quantity = read_quantity(text)
    return Shown(quantity.typed.canonical, quantity.unit.text)
