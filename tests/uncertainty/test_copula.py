"""Correlated inputs of any distribution have the stated correlation themselves."""

import numpy as np
import pytest

from uncertainty.copula import Copula
from uncertainty.correlation import root
from uncertainty.dimensions import ONE, Kind
from uncertainty.errors import InvalidModel
from uncertainty.evaluation import evaluate
from uncertainty.inputs import Component, InputQuantity
from uncertainty.model_file import read_model
from uncertainty.type_b import Distribution
from uncertainty.units import check_unit

DISTRIBUTIONS = {
    "normal": Distribution("normal"),
    "t": Distribution("t", 9.0),
    "rectangular": Distribution("rectangular"),
    "trapezoidal": Distribution("trapezoidal", 0.4),
    "curvilinear_trapezoidal": Distribution("curvilinear_trapezoidal", 0.2),
    "triangular": Distribution("triangular", 0.3),
    "u_shaped": Distribution("u_shaped"),
    "exponential": Distribution("exponential"),
    "gamma": Distribution("gamma", 3.0),
    "lognormal": Distribution("lognormal", 0.3),
}
TRIALS = 150_000


def quantity(name: str, *distributions: Distribution, u: float = 2.0) -> InputQuantity:
    """An input of dimension one with one cause for each distribution."""
    causes = tuple(Component(f"{name}{place}", u, one) for place, one in enumerate(distributions))
    return InputQuantity(name, 5.0, check_unit("1"), Kind(ONE), causes)


def matrix(r: float) -> np.ndarray:
    """The correlation of two quantities."""
    return np.array([[1.0, r], [r, 1.0]])


@pytest.mark.parametrize("name", DISTRIBUTIONS)
@pytest.mark.parametrize(("other", "r"), [("normal", 0.7), ("rectangular", -0.6), ("gamma", 0.3)])
def test_the_quantities_have_the_stated_coefficient(name, other, r):
    """The coefficient asked for is that of the draws, and each draw keeps its own mean and u."""
    pair = [quantity("a", DISTRIBUTIONS[name]), quantity("b", DISTRIBUTIONS[other], u=0.5)]
    drawn = Copula(pair, matrix(r)).draw(np.random.default_rng(5), TRIALS)
    assert np.corrcoef(drawn)[0, 1] == pytest.approx(r, abs=0.012)
    for one, values in zip(pair, drawn, strict=True):
        u = one.standard_uncertainty * (np.sqrt(9 / 7) if one.distribution == "t" else 1.0)
        assert values.mean() == pytest.approx(0.0, abs=0.02 * u)
        assert values.std() == pytest.approx(u, rel=0.02)


def test_an_input_of_several_causes_takes_part():
    """Several causes on one input are correlated as one quantity."""
    pair = [quantity("a", DISTRIBUTIONS["rectangular"], DISTRIBUTIONS["normal"]), quantity("b", DISTRIBUTIONS["t"])]
    drawn = Copula(pair, matrix(0.5)).draw(np.random.default_rng(5), TRIALS)
    assert np.corrcoef(drawn)[0, 1] == pytest.approx(0.5, abs=0.012)
    assert drawn[0].std() == pytest.approx(pair[0].standard_uncertainty, rel=0.01)


@pytest.mark.parametrize("name", ["rectangular", "exponential", "u_shaped"])
def test_the_same_distribution_can_be_fully_correlated(name):
    """Two inputs of one distribution may have r = 1: they then move as one."""
    pair = [quantity("a", DISTRIBUTIONS[name]), quantity("b", DISTRIBUTIONS[name])]
    one, other = Copula(pair, matrix(1.0)).draw(np.random.default_rng(5), 1000)
    assert one == pytest.approx(other, abs=1e-9)


@pytest.mark.parametrize(("name", "r", "most"), [("rectangular", 0.99, "0.977"), ("exponential", -0.95, "-0.90")])
def test_a_coefficient_that_cannot_be_reached_is_refused(name, r, most):
    """A normal and a rectangular quantity reach sqrt(3/pi) = 0.977, a normal and an exponential one 0.903."""
    pair = [quantity("a", DISTRIBUTIONS[name]), quantity("b", DISTRIBUTIONS["normal"])]
    with pytest.raises(InvalidModel) as caught:
        Copula(pair, matrix(r))
    for language in ("vi", "en"):
        assert most in caught.value.text(language)


def test_coefficients_that_cannot_be_had_together_are_refused():
    """Three coefficients, each of them reachable, are refused where no joint draw has them all."""
    three = [quantity("a", DISTRIBUTIONS["u_shaped"]), quantity("b", DISTRIBUTIONS["exponential"])]
    three.append(quantity("c", DISTRIBUTIONS["u_shaped"]))
    wanted = np.array([[1.0, 0.7, -0.3], [0.7, 1.0, 0.45], [-0.3, 0.45, 1.0]])
    assert np.linalg.eigvalsh(wanted)[0] > 0
    with pytest.raises(InvalidModel, match="a, b, c"):
        Copula(three, wanted)


def test_normal_inputs_are_multivariate_normal():
    """For normal inputs the copula is the multivariate normal distribution itself."""
    three = [quantity(name, DISTRIBUTIONS["normal"]) for name in "abc"]
    wanted = np.array([[1.0, 0.5, 0.2], [0.5, 1.0, -0.4], [0.2, -0.4, 1.0]])
    drawn = Copula(three, wanted).draw(np.random.default_rng(8), 1000)
    normal = np.random.default_rng(8).standard_normal((3, 1000))
    assert np.array(drawn) == pytest.approx(2.0 * (root(wanted) @ normal), abs=1e-12)


def test_inputs_that_all_are_t_are_multivariate_t():
    """Correlated t inputs of the same degrees of freedom have one scale in common, as readings taken together have."""
    one = {"value": "1", "standard_uncertainty": "1", "dof": 6}
    model = {
        "model": {"y": "a + 2 * b"},
        "outputs": {"y": {"unit": "1"}},
        "inputs": {"a": one, "b": one},
        "correlations": [{"between": ["a", "b"], "r": 0.5}],
        "evaluation": {"coverage_factor": "t", "trials": 1_000_000},
    }
    result = evaluate(read_model(model)).outputs["y"]
    exact = result.estimate + result.standard_uncertainty * 2.4469118511 * np.array([-1, 1])  # t of 6, 95 %
    assert result.monte_carlo.coverage_interval == pytest.approx(tuple(exact), abs=0.02 * result.standard_uncertainty)
    assert result.monte_carlo.standard_uncertainty == pytest.approx(result.standard_uncertainty * 1.5**0.5, rel=0.01)
