"""What only the evaluation of a written model can find is refused with the line where it stands."""

import pytest

from uncertainty.errors import InvalidModel
from uncertainty.written_model import evaluate_text

LENGTHS = """
title = "Two lengths"
[model]
d = "a - b"
{equations}
[outputs.y]
unit = "1"
[inputs.a]
value = "{a} m"
distribution = "rectangular"
half_width = "1 m"
[inputs.b]
value = "1 m"
standard_uncertainty = "0.2 m"
"""


def refusal(text: str) -> str:
    """What is said of a text that cannot be evaluated."""
    with pytest.raises(InvalidModel) as problem:
        evaluate_text(text, "lengths.toml")
    assert problem.value.text("vi") != problem.value.text("en")
    return problem.value.text("en")


def lengths(*equations: str, a: int = 1) -> str:
    """The refusal of a model of two lengths, 1 m each if nothing else is said."""
    return refusal(LENGTHS.format(equations="\n".join(equations), a=a))


def test_a_division_by_zero_names_its_line():
    """The equation that divides by zero is named, not the output that uses it."""
    said = lengths('q = "b / d"', 'y = "2 * q"')
    assert said.startswith("lengths.toml, line 5, equation of q: the operation / has no value at (1; 0)")
    assert "check the estimates" in said


def test_a_function_outside_its_domain_names_its_line():
    """A logarithm of a negative number, a root of one, an overflow."""
    assert lengths('q = "1 + 1"', 'y = "q * log(d / b)"', a=0).startswith("lengths.toml, line 6, equation of y: the op")
    assert lengths('y = "sqrt(d / b)"', a=-5).startswith("lengths.toml, line 5, equation of y: the operation sqrt")
    assert lengths('q = "exp(1000 * a / b)"', 'y = "q"').startswith("lengths.toml, line 5, equation of q: ")


def test_an_infinite_slope_names_its_line():
    """The equation in which the slope is lost is named, on the way to the output; others are passed over."""
    said = lengths('unused = "sqrt(d / b)"', 'p = "b / a"', 'q = "sqrt(d / a)"', 'y = "p + q"')
    assert said.startswith("lengths.toml, line 7, equation of q: the sensitivity of y to a has no finite value")


def test_trials_outside_the_domain_name_the_line():
    """An equation that has a value at the estimate and none in some trials is named with its line and the remedy."""
    said = lengths('y = "sqrt(d / b)"', a=2)
    assert said.startswith("lengths.toml, line 5, equation of y: ") and "monte_carlo = false" in said


@pytest.mark.parametrize(("stated", "where"), [
    ([("a", "b", 0.1), ("c", "a", -0.99)], "line 18, correlation 2: "),
    ([("a", "b", 0.8), ("c", "a", 0.8), ("b", "c", 0.3)], "line 14, table correlations: "),
])  # fmt: skip
def test_a_correlation_that_cannot_be_drawn_names_its_line(stated, where):
    """A coefficient that the distributions cannot have is named where it stands; several, where they begin."""
    inputs = "".join(f'[inputs.{name}]\nvalue = "1"\ndistribution = "exponential"\n' for name in "abc")
    text = f'[model]\ny = "a + b + c"\n[outputs.y]\nunit = "1"\n{inputs}'
    text += "".join(f'[[correlations]]\nbetween = ["{one}", "{other}"]\nr = {r}\n\n' for one, other, r in stated)
    said = refusal(text)
    assert where in said and "state" in said


def test_a_correlation_that_no_quantities_can_have_names_its_line():
    """A matrix that is not possible is named where the coefficients begin; one stated again, where it stands."""
    text = '[model]\ny = "a + b + c"\n[outputs.y]\nunit = "1"\n'
    text += "".join(f'[inputs.{name}]\nvalue = "1"\nstandard_uncertainty = "1"\n' for name in "ab")
    text += '[inputs.c]\nvalue = "1"\nstandard_uncertainty = "1"\n'
    stated = '[[correlations]]\nbetween = ["{}", "{}"]\nr = {}\n'
    impossible = text + "".join(stated.format(*one) for one in (("a", "b", -0.9), ("b", "c", -0.9), ("a", "c", -0.9)))
    assert "lengths.toml, line 14, table correlations: " in refusal(impossible)
    twice = text + stated.format("a", "b", 0.1) + stated.format("b", "a", 0.2)
    assert "lengths.toml, line 17, correlation 2: the correlation of b and a is stated twice" in refusal(twice)
