"""Correlation of inputs in the first order: budgets, degrees of freedom, and what goes beside."""

import math

import numpy as np
import pytest

from uncertainty.correlation import root
from uncertainty.evaluation import evaluate
from uncertainty.model_file import read_model


def resistors(r: float) -> dict:
    """Ten resistors in series, each calibrated against the same standard."""
    names = [f"R{number}" for number in range(10)]
    pairs = [{"between": [one, other], "r": r} for i, one in enumerate(names) for other in names[i + 1 :]] if r else []
    return {
        "model": {"R": " + ".join(names)},
        "outputs": {"R": {"unit": "ohm"}},
        "inputs": {name: {"value": "1000 ohm", "standard_uncertainty": "100 mohm", "dof": 9} for name in names},
        "correlations": pairs,
    }


def test_ten_resistors_of_one_standard():
    """GUM 5.2.2: ten resistors with r = 1 have 1 ohm together, not 0.32 ohm, and no more dof than the standard."""
    one, other = (evaluate(read_model(resistors(r)), monte_carlo=False).outputs["R"] for r in (1, 0))
    assert (one.estimate, one.standard_uncertainty) == (10000.0, pytest.approx(1.0))
    assert other.standard_uncertainty == pytest.approx(0.1 * math.sqrt(10))
    assert (one.effective_dof, other.effective_dof) == pytest.approx((9.0, 90.0))


def test_budget_rows_of_covariances_make_the_sum_complete():
    """Shares of inputs and covariances add up to one; a negative covariance has a negative share."""
    model = resistors(0)
    model["correlations"] = [{"between": ["R0", "R1"], "r": -0.5}]
    result = evaluate(read_model(model), monte_carlo=False).outputs["R"]
    rows = [row for row in result.budget if row.kind == "covariance"]
    assert [row.input for row in rows] == ["R0, R1"]
    assert rows[0].share < 0 > rows[0].contribution
    assert sum(row.share for row in result.budget) == pytest.approx(1.0)


ROWS = {"columns": ["a", "b"], "unit": "V", "rows": [["1.0", "2.1"], ["2.0", "3.2"], ["3.1", "3.9"], ["4.0", "5.2"]]}


def together(**more: dict) -> dict:
    """Two inputs of the same rows, with more on the first one or elsewhere."""
    return {
        "model": {"y": "p - q + s"},
        "outputs": {"y": {"unit": "V"}},
        "readings": {"r": ROWS},
        "inputs": {
            "p": {"observed": "a", "in": "r", **more.get("p", {})},
            "q": {"observed": "b", "in": "r", **more.get("q", {})},
            "s": {"value": "0 V", "standard_uncertainty": "0.1 V"},
        },
        "correlations": more.get("correlations", []),
    }


def test_a_further_cause_is_outside_the_correlation_of_the_rows():
    """A contribution beside the observations adds its own variance and nothing to the covariance."""
    plain = evaluate(read_model(together()), monte_carlo=False).outputs["y"]
    cause = {"contributions": [{"name": "resolution", "distribution": "rectangular", "half_width": "0.3 V"}]}
    more = evaluate(read_model(together(p=cause)), trials=10_000).outputs["y"]
    assert more.standard_uncertainty**2 - plain.standard_uncertainty**2 == pytest.approx(0.09 / 3)
    observed = plain.standard_uncertainty**2 - 0.01
    assert plain.effective_dof == pytest.approx(plain.standard_uncertainty**4 / (observed**2 / 3))
    assert more.effective_dof == pytest.approx(more.standard_uncertainty**4 / (observed**2 / 3))


@pytest.mark.parametrize(
    "more",
    [
        {"p": {"pooled_standard_deviation": "1.3 V"}, "q": {"pooled_standard_deviation": "1.3 V"}},
        {"correlations": [{"between": [name, "s"], "r": 0.2} for name in "pq"]},
    ],
)
def test_pooled_rows_and_further_correlations_are_kept_in_the_trials(more):
    """Where the rows cannot be drawn as one t, a copula carries their correlation into Monte Carlo."""
    result = evaluate(read_model(together(**more)), trials=400_000).outputs["y"]
    if "p" in more:
        assert result.monte_carlo.standard_uncertainty == pytest.approx(result.standard_uncertainty, rel=0.01)
    assert [row.kind for row in result.budget].count("covariance") >= 1
    low, high = result.monte_carlo.coverage_interval
    assert high - low < 20 * result.standard_uncertainty


def test_two_readings_correlated_with_another_input():
    """Where a distribution has no variance the stated coefficient is that of the copula."""
    model = resistors(0)
    model["inputs"]["R0"]["dof"] = 2
    model["correlations"] = [{"between": ["R0", "R1"], "r": 0.5}]
    result = evaluate(read_model(model), trials=2000).outputs["R"]
    assert result.monte_carlo.standard_uncertainty is None


def test_rows_without_scatter_are_uncorrelated():
    """A quantity that did not move in its rows has no uncertainty and no correlation."""
    model = together()
    model["readings"] = {"r": {**ROWS, "rows": [["1.0", "2.1"], ["1.0", "3.2"], ["1.0", "3.9"]]}}
    result = evaluate(read_model(model), trials=10_000).outputs["y"]
    assert {row.input: row.share > 0 for row in result.budget} == {"p": False, "q": True, "s": True}


def test_correlation_of_exact_values_is_harmless():
    """A correlation with an exact value changes nothing."""
    model = resistors(0)
    model["inputs"]["R0"] = {"value": "1000 ohm"}
    model["correlations"] = [{"between": ["R0", "R1"], "r": 0.5}]
    result = evaluate(read_model(model), trials=2000).outputs["R"]
    assert result.standard_uncertainty == pytest.approx(0.3)


def test_a_root_of_a_matrix_that_is_barely_possible():
    """Two fully correlated quantities have a root, although their matrix has no inverse."""
    matrix = np.array([[1.0, 1.0, 0.3], [1.0, 1.0, 0.3], [0.3, 0.3, 1.0]])
    lower = root(matrix)
    assert lower @ lower.T == pytest.approx(matrix, abs=1e-12)
