"""The permitted unit names and their conversion, behind a gate.

`data/units.txt` lists every unit; nothing else is one. A text passes the gate (length,
characters, NFC, never NFKC), then a small grammar of products, quotients and integer powers.
Factors, dimensions and zeros are pint's, as `data/unit-values.txt` has written them down.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, lru_cache

from uncertainty.data_folder import data_folder
from uncertainty.errors import InvalidUnit, did_you_mean
from uncertainty.unit_definitions import LEVEL, ONE, Definition, Definitions, Dimension, read_written

PREFIXES = {
    "f": "femto", "p": "pico", "n": "nano", "u": "micro", "m": "milli", "c": "centi", "d": "deci", "h": "hecto",
    "k": "kilo", "M": "mega", "G": "giga", "T": "tera",
}  # fmt: skip
NOT_OF_PINT = {"10": Definition(Fraction(10), ONE), "dB": Definition(Fraction(1), LEVEL)}
NOT_OF_PINT["dBm"] = NOT_OF_PINT["dB"]
DIFFERENCES = {"delta_degC": "degC", "delta_degF": "degF"}
MOST_CHARACTERS = 80
MOST_FACTORS = 12
GREATEST_EXPONENT = 9
_SPELLED = {
    "°C": "degC", "℃": "degC", "°F": "degF", "°": "deg", "′": "arcmin", "″": "arcsec", "‰": "permille", "µ": "u",
    "μ": "u", "Ω": "ohm", "·": "*", "⋅": "*", "×": "*", "−": "-", "**": "^",
    "\u00a0": " ", "\u202f": " ", "\u2009": " ",
}  # fmt: skip
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_RAISED = re.compile("[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_TOKEN = re.compile(
    r" *(?:([A-Za-z_%]+|10(?=\^)|1(?![0-9]))(?:\^(?:\(([-+]?[0-9]{1,3})\)|([-+]?[0-9]{1,3})))?|([*/()]))"
)
_PRINTED_POWERS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


@dataclass(frozen=True)
class Unit:
    """A permitted unit.

    Attributes:
        text: the spelling in ASCII, as in `data/units.txt` (`ug/(g*K)`).
        factor: what one of it is in the coherent SI base.
        dimension: exponents of the bases, in the order of BASES.
        scale: the scale of a point (`temperature`, `dBm`), else None.
        zero: its zero on that scale, in base units.
        printed: as it is shown to people (`µg/(g·K)`).
        is_difference: whether it was said to be a difference on a scale (`delta_degC`); its text is `degC`.
    """

    text: str
    factor: float
    dimension: Dimension
    scale: str | None = None
    zero: float = 0.0
    printed: str = ""
    is_difference: bool = False

    @property
    def written(self) -> str:
        """As it was written, a difference on a scale with its mark."""
        return f"delta_{self.text}" if self.is_difference else self.text


@dataclass(frozen=True)
class _Atom:
    """One unit of the list, with its prefix; what it is worth is looked up when it is asked for."""

    symbol: str
    name: str
    printed: str
    scale: str | None = None

    @property
    def factor(self) -> Fraction:
        """What one of it is in the coherent SI base, exact."""
        return self._definition.factor

    @property
    def dimension(self) -> Dimension:
        """Exponents of the bases."""
        return self._definition.dimension

    @property
    def zero(self) -> float:
        """The zero of its scale, above that of the scale of degrees Celsius where it is a temperature."""
        return float(_definitions().zero(self.name) - celsius_zero()) if self.scale == "temperature" else 0.0

    @property
    def _definition(self) -> Definition:
        return NOT_OF_PINT.get(self.symbol) or _definitions().of(self.name)


@cache
def permitted_units() -> dict[str, _Atom]:
    """Every accepted spelling of a single unit, from `data/units.txt`."""
    found: dict[str, _Atom] = {}
    for line in (data_folder() / "units.txt").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            symbol, name, of_pint, prefixes, scale, printed, others = (part.strip() for part in line.split("|"))
            spellings = [symbol, name, *(s for s in others.split() if s.isascii())]
            found |= dict.fromkeys(spellings, _Atom(symbol, of_pint, printed, scale or None))
            for prefix in prefixes.split():
                word, shown = PREFIXES[prefix], ("µ" if prefix == "u" else prefix) + printed
                found |= dict.fromkeys((prefix + symbol, word + name), _Atom(prefix + symbol, word + of_pint, shown))
    return found


@cache
def _definitions() -> Definitions:
    names = (atom.name for atom in permitted_units().values() if atom.symbol not in NOT_OF_PINT)
    return Definitions(names, read_written((data_folder() / "unit-values.txt").read_text(encoding="utf-8")))


def celsius_zero() -> Fraction:
    """The zero of degrees Celsius, the scale of all points of temperature, in kelvin."""
    return _definitions().zero("degree_Celsius")


def check_unit(text: str) -> Unit:
    """The permitted unit that a text names.

    Args:
        text: pint's names and the usual spellings: `mm`, `µm`, `m²`, `kg/m^3`, `J/(mol K)`, `10⁻⁶/K`, `°C`, `1`.

    Raises:
        InvalidUnit: naming what is not known and the nearest that is.

    >>> check_unit("kg/m³").printed
    'kg/m³'
    """
    if len(text) > MOST_CHARACTERS:
        raise InvalidUnit("uncertainty.unit_too_long", unit=text[:20] + "…", most=MOST_CHARACTERS)
    return _read(text)


@lru_cache(maxsize=4096)
def _read(text: str) -> Unit:
    spelled = unicodedata.normalize("NFC", text).strip(" ")
    for written, plain in _SPELLED.items():
        spelled = spelled.replace(written, plain)
    spelled = _RAISED.sub(lambda match: "^" + match[0].translate(_SUPERSCRIPTS), spelled)
    for character in spelled:
        if not (character.isascii() and character.isprintable()):
            key = "uncertainty.unit_plus_minus" if character == "±" else "uncertainty.unit_character"
            raise InvalidUnit(key, character=f"U+{ord(character):04X}")
    if spelled in ("", "1"):
        return Unit("1", 1.0, ONE)
    if spelled in DIFFERENCES:
        return replace(_read(DIFFERENCES[spelled]), scale=None, zero=0.0, is_difference=True)
    return _combined(_factors(spelled))


def _factors(spelled: str) -> list[tuple[_Atom, int]]:
    """The single units of a text with their exponents."""
    found: list[tuple[_Atom, int]] = []
    signs, divide, position, wanted = [1], False, 0, True
    while position < len(spelled):
        match = _TOKEN.match(spelled, position)
        if match is None:
            raise InvalidUnit("uncertainty.unit_not_readable", unit=spelled, at=spelled[position:])
        position = match.end()
        name, mark = match[1], match[4]
        if name:
            power = int(match[2] or match[3] or 1) * signs[-1] * (-1 if divide else 1)
            found.append((_atom(name, spelled), _bounded(power, spelled)))
            wanted, divide = False, False
        elif mark == "(":
            signs.append(signs[-1] * (-1 if divide else 1))
            wanted, divide = True, False
        elif wanted or (mark == ")" and len(signs) == 1):
            raise InvalidUnit("uncertainty.unit_not_readable", unit=spelled, at=mark)
        elif mark == ")":
            signs.pop()
        else:
            wanted, divide = True, mark == "/"
    if wanted or len(signs) > 1 or len(found) > MOST_FACTORS:
        raise InvalidUnit("uncertainty.unit_not_readable", unit=spelled, at=spelled[-1:])
    return found


def _bounded(power: int, spelled: str) -> int:
    greatest = 18 if spelled.startswith("10^") else GREATEST_EXPONENT
    if abs(power) > greatest or power == 0:
        raise InvalidUnit("uncertainty.unit_exponent", unit=spelled, most=GREATEST_EXPONENT)
    return power


def _atom(name: str, spelled: str) -> _Atom:
    if name == "10":
        return _Atom("10", "", "10")
    known = permitted_units()
    if name not in known:
        raise InvalidUnit("uncertainty.unit_unknown", unit=spelled, suggestion=did_you_mean(name, known), name=name)
    return known[name]


def _combined(factors: list[tuple[_Atom, int]]) -> Unit:
    factor = Fraction(1)
    dimension = list(ONE)
    for atom, power in factors:
        factor *= atom.factor**power
        dimension = [one + other * power for one, other in zip(dimension, atom.dimension, strict=True)]
    factors = _merged(factors)
    text = _joined([(atom.symbol, power) for atom, power in factors], "*", lambda power: f"^{power}")
    printed = _joined(
        [(a.printed, power) for a, power in factors], "·", lambda power: str(power).translate(_PRINTED_POWERS)
    )
    scale, zero = (None, 0.0)
    if len(factors) == 1 and factors[0][1] == 1:
        scale, zero = factors[0][0].scale, factors[0][0].zero
    elif any(atom.symbol == "dBm" for atom, _ in factors):
        raise InvalidUnit("uncertainty.unit_point_in_product", unit=text)
    return Unit(text or "1", float(factor), tuple(dimension), scale, zero, printed)


def _merged(factors: list[tuple[_Atom, int]]) -> list[tuple[_Atom, int]]:
    """Equal units together, those that cancel left out; powers of ten stay as they are written."""
    powers: dict[_Atom, int] = {}
    for atom, power in factors:
        powers[atom] = powers.get(atom, 0) + power
    return [(atom, power) for atom, power in powers.items() if power and atom.symbol != "1"]


def _raised(power: int) -> str:
    return str(power).translate(_PRINTED_POWERS)


def _joined(factors: list[tuple[str, int]], dot: str, power_of: Callable[[int], str]) -> str:
    """A unit in one line: numerator/denominator; powers of ten keep their sign."""

    def part(name: str, power: int) -> str:
        return name if power == 1 else f"{name}{power_of(power)}"

    above = [part(name, power) for name, power in factors if power > 0 or name == "10"]
    below = [part(name, -power) for name, power in factors if power < 0 and name != "10"]
    if not below:
        return dot.join(above)
    under = below[0] if len(below) == 1 else f"({dot.join(below)})"
    return f"{dot.join(above) or '1'}/{under}"


def display_unit(text: str, language: str = "vi") -> str:
    """A unit as people read it: `degC` is `°C`, `ohm` is `Ω`, `um` is `µm`; dimension one is empty.

    Args:
        text: a permitted unit.
        language: unit signs are international; the language is taken for symmetry with other texts.

    >>> display_unit("ug/(g*K)")
    'µg/(g·K)'
    """
    return check_unit(text).printed


def convert(value: float, from_unit: str, to_unit: str, *, difference: bool = False) -> float:
    """A value in another unit.

    Args:
        value: in `from_unit`.
        from_unit: a permitted unit.
        to_unit: a permitted unit of the same dimension.
        difference: whether the value is a difference, an uncertainty or a width; in
            `degC` a plain value is a point on the scale (20 degC is 293.15 K).

    Raises:
        InvalidUnit: for units of different dimension or on different scales.

    >>> convert(45.0, "mg", "g")
    0.045
    """
    if from_unit == to_unit:
        return value
    one, other = check_unit(from_unit), check_unit(to_unit)
    fits = one.dimension == other.dimension and (difference or one.is_difference == other.is_difference)
    if not fits or (not difference and {one.scale, other.scale} >= {"dBm", None}):
        raise InvalidUnit("uncertainty.unit_does_not_fit", unit=one.written, wanted=other.written)
    if difference or one.scale == other.scale is None:
        return float(Fraction(value) * Fraction(one.factor) / Fraction(other.factor)) if value else 0.0
    return (value * one.factor + zero_on_scale(one) - zero_on_scale(other)) / other.factor


def zero_on_scale(unit: Unit) -> float:
    """The zero of a unit on its temperature scale; the kelvin, too, may stand for a point."""
    return -float(celsius_zero()) if unit.scale is None and unit.dimension == check_unit("K").dimension else unit.zero
