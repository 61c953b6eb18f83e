"""First-order propagation: estimates, sensitivities, covariance and correlation of the outputs.

Some changes of the code cannot be noticed: `<` for `<=` where a variance is taken for cancelled, since one that is zero
already stays so; and `frozen` of what is propagated.
"""

import math
from dataclasses import replace

import numpy as np
import pytest

from uncertainty.model_file import read_model
from uncertainty.propagation import propagate


def model(equations: dict[str, str], inputs: dict[str, tuple[str, str]], correlations: tuple = ()):
    """A model of dimension one; the inputs are pairs of value and standard uncertainty."""
    return read_model(
        {
            "model": equations,
            "outputs": {name: {"unit": "1"} for name in equations},
            "inputs": {name: {"value": value, "standard_uncertainty": u} for name, (value, u) in inputs.items()},
            "correlations": [{"between": [one, other], "r": r} for one, other, r in correlations],
        }
    )


TWO = {"a": ("3", "2"), "b": ("5", "1")}


def test_sensitivities_and_covariance_of_two_outputs():
    """Sum and product of two quantities: slopes, variances and covariance are those of the formula."""
    found = propagate(model({"s": "a + b", "p": "a * b"}, TWO))
    assert found.estimates == pytest.approx([8.0, 15.0])
    assert found.sensitivities == pytest.approx(np.array([[1.0, 1.0], [5.0, 3.0]]))
    assert found.uncertainties == pytest.approx([2.0, 1.0])
    assert found.covariance == pytest.approx(np.array([[5.0, 23.0], [23.0, 109.0]]))
    assert found.standard_uncertainty(0) == pytest.approx(math.sqrt(5.0))
    assert found.standard_uncertainty(1) == pytest.approx(math.sqrt(109.0))


def test_correlated_inputs():
    """A correlation of the inputs enters the variance of each output with its sign."""
    found = propagate(model({"s": "a + b", "d": "a - b"}, TWO, (("a", "b", 0.5),)))
    assert found.covariance == pytest.approx(np.array([[7.0, 3.0], [3.0, 3.0]]))


@pytest.mark.parametrize("size", ["", "e-6", "e6"])
def test_correlation_of_the_outputs(size):
    """Sum and difference have r = 0.6 here, opposite outputs -1, and an exact output none, whatever their size."""
    inputs = {"a": ("3", f"2{size}"), "b": ("5", f"1{size}")}
    found = propagate(model({"s": "a + b", "d": "a - b", "n": "-(a + b)", "e": "0 * a + 0 * b + 7"}, inputs))
    wanted = [[1.0, 0.6, -1.0, 0.0], [0.6, 1.0, -0.6, 0.0], [-1.0, -0.6, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]]
    assert found.correlation() == pytest.approx(np.array(wanted))
    assert found.standard_uncertainty(3) == 0.0


def test_binary_rounding_never_leaves_the_range():
    """A coefficient that rounding pushes past one is one, and a variance below zero is none."""
    found = propagate(model({"s": "a", "t": "2 * a"}, {"a": ("1", "1")}))
    for sign in (1.0, -1.0):
        cross = sign * (2.0 + 1e-9)
        pushed = replace(found, covariance=np.array([[1.0, cross], [cross, 4.0]]))
        assert pushed.correlation().tolist() == [[1.0, sign], [sign, 1.0]]
    below = replace(found, covariance=np.array([[-1e-30, 0.0], [0.0, 4.0]]))
    assert below.standard_uncertainty(0) == 0.0
    assert below.correlation().tolist() == [[1.0, 0.0], [0.0, 1.0]]


def test_what_cancels_has_no_covariance_with_anything():
    """The difference of two fully correlated quantities of the same u is exact, and its covariances are zero."""
    inputs = {"a": ("3", "0.1"), "b": ("5", "0.1")}
    found = propagate(model({"s": "a + b", "d": "a - b", "t": "a"}, inputs, (("a", "b", 1.0),)))
    assert found.covariance == pytest.approx(np.array([[0.04, 0.0, 0.02], [0.0, 0.0, 0.0], [0.02, 0.0, 0.01]]))
    assert found.covariance[1].tolist() == found.covariance[:, 1].tolist() == [0.0, 0.0, 0.0]


def test_one_output_has_one_coefficient():
    """The correlation of a single output is that with itself."""
    assert propagate(model({"s": "a + b"}, TWO)).correlation().tolist() == [[1.0]]


def test_many_small_contributions_are_summed_without_loss():
    """Without correlation the squares are summed exactly: a large one does not swallow sixty small ones."""
    names = [f"x{place}" for place in range(60)]
    inputs = dict.fromkeys(names, ("0", "1e-8")) | {"big": ("0", "1")}
    found = propagate(model({"y": " + ".join(["big", *names])}, inputs))
    exact = math.fsum([1.0, *[1e-16] * 60])
    assert found.covariance[0, 0] == exact > 1.0
