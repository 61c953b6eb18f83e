"""The basis of the coverage factor, each rule and its border, from the model to what is reported."""

import math

import pytest

from uncertainty.evaluation import evaluate, reported
from uncertainty.measurement_model import OutputQuantity
from uncertainty.model_file import read_model
from uncertainty.units import check_unit

ROOT3 = math.sqrt(3)


def rectangular(u: float) -> dict:
    """A rectangular input of a standard uncertainty."""
    return {"value": "0", "distribution": "rectangular", "half_width": repr(u * ROOT3)}


def normal(u: float, **more: object) -> dict:
    """A normal input, or a t with degrees of freedom."""
    return {"value": "0", "standard_uncertainty": repr(u), **more}


def result(*inputs: dict, trials: int = 300_000, **settings: object):
    """The result of a sum of inputs."""
    names = "abcdef"[: len(inputs)]
    model = {
        "model": {"y": " + ".join(names)},
        "outputs": {"y": {"unit": "1"}},
        "inputs": dict(zip(names, inputs, strict=True)),
        "evaluation": {"coverage_probability": "0.95", "trials": trials, **settings},
    }
    return evaluate(read_model(model)).outputs["y"]


@pytest.mark.parametrize(("other", "basis"), [(0.3 * (1 - 1e-9), "distribution"), (0.3 * (1 + 1e-9), "t")])
def test_one_contribution_dominates_up_to_the_border(other, basis):
    """The distribution is taken where all others together are at most 0.3 of the dominating one, else t."""
    found = result(rectangular(1.0), normal(other))
    assert found.coverage_basis == basis
    assert ("One contribution" in found.coverage_reason.text("en")) == (basis == "distribution")


@pytest.mark.parametrize(("other", "basis"), [(0.3 * (1 - 1e-9), "distribution"), (0.3 * (1 + 1e-9), "t")])
def test_two_contributions_dominate_up_to_the_border(other, basis):
    """Two together are measured by their root sum of squares."""
    found = result(
        rectangular(3.0), rectangular(4.0), normal(5 * other / math.sqrt(2)), normal(5 * other / math.sqrt(2))
    )
    assert found.coverage_basis == basis
    assert ("Two contributions" in found.coverage_reason.text("en")) == (basis == "distribution")


def test_a_single_rectangular_contribution_has_its_own_factor():
    """Alone, a rectangular contribution has k = 0.95 times the root of 3, and u and U come from the trials."""
    found = result(rectangular(1.0))
    assert found.coverage_factor == pytest.approx(0.95 * ROOT3, abs=0.004)
    assert found.standard_uncertainty == found.monte_carlo.standard_uncertainty
    assert found.estimate == found.monte_carlo.estimate
    assert found.coverage_interval == found.monte_carlo.coverage_interval
    assert found.expanded_uncertainty == pytest.approx(found.coverage_factor * found.standard_uncertainty, rel=1e-12)


@pytest.mark.parametrize("inputs", [[normal(1.0)], [normal(1.0, dof=4)], [rectangular(1.0)] * 3])
def test_normal_t_and_three_equal_contributions_keep_t(inputs):
    """A dominating normal or t contribution, or three equal ones, leave the coverage factor to t."""
    assert result(*inputs).coverage_basis == "t"


def test_clause_8_never_switches_the_basis():
    """Where Monte Carlo does not validate the first order, that is said, and k stays as the rule has it."""
    found = result(*[rectangular(0.55)] * 3, trials=1_000_000)
    assert found.monte_carlo.validates_gum is False
    assert (found.coverage_basis, found.coverage_factor) == ("t", pytest.approx(1.959964, abs=1e-6))
    assert found.monte_carlo.d_high > found.monte_carlo.numerical_tolerance


def test_without_monte_carlo_auto_is_t_and_says_what_it_left_out():
    """With monte_carlo = false the factor is that of t whatever dominates, and the reason says so."""
    found = result(rectangular(1.0), monte_carlo=False)
    assert (found.coverage_basis, found.monte_carlo) == ("t", None)
    assert "not computed" in found.coverage_reason.text("en")


@pytest.mark.parametrize(("dof", "k"), [(3.999, 3.182446), (4, 2.776445), (4.999, 2.776445), (1, 12.706205)])
def test_t_truncates_and_the_result_keeps_the_whole(dof, k):
    """k is that of the integer below the degrees of freedom; the result keeps them as they are."""
    found = result(normal(1.0, dof=dof), coverage_factor="t", monte_carlo=False)
    assert found.coverage_factor == pytest.approx(k, abs=1e-6)
    assert found.effective_dof == pytest.approx(dof, rel=1e-12)
    assert str(math.floor(dof)) in found.coverage_reason.text("en")


def test_a_stated_factor_keeps_its_probability():
    """A number in the model is taken as it is; its probability is the stated one, or the one that t gives it."""
    stated = result(rectangular(1.0), coverage_factor=2)
    assert (stated.coverage_basis, stated.coverage_factor, stated.coverage_probability) == ("stated", 2.0, 0.95)
    names = {"a": normal(1.0, dof=10)}
    model = {
        "model": {"y": "a"},
        "outputs": {"y": {"unit": "1"}},
        "inputs": names,
        "evaluation": {"coverage_factor": 2},
    }
    found = evaluate(read_model(model), monte_carlo=False).outputs["y"]
    assert found.coverage_probability == pytest.approx(0.926612, abs=1e-6)


def test_the_stated_basis_distribution_needs_no_domination():
    """The basis "distribution" takes the trials whatever dominates, even where Monte Carlo was switched off."""
    found = result(normal(1.0), coverage_factor="distribution", monte_carlo=False)
    assert found.coverage_basis == "distribution"
    assert found.coverage_factor == pytest.approx(1.96, abs=0.01)


def test_the_basis_distribution_without_a_standard_deviation():
    """Two readings leave the trials without u: u is that of first order, U is half the interval, k their ratio."""
    found = result({"readings": ["1.0", "1.2"]}, rectangular(0.2), coverage_factor="distribution")
    assert found.monte_carlo.standard_uncertainty is None
    assert found.standard_uncertainty == pytest.approx(math.hypot(0.1, 0.2))
    low, high = found.coverage_interval
    assert found.coverage_factor == pytest.approx((high - low) / 2 / found.standard_uncertainty)


@pytest.mark.parametrize(("low", "high", "as_interval"), [(9.0, 11.049, False), (9.0, 11.06, True), (8.9, 11.0, True)])
def test_an_interval_is_reported_where_its_halves_differ(low, high, as_interval):
    """[low, high] stands instead of U where the halves differ by more than 5 % of U, on either side."""
    text = reported(OutputQuantity("y", check_unit("V")), 10.0, (high - low) / 2, (low, high))
    assert ("[" in text) == as_interval
    assert ("±" in text) != as_interval
