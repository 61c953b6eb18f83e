"""The permitted units: worth what pint says, spelled as laboratories spell them."""

import re
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from math import pi
from pathlib import Path

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uncertainty.data_folder import data_folder
from uncertainty.errors import InvalidUnit
from uncertainty.unit_definitions import BASES, Definitions, read_written
from uncertainty.units import NOT_OF_PINT, PREFIXES, check_unit, convert, display_unit, permitted_units, zero_on_scale

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
ROOT = Path(__file__).resolve().parents[2]


def lines() -> list[list[str]]:
    """The lines of the list of units."""
    text = (data_folder() / "units.txt").read_text(encoding="utf-8")
    return [[part.strip() for part in line.split("|")] for line in text.splitlines() if line[:1] not in ("", "#")]


@pytest.mark.parametrize("line", [line for line in lines() if line[2] != "-"], ids=lambda line: line[0])
def test_factor_and_dimension_are_those_of_pint(line):
    """A unit of the list, with each of its prefixes, is what the whole registry of pint says of the unit meant."""
    symbol, prefixes = line[0], line[3].split()
    name = "dimensionless" if symbol in NUMBERS else IN_PINT.get(symbol, symbol)
    base = REGISTRY.Quantity(NUMBERS.get(symbol, 1), name).to_base_units()
    unit = check_unit(symbol)
    expected = {BASE_NAMES[str(key)]: power for key, power in base.unit_items() if str(key) in BASE_NAMES}
    assert {key: power for key, power in zip(BASES, unit.dimension, strict=True) if power} == expected
    assert unit.factor == pytest.approx(base.magnitude, rel=1e-14)
    for prefix in prefixes:
        scale = REGISTRY.Quantity(1, f"{PREFIXES[prefix]}meter").to_base_units().magnitude
        assert check_unit(prefix + symbol).factor == pytest.approx(scale * unit.factor, rel=1e-14)


@pytest.mark.parametrize(
    ("text", "factor"),
    [("in", 0.0254), ("ft", 0.3048), ("lb", 0.45359237), ("kgf", 9.80665), ("atm", 101325), ("bar", 1e5), ("L", 1e-3),
     ("mmHg", 133.322387415), ("psi", 0.45359237 * 9.80665 / 0.0254**2), ("t", 1e3), ("eV", 1.602176634e-19),
     ("min", 60), ("h", 3600), ("d", 86400), ("Wh", 3600), ("rpm", pi / 30), ("deg", pi / 180), ("turn", 2 * pi),
     ("arcsec", pi / 648000), ("P", 0.1), ("St", 1e-4), ("ppb", 1e-9), ("kg", 1), ("N", 1), ("ohm", 1),
     ("degF", 5 / 9)],
)  # fmt: skip
def test_factors_are_those_of_the_definitions(text, factor):
    """What pint says is what the SI Brochure and NIST SP 811 define, so that a new pint cannot change it unseen."""
    assert check_unit(text).factor == pytest.approx(factor, rel=2e-16)


def test_the_written_values_are_those_of_pint():
    """Every permitted unit is written in data/unit-values.txt, nothing else is, and each line says what pint says."""
    written = read_written((data_folder() / "unit-values.txt").read_text(encoding="utf-8"))
    listed = {atom.name: atom for atom in permitted_units().values() if atom.symbol not in NOT_OF_PINT}
    assert set(written) == set(listed)
    of_pint = Definitions(written)
    for name, one in written.items():
        assert one.definition == of_pint.of(name), name
        assert one.zero == (of_pint.zero(name) if listed[name].scale == "temperature" else None), name


def test_zeros_of_the_scales_are_those_of_the_definitions():
    """0 °C is 273.15 K and 32 °F is 0 °C, to the last digit of a float."""
    assert zero_on_scale(check_unit("K")) == -273.15
    assert check_unit("degC").zero == 0.0
    assert check_unit("degF").zero == -160 / 9


def test_levels_never_reach_pint():
    """dB and dBm keep a dimension of their own: pint would read the difference of two levels as a ratio."""
    assert BASES[check_unit("dBm").dimension.index(1)] == "level"
    assert check_unit("dB").dimension == check_unit("dBm").dimension
    with pytest.raises(KeyError):
        Definitions(["meter"]).of("decibel")


def test_only_what_was_named_is_found():
    """Definitions know the units they were made of, and no other that pint has."""
    definitions = Definitions(["meter", "kilopascal"])
    assert definitions.of("kilopascal").factor == 1000
    for name in ("furlong", "pascal", "9**9**9**9", "meter*second", ""):
        with pytest.raises(KeyError):
            definitions.of(name)


def test_threads_find_the_same():
    """Many threads that ask a new registry at once get what one gets."""
    names = sorted({atom.name for atom in permitted_units().values()} - {"-"})
    alone, shared = Definitions(names), Definitions(names)
    expected = {name: alone.of(name) for name in names}
    with ThreadPoolExecutor(8) as pool:
        rounds = [names[turn:] + names[:turn] for turn in range(0, 160, 20)]
        found = list(pool.map(lambda order: {name: shared.of(name) for name in order}, rounds))
    assert all(one == expected for one in found)


def test_one_module_reaches_pint():
    """Of the whole program only `uncertainty/unit_definitions.py` imports pint."""
    modules = [path for name in ("uncertainty", "instruments", "certificates", "lims", "ui")
               for path in (ROOT / name).rglob("*.py")]  # fmt: skip
    importing = re.compile(r"^\s*(?:import|from) pint\b", re.MULTILINE)
    found = [path.relative_to(ROOT).as_posix() for path in modules if importing.search(path.read_text("utf-8"))]
    assert found == ["uncertainty/unit_definitions.py"]


def test_pint_is_not_loaded():
    """Neither the modules nor any unit that is asked for load pint: what it says is written down."""
    code = (
        "import sys, uncertainty.evaluation, uncertainty.model_file; from uncertainty import units;"
        "[units.check_unit(one) for one in ('mm', 'ug/(g*K)', 'degF', 'km/h')]; print('pint' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["False"]


def test_no_two_units_have_the_same_spelling():
    """Symbols, names and prefixed symbols never collide."""
    spelled: Counter[str] = Counter()
    for symbol, name, _, prefixes, _, _, others in lines():
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
