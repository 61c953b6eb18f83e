"""Units as the Digital System of Units (D-SI) writes them, and numbers moved to them digit by digit, exactly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import lru_cache

from uncertainty.errors import Invalid, InvalidUnit
from uncertainty.units import check_unit

PREFIXES = {
    "f": "femto", "p": "pico", "n": "nano", "u": "micro", "m": "milli", "c": "centi", "d": "deci", "h": "hecto",
    "k": "kilo", "M": "mega", "G": "giga", "T": "tera",
}  # fmt: skip
NAMES = {
    "rad": "radian", "sr": "steradian", "deg": "degree", "arcmin": "arcminute", "arcsec": "arcsecond", "m": "metre",
    "L": "litre", "l": "litre", "g": "gram", "t": "tonne", "u": "dalton", "s": "second", "min": "minute",
    "h": "hour", "d": "day", "Hz": "hertz", "K": "kelvin", "degC": "degreecelsius", "N": "newton", "Pa": "pascal",
    "J": "joule", "eV": "electronvolt", "W": "watt", "A": "ampere", "V": "volt", "ohm": "ohm", "S": "siemens",
    "F": "farad", "C": "coulomb", "H": "henry", "Wb": "weber", "T": "tesla", "mol": "mole", "kat": "katal",
    "cd": "candela", "lm": "lumen", "lx": "lux", "Bq": "becquerel", "Gy": "gray", "Sv": "sievert", "dB": "decibel",
    "%": "percent", "ppm": "ppm", "bar": "bar", "kg": "kilogram",
}  # fmt: skip
COMPOSED = {
    "Wh": r"\watt\hour", "mWh": r"\milli\watt\hour", "kWh": r"\kilo\watt\hour", "MWh": r"\mega\watt\hour",
    "VA": r"\volt\ampere", "mVA": r"\milli\volt\ampere", "kVA": r"\kilo\volt\ampere", "MVA": r"\mega\volt\ampere",
    "P": r"\deci\pascal\second", "cP": r"\milli\pascal\second", "St": r"\centi\metre\tothe{2}\second\tothe{-1}",
    "cSt": r"\milli\metre\tothe{2}\second\tothe{-1}",
}  # fmt: skip
PARTS = {"%": -2, "permille": -3, "ppm": -6, "ppb": -9}
"""Parts of one, as powers of ten: the SI form is a fraction."""
NOT_SI = {
    "in": "1 in = 0.0254 m", "ft": "1 ft = 0.3048 m", "lb": "1 lb = 0.45359237 kg", "kgf": "1 kgf = 9.80665 N",
    "atm": "1 atm = 101325 Pa", "mmHg": "1 mmHg = 133.322 Pa", "psi": "1 psi = 6894.757 Pa",
    "degF": "t/°F = 1.8 t/°C + 32", "turn": "1 turn = 2 pi rad", "rpm": "1 rpm = 1 revolution in 60 s",
    "dBm": "0 dBm = 1 mW",
}  # fmt: skip
"""Units that D-SI does not know, with the definition that the certificate states.

Source: BIPM, SI Brochure, 9th edition; NIST SP 811, appendix B.
"""
CELSIUS_ZERO = Decimal("273.15")
_EXACT = Context(prec=700)
_FACTOR = re.compile(r"(1(?![0-9])|[A-Za-z%]+|10)(?:\^(-?[0-9]+))?")


@dataclass(frozen=True)
class DsiUnit:
    """A unit in D-SI.

    Attributes:
        si: the SI form ("\\kelvin", "\\one"); for a unit outside D-SI its name after a bar ("|psi").
        shift: power of ten by which a number is moved to stand in the SI form.
        celsius: whether a point on the scale gains 273.15 on its way to the SI form.
        printed: D-SI unit of the number as it is printed, where that is not the SI form.
        definition: what the unit is, where D-SI does not know it.
    """

    si: str
    shift: int = 0
    celsius: bool = False
    printed: str | None = None
    definition: str | None = None

    def to_si(self, number: str, *, difference: bool = False) -> str:
        """A canonical number in the SI form: the same digits moved, exactly.

        Args:
            number: canonical decimal text in the printed unit.
            difference: whether it is an uncertainty, an error or a width, which no zero of a scale shifts.
        """
        if "e" in number:
            return moved(number, self.shift)
        shifted = Decimal(number).scaleb(self.shift, _EXACT)
        if self.celsius and not difference:
            shifted = _EXACT.add(shifted, CELSIUS_ZERO)
        return format(shifted, "f")


@lru_cache(maxsize=1_000)
def dsi_unit(name: str) -> DsiUnit:
    """The D-SI form of a unit of a measurement model.

    Args:
        name: a permitted unit ("degC", "um", "kg/m^3", "1"), or the printed "% RH".

    Raises:
        Invalid: the unit is none that D-SI can say, naming it.

    >>> dsi_unit("um").si
    '\\\\micro\\\\metre'
    """
    if name in ("% RH", "%RH"):
        name = "%"
    try:
        text = check_unit(name).text
    except InvalidUnit:
        raise _refused(name) from None
    if text in NOT_SI:
        return DsiUnit(f"|{text}", definition=NOT_SI[text])
    if text == "degC":
        return DsiUnit(r"\kelvin", celsius=True, printed=r"\degreecelsius")
    factors = _factors(text)
    shift = sum(PARTS.get(symbol, 1) * power for symbol, power in factors if symbol in PARTS or symbol == "10")
    si = "".join(_said(symbol, power, name) for symbol, power in factors if symbol not in PARTS and symbol != "10")
    if not shift:
        return DsiUnit(si or r"\one")
    sayable = all(symbol in NAMES or symbol not in PARTS for symbol, _ in factors) and "10" not in dict(factors)
    printed = "".join(_said(symbol, power, name) for symbol, power in factors) if sayable else None
    return DsiUnit(si or r"\one", shift, printed=printed)


def ten_power(of: str, other: str) -> int | None:
    """By which power of ten a number in one unit is moved to stand in the other; None where it is no such power."""
    if of == other:
        return 0
    try:
        one, two = check_unit(of), check_unit(other)
    except InvalidUnit:
        return None
    if one.dimension != two.dimension or one.scale != two.scale:
        return None
    for power in range(-24, 25):
        if abs(one.factor / (two.factor * 10.0**power) - 1) < 1e-12:
            return power
    return None


def moved(number: str, power: int) -> str:
    """A canonical number times a power of ten, the same digits; one over a power of ten stays one."""
    digits, _, exponent = number.partition("e")
    if exponent:
        both = int(exponent) + power
        return f"{digits}e{both}" if both else digits
    return format(Decimal(number).scaleb(power, _EXACT), "f") if power else number


def _factors(text: str) -> list[tuple[str, int]]:
    """The single units of a checked text with their powers."""
    above, _, below = text.partition("/")
    found = [(symbol, int(power or 1)) for symbol, power in _FACTOR.findall(above) if symbol != "1"]
    return found + [(symbol, -int(power or 1)) for symbol, power in _FACTOR.findall(below)]


def _said(symbol: str, power: int, name: str) -> str:
    """One unit with its prefix and power."""
    if symbol in COMPOSED and power == 1:
        return COMPOSED[symbol]
    if symbol in NAMES:
        word = f"\\{NAMES[symbol]}"
    elif symbol[:1] in PREFIXES and symbol[1:] in NAMES:
        word = f"\\{PREFIXES[symbol[0]]}\\{NAMES[symbol[1:]]}"
    else:
        raise _refused(name)
    return word if power == 1 else f"{word}\\tothe{{{power}}}"


def _refused(name: str) -> Invalid:
    return Invalid("dcc.unit", unit=name)
