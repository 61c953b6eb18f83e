"""Decision rules on unrounded values.

Some changes of the code cannot be noticed: `<` for `<=` where U is held against a share of a limit, since an allowance
for binary rounding stands beside it; the words in the type of a verdict, which only the type checker reads; and
`frozen` of limits and outcomes.
"""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from uncertainty.conformity import RULES, class_met, guard_band, limits_of, verdict
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


def test_the_allowance_for_binary_numbers_grows_with_the_numbers():
    """A limit is met to a few digits of binary rounding, at any size, and missed by a billionth."""
    assert verdict(1e6 * (0.1 + 0.2), 0.05, None, 3e5) == "pass"
    assert verdict(3e5 * (1 + 1e-9), 0.05, None, 3e5) == "fail"
    assert verdict(1e-6 * (1 + 1e-9), 0.0, None, 1e-6) == "fail"
    assert verdict(1e-6 * (1 + 1e-15), 0.0, None, 1e-6) == "pass"


def test_a_limit_of_zero_conforms():
    """Zero on a limit of zero conforms, on either side and between two such limits."""
    assert verdict(0.0, 0.1, 0.0, None) == verdict(0.0, 0.1, None, 0.0) == verdict(0.0, 0.0, 0.0, 0.0) == "pass"


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
    with pytest.raises(InvalidInput, match=r"needs finite numbers|-0\.1 is negative|generous"):
        verdict(*arguments)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0, ("pass", "pass", "pass")), (0.7, ("pass", "pass", "pass")),
        (0.71, ("conditional_pass", "fail", "pass")), (1.0, ("conditional_pass", "fail", "pass")),
        (1.01, ("conditional_fail", "fail", "pass")), (1.3, ("conditional_fail", "fail", "pass")),
        (1.31, ("fail", "fail", "fail")), (-1.31, ("fail", "fail", "fail")),
        (-1.0, ("conditional_pass", "fail", "pass")),
    ],
)  # fmt: skip
def test_the_four_zones_and_the_two_binary_rules(value, expected):
    """The non-binary rule has four zones; guarded acceptance and guarded rejection decide at one pair of limits."""
    rules = ("non_binary", "guarded_acceptance", "guarded_rejection")
    assert tuple(verdict(value, 0.3, -1.0, 1.0, rule) for rule in rules) == expected


@pytest.mark.parametrize(
    ("value", "rule", "expected"),
    [
        (0.0, "guarded", "cannot_be_stated"), (0.0, "guarded_acceptance", "cannot_be_stated"),
        (2.2, "guarded_acceptance", "cannot_be_stated"), (2.21, "guarded_acceptance", "fail"),
        (0.0, "non_binary", "conditional_pass"), (1.1, "non_binary", "conditional_fail"), (2.3, "non_binary", "fail"),
        (0.0, "guarded_rejection", "pass"), (0.0, "simple", "pass"), (2.3, "guarded", "fail"),
    ],
)  # fmt: skip
def test_an_uncertainty_larger_than_the_tolerance_leaves_nothing_to_accept(value, rule, expected):
    """Where U leaves no acceptance zone no rule with w = U passes without condition, and no fail is invented."""
    assert verdict(value, 1.2, -1.0, 1.0, rule) == expected


def test_an_acceptance_zone_of_one_point():
    """U equal to half the tolerance accepts the middle alone, binary rounding included."""
    assert verdict(0.2, 0.1, 0.1, 0.1 + 0.2, "guarded_acceptance") == "pass"
    assert verdict(0.2001, 0.1, 0.1, 0.1 + 0.2, "guarded_acceptance") == "fail"
    assert limits_of(0.1, 0.1 + 0.2, 0.1).can_accept
    assert limits_of(0.1, 0.3, 0.1).can_accept
    assert not limits_of(0.1, 0.3, 0.1001).can_accept
    assert limits_of(None, 0.3, 7.0).can_accept


def test_limits_of_acceptance_and_rejection():
    """The guard band draws the limits in for acceptance and out for rejection; an open side stays open."""
    limits = limits_of(1.0, 3.0, 0.25)
    assert (limits.acceptance, limits.rejection) == ((1.25, 2.75), (0.75, 3.25))
    assert limits_of(1.0, 3.0).acceptance == limits_of(1.0, 3.0).rejection == (1.0, 3.0)
    assert limits_of(None, 3.0, 0.25).acceptance == (-math.inf, 2.75)
    assert limits_of(1.0, None, 0.25).rejection == (0.75, math.inf)


def test_the_simple_rule_has_no_guard_band():
    """A guard band given beside the simple rule changes nothing, and zero guard makes every rule simple."""
    assert verdict(0.99, 0.3, -1.0, 1.0, "simple", 0.5) == "pass"
    for rule in RULES:
        assert verdict(1.0, 0.3, -1.0, 1.0, rule, 0.0) == "pass"
        assert verdict(1.01, 0.3, -1.0, 1.0, rule, 0.0) == "fail"


@given(st.floats(-3, 3), st.floats(0, 3), st.sampled_from([(None, 1.0), (-1.0, None), (-1.0, 1.0)]))
def test_the_rules_agree_where_they_decide(value, uncertainty, sides):
    """Guarded acceptance is never kinder than the simple rule, guarded rejection never stricter."""
    said = {rule: verdict(value, uncertainty, *sides, rule) for rule in RULES}
    assert said["guarded_acceptance"] != "pass" or said["simple"] == "pass"
    assert said["guarded_rejection"] != "fail" or said["simple"] == "fail"
    assert (said["guarded"] == "pass") == (said["non_binary"] == "pass") == (said["guarded_acceptance"] == "pass")
    assert (said["guarded"] == "fail") == (said["non_binary"] == "fail") == (said["guarded_rejection"] == "fail")


@given(st.floats(-3, 3), st.floats(0, 2), st.floats(1e-3, 1e3), st.sampled_from(RULES))
def test_a_verdict_does_not_depend_on_side_or_unit(value, uncertainty, factor, rule):
    """Mirrored and rescaled results get the same verdict, away from the limits."""
    edges = [sign * (1 + add * uncertainty) for sign in (-1, 1) for add in (-1, 0, 1)]
    assume(min(abs(value - edge) for edge in edges) > 1e-9)
    said = verdict(value, uncertainty, -1.0, 1.0, rule)
    assert verdict(-value, uncertainty, -1.0, 1.0, rule) == said
    assert verdict(factor * value, factor * uncertainty, -factor, factor, rule) == said


def test_guard_bands():
    """A guard band is a multiple of U; what is no multiple is refused."""
    assert guard_band(0.02) == 0.02
    assert guard_band(0.02, 0.5) == 0.01
    assert guard_band(0.02, 0.0) == guard_band(0.0, 1.0) == 0.0
    for wrong in ((-0.1, 1.0), (0.1, -1.0), (math.nan, 1.0), (0.1, math.inf)):
        with pytest.raises(InvalidInput, match="is negative" if min(wrong) < 0 else "needs finite numbers"):
            guard_band(*wrong)


# OIML R 111-1:2004, table 1, 1 kg in milligrams, as in data/tolerances.
KILOGRAM = {"E1": 0.5, "E2": 1.6, "F1": 5.0, "F2": 16.0, "M1": 50.0}


@pytest.mark.parametrize(
    ("error", "uncertainty", "met"),
    [
        (0.0, 0.1, "E1"), (0.4, 0.1, "E1"), (0.41, 0.1, "E2"), (-1.0, 0.5, "E2"), (-1.2, 0.5, "F1"),
        (0.0, 0.5 / 3, "E1"), (0.0, 0.17, "E2"), (0.0, 0.54, "F1"), (45.1, 5.0, None), (45.0, 5.0, "M1"),
        (0.0, 20.0, None),
    ],
)  # fmt: skip
def test_which_class_a_weight_meets(error, uncertainty, met):
    """The finest class counts whose limit less U holds the error and whose third holds U (OIML R 111-1, 5)."""
    assert class_met(error, uncertainty, KILOGRAM, least_ratio=3).met == met


def test_every_class_has_its_verdict():
    """The outcome says of each class whether it is met and whether U is small enough, the limit itself included."""
    outcome = class_met(1.0, 0.8, KILOGRAM, least_ratio=3)
    assert outcome.verdicts["E1"] == "cannot_be_stated"
    assert outcome.verdicts["F1"] == outcome.verdicts["M1"] == "pass"
    assert outcome.uncertainty_fits == {"E1": False, "E2": False, "F1": True, "F2": True, "M1": True}
    assert class_met(1.0, 0.8, KILOGRAM, "simple").met == "E2"
    assert class_met(1.0, 0.8, KILOGRAM, guard_factor=0.5).met == "E2"
    assert class_met(0.0, 70.0, {"M1": 50.0}, "simple").met == "M1"
    with pytest.raises(InvalidInput, match="at least one limit"):
        class_met(0.0, 0.1, {})
