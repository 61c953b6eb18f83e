"""The permitted units: proven against pint, spelled as laboratories spell them."""

from collections import Counter

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uncertainty.data_folder import data_folder
from uncertainty.errors import InvalidUnit
from uncertainty.units import BASES, check_unit, convert, display_unit, permitted_units

REGISTRY = pint.UnitRegistry()
BASE_NAMES = dict(zip(("meter", "kilogram", "second", "ampere", "kelvin", "mole", "candela"), BASES, strict=False))
NUMBERS = {"1": 1, "ppb": 1e-9, "permille": 1e-3}
# Where our spelling is not one of pint's, or pint means something else by it.
IN_PINT = {
    "t": "metric_ton", "min": "minute", "h": "hour", "d": "day", "u": "unified_atomic_mass_unit", "%": "percent",
    "degC": "delta_degC",
    "degF": "delta_degF", "deg": "degree", "turn": "turn", "in": "inch", "ft": "foot",
    "rpm": "revolutions_per_minute", "P": "poise",
    "St": "stokes", "mmHg": "millimeter_Hg", "VA": "volt * ampere", "Wh": "watt_hour", "lb": "pound",
    "gon": "grade", "S": "siemens", "Wb": "weber",
    "C": "coulomb", "F": "farad", "H": "henry", "T": "tesla", "K": "kelvin", "kat": "katal",
    "L": "liter", "l": "liter", "Pa": "pascal", "psi": "pound_force_per_square_inch", "atm": "standard_atmosphere",
}  # fmt: skip
PREFIX_WORDS = {
    "f": "femto",
    "p": "pico",
    "n": "nano",
    "u": "micro",
    "m": "milli",
    "c": "centi",
    "d": "deci",
    "h": "hecto",
} | {"k": "kilo", "M": "mega", "G": "giga", "T": "tera"}


def lines() -> list[list[str]]:
    """The lines of the list of units."""
    text = (data_folder() / "units.txt").read_text(encoding="utf-8")
    return [[part.strip() for part in line.split("|")] for line in text.splitlines() if line[:1] not in ("", "#")]


@pytest.mark.parametrize("line", [line for line in lines() if "level" not in line[3]], ids=lambda line: line[0])
def test_factor_and_dimension_are_those_of_pint(line):
    """A unit of the list, with each of its prefixes, is what pint says it is."""
    symbol, prefixes = line[0], line[4].split()
    name = "dimensionless" if symbol in NUMBERS else IN_PINT.get(symbol, symbol)
    base = REGISTRY.Quantity(NUMBERS.get(symbol, 1), name).to_base_units()
    unit = check_unit(symbol)
    expected = {BASE_NAMES[str(key)]: power for key, power in base.unit_items() if str(key) in BASE_NAMES}
    assert {key: power for key, power in zip(BASES, unit.dimension, strict=True) if power} == expected
    assert unit.factor == pytest.approx(base.magnitude, rel=3e-9 if symbol == "u" else 1e-12)
    for prefix in prefixes:
        scale = REGISTRY.Quantity(1, f"{PREFIX_WORDS[prefix]}meter").to_base_units().magnitude
        assert check_unit(prefix + symbol).factor == pytest.approx(scale * unit.factor, rel=1e-12)


def test_no_two_units_have_the_same_spelling():
    """Symbols, names and prefixed symbols never collide."""
    spelled: Counter[str] = Counter()
    for symbol, name, _, _, prefixes, _, others in lines():
        spelled.update({symbol, name, *(prefix + symbol for prefix in prefixes.split())})
        spelled.update(spelling for spelling in others.split() if spelling.isascii())
    assert [text for text, count in spelled.items() if count > 1] == []


@pytest.mark.parametrize(
    ("text", "printed"),
    [("degC", "°C"), ("ohm", "Ω"), ("kohm", "kΩ"), ("um", "µm"), ("kg/m^3", "kg/m³"), ("J/(mol K)", "J/(mol·K)"),
    ("1/K", "1/K"),
     ("10^-6/K", "10⁻⁶/K"), ("mm^2", "mm²"), ("1", ""), ("%", "%"), ("m s^-2", "m/s²"), ("uV/V", "µV/V"), ("deg",
     "°")],
)  # fmt: skip
def test_units_are_shown_as_people_read_them(text, printed):
    """A unit is printed with its signs, and what is printed is read back as the same unit."""
    assert display_unit(text, "vi") == display_unit(text, "en") == printed
    assert check_unit(printed).factor == check_unit(text).factor
    assert check_unit(printed).dimension == check_unit(text).dimension


@given(st.sampled_from(sorted(permitted_units())))
def test_every_accepted_spelling_is_printed_and_read_back(spelling):
    """Whatever is accepted has a text and a print that mean the same."""
    unit = check_unit(spelling)
    assert check_unit(unit.text) == unit
    assert check_unit(unit.printed).dimension == unit.dimension


@pytest.mark.parametrize(
    ("value", "one", "other", "expected"),
    [(45.0, "mg", "g", 0.045), (20.0, "degC", "K", 293.15), (293.15, "K", "degC", 20.0), (68.0, "degF", "degC", 20.0),
     (1.0, "in", "mm", 25.4), (5.0, "%", "1", 0.05), (1013.25, "hPa", "Pa", 101325.0), (180.0, "deg", "rad",
     3.141592653589793)],
)  # fmt: skip
def test_values_are_converted(value, one, other, expected):
    """A value in one unit is the same value in another; degrees Celsius are points on the scale."""
    assert convert(value, one, other) == pytest.approx(expected, rel=1e-15)


def test_differences_of_temperature_are_not_shifted():
    """Half a degree Celsius of uncertainty is half a kelvin."""
    assert convert(0.5, "degC", "K", difference=True) == 0.5
    assert convert(0.9, "degF", "K", difference=True) == pytest.approx(0.5)


@pytest.mark.parametrize(("one", "other"), [("mm", "mg"), ("dBm", "dB"), ("V", "A"), ("degC", "dBm")])
def test_units_of_another_quantity_are_refused(one, other):
    """A conversion between different quantities is refused, naming both."""
    with pytest.raises(InvalidUnit, match=one):
        convert(1.0, one, other)


@pytest.mark.parametrize(
    ("wrong", "right"), [("kelvn", "kelvin"), ("MM", "mm"), ("gramm", "gram"), ("hpa", "hPa"), ("celcius", "celsius")]
)
def test_a_mistyped_unit_is_told_the_nearest(wrong, right):
    """The remedy names the unit that was probably meant."""
    with pytest.raises(InvalidUnit, match=f'did you mean "{right}"'):
        check_unit(wrong)
