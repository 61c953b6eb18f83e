"""Units of equations: what fits, what does not, and points on a scale."""

import pytest

from uncertainty.dimensions import NUMBER, Kind, kind_of, kind_of_unit
from uncertainty.errors import InvalidExpression
from uncertainty.expression import read_expression
from uncertainty.units import check_unit

KINDS = {
    name: kind_of_unit(check_unit(unit), difference)
    for name, unit, difference in [
        ("n", "1", False), ("m", "kg", False), ("l", "mm", False), ("V", "V", False), ("I", "mA", False),
        ("R", "ohm", False), ("t", "degC", False), ("d", "degC", True), ("T", "K", False), ("P", "dBm", False),
    ]
}  # fmt: skip


def kind(text: str) -> Kind:
    """The kind of an expression in the quantities above."""
    return kind_of(read_expression(text).tree, KINDS)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("V / I", "R"), ("V * I / (R * I)", "I"), ("sqrt(l**2)", "l"), ("l**0.5 * l**(1/2)", "l"),
        ("hypot(l, 2 * l)", "l"),
        ("min(l, l)", "l"), ("abs(-l)", "l"), ("atan2(l, l)", "n"), ("exp(m / m)", "n"), ("2**n", "n"), ("n**n", "n"),
        ("t + d", "t"), ("d + t", "t"), ("t - d", "t"), ("t - t", "d"), ("max(t, t)", "t"), ("T + d", "d"),
        ("P - P", "P - P + (P - P)"), ("(t - t) * V", "d * V"), ("l**-1 * l", "n"), ("l**(3 - 2)", "l"),
    ],
)  # fmt: skip
def test_kinds_are_combined(one, other):
    """Products, roots, differences of points and functions have the dimension they should."""
    assert kind(one) == kind(other)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("m + l", "cannot be added"), ("m + 1", "cannot be added"), ("max(m, l)", "cannot be added"),
        ("hypot(m, l)", "cannot be added"),
        ("atan2(m, l)", "cannot be added"), ("exp(l)", "dimension one"), ("sin(m)", "dimension one"), ("2**l",
        "dimension one"),
        ("l**n", "must be a number"), ("l**65", "at most 64"), ("n**-65", "at most 64"), ("t + t", "kind"),
        ("P + P", "kind"),
        ("d - t", "kind"), ("min(t, d)", "kind"), ("2 * t", "kind"), ("t / n", "kind"), ("-t", "kind"), ("t**2",
        "kind"), ("sqrt(t)", "kind"),
        ("hypot(t, t)", "kind"), ("abs(t)", "kind"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_the_remedy(text, words):
    """Sums of different quantities, functions of lengths and arithmetic with points are refused."""
    with pytest.raises(InvalidExpression, match=words):
        kind(text)


def test_a_kind_is_written_in_base_units():
    """Messages name a dimension by its base units."""
    assert kind("V / l").written() == "m·kg·s^-3·A^-1"
    assert NUMBER.written() == "1"
