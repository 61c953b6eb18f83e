"""Significant digits of an uncertainty, and the value rounded to match. No float is formatted elsewhere."""

import math
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

from uncertainty.errors import InvalidNumber

_EXACT = Context(prec=700)
SMALLEST_SHARE = Decimal("0.95")


@dataclass(frozen=True)
class Reported:
    """A result as it is printed: canonical decimal strings that end at the same place.

    Attributes:
        value: the estimate.
        expanded_uncertainty: U (or any uncertainty that was given to `report`).
        decimals: digits after the decimal mark; negative where tens or hundreds are the last place.
    """

    value: str
    expanded_uncertainty: str
    decimals: int


def exact(number: float) -> Decimal:
    """The shortest decimal that stands for a float.

    Raises:
        InvalidNumber: for NaN and infinity.
    """
    if not math.isfinite(number):
        raise InvalidNumber("uncertainty.number_not_finite", text=str(number))
    return Decimal(repr(float(number)))


LEAST_PLAIN = -3
"""Power of ten of the first digit from which a small number is shown in plain digits."""


def canonical(number: Decimal) -> str:
    """Plain digits without exponent; zero carries no sign."""
    text = format(number, "f")
    return text.lstrip("-") if number == 0 else text


def last_place(uncertainty: Decimal, digits: int) -> int:
    """The exponent of ten of the last significant digit of a positive uncertainty."""
    return uncertainty.adjusted() - digits + 1


def _round_up_if_flattering(uncertainty: Decimal, place: int) -> Decimal:
    quantum = Decimal((0, (1,), place))
    rounded = uncertainty.quantize(quantum, ROUND_HALF_UP, _EXACT)
    if rounded < _EXACT.multiply(uncertainty, SMALLEST_SHARE):
        rounded = uncertainty.quantize(quantum, ROUND_CEILING, _EXACT)
    return rounded


def round_uncertainty(uncertainty: float, digits: int = 2) -> tuple[Decimal, int]:
    """An uncertainty to its significant digits, never flattering, and its last place.

    Rounding is the usual one, upwards where it would take away more than 5 %.

    Args:
        uncertainty: positive, any unit.
        digits: significant digits, 1 or 2 on paper.

    Returns:
        The rounded uncertainty and the exponent of ten of its last place.

    Source: GUM (JCGM 100), 7.2.6; EA-4/02 M:2022, 6.3; ILAC-P14.
    """
    given = exact(uncertainty)
    place = last_place(given, digits)
    rounded = _round_up_if_flattering(given, place)
    if rounded.adjusted() > given.adjusted():
        place += 1
        rounded = _round_up_if_flattering(given, place)
    return rounded, place


def report(estimate: float, expanded_uncertainty: float, digits: int = 2) -> Reported:
    """A result rounded for paper: U to one or two digits, the estimate to the same place.

    Args:
        estimate: the value, any unit.
        expanded_uncertainty: U in the same unit; zero for an exact value.
        digits: significant digits of U.

    Returns:
        Canonical strings with ASCII `-` and `.`, trailing zeros kept.

    Raises:
        InvalidNumber: for NaN, infinity, or a negative uncertainty.

    Source: GUM (JCGM 100), 7.2.6; ILAC-P14; ISO 80000-1, annex B (rule A, to even).

    >>> report(10000.0250, 0.0585)
    Reported(value='10000.025', expanded_uncertainty='0.059', decimals=3)
    """
    value = exact(estimate)
    if expanded_uncertainty < 0:
        raise InvalidNumber("uncertainty.negative_uncertainty", text=str(expanded_uncertainty))
    if expanded_uncertainty == 0:
        text = canonical(value.normalize(_EXACT) if value != value.to_integral_value() else value.to_integral_value())
        return Reported(text, "0", len(text.partition(".")[2]))
    rounded, place = round_uncertainty(expanded_uncertainty, digits)
    matched = value.quantize(Decimal((0, (1,), place)), ROUND_HALF_EVEN, _EXACT)
    return Reported(canonical(matched), canonical(rounded), -place)


def display(
    canonical: str,
    *,
    decimal: str = ",",
    group: str = " ",
    minus: str = "−",
    sign: bool = False,
    group_decimals: bool | None = None,
) -> str:
    """A canonical number as it is shown: decimal sign, groups of three on both sides, real minus, power of ten.

    Args:
        canonical: digits with ASCII `-` and `.`, and `e` before a power of ten; it is never rounded here.
        decimal: the decimal sign of the document.
        group: the gap between groups of three digits.
        minus: the minus sign.
        sign: whether a positive number carries `+` (errors, corrections); zero carries none.
        group_decimals: whether decimals are grouped; None groups five or more.

    Source: ISO 80000-1, 7.3.1.

    >>> display("-10000.025")
    '−10 000,025'
    >>> display("1.2345e-7")
    '1,2345 × 10⁻⁷'
    """
    negative = canonical.startswith("-")
    mantissa, _, exponent = canonical.lstrip("-").partition("e")
    whole, mark, decimals = mantissa.partition(".")
    first = len(whole) % 3
    parts = [whole[:first]] * bool(first) + [whole[i : i + 3] for i in range(first, len(whole), 3)]
    shown = group.join(parts)
    if mark:
        grouped = len(decimals) > 4 if group_decimals is None else group_decimals
        if grouped:
            decimals = group.join(decimals[i : i + 3] for i in range(0, len(decimals), 3))
        shown += decimal + decimals
    if exponent:
        shown += f"{group}×{group}10{raised(int(exponent))}"
    if negative:
        return minus + shown
    return "+" + shown if sign and mantissa.strip("0.") else shown


def power_of_ten(exponent: int, minus: str = "⁻") -> str:
    """A power of ten as it is shown after a number: `·10⁻⁸`; empty for exponent 0."""
    return f"·10{raised(exponent, minus)}" if exponent else ""


def raised(exponent: int, minus: str = "⁻") -> str:
    """An exponent in raised digits: -7 is "⁻⁷"."""
    digits = str(abs(exponent)).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{minus if exponent < 0 else ''}{digits}"


def in_one_power(number: Decimal, uncertainty: Decimal) -> tuple[str, str]:
    """A rounded number and its rounded uncertainty, both over one power of ten where plain digits would mislead.

    That is where the larger of them is below 0.001, so that its first digits are zeros of the place only, and where the
    last digit stands above the units, so that plain digits would end in zeros that say nothing. No digit is changed.

    Args:
        number: rounded to the place of its uncertainty.
        uncertainty: rounded, not negative.

    Returns:
        Canonical texts, "-5.7752e-5" and "0.0123e-5"; without a power where none is needed.

    Source: ISO 80000-1:2022, 7.2 and 7.3.

    >>> in_one_power(Decimal("-0.000057752"), Decimal("0.000000123"))
    ('-5.7752e-5', '0.0123e-5')
    >>> in_one_power(Decimal("0.39083"), Decimal("0.00012"))
    ('0.39083', '0.00012')
    """
    exponent = number.as_tuple().exponent
    power = max(number, uncertainty, key=lambda one: one.copy_abs()).adjusted()
    if not isinstance(exponent, int) or not (number or uncertainty) or (power >= LEAST_PLAIN and exponent <= 0):
        return canonical(number), canonical(uncertainty)
    moved = (canonical(one.scaleb(-power, _EXACT)) for one in (number, uncertainty))
    first, second = (f"{text}e{power}" for text in moved)
    return first, second
