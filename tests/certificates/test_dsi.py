"""Units in D-SI and numbers moved to them, checked against PTB's own parser of units."""

import warnings
from collections.abc import Callable
from decimal import Decimal

import pytest
from dsi_unit import DsiUnit as PtbUnit
from hypothesis import given
from hypothesis import strategies as st

from certificates.dsi import DsiUnit, dsi_unit, moved, ten_power
from uncertainty.errors import Invalid
from uncertainty.units import check_unit, permitted_units

COMPOSED = [
    "kg/m^3", "ug/(g*K)", "10^-6/K", "%/K", "% RH", "ppm", "hPa", "1/s", "m^2*kg", "J/(mol*K)", "um/m", "1", "kN*m",
    "10^3*V", "permille", "m/s^2", "mm^3", "kWh", "cP",
]  # fmt: skip
NOT_SAYABLE = {"mP"}
COHERENT = ("metre", "kilogram", "second", "ampere", "kelvin", "mole", "candela")


def is_dsi(text: str) -> bool:
    """What PTB's parser says of a unit; a name without backslash, which it forgives, is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return text.startswith("\\") and bool(PtbUnit(text).valid)


def test_every_permitted_unit_is_said_in_dsi() -> None:
    """Each unit of data/units.txt with each prefix has a form that PTB's parser calls valid, or a stated definition."""
    wrong = []
    for name in sorted({atom.symbol for atom in permitted_units().values()} - NOT_SAYABLE | set(COMPOSED)):
        unit = dsi_unit(name)
        outside = unit.si.startswith("|") and bool(unit.definition)
        if not (outside or is_dsi(unit.si)) or (unit.printed is not None and not is_dsi(unit.printed)):
            wrong.append((name, unit))
    assert not wrong


@pytest.mark.parametrize("name", sorted({*COMPOSED, "mm", "g", "degC", "kohm", "cSt", "VA"} - {"% RH"}))
def test_the_form_in_dsi_is_worth_as_much_as_the_unit(name: str) -> None:
    """The SI form, with its power of ten, is the same quantity as the unit: PTB's factor equals ours."""
    unit, ours = dsi_unit(name), check_unit(name)
    powers = zip(COHERENT, ours.dimension, strict=False)
    coherent = "".join(f"\\{base}\\tothe{{{power}}}" for base, power in powers if power) or "\\one"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        factor = 1 / PtbUnit(unit.si).get_scale_factor(PtbUnit(coherent))
    assert factor * 10.0**unit.shift == pytest.approx(ours.factor, rel=1e-9)


def test_a_unit_that_dsi_cannot_say_is_refused_by_name() -> None:
    """A unit without D-SI form is refused, named; nothing is guessed."""
    for name in ("mP", "kgf*m", "furlong", "psi/K"):
        with pytest.raises(Invalid, match=name.split("*")[0]):
            dsi_unit(name)


@pytest.mark.parametrize(
    ("name", "number", "difference", "shown"),
    [
        ("% RH", "52", False, "0.52"),
        ("% RH", "50.0", False, "0.500"),
        ("degC", "20.10", False, "293.25"),
        ("degC", "-0.30", False, "272.85"),
        ("degC", "0.30", True, "0.30"),
        ("ppm", "-1.50", False, "-0.00000150"),
        ("mm", "0.00", False, "0.00"),
    ],
)
def test_digits_are_moved_and_never_rounded(name: str, number: str, difference: bool, shown: str) -> None:
    """A number in its SI form has the same digits, trailing zeros included; a difference keeps its zero."""
    assert dsi_unit(name).to_si(number, difference=difference) == shown


NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9)


@given(NUMBERS, st.integers(-12, 12))
def test_moving_there_and_back_gives_the_same_text(number: Decimal, power: int) -> None:
    """A number moved by a power of ten and back is the same number, and a fraction keeps all its digits."""
    there = moved(f"{number:f}", power)
    assert Decimal(moved(there, -power)) == number
    assert "E" not in there


def test_only_powers_of_ten_join_two_units() -> None:
    """mg and g differ by a power of ten, percent and ohm by nothing, minutes and seconds by no such power."""
    assert (ten_power("mg", "g"), ten_power("kohm", "ohm"), ten_power("g", "g")) == (-3, 3, 0)
    assert ten_power("%", "ohm") is None and ten_power("min", "s") is None and ten_power("degC", "K") is None


def test_a_form_is_remembered(figure: Callable[[str], None]) -> None:
    """The same name gives the same object."""
    first: DsiUnit = dsi_unit("mm")
    assert dsi_unit("mm") is first
    figure(f"{len({atom.symbol for atom in permitted_units().values()})} units in D-SI")
