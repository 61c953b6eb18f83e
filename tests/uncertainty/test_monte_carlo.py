"""Propagation of distributions agrees with the first order wherever the model is linear."""

import math

import numpy as np
import pytest

from uncertainty.errors import InvalidModel
from uncertainty.evaluation import evaluate
from uncertainty.model_file import read_model
from uncertainty.monte_carlo import BLOCK, intervals, numerical_tolerance, simulate

TRIALS = 200_000
INPUTS = {
    "normal": {"value": "1 mm", "standard_uncertainty": "2 um"},
    "expanded": {"value": "1 mm", "expanded_uncertainty": "4 um", "coverage_factor": 2},
    "probability": {"value": "1 mm", "expanded_uncertainty": "4 um", "coverage_probability": "0.95"},
    "relative": {"value": "1 mm", "relative_standard_uncertainty": "0.2 %"},
    "t": {"value": "1 mm", "standard_uncertainty": "2 um", "dof": 12},
    "rectangular": {"value": "1 mm", "distribution": "rectangular", "half_width": "4 um"},
    "limits": {"lower": "0.997 mm", "upper": "1.003 mm", "distribution": "rectangular"},
    "trapezoidal": {"value": "1 mm", "distribution": "trapezoidal", "half_width": "4 um", "shape": "0.4"},
    "curvilinear": {"value": "1 mm", "distribution": "curvilinear_trapezoidal", "half_width": "4 um",
    "inexactness": "1 um"},
    "triangular": {"lower": "0.997 mm", "upper": "1.005 mm", "mode": "1 mm", "distribution": "triangular"},
    "u_shaped": {"value": "1 mm", "distribution": "u_shaped", "half_width": "3 um"},
    "exponential": {"value": "2 um", "distribution": "exponential"},
    "lognormal": {"value": "20 um", "distribution": "lognormal", "standard_uncertainty": "2 um"},
    "readings": {"readings": ["1.002 mm", "0.998 mm", "1.001 mm", "0.997 mm", "1.003 mm", "1.000 mm", "0.999 mm"]},
    "pooled": {"readings": ["1 mm", "1.001 mm"], "pooled_standard_deviation": "3 um"},
    "several": {"value": "1 mm", "standard_uncertainty": "1 um", "contributions": [
        {"name": "a", "distribution": "rectangular", "half_width": "3 um"}, {"name": "b",
        "standard_uncertainty": "1 um", "dof": 500},
    ]},
    "specification": {"value": "1 mm", "specification": {"relative": "0.2 %", "plus": "1 um"}},
}  # fmt: skip


def linear(one: dict, other: dict, r: float = 0.0) -> dict:
    """A linear model of two inputs, correlated by r."""
    model = {
        "model": {"y": "2 * a - b", "z": "a + 3 * b"},
        "outputs": {"y": {"unit": "um"}, "z": {"unit": "um"}},
        "inputs": {"a": one, "b": other},
        "evaluation": {"coverage_factor": "t", "seed": 11},
    }
    return {**model, "correlations": [{"between": ["a", "b"], "r": r}]} if r else model


def t_spread(one: dict) -> float:
    """How much wider the trials of an input are than its u: the scaled t of JCGM 101 has scale u."""
    dof = {"t": 12, "readings": 6}.get(next(key for key, value in INPUTS.items() if value is one), 0)
    return dof / (dof - 2) if dof else 1.0


@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize("r", [0.0, 0.6, -0.8])
def test_a_linear_model_has_the_same_u_both_ways(name, r):
    """Estimate, u and correlation of the outputs agree for every kind of input, correlated or not."""
    model = read_model(linear(INPUTS[name], INPUTS["normal"], r))
    evaluation = evaluate(model, trials=TRIALS)
    for result, (a, b) in zip(evaluation.outputs.values(), [(2, -1), (1, 3)], strict=True):
        first, trials = result.standard_uncertainty, result.monte_carlo
        rows = {row.input: row for row in result.budget if row.kind == "input"}
        widening = (t_spread(INPUTS[name]) - 1) * (a * rows["a"].contribution / rows["a"].sensitivity) ** 2
        expected = first**2 + widening
        if r and widening:
            expected += (
                2
                * a
                * b
                * r
                * (math.sqrt(t_spread(INPUTS[name])) - 1)
                * (rows["a"].contribution / a)
                * (rows["b"].contribution / b)
            )
        assert trials.standard_uncertainty == pytest.approx(math.sqrt(expected), rel=0.012)
        assert trials.estimate == pytest.approx(result.estimate, abs=0.02 * first)
        assert not trials.stabilised


@pytest.mark.parametrize("name", ["normal", "rectangular", "u_shaped", "triangular", "exponential", "several"])
@pytest.mark.parametrize("r", [0.9, -0.5])
def test_stated_correlation_is_the_correlation_of_the_trials(name, r):
    """Whatever the distributions, the inputs themselves have the stated coefficient in the trials."""
    one, other = INPUTS[name], INPUTS["rectangular"]
    if name == "exponential":
        other = INPUTS["normal"]
    model = linear(one, other, r)
    model["model"] = {"y": "a + 0 * b", "z": "b + 0 * a", "s": "a + b"}
    model["outputs"]["s"] = {"unit": "um"}
    read = read_model(model)
    sums = {name: float(values.std()) for name, values in zip("yzs", simulate(read, TRIALS, 3), strict=True)}
    found = (sums["s"] ** 2 - sums["y"] ** 2 - sums["z"] ** 2) / (2 * sums["y"] * sums["z"])
    assert found == pytest.approx(r, abs=0.015)


def test_inputs_observed_together_are_drawn_together():
    """The trials of inputs observed in the same rows have the correlation of the rows and a common scale."""
    rows = [
        ["1.0", "2.1"],
        ["2.0", "2.9"],
        ["3.1", "4.2"],
        ["4.0", "5.1"],
        ["5.2", "5.8"],
        ["5.9", "7.2"],
        ["7.1", "8.1"],
    ]
    model = {
        "model": {"y": "p - q", "z": "p + q"},
        "outputs": {"y": {"unit": "V"}, "z": {"unit": "V"}},
        "readings": {"r": {"columns": ["a", "b"], "unit": "V", "rows": rows}},
        "inputs": {"p": {"observed": "a", "in": "r"}, "q": {"observed": "b", "in": "r"}},
    }
    evaluation = evaluate(read_model(model), trials=TRIALS)
    differences = [float(one) - float(other) for one, other in rows]
    for name, single in [("y", differences), ("z", [float(one) + float(other) for one, other in rows])]:
        result = evaluation.outputs[name]
        assert result.standard_uncertainty == pytest.approx(np.std(single, ddof=1) / math.sqrt(7), rel=1e-9)
        assert result.effective_dof == pytest.approx(6.0)
        assert result.monte_carlo.standard_uncertainty == pytest.approx(
            result.standard_uncertainty * math.sqrt(6 / 4), rel=0.02
        )
        assert [row.kind for row in result.budget] == ["input", "input", "covariance"]


def test_the_same_seed_gives_the_same_bytes():
    """A seed fixes every number; another seed gives others."""
    model = read_model(linear(INPUTS["t"], INPUTS["rectangular"], 0.4))
    one, other, third = (evaluate(model, trials=BLOCK + 1000, seed=seed).to_json() for seed in (1, 1, 2))
    assert one == other
    assert one["outputs"]["y"]["monte_carlo"] != third["outputs"]["y"]["monte_carlo"]


def test_more_trials_keep_the_first_blocks():
    """Blocks have streams of their own: the first block of a longer run is that of a shorter one."""
    model = read_model(linear(INPUTS["normal"], INPUTS["rectangular"]))
    short, long = (simulate(model, count, 5)[0] for count in (BLOCK, 2 * BLOCK))
    assert np.isin(short, long).all()


def test_intervals_of_a_known_sample():
    """The symmetric interval leaves out as many on both sides; the shortest is the shortest."""
    symmetric, shortest = intervals(np.arange(1, 1001, dtype=float) ** 2, 0.95)
    assert symmetric == (26.0**2, 976.0**2)
    assert shortest == (1.0, 951.0**2)


@pytest.mark.parametrize(("u", "tolerance"), [(0.0293, 0.0005), (2.0, 0.05), (31.7, 0.5), (0.0, None)])
def test_numerical_tolerance(u, tolerance):
    """Delta is half a unit of the second digit of u."""
    assert numerical_tolerance(u) == (pytest.approx(tolerance) if tolerance else None)


def test_two_readings_have_no_standard_deviation_in_the_trials():
    """With two or three readings Monte Carlo gives no u, says why, and proposes the remedy."""
    model = linear({"readings": ["1.000 mm", "1.002 mm"]}, INPUTS["normal"])
    result = evaluate(read_model(model)).outputs["y"]
    assert result.monte_carlo.standard_uncertainty is None
    assert "pooled" in result.to_json()["monte_carlo"]["reason"]
    assert result.standard_uncertainty > 0


def test_trials_outside_the_domain_are_refused():
    """A square root of trials below zero is refused with the remedy, never dropped silently."""
    model = {
        "model": {"y": "sqrt(a)"},
        "outputs": {"y": {"unit": "1"}},
        "inputs": {"a": {"value": "1", "standard_uncertainty": "0.5"}},
    }
    with pytest.raises(InvalidModel, match="outside the domain"):
        evaluate(read_model(model))
    assert evaluate(read_model(model), monte_carlo=False).outputs["y"].standard_uncertainty == 0.25


def test_a_correlation_that_two_distributions_cannot_have_is_refused():
    """An exponential and a rectangular input cannot be correlated by 0.95, and the message says how far they can."""
    with pytest.raises(InvalidModel, match=r"0\.866 at most"):
        evaluate(read_model(linear(INPUTS["exponential"], INPUTS["rectangular"], 0.95)))
