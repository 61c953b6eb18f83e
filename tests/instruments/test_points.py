"""Points and uncertainties compare across units, exactly where the units are equal."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instruments.points import (
    Amount,
    Spread,
    falls_below,
    fits_as_uncertainty,
    is_uncertainty,
    lies_between,
    same_dimension,
    same_point,
    shown_day,
)


@pytest.mark.parametrize(
    ("value", "unit", "inside"),
    [
        ("10", "kg", True),
        ("10000", "g", True),
        ("10 000,000", "g", True),
        ("20", "kg", True),
        ("20.000001", "kg", False),
        ("0.001", "kg", True),
        ("1000", "mg", True),
        ("999.9", "mg", False),
        ("10", "V", False),
        ("ten", "kg", False),
        ("10", "stones", False),
    ],
)
def test_both_ends_of_a_range_belong_to_it(value: str, unit: str, inside: bool) -> None:
    """A range of scope is closed, whatever the unit of the point; what cannot be read lies in none."""
    assert lies_between(value, unit, "0.001", "20", "kg") is inside


def test_a_temperature_is_a_point_and_its_uncertainty_a_difference() -> None:
    """20 °C is 293.15 K, and an uncertainty of 20 mK is one of 0.02 °C."""
    assert lies_between("20", "degC", "293", "294", "K")
    assert same_point("0", "degC", "273.15", "K")
    one = Spread("20", "mK", "20", "degC")
    assert falls_below(Spread("0.019", "degC", "20", "degC"), one)
    assert not falls_below(Spread("0.020", "degC", "20", "degC"), one)


def test_equal_points_are_one_and_neighbours_are_two() -> None:
    """10 kg and 10 000 g are one point; one part in ten million beside it is another."""
    assert same_point("10", "kg", "10 000", "g")
    assert not same_point("10", "kg", "10000.001", "g")
    assert not same_point("10", "kg", "10", "m")
    assert same_point("0", "mm", "0.000", "um")


@pytest.mark.parametrize("digits", [None, "", "0", "0.00", "-1", "nan", "2 mg"])
def test_an_uncertainty_is_a_number_above_zero(digits: str | None) -> None:
    """Nothing, zero, a negative number and a text are no uncertainty."""
    assert not is_uncertainty(digits)
    assert is_uncertainty("0,020")


def test_an_uncertainty_has_the_dimension_of_its_value_or_none() -> None:
    """U is in a unit of its value, or relative to it."""
    assert fits_as_uncertainty("mg", "kg")
    assert fits_as_uncertainty("%", "kg")
    assert not fits_as_uncertainty("K", "kg")
    assert not same_dimension("nonsense", "kg")


def test_printed_uncertainties_are_compared_exactly() -> None:
    """Uncertainties in one unit are compared digit by digit: equal is not below."""
    assert not falls_below(Spread("0.30", "mg", "1", "kg"), Spread("0.3", "mg", "1", "kg"))
    assert falls_below(Spread("0.2999999999999", "mg", "1", "kg"), Spread("0.3", "mg", "1", "kg"))
    assert falls_below(Spread("3", "mg", "1", "kg", "3"), Spread("2.1", "mg", "1", "kg", "2"))


def test_what_cannot_be_compared_has_no_order() -> None:
    """Texts, foreign units and a coverage factor of zero give no answer."""
    good = Spread("1", "mg", "1", "kg")
    for bad in (Spread("x", "mg", "1", "kg"), Spread("0.1", "K", "1", "kg"), Spread("0.1", "g", "1", "kg", "0")):
        assert falls_below(bad, good) is None
    assert falls_below(Spread("x", "%", "1", "kg"), good) is None


@given(
    st.decimals(min_value="0.001", max_value="999", places=3), st.decimals(min_value="0.001", max_value="999", places=3)
)
def test_the_order_of_two_uncertainties_does_not_depend_on_their_units(one: object, other: object) -> None:
    """Milligrams against milligrams and milligrams against grams give the same order."""
    here, there = Spread(str(one), "mg", "1", "kg"), Spread(str(other), "mg", "1", "kg")
    thousandth = Spread(f"{other}e-3", "g", "1", "kg")
    assert falls_below(here, there) == falls_below(here, thousandth)


def test_an_amount_is_said_in_the_readers_decimal_sign() -> None:
    """A sentence has the decimal sign of its language and the printed unit; no line ends within an amount."""
    amount = Amount("10000.0250", "ug")
    assert amount.text("vi") == "10\u202f000,0250\u00a0µg"
    assert amount.text("en") == "10\u202f000.0250\u00a0µg"
    assert Amount("about 2", "mg").text("vi") == "about 2 mg"


def test_a_day_is_said_day_month_year() -> None:
    """A day has two digits each and the whole year."""
    assert shown_day(date(2026, 1, 9)) == "09/01/2026"
