"""Numbers in tables that are read: few digits, powers of ten outside the plain range."""

import math

import pytest

from uncertainty.report_text import shown, shown_dof


@pytest.mark.parametrize(
    ("number", "digits", "text"),
    [
        (0.0, 4, "0"), (9.9999, 3, "10,0"), (9.9999e-19, 3, "1,00·10⁻¹⁸"), (-0.0123456, 3, "−0,0123"),
        (50000623.0, 8, "50 000 623"),
        (1.23456e12, 4, "1,235·10¹²"), (299792458.0, 9, "299 792 458"), (123456.0, 3, "123 000"), (None, 4, ""),
        (0.00001, 2, "1,0·10⁻⁵"),
    ],
)  # fmt: skip
def test_numbers_of_a_table(number, digits, text):
    """A number has the digits asked for, a carry is carried, and a row of zeros becomes a power of ten."""
    assert shown(number, ",", digits) == text


@pytest.mark.parametrize(
    ("dof", "text"), [(math.inf, "∞"), (16.75, "16.8"), (4.0, "4"), (3.9999999, "4"), (15181.8, "15 182")]
)
def test_degrees_of_freedom(dof, text):
    """Few degrees of freedom have one decimal, many none."""
    assert shown_dof(dof, ".") == text
