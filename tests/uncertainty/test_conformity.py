"""Decision rules on unrounded values."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uncertainty.conformity import verdict
from uncertainty.errors import InvalidInput

ORDER = {"fail": 0, "cannot_be_stated": 1, "pass": 2}


@pytest.mark.parametrize(
    ("value", "rule", "guard", "expected"),
    [
        (0.0, "simple", None, "pass"), (1.0, "simple", None, "pass"), (1.0000001, "simple", None, "fail"),
        (-1.0000001, "simple", None, "fail"), (0.7, "guarded", None, "pass"), (0.70001, "guarded",
        None, "cannot_be_stated"),
        (1.0, "guarded", None, "cannot_be_stated"), (1.3, "guarded", None, "cannot_be_stated"), (1.31, "guarded",
        None, "fail"),
        (-1.31, "guarded", None, "fail"), (0.9, "guarded", 0.1, "pass"), (0.9, "guarded", 0.0, "pass"),
        (1.05, "guarded", 0.0, "fail"),
    ],
)  # fmt: skip
def test_verdicts_between_two_limits(value, rule, guard, expected):
    """The simple rule looks at the value alone; the guarded one leaves a band where nothing is stated."""
    assert verdict(value, 0.3, -1.0, 1.0, rule, guard) == expected


def test_one_limit_is_enough():
    """A limit on one side leaves the other open."""
    assert verdict(-1e9, 0.3, None, 1.0) == "pass"
    assert verdict(1e9, 0.3, 0.0, None, "guarded") == "pass"


def test_a_limit_met_exactly_is_not_missed_by_binary_numbers():
    """0.1 + 0.2 meets a limit of 0.3."""
    assert verdict(0.1 + 0.2, 0.05, None, 0.3) == "pass"


@given(st.floats(-5, 5), st.floats(0, 3))
def test_a_guarded_pass_is_always_a_simple_pass(value, uncertainty):
    """Guarding never turns a fail into a pass, and a guard band wider than the tolerance passes nothing."""
    guarded, simple = (verdict(value, uncertainty, -1.0, 1.0, rule) for rule in ("guarded", "simple"))
    assert guarded != "pass" or simple == "pass"
    assert guarded != "fail" or simple == "fail"
    assert guarded != "pass" or uncertainty <= 1.0 + 1e-9


@given(st.floats(0, 5), st.floats(0, 5), st.floats(0, 1))
def test_a_value_nearer_to_the_middle_never_fares_worse(one, other, uncertainty):
    """The verdict is monotonous in the distance from the middle."""
    near, far = sorted((one, other))
    assert ORDER[verdict(near, uncertainty, -1, 1, "guarded")] >= ORDER[verdict(far, uncertainty, -1, 1, "guarded")]


@pytest.mark.parametrize(
    "arguments",
    [
        (0.0, 0.1, None, None), (0.0, 0.1, 1.0, -1.0), (math.nan, 0.1, -1.0, 1.0), (0.0, math.inf, -1.0, 1.0),
        (0.0, -0.1, -1.0, 1.0),
        (0.0, 0.1, math.nan, 1.0), (0.0, 0.1, -1.0, 1.0, "generous"), (0.0, 0.1, -1.0, 1.0, "guarded", -0.1),
    ],
)  # fmt: skip
def test_what_cannot_be_judged_is_refused(arguments):
    """Missing or crossed limits, numbers that are none, and unknown rules are refused."""
    with pytest.raises(InvalidInput):
        verdict(*arguments)
