"""Rounding never flatters, and value and uncertainty end at the same place.

Some changes of the code cannot be noticed: a share of exactly 0.95 (no number that is rounded to one or two digits can
have it), the digits and the sign of a quantum (its exponent alone counts), further letters among those that are
stripped from a number (none occurs in one), the sign of a power of ten that is zero (it is left out), the precision of
the arithmetic above the 640 digits that are needed, and `frozen` of a result.
"""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uncertainty.errors import InvalidNumber
from uncertainty.rounding import display, in_one_power, power_of_ten, report, round_uncertainty

positive = st.floats(1e-30, 1e30, allow_nan=False, allow_infinity=False)
estimates = st.floats(-1e12, 1e12, allow_nan=False, allow_infinity=False)


def significant_digits(text: str, decimals: int) -> int:
    """Digits from the first that is not zero to the last place."""
    return len(str(int(Decimal(text).scaleb(decimals))))


@settings(max_examples=1000)
@given(positive, st.sampled_from([1, 2]))
def test_a_printed_uncertainty_never_flatters(uncertainty, digits):
    """The printed U is at least 0.95 of the computed one, is not much larger, and has the digits asked for (N5)."""
    reported = report(0.0, uncertainty, digits)
    printed = Decimal(reported.expanded_uncertainty)
    assert printed >= Decimal("0.95") * Decimal(repr(uncertainty))
    assert printed <= Decimal(repr(uncertainty)) * (2 if digits == 1 else Decimal("1.1"))
    assert significant_digits(reported.expanded_uncertainty, reported.decimals) == digits


@settings(max_examples=600)
@given(estimates, st.floats(1e-9, 1e9), st.sampled_from([1, 2]))
def test_value_and_uncertainty_end_at_the_same_place(estimate, uncertainty, digits):
    """The value is rounded to the last place of U, off by at most half a unit of it."""
    reported = report(estimate, uncertainty, digits)
    places = [len(text.partition(".")[2]) for text in (reported.value, reported.expanded_uncertainty)]
    assert places[0] == places[1] == max(0, reported.decimals)
    half = Decimal((0, (5,), -reported.decimals - 1))
    assert abs(Decimal(reported.value) - Decimal(repr(estimate))) <= half


@pytest.mark.parametrize(
    ("estimate", "uncertainty", "digits", "value", "printed"),
    [
        (10000.025, 0.0585, 2, "10000.025", "0.059"),
        (10000.178, 0.01665, 2, "10000.178", "0.017"),
        (0.1, 0.0593, 1, "0.10", "0.06"),
        (1.0, 0.0996, 2, "1.00", "0.10"),
        (1.0, 0.0995, 2, "1.00", "0.10"),
        (1.0, 0.149, 1, "1.0", "0.2"),
        (1.0, 0.104, 1, "1.0", "0.1"),
        (1.0, 0.1054, 1, "1.0", "0.2"),
        (1.0, 0.96, 1, "1", "1"),
        (123456.7, 1234.0, 2, "123500", "1200"),
        (-0.0001, 0.05, 2, "0.000", "0.050"),
        (2.5, 1.0, 1, "2", "1"),
        (3.5, 1.0, 1, "4", "1"),
        (5.0, 0.0, 2, "5", "0"),
        (0.125, 0.0, 2, "0.125", "0"),
        (-7e-20, 2.5e-21, 2, "-0.0000000000000000000700", "0.0000000000000000000025"),
    ],
)
def test_known_roundings(estimate, uncertainty, digits, value, printed):
    """Carries, ties, tens and zeros are rounded as a metrologist would."""
    reported = report(estimate, uncertainty, digits)
    assert (reported.value, reported.expanded_uncertainty) == (value, printed)


def test_two_digits_where_none_are_asked_for():
    """Two significant digits are usual, for an uncertainty alone as for a result."""
    assert round_uncertainty(0.0585) == (Decimal("0.059"), -3)
    assert report(10.0, 0.0585).expanded_uncertainty == "0.059"


def test_an_exact_value_keeps_its_own_decimals():
    """Without uncertainty a value ends where its own digits end."""
    assert [report(value, 0.0).decimals for value in (0.125, 5.0, -2.5, 100.0)] == [3, 0, 1, 0]
    assert report(100.0, 0.0).value == "100"


def test_the_largest_number_beside_the_smallest():
    """The whole range of binary numbers fits: 640 digits are enough, and any precision above that does the same."""
    reported = report(1.7e308, 5e-324)
    assert reported.value.startswith("17" + "0" * 300) and reported.decimals == 325
    assert reported.expanded_uncertainty.endswith("050")


def test_the_limit_of_flattery():
    """More than 5 % is never taken away; exactly 5 % cannot be: it would need 20/19 of one or two whole digits."""
    for digits in (1, 2):
        for printed in range(10 ** (digits - 1), 10**digits):
            least = Decimal(printed) * 20 / 19
            assert round_uncertainty(float(least) * (1 - 1e-9), digits)[0] >= least * Decimal("0.9499999")
            assert round_uncertainty(float(least) * (1 + 1e-9), digits)[0] > printed


@pytest.mark.parametrize(
    ("estimate", "uncertainty", "said"),
    [
        (float("nan"), 1.0, '"nan" is not a finite number'),
        (1.0, float("inf"), '"inf" is not a finite number'),
        (1.0, -0.1, "uncertainty -0.1 is negative"),
    ],
)
def test_what_is_not_a_result_is_refused(estimate, uncertainty, said):
    """NaN, infinity and a negative uncertainty are refused by name."""
    with pytest.raises(InvalidNumber, match=said):
        report(estimate, uncertainty)


@pytest.mark.parametrize(
    ("canonical", "shown"),
    [
        ("-10000.025", "−10 000,025"),
        ("1234", "1 234"),
        ("1234567", "1 234 567"),
        ("-12345678.1234567", "−12 345 678,123 456 7"),
        ("0.0585", "0,0585"),
        ("0.05850", "0,058 50"),
        ("100", "100"),
        ("-1.5e-6", "−1,5 × 10⁻⁶"),
    ],
)
def test_numbers_are_shown_with_comma_groups_and_real_minus(canonical, shown):
    """Groups of three stand on both sides of the comma; four decimals stay together."""
    assert display(canonical) == shown


@pytest.mark.parametrize(
    ("number", "uncertainty", "shown"),
    [
        ("-0.000057752", "0.000000123", ("-5.7752e-5", "0.0123e-5")),
        ("0.0000000001", "0.0000000120", ("0.01e-8", "1.20e-8")),
        ("0.000000000", "0.000000012", ("0.0e-8", "1.2e-8")),
        ("0.0012", "0.0001", ("0.0012", "0.0001")),
        ("100.004", "0.021", ("100.004", "0.021")),
        ("1.234E+8", "5E+5", ("1.234e8", "0.005e8")),
        ("0.0", "0.0", ("0.0", "0.0")),
    ],
)
def test_small_coefficients_share_a_power_of_ten_with_their_uncertainty(number, uncertainty, shown):
    """Only what plain digits would hide is written so; no digit is lost, and value and u keep one last place."""
    found = in_one_power(Decimal(number), Decimal(uncertainty))
    assert [Decimal(one) for one in found] == [Decimal(number), Decimal(uncertainty)]
    assert found == shown


def test_errors_carry_their_sign():
    """A positive error has a plus sign, a negative one a minus sign, zero neither."""
    assert [display(text, sign=True) for text in ("0.10", "-0.10", "0.00")] == ["+0,10", "−0,10", "0,00"]
    assert display("1234.5", decimal=".", group="\u202f") == "1\u202f234.5"
    assert power_of_ten(-8) == "·10⁻⁸"
    assert power_of_ten(0) == ""
    assert power_of_ten(12) == "·10¹²"
